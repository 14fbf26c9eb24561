//! Manifests with a line for each package: of Go, Bundler, Gradle, Terraform, Elixir, Swift, git.
//!
//! Sources: go.dev/ref/mod ("go.mod files"); bundler.io/man/gemfile.5.html; docs.gradle.org
//! ("Declaring dependencies"); developer.hashicorp.com/terraform/language ("Provider Requirements",
//! "Module Blocks"); hexdocs.pm/mix ("Mix.Tasks.Deps"); docs.swift.org/package-manager; gitmodules(5).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Found;

/// Each line of a text with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// Where a part of a line stands in the text.
fn within(start: usize, line: &str, part: &str) -> Range<usize> {
    let at = start + (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    at..at + part.len()
}

/// Reads the modules that a `go.mod` requires itself.
pub(super) fn go_mod(text: &str, found: &mut Found) -> bool {
    let mut is_inside = false;
    for (start, line) in lines(text) {
        let (said, comment) = line.split_once("//").unwrap_or((line, ""));
        let said = said.trim();
        if said.starts_with(')') {
            is_inside = false;
            continue;
        }
        let required = if is_inside {
            said
        } else {
            let Some(rest) = said.strip_prefix("require") else { continue };
            let rest = rest.trim_start();
            if rest.starts_with('(') {
                is_inside = true;
                found.at(within(start, line, said));
                continue;
            }
            rest
        };
        let Some(module) = required.split_whitespace().next() else { continue };
        if !comment.trim().starts_with("indirect") && module.contains(['.', '/']) {
            found.push(&module_name(module), within(start, line, module), false);
        }
    }
    false
}

/// The module without the major version at the end of its path.
fn module_name(module: &str) -> String {
    let is_version =
        |last: &str| last.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok());
    let module = match module.rsplit_once('/') {
        Some((rest, last)) if is_version(last) => rest,
        _ => {
            module.split(".v").next().filter(|_| module.starts_with("gopkg.in/")).unwrap_or(module)
        }
    };
    module.to_ascii_lowercase()
}

/// Reads a `Gemfile`.
pub(super) fn gemfile(text: &str, found: &mut Found) -> bool {
    /// `gem "rails", "~> 8.0"`
    static GEM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?-u)^\s*gem[\s(]+["']([A-Za-z0-9_.-]+)["']"#).ok());
    let Some(gem) = GEM.as_ref() else { return false };
    let mut for_development = false;
    for (start, line) in lines(text) {
        let said = line.trim();
        if said.starts_with("group ") {
            for_development = !said.contains("production");
        } else if said == "end" {
            for_development = false;
        }
        let name = gem.captures(line).and_then(|it| it.get(1));
        if let Some(name) = name.filter(|_| !line.contains("path:")) {
            let in_group = line.contains("group:")
                && [":development", ":test"].iter().any(|group| line.contains(group));
            let name = name.as_str();
            found.push(name, within(start, line, name), for_development || in_group);
        }
    }
    false
}

/// Reads the dependencies of a build script of Gradle, as far as it states them.
pub(super) fn gradle(text: &str, found: &mut Found) -> bool {
    /// `implementation("io.micrometer:micrometer-core:1.15.0")`, and an entry of a catalogue.
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let configuration = "(?:\\w*[iI]mplementation|\\w*[aA]pi|\\w*[cC]ompileOnly|\\w*[rR]untimeOnly|classpath|kapt\
                             |ksp|\\w*[aA]nnotationProcessor|developmentOnly)";
        let wrapped = "(?:(?:enforcedPlatform|platform|testFixtures)\\s*\\(\\s*)?";
        let what = "(?:[\"']([\\w.-]+:[\\w.-]+)[:\"'@]|(libs\\.[\\w.]+))";
        Regex::new(&format!("(?-u)^\\s*{configuration}[\\s(]+{wrapped}{what}")).ok()
    });
    let Some(pattern) = LINE.as_ref() else { return false };
    for (start, line) in lines(text) {
        let Some(captures) = pattern.captures(line) else { continue };
        let Some(name) = captures.get(1).or(captures.get(2)) else { continue };
        let name = name.as_str();
        let for_development = line.trim_start().starts_with("test");
        found.push(&name.to_ascii_lowercase(), within(start, line, name), for_development);
    }
    // What is included is named in another file, which need not be there.
    true
}

/// Reads the packages that a `mix.exs` takes from Hex or from a repository.
pub(super) fn mix(text: &str, found: &mut Found) -> bool {
    /// `{:plug, "~> 1.16"}`
    static PACKAGE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?-u)\{\s*:([a-z]\w*)\s*,\s*(?:"|git:|github:)"#).ok());
    let Some(package) = PACKAGE.as_ref() else { return false };
    for (start, line) in lines(text).filter(|(_, line)| !line.trim_start().starts_with('#')) {
        let Some(name) = package.captures(line).and_then(|it| it.get(1)) else { continue };
        let name = name.as_str();
        let for_development = line.contains("only:") && !line.contains(":prod");
        found.push(name, within(start, line, name), for_development);
    }
    false
}

/// Reads the packages of a `Package.swift`, by their addresses.
pub(super) fn swift(text: &str, found: &mut Found) -> bool {
    /// `.package(url: "https://github.com/apple/swift-nio.git", from: "2.0.0")`
    static PACKAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"\.package\(\s*(?:name:[^,\n]*,\s*)?url:\s*"([^"\n]+)""#).ok()
    });
    let Some(package) = PACKAGE.as_ref() else { return false };
    for address in package.captures_iter(text).filter_map(|it| it.get(1)) {
        found.push(&address.as_str().to_ascii_lowercase(), address.range(), false);
    }
    false
}

/// Reads the repositories that a `.gitmodules` names.
pub(super) fn submodules(text: &str, found: &mut Found) -> bool {
    for (start, line) in lines(text) {
        let Some((key, address)) = line.split_once('=') else { continue };
        let address = address.trim();
        if key.trim() == "url" {
            found.push(address, within(start, line, address), false);
        }
    }
    false
}

/// Reads the providers and modules that a file of Terraform takes from a registry.
pub(super) fn terraform(text: &str, found: &mut Found) -> bool {
    /// `source = "hashicorp/aws"`, also where a provider stands on one line.
    static SOURCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?:^|[\s{,])source\s*=\s*"([^"\s]+)""#).ok());
    let Some(pattern) = SOURCE.as_ref() else { return false };
    // Other blocks have a source as well: a file to upload, an event.
    let (mut depth, mut open) = (0_usize, None);
    for (start, line) in lines(text) {
        let said = line.trim();
        if said.starts_with(['#', '/', '*']) {
            continue;
        }
        if open.is_none() && (said.starts_with("required_providers") || said.starts_with("module "))
        {
            open = Some(depth);
        }
        if open.is_some()
            && let Some(source) = pattern.captures(line).and_then(|it| it.get(1))
        {
            let source = source.as_str();
            if !source.starts_with(['.', '/']) {
                found.push(&source.to_ascii_lowercase(), within(start, line, source), false);
            }
        }
        depth += said.matches('{').count();
        depth = depth.saturating_sub(said.matches('}').count());
        open = open.filter(|outer| depth > *outer);
    }
    // Modules of the same repository are read along with what uses them.
    !found.packages.is_empty()
}
