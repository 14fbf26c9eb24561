use std::collections::HashMap;

use crate::diagnostic::Confidence;
use crate::docker::archive::{self, Unpacking};
use crate::docker::download::Download;
use crate::docker::shell::{ShellWord, file_name};
use crate::docker::{Action, Dockerfile, Instruction, Stage, State, Step, Word, edit, is_absolute};
use crate::rules::{Check, Cx};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        let copied = copied(stage);
        for step in dockerfile.steps_of(stage) {
            for (script, command) in step.commands() {
                let Some(unpacking) = Unpacking::of(command) else { continue };
                let Some(archive) = unpacking.archive else {
                    let from = script.piped_from(command).and_then(Download::of);
                    if let Some(download) = from {
                        downloaded_archive(step, &download, &unpacking, cx);
                    }
                    continue;
                };
                if let Some(&(copy, source)) = copied.get(file_name(&archive.text)) {
                    copied_archive(step, copy, source, &unpacking, cx);
                }
            }
        }
    }
}

/// The archives that a stage copies from the context, by the name that they have in the image.
fn copied(stage: &Stage) -> HashMap<&str, (&Instruction, &Word)> {
    let copies = stage.instructions().iter().filter(|it| {
        matches!(it.action, Action::Copy(_))
            && ["from", "chown", "chmod"].iter().all(|flag| it.flag(flag).is_none())
    });
    let mut brought = HashMap::new();
    for copy in copies {
        let Some(transfer) = copy.action.transfer() else { continue };
        let destination = transfer.destination.text.as_str();
        for source in transfer.paths().filter(|source| archive::is_archive(&source.text)) {
            let name = match (file_name(destination), transfer.sources.len()) {
                (name, 1) if archive::is_archive(name) => name,
                _ => file_name(&source.text),
            };
            brought.insert(name, (copy, source));
        }
    }
    brought
}

fn copied_archive(
    step: Step<'_>,
    copy: &Instruction,
    source: &Word,
    unpacking: &Unpacking<'_>,
    cx: &mut Cx<'_>,
) {
    let message = format!(
        "COPY in {} keeps `{}` in a layer, and a RUN unpacks it into another",
        step.stage.describe(),
        source.text
    );
    let found = cx
        .report(source.place, message)
        .help("ADD unpacks a local archive by itself and leaves nothing else behind");
    let Some(archive) = unpacking.archive else { return };
    let found = found.related(archive.place, "it is unpacked here");
    let Some(folder) = unpacking.folder.filter(|_| is_alone(step, archive)) else { return };
    let Some(transfer) = copy.action.transfer().filter(|it| it.sources.len() == 1) else { return };
    found.unsafe_fix("let ADD unpack it; the archive itself is not in the image then", || {
        let dockerfile = step.dockerfile;
        let folder = as_folder(folder, &[dockerfile.at(copy), step.state()])?;
        let folder = if transfer.is_json { serde_json::json!(folder).to_string() } else { folder };
        edit::all([
            edit::replace(dockerfile, copy.keyword.place, "ADD".to_owned()),
            edit::replace(dockerfile, transfer.destination.place, folder),
            edit::remove(dockerfile, step.instruction.span),
        ])
    });
}

/// Whether the step does nothing but unpack, and remove the archive.
fn is_alone(step: Step<'_>, archive: &ShellWord) -> bool {
    step.commands().all(|(_, command)| {
        Unpacking::of(command).is_some()
            || command.invocation().is_some_and(|it| {
                it.name() == "rm"
                    && it
                        .arguments
                        .iter()
                        .all(|word| word.text.starts_with('-') || word.text == archive.text)
            })
    })
}

/// The folder as ADD takes it, where it means the same in all those places as to the shell.
fn as_folder(folder: &ShellWord, places: &[State<'_>]) -> Result<String, Refusal> {
    let text = folder.text.trim_start_matches("--directory=");
    let is_plain = |text: &str| {
        !text.is_empty()
            && !text.contains(|c: char| c.is_whitespace() || "\"'\\~`(*?[{".contains(c))
    };
    let mut meant = places.iter().map(|state| {
        let path = state.expand(text).filter(|path| is_plain(path))?;
        let is_sure = is_absolute(&path) || places.len() == 1;
        let from = if is_sure { String::new() } else { state.directory()? };
        Some((from, path))
    });
    let first = meant.next().flatten();
    // Braces of a variable are no shell's.
    let is_written = is_plain(&text.replace("${", "$"));
    if !is_written || first.is_none() || !meant.all(|other| other == first) {
        return Err(Refusal::Occupied);
    }
    Ok(format!("{}/", text.trim_end_matches('/')))
}

fn downloaded_archive(
    step: Step<'_>,
    download: &Download<'_>,
    unpacking: &Unpacking<'_>,
    cx: &mut Cx<'_>,
) {
    let mut addresses = download.addresses();
    let (Some(address), None) = (addresses.next(), addresses.next()) else { return };
    // A command may tell the address, and a variable of the shell is none of the builder's.
    let is_known = !address.contains(['`', '(']) && step.state().expand(address).is_some();
    if !is_known || !download.is_plain() || !archive::is_archive(address) {
        return;
    }
    let whose = step.stage.describe();
    let message =
        format!("`ADD --unpack` would download and unpack `{}` in {whose}", file_name(address));
    let found = cx
        .report(download.invocation.program.place, message)
        .confidence(Confidence::Medium)
        .help("with --checksum it also takes nothing else for it, and the image needs neither the downloader nor tar");
    let is_alone = step.commands().count() == 2;
    let Some(folder) = unpacking.folder.filter(|_| is_alone && !step.instruction.is_onbuild())
    else {
        return;
    };
    found.unsafe_fix(
        "let ADD download and unpack it; version 1.17 of the Dockerfile syntax is needed",
        || -> Edits {
            if address.contains(|c: char| c.is_whitespace() || "\"'\\".contains(c)) {
                return Err(Refusal::Occupied);
            }
            let folder = as_folder(folder, &[step.state()])?;
            let new = format!("ADD --unpack=true {address} {folder}");
            edit::replace(step.dockerfile, step.place(), new)
        },
    );
}
