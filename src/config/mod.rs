//! What the user asked for: `agentcheck.toml` and the command line, settled per path.
//!
//! [`Config`] holds both; [`Config::settings`] says what holds in one file. The values of the file
//! come first, then those of the overrides whose paths match, in their order, then the command line.

mod environment;
mod error;
mod read;
mod schema;
mod selector;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::GlobSet;
use ignore::gitignore::Gitignore;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;

pub(crate) use self::environment::of_folder as environment_of_folder;
pub use self::error::{ConfigError, Problem};
pub(crate) use self::read::evidence_in;
pub use self::schema::schema;
pub(crate) use self::selector::{Selector, nearest, question};
use crate::diagnostic::Severity;
use crate::evidence::Record;
use crate::file::{Files, StatedImage};
use crate::k8s::KubernetesVersion;
use crate::rules::{Environment, ParameterValue, Profile, RULES, Rule};
use crate::source::{FileId, resolve};

/// The name of the file that [`Config::discover`] looks for.
pub const FILE_NAME: &str = "agentcheck.toml";

/// What holds for one rule in one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSettings {
    /// Whether the rule runs.
    pub enabled: bool,
    /// The severity that configuration gives it.
    pub severity: Option<Severity>,
    parameters: BTreeMap<&'static str, ParameterValue>,
}

impl RuleSettings {
    /// The configured value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&ParameterValue> {
        self.parameters.get(name)
    }
}

/// What holds in one file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the file is meant to run.
    pub environment: Environment,
    /// The version of Kubernetes that manifests are for.
    pub kubernetes: KubernetesVersion,
    /// What matches `Kind/name` of objects that live elsewhere.
    pub external: GlobSet,
    /// Whether `ShellCheck` is asked about the shell texts of Dockerfiles.
    pub shellcheck: bool,
    /// The day of the run, in UTC, which decides what has support.
    pub today: Date,
    /// By the index of the rule in [`RULES`].
    pub rules: Vec<RuleSettings>,
}

impl Settings {
    /// The rules of a profile that make sense in an environment.
    pub fn of(profile: Profile, environment: Environment) -> Self {
        let rules = RULES.iter().map(|rule| RuleSettings {
            enabled: rule.profile <= profile && rule.environments.contains(&environment),
            ..RuleSettings::default()
        });
        Settings {
            environment,
            kubernetes: KubernetesVersion::default(),
            external: GlobSet::empty(),
            shellcheck: false,
            today: today(),
            rules: rules.collect(),
        }
    }
}

/// The day by the clock of the machine, unless the environment says which one to take.
///
/// Source: reproducible-builds.org/specs/source-date-epoch
pub(crate) fn today() -> Date {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok();
    let said = said.and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok());
    said.unwrap_or_else(Timestamp::now).to_zoned(TimeZone::UTC).date()
}

/// The severity from which a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, clap::ValueEnum)]
#[schemars(rename_all = "lowercase")]
pub enum FailOn {
    /// Every finding does.
    Note,
    /// Warnings and errors do.
    Warning,
    /// Errors do.
    Error,
    /// No finding does.
    Never,
}

impl FailOn {
    /// Every choice.
    pub const ALL: [FailOn; 4] = [FailOn::Note, FailOn::Warning, FailOn::Error, FailOn::Never];

    /// The word that configuration and the command line use.
    pub fn as_str(self) -> &'static str {
        self.severity().map_or("never", Severity::as_str)
    }

    /// What a word means.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == name)
    }

    /// The least severity that fails the run; nothing for never.
    pub fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Note => Some(Severity::Note),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Error => Some(Severity::Error),
            FailOn::Never => None,
        }
    }
}

/// What the command line says. It wins over the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// The only rules to run, instead of those of a profile.
    pub select: Option<Vec<String>>,
    /// The rules to leave out, whatever else selects them.
    pub ignore: Vec<String>,
    /// Rules to run besides the others.
    pub extend_select: Vec<String>,
    /// The profile of every file.
    pub profile: Option<Profile>,
    /// Where every file is meant to run, whatever its path says.
    pub environment: Option<Environment>,
    /// The severity from which a finding fails the run.
    pub fail_on: Option<FailOn>,
    /// Globs of what to leave out besides what the file leaves out, relative to the working folder.
    pub exclude: Vec<String>,
    /// Whether to run the rules that decide items of checklists, whatever profile or selection they
    /// are in, unless the file turns them off.
    pub for_checklists: bool,
}

/// An image of the configuration that says nothing in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleImage {
    /// The name of the image.
    pub image: String,
    /// What is said to build it.
    pub dockerfile: String,
    /// The line, from 1.
    pub line: usize,
    /// Why it says nothing.
    pub why: Idle,
}

/// Why an image of the configuration says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// There is no such Dockerfile.
    NotThere,
    /// It is there, but left out or no Dockerfile.
    NotRead,
    /// Nothing runs the image, while other images are run.
    NotRun,
}

/// What the whole file, or one override, says about rules.
#[derive(Debug, Default)]
struct Layer {
    environment: Option<Environment>,
    kubernetes: Option<KubernetesVersion>,
    profile: Option<Profile>,
    select: Option<Vec<Selector>>,
    extend_select: Vec<Selector>,
    ignore: Vec<Selector>,
    /// By the id of the rule.
    rules: BTreeMap<&'static str, RuleLayer>,
}

/// What one `[rules."group/name"]` says.
#[derive(Debug, Default)]
struct RuleLayer {
    enabled: Option<bool>,
    severity: Option<Severity>,
    parameters: BTreeMap<&'static str, ParameterValue>,
}

/// One `[[overrides]]`.
#[derive(Debug)]
struct Override {
    paths: Gitignore,
    layer: Layer,
}

/// What the command line says about rules, its names resolved.
#[derive(Debug, Default)]
struct Chosen {
    select: Option<Vec<Selector>>,
    extend_select: Vec<Selector>,
    ignore: Vec<Selector>,
    profile: Option<Profile>,
    environment: Option<Environment>,
    for_checklists: bool,
}

/// What was settled already, by environment and matching overrides.
type Settled = HashMap<(Environment, Vec<usize>), Arc<Settings>>;

/// Nobody writes a longer configuration.
const MOST_BYTES: u64 = 1 << 20;

/// The configuration of a run.
#[derive(Debug, Default)]
pub struct Config {
    values: read::Values,
    chosen: Chosen,
    /// The folder that globs are relative to.
    root: PathBuf,
    /// The folder that the paths of files are relative to.
    here: PathBuf,
    settled: Mutex<Settled>,
}

impl Config {
    /// The nearest `agentcheck.toml`, from a folder upwards.
    pub fn discover(from: &Path) -> Option<PathBuf> {
        let from = std::path::absolute(from).ok()?;
        // A link that leads nowhere is one that somebody means to count.
        let is_there = |path: &PathBuf| path.is_file() || path.is_symlink() && !path.exists();
        from.ancestors().map(|folder| folder.join(FILE_NAME)).find(is_there)
    }

    /// Reads a file that was found rather than named. Whoever may put a link into a project must not have any
    /// file read, since what is wrong in it is shown.
    pub fn load_found(path: &Path) -> Result<Self, ConfigError> {
        let folder = path.parent().unwrap_or(path);
        let root = folder.ancestors().find(|folder| folder.join(".git").exists());
        let root = std::fs::canonicalize(root.unwrap_or(folder));
        let is_inside = |target: PathBuf| root.is_ok_and(|root| target.starts_with(root));
        let is_link = path.symlink_metadata().is_ok_and(|about| about.is_symlink());
        if is_link && !std::fs::canonicalize(path).is_ok_and(is_inside) {
            let where_to = if path.exists() { "out of the project" } else { "nowhere" };
            let message = format!("is a link that leads {where_to}");
            let help = Some("name the file that is meant with --config".to_owned());
            let problem = Problem { span: None, message, help };
            return Err(ConfigError::elsewhere(format!("`{}`", path.display()), vec![problem]));
        }
        Config::load(path)
    }

    /// Reads a file. Paths of files to check are relative to the working folder, those in the
    /// configuration to the folder of its file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |error: std::io::Error| {
            let message = format!("cannot be read: {error}");
            let problem = Problem { span: None, message, help: None };
            ConfigError::elsewhere(format!("`{}`", path.display()), vec![problem])
        };
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
        if u64::try_from(text.len()).is_ok_and(|length| length > MOST_BYTES) {
            let why = format!("larger than {} MiB", MOST_BYTES >> 20);
            return Err(unreadable(std::io::Error::other(why)));
        }
        let config = Config::parse(&path.to_string_lossy(), &text)?;
        let whole = std::path::absolute(path).map_err(unreadable)?;
        let here = std::env::current_dir().map_err(unreadable)?;
        Ok(Config { root: folder_of(&whole), here: plain(&here), ..config })
    }

    /// Reads a text; `path` is where it stands, for messages and as the home of its globs.
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let (values, problems) = read::read(text);
        if problems.is_empty() {
            Ok(Config { values, root: folder_of(Path::new(path)), ..Config::default() })
        } else {
            Err(ConfigError::in_file(path, text, problems))
        }
    }

    /// Lays the command line over the file.
    pub fn with(mut self, flags: Flags) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut selectors = |flag: &str, names: &[String]| -> Vec<Selector> {
            let known = names.iter().filter_map(|name| {
                let selector = Selector::named(name);
                if selector.is_none() {
                    let problem = read::unknown_rule(name);
                    let message = format!("{} in `{flag}`", problem.message);
                    problems.push(Problem { message, ..problem });
                }
                selector
            });
            known.collect()
        };
        self.chosen = Chosen {
            select: flags.select.map(|names| selectors("--select", &names)),
            extend_select: selectors("--extend-select", &flags.extend_select),
            ignore: selectors("--ignore", &flags.ignore),
            profile: flags.profile,
            environment: flags.environment,
            for_checklists: flags.for_checklists,
        };
        problems.extend(flags.exclude.iter().filter_map(|glob| {
            let message = format!("{} in `--exclude`", read::fault_of_glob(glob)?);
            Some(Problem { span: None, message, help: None })
        }));
        if !problems.is_empty() {
            return Err(ConfigError::elsewhere("the command line", problems));
        }
        self.values.fail_on = flags.fail_on.or(self.values.fail_on);
        let excluded = flags.exclude.iter().map(|glob| self.rooted(glob)).collect::<Vec<_>>();
        self.values.exclude.extend(excluded);
        self.settled = Mutex::default();
        Ok(self)
    }

    /// The severity from which a finding fails the run.
    pub fn fail_on(&self) -> FailOn {
        self.values.fail_on.unwrap_or(FailOn::Warning)
    }

    /// Globs of what to leave out, relative to [`Config::base`].
    pub fn exclude(&self) -> &[String] {
        &self.values.exclude
    }

    /// The folder that globs are relative to, unless that is the working folder.
    pub fn base(&self) -> Option<&Path> {
        Some(self.root.as_path()).filter(|root| !root.as_os_str().is_empty())
    }

    /// What people vouch for, as it is written.
    pub fn evidence(&self) -> &[Record] {
        &self.values.evidence
    }

    /// The Dockerfile of each image that names it.
    pub fn images(&self) -> &BTreeMap<String, String> {
        &self.values.images
    }

    /// Which of the files of those paths, as reports print them, build which images.
    pub fn images_among<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<StatedImage> {
        if self.values.images.is_empty() {
            return Vec::new();
        }
        let below = |(index, path)| Some((self.below_root(path)?, FileId::new(index)));
        let known: HashMap<_, _> = paths.enumerate().filter_map(below).collect();
        let stated = self.values.images.iter().filter_map(|(image, path)| {
            let dockerfile = *known.get(&resolve("", path))?;
            let line = self.values.image_lines.get(image).copied().unwrap_or(1);
            Some(StatedImage { image: image.clone(), dockerfile, line })
        });
        stated.collect()
    }

    /// The images of the configuration of which it knows no Dockerfile in a run over those files, or
    /// which nothing there runs. What the paths of the run leave out is not missed.
    pub fn idle_images(
        &self,
        roots: &[PathBuf],
        files: &Files,
        unused: &[usize],
    ) -> Vec<IdleImage> {
        let below = |path: &str| self.below_root(path);
        let read = files.as_slice().iter();
        let built = read.filter(|file| file.dockerfile().is_some());
        let built: HashSet<_> = built.filter_map(|file| below(file.source().path())).collect();
        let is_in_scope =
            |whole: &Path| roots.iter().any(|root| whole.starts_with(plain(&self.here.join(root))));
        let is_whole = !files.is_partial() && is_in_scope(&self.root);
        let stated = self.values.images.iter().filter_map(|(image, path)| {
            let line = self.values.image_lines.get(image).copied().unwrap_or(1);
            let whole = plain(&self.root.join(path));
            let why = if built.contains(&resolve("", path)) {
                (is_whole && unused.contains(&line)).then_some(Idle::NotRun)?
            } else if !whole.exists() {
                Idle::NotThere
            } else {
                is_in_scope(&whole).then_some(Idle::NotRead)?
            };
            Some(IdleImage { image: image.clone(), dockerfile: path.clone(), line, why })
        });
        let mut idle: Vec<_> = stated.collect();
        idle.sort_by_key(|image| image.line);
        idle
    }

    /// What holds in one file, whose path is as reports print it.
    pub fn settings(&self, path: &str) -> Arc<Settings> {
        let below = self.below_root(path);
        self.settings_below(path, below.as_deref().unwrap_or_else(|| name(path)))
    }

    /// What holds in one file that was found, as the end `found` of its path, in something that the
    /// user asked for by name: the rest of the path was a choice and makes it no test.
    pub fn settings_below(&self, path: &str, found: &str) -> Arc<Settings> {
        let below = self.below_root(path);
        let overrides: Vec<usize> = below.as_deref().map_or_else(Vec::new, |path| {
            let matches =
                |one: &Override| one.paths.matched_path_or_any_parents(path, false).is_ignore();
            let all = self.values.overrides.iter().enumerate();
            all.filter(|(_, one)| matches(one)).map(|(index, _)| index).collect()
        });
        let layers: Vec<&Layer> =
            std::iter::once(&self.values.layer)
                .chain(overrides.iter().filter_map(|&index| {
                    self.values.overrides.get(index).map(|found| &found.layer)
                }))
                .collect();
        // Of a path outside, only what was found is below anything that the project stands for.
        let told = below.unwrap_or_else(|| found.to_owned());
        let environment = self.environment(&layers, &told, found);
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = settled
            .entry((environment, overrides))
            .or_insert_with(|| Arc::new(self.settle(environment, &layers)));
        Arc::clone(settings)
    }

    /// The environment of a file. Its path has a say only where nobody else did: no flag, no
    /// override, and a configuration that leaves it at production. See [`environment::of_path`].
    fn environment(&self, layers: &[&Layer], path: &str, found: &str) -> Environment {
        let stated = layers.iter().skip(1).rev().find_map(|layer| layer.environment);
        let whole = self.values.layer.environment.unwrap_or(Environment::Production);
        self.chosen.environment.or(stated).unwrap_or_else(|| match whole {
            Environment::Production => environment::of_path(path, found).unwrap_or(whole),
            _ => whole,
        })
    }

    fn settle(&self, environment: Environment, layers: &[&Layer]) -> Settings {
        let settle = |rule: &Rule| {
            let mut settings = RuleSettings {
                enabled: self.is_enabled(rule, environment, layers),
                ..RuleSettings::default()
            };
            for layer in layers.iter().filter_map(|layer| layer.rules.get(rule.id)) {
                settings.severity = layer.severity.or(settings.severity);
                let parameters = layer.parameters.iter();
                settings.parameters.extend(parameters.map(|(name, value)| (*name, value.clone())));
            }
            settings
        };
        let kubernetes = layers.iter().rev().find_map(|layer| layer.kubernetes).unwrap_or_default();
        let external = self.values.external.clone();
        let shellcheck = self.values.shellcheck;
        let rules = RULES.iter().map(settle).collect();
        Settings { environment, kubernetes, external, shellcheck, today: today(), rules }
    }

    /// Whether a rule runs.
    ///
    /// A `select` replaces what came before it, a `profile` only what no name decided; then, in
    /// each layer, `extend-select` adds, `ignore` removes and `enabled` decides. What the command
    /// line selects is all that runs, and an override may only take away from it. A rule that makes
    /// no sense in the environment stays off, unless `enabled = true` insists.
    fn is_enabled(&self, rule: &Rule, environment: Environment, layers: &[&Layer]) -> bool {
        let any = |names: &[Selector]| names.iter().any(|name| name.covers(rule.id));
        let selected = |names: &[Selector]| names.iter().any(|name| name.selects(rule));
        let chosen = &self.chosen;
        if chosen.for_checklists {
            let stated = layers.iter().fold(None, |stated, layer| {
                let own = layer.rules.get(rule.id).and_then(|rule| rule.enabled);
                own.or(any(&layer.ignore).then_some(false)).or(stated)
            });
            let sensible = stated == Some(true) || rule.environments.contains(&environment);
            return stated != Some(false) && sensible && rule.decides();
        }
        let narrowed = chosen.select.is_some();
        let mut selection = match &chosen.select {
            Some(select) => selected(select),
            None => rule.profile <= chosen.profile.unwrap_or(Profile::Production),
        };
        let mut decision = None;
        let mut insists = false;
        for layer in layers.iter().skip(usize::from(narrowed)) {
            let enabled = layer.rules.get(rule.id).and_then(|rule| rule.enabled);
            if narrowed {
                selection &= !any(&layer.ignore) && enabled != Some(false);
                continue;
            }
            if chosen.profile.is_none() {
                selection = layer.profile.map_or(selection, |profile| rule.profile <= profile);
                if let Some(select) = &layer.select {
                    selection = selected(select);
                    decision = None;
                }
            }
            if selected(&layer.extend_select) {
                decision = Some(true);
            }
            if any(&layer.ignore) {
                decision = Some(false);
            }
            decision = enabled.or(decision);
            insists = enabled.unwrap_or(insists);
        }
        let on = decision.unwrap_or(selection) || selected(&chosen.extend_select);
        let sensible = insists || rule.environments.contains(&environment);
        on && sensible && !any(&chosen.ignore)
    }

    /// The path relative to the root, for a file below it.
    fn below_root(&self, path: &str) -> Option<String> {
        let whole = plain(&self.here.join(path));
        let below = whole.strip_prefix(&self.root).ok()?;
        let segments: Vec<_> = below.iter().map(std::ffi::OsStr::to_string_lossy).collect();
        let outside = below.has_root() || segments.first().is_some_and(|first| first == "..");
        (!outside).then(|| segments.join("/"))
    }

    /// A glob of the command line, relative to the root instead of the working folder.
    fn rooted(&self, glob: &str) -> String {
        let anchored = glob.trim_end_matches('/').contains('/');
        match self.here.strip_prefix(&self.root) {
            Ok(below) if anchored && below.components().next().is_some() => {
                let below: Vec<_> = below.iter().map(std::ffi::OsStr::to_string_lossy).collect();
                format!("/{}/{}", below.join("/"), glob.trim_start_matches('/'))
            }
            _ => glob.to_owned(),
        }
    }
}

fn folder_of(file: &Path) -> PathBuf {
    plain(file.parent().unwrap_or(Path::new("")))
}

/// A path without `.` and without the `..` that can be resolved by looking at the path alone.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        let last = plain.components().next_back();
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(last, Some(Component::Normal(_))) => {
                plain.pop();
            }
            Component::ParentDir if matches!(last, Some(Component::RootDir)) => {}
            other => plain.push(other),
        }
    }
    plain
}

/// The last segment of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
