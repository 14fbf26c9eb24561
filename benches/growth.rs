//! What each part of a run takes, for one file, for a hundred and for ten thousand, so that growth
//! shows: `cargo bench --bench growth`.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Exit, Format, Options, Style};
use agentcheck::rules::{Environment, Profile};
use agentcheck::walk::{self, Scope};
use agentcheck::{fix, oracle};
use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "support/corpus.rs"]
#[allow(dead_code)] // manifests are enough here
mod corpus;

const SIZES: [usize; 3] = [1, 100, 10_000];

fn main() {
    divan::main();
}

/// Files in a folder, and in memory.
struct Project {
    folder: tempfile::TempDir,
    texts: Vec<(String, String)>,
}

impl Project {
    /// As many manifests, which are the same for every benchmark.
    fn of(size: usize) -> Option<&'static Self> {
        static PROJECTS: [LazyLock<Option<Project>>; SIZES.len()] = [
            LazyLock::new(|| Project::new(SIZES[0]).ok()),
            LazyLock::new(|| Project::new(SIZES[1]).ok()),
            LazyLock::new(|| Project::new(SIZES[2]).ok()),
        ];
        let index = SIZES.iter().position(|known| *known == size)?;
        PROJECTS.get(index)?.as_ref()
    }

    fn new(size: usize) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        corpus::write(corpus::Kind::Manifests, folder.path(), size, None)?;
        let (mut texts, mut folders) = (Vec::new(), vec![folder.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    texts.push((path.to_string_lossy().into_owned(), fs::read_to_string(&path)?));
                }
            }
        }
        texts.sort();
        Ok(Project { folder, texts })
    }

    fn files(&self) -> Files {
        Files::in_memory(self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }
}

fn settings(files: &Files) -> Vec<Arc<Settings>> {
    let settings = Arc::new(Settings::of(Profile::Production, Environment::Production));
    vec![settings; files.len()]
}

fn render(format: Format, outcome: &Outcome) -> usize {
    let options = Options {
        style: Style::PLAIN,
        show_suppressed: false,
        verbose: false,
        exit: Exit::default(),
    };
    let mut out = Vec::new();
    let _ = report::write(format, outcome, &options, &mut out);
    out.len()
}

/// The findings of a project.
fn judged(project: &Project) -> Outcome {
    let files = project.files();
    let findings = check(&files, &settings(&files));
    Outcome::of(files, findings)
}

fn run(folder: &Path) -> usize {
    let scope = Scope {
        paths: vec![folder.to_owned()],
        exclude: Vec::new(),
        base: folder.to_owned(),
        respect_ignore_files: true,
        stdin_name: None,
    };
    let Ok(files) = walk::read(&scope, &|_| {}) else { return 0 };
    let findings = check(&files, &settings(&files));
    render(Format::Full, &Outcome::of(files, findings))
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn parse(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    let parse = |texts: Vec<(String, String)>| {
        texts.into_iter().map(|(path, text)| oracle::parse(&path, text)).sum::<usize>()
    };
    let texts = || project.texts.clone();
    bencher.counter(ItemsCount::new(size)).with_inputs(texts).bench_values(parse);
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn model(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    bencher.counter(ItemsCount::new(size)).bench(|| project.files());
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn rules(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    let files = project.files();
    let settings = settings(&files);
    bencher.counter(ItemsCount::new(size)).bench(|| check(&files, &settings));
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn fixes(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    let mend = |files| {
        let settings = settings(&files);
        let judge = |files: &Files| Ok::<_, Infallible>(check(files, &settings));
        fix::fix(files, judge, true)
    };
    let counted = bencher.counter(ItemsCount::new(size));
    counted.with_inputs(|| project.files()).bench_values(mend);
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn render_full(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    let outcome = judged(project);
    bencher.counter(ItemsCount::new(size)).bench(|| render(Format::Full, &outcome));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn render_json(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    let outcome = judged(project);
    bencher.counter(ItemsCount::new(size)).bench(|| render(Format::Json, &outcome));
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn whole_run(bencher: Bencher<'_, '_>, size: usize) {
    let Some(project) = Project::of(size) else { return };
    bencher.counter(ItemsCount::new(size)).bench(|| run(project.folder.path()));
}
