//! Files of variables that people keep beside their code: `.env`. Whether git should have one
//! depends on what it holds.
//!
//! Sources: 12factor.net/config; vite.dev/guide/env-and-mode and nextjs.org/docs, "Environment
//! Variables", for the files that are meant to be committed; dotenvx.com/docs for encrypted ones.

use std::sync::Arc;

use super::Part;
use crate::compose;
use crate::credential::{self, Value};
use crate::file::{DocumentKind, File};
use crate::source::{FileId, Place, Span, resolve};
use crate::tree::{Node, dotenv};

/// What a file of variables is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Holds what a machine runs with.
    Own,
    /// Holds what an environment runs with, such as `.env.production`, for everybody who has it.
    Shared,
    /// Is copied and filled in.
    Example,
}

/// Words of the names of files that are there to be copied.
const EXAMPLES: [&str; 9] =
    ["example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults"];

/// Words of the names of files that hold nothing to hide: encrypted ones, values of tests, and what
/// is no file of variables at all.
const HARMLESS: [&str; 24] = [
    "vault",
    "enc",
    "encrypted",
    "age",
    "gpg",
    "asc",
    "sops",
    "test",
    "tests",
    "testing",
    "ci",
    "e2e",
    "schema",
    "spec",
    "md",
    "js",
    "ts",
    "py",
    "json",
    "yaml",
    "yml",
    "j2",
    "erb",
    "rs",
];

/// Folders of tests.
const TESTS: [&str; 3] = ["tests", "__tests__", "e2e"];

/// Words of the names of files that everybody in an environment shares.
const ENVIRONMENTS: [&str; 10] = [
    "development",
    "dev",
    "staging",
    "stage",
    "production",
    "prod",
    "preview",
    "qa",
    "uat",
    "shared",
];

/// What a file of that path is there for, if it is a file of variables.
pub(crate) fn role(path: &str) -> Option<Role> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let (before, after) = name.split_once("env")?;
    // `.env`, `.env.local`, `.env-example`, `prod.env`, `env.example`.
    let is_dotenv = match (before, after) {
        ("." | "dot" | ".dot", "") => true,
        (".", rest) => rest.starts_with(['.', '-', '_']),
        (before, "") => before.ends_with('.'),
        ("" | "dot", rest) => EXAMPLES.iter().any(|word| rest.strip_prefix('.') == Some(word)),
        (before, rest) => before.ends_with('.') && rest.starts_with('.'),
    };
    // `environments/test/.env` is none of these.
    let mut folders = path.rsplit('/').skip(1).peekable();
    let mut is_of_tests = false;
    while let Some(folder) = folders.next() {
        let is_first = folders.peek().is_none();
        is_of_tests |= TESTS.contains(&folder) || is_first && folder == "test";
    }
    let words = || before.split(['.', '-', '_']).chain(after.split(['.', '-', '_']));
    let has = |list: &[&str]| words().any(|word| list.contains(&word));
    match () {
        () if !is_dotenv => None,
        () if has(&EXAMPLES) => Some(Role::Example),
        () if has(&HARMLESS) || is_of_tests => None,
        () if has(&ENVIRONMENTS) && !has(&["local"]) => Some(Role::Shared),
        () => Some(Role::Own),
    }
}

/// What a file of variables says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dotenv {
    /// The name of its first variable.
    pub(crate) first: Span,
    /// The variable that says most of a credential.
    pub(crate) credential: Option<Held>,
    /// Whether all of its variables are built into what a browser loads.
    pub(crate) is_public: bool,
}

/// A variable that holds a credential, or room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) span: Span,
    pub(crate) name: String,
    /// Never a reference, and never nothing.
    pub(crate) value: Value,
}

/// Starts of the names of variables that build tools put into what a browser loads.
const PUBLIC: [&str; 9] = [
    "VITE_",
    "NEXT_PUBLIC_",
    "REACT_APP_",
    "PUBLIC_",
    "NUXT_PUBLIC_",
    "VUE_APP_",
    "GATSBY_",
    "EXPO_PUBLIC_",
    "STORYBOOK_",
];

/// What reads a file of variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reader<'p> {
    /// The file, from the root of the repository on.
    pub(crate) path: String,
    /// What it is to be called.
    pub(crate) name: String,
    /// The file that says so, and where.
    pub(crate) said_in: &'p str,
    pub(crate) place: Place,
}

/// Packages that read the `.env` of the folder that a program is started in.
const PACKAGES: [&str; 12] = [
    "dotenv",
    "dotenv-flow",
    "dotenv-rails",
    "dotenvy",
    "environs",
    "github.com/joho/godotenv",
    "io.github.cdimascio:dotenv-java",
    "io.github.cdimascio:dotenv-kotlin",
    "pydantic-settings",
    "python-decouple",
    "python-dotenv",
    "vlucas/phpdotenv",
];

/// More places read nothing else.
const MOST_READERS: usize = 64;

/// More values of a service are not looked at.
const MOST_VALUES: usize = 1024;

/// What a file, at a path from the root of the repository, says of who reads variables.
pub(super) fn readers<'p>(path: &'p str, file: &File) -> Vec<Reader<'p>> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let reader = |own: &str, name: String, place: Place| Reader {
        path: resolve(folder, own),
        name,
        said_in: path,
        place,
    };
    let mut found = Vec::new();
    let documents = file.documents().filter(|(_, kind)| *kind == DocumentKind::Compose);
    for service in documents.flat_map(|(document, _)| compose::services(document)) {
        let name = || format!("compose service `{}`", service.name());
        let stated = service.env_files().into_iter().filter(|it| {
            role(it.text()) == Some(Role::Own)
                && !it.text().contains('$')
                && !it.text().starts_with('/')
        });
        found.extend(stated.map(|it| reader(it.text(), name(), it.place())));
        found.extend(
            filled_in(service.node()).into_iter().map(|place| reader(".env", name(), place)),
        );
    }
    for part in file.parts() {
        let Part::Dependencies(dependencies) = part else { continue };
        let packages = dependencies.packages.iter();
        let packages = packages.filter(|it| PACKAGES.contains(&it.name.as_str()));
        found.extend(packages.map(|it| reader(".env", format!("`{}`", it.name), it.place)));
    }
    found.truncate(MOST_READERS);
    found
}

/// The first value of a service that takes a credential from outside, with nothing in its place.
fn filled_in(service: Node<'_>) -> Option<Place> {
    let mut queue = vec![service];
    for _ in 0..MOST_VALUES {
        let next = queue.pop()?;
        let mut taken = crate::variables::taken(next.text()).into_iter();
        if next.is_scalar() && taken.any(credential::names_credential) {
            return Some(next.place());
        }
        queue.extend(next.items());
        queue.extend(next.own_entries().map(|it| it.value));
    }
    None
}

/// Reads a file of variables; nothing of one that has none or that is encrypted.
pub(crate) fn read(file: FileId, text: &Arc<str>) -> Option<Dotenv> {
    let tree = dotenv::read(file, text);
    let root = tree.documents().next()?;
    let (mut first, mut worst, mut is_public) = (None, None::<Held>, true);
    for entry in root.own_entries() {
        let (name, value) = (entry.key.text(), entry.value.text());
        // SOPS and dotenvx say in the file itself that it is encrypted.
        if name.starts_with("sops_") || name.starts_with("DOTENV_PUBLIC_KEY") {
            return None;
        }
        let at = entry.key.place().span;
        first = first.or(Some(at));
        is_public &= PUBLIC.iter().any(|start| name.starts_with(start));
        let what = judge(name, value);
        if rank(what) > worst.as_ref().map_or(0, |worst| rank(worst.value)) {
            worst = Some(Held { span: at, name: name.to_owned(), value: what });
        }
    }
    Some(Dotenv { first: first?, credential: worst, is_public })
}

fn judge(name: &str, value: &str) -> Value {
    if ["encrypted:", "ENC[", "vault:v1:"].iter().any(|start| value.starts_with(start)) {
        return Value::None;
    }
    if credential::is_issued(value) {
        return Value::Literal;
    }
    credential::in_variable(name, value).0
}

fn rank(value: Value) -> usize {
    match value {
        Value::None | Value::Reference => 0,
        Value::Placeholder => 1,
        Value::WellKnown => 2,
        Value::Literal => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_file_is_for() {
        for (path, expected) in [
            (".env", Some(Role::Own)),
            ("api/.env", Some(Role::Own)),
            (".env.local", Some(Role::Own)),
            (".env.production.local", Some(Role::Own)),
            (".env.keys", Some(Role::Own)),
            (".env-docker", Some(Role::Own)),
            ("worker.env", Some(Role::Own)),
            (".env.production", Some(Role::Shared)),
            ("deploy/prod.env", Some(Role::Shared)),
            (".env.example", Some(Role::Example)),
            (".env.local.example", Some(Role::Example)),
            (".env-sample", Some(Role::Example)),
            ("example.env", Some(Role::Example)),
            ("env.example", Some(Role::Example)),
            ("env.template", Some(Role::Example)),
            ("dotenv.example", Some(Role::Example)),
            (".env.vault", None),
            ("secrets.enc.env", None),
            (".env.test", None),
            (".envrc", None),
            ("env", None),
            ("env.py", None),
            ("vite-env.d.ts", None),
            ("environment.yml", None),
            ("src/env.ts", None),
            (".env.d.ts", None),
            ("myenv", None),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }

    #[test]
    fn the_worst_value_is_told_by_its_name() {
        let of = |text: &str| {
            let text: Arc<str> = text.into();
            let found = read(FileId::new(0), &text)?;
            let name = |span: Span| text.get(span.range()).unwrap().to_owned();
            let credential = found.credential.map(|held| (name(held.span), held.value));
            Some((name(found.first), credential, found.is_public))
        };
        let told = |first: &str, name: &str, value| {
            Some((first.to_owned(), Some((name.to_owned(), value)), false))
        };
        assert_eq!(
            of(
                "# db\nPORT=1\nDB_PASSWORD=changeme\nexport API_KEY='q7Zp2mW9xK4vT8rL'\nX_TOKEN=zR4kP9wQ2nV7tY5m\n"
            ),
            told("PORT", "API_KEY", Value::Literal)
        );
        assert_eq!(of("A=1\nDB_PASSWORD=postgres\n"), told("A", "DB_PASSWORD", Value::WellKnown));
        assert_eq!(
            of("DATABASE_URL=postgres://app:q7Zp2mW9xK4v@db/app\n"),
            told("DATABASE_URL", "DATABASE_URL", Value::Literal)
        );
        assert_eq!(of("TAG=1.2\n"), Some(("TAG".to_owned(), None, false)));
        assert_eq!(of("VITE_TITLE=Shop\n"), Some(("VITE_TITLE".to_owned(), None, true)));
        assert_eq!(of("API_KEY=\nB_TOKEN=${X}\n").unwrap().1, None);
        assert_eq!(
            of("DOTENV_PUBLIC_KEY=\"02ab\"\nAPI_KEY=\"encrypted:BE9Y7LKANx77X1pv\"\n"),
            None
        );
        assert_eq!(
            of("API_KEY=ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nsops_version=3.8.1\n"),
            None
        );
        assert_eq!(of("# nothing\n\n"), None);
    }
}
