//! What updates the dependencies of a repository: Dependabot, Renovate, or something that is only known
//! to be there.
//!
//! [`dependabot`] and [`renovate`] read their configurations; [`Repository::ecosystems`] says which
//! packages there are to update, and [`Repository::updating`] who does that.

mod coverage;
mod dependabot;
mod renovate;
#[cfg(test)]
mod tests;

pub(crate) use self::coverage::{Cover, EcosystemFound, Kept, Manifest};
pub(crate) use self::dependabot::{Dependabot, Entry};
pub(crate) use self::renovate::Renovate;
use crate::diagnostic::Confidence;
use crate::source::{FileId, Place, Span};

/// A configuration of something that updates dependencies.
#[derive(Debug)]
pub(crate) enum Updates {
    Dependabot(Dependabot),
    Renovate(Renovate),
    /// A tool of that name, of which nothing else is known.
    Other(&'static str, Place),
    /// A configuration of Dependabot where it is not looked for.
    Misplaced(Vec<Problem>),
}

impl Updates {
    /// What is wrong with the configuration itself.
    pub(crate) fn problems(&self) -> &[Problem] {
        match self {
            Updates::Dependabot(dependabot) => &dependabot.problems,
            Updates::Renovate(renovate) => &renovate.problems,
            Updates::Misplaced(problems) => problems,
            Updates::Other(..) => &[],
        }
    }

    /// What the tool is called.
    pub(crate) fn tool(&self) -> &'static str {
        match self {
            Updates::Dependabot(_) | Updates::Misplaced(_) => "Dependabot",
            Updates::Renovate(_) => "Renovate",
            Updates::Other(tool, _) => tool,
        }
    }
}

/// Something in a configuration that its tool refuses.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) help: &'static str,
    pub(crate) confidence: Confidence,
}

/// How often somebody looks for updates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) days: i64,
    /// As the configuration says it.
    pub(crate) said: String,
    pub(crate) place: Place,
}

/// Names as a sentence lists them.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Which configuration a file is, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Dependabot,
    /// A file of its name that lies elsewhere.
    Misplaced,
    /// A JSON file of Renovate's own.
    Renovate,
    /// A JSON5 file of its own.
    RenovateJson5,
    /// The `package.json` of the root may hold Renovate's configuration.
    PackageJson,
    /// A pipeline that may run such a tool.
    Pipeline,
    /// A file that is there for one tool alone.
    Other(&'static str),
}

/// Which configuration of an updater the file of a path is, if it is one.
pub(crate) fn format_of(path: &str) -> Option<Format> {
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let parent = folder.rsplit('/').next().unwrap_or_default();
    let is_forge = matches!(parent, ".github" | ".gitlab" | ".azuredevops" | ".gitea" | ".forgejo");
    let is_yaml = matches!(name.rsplit_once('.'), Some((_, "yml" | "yaml")));
    Some(match name {
        "dependabot.yml" | "dependabot.yaml" if is_forge => Format::Dependabot,
        "dependabot.yml" | "dependabot.yaml" => Format::Misplaced,
        "renovate.json" | ".renovaterc" | ".renovaterc.json" => Format::Renovate,
        "renovate.json5" | ".renovaterc.json5" => Format::RenovateJson5,
        "package.json" => Format::PackageJson,
        "renovate-config.js" | "renovate.config.js" => Format::Other("Renovate"),
        ".pyup.yml" => Format::Other("PyUp"),
        ".scala-steward.conf" => Format::Other("Scala Steward"),
        "updatecli.yaml" | "updatecli.yml" => Format::Other("Updatecli"),
        _ if parent == "updatecli.d" => Format::Other("Updatecli"),
        "config.yml" if parent == ".dependabot" => Format::Other("Dependabot"),
        "bitbucket-pipelines.yml" | "jenkinsfile" => Format::Pipeline,
        "config.yml" if parent == ".circleci" => Format::Pipeline,
        _ if is_yaml
            && (parent == "workflows"
                || name.contains("gitlab-ci")
                || name.contains("azure-pipelines")
                || folder.contains(".gitlab")
                || folder.contains(".azure")) =>
        {
            Format::Pipeline
        }
        _ => return None,
    })
}

/// What a file says of how dependencies are updated.
pub(crate) fn read(format: Format, file: FileId, text: &str) -> Option<Updates> {
    match format {
        Format::Dependabot => Some(Updates::Dependabot(dependabot::read(file, text))),
        Format::Misplaced => misplaced(file, text).map(Updates::Misplaced),
        Format::Renovate => Some(Updates::Renovate(renovate::read(file, text))),
        Format::RenovateJson5 => Some(Updates::Renovate(renovate::read_json5(file, text))),
        Format::PackageJson => renovate::read_package(file, text).map(Updates::Renovate),
        Format::Other(tool) => Some(Updates::Other(tool, Place { file, span: Span::new(0, 0) })),
        Format::Pipeline => {
            let (tool, at) = run_by(text)?;
            Some(Updates::Other(tool, Place { file, span: at.into() }))
        }
    }
}

/// What is wrong with a configuration of Dependabot that lies where it is not looked for.
fn misplaced(file: FileId, text: &str) -> Option<Vec<Problem>> {
    const KEY: &str = "package-ecosystem";
    let at = text.find(KEY)?;
    let place = Place { file, span: Span::new(at, at + KEY.len()) };
    let message = "Dependabot does not look for its configuration here".to_owned();
    let help = "it reads `.github/dependabot.yml` of the default branch, and nothing else";
    Some(vec![Problem { place, message, help, confidence: Confidence::Medium }])
}

/// The tool that a pipeline runs.
fn run_by(text: &str) -> Option<(&'static str, std::ops::Range<usize>)> {
    const MARKS: [(&str, &str); 9] = [
        ("renovatebot/", "Renovate"),
        ("renovate/renovate", "Renovate"),
        ("renovate-bot/", "Renovate"),
        ("npx renovate", "Renovate"),
        ("dependabot-gitlab", "Dependabot"),
        ("mend-renovate", "Renovate"),
        ("updatecli", "Updatecli"),
        ("npm-check-updates", "npm-check-updates"),
        // Whatever it was that changed the files, it changes them by a request of its own.
        ("create-pull-request@", "a workflow"),
    ];
    let found = MARKS.iter().find_map(|(mark, tool)| Some((*tool, text.find(mark)?, mark.len())));
    found.map(|(tool, at, length)| (tool, at..at + length))
}

/// About how many days lie between two times of a schedule of cron.
fn days_of_cron(schedule: &str) -> Option<i64> {
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    let [_, _, day, month, weekday] = fields.as_slice() else { return None };
    let is_any = |field: &str| matches!(field, "*" | "?" | "*/1");
    let times = |field: &str, all: i64| -> Option<i64> {
        let each = field.split(',').map(|part| {
            let (range, step) = part.split_once('/').unwrap_or((part, "1"));
            let step: i64 = step.parse().ok().filter(|step| *step > 0)?;
            let count = match range.split_once('-') {
                _ if is_any(range) => all,
                None if step > 1 => all,
                None => 1,
                Some((from, to)) => match (from.parse::<i64>(), to.parse::<i64>()) {
                    (Ok(from), Ok(to)) => (to - from).clamp(0, all) + 1,
                    // `mon-fri`
                    _ => 2,
                },
            };
            Some((count / step).max(1))
        });
        each.sum::<Option<i64>>().map(|count| count.clamp(1, all))
    };
    Some(
        match (is_any(day), is_any(month), is_any(weekday)) {
            (true, true, true) => 1,
            (true, true, false) => 7 / times(weekday, 7)?,
            (false, true, true) => 31 / times(day, 31)?,
            // Either of the two is enough.
            (false, true, false) => (7 / times(weekday, 7)?).min(31 / times(day, 31)?),
            (true, false, _) => 366 / times(month, 12)? / 31,
            (false, false, _) => 366 / times(month, 12)?,
        }
        .max(1),
    )
}
