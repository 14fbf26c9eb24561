use crate::credential::Value;
use crate::diagnostic::{Confidence, Severity};
use crate::docker::with_lines;
use crate::file::File;
use crate::repo::dotenv::{self, Dotenv, Role};
use crate::repo::{Repository, is_for_show};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Repository(check);

const KEPT: &str = "keys end up in such a file sooner or later: take it out with `git rm --cached`, list it in .gitignore, and commit an example";

const EXPOSED: &str = "everybody who can read the repository has it, also after it is gone: take it out with `git rm --cached`, list it in .gitignore, and renew what was in it";

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    let list = repository.file(".gitignore");
    let mut is_said = false;
    for (path, file, dotenv) in repository.dotenvs() {
        let is_tracked = repository.tracked().is_some_and(|tracked| tracked.holds(path));
        if !is_tracked && (!repository.is_whole() || repository.keeps_out(path)) {
            continue;
        }
        let Some(severity) = rate(path, dotenv, is_tracked) else { continue };
        let span = dotenv.credential.as_ref().map_or(dotenv.first, |held| held.span);
        let (what, name) = (told(dotenv), file.source().name());
        let (message, help) = if is_tracked {
            let is_exposed =
                matches!(&dotenv.credential, Some(held) if held.value == Value::Literal);
            (format!("`{name}` is committed{what}"), if is_exposed { EXPOSED } else { KEPT })
        } else {
            let help = "the next `git add .` takes it along: list it in .gitignore";
            (format!("git does not ignore `{name}`{what}"), help)
        };
        is_said = true;
        let found = cx.report(file.place(span), message).help(help).severity(severity);
        if let Some(list) = list.filter(|_| !is_tracked) {
            found.safe_fix(&format!("list `{name}` in .gitignore"), || Ok(listing(list, name)));
        }
    }
    for (place, path, dotenv) in repository.kept_though_ignored() {
        let Some(severity) = rate(&path, &dotenv, true) else { continue };
        let message = format!("`{path}` is committed all the same{}", told(&dotenv));
        cx.report(place, message)
            .help("a pattern does not touch what git already keeps: take it out with `git rm --cached`, and renew what was in it")
            .severity(severity);
    }
    if !is_said && repository.is_whole() {
        check_list(repository, list, cx);
    }
}

/// Nobody keeps more examples that each need a pattern.
const MOST_EXAMPLES: usize = 64;

/// How bad it is; nothing where such a file may well be committed.
fn rate(path: &str, dotenv: &Dotenv, is_tracked: bool) -> Option<Severity> {
    let is_own = dotenv::role(path) == Some(Role::Own) && !dotenv.is_public;
    match dotenv.credential.as_ref().map(|held| held.value) {
        Some(Value::Literal) if is_tracked && !is_for_show(path) => Some(Severity::Error),
        Some(Value::Literal) => Some(Severity::Warning),
        Some(_) => (!is_for_show(path)).then_some(Severity::Warning),
        None => (is_tracked && is_own && !is_for_show(path)).then_some(Severity::Note),
    }
}

/// What the file holds, in words that follow its name.
fn told(dotenv: &Dotenv) -> String {
    let Some(held) = &dotenv.credential else { return String::new() };
    match held.value {
        Value::Placeholder => format!(", where `{}` waits to be filled in", held.name),
        Value::WellKnown => format!(", with a well-known password for `{}`", held.name),
        _ => format!(", with a value for `{}`", held.name),
    }
}

/// Reports the list that lets a file pass which is copied from an example, or which something reads,
/// before it is there.
fn check_list(repository: &Repository<'_>, list: Option<&File>, cx: &mut Cx<'_>) {
    let Some(expected) = expected(repository) else { return };
    let Expected { path, why, place, is_read, help, confidence } = expected;
    let found = match list {
        Some(list) => cx
            .report(list.place(last_pattern(list)), format!("no pattern covers `{path}`, {why}"))
            .related_to(
                place.filter(|_| is_read).map(|it| (it, "read here".to_owned())).into_iter(),
            )
            .safe_fix("list `.env` in .gitignore", || Ok(listing(list, ".env"))),
        None if repository.root().is_versioned => {
            let Some(place) = place else { return };
            cx.report(place, format!("no .gitignore covers `{path}`, {why}"))
        }
        None => return,
    };
    found.help(help).severity(Severity::Warning).confidence(confidence);
}

/// A file of variables that will be there.
struct Expected {
    path: String,
    /// Behind its path.
    why: String,
    /// What says so.
    place: Option<Place>,
    /// Whether that reads the file.
    is_read: bool,
    help: &'static str,
    confidence: Confidence,
}

fn expected(repository: &Repository<'_>) -> Option<Expected> {
    let is_open = |path: &str| !repository.has(path) && !repository.keeps_out(path);
    let becomes = |path: &str| match path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/.env"),
        None => ".env".to_owned(),
    };
    let examples = repository.paths().iter().copied();
    let examples = examples.filter(|path| dotenv::role(path) == Some(Role::Example));
    let example = examples.take(MOST_EXAMPLES).find(|path| is_open(&becomes(path)));
    if let Some(example) = example {
        let file = repository.file(example);
        return Some(Expected {
            path: becomes(example),
            why: format!("which `{example}` becomes"),
            place: file.map(|file| file.place(Span::new(0, 0))),
            is_read: false,
            help: "whoever copies the example writes keys into it, and the next `git add .` takes it along",
            confidence: Confidence::High,
        });
    }
    let reader = repository.readers_of_dotenv().into_iter().find(|it| is_open(&it.path))?;
    Some(Expected {
        why: format!("which {} of `{}` reads", reader.name, reader.said_in),
        path: reader.path,
        place: Some(reader.place),
        is_read: true,
        help: "whoever runs it writes keys into that file, and the next `git add .` takes it along",
        confidence: Confidence::Medium,
    })
}

fn last_pattern(list: &File) -> Span {
    list.ignore_list().and_then(crate::repo::IgnoreList::last).unwrap_or(Span::new(0, 0))
}

fn listing(list: &File, pattern: &str) -> crate::tree::edit::Change {
    with_lines(list.id(), list.source().text(), &[pattern])
}
