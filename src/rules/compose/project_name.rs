use crate::compose::ComposeFile;
use crate::rules::{Check, Cx};
use crate::source::Source;
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    if file.node().get("name").is_some() || file.is_part() {
        return;
    }
    let grip = file.grip();
    let source = cx.project().source(grip.place().file);
    let name = name_of_folder(source.map_or("", Source::folder));
    let found = cx
        .report(grip, "the project has no name of its own, so that its folder's decides")
        .help("name it: projects of one name share their containers and volumes");
    if !name.is_empty() {
        found.unsafe_fix(
            &format!("call it {name}, as its folder does; projects started under another name lose their volumes"),
            || edit::set_first(file.node(), &["name"], &name.as_str().into()),
        );
    }
}

/// What Compose makes of the name of a folder.
///
/// Source: github.com/compose-spec/compose-go, `NormalizeProjectName`.
fn name_of_folder(folder: &str) -> String {
    let last = folder.rsplit('/').next().unwrap_or(folder).to_lowercase();
    let kept: String = last
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(*c))
        .collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}
