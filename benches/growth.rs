//! What each part of a run takes, for one file, for a hundred and for ten thousand, so that growth
//! shows: `cargo bench --bench growth`.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agentcheck::check::check;
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Exit, Format, Options, Style};
use agentcheck::rules::{Environment, Profile};
use agentcheck::walk::{self, Scope};
use agentcheck::{fix, oracle};
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group,
    criterion_main, measurement::WallTime,
};

#[path = "support/corpus.rs"]
#[allow(dead_code)] // manifests are enough here
mod corpus;

const SIZES: [usize; 3] = [1, 100, 10_000];

/// Files in a folder, and in memory.
struct Project {
    folder: tempfile::TempDir,
    texts: Vec<(String, String)>,
}

impl Project {
    /// As many manifests.
    fn of(size: usize) -> io::Result<Self> {
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
    vec![Arc::new(Settings::of(Profile::Production, Environment::Production)); files.len()]
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

fn whole_run(folder: &Path) -> usize {
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

fn group<'c>(criterion: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(1));
    group
}

fn growth(criterion: &mut Criterion) {
    for size in SIZES {
        let Ok(project) = Project::of(size) else { continue };
        let files = project.files();
        let settings = settings(&files);
        let number = Throughput::Elements(size as u64);
        let id = || BenchmarkId::from_parameter(size);

        let mut parse = group(criterion, "parse");
        parse.throughput(number.clone()).bench_function(id(), |bench| {
            let parse = |texts: Vec<(String, String)>| {
                texts.into_iter().map(|(path, text)| oracle::parse(&path, text)).sum::<usize>()
            };
            bench.iter_batched(|| project.texts.clone(), parse, BatchSize::PerIteration);
        });
        parse.finish();

        let mut model = group(criterion, "model");
        model
            .throughput(number.clone())
            .bench_function(id(), |bench| bench.iter(|| project.files()));
        model.finish();

        let mut rules = group(criterion, "rules");
        let judge = || check(&files, &settings);
        rules.throughput(number.clone()).bench_function(id(), |bench| bench.iter(judge));
        rules.finish();

        let mut mend = group(criterion, "fix");
        mend.throughput(number.clone()).bench_function(id(), |bench| {
            let mend = |files| {
                let judge = |files: &Files| Ok::<_, Infallible>(check(files, &settings));
                fix::fix(files, judge, true).map(|fixed| fixed.changed.len())
            };
            bench.iter_batched(|| project.files(), mend, BatchSize::PerIteration);
        });
        mend.finish();

        let mut whole = group(criterion, "whole run");
        let run = || whole_run(project.folder.path());
        whole.throughput(number.clone()).bench_function(id(), |bench| bench.iter(run));
        whole.finish();

        let findings = check(&files, &settings);
        let outcome = Outcome::of(files, findings);
        for (format, name) in [(Format::Full, "full"), (Format::Json, "json")] {
            let mut written = group(criterion, &format!("render {name}"));
            let write = || render(format, &outcome);
            written.throughput(number.clone()).bench_function(id(), |bench| bench.iter(write));
            written.finish();
        }
    }
}

criterion_group!(benches, growth);
criterion_main!(benches);
