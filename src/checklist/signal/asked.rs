//! Asks signals of small projects.

use std::sync::Arc;

use super::{Answer, Proof, SIGNALS, View};
use crate::compose::Stacks;
use crate::config::{Config, Settings};
use crate::file::Files;
use crate::kustomize::Overlays;
use crate::project::Project;
use crate::source::FileId;

/// What a signal says of a project of those files: `shown`, `lacking` or `moot`, why, and a line for
/// each place: the path, the line and what is said there.
pub(crate) fn ask(signal: &str, files: &[(&str, &str)]) -> String {
    let files = Files::in_memory(files.iter().copied());
    let config = Config::default();
    let settings: Vec<Arc<Settings>> = files.paths().map(|path| config.settings(path)).collect();
    let environment = |file: FileId| settings[file.index()].environment;
    let overlays = Overlays::of(files.as_slice(), environment);
    let stacks = Stacks::of(files.as_slice(), environment);
    let project = Project::link(&files, &overlays, &stacks);
    let signal = SIGNALS.iter().find(|it| it.name == signal).expect("a signal of that name");
    let line = |proof: &Proof| {
        let source = files.source(proof.place.file).unwrap();
        let line = source.line_index(proof.place.span.start) + 1;
        format!("\n{}:{line}: {}", source.path(), proof.says)
    };
    let lines = |proofs: &[Proof]| proofs.iter().map(line).collect::<String>();
    match signal.answer(&View::new(&project, &settings)) {
        Answer::Moot(why) => format!("moot: {why}"),
        Answer::Lacking(why, at) => format!("lacking: {why}{}", lines(&at)),
        Answer::Shown(at) => format!("shown{}", lines(&at)),
    }
}

#[test]
fn packages_speak() {
    let manifest = ("pyproject.toml", "[project]\ndependencies = [\n    \"stamina\",\n]\n");
    let readme = ("README.md", "# Orders\n");
    assert_eq!(
        ask("code/retry", &[readme, manifest]),
        "shown\npyproject.toml:3: retries with pauses that grow: `stamina`"
    );
    assert_eq!(
        ask("code/retry", &[readme]),
        "lacking: no retries with pauses that grow in code or dependencies"
    );
}
