//! What commands do, by their programs and words.
//!
//! Sources: the documentation of each program's command line. Of scanners: which exit code they end with
//! is that of trivy.dev ("Exit Code", 0 unless asked), github.com/anchore/grype (`--fail-on`), docs.docker.com
//! (`docker scout cves --exit-code`), docs.snyk.io (`snyk container test` ends with 1).

// Tables: one line for each program.
#![allow(clippy::match_same_arms, clippy::too_many_lines, clippy::unnested_or_patterns)]

use std::collections::HashSet;

use super::{Call, Does, How, Leniency, Runner, Scan, Step, local};
use crate::docker::shell::{
    BlockKind, Join, Script, Settings, ShellWord, SimpleCommand, file_name,
};
use crate::source::{FileId, Place};

/// The shell that runs a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shell<'s> {
    /// The options that it is started with.
    pub(super) settings: Settings,
    /// The folder in which it runs, from the root of the repository.
    pub(super) folder: &'s str,
}

/// Programs that run another one, which is their first operand.
const RUNNERS: [&str; 33] = [
    "aspect",
    "bundle",
    "bunx",
    "conda",
    "corepack",
    "coverage",
    "ddtrace-run",
    "devcontainer",
    "direnv",
    "doppler",
    "dotenv",
    "flox",
    "hatch",
    "infisical",
    "mamba",
    "micromamba",
    "mise",
    "nix",
    "npx",
    "op",
    "opentelemetry-instrument",
    "pdm",
    "pipenv",
    "pipx",
    "pixi",
    "poetry",
    "py",
    "python",
    "python3",
    "rye",
    "uv",
    "uvx",
    "xvfb-run",
];

/// Those of them that run tasks of the project as well, by their names.
const TASK_RUNNERS: [&str; 6] = ["hatch", "mise", "pdm", "pipenv", "pixi", "rye"];

/// Words between such a program and the one that it runs.
const BETWEEN: [&str; 10] =
    ["-m", "run", "exec", "tool", "x", "--", "develop", "-c", "shell", "--frozen"];

/// Options of those that take a value.
const RUNNER_VALUES: [&str; 12] = [
    "--with",
    "--extra",
    "--group",
    "--python",
    "-p",
    "--project",
    "--directory",
    "-C",
    "--env-file",
    "-e",
    "--package",
    "--from",
];

/// Options with values that mean something else to others of them: `-n` of uv is a switch.
const OWN_RUNNER_VALUES: [(&[&str], &[&str]); 2] = [
    (&["conda", "mamba", "micromamba"], &["-n", "--name", "--prefix", "--cwd"]),
    (
        &["devcontainer"],
        &["--workspace-folder", "--container-id", "--id-label", "--config", "--remote-env"],
    ),
];

/// Finds what a text does whose characters come with their places.
pub(super) fn read(file: FileId, said: &[(usize, char)], shell: Shell<'_>) -> Vec<Step> {
    let script = Script::read(file, said);
    if !script.is_complete() {
        let at = said.first().map_or(0, |(at, _)| *at);
        let place = Place { file, span: crate::source::Span::new(at, at + 1) };
        return vec![Step::new(place, Does::Unknown)];
    }
    let mut steps = Vec::new();
    // In a cluster that lives as long as the job nothing is deployed.
    let is_local = script.commands().iter().any(starts_cluster);
    let functions = functions(said);
    let is_asked = asks_for_status(&script, said);
    for command in script.commands() {
        if steps.len() >= super::MOST_STEPS {
            break;
        }
        for invocation in command.invocations() {
            let words: Vec<&ShellWord> =
                std::iter::once(invocation.program).chain(invocation.arguments).collect();
            let is_function = functions.contains(&invocation.program.text);
            let words = if is_function { behind_function(&words) } else { words.as_slice() };
            let Some(found) = what(words, shell.folder) else { continue };
            let place = found.at.map_or(invocation.program.place, |it| it.place);
            for does in found.does {
                if is_local && matches!(does, Does::Deploys(_)) {
                    continue;
                }
                let lenient = swallowed(&script, command, shell.settings)
                    .or_else(|| told_to_go_on(&script, command, shell.settings, is_asked));
                let lenient =
                    lenient.or_else(|| command_variable(command, &does, found.lenient.clone()));
                steps.push(Step { lenient, ..Step::new(place, does) });
            }
        }
    }
    steps
}

/// The functions that a script makes: `run() {`.
fn functions(said: &[(usize, char)]) -> HashSet<String> {
    let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let text: String = said.iter().map(|(_, c)| *c).collect();
    let names = text.match_indices("()").filter_map(|(at, _)| {
        let before = text.get(..at)?.trim_end_matches([' ', '\t']);
        let length = before.chars().rev().take_while(is_name).count();
        before.get(before.len() - length..).filter(|name| !name.is_empty())
    });
    names.map(str::to_owned).collect()
}

/// What a function is handed that may be there to run it: `run env CI=true cargo test`.
fn behind_function<'s, 'w>(words: &'s [&'w ShellWord]) -> &'s [&'w ShellWord] {
    let is_between = |word: &&ShellWord| word.text == "env" || word.text.contains('=');
    let rest = words.get(1..).unwrap_or_default();
    rest.get(rest.iter().take_while(|word| is_between(word)).count()..).unwrap_or_default()
}

/// A scanner may be told by a variable to fail.
fn command_variable(
    command: &SimpleCommand,
    does: &Does,
    lenient: Option<Leniency>,
) -> Option<Leniency> {
    let is_told = ["TRIVY_EXIT_CODE", "GRYPE_FAIL_ON_SEVERITY"]
        .iter()
        .any(|name| command.variable(name).is_some_and(|value| value != "0"));
    lenient.filter(|_| matches!(does, Does::Scans(..)) && !is_told)
}

/// Whether a command starts a cluster on the machine that runs it.
pub(super) fn starts_cluster(command: &SimpleCommand) -> bool {
    command.invocation().is_some_and(|it| {
        let first = it.arguments.first().map(|word| word.text.as_str());
        matches!(
            (it.name(), first),
            ("kind" | "k3d" | "ctlptl", Some("create" | "cluster")) | ("minikube", Some("start"))
        )
    })
}

/// Why the failure of a command goes unnoticed.
fn swallowed(script: &Script, command: &SimpleCommand, outer: Settings) -> Option<Leniency> {
    let pipeline = script.pipeline(command)?;
    let is_answer = script.around(command).any(|it| it == BlockKind::Condition);
    if is_answer || pipeline.is_negated {
        return None;
    }
    if let Some(next) = script.next_pipeline(pipeline)
        && next.join == Join::Or
        && let Some(other) = script.members(next).next()
        && let Some(told) = other.invocation()
    {
        let first = told.arguments.first().map(|word| word.text.as_str());
        let is_silent = match told.name() {
            "true" | ":" | "echo" | "printf" => {
                // `|| echo failed && exit 1`
                let mut behind = script.next_pipeline(next);
                behind = behind.filter(|it| it.join == Join::And);
                behind.is_none()
            }
            "exit" | "return" => first == Some("0"),
            _ => false,
        };
        return is_silent.then_some(Leniency { place: other.place, how: How::Swallowed });
    }
    let settings = script.settings_at(pipeline, outer);
    let reader = script.piped_into(command).filter(|_| !settings.pipefail && settings.errexit)?;
    let name = reader.invocation()?.name();
    let is_copy = matches!(name, "tee" | "cat" | "less" | "head" | "tail");
    is_copy.then_some(Leniency { place: reader.place, how: How::Piped })
}

/// Whether a script looks at how a command ended, or decides by itself how it ends.
fn asks_for_status(script: &Script, said: &[(usize, char)]) -> bool {
    let text: String = said.iter().map(|(_, c)| *c).collect();
    let ends = |command: &SimpleCommand| {
        command.invocation().is_some_and(|it| matches!(it.name(), "exit" | "return" | "false"))
    };
    ["$?", "${?", "PIPESTATUS"].iter().any(|it| text.contains(it))
        || script.commands().iter().any(ends)
}

/// Where `set +e` lets a script go on behind a command, whose failure nobody asks for.
fn told_to_go_on(
    script: &Script,
    command: &SimpleCommand,
    outer: Settings,
    is_asked: bool,
) -> Option<Leniency> {
    let pipeline = script.pipeline(command).filter(|_| outer.errexit && !is_asked)?;
    if script.settings_at(pipeline, outer).errexit || pipeline.is_negated {
        return None;
    }
    let in_script = script.around(command).all(|it| it == BlockKind::Script);
    let next = script.next_pipeline(pipeline).filter(|_| in_script)?;
    let is_set = |it: &&SimpleCommand| {
        let told = it.invocation().filter(|it| it.name() == "set");
        it.place.span.end <= command.place.span.start
            && told.is_some_and(|it| it.arguments.iter().any(|word| word.text == "+e"))
    };
    let set = script.commands().iter().rfind(is_set)?;
    (next.join == Join::Then).then_some(Leniency { place: set.place, how: How::Swallowed })
}

/// Whether a command runs tests itself.
pub(crate) fn runs_tests(command: &SimpleCommand) -> bool {
    command.invocations().any(|invocation| {
        let words: Vec<&ShellWord> =
            std::iter::once(invocation.program).chain(invocation.arguments).collect();
        what(&words, "").is_some_and(|found| found.does.contains(&Does::Tests))
    })
}

/// What a command was found to do.
struct Found<'w> {
    does: Vec<Does>,
    /// The word that tells, where it is not the first one.
    at: Option<&'w ShellWord>,
    lenient: Option<Leniency>,
}

/// What a command does, given its words.
fn what<'w>(words: &[&'w ShellWord], folder: &str) -> Option<Found<'w>> {
    let mut words = words;
    let mut depth = 0;
    let mut runner = "";
    // What stands between a starter and the program that matters is skipped.
    loop {
        let (program, rest) = words.split_first()?;
        let name = file_name(&program.text);
        let base = name.strip_prefix("python3.").map_or(name, |_| "python3");
        if !RUNNERS.contains(&base) || depth > 4 {
            break;
        }
        let Some(next) = behind_runner(base, rest) else { break };
        (words, runner) = (next, base);
        depth += 1;
    }
    let (program, rest) = words.split_first()?;
    let texts: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
    let name = file_name(&program.text).to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    if let Some((scan, tool)) = scan(name, &texts) {
        let how = reports_only(name, &texts);
        let at = how.and_then(|how| option_at(rest, how)).unwrap_or(*program);
        let lenient = how.map(|how| Leniency { place: at.place, how });
        return Some(Found { does: vec![Does::Scans(scan, tool)], at: Some(program), lenient });
    }
    if let Some(found) = container(name, rest, folder) {
        return Some(found);
    }
    if !runner.is_empty() && tests_in_shell(name, rest) {
        return Some(Found { does: vec![Does::Tests], at: Some(program), lenient: None });
    }
    if name == "kubectl" && has(&texts, "exec") {
        let at = texts.iter().position(|it| *it == "--")?;
        return inner(rest.get(at + 1..).unwrap_or_default(), folder, 8);
    }
    let does = plain(name, &texts);
    if !does.is_empty() {
        return Some(Found { does, at: Some(program), lenient: None });
    }
    if TASK_RUNNERS.contains(&runner)
        && let Some(does) = task(name, &texts)
    {
        return Some(Found { does: vec![does], at: Some(program), lenient: None });
    }
    let does = called(program.text.as_str(), name, &texts, folder);
    if does.is_empty() && is_variable(program) {
        return variable(program, rest, folder);
    }
    let is_evaluated = |it: &&ShellWord| is_variable(it) && !it.text.contains(' ');
    let does =
        if name == "eval" && rest.iter().any(is_evaluated) { vec![Does::Unknown] } else { does };
    (!does.is_empty()).then_some(Found { does, at: Some(program), lenient: None })
}

/// Whether a word is what a variable holds: `$CMD`. What a function is handed stands where it is called.
fn is_variable(word: &ShellWord) -> bool {
    let text = file_name(&word.text);
    let is_handed = ["$@", "$*", "${@", "${*"].iter().any(|it| text.starts_with(it));
    !word.is_literal && text.starts_with('$') && !is_handed
}

/// What a command does that begins with a variable: with a program (`$SUDO docker build .`), or with all
/// that is run.
fn variable<'w>(program: &'w ShellWord, rest: &[&'w ShellWord], folder: &str) -> Option<Found<'w>> {
    let is_skipped = |word: &&ShellWord| is_variable(word) || word.text == "-m";
    let at = rest.iter().position(|word| !is_skipped(word)).unwrap_or(rest.len());
    let known = rest.get(at..).and_then(<[_]>::split_first).and_then(|(next, rest)| {
        let name = file_name(&next.text);
        container(name, rest, folder).or_else(|| {
            let texts: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
            let does = plain(name, &texts);
            (!does.is_empty()).then_some(Found { does, at: Some(next), lenient: None })
        })
    });
    known.or(Some(Found { does: vec![Does::Unknown], at: Some(program), lenient: None }))
}

/// Whether a shell is handed a script that speaks of tests, where no shell of the pipeline reads it:
/// `docker run app sh -c 'pytest -q'`.
fn tests_in_shell(name: &str, rest: &[&ShellWord]) -> bool {
    let is_shell = matches!(name, "sh" | "bash" | "ash" | "dash" | "zsh");
    let mut behind = rest.iter().skip_while(|word| word.text.starts_with('-'));
    let is_handed =
        rest.first().is_some_and(|it| it.text.starts_with('-') && it.text.ends_with('c'));
    is_shell && is_handed && behind.next().is_some_and(|script| script.text.contains("test"))
}

/// Whether a word names a script of the image that runs tests: `./run-tests.sh`.
fn is_test_script(word: &str) -> bool {
    word.starts_with("./") && by_name(file_name(word)) == Some(Does::Tests)
}

/// What a task does that goes by a name: `pixi run test`. Behind anything else stands what a program of
/// that name is told.
fn task(name: &str, texts: &[&str]) -> Option<Does> {
    match by_name(name) {
        Some(does @ (Does::Tests | Does::SmokeTests | Does::Lints)) => Some(does),
        _ => texts.is_empty().then_some(Does::Unknown),
    }
}

/// The words behind a program that only runs another.
fn behind_runner<'s, 'w>(name: &str, rest: &'s [&'w ShellWord]) -> Option<&'s [&'w ShellWord]> {
    let mut at = 0;
    let is_python = matches!(name, "python" | "python3" | "py");
    let mut is_module = false;
    let own = OWN_RUNNER_VALUES.iter().find(|(runners, _)| runners.contains(&name));
    let own = own.map_or(&[] as &[&str], |(_, values)| values);
    while let Some(word) = rest.get(at).map(|word| word.text.as_str()) {
        let takes_value = RUNNER_VALUES.contains(&word) || own.contains(&word);
        if takes_value && !(is_python && word == "-c") {
            at += 2;
        } else if BETWEEN.contains(&word)
            || word.starts_with('-')
            // `hatch run +py=3.12 test`
            || name == "hatch" && word.starts_with('+')
        {
            is_module |= word == "-m";
            at += 1;
        } else {
            break;
        }
    }
    // `python scripts/deploy.py` runs a file of the repository.
    let is_file = is_python && !is_module;
    let behind = rest.get(at..).filter(|rest| !rest.is_empty() && !is_file)?;
    // `poetry install` is its own; the names of programs are told by what runs them.
    let takes_run = matches!(
        name,
        "poetry"
            | "pdm"
            | "hatch"
            | "pipenv"
            | "rye"
            | "uv"
            | "pixi"
            | "mise"
            | "nix"
            | "op"
            | "doppler"
            | "infisical"
            | "flox"
            | "pipx"
            | "direnv"
            | "coverage"
            | "bundle"
            | "conda"
            | "mamba"
            | "micromamba"
            | "devcontainer"
    );
    let is_run = rest.iter().take(at).any(|word| {
        matches!(word.text.as_str(), "run" | "exec" | "x" | "tool" | "--" | "shell" | "develop")
    });
    (!takes_run || is_run).then_some(behind)
}

fn has(texts: &[&str], word: &str) -> bool {
    texts.contains(&word)
}

fn begins(texts: &[&str], start: &str) -> bool {
    texts.iter().any(|text| text.starts_with(start))
}

/// The operands in front: what is no option, without the values of options.
fn operands<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    texts.iter().copied().filter(|text| !text.starts_with('-')).collect()
}

/// What a program scans.
fn scan(name: &str, texts: &[&str]) -> Option<(Scan, &'static str)> {
    let mut operands = operands(texts);
    // `trivy --cache-dir .cache image`: the value of an option of all its commands.
    if name == "trivy" {
        operands.retain(|it| it.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'8'));
    }
    let first = operands.first().copied().unwrap_or_default();
    let second = operands.get(1).copied().unwrap_or_default();
    Some(match (name, first) {
        ("trivy", "image" | "i") => (Scan::Image, "Trivy"),
        ("trivy", "fs" | "filesystem" | "repo" | "repository" | "rootfs" | "sbom" | "vm") => {
            (Scan::Dependencies, "Trivy")
        }
        ("trivy", "config" | "conf" | "k8s" | "kubernetes") => (Scan::Configuration, "Trivy"),
        ("grype", "db" | "version" | "completion" | "config") => return None,
        ("grype", target)
            if target.starts_with("dir:") || target == "." || target.starts_with("file:") =>
        {
            (Scan::Dependencies, "Grype")
        }
        ("grype", _) => (Scan::Image, "Grype"),
        ("docker", "scout")
            if matches!(second, "cves" | "quickview" | "qv" | "compare" | "recommendations") =>
        {
            (Scan::Image, "Docker Scout")
        }
        ("docker", "scan") => (Scan::Image, "docker scan"),
        ("docker-scout", "cves") => (Scan::Image, "Docker Scout"),
        ("snyk", "container") if second == "test" || second == "monitor" => (Scan::Image, "Snyk"),
        ("snyk", "code") => (Scan::Code, "Snyk"),
        ("snyk", "iac") => (Scan::Configuration, "Snyk"),
        ("snyk", "test" | "monitor") => (Scan::Dependencies, "Snyk"),
        ("clair-scanner" | "clairctl" | "clair-action", _) => (Scan::Image, "Clair"),
        ("twistcli", "images") => (Scan::Image, "Prisma Cloud"),
        ("wizcli", "docker") => (Scan::Image, "Wiz"),
        ("jf", "docker") if second == "scan" => (Scan::Image, "Xray"),
        ("jfrog" | "jf", "xr") => (Scan::Image, "Xray"),
        ("sysdig-cli-scanner", _) => (Scan::Image, "Sysdig"),
        ("lw-scanner", _) => (Scan::Image, "Lacework"),
        ("lacework", "vulnerability" | "vuln") if matches!(second, "container" | "ctr") => {
            (Scan::Image, "Lacework")
        }
        ("anchorectl" | "anchore-cli", _) => (Scan::Image, "Anchore"),
        ("inline_scan" | "inline_scan-latest", _) => (Scan::Image, "Anchore"),
        ("aws", "ecr")
            if matches!(second, "start-image-scan" | "describe-image-scan-findings" | "wait")
                && texts.iter().any(|it| it.contains("image-scan")) =>
        {
            (Scan::Image, "Amazon ECR")
        }
        ("aws", "inspector2") => (Scan::Image, "Amazon Inspector"),
        ("gcloud", "artifacts") if has(texts, "scan") || has(texts, "list-vulnerabilities") => {
            (Scan::Image, "Artifact Analysis")
        }
        ("osv-scanner", _) if begins(texts, "--docker") || first == "scan" && second == "image" => {
            (Scan::Image, "OSV-Scanner")
        }
        ("osv-scanner", _) => (Scan::Dependencies, "OSV-Scanner"),
        ("checkov", _) if begins(texts, "--docker-image") => (Scan::Image, "Checkov"),
        (
            "checkov" | "kics" | "terrascan" | "tfsec" | "kube-linter" | "kubescape" | "polaris"
            | "conftest" | "kube-score" | "datree" | "agentcheck",
            _,
        ) => (Scan::Configuration, "a linter of configuration"),
        ("dockle", _) => (Scan::Configuration, "Dockle"),
        ("cargo", "audit") | ("cargo-audit", _) => (Scan::Dependencies, "cargo audit"),
        ("cargo", "deny") | ("cargo-deny", _) => (Scan::Dependencies, "cargo deny"),
        ("npm" | "pnpm" | "yarn" | "bun", "audit") => (Scan::Dependencies, "npm audit"),
        ("yarn", "npm") if second == "audit" => (Scan::Dependencies, "yarn npm audit"),
        ("audit-ci" | "better-npm-audit", _) => (Scan::Dependencies, "npm audit"),
        ("pip-audit" | "pip_audit", _) => (Scan::Dependencies, "pip-audit"),
        ("safety", "check" | "scan") => (Scan::Dependencies, "Safety"),
        ("govulncheck", _) => (Scan::Dependencies, "govulncheck"),
        ("nancy", _) => (Scan::Dependencies, "nancy"),
        ("bundle-audit" | "bundler-audit", _) => (Scan::Dependencies, "bundler-audit"),
        ("composer", "audit") => (Scan::Dependencies, "composer audit"),
        ("dependency-check" | "dependency-check.sh", _) => (Scan::Dependencies, "Dependency-Check"),
        ("dotnet", "list") if has(texts, "--vulnerable") => {
            (Scan::Dependencies, "dotnet list --vulnerable")
        }
        ("gitleaks", "detect" | "protect" | "git" | "dir") => (Scan::Secrets, "Gitleaks"),
        ("trufflehog" | "trufflehog3", _) => (Scan::Secrets, "TruffleHog"),
        ("detect-secrets" | "detect-secrets-hook", _) => (Scan::Secrets, "detect-secrets"),
        ("ggshield", _) => (Scan::Secrets, "GitGuardian"),
        ("git-secrets", _) => (Scan::Secrets, "git-secrets"),
        ("bandit", _) => (Scan::Code, "Bandit"),
        ("semgrep" | "opengrep", _) => (Scan::Code, "Semgrep"),
        ("gosec", _) => (Scan::Code, "gosec"),
        ("brakeman", _) => (Scan::Code, "Brakeman"),
        ("sonar-scanner", _) => (Scan::Code, "SonarQube"),
        ("codeql", _) => (Scan::Code, "CodeQL"),
        ("njsscan" | "horusec" | "bearer", _) => (Scan::Code, "a scanner of code"),
        _ => return None,
    })
}

/// Why a scanner succeeds whatever it finds, given its words.
fn reports_only(name: &str, texts: &[&str]) -> Option<How> {
    let value = |names: &[&str]| {
        texts.iter().enumerate().find_map(|(index, text)| {
            names.iter().find_map(|name| {
                let rest = text.strip_prefix(name)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some(value),
                    None if rest.is_empty() => {
                        Some(texts.get(index + 1).copied().unwrap_or_default())
                    }
                    None => None,
                }
            })
        })
    };
    let is_told = ["--soft-fail", "--exit-zero", "--no-fail", "--skip-update-exit"]
        .iter()
        .any(|it| has(texts, it))
        || name == "checkov" && has(texts, "-s");
    if is_told {
        return Some(How::ToldTo);
    }
    if has(texts, "sarif") || begins(texts, "--format=sarif") {
        // What is uploaded to code scanning may be refused there.
        return None;
    }
    match name {
        "trivy" => match value(&["--exit-code"]) {
            Some("0") => Some(How::ToldTo),
            None if !has(texts, "-c") && value(&["--config"]).is_none() => Some(How::ByDefault),
            _ => None,
        },
        "gitleaks" if value(&["--exit-code"]) == Some("0") => Some(How::ToldTo),
        "grype" => {
            let is_open = value(&["-c", "--config"]).is_some() || begins(texts, "-f");
            (value(&["--fail-on"]).is_none() && !is_open).then_some(How::ByDefault)
        }
        "docker" | "docker-scout" if has(texts, "cves") => {
            let is_set = has(texts, "-e") || begins(texts, "--exit-code");
            (!is_set).then_some(How::ByDefault)
        }
        "docker" if has(texts, "scout") && !has(texts, "compare") => Some(How::ByDefault),
        "snyk" if has(texts, "monitor") => Some(How::ByDefault),
        _ => None,
    }
}

/// The option that tells a scanner to succeed.
fn option_at<'w>(rest: &[&'w ShellWord], how: How) -> Option<&'w ShellWord> {
    let is_one = |word: &&&ShellWord| {
        word.text.starts_with("--exit-code")
            || ["--soft-fail", "-s", "--exit-zero", "--no-fail"].contains(&word.text.as_str())
    };
    rest.iter().find(is_one).copied().filter(|_| how == How::ToldTo)
}

/// What programs of containers do: `docker build`, `docker run aquasec/trivy image ..`, `docker compose run`.
fn container<'w>(name: &str, rest: &[&'w ShellWord], folder: &str) -> Option<Found<'w>> {
    let texts: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
    let found = |does: Vec<Does>| Some(Found { does, at: None, lenient: None });
    let operands = operands(&texts);
    let is_engine =
        matches!(name, "docker" | "podman" | "nerdctl" | "buildah" | "finch" | "depot" | "img");
    let is_compose = name == "docker-compose" || is_engine && operands.first() == Some(&"compose");
    if is_compose {
        let is_remote =
            begins(&texts, "ssh://") || begins(&texts, "-H=ssh") || begins(&texts, "--context");
        if let Some(at) = texts.iter().position(|it| matches!(*it, "run" | "exec")) {
            // The program stands behind the service, whatever options there are.
            let behind = rest.get(at + 1..).unwrap_or_default();
            return inner(behind, folder, 8);
        }
        if has(&texts, "up") {
            let is_test = texts.iter().any(|it| it.contains("test"));
            let is_ended =
                begins(&texts, "--exit-code-from") || begins(&texts, "--abort-on-container-exit");
            return match () {
                () if is_test || is_ended => found(vec![Does::Tests]),
                () if is_remote => found(vec![Does::Deploys("docker compose")]),
                () => None,
            };
        }
        return match () {
            () if has(&texts, "build") => found(vec![Does::BuildsImage]),
            () if has(&texts, "push") => found(vec![Does::PushesImage]),
            () => None,
        };
    }
    if name == "executor" || name == "kaniko" {
        let is_kept = has(&texts, "--no-push");
        let mut does = vec![Does::BuildsImage];
        does.extend((!is_kept).then_some(Does::PushesImage));
        return found(does);
    }
    if !is_engine {
        return None;
    }
    let words: Vec<&str> = operands
        .iter()
        .copied()
        .skip_while(|it| matches!(*it, "buildx" | "image" | "builder" | "container" | "manifest"))
        .collect();
    match words.first().copied()? {
        "build" | "bud" | "bake" | "b" => {
            let is_pushed = texts.iter().any(|it| {
                *it == "--push" || it.contains("push=true") || it.contains("type=registry")
            });
            let target =
                texts.iter().position(|it| *it == "--target").and_then(|at| texts.get(at + 1));
            let target = target
                .copied()
                .or_else(|| texts.iter().find_map(|it| it.strip_prefix("--target=")));
            if target.is_some_and(|it| it.contains("test") || it.contains("lint")) {
                return found(vec![Does::Tests]);
            }
            let mut does = vec![Does::BuildsImage];
            does.extend(is_pushed.then_some(Does::PushesImage));
            found(does)
        }
        "push" => found(vec![Does::PushesImage]),
        "run" | "exec" => {
            let at = texts.iter().position(|it| matches!(*it, "run" | "exec"))?;
            inner(rest.get(at + 1..).unwrap_or_default(), folder, 48)
        }
        "stack" if has(&texts, "deploy") => {
            let mut does = vec![Does::Deploys("docker stack")];
            does.extend(has(&texts, "--detach=false").then_some(Does::AwaitsRollout));
            found(does)
        }
        "service" if has(&texts, "update") => found(vec![Does::Deploys("docker service")]),
        _ => None,
    }
}

/// What the command in a container does: its program stands somewhere behind the options, and images of scanners
/// start those.
fn inner<'w>(words: &[&'w ShellWord], folder: &str, most: usize) -> Option<Found<'w>> {
    const IMAGES: [(&str, &str); 12] = [
        ("aquasec/trivy", "trivy"),
        ("aquasecurity/trivy", "trivy"),
        ("anchore/grype", "grype"),
        ("docker/scout-cli", "docker-scout"),
        ("snyk/snyk", "snyk"),
        ("zricethezav/gitleaks", "gitleaks"),
        ("gitleaks/gitleaks", "gitleaks"),
        ("trufflesecurity/trufflehog", "trufflehog"),
        ("semgrep/semgrep", "semgrep"),
        ("returntocorp/semgrep", "semgrep"),
        ("bridgecrew/checkov", "checkov"),
        ("google/osv-scanner", "osv-scanner"),
    ];
    for (at, word) in words.iter().enumerate().take(most) {
        let behind = words.get(at + 1..).unwrap_or_default();
        let texts: Vec<&str> = behind.iter().map(|word| word.text.as_str()).collect();
        let image = IMAGES.iter().find(|(image, _)| word.text.contains(image));
        let name = image.map_or(file_name(&word.text), |(_, name)| name);
        if let Some((scan, tool)) =
            scan(name, &texts).filter(|_| image.is_some() || !word.text.contains(':'))
        {
            let how = reports_only(name, &texts);
            let place = how.and_then(|how| option_at(behind, how)).unwrap_or(word).place;
            let lenient = how.map(|how| Leniency { place, how });
            return Some(Found { does: vec![Does::Scans(scan, tool)], at: Some(word), lenient });
        }
        if word.text.starts_with('-') || word.text.contains(['=', ':']) {
            continue;
        }
        if tests_in_shell(name, behind) || is_test_script(&word.text) {
            return Some(Found { does: vec![Does::Tests], at: Some(word), lenient: None });
        }
        let does = plain(name, &texts);
        let is_known = does
            .iter()
            .any(|it| matches!(it, Does::Tests | Does::Lints | Does::BacksUp | Does::SmokeTests));
        if is_known {
            return Some(Found { does, at: Some(word), lenient: None });
        }
        if RUNNERS.contains(&name)
            && let Some(next) = behind_runner(name, behind)
            && let Some(found) = what(next, folder)
        {
            return Some(found);
        }
        let does = recipes(name, &texts);
        if !does.is_empty() {
            return Some(Found { does, at: Some(word), lenient: None });
        }
    }
    None
}

/// What programs do that everybody has.
fn plain(name: &str, texts: &[&str]) -> Vec<Does> {
    let operands = operands(texts);
    let first = operands.first().copied().unwrap_or_default();
    let second = operands.get(1).copied().unwrap_or_default();
    let one = |does| vec![does];
    if matches!(first, "install" | "version" | "help" | "install-deps")
        && !matches!(name, "mvn" | "mvnw" | "./mvnw" | "helm")
    {
        return Vec::new();
    }
    // They are built or listed, and not run.
    let is_runner =
        matches!(name, "cargo" | "ctest" | "jest" | "nox" | "py.test" | "pytest" | "tox");
    if is_runner && ["--collect-only", "--co", "--no-run", "--list"].iter().any(|it| has(texts, it))
    {
        return Vec::new();
    }
    match (name, first) {
        (
            "pytest" | "pytest-3" | "py.test" | "trial" | "unittest" | "nose2" | "tox" | "nox"
            | "behave" | "ctest" | "bats" | "rspec" | "phpunit" | "pest" | "jest" | "vitest"
            | "mocha" | "ava" | "karma" | "playwright" | "cypress" | "promptfoo" | "deepeval"
            | "cargo-nextest" | "gotestsum" | "ginkgo" | "hurl" | "newman" | "k6" | "locust"
            | "artillery" | "schemathesis" | "robot" | "molecule" | "testcafe" | "tap" | "c8"
            | "nyc" | "wtr" | "shellspec" | "helm-unittest" | "pact-verifier" | "schemathesis-cli"
            | "st",
            _,
        ) => one(Does::Tests),
        ("cargo", "test" | "t" | "nextest" | "llvm-cov" | "tarpaulin" | "hack") => one(Does::Tests),
        ("cargo", "publish" | "release" | "dist") => one(Does::Releases),
        ("cargo", "clippy" | "fmt" | "check") => one(Does::Lints),
        ("hatch" | "rye" | "cross" | "ng", "test") => one(Does::Tests),
        ("node" | "tsx", _) if has(texts, "--test") => one(Does::Tests),
        ("nix", "flake") if second == "check" => one(Does::Tests),
        ("go", "test")
        | ("dotnet", "test")
        | ("bazel" | "bazelisk" | "buck2" | "pants", "test" | "coverage") => one(Does::Tests),
        (
            "deno" | "swift" | "flutter" | "dart" | "mix" | "zig" | "sbt" | "lein" | "stack"
            | "forge" | "gleam" | "composer" | "meson" | "ninja" | "cabal" | "dune" | "xcodebuild"
            | "fastlane",
            "test",
        )
        | ("sbt", "+test")
        | ("dune", "runtest")
        | ("mix", "coveralls")
        | ("helm", "unittest")
        | ("prove", _) => one(Does::Tests),
        ("php", "artisan") | ("zig", "build") if second == "test" => one(Does::Tests),
        ("cmake", _) if has(texts, "--build") && has(texts, "test") => one(Does::Tests),
        ("R", "CMD") if second == "check" => one(Does::Tests),
        ("mvn" | "mvnw" | "./mvnw", _) => {
            let is_skipped = begins(texts, "-DskipTests") || begins(texts, "-Dmaven.test.skip");
            let is_run =
                ["test", "verify", "package", "install", "deploy"].iter().any(|it| has(texts, it));
            let is_pushed = texts.iter().any(|it| it.contains("jib") && it.ends_with(":build"));
            let tested = (is_run && !is_skipped).then_some(Does::Tests);
            tested.into_iter().chain(pushes(is_pushed)).collect()
        }
        ("gradle" | "gradlew", _) => {
            let is_skipped = texts.windows(2).any(|pair| matches!(pair, ["-x", "test"]));
            let is_run = texts.iter().any(|it| {
                matches!(*it, "check" | "build") || it.to_ascii_lowercase().contains("test")
            });
            let is_pushed = texts.iter().any(|it| it.rsplit(':').next() == Some("jib"))
                || has(texts, "bootBuildImage") && has(texts, "--publishImage");
            let tested = (is_run && !is_skipped).then_some(Does::Tests);
            tested.into_iter().chain(pushes(is_pushed)).collect()
        }
        ("heroku", "container:push") | ("apko", "publish") => pushes(true).collect(),
        ("sbt", "docker:publish" | "Docker/publish") => pushes(true).collect(),
        ("dotnet", "publish") => {
            let says = |word| texts.iter().any(|it| it.contains(word));
            pushes(says("PublishContainer") && says("ContainerRegistry")).collect()
        }
        ("make" | "gmake" | "just" | "task" | "go-task", _) => Vec::new(),
        ("npm" | "pnpm" | "yarn" | "bun", "publish") => one(Does::Releases),
        ("bun", "test") => one(Does::Tests),
        ("nx" | "turbo" | "lerna" | "rush" | "rushx" | "moon", _) => {
            let is_run = texts.iter().any(|it| it.contains("test"));
            one(if is_run { Does::Tests } else { Does::Unknown })
        }
        ("rake" | "rails", _) => {
            one(if first.contains("test") || first == "spec" { Does::Tests } else { Does::Unknown })
        }
        (
            "ruff" | "flake8" | "pylint" | "mypy" | "pyright" | "black" | "isort" | "eslint"
            | "prettier" | "tsc" | "golangci-lint" | "hadolint" | "shellcheck" | "yamllint"
            | "actionlint" | "zizmor" | "kubeconform" | "kubeval" | "tflint" | "biome" | "oxlint"
            | "ct",
            _,
        ) => one(Does::Lints),
        ("helm", "lint" | "template") => one(Does::Lints),
        ("helm", "test") => one(Does::SmokeTests),
        ("helm", "upgrade" | "install") | ("helmfile", "apply" | "sync") => {
            if has(texts, "--dry-run") || begins(texts, "--dry-run=") {
                return Vec::new();
            }
            let mut does = one(Does::Deploys("Helm"));
            // Since version 4 `--atomic` goes by another name.
            let waits = ["--wait", "--atomic", "--rollback-on-failure"];
            let waits = waits.iter().any(|it| has(texts, it) || begins(texts, &format!("{it}=")));
            does.extend(waits.then_some(Does::AwaitsRollout));
            does
        }
        ("kubectl" | "oc" | "k", _) => kubectl(texts),
        ("kustomize" | "envsubst", _) => Vec::new(),
        ("argocd", "app") if matches!(second, "sync" | "set" | "create") => {
            one(Does::Deploys("Argo CD"))
        }
        ("argocd", "app") if second == "wait" => one(Does::AwaitsRollout),
        ("flux", "reconcile") => one(Does::Deploys("Flux")),
        ("skaffold", "run" | "deploy" | "apply") => one(Does::Deploys("Skaffold")),
        ("terraform" | "tofu" | "terragrunt", "apply") => one(Does::Deploys("Terraform")),
        ("pulumi", "up" | "update") => one(Does::Deploys("Pulumi")),
        ("ansible-playbook", _) => one(Does::Deploys("Ansible")),
        ("az", _) => azure(first, second, &operands),
        ("azd", "up" | "deploy") => one(Does::Deploys("azd")),
        ("func", "azure") => one(Does::Deploys("Azure Functions")),
        ("gcloud", "run" | "app" | "functions")
            if has(texts, "deploy") || second == "services" && has(texts, "update") =>
        {
            one(Does::Deploys("gcloud"))
        }
        ("gcloud", "builds") if second == "submit" => vec![Does::BuildsImage, Does::PushesImage],
        ("gcloud", "deploy") => one(Does::Deploys("Cloud Deploy")),
        ("aws", "ecs") if matches!(second, "update-service" | "deploy") => {
            one(Does::Deploys("Amazon ECS"))
        }
        ("aws", "ecs") if second == "wait" => one(Does::AwaitsRollout),
        ("aws", "lambda") if matches!(second, "update-function-code" | "publish-version") => {
            one(Does::Deploys("AWS Lambda"))
        }
        ("aws", "cloudformation")
            if matches!(second, "deploy" | "update-stack" | "create-stack") =>
        {
            one(Does::Deploys("CloudFormation"))
        }
        ("aws", "deploy") => one(Does::Deploys("CodeDeploy")),
        ("aws", "apprunner") => one(Does::Deploys("App Runner")),
        ("sam" | "cdk" | "serverless" | "sls" | "copilot" | "eb" | "amplify", "deploy") => {
            one(Does::Deploys("AWS"))
        }
        ("fly" | "flyctl", "deploy") => one(Does::Deploys("Fly.io")),
        ("heroku", "container:release") => one(Does::Deploys("Heroku")),
        ("railway", "up") => one(Does::Deploys("Railway")),
        ("vercel", _) if has(texts, "--prod") || first == "deploy" => one(Does::Deploys("Vercel")),
        ("netlify", "deploy") => one(Does::Deploys("Netlify")),
        ("wrangler", "deploy" | "publish") => one(Does::Deploys("Cloudflare Workers")),
        ("cf", "push") => one(Does::Deploys("Cloud Foundry")),
        ("nomad", "job" | "run") => one(Does::Deploys("Nomad")),
        ("kamal" | "cap" | "dep" | "modal" | "bentoml" | "langgraph" | "beam" | "sst", _)
            if has(texts, "deploy") =>
        {
            one(Does::Deploys("a deployment tool"))
        }
        ("agentcore", "launch" | "deploy") => one(Does::Deploys("AgentCore")),
        ("git", "push") if texts.iter().any(|it| it.contains("heroku") || it.contains("dokku")) => {
            one(Does::Deploys("Heroku"))
        }
        ("ssh" | "plink", _) if on_host(texts) => {
            let mut does = one(Does::Deploys("ssh"));
            does.extend(waits_on_host(texts).then_some(Does::AwaitsRollout));
            does
        }
        ("curl" | "wget" | "http" | "https" | "xh", _) => web(texts),
        ("crane" | "skopeo" | "regctl" | "oras", "push" | "copy" | "cp") => one(Does::PushesImage),
        ("ko", "build" | "publish" | "apply") | ("pack", "build") => {
            vec![Does::BuildsImage, Does::PushesImage]
        }
        ("nix-build", _) => Vec::new(),
        ("jib", _) => vec![Does::BuildsImage],
        ("goreleaser", "release")
        | ("twine", "upload")
        | ("gh", "release")
        | ("semantic-release", _) => one(Does::Releases),
        ("poetry" | "uv" | "pdm" | "hatch" | "flit" | "maturin", "publish") => one(Does::Releases),
        (
            "pg_dump" | "pg_dumpall" | "pg_basebackup" | "mysqldump" | "mariadb-dump" | "mongodump"
            | "wal-g" | "pgbackrest" | "barman",
            _,
        ) => one(Does::BacksUp),
        ("restic" | "kopia" | "borg", "backup" | "snapshot" | "create") | ("velero", "backup") => {
            one(Does::BacksUp)
        }
        ("docker-compose-test", _) => one(Does::Tests),
        (
            "dagger" | "earthly" | "mage" | "invoke" | "inv" | "doit" | "ant" | "gulp" | "grunt"
            | "poe" | "taskipy" | "wireit" | "act" | "devbox" | "garden" | "tilt" | "lint-staged",
            _,
        ) => one(by_name(&texts.join(" ")).unwrap_or(Does::Unknown)),
        _ => Vec::new(),
    }
}

/// What builds an image and pushes it at once, if that is done.
fn pushes(is_done: bool) -> impl Iterator<Item = Does> {
    [Does::BuildsImage, Does::PushesImage].into_iter().filter(move |_| is_done)
}

fn kubectl(texts: &[&str]) -> Vec<Does> {
    let is_dry = begins(texts, "--dry-run") && !has(texts, "--dry-run=none");
    let has = |word| has(texts, word);
    let deploys = has("apply")
        || has("replace")
        || has("patch")
        || has("set") && has("image")
        || has("create") && (has("-f") || has("-k"))
        || has("rollout") && has("restart");
    match () {
        () if has("rollout") && has("status") || has("wait") => vec![Does::AwaitsRollout],
        () if deploys && !is_dry => vec![Does::Deploys("kubectl")],
        () => Vec::new(),
    }
}

fn azure(first: &str, second: &str, operands: &[&str]) -> Vec<Does> {
    let is_one = |word: &str| operands.contains(&word);
    match first {
        "acr" if second == "build" => vec![Does::BuildsImage, Does::PushesImage],
        "containerapp" if matches!(second, "up" | "update" | "create" | "compose") => {
            vec![Does::Deploys("Azure Container Apps")]
        }
        "webapp" | "functionapp" if is_one("slot") && is_one("swap") => {
            // What it switches to was deployed by somebody before.
            vec![Does::Switches("slots of Azure App Service")]
        }
        "webapp" | "functionapp"
            if is_one("deploy")
                || is_one("deployment")
                || is_one("container")
                || second == "up" =>
        {
            vec![Does::Deploys("Azure App Service")]
        }
        "container" if second == "create" => vec![Does::Deploys("Azure Container Instances")],
        "aks" if second == "command" => vec![Does::Deploys("AKS")],
        "deployment" if is_one("create") => vec![Does::Deploys("Azure Resource Manager")],
        "ml" if is_one("create") || is_one("update") => {
            vec![Does::Deploys("Azure Machine Learning")]
        }
        _ => Vec::new(),
    }
}

/// Whether what another machine is told brings up something new there.
fn on_host(texts: &[&str]) -> bool {
    const TOLD: [&str; 9] = [
        "docker compose up",
        "docker-compose up",
        "docker compose pull",
        "docker-compose pull",
        "docker run",
        "docker service update",
        "docker stack deploy",
        "systemctl restart",
        "kubectl apply",
    ];
    let told = texts.join(" ");
    TOLD.iter().any(|it| told.contains(it))
        || told.contains("docker compose -f") && told.contains(" up")
        || told.contains("deploy.sh")
}

/// Whether it waits there until what it brings up is healthy.
fn waits_on_host(texts: &[&str]) -> bool {
    let told = texts.join(" ");
    let words: Vec<&str> = told.split_ascii_whitespace().collect();
    let is_compose = told.contains("docker compose") || told.contains("docker-compose");
    is_compose && has(&words, "up") && has(&words, "--wait")
        || told.contains("docker stack deploy") && has(&words, "--detach=false")
}

/// What a request is for: a question whether something works, or the start of a deployment.
fn web(texts: &[&str]) -> Vec<Does> {
    const ASKS: [&str; 12] = [
        "/health", "/healthz", "/livez", "/readyz", "/ready", "/live", "/ping", "/status",
        "/version", "/up", "smoke", "/docs",
    ];
    let lower: Vec<String> = texts.iter().map(|it| it.to_ascii_lowercase()).collect();
    let is_webhook = lower
        .iter()
        .any(|it| it.contains("/deploy") && it.contains("://") || it.contains("deploy_hook"));
    if is_webhook {
        return vec![Does::Deploys("a webhook")];
    }
    let asks = lower.iter().any(|it| ASKS.iter().any(|ask| it.contains(ask)));
    let loads =
        texts.iter().any(|it| matches!(*it, "-O" | "--remote-name" | "-LO" | "-sSLO" | "-fsSLO"));
    if (asks || is_tried(texts, &lower)) && !loads { vec![Does::SmokeTests] } else { Vec::new() }
}

/// Whether a request is one of those that an agent answers, and a wrong answer is a failure.
fn is_tried(texts: &[&str], lower: &[String]) -> bool {
    const ANSWERED: [&str; 7] =
        ["/ask", "/chat", "/completions", "/generate", "/invoke", "/predict", "/query"];
    let is_short = |it: &&&str| it.starts_with('-') && !it.starts_with("--");
    let fails = texts.iter().any(|it| it.starts_with("--fail"))
        || texts.iter().filter(is_short).any(|it| it.contains('f'));
    // Not the `/api/chat.postMessage` of Slack.
    let is_one = |it: &String| {
        it.contains("://")
            && !is_of_others(it)
            && ANSWERED.iter().any(|ask| it.ends_with(ask) || it.contains(&format!("{ask}/")))
    };
    fails && lower.iter().any(is_one)
}

/// Whether an address is that of those who offer models or tell messages on, whom nobody deploys.
fn is_of_others(address: &str) -> bool {
    const OTHERS: [&str; 7] = [
        "anthropic.com",
        "azure.com",
        "discord.com",
        "googleapis.com",
        "openai.com",
        "slack.com",
        "telegram.org",
    ];
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split(['/', ':', '?']).next().unwrap_or(host);
    OTHERS.iter().any(|other| host.ends_with(other))
}

/// What something does by its name; nothing where the name says nothing.
pub(super) fn by_name(name: &str) -> Option<Does> {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    Some(match () {
        () if has(&["smoke", "smoketest", "healthcheck"]) => Does::SmokeTests,
        () if has(&[
            "test",
            "tests",
            "pytest",
            "unittest",
            "e2e",
            "spec",
            "specs",
            "unit",
            "integration",
            "coverage",
            "eval",
            "evals",
            "jest",
            "vitest",
        ]) =>
        {
            Does::Tests
        }
        () if has(&["trivy", "grype"]) => Does::Scans(Scan::Image, "Trivy"),
        () if has(&["audit"]) => Does::Scans(Scan::Dependencies, "an audit"),
        () if has(&["backup", "backups"]) => Does::BacksUp,
        () if has(&["deploy", "rollout"]) => Does::Deploys("a script"),
        () if has(&[
            "lint",
            "fmt",
            "format",
            "typecheck",
            "mypy",
            "eslint",
            "style",
            "prettier",
        ]) =>
        {
            Does::Lints
        }
        () if has(&["release", "publish"]) => Does::Releases,
        () => return None,
    })
}

/// The recipes of a file that a command runs.
fn recipes(name: &str, texts: &[&str]) -> Vec<Does> {
    let recipe =
        |runner, name: Option<&str>| Does::Calls(Call::Recipe(runner, name.map(str::to_owned)));
    let is_name = |it: &&str| !it.contains('=') && !it.contains('/');
    let all = |runner, names: Vec<&str>| match names.as_slice() {
        [] => vec![recipe(runner, None)],
        names => names.iter().map(|name| recipe(runner, Some(name))).collect(),
    };
    match name {
        "make" | "gmake" => all(Runner::Make, goals(texts).into_iter().filter(is_name).collect()),
        "just" => {
            let mut names = operands(texts).into_iter().filter(is_name);
            let first = recipe(Runner::Just, names.next());
            // It may also be an argument of the recipe before it.
            let further = names.map(|it| Does::Calls(Call::Further(Runner::Just, it.to_owned())));
            std::iter::once(first).chain(further).collect()
        }
        "task" | "go-task" => {
            // Behind `--` stands what tasks are handed.
            let own = texts.iter().position(|it| *it == "--").and_then(|end| texts.get(..end));
            let names = operands(own.unwrap_or(texts));
            all(Runner::Task, names.into_iter().filter(is_name).collect())
        }
        // Of the package `npm-run-all`, and of the one that follows it.
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" => {
            operands(texts).into_iter().map(|it| recipe(Runner::Package, Some(it))).collect()
        }
        "pre-commit" if has(texts, "run") => vec![recipe(Runner::PreCommit, None)],
        "npm" | "pnpm" | "yarn" | "bun" => {
            let script = package_script(texts).map(|it| recipe(Runner::Package, Some(it)));
            script.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The operands of make: what is no option, and no value of one.
fn goals<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    const VALUES: [&str; 11] = [
        "-C",
        "--directory",
        "-f",
        "--file",
        "--makefile",
        "-I",
        "--include-dir",
        "-o",
        "-W",
        "-l",
        "-j",
    ];
    let is_value = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| texts.get(at));
        // The number behind `-j` may be left out.
        let is_number = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let counts = before.is_some_and(|it| matches!(*it, "-j" | "-l"));
        before.is_some_and(|it| VALUES.contains(it))
            && (!counts || texts.get(at).is_some_and(|it| is_number(it)))
    };
    let operands = texts.iter().enumerate().filter(|(_, text)| !text.starts_with('-'));
    operands.filter(|(at, _)| !is_value(*at)).map(|(_, text)| *text).collect()
}

/// The file or the recipes that a command runs.
fn called(program: &str, name: &str, texts: &[&str], folder: &str) -> Vec<Does> {
    let recipes = recipes(name, texts);
    if !recipes.is_empty() {
        return recipes;
    }
    let does = match name {
        "make" | "gmake" | "just" | "task" | "go-task" => None,
        "npm" | "pnpm" | "yarn" | "bun" => executed(texts),
        _ => script(program, name, texts, folder),
    };
    does.into_iter().collect()
}

/// What a manager of packages is told to do.
fn told<'t>(texts: &[&'t str]) -> impl Iterator<Item = &'t str> {
    let operands = operands(texts).into_iter();
    operands.filter(|it| !matches!(*it, "run" | "run-script" | "workspace" | "workspaces"))
}

/// The script of a `package.json` that a manager of packages runs.
fn package_script<'t>(texts: &[&'t str]) -> Option<&'t str> {
    const OWN: [&str; 22] = [
        "install", "i", "ci", "add", "config", "set", "cache", "login", "link", "pack", "version",
        "view", "init", "create", "exec", "dlx", "x", "store", "import", "up", "fetch", "info",
    ];
    let script = told(texts).next()?;
    let script = if script == "t" { "test" } else { script };
    // `npm run ci` is a script, `npm ci` is not.
    let is_script = operands(texts).iter().any(|it| matches!(*it, "run" | "run-script"));
    (is_script || !OWN.contains(&script)).then_some(script)
}

/// What a program does that a manager of packages brings: `npm exec jest`.
fn executed(texts: &[&str]) -> Option<Does> {
    let mut operands = told(texts);
    operands.next().filter(|it| matches!(*it, "exec" | "dlx" | "x"))?;
    let first = operands.next()?;
    let rest: Vec<&str> = operands.collect();
    plain(first, &rest).into_iter().next()
}

/// The file that a command runs.
fn script(program: &str, name: &str, texts: &[&str], folder: &str) -> Option<Does> {
    let operands = operands(texts);
    let is_shell = matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "source"
            | "."
            | "python"
            | "python3"
            | "node"
            | "ruby"
            | "pwsh"
            | "deno"
            | "tsx"
            | "ts-node"
            | "bun"
    );
    let path = if is_shell { *operands.first()? } else { program };
    let is_path =
        path.contains('/') && !path.starts_with(['/', '~', '$']) || is_shell && path.contains('.');
    // What builds with them is told by its words.
    let is_wrapper = matches!(name, "gradlew" | "mvnw");
    let own = local(path).filter(|_| is_path && !is_wrapper)?;
    if own.ends_with("manage.py") {
        return has(texts, "test").then_some(Does::Tests);
    }
    let inside = crate::source::resolve(folder, &own);
    let by_name = by_name(file_name(&own));
    // What a script of another language does is told by its name only.
    let is_script = matches!(own.rsplit_once('.').map(|it| it.1), Some("sh" | "bash") | None)
        || !file_name(&own).contains('.');
    match by_name {
        _ if is_script => {
            let mut paths = vec![inside];
            if !paths.contains(&own) {
                paths.push(own);
            }
            Some(Does::Calls(Call::File(paths)))
        }
        Some(does) => Some(does),
        None => Some(Does::Unknown),
    }
}
