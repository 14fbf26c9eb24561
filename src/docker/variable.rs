//! The variables that the builder replaces in an instruction.

use super::{Action, Dockerfile, Form, Instruction, Stage, Start, Word};
use crate::image::ImageRef;
use crate::source::{Place, Span};

/// ```text
/// WORKDIR ${HOME}/app
///         ^^^^^^^
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variable<'d> {
    pub(crate) name: &'d str,
    pub(crate) place: Place,
    /// Whether something else is said for where it is not set: `${NAME:-x}`, `${NAME:?x}`.
    pub(crate) is_guarded: bool,
}

/// Variables that base images set, by themselves or through their runtime.
///
/// Source: the `ENV` instructions of the Docker Official Images, of Distroless, NVIDIA CUDA, .NET,
/// and of the dev containers.
const OF_IMAGES: [&str; 62] = [
    "PATH",
    "HOME",
    "HOSTNAME",
    "TERM",
    "PWD",
    "USER",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "SHELL",
    "DEBIAN_FRONTEND",
    "LD_LIBRARY_PATH",
    "LIBRARY_PATH",
    "PKG_CONFIG_PATH",
    "SSL_CERT_FILE",
    "TZ",
    "GPG_KEY",
    "PYTHON_VERSION",
    "PYTHON_SHA256",
    "PYTHON_PIP_VERSION",
    "PYTHON_SETUPTOOLS_VERSION",
    "PYTHON_GET_PIP_URL",
    "PYTHON_GET_PIP_SHA256",
    "PYTHONPATH",
    "NODE_VERSION",
    "NODE_PATH",
    "YARN_VERSION",
    "BUN_RUNTIME_TRANSPILER_CACHE_PATH",
    "BUN_INSTALL_BIN",
    "GOLANG_VERSION",
    "GOPATH",
    "GOROOT",
    "GOTOOLCHAIN",
    "JAVA_HOME",
    "JAVA_VERSION",
    "MAVEN_HOME",
    "MAVEN_CONFIG",
    "GRADLE_HOME",
    "GRADLE_VERSION",
    "CATALINA_HOME",
    "RUSTUP_HOME",
    "CARGO_HOME",
    "RUST_VERSION",
    "RUBY_VERSION",
    "RUBY_MAJOR",
    "GEM_HOME",
    "BUNDLE_APP_CONFIG",
    "PHP_VERSION",
    "PHP_INI_DIR",
    "PHPIZE_DEPS",
    "DOTNET_VERSION",
    "ASPNET_VERSION",
    "DOTNET_SDK_VERSION",
    "APP_UID",
    "PGDATA",
    "PG_MAJOR",
    "PG_VERSION",
    "NGINX_VERSION",
    "CUDA_VERSION",
    "NV_CUDA_LIB_VERSION",
    "AIRFLOW_HOME",
    "CONDA_DIR",
];

/// Official images that set nothing but what is among [`OF_IMAGES`].
///
/// Source: the Dockerfiles of the images, 2026-11.
const KNOWN_IMAGES: [&str; 13] = [
    "almalinux",
    "alpine",
    "amazonlinux",
    "buildpack-deps",
    "busybox",
    "debian",
    "golang",
    "node",
    "oraclelinux",
    "python",
    "rockylinux",
    "rust",
    "ubuntu",
];

/// Whether some base image sets a variable of that name.
pub(crate) fn is_set_by_images(name: &str) -> bool {
    OF_IMAGES.contains(&name)
}

impl Stage {
    /// Whether all variables that its base image may set are known by [`is_set_by_images`].
    pub(crate) fn has_known_variables(&self) -> bool {
        let image = self.resolved_image().map(ImageRef::parse);
        image.and_then(|image| image.official_name()).is_some_and(|it| KNOWN_IMAGES.contains(&it))
    }
}

impl Dockerfile {
    /// The variables of a word, in their order. What is escaped or in single quotes is text.
    pub(crate) fn variables_in(&self, word: &Word) -> Vec<Variable<'_>> {
        self.variables_at(word.place)
    }

    fn variables_at(&self, Place { file, span }: Place) -> Vec<Variable<'_>> {
        let text = self.written(span);
        let mut found = Vec::new();
        let mut chars = text.char_indices();
        let mut quote = None;
        while let Some((at, c)) = chars.next() {
            match (c, quote) {
                (c, None | Some('"')) if c == self.escape => {
                    chars.next();
                }
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                ('$', None | Some('"')) => {
                    let rest = chars.as_str();
                    let inside = rest.strip_prefix('{');
                    let named = inside.unwrap_or(rest);
                    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                    let end = named.find(|c: char| !is_name(c)).unwrap_or(named.len());
                    let (name, behind) = named.split_at_checked(end).unwrap_or((named, ""));
                    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                        continue;
                    }
                    let closes = usize::from(inside.is_some() && behind.starts_with('}'));
                    let length = 1 + usize::from(inside.is_some()) + name.len() + closes;
                    let start = span.start as usize + at;
                    let is_guarded = inside.is_some() && behind.starts_with([':', '-', '+', '?']);
                    let place = Place { file, span: Span::new(start, start + length) };
                    found.push(Variable { name, place, is_guarded });
                }
                _ => {}
            }
        }
        found
    }
}

impl Dockerfile {
    /// The variables that the shell of a `RUN` has from outside: those that its text uses and does
    /// not set. A text with another one in it, as a script that it writes, tells nothing.
    pub(crate) fn variables_of_run(&self, instruction: &Instruction) -> Vec<Variable<'_>> {
        let Action::Run(run) = &instruction.action else { return Vec::new() };
        let Form::Shell(said) = &run.command.form else { return Vec::new() };
        let place = match run.heredocs.as_slice() {
            [] => run.command.place,
            // Nothing but the heredoc, which is then the script.
            [only] if !said.contains(char::is_whitespace) => {
                Place { span: only.body, ..run.command.place }
            }
            _ => return Vec::new(),
        };
        let text = self.written(place.span);
        if run.command.scripts().is_empty() || text.contains("<<") {
            return Vec::new();
        }
        let whole = self.written(instruction.span);
        let is_set = |name: &str| {
            whole.match_indices(name).any(|(at, _)| {
                let before = whole.get(..at).unwrap_or_default().trim_end();
                let behind = whole.get(at + name.len()..).unwrap_or_default();
                let is_read = ["for", "read", "-r", "local", "unset"];
                behind.starts_with(['=', '+'])
                    || before.ends_with("env=")
                    || is_read.iter().any(|word| before.ends_with(word))
            })
        };
        let mut found = self.variables_at(place);
        found.retain(|variable| !is_set(variable.name));
        found
    }
}

/// Words in the names of variables that hold what may be added to a command.
const ADDITIONS: [&str; 6] = ["ARGS", "EXTRA", "FLAGS", "OPTIONS", "OPTS", "PARAMS"];

/// Variables that every shell has of its own.
///
/// Source: POSIX.1-2024, "Shell Variables"; the manual of Bash, "Bash Variables".
const OF_SHELLS: [&str; 12] = [
    "EUID", "HOSTTYPE", "IFS", "LINENO", "OLDPWD", "OPTARG", "OPTIND", "OSTYPE", "PPID", "RANDOM",
    "SECONDS", "UID",
];

impl Dockerfile {
    /// The variables that a command needs from whoever runs the image: a shell fills them in, the command
    /// neither sets them nor does without them.
    pub(crate) fn variables_of_start(&self, start: Start<'_>) -> Vec<Variable<'_>> {
        let text = self.written(start.command.place.span);
        let takes_files =
            ["source ", ". /", ". ./", "eval ", "<<"].iter().any(|it| text.contains(it));
        if start.command.scripts().is_empty() || takes_files {
            return Vec::new();
        }
        let all = self.variables_at(start.command.place);
        let is_must = |it: &Variable<'_>| {
            let behind = text.get((it.place.span.end - start.command.place.span.start) as usize..);
            let behind = behind.unwrap_or_default();
            !it.is_guarded || behind.starts_with('?') || behind.starts_with(":?")
        };
        let is_needed = |it: &&Variable<'_>| {
            let name = it.name;
            let is_optional = all.iter().any(|other| other.name == name && !is_must(other));
            let is_tested = ["-n ", "-z ", "-v "].iter().any(|test| {
                let forms = ["$", "\"$", "${", "\"${", "\\\"$", "\\\"${", ""];
                forms.iter().any(|form| text.contains(&format!("{test}{form}{name}")))
            });
            let is_set = text.contains(&format!("{name}="))
                || ["for ", "read ", "read -r "]
                    .iter()
                    .any(|it| text.contains(&format!("{it}{name}")));
            let is_addition = name.split('_').any(|word| ADDITIONS.contains(&word));
            let is_own = OF_SHELLS.contains(&name) || is_set_by_images(name);
            !(is_optional || is_tested || is_set || is_addition || is_own)
        };
        let mut needed: Vec<Variable<'_>> = Vec::new();
        for variable in all.iter().filter(is_needed) {
            if !needed.iter().any(|it| it.name == variable.name) {
                needed.push(*variable);
            }
        }
        needed
    }
}

impl Instruction {
    /// The words of an instruction in which the builder replaces variables.
    ///
    /// Source: docs.docker.com/reference/dockerfile, "Environment replacement".
    pub(crate) fn expanded_words(&self) -> impl Iterator<Item = &Word> {
        let mut words: Vec<&Word> = Vec::new();
        match &self.action {
            Action::Add(it) | Action::Copy(it) => {
                words.extend(it.paths());
                words.push(&it.destination);
                let is_expanded = |name: &str| matches!(name, "chown" | "chmod" | "checksum");
                let flags = self.flags.iter().filter(|it| is_expanded(&it.name.text));
                words.extend(flags.filter_map(|flag| flag.value.as_ref()));
            }
            Action::Arg(pairs) | Action::Env(pairs) => {
                words.extend(pairs.iter().filter_map(|pair| pair.value.as_ref()));
            }
            Action::Label(pairs) => {
                let parts = pairs.iter().flat_map(|it| [Some(&it.name), it.value.as_ref()]);
                words.extend(parts.flatten());
            }
            Action::Expose(all) | Action::Volume(all) => words.extend(all),
            Action::Stopsignal(word) | Action::User(word) | Action::Workdir(word) => {
                words.push(word);
            }
            Action::Cmd(_)
            | Action::Entrypoint(_)
            | Action::Healthcheck(_)
            | Action::Maintainer(_)
            | Action::Run(_)
            | Action::Shell(_) => {}
        }
        words.into_iter()
    }
}
