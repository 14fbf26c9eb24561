use crate::docker::package::{Manager, PackageCommand};
use crate::docker::shell::{Script, ShellWord, SimpleCommand};
use crate::docker::{Step, edit};
use crate::rules::{Check, Cx};
use crate::tree::edit::Refusal;

pub(crate) const CHECK: Check = Check::Step(check);

/// Options without which a package must be signed.
///
/// Source: the manuals of apt-get(8), apk(8), yum(8), dnf5(8), zypper(8) and rpm(8).
const APT: [&str; 5] = [
    "--allow-unauthenticated",
    "--force-yes",
    "--allow-insecure-repositories",
    "--allow-weak-repositories",
    "--allow-downgrade-to-insecure-repositories",
];
const APK: [&str; 1] = ["--allow-untrusted"];
const RPM: [&str; 3] = ["--nogpgcheck", "--no-gpgchecks", "--skip-key-check"];
const ZYPPER: [&str; 4] =
    ["--no-gpg-checks", "--allow-unsigned-rpm", "--allow-unsigned", "--allow-unsigned-repo"];
const PLAIN_RPM: [&str; 4] = ["--nosignature", "--nodigest", "--noverify", "--nocrypto"];

/// The same as settings.
const SETTINGS: [&str; 4] = [
    "AllowUnauthenticated=true",
    "AllowUnauthenticated=1",
    "AllowInsecureRepositories=true",
    "AllowInsecureRepositories=1",
];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for (script, command) in step.commands() {
        let Some(word) = skips(script, command) else { continue };
        let program = command.invocation().map(|it| it.name()).unwrap_or_default();
        let stage = step.stage.describe();
        let what = format!("`{}` lets {program} install unsigned packages in {stage}", word.text);
        cx.report(word.place, what)
            .help("whoever sits between you and the mirror decides what is installed: add the key of the repository instead")
            .unsafe_fix("ask for signatures; what is not signed will not install", || {
                // A value without its `-o` would be the name of a package.
                if !word.text.starts_with('-') {
                    return Err(Refusal::Occupied);
                }
                edit::remove_word(step.dockerfile, command, word)
            });
    }
}

/// The word that asks for no signatures.
fn skips<'c>(script: &'c Script, command: &'c SimpleCommand) -> Option<&'c ShellWord> {
    let options: &[&str] = match PackageCommand::of(script, command) {
        Some(it) if it.manager.is_apt() => &APT,
        Some(it) if it.manager.is_rpm() => &RPM,
        Some(it) if it.manager == Manager::Apk => &APK,
        Some(it) if it.manager == Manager::Zypper => &ZYPPER,
        None if command.invocation()?.name() == "rpm" => &PLAIN_RPM,
        _ => return None,
    };
    let is_setting = |text: &str| {
        SETTINGS.iter().any(|setting| text.ends_with(setting))
            || text.starts_with("--setopt=") && text.ends_with("gpgcheck=0")
            || text.starts_with("--setopt=") && text.ends_with("gpgcheck=false")
    };
    command
        .words
        .iter()
        .find(|word| options.contains(&word.text.as_str()) || is_setting(&word.text))
}
