//! Compilers and build tools that an image ships, though only its build needs them.

use super::package::{Manager, PackageCommand, Task};
use super::shell::Invocation;
use super::{Action, Dockerfile, Image, Run, Stage};
use crate::image::ImageRef;
use crate::source::Place;

/// Packages of distributions that are compilers or build tools, however they are versioned.
const COMPILERS: [&str; 24] = [
    "alpine-sdk",
    "base-devel",
    "bazel",
    "build-base",
    "build-essential",
    "cargo",
    "clang",
    "cmake",
    "default-jdk",
    "default-jdk-headless",
    "development-tools",
    "g++",
    "gcc",
    "gcc-c++",
    "gfortran",
    "go",
    "golang",
    "golang-go",
    "gradle",
    "maven",
    "musl-dev",
    "ninja-build",
    "rust",
    "rustc",
];

/// Commands that make of sources what will run, by program and first words; `|` stands between
/// words of which any will do.
const BUILDS: [(&str, &str); 18] = [
    ("bun", "build"),
    ("cargo", "build|install"),
    ("dotnet", "build|publish"),
    ("g++", ""),
    ("gcc", ""),
    ("go", "build|install"),
    ("gradle", "assemble|bootJar|build|installDist|jar|shadowJar"),
    ("gradlew", "assemble|bootJar|build|installDist|jar|shadowJar"),
    ("javac", ""),
    ("mvn", "install|package|verify"),
    ("mvnw", "install|package|verify"),
    ("next", "build"),
    ("npm", "build"),
    ("pnpm", "build"),
    ("rustc", ""),
    ("tsc", ""),
    ("vite", "build"),
    ("yarn", "build"),
];

/// So many commands behind an installation are looked at that may take it away again.
const MOST_REMOVALS: usize = 200;

/// What an image ships for nothing.
#[derive(Debug)]
pub(crate) struct BuildTool<'d> {
    pub(crate) stage: &'d Stage,
    pub(crate) place: Place,
    pub(crate) kind: BuildToolKind<'d>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuildToolKind<'d> {
    /// The image is built on one whose purpose it is.
    Base(&'static str),
    /// A step installs it and none takes it away.
    Package(&'d str),
    /// A step builds what will run, beside its sources and tools.
    Build(&'d str),
}

impl Dockerfile {
    /// The first compiler or build tool in the layers of the image.
    pub(crate) fn build_tool<'d>(&'d self, image: &Image<'d>) -> Option<BuildTool<'d>> {
        let base = image.base().and_then(|base| ImageRef::parse(base).toolchain());
        if let Some((what, word)) = base.zip(image.origin.image()) {
            let kind = BuildToolKind::Base(what);
            return Some(BuildTool { stage: image.origin, place: word.place, kind });
        }
        let mut lineage: Vec<_> = self.lineage(image.stage).collect();
        lineage.reverse();
        let in_each = |find: fn(&Run) -> Option<(Place, BuildToolKind<'_>)>| {
            lineage.iter().find_map(|stage| {
                let (place, kind) = stage.actions().filter_map(Action::run).find_map(find)?;
                Some(BuildTool { stage, place, kind })
            })
        };
        let is_cleaned = || self.invocations(image.stage).any(|it| drops_node_modules(&it));
        in_each(installed).or_else(|| {
            in_each(built).filter(|tool| match tool.kind {
                BuildToolKind::Build(program) => !is_node(program) || !is_cleaned(),
                _ => true,
            })
        })
    }
}

/// The first compiler that a step installs and leaves there.
fn installed(run: &Run) -> Option<(Place, BuildToolKind<'_>)> {
    let is_system =
        |manager: Manager| manager.is_apt() || manager.is_rpm() || manager == Manager::Apk;
    let mut installs =
        run.command.packages_where(|manager, task| task == Task::Install && is_system(manager));
    installs.find_map(|install| {
        let compiler = install.packages.iter().find(|it| is_compiler(it.name))?;
        let group = install.arguments.values(&["-t", "--virtual"]).next();
        let removals = run.command.packages_where(|_, task| task == Task::Remove);
        let mut later = removals.filter(|it| it.start() > install.start()).take(MOST_REMOVALS);
        let goes = later.any(|later| removes(&later, compiler.name, group));
        (!goes).then_some((compiler.word.place, BuildToolKind::Package(compiler.name)))
    })
}

/// `gcc-12` and `openjdk-21-jdk` as well.
fn is_compiler(name: &str) -> bool {
    // A group by its name or its id: `Development Tools`, `@development-tools`.
    let group = name.trim_start_matches('@').to_ascii_lowercase().replace(' ', "-");
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | ':'));
    COMPILERS.contains(&group.as_str())
        || COMPILERS.contains(&plain)
        || name.contains("jdk") && !name.contains("jre") && !name.ends_with("-doc")
}

/// Whether a removal takes a package away again, by its name, its group or a variable.
fn removes(removal: &PackageCommand<'_>, package: &str, group: Option<&str>) -> bool {
    let is_it = |text: &str| text == package || Some(text) == group;
    let mut names = removal.arguments.operands().iter();
    names.any(|word| is_it(&word.text) || !word.is_literal || word.text.contains('*'))
        // What was marked as automatic goes with it.
        || removal.subcommand.text.starts_with("auto")
}

fn built(run: &Run) -> Option<(Place, BuildToolKind<'_>)> {
    // What is taken away again in the same step served to build, and is not shipped.
    if run.command.asks(|_, task| task == Task::Remove) {
        return None;
    }
    run.command.simple_commands().find_map(|command| {
        let invocation = command.invocation()?;
        let program = invocation.name();
        let program = if program == "npx" { operand(&invocation)? } else { program };
        let (_, words) = BUILDS.iter().find(|(build, _)| *build == program)?;
        let says = |word: &str| invocation.arguments.iter().any(|it| it.text == word);
        let builds = words.is_empty() || words.split('|').any(says);
        // `gcc --version`
        let asks = invocation.arguments.iter().any(|it| it.text.starts_with("--version"));
        (builds && !asks).then_some((command.place, BuildToolKind::Build(program)))
    })
}

fn operand<'c>(invocation: &Invocation<'c>) -> Option<&'c str> {
    invocation.arguments.iter().map(|word| word.text.as_str()).find(|word| !word.starts_with('-'))
}

fn is_node(program: &str) -> bool {
    matches!(program, "bun" | "next" | "npm" | "pnpm" | "tsc" | "vite" | "yarn")
}

/// `npm prune --omit=dev`, `rm -rf node_modules`
fn drops_node_modules(invocation: &Invocation<'_>) -> bool {
    let says = |word: &str| invocation.arguments.iter().any(|it| it.text.contains(word));
    match invocation.name() {
        "npm" | "pnpm" | "yarn" => says("prune"),
        "rm" => says("node_modules"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    #[test]
    fn what_only_the_build_needs_is_found_in_the_image() {
        use BuildToolKind::{Base, Build, Package};
        for (text, expected) in [
            ("FROM golang:1.25\nCMD x", Some(Base("the Go toolchain"))),
            ("FROM golang:1.25 AS b\nRUN go build\nFROM debian\nCOPY --from=b /a /a", None),
            (
                "FROM debian\nRUN apt-get install -y build-essential",
                Some(Package("build-essential")),
            ),
            ("FROM debian\nRUN apt-get install -y gcc-12 && make", Some(Package("gcc-12"))),
            ("FROM debian\nRUN apt-get install -y gcc && make && apt-get purge -y gcc", None),
            ("FROM alpine\nRUN apk add --virtual .b gcc && gcc -o /x x.c && apk del .b", None),
            (
                "FROM debian\nRUN apt-get install -y gcc && apt-get purge -y --auto-remove $DEPS",
                None,
            ),
            (
                "FROM debian\nRUN apt-get install -y gcc\nRUN apt-get purge -y gcc",
                Some(Package("gcc")),
            ),
            ("FROM alpine\nRUN apk add -t .deps gcc musl-dev && make && apk del .deps", None),
            ("FROM alpine\nRUN apk add --no-cache build-base", Some(Package("build-base"))),
            ("FROM debian\nRUN apt-get install -y openjdk-21-jre-headless libgcc-s1 git", None),
            ("FROM debian\nRUN pip install gcc", None),
            (
                "FROM fedora\nRUN dnf -y groupinstall \"Development Tools\"",
                Some(Package("Development Tools")),
            ),
            ("FROM node:22-slim\nRUN npm ci && npm run build", Some(Build("npm"))),
            ("FROM node:22-slim\nRUN npm ci && npm run build && npm prune --omit=dev", None),
            ("FROM node:22-slim\nRUN npm ci --omit=dev", None),
            ("FROM node:22-slim\nRUN npx tsc -p .", Some(Build("tsc"))),
            ("FROM debian AS base\nRUN cargo build --release\nFROM base", Some(Build("cargo"))),
            ("FROM debian\nRUN gcc --version", None),
        ] {
            let file = good(text);
            let image = file.image().unwrap();
            let found = file.build_tool(&image).map(|tool| tool.kind);
            assert_eq!(found, expected, "{text}");
        }
    }
}
