//! What is in images that everybody builds on, as far as their names say it.
//!
//! Sources: the publishers' own documentation of their images, 2026-11.

use super::ImageRef;

/// Official images that hold a compiler or a build tool, and what to call it.
const TOOLCHAINS: [(&str, &str); 11] = [
    ("buildpack-deps", "compilers"),
    ("clojure", "a JDK with its build tools"),
    ("dart", "the Dart SDK"),
    ("gcc", "GCC"),
    ("golang", "the Go toolchain"),
    ("gradle", "Gradle with a JDK"),
    ("haskell", "GHC"),
    ("maven", "Maven with a JDK"),
    ("rust", "the Rust toolchain"),
    ("sbt", "sbt with a JDK"),
    ("swift", "the Swift toolchain"),
];

/// Official images that come with compilers and headers unless the tag says `slim`.
const WITH_SLIM: [&str; 8] =
    ["elixir", "erlang", "hylang", "node", "perl", "pypy", "python", "ruby"];

/// Variants of an image that are small already.
const SMALL: [&str; 4] = ["slim", "alpine", "windowsservercore", "nanoserver"];

/// Images of Java whose tag says whether it is more than a runtime. `openjdk` is none of them: its
/// smaller variant is as dead as itself.
const JAVA: [&str; 2] = ["eclipse-temurin", "ibm-semeru-runtimes"];

/// Images of others that hold a program and no more.
const NOTHING_ELSE: [&str; 6] = [
    "docker.io/otel/opentelemetry-collector",
    "docker.io/otel/opentelemetry-collector-contrib",
    "docker.io/otel/opentelemetry-collector-k8s",
    "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector",
    "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib",
    "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s",
];

/// Images of others that have a shell, but neither `curl` nor `wget`.
const WITHOUT_BOTH: [&str; 2] = ["docker.io/ollama/ollama", "docker.io/qdrant/qdrant"];

/// Programs that ask over HTTP.
const CLIENTS: [&str; 2] = ["curl", "wget"];

/// Programs that look for processes. In Debian they come with `procps`.
const PROCESSES: [&str; 3] = ["pgrep", "pkill", "ps"];

/// The program that tries whether a port is open.
const PORTS: &str = "nc";

/// Programs that every distribution has, and that checks are made with: `cat /tmp/healthy`.
const BASIC: [&str; 14] = [
    "cat", "date", "echo", "env", "find", "grep", "ls", "pidof", "sleep", "stat", "test",
    "timeout", "touch", "true",
];

/// What brings the programs that look for processes, and what is known to bring it along.
const WITH_PROCESSES: [&str; 14] = [
    "chromium",
    "dbus",
    "desktop",
    "firefox",
    "gtk",
    "mariadb-server",
    "mysql-server",
    "openssh-server",
    "playwright",
    "postgresql",
    "procps",
    "systemd",
    "x11",
    "xvfb",
];

/// What brings `nc`.
const WITH_PORTS: [&str; 3] = ["ncat", "netcat", "nmap"];

/// An image that does the same for a program that runs, and is smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Smaller {
    /// What the larger one holds beyond it.
    pub(crate) surplus: &'static str,
    /// The reference of the smaller one.
    pub(crate) reference: String,
}

impl ImageRef<'_> {
    /// The compiler or build tool that is the image's purpose.
    pub(crate) fn toolchain(&self) -> Option<&'static str> {
        let official = self.official_name();
        if let Some(name) = official {
            let found = TOOLCHAINS.iter().find(|(toolchain, _)| *toolchain == name);
            let is_runtime = name == "swift" && self.has_tag_word("slim");
            return found.filter(|_| !is_runtime).map(|(_, what)| *what);
        }
        let sdk = self.registry == Some("mcr.microsoft.com")
            && matches!(self.repository, "dotnet/sdk" | "dotnet/core/sdk");
        sdk.then_some("the .NET SDK")
    }

    /// The variant of the same image that has all that a program needs to run, where this is one
    /// with more.
    pub(crate) fn smaller(&self) -> Option<Smaller> {
        let small = |surplus, tag: String| {
            Some(Smaller { surplus, reference: format!("{}:{tag}", self.name()) })
        };
        let tag = self.tag.filter(|tag| !tag.is_empty() && !tag.contains('$'));
        let has = |word: &str| self.has_tag_word(word);
        if matches!(self.full_name().as_str(), "docker.io/nvidia/cuda" | "nvcr.io/nvidia/cuda") {
            let surplus = "the CUDA compiler, headers and static libraries";
            return has("devel").then(|| small(surplus, tag?.replace("devel", "runtime")))?;
        }
        if self.full_name() == "docker.io/pytorch/pytorch" {
            let surplus = "the CUDA compiler and headers";
            return has("devel").then(|| small(surplus, tag?.replace("devel", "runtime")))?;
        }
        let name = self.official_name()?;
        if WITH_SLIM.contains(&name) && !SMALL.iter().any(|word| has(word)) {
            let surplus = "compilers, headers and version control";
            // `slim` stands before the name of the distribution: `3.12-slim-bookworm`.
            let tag = match tag {
                None | Some("latest") => "slim".to_owned(),
                Some(tag) => match tag.split_once('-') {
                    Some((version, suite)) => format!("{version}-slim-{suite}"),
                    None if tag.starts_with(|c: char| c.is_ascii_digit()) => format!("{tag}-slim"),
                    None => format!("slim-{tag}"),
                },
            };
            return small(surplus, if name == "node" { node_tag(&tag) } else { tag });
        }
        let tag = tag.filter(|_| JAVA.contains(&name) && !has("jre"))?;
        let jre = if has("jdk") { tag.replace("jdk", "jre") } else { with_word(tag, "jre") };
        small("the Java compiler and tools", jre)
    }

    fn has_tag_word(&self, word: &str) -> bool {
        let tag = self.tag.unwrap_or_default();
        // `alpine3.20` is Alpine as well, `cudnn8` no number of its own.
        tag.split('-').any(|part| {
            part.strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
        })
    }

    /// Whether it is certain that the image has no shell: Google's and Microsoft's images without a
    /// distribution. Of others that are as small some variants have one.
    pub(crate) fn has_no_shell(&self) -> bool {
        self.is_bare() && !matches!(self.registry, Some("cgr.dev" | "dhi.io"))
    }

    /// Whether the image is known to hold one program, and nothing else that runs.
    pub(crate) fn is_one_program(&self) -> bool {
        NOTHING_ELSE.contains(&self.full_name().as_str())
    }

    /// Whether the image is known not to have a program: one that checks of health are made with, or a
    /// shell.
    ///
    /// Sources: the Dockerfiles of the official images, of which those of Ruby install `procps`, those
    /// of PHP `curl`; packages.debian.org/bookworm/procps; github.com/qdrant/qdrant/issues/3491;
    /// github.com/ollama/ollama/issues/9781.
    pub(crate) fn lacks(&self, program: &str) -> bool {
        let asks = CLIENTS.contains(&program);
        let looks = PROCESSES.contains(&program);
        let tries = program == PORTS;
        if !asks && !looks && !tries && !is_of_system(program) {
            return false;
        }
        let has = |word: &str| self.has_tag_word(word);
        let full = self.full_name();
        if self.is_one_program() {
            return true;
        }
        if WITHOUT_BOTH.contains(&full.as_str()) {
            return asks;
        }
        if full == "docker.io/prom/prometheus" || full == "docker.io/prom/alertmanager" {
            // They are built upon `busybox`.
            return ["bash", "curl"].contains(&program);
        }
        if full == "ghcr.io/astral-sh/uv" {
            return match () {
                () if has("alpine") || self.tag.is_some_and(|tag| tag.contains("alpine")) => {
                    program == "curl"
                }
                () if self.tag.is_some_and(|tag| tag.ends_with("slim")) => asks || looks || tries,
                () => false,
            };
        }
        let is_known = matches!(self.registry, Some("gcr.io" | "mcr.microsoft.com"))
            || self.official_name() == Some("scratch");
        if self.is_bare() && is_known {
            return true;
        }
        let Some(name) = self.official_name() else { return false };
        let is_plain = self.tag.is_none_or(|tag| !tag.contains('$'));
        match name {
            _ if !is_plain => false,
            "alpine" | "busybox" => ["bash", "curl"].contains(&program),
            "node" | "python" | "redis" | "ruby" if has("alpine") => {
                ["bash", "curl"].contains(&program)
            }
            "golang" | "postgres" | "rust" if has("alpine") => program == "curl",
            "php" if has("alpine") => program == "bash",
            "php" => looks || tries,
            "node" | "python" if has("slim") => asks || looks || tries,
            "ruby" if has("slim") => asks || tries,
            "debian" => asks || looks || tries,
            "ubuntu" => asks || tries,
            "postgres" | "redis" => asks,
            _ => false,
        }
    }

    /// Whether nothing is known to be in the image beside a program: no shell, no package manager.
    pub(crate) fn is_bare(&self) -> bool {
        let has = |word: &str| self.has_tag_word(word);
        match self.registry {
            Some("gcr.io") => self.repository.starts_with("distroless/") && !has("debug"),
            Some("cgr.dev") => {
                let name = self.short_name();
                !matches!(name, "wolfi-base" | "chainguard-base" | "bash" | "busybox")
                    && !has("dev")
            }
            Some("dhi.io") => !has("dev") && !has("sdk"),
            Some("mcr.microsoft.com") => {
                self.tag.is_some_and(|tag| tag.contains("chiseled") || tag.contains("distroless"))
            }
            _ => self.official_name() == Some("scratch"),
        }
    }
}

/// Whether an image lacks the program only where it has no distribution: a shell, or what comes with one.
pub(crate) fn is_of_system(program: &str) -> bool {
    ["ash", "bash", "sh"].contains(&program) || BASIC.contains(&program)
}

/// Whether a text speaks of a program, or of what brings it.
pub(crate) fn speaks_of(text: &str, program: &str) -> bool {
    let with: &[&str] = match program {
        _ if PROCESSES.contains(&program) => &WITH_PROCESSES,
        PORTS => &WITH_PORTS,
        _ => &[],
    };
    // `ps` is a part of `apps`, `nc` of `sync`.
    let is_named = if program.len() > 2 {
        text.contains(program)
    } else {
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == program)
    };
    is_named || with.iter().any(|word| text.contains(word))
}

/// The package of Debian that brings a program which is not called like it.
pub(crate) fn package_of(program: &str) -> Option<&'static str> {
    match program {
        _ if PROCESSES.contains(&program) => Some("procps"),
        PORTS => Some("netcat-openbsd"),
        _ => None,
    }
}

/// Node has `22-bookworm-slim` where Python has `3.12-slim-bookworm`.
fn node_tag(tag: &str) -> String {
    match tag.split_once("-slim-") {
        Some((version, suite)) => format!("{version}-{suite}-slim"),
        None => match tag.strip_prefix("slim-") {
            Some(rest) => format!("{rest}-slim"),
            None => tag.to_owned(),
        },
    }
}

/// `17-jammy` with a word behind its version.
fn with_word(tag: &str, word: &str) -> String {
    match tag.split_once('-') {
        Some((version, rest)) => format!("{version}-{word}-{rest}"),
        None => format!("{tag}-{word}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_images_have_a_smaller_variant() {
        for (text, smaller) in [
            ("python:3.12", Some("python:3.12-slim")),
            ("python:3.12-bookworm", Some("python:3.12-slim-bookworm")),
            ("python", Some("python:slim")),
            ("python:latest", Some("python:slim")),
            ("python:bookworm", Some("python:slim-bookworm")),
            ("python@sha256:ab", Some("python:slim")),
            ("node:22", Some("node:22-slim")),
            ("node:22-bookworm", Some("node:22-bookworm-slim")),
            ("node:lts", Some("node:lts-slim")),
            ("docker.io/library/ruby:3.4", Some("docker.io/library/ruby:3.4-slim")),
            ("eclipse-temurin:21", Some("eclipse-temurin:21-jre")),
            ("eclipse-temurin:21-jdk-noble", Some("eclipse-temurin:21-jre-noble")),
            ("eclipse-temurin:21-alpine", Some("eclipse-temurin:21-jre-alpine")),
            ("openjdk:11-jdk-slim", None),
            (
                "nvidia/cuda:12.8.0-cudnn-devel-ubuntu24.04",
                Some("nvidia/cuda:12.8.0-cudnn-runtime-ubuntu24.04"),
            ),
            (
                "pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel",
                Some("pytorch/pytorch:2.6.0-cuda12.4-cudnn9-runtime"),
            ),
            ("python:3.12-slim-bookworm", None),
            ("python:3.12-alpine3.20", None),
            ("node:22-alpine", None),
            ("eclipse-temurin:21-jre", None),
            ("nvidia/cuda:12.8.0-runtime-ubuntu24.04", None),
            ("acme/python:3.12", None),
            ("postgres:17", None),
            ("golang:1.25", None),
            ("python:3.12-windowsservercore", None),
        ] {
            let found = ImageRef::parse(text).smaller().map(|smaller| smaller.reference);
            assert_eq!(found.as_deref(), smaller, "{text}");
        }
    }

    #[test]
    fn some_images_are_for_building() {
        for text in [
            "golang:1.25",
            "docker.io/library/rust:1",
            "maven:3",
            "mcr.microsoft.com/dotnet/sdk:9.0",
        ] {
            assert!(ImageRef::parse(text).toolchain().is_some(), "{text}");
        }
        for text in [
            "python:3.12",
            "acme/golang:1.25",
            "mcr.microsoft.com/dotnet/aspnet:9.0",
            "swift:6.0-slim",
        ] {
            assert!(ImageRef::parse(text).toolchain().is_none(), "{text}");
        }
    }

    #[test]
    fn some_images_lack_what_checks_are_made_with() {
        const ALL: &str = "curl wget pgrep ps nc sh bash cat test";
        for (text, lacks) in [
            ("python:3.13-slim", "curl wget pgrep ps nc"),
            ("python:3.13-slim-bookworm", "curl wget pgrep ps nc"),
            ("python:3.13", ""),
            ("node:22-alpine3.20", "curl bash"),
            ("node:22-bookworm-slim", "curl wget pgrep ps nc"),
            ("ruby:3.4-slim", "curl wget nc"),
            ("php:8.4-fpm", "pgrep ps nc"),
            ("php:8.4-fpm-alpine", "bash"),
            ("debian:13-slim", "curl wget pgrep ps nc"),
            ("ubuntu:24.04", "curl wget nc"),
            ("redis:7.4", "curl wget"),
            ("redis:7-alpine", "curl bash"),
            ("postgres:17-alpine", "curl"),
            ("nginx:1.27-alpine", ""),
            ("qdrant/qdrant:v1.15.0", "curl wget"),
            ("ghcr.io/astral-sh/uv:python3.13-bookworm-slim", "curl wget pgrep ps nc"),
            ("ghcr.io/astral-sh/uv:python3.13-alpine", "curl"),
            ("gcr.io/distroless/python3-debian12", ALL),
            ("mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled", ALL),
            ("mcr.microsoft.com/dotnet/aspnet:9.0", ""),
            ("otel/opentelemetry-collector-contrib:0.130.0", ALL),
            (
                "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.130.0",
                ALL,
            ),
            ("acme/python:3.13-slim", ""),
        ] {
            let image = ImageRef::parse(text);
            let found: Vec<_> = ALL.split(' ').filter(|it| image.lacks(it)).collect();
            assert_eq!(found.join(" "), lacks, "{text}");
        }
    }

    #[test]
    fn some_images_are_bare() {
        for text in [
            "scratch",
            "gcr.io/distroless/static-debian12:nonroot",
            "cgr.dev/chainguard/python:latest",
            "mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled",
        ] {
            assert!(ImageRef::parse(text).is_bare(), "{text}");
        }
        for text in [
            "debian:12-slim",
            "gcr.io/distroless/base:debug",
            "cgr.dev/chainguard/python:latest-dev",
            "cgr.dev/chainguard/wolfi-base",
            "acme/scratch",
        ] {
            assert!(!ImageRef::parse(text).is_bare(), "{text}");
        }
    }
}
