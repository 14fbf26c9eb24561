//! How a run compares with what was promised of it, and with the least that it could be:
//! `cargo bench --bench targets`.
//!
//! That least, the floor, is the same walk, the same files read, each parsed to its tree, and nothing
//! else. It is a process like the run that it is compared with, and measured in turns with it.
//! Arguments name the measurements to make: `cargo bench --bench targets -- manifests cold`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use agentcheck::check::{check, judge_items};
use agentcheck::config::Settings;
use agentcheck::file::Files;
use agentcheck::oracle;
use agentcheck::outcome::Outcome;
use agentcheck::report::{self, Exit, Format, Options, Style, scorecard};
use agentcheck::rules::{Environment, Profile};

#[path = "support/corpus.rs"]
mod corpus;

use corpus::Kind;

/// Of so many runs the best counts: others had the machine during the rest.
const RUNS: usize = 5;

type Failure = Box<dyn std::error::Error>;

/// What one measurement is called, and how it is made.
type Measurement = (&'static str, fn() -> Result<(), Failure>);

fn main() -> Result<ExitCode, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--floor", folder] => return floor(oracle::floor(PathBuf::from(folder))?),
        ["--reading", folder] => return floor(oracle::reading(PathBuf::from(folder))?),
        ["--measure", program, arguments @ ..] => return measure(program, arguments),
        // What `cargo test --benches` passes: that it starts is all that is asked.
        _ if words.contains(&"--test") => return Ok(ExitCode::SUCCESS),
        _ => {}
    }
    let wanted: Vec<&str> = words.into_iter().filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.contains(&name);
    let all: [Measurement; 8] = [
        ("manifests", manifests),
        ("dockerfiles", dockerfiles),
        ("monorepo", monorepo),
        ("cold", cold),
        ("secrets", secrets),
        ("findings", findings),
        ("scorecard", scorecard_size),
        ("growth", growth),
    ];
    say(&format!("{:<34} {:>12} {:>12}", "", "measured", "at most"))?;
    for (name, run) in all {
        if is_wanted(name) {
            run()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// A line of the table: what it is, what was measured, and the most that it may be.
fn tell(what: &str, measured: f64, most: f64, unit: &str) -> io::Result<()> {
    let verdict = if measured <= most { "" } else { "  MISSED" };
    say(&format!("{what:<34} {measured:>9.2} {unit:<3} {most:>8.2} {unit:<3}{verdict}"))
}

/// A line without a target.
fn note(what: &str, measured: f64, unit: &str) -> io::Result<()> {
    say(&format!("  {what:<32} {measured:>9.2} {unit}"))
}

// ---------------------------------------------------------------------------------------------
// Processes

/// Ends a process that only parsed or read. The number keeps that from being left out.
#[allow(clippy::unnecessary_wraps)] // like its sisters
fn floor(sum: usize) -> Result<ExitCode, Failure> {
    std::hint::black_box(sum);
    Ok(ExitCode::SUCCESS)
}

/// What a process took.
#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    /// Bytes.
    memory: f64,
}

/// Runs a command and prints what it took: in a process of its own, as the system sums up what all
/// processes took that one has waited for.
fn measure(program: &str, arguments: &[&str]) -> Result<ExitCode, Failure> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    command.status()?;
    let wall = started.elapsed();
    let (cpu, memory) = taken_by_children().unwrap_or_default();
    say(&format!("{} {} {memory}", wall.as_micros(), cpu.as_micros()))?;
    Ok(ExitCode::SUCCESS)
}

/// The time of the processes that this one has waited for, and the most memory that one of them had, in
/// bytes: pages of files that it shares with others included.
#[cfg(unix)]
fn taken_by_children() -> Option<(Duration, u64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    /// What the system counts memory in.
    const UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let time = usage.user_time() + usage.system_time();
    let cpu = Duration::from_micros(time.num_microseconds().try_into().ok()?);
    Some((cpu, u64::try_from(usage.max_rss()).ok()? * UNIT))
}

/// Nobody knows.
#[cfg(not(unix))]
fn taken_by_children() -> Option<(Duration, u64)> {
    None
}

/// The cost of a command of this program, or of agentcheck.
fn cost(program: &Path, arguments: &[&str]) -> Result<Cost, Failure> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--measure")
        .arg(program)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()?;
    let told = String::from_utf8(output.stdout)?;
    let numbers: Vec<u64> = told.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    let [wall, cpu, memory] = numbers.as_slice() else { return Err("nothing was measured".into()) };
    #[allow(clippy::cast_precision_loss)] // no machine has 2^52 bytes of memory
    let memory = *memory as f64;
    Ok(Cost { wall: Duration::from_micros(*wall), cpu: Duration::from_micros(*cpu), memory })
}

/// The best of several.
fn best(costs: &[Cost]) -> Cost {
    let least = |of: fn(&Cost) -> Duration| costs.iter().map(of).min().unwrap_or_default();
    let memory = costs.iter().map(|cost| cost.memory).fold(f64::INFINITY, f64::min);
    Cost { wall: least(|it| it.wall), cpu: least(|it| it.cpu), memory }
}

/// The floor of a folder and a run over it, in turns.
fn in_turns(mode: &str, folder: &Path, arguments: &[&str]) -> Result<(Cost, Cost), Failure> {
    let (own, agentcheck) = (std::env::current_exe()?, Path::new(env!("CARGO_BIN_EXE_agentcheck")));
    let path = folder.to_string_lossy();
    let whole = [&["lint", "--isolated"], arguments, &[&*path]].concat();
    let (mut floors, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        floors.push(cost(&own, &[mode, &path])?);
        runs.push(cost(agentcheck, &whole)?);
    }
    Ok((best(&floors), best(&runs)))
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64().max(1e-9)
}

const MB: f64 = 1e6;

// ---------------------------------------------------------------------------------------------
// Corpora

/// The folder with a corpus, which is made if it is not there yet.
fn made(name: &str, size: Option<usize>) -> Result<PathBuf, Failure> {
    let (_, kind, usual) =
        Kind::ALL.iter().find(|(known, ..)| *known == name).ok_or("no such corpus")?;
    let size = size.unwrap_or(*usual);
    // One that another generator made is another one.
    let mark = crc32fast::hash(include_bytes!("support/corpus.rs"));
    let parent = std::env::var_os("AGENTCHECK_CORPORA")
        .map_or_else(|| std::env::temp_dir().join("agentcheck-corpora"), PathBuf::from);
    let folder = parent.join(format!("{name}-{size}-{mark:08x}"));
    if !folder.is_dir() {
        let unfinished = folder.with_extension("unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        corpus::write(*kind, &unfinished, size, Some(&samples()))?;
        fs::rename(&unfinished, &folder)?;
    }
    Ok(folder)
}

/// Where texts of other projects lie, if somebody has put them there.
fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples")
}

/// Every file below a folder with its text; those that are no text are left out.
fn texts(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                texts.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    texts.sort();
    Ok(texts)
}

fn in_memory(texts: &[(String, String)]) -> Files {
    Files::in_memory(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn settings(files: &Files) -> Vec<Arc<Settings>> {
    let settings = Arc::new(Settings::of(Profile::Production, Environment::Production));
    vec![settings; files.len()]
}

// ---------------------------------------------------------------------------------------------
// Measurements

fn manifests() -> Result<(), Failure> {
    let folder = made("manifests", None)?;
    let (floor, run) = in_turns("--floor", &folder, &[])?;
    tell("manifests: CPU to floor", ratio(run.cpu, floor.cpu), 1.6, "x")?;
    tell("manifests: wall to floor", ratio(run.wall, floor.wall), 1.6, "x")?;
    tell("manifests: memory", run.memory / MB, 200.0, "MB")?;
    costs(floor, run)
}

fn dockerfiles() -> Result<(), Failure> {
    let folder = made("dockerfiles", None)?;
    let (floor, run) = in_turns("--floor", &folder, &[])?;
    tell("Dockerfiles: wall", run.wall.as_secs_f64(), 0.6, "s")?;
    note("CPU to floor", ratio(run.cpu, floor.cpu), "x")?;
    costs(floor, run)
}

fn monorepo() -> Result<(), Failure> {
    let folder = made("monorepo", None)?;
    let (floor, run) = in_turns("--reading", &folder, &[])?;
    tell("monorepo: CPU to walk and read", ratio(run.cpu, floor.cpu), 1.5, "x")?;
    tell("monorepo: wall to walk and read", ratio(run.wall, floor.wall), 1.5, "x")?;
    costs(floor, run)
}

/// What the ratios are made of.
fn costs(floor: Cost, run: Cost) -> Result<(), Failure> {
    for (name, cost) in [("floor", floor), ("run", run)] {
        note(&format!("{name}: wall"), cost.wall.as_secs_f64(), "s")?;
        note(&format!("{name}: CPU"), cost.cpu.as_secs_f64(), "s")?;
        note(&format!("{name}: memory"), cost.memory / MB, "MB")?;
    }
    Ok(())
}

fn cold() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("deployment.yaml");
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: registry.acme.test/web:1.0.0}]\n";
    fs::write(&file, text)?;
    let path = file.to_string_lossy();
    let agentcheck = Path::new(env!("CARGO_BIN_EXE_agentcheck"));
    let run = || cost(agentcheck, &["lint", "--isolated", &path]);
    let costs: Vec<Cost> = (0..8 * RUNS).map(|_| run()).collect::<Result<_, _>>()?;
    let best = best(&costs);
    tell("one small file: wall", best.wall.as_secs_f64() * 1e3, 8.0, "ms")?;
    tell("one small file: memory", best.memory / MB, 15.0, "MB")?;
    note("CPU", best.cpu.as_secs_f64() * 1e3, "ms")?;
    Ok(())
}

/// The least time of several.
fn timed(mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let started = Instant::now();
        run();
        started.elapsed()
    };
    (0..RUNS).map(once).min().unwrap_or_default()
}

fn secrets() -> Result<(), Failure> {
    let texts = texts(&made("secrets", None)?)?;
    #[allow(clippy::cast_precision_loss)] // a hundred megabytes
    let bytes = texts.iter().map(|(_, text)| text.len()).sum::<usize>() as f64;
    let mut found = 0;
    let spent = timed(|| {
        found = texts.iter().filter(|(path, text)| oracle::search(path, text)).count();
    });
    let speed = bytes / MB / spent.as_secs_f64();
    let verdict = if speed >= 300.0 { "" } else { "  MISSED" };
    say(&format!("{:<34} {speed:>7.0} MB/s  at least 300 MB/s{verdict}", "secret scan, one core"))?;
    note("files with something in them", f64::from(u32::try_from(found)?), "")?;
    Ok(())
}

/// Workloads without any care, as many as have about that many findings.
fn careless(findings: usize) -> Result<Outcome, Failure> {
    let folder = made("findings", None)?;
    let mut texts = texts(&folder)?;
    let files = in_memory(&texts);
    let settings_of_all = settings(&files);
    let found = check(&files, &settings_of_all);
    let per_file = found.diagnostics.len() / texts.len().max(1);
    texts.truncate(findings.div_ceil(per_file.max(1)).max(1));
    let files = in_memory(&texts);
    let mut found = check(&files, &settings(&files));
    found.diagnostics.truncate(findings);
    Ok(Outcome::of(files, found))
}

fn findings() -> Result<(), Failure> {
    let outcome = careless(10_000)?;
    let count = outcome.diagnostics.len();
    let options = Options {
        style: Style::PLAIN,
        show_suppressed: false,
        verbose: false,
        exit: Exit::default(),
    };
    for (format, name, most) in [
        (Format::Full, "full", 200.0),
        (Format::Concise, "concise", 60.0),
        (Format::Json, "json", 60.0),
        (Format::Jsonl, "jsonl", f64::INFINITY),
        (Format::Sarif, "sarif", f64::INFINITY),
        (Format::Github, "github", f64::INFINITY),
        (Format::Gitlab, "gitlab", f64::INFINITY),
        (Format::Junit, "junit", f64::INFINITY),
        (Format::Markdown, "markdown", f64::INFINITY),
    ] {
        let mut size = 0;
        let spent = timed(|| {
            let mut out = Vec::new();
            let _ = report::write(format, &outcome, &options, &mut out);
            size = out.len();
        });
        let what = format!("{count} findings, {name}");
        tell(&what, spent.as_secs_f64() * 1e3, most, "ms")?;
        note("size", f64::from(u32::try_from(size)?) / MB, "MB")?;
    }
    Ok(())
}

fn scorecard_size() -> Result<(), Failure> {
    let mut outcome = careless(1_000)?;
    let settings = settings(&outcome.files);
    let (_, card) = judge_items(&outcome.files, &settings, &[], jiff::civil::date(2026, 11, 21));
    outcome.diagnostics.truncate(1_000);
    let options = scorecard::Options { style: Style::PLAIN, verbose: true, comparison: None };
    let mut size = 0;
    let spent = timed(|| {
        let mut out = Vec::new();
        let _ = scorecard::write(scorecard::Format::Html, &card, &outcome, &options, &mut out);
        size = out.len();
    });
    let what = format!("scorecard of {} findings", outcome.diagnostics.len());
    tell(&what, f64::from(u32::try_from(size)?) / MB, 2.0, "MB")?;
    note("time", spent.as_secs_f64() * 1e3, "ms")?;
    Ok(())
}

/// Whether twice the files take twice the time: of the whole run, without what it takes to start.
fn growth() -> Result<(), Failure> {
    let agentcheck = Path::new(env!("CARGO_BIN_EXE_agentcheck"));
    for (name, sizes) in [
        ("manifests", [2_250, 4_500, 9_000]),
        ("dockerfiles", [1_000, 2_000, 4_000]),
        ("agents", [500, 1_000, 2_000]),
        ("findings", [350, 700, 1_400]),
    ] {
        let mut before: Option<Duration> = None;
        for size in sizes {
            let folder = made(name, Some(size))?;
            let path = folder.to_string_lossy();
            let run = || cost(agentcheck, &["lint", "--isolated", "--jobs", "1", &path]);
            let costs: Vec<Cost> = (0..3).map(|_| run()).collect::<Result<_, _>>()?;
            let cpu = best(&costs).cpu;
            if let Some(before) = before {
                let what = format!("{name}: {size} to half of it");
                tell(&what, ratio(cpu, before), 2.3, "x")?;
            } else {
                note(&format!("{name}: {size}"), cpu.as_secs_f64(), "s")?;
            }
            before = Some(cpu);
        }
    }
    Ok(())
}
