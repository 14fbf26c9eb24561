//! Dependency manifests: which packages of which ecosystem a project takes directly, and where it
//! says so.
//!
//! [`python`] reads the manifests of Python, [`keyed`] others that are trees of keys, [`lines`] those
//! of a line for each package, [`markup`] those in XML. Lock files are not read: what stands in them
//! follows from a manifest. What a manifest computes (a `setup.py`, a variable) is not known.

mod keyed;
mod lines;
mod markup;
mod python;
#[cfg(test)]
mod tests;

pub(crate) use self::python::locks_all;
use crate::source::{FileId, Place, Span};

/// Where packages come from, as the tools that update them tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Ecosystem {
    Actions,
    Bundler,
    Cargo,
    Compose,
    Composer,
    Conda,
    Deno,
    Docker,
    Go,
    Gradle,
    Helm,
    Hex,
    Maven,
    Npm,
    NuGet,
    Pub,
    Python,
    Submodules,
    Swift,
    Terraform,
}

impl Ecosystem {
    /// Every ecosystem that is known.
    pub(crate) const ALL: [Ecosystem; 20] = [
        Ecosystem::Actions,
        Ecosystem::Bundler,
        Ecosystem::Cargo,
        Ecosystem::Compose,
        Ecosystem::Composer,
        Ecosystem::Conda,
        Ecosystem::Deno,
        Ecosystem::Docker,
        Ecosystem::Go,
        Ecosystem::Gradle,
        Ecosystem::Helm,
        Ecosystem::Hex,
        Ecosystem::Maven,
        Ecosystem::Npm,
        Ecosystem::NuGet,
        Ecosystem::Pub,
        Ecosystem::Python,
        Ecosystem::Submodules,
        Ecosystem::Swift,
        Ecosystem::Terraform,
    ];

    /// One word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Ecosystem::Actions => "github-actions",
            Ecosystem::Bundler => "bundler",
            Ecosystem::Cargo => "cargo",
            Ecosystem::Compose => "docker-compose",
            Ecosystem::Composer => "composer",
            Ecosystem::Conda => "conda",
            Ecosystem::Deno => "deno",
            Ecosystem::Docker => "docker",
            Ecosystem::Go => "gomod",
            Ecosystem::Gradle => "gradle",
            Ecosystem::Helm => "helm",
            Ecosystem::Hex => "mix",
            Ecosystem::Maven => "maven",
            Ecosystem::Npm => "npm",
            Ecosystem::NuGet => "nuget",
            Ecosystem::Pub => "pub",
            Ecosystem::Python => "pip",
            Ecosystem::Submodules => "gitsubmodule",
            Ecosystem::Swift => "swift",
            Ecosystem::Terraform => "terraform",
        }
    }

    /// What it holds, in words.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Ecosystem::Actions => "GitHub Actions",
            Ecosystem::Bundler => "Ruby gems",
            Ecosystem::Cargo => "Rust crates",
            Ecosystem::Compose => "images of Compose services",
            Ecosystem::Composer => "PHP packages",
            Ecosystem::Conda => "conda packages",
            Ecosystem::Deno => "Deno modules",
            Ecosystem::Docker => "base images",
            Ecosystem::Go => "Go modules",
            Ecosystem::Gradle => "Gradle dependencies",
            Ecosystem::Helm => "Helm charts",
            Ecosystem::Hex => "Elixir packages",
            Ecosystem::Maven => "Maven dependencies",
            Ecosystem::Npm => "npm packages",
            Ecosystem::NuGet => "NuGet packages",
            Ecosystem::Pub => "Dart packages",
            Ecosystem::Python => "Python packages",
            Ecosystem::Submodules => "submodules",
            Ecosystem::Swift => "Swift packages",
            Ecosystem::Terraform => "Terraform providers and modules",
        }
    }
}

/// A package that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// As its registry compares names: `pydantic-settings`, `github.com/sony/gobreaker`,
    /// `io.github.resilience4j:resilience4j-retry`.
    pub(crate) name: String,
    pub(crate) place: Place,
    /// Whether only those who develop or test the project get it.
    pub(crate) for_development: bool,
}

/// What a manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependencies {
    pub(crate) ecosystem: Ecosystem,
    /// The key of the dependencies, or the first of them.
    pub(crate) place: Place,
    /// Those it names itself, in the order of the text. A workspace may name none.
    pub(crate) packages: Vec<Package>,
    /// Whether it brings the manifests below it along, so that one who updates it updates them.
    pub(crate) is_workspace: bool,
}

/// Which kind of manifest a file is, by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    CargoToml,
    /// The `Chart.yaml` of a Helm chart.
    Chart,
    ComposerJson,
    /// `environment.yml`
    Conda,
    /// `deno.json`
    Deno,
    Gemfile,
    GoMod,
    GradleBuild,
    /// `libs.versions.toml`
    GradleCatalog,
    /// The `mix.exs` of Elixir.
    Mix,
    /// Projects and `Directory.Packages.props` of `MSBuild`, and `packages.config`.
    MsBuild,
    PackageJson,
    Pipfile,
    Pom,
    /// `pubspec.yaml`
    Pubspec,
    Pyproject,
    Requirements,
    SetupCfg,
    /// `.gitmodules`
    Submodules,
    /// `Package.swift`
    Swift,
    Terraform,
    /// A workflow of GitHub, or an action that is made of others.
    Workflow,
    /// A file that says nothing but that the manifests below belong together.
    Workspace(Ecosystem),
}

/// Longer manifests are nobody's; a generated one repeats itself.
const MOST: usize = 4096;

/// Which manifest a file of that path is, if it is one.
pub(crate) fn format_of(path: &str) -> Option<Format> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let (stem, extension) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    let parent = folder.rsplit('/').next().unwrap_or_default();
    let is_yaml = matches!(extension, "yaml" | "yml");
    Some(match lower.as_str() {
        "cargo.toml" => Format::CargoToml,
        "chart.yaml" => Format::Chart,
        ".gitmodules" => Format::Submodules,
        "composer.json" => Format::ComposerJson,
        "deno.json" | "deno.jsonc" => Format::Deno,
        "gemfile" | "gems.rb" => Format::Gemfile,
        "go.mod" => Format::GoMod,
        "go.work" => Format::Workspace(Ecosystem::Go),
        "build.gradle" | "build.gradle.kts" => Format::GradleBuild,
        "settings.gradle" | "settings.gradle.kts" => Format::Workspace(Ecosystem::Gradle),
        "directory.packages.props" | "directory.build.props" | "packages.config" => Format::MsBuild,
        "mix.exs" => Format::Mix,
        "package.json" => Format::PackageJson,
        "package.swift" => Format::Swift,
        "pubspec.yaml" => Format::Pubspec,
        "pnpm-workspace.yaml" | "lerna.json" => Format::Workspace(Ecosystem::Npm),
        "pipfile" => Format::Pipfile,
        "pom.xml" => Format::Pom,
        "pyproject.toml" => Format::Pyproject,
        "setup.cfg" => Format::SetupCfg,
        _ if lower.ends_with(".versions.toml") => Format::GradleCatalog,
        _ if matches!(extension, "tf" | "tofu") => Format::Terraform,
        _ if matches!(extension, "csproj" | "fsproj" | "vbproj") => Format::MsBuild,
        _ if matches!(extension, "txt" | "in")
            && (stem.contains("requirements") || parent == "requirements") =>
        {
            Format::Requirements
        }
        _ if is_yaml && is_conda(stem) => Format::Conda,
        _ if is_yaml && (stem == "action" || is_workflow_folder(folder)) => Format::Workflow,
        _ => return None,
    })
}

/// Whether a file may be an environment of conda, which is often called after what it is for.
fn is_conda(stem: &str) -> bool {
    ["environment", "conda"].iter().any(|word| {
        stem.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.']))
    })
}

fn is_workflow_folder(folder: &str) -> bool {
    folder == ".github/workflows" || folder.ends_with("/.github/workflows")
}

/// What the manifest says; nothing for one that names no package of others.
pub(crate) fn read(format: Format, file: FileId, text: &str) -> Option<Dependencies> {
    let mut found = Found::new(file);
    let (ecosystem, is_workspace) = match format {
        Format::CargoToml => (Ecosystem::Cargo, keyed::cargo(text, &mut found)),
        Format::Chart => (Ecosystem::Helm, keyed::chart(text, &mut found)),
        Format::ComposerJson => (Ecosystem::Composer, keyed::composer(text, &mut found)),
        Format::Conda => (Ecosystem::Conda, python::conda(text, &mut found)),
        Format::Deno => (Ecosystem::Deno, keyed::deno(text, &mut found)),
        Format::Gemfile => (Ecosystem::Bundler, lines::gemfile(text, &mut found)),
        Format::GoMod => (Ecosystem::Go, lines::go_mod(text, &mut found)),
        Format::GradleBuild => (Ecosystem::Gradle, lines::gradle(text, &mut found)),
        Format::GradleCatalog => (Ecosystem::Gradle, keyed::gradle_catalog(text, &mut found)),
        Format::Mix => (Ecosystem::Hex, lines::mix(text, &mut found)),
        Format::MsBuild => (Ecosystem::NuGet, markup::ms_build(text, &mut found)),
        Format::PackageJson => (Ecosystem::Npm, keyed::package_json(text, &mut found)),
        Format::Pipfile => (Ecosystem::Python, python::pipfile(text, &mut found)),
        Format::Pom => (Ecosystem::Maven, markup::pom(text, &mut found)),
        Format::Pubspec => (Ecosystem::Pub, keyed::pubspec(text, &mut found)),
        Format::Pyproject => (Ecosystem::Python, python::pyproject(text, &mut found)),
        Format::Requirements => (Ecosystem::Python, python::requirements(text, &mut found)),
        Format::SetupCfg => (Ecosystem::Python, python::setup_cfg(text, &mut found)),
        Format::Submodules => (Ecosystem::Submodules, lines::submodules(text, &mut found)),
        Format::Swift => (Ecosystem::Swift, lines::swift(text, &mut found)),
        Format::Terraform => (Ecosystem::Terraform, lines::terraform(text, &mut found)),
        Format::Workflow => (Ecosystem::Actions, keyed::workflow(text, &mut found)),
        Format::Workspace(ecosystem) => {
            found.at(0..0);
            (ecosystem, true)
        }
    };
    found.settle(ecosystem, is_workspace)
}

/// What was found in a manifest so far.
#[derive(Debug)]
struct Found {
    file: FileId,
    place: Option<Place>,
    packages: Vec<Package>,
}

impl Found {
    fn new(file: FileId) -> Self {
        Found { file, place: None, packages: Vec::new() }
    }

    /// Says where the manifest is about its dependencies, unless that is known.
    fn at(&mut self, span: impl Into<Span>) {
        let place = Place { file: self.file, span: span.into() };
        self.place.get_or_insert(place);
    }

    fn push(&mut self, name: &str, span: impl Into<Span>, for_development: bool) {
        if name.is_empty() || self.packages.len() >= MOST {
            return;
        }
        let place = Place { file: self.file, span: span.into() };
        self.packages.push(Package { name: name.to_owned(), place, for_development });
    }

    fn settle(mut self, ecosystem: Ecosystem, is_workspace: bool) -> Option<Dependencies> {
        self.packages.sort_by_key(|package| package.place);
        let place = self.place.or(self.packages.first().map(|first| first.place));
        let place = place.filter(|_| is_workspace || !self.packages.is_empty())?;
        Some(Dependencies { ecosystem, place, packages: self.packages, is_workspace })
    }
}

/// Whether a group of dependencies of that name is there for those who work on the project.
fn is_for_development(group: &str) -> bool {
    const WORDS: [&str; 16] = [
        "dev",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "lint",
        "linting",
        "docs",
        "doc",
        "typing",
        "types",
        "ci",
        "bench",
        "style",
        "format",
    ];
    group.to_ascii_lowercase().split(['-', '_', '.', '/']).any(|word| WORDS.contains(&word))
}
