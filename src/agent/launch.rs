//! What the command of a tool server fetches before it runs: a package, or an image.
//!
//! Sources: docs.npmjs.com/cli/commands/npx, pnpm.io/cli/dlx, bun.sh/docs/cli/bunx,
//! docs.astral.sh/uv/guides/tools, pipx.pypa.io, learn.microsoft.com/dotnet/core/tools/dotnet-tool-exec,
//! docs.docker.com/reference/cli/docker/container/run.

use crate::image::ImageRef;
use crate::tree::Node;

use super::setting::is_template;

/// What a command fetches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fetched<'t> {
    /// As it is written, with the version.
    pub(crate) what: &'t str,
    pub(crate) kind: FetchedKind,
    pub(crate) pin: Pin,
    /// The word that names it.
    pub(crate) at: Node<'t>,
    /// Whether the program surely looks beyond what is installed with the project.
    pub(crate) is_certain: bool,
    /// What makes the container engine look for another image at each start.
    pub(crate) pulls_always: Option<Node<'t>>,
}

/// What is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FetchedKind {
    Package,
    Image,
    /// A repository, or an archive of one.
    Repository,
}

/// What says which version it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    /// A version, or a range of versions that has an end.
    Fixed,
    /// A tag, a branch or a range that means something else after each release.
    Moves,
    Nothing,
}

/// A word of a command line, and the scalar that holds it.
#[derive(Clone, Copy, Debug)]
struct Word<'t> {
    text: &'t str,
    at: Node<'t>,
}

impl<'t> Fetched<'t> {
    /// What a command with its arguments fetches, if it is one that fetches anything. The command
    /// may be a whole line.
    pub(in crate::agent) fn of(command: Node<'t>, arguments: &[Node<'t>]) -> Option<Self> {
        let mut words: Vec<Word<'t>> = split(command).collect();
        // The path of a program may hold blanks; a line begins with a program that has none.
        if words.len() > 1 && !arguments.is_empty() {
            words = vec![Word { text: command.text(), at: command }];
        }
        words.extend(arguments.iter().map(|&at| Word { text: at.text(), at }));
        of_words(&words)
    }
}

fn split(node: Node<'_>) -> impl Iterator<Item = Word<'_>> {
    node.text().split_whitespace().map(move |text| Word { text, at: node })
}

/// A shell's line that is more than one command is not read.
const OPERATORS: [char; 10] = ['&', '|', ';', '"', '\'', '`', '<', '>', '(', '\n'];

fn of_words<'t>(words: &[Word<'t>]) -> Option<Fetched<'t>> {
    let (program, rest) = words.split_first()?;
    match program_name(program.text).as_str() {
        // `cmd /c npx ...`, as Windows needs it
        "cmd" => {
            let start = rest.iter().position(|word| !word.text.starts_with('/'))?;
            of_program(rest.get(start..)?)
        }
        "env" => {
            let is_option = |word: &Word<'_>| word.text.starts_with('-') || word.text.contains('=');
            let start = rest.iter().position(|word| !is_option(word))?;
            of_program(rest.get(start..)?)
        }
        "sh" | "bash" | "zsh" | "dash" => {
            let (option, line) = (rest.first()?, rest.get(1)?);
            let is_line = option.text.starts_with('-') && option.text.ends_with('c');
            if !is_line || line.text.contains(OPERATORS) {
                return None;
            }
            let words: Vec<_> = split(line.at).collect();
            of_program(words.strip_prefix_word("exec"))
        }
        _ => of_program(words),
    }
}

/// Leaves out a first word.
trait StripWord {
    fn strip_prefix_word(&self, word: &str) -> &Self;
}

impl StripWord for [Word<'_>] {
    fn strip_prefix_word(&self, word: &str) -> &Self {
        match self.split_first() {
            Some((first, rest)) if first.text == word => rest,
            _ => self,
        }
    }
}

/// `npx` of `C:\tools\npx.cmd`.
fn program_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let stem = [".cmd", ".exe", ".bat", ".ps1"].iter().find_map(|ending| name.strip_suffix(ending));
    stem.map(str::to_owned).unwrap_or(name)
}

fn of_program<'t>(words: &[Word<'t>]) -> Option<Fetched<'t>> {
    let (program, rest) = words.split_first()?;
    let after = |commands: &[&str]| {
        let is_it = rest.len() >= commands.len()
            && rest.iter().zip(commands).all(|(word, command)| word.text == *command);
        if is_it { rest.get(commands.len()..) } else { None }
    };
    match program_name(program.text).as_str() {
        "npx" => node_package(rest, false),
        "pnpx" | "bunx" => node_package(rest, true),
        "npm" => node_package(after(&["exec"]).or_else(|| after(&["x"]))?, false),
        "pnpm" | "yarn" => node_package(after(&["dlx"])?, true),
        "bun" => node_package(after(&["x"])?, true),
        "uvx" => python_package(rest, &UVX),
        "uv" => match after(&["tool", "run"]) {
            Some(words) => python_package(words, &UVX),
            None => beside_sources(after(&["run"])?),
        },
        "pipx" => python_package(after(&["run"])?, &PIPX),
        "dnx" => python_package(rest, &DNX),
        "docker" | "podman" | "nerdctl" => {
            image(after(&["run"]).or_else(|| after(&["container", "run"]))?)
        }
        _ => None,
    }
}

/// Programs that a project installs to run its own sources.
const RUNNERS: [&str; 6] = ["tsx", "ts-node", "ts-node-esm", "vite-node", "nodemon", "esno"];

fn node_package<'t>(words: &[Word<'t>], downloads: bool) -> Option<Fetched<'t>> {
    let mut is_certain = downloads;
    let mut package: Option<Word<'t>> = None;
    let mut words = words.iter();
    let mut first = None;
    while let Some(&word) = words.next() {
        match word.text {
            // What is not installed is then refused, or a shell reads the line.
            "--no-install" | "--no" | "--offline" | "-c" | "--call" => return None,
            "-y" | "--yes" => is_certain = true,
            "-p" | "--package" => package = package.or(words.next().copied()),
            "--registry" | "--prefix" | "--cache" | "-w" | "--workspace" | "--userconfig" => {
                words.next();
            }
            "--" => {}
            text => {
                if let Some(spec) = text.strip_prefix("--package=") {
                    package = package.or(Some(Word { text: spec, at: word.at }));
                } else if !text.starts_with('-') {
                    first = Some(word);
                    break;
                }
            }
        }
    }
    let package = package.or(first)?;
    if !is_certain && RUNNERS.contains(&package.text) {
        return None;
    }
    let (kind, pin) = node_pin(package.text)?;
    let (what, at) = (package.text, package.at);
    Some(Fetched { what, kind, pin, at, is_certain, pulls_always: None })
}

/// What a specification of npm's says of the version; nothing for what lies in the project, and for
/// what is not known yet.
fn node_pin(spec: &str) -> Option<(FetchedKind, Pin)> {
    if is_local(spec) || is_open(spec) {
        return None;
    }
    if is_branch_archive(spec) {
        return Some((FetchedKind::Repository, Pin::Moves));
    }
    let spec = spec.strip_prefix("npm:").unwrap_or(spec);
    let is_scoped = spec.starts_with('@');
    if spec.contains(':') || !is_scoped && spec.contains('/') {
        // `github:acme/tools#v1`, `acme/tools`
        let revision = spec.split_once('#').map(|(_, revision)| revision);
        let is_archive = spec.starts_with("http") && !spec.contains(".git");
        if is_archive || revision.is_none() && !is_repository(spec) {
            return None;
        }
        return Some((FetchedKind::Repository, revision.map_or(Pin::Nothing, revision_pin)));
    }
    let after_scope = spec.strip_prefix('@').unwrap_or(spec);
    let pin = match after_scope.split_once('@') {
        None => Pin::Nothing,
        Some((_, version)) => {
            let number = version.trim_start_matches(['^', '~', '=', 'v', '<']);
            let is_number = number.starts_with(|c: char| c.is_ascii_digit());
            if is_number { Pin::Fixed } else { Pin::Moves }
        }
    };
    Some((FetchedKind::Package, pin))
}

/// Whether a specification of npm's without a revision surely is a repository: `github:acme/tools`,
/// `git+https://github.com/acme/tools.git`, `acme/tools`.
///
/// Source: docs.npmjs.com/cli/v11/using-npm/package-spec, "Git urls".
fn is_repository(spec: &str) -> bool {
    const STARTS: [&str; 7] =
        ["github:", "gitlab:", "bitbucket:", "gist:", "git+", "git://", "git@"];
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_pair = spec.split_once('/').is_some_and(|(owner, name)| {
        !owner.is_empty()
            && !name.is_empty()
            && [owner, name].iter().all(|it| it.chars().all(is_name))
    });
    is_pair
        || STARTS.iter().any(|start| spec.starts_with(start))
        || spec.starts_with("http") && spec.strip_suffix(".git").is_some()
}

/// Branches that move on with each change.
const BRANCHES: [&str; 8] = ["main", "master", "HEAD", "develop", "dev", "trunk", "latest", "next"];

fn revision_pin(revision: &str) -> Pin {
    let revision = revision.split(['&', '#']).next().unwrap_or(revision);
    if revision.is_empty() || BRANCHES.contains(&revision) { Pin::Moves } else { Pin::Fixed }
}

/// The options of a program that runs packages of Python, or of .NET in the same way.
struct Options {
    /// Those with a value.
    valued: &'static [&'static str],
    plain: &'static [&'static str],
    /// The one that names the package.
    package: &'static str,
}

const UVX: Options = Options {
    valued: &[
        "--allow-insecure-host",
        "--cache-dir",
        "--color",
        "--config-file",
        "--default-index",
        "--directory",
        "--env-file",
        "--extra-index-url",
        "--find-links",
        "--index",
        "--index-strategy",
        "--index-url",
        "--keyring-provider",
        "--link-mode",
        "--prerelease",
        "--project",
        "--python",
        "--python-preference",
        "--refresh-package",
        "--resolution",
        "--upgrade-package",
        "--with",
        "--with-editable",
        "-f",
        "-i",
        "-p",
        "-P",
        "-w",
    ],
    plain: &[
        "--compile-bytecode",
        "--isolated",
        "--managed-python",
        "--native-tls",
        "--no-build",
        "--no-cache",
        "--no-config",
        "--no-env-file",
        "--no-index",
        "--no-managed-python",
        "--no-progress",
        "--no-python-downloads",
        "--quiet",
        "--refresh",
        "--reinstall",
        "--system-certs",
        "--upgrade",
        "--verbose",
        "-n",
        "-q",
        "-U",
        "-v",
    ],
    package: "--from",
};

const PIPX: Options = Options {
    valued: &["--index-url", "--pip-args", "--python", "--with", "-i"],
    plain: &[
        "--no-cache",
        "--pypackages",
        "--quiet",
        "--system-site-packages",
        "--verbose",
        "-q",
        "-v",
    ],
    package: "--spec",
};

/// With `--version`, which is in neither list, the package is fixed.
const DNX: Options = Options {
    valued: &["--add-source", "--configfile", "--framework", "--source", "--verbosity"],
    plain: &["--allow-roll-forward", "--interactive", "--prerelease", "--yes", "-y"],
    package: "",
};

fn python_package<'t>(words: &[Word<'t>], options: &Options) -> Option<Fetched<'t>> {
    let mut package: Option<Word<'t>> = None;
    let mut words = words.iter();
    let mut first = None;
    while let Some(&word) = words.next() {
        let (name, value) = match word.text.split_once('=') {
            Some((name, value)) if name.starts_with('-') => (name, Some(value)),
            _ => (word.text, None),
        };
        if name == options.package {
            package = match value {
                Some(text) => Some(Word { text, at: word.at }),
                None => words.next().copied(),
            };
        } else if !name.starts_with('-') {
            first = Some(word);
            break;
        } else if options.valued.contains(&name) {
            if value.is_none() {
                words.next();
            }
        } else if !options.plain.contains(&name) {
            // `--offline`, `--exclude-newer`, `--constraints`, and what nobody knows yet
            return None;
        }
    }
    let package = package.or(first)?;
    let (kind, pin) = python_pin(package.text)?;
    let (what, at) = (package.text, package.at);
    Some(Fetched { what, kind, pin, at, is_certain: true, pulls_always: None })
}

/// What `uv run` adds to the sources of the project. Packages that have no version there are as many
/// as there are servers in the project; a branch of somebody's repository is another matter.
fn beside_sources<'t>(words: &[Word<'t>]) -> Option<Fetched<'t>> {
    let with = |pair: &[Word<'t>]| match pair {
        [option, value] if option.text == "--with" => Some(*value),
        _ => None,
    };
    let joined = |word: &Word<'t>| {
        let text = word.text.strip_prefix("--with=")?;
        Some(Word { text, at: word.at })
    };
    let mut added = words.windows(2).filter_map(with).chain(words.iter().filter_map(joined));
    added.find_map(|Word { text: what, at }| {
        let (kind, pin) = python_pin(what)?;
        let is_branch = kind == FetchedKind::Repository && pin != Pin::Fixed;
        let fetched = Fetched { what, kind, pin, at, is_certain: true, pulls_always: None };
        is_branch.then_some(fetched)
    })
}

/// Whether it is the archive of a branch: `https://github.com/acme/tools/archive/refs/heads/x.zip`.
fn is_branch_archive(spec: &str) -> bool {
    let path = spec.split(['#', '?']).next().unwrap_or(spec);
    let last = path.rsplit('/').next().unwrap_or(path);
    let stem = [".zip", ".tar.gz"].iter().find_map(|end| last.strip_suffix(end)).unwrap_or(last);
    let is_archive = ["/archive/", "/zipball/", "/tarball/"].iter().any(|it| path.contains(it));
    spec.contains("://")
        && !is_open(spec)
        && (path.contains("/refs/heads/") || is_archive && BRANCHES.contains(&stem))
}

fn python_pin(spec: &str) -> Option<(FetchedKind, Pin)> {
    if is_branch_archive(spec) {
        return Some((FetchedKind::Repository, Pin::Moves));
    }
    if let Some((_, repository)) = spec.split_once("git+").filter(|_| !is_open(spec)) {
        // `git+ssh://git@github.com/acme/tools@v1#subdirectory=a`
        let path = repository.split_once("://").map_or(repository, |(_, rest)| rest);
        let path = path.split('#').next().unwrap_or(path);
        let path = path.split_once('/').map_or(path, |(_, path)| path);
        let pin =
            path.rsplit_once('@').map_or(Pin::Nothing, |(_, revision)| revision_pin(revision));
        return Some((FetchedKind::Repository, pin));
    }
    if is_local(spec) || is_open(spec) || spec.contains("://") {
        return None;
    }
    // `tools[cli]==1.2`, `tools@1.2`
    let pin = if spec.contains("==") || spec.contains("~=") || spec.contains('<') {
        Pin::Fixed
    } else if let Some((_, version)) = spec.split_once('@') {
        let is_number = version.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if is_number { Pin::Fixed } else { Pin::Moves }
    } else if spec.contains('>') {
        Pin::Moves
    } else {
        Pin::Nothing
    };
    Some((FetchedKind::Package, pin))
}

/// Whether a package lies in the project or on the machine.
fn is_local(spec: &str) -> bool {
    spec.starts_with(['.', '/', '~'])
        || spec.contains('\\')
        || ["file:", "link:", "workspace:"].iter().any(|start| spec.starts_with(start))
        || [".tgz", ".whl", ".js", ".mjs", ".ts", ".py"].iter().any(|ending| spec.ends_with(ending))
}

/// Whether a part of it is filled in when the program starts.
fn is_open(spec: &str) -> bool {
    is_template(spec)
        || spec.contains(['$', '<', '%']) && !spec.contains("<=") && !spec.contains(",<")
}

/// Options of `docker run` without a value.
const SWITCHES: [&str; 14] = [
    "--detach",
    "--init",
    "--interactive",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--read-only",
    "--replace",
    "--rm",
    "--sig-proxy",
    "--tls-verify",
    "--tty",
];

/// And those with one.
const VALUED: [&str; 46] = [
    "--add-host",
    "--annotation",
    "--attach",
    "--cap-add",
    "--cap-drop",
    "--cidfile",
    "--cpus",
    "--device",
    "--dns",
    "--entrypoint",
    "--env",
    "--env-file",
    "--expose",
    "--gpus",
    "--group-add",
    "--hostname",
    "--ipc",
    "--label",
    "--link",
    "--log-driver",
    "--log-opt",
    "--mac-address",
    "--memory",
    "--memory-swap",
    "--mount",
    "--name",
    "--net",
    "--network",
    "--network-alias",
    "--pid",
    "--pids-limit",
    "--platform",
    "--publish",
    "--pull",
    "--restart",
    "--runtime",
    "--security-opt",
    "--shm-size",
    "--stop-timeout",
    "--sysctl",
    "--tmpfs",
    "--ulimit",
    "--user",
    "--userns",
    "--volume",
    "--workdir",
];

fn image<'t>(words: &[Word<'t>]) -> Option<Fetched<'t>> {
    let mut pulls_always = None;
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let (name, value) = match word.text.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word.text, None),
        };
        if let Some(letters) = name.strip_prefix('-').filter(|it| !it.starts_with('-')) {
            // `-it`, `-e NAME`, `-eNAME=value`
            let is_switches = letters.chars().all(|c| "itdPq".contains(c));
            let takes_next = letters.len() == 1 || letters.starts_with(['i', 't', 'd']);
            if !is_switches && takes_next {
                words.next();
            }
        } else if !name.starts_with("--") {
            let reference = ImageRef::parse(word.text);
            let is_known =
                !is_template(word.text) && !word.text.contains('$') && reference.is_well_formed();
            let pin = match (reference.is_floating(), reference.tag) {
                (false, _) => Pin::Fixed,
                (true, Some(_)) => Pin::Moves,
                (true, None) => Pin::Nothing,
            };
            let (what, kind, at) = (word.text, FetchedKind::Image, word.at);
            let fetched = Fetched { what, kind, pin, at, is_certain: true, pulls_always };
            return is_known.then_some(fetched);
        } else if VALUED.contains(&name) {
            let value = match value {
                Some(text) => Word { text, at: word.at },
                None => *words.next()?,
            };
            if name == "--pull" && value.text == "always" {
                pulls_always = Some(value.at);
            }
        } else if !SWITCHES.contains(&name) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::FileId;
    use crate::tree::json;

    fn fetched(line: &str) -> Option<(String, Pin)> {
        let list: Vec<_> = line.split(' ').collect();
        let text: Arc<str> = serde_json::to_string(&list).unwrap().into();
        let (tree, _) = json::read(FileId::new(0), &text, None);
        let nodes: Vec<_> = tree.documents().next().unwrap().items().collect();
        let found = Fetched::of(nodes[0], &nodes[1..]);
        let whole: Arc<str> = serde_json::to_string(line).unwrap().into();
        let (tree, _) = json::read(FileId::new(0), &whole, None);
        let of_line = Fetched::of(tree.documents().next().unwrap(), &[]);
        let told = |it: Option<Fetched<'_>>| it.map(|it| (it.what.to_owned(), it.pin));
        let (found, of_line) = (told(found), told(of_line));
        assert_eq!(found, of_line, "{line}");
        found
    }

    #[test]
    fn packages_without_a_version_are_found() {
        for (line, what, pin) in [
            ("npx -y acme-mcp", "acme-mcp", Pin::Nothing),
            ("npx acme-mcp --root .", "acme-mcp", Pin::Nothing),
            ("npx.cmd @acme/mcp@latest", "@acme/mcp@latest", Pin::Moves),
            ("npx -y @acme/mcp", "@acme/mcp", Pin::Nothing),
            ("npx -y -p @acme/mcp acme", "@acme/mcp", Pin::Nothing),
            ("npx --yes --package=@acme/mcp@next acme", "@acme/mcp@next", Pin::Moves),
            ("npx -y acme@*", "acme@*", Pin::Moves),
            ("npx -y acme@>=1", "acme@>=1", Pin::Moves),
            ("cmd /c npx -y acme", "acme", Pin::Nothing),
            ("cmd.exe /d /s /c npx -y acme", "acme", Pin::Nothing),
            ("env A=1 npx -y acme", "acme", Pin::Nothing),
            ("/usr/local/bin/npx -y acme", "acme", Pin::Nothing),
            ("npm exec -y -- acme", "acme", Pin::Nothing),
            ("pnpm dlx acme", "acme", Pin::Nothing),
            ("yarn dlx acme", "acme", Pin::Nothing),
            ("bunx acme", "acme", Pin::Nothing),
            ("bun x acme@beta", "acme@beta", Pin::Moves),
            ("npx -y github:acme/tools#main", "github:acme/tools#main", Pin::Moves),
            ("uvx acme-mcp --port 1", "acme-mcp", Pin::Nothing),
            ("uvx acme[cli]", "acme[cli]", Pin::Nothing),
            ("uvx acme@latest", "acme@latest", Pin::Moves),
            ("uvx --from acme>=1 tool", "acme>=1", Pin::Moves),
            ("uvx --python 3.12 --with httpx acme", "acme", Pin::Nothing),
            ("uv tool run acme", "acme", Pin::Nothing),
            (
                "uvx --from git+https://git.acme.io/a/b tool",
                "git+https://git.acme.io/a/b",
                Pin::Nothing,
            ),
            (
                "uvx --from=git+https://git.acme.io/a/b@main t",
                "git+https://git.acme.io/a/b@main",
                Pin::Moves,
            ),
            (
                "uvx --from git+ssh://git@git.acme.io/a/b tool",
                "git+ssh://git@git.acme.io/a/b",
                Pin::Nothing,
            ),
            (
                "uvx --from https://git.acme.io/a/b/archive/refs/heads/x.zip tool",
                "https://git.acme.io/a/b/archive/refs/heads/x.zip",
                Pin::Moves,
            ),
            (
                "uv run --project a --with https://git.acme.io/a/b/archive/main.zip b.py",
                "https://git.acme.io/a/b/archive/main.zip",
                Pin::Moves,
            ),
            (
                "uv run --with=git+https://git.acme.io/a/b b.py",
                "git+https://git.acme.io/a/b",
                Pin::Nothing,
            ),
            (
                "npx -y https://git.acme.io/a/b/tarball/main",
                "https://git.acme.io/a/b/tarball/main",
                Pin::Moves,
            ),
            ("pipx run acme", "acme", Pin::Nothing),
            ("dnx Acme.Mcp --yes", "Acme.Mcp", Pin::Nothing),
            ("dnx --source https://a.io Acme.Mcp@*", "Acme.Mcp@*", Pin::Moves),
            ("pipx run --spec acme tool", "acme", Pin::Nothing),
            ("docker run -i --rm acme/mcp", "acme/mcp", Pin::Nothing),
            (
                "docker run --rm -it -e TOKEN -v /data:/data ghcr.io/acme/mcp:latest x",
                "ghcr.io/acme/mcp:latest",
                Pin::Moves,
            ),
            ("podman container run --name a acme/mcp", "acme/mcp", Pin::Nothing),
            ("docker run -eA=b --network=host acme/mcp", "acme/mcp", Pin::Nothing),
        ] {
            assert_eq!(fetched(line), Some((what.to_owned(), pin)), "{line}");
        }
    }

    #[test]
    fn versions_pin() {
        for line in [
            "npx -y acme@1.2.3",
            "npx -y @acme/mcp@1",
            "npx -y @acme/mcp@^1.2",
            "npx -y @acme/mcp@v1",
            "npx -y github:acme/tools#v1.2",
            "bunx acme@0.1",
            "uvx acme==1.2",
            "uvx acme@1.2",
            "uvx acme~=1.2",
            "uvx --from acme==1 tool",
            "uvx --from acme>=1,<2 tool",
            "uvx --from acme[cli]==1 tool",
            "uvx --from git+https://git.acme.io/a/b@4f2c1d7 tool",
            "uvx --from git+https://git.acme.io/a/b@v1#subdirectory=x tool",
            "pipx run acme==1.2",
            "dnx Acme.Mcp@1.4",
            "docker run -i --rm acme/mcp:1.2",
            "docker run -i acme/mcp@sha256:3fc9b689459d738f8c88a3a48aa9e33542016b7a4052e001aaa536fca74813cb",
        ] {
            assert_eq!(fetched(line).map(|it| it.1), Some(Pin::Fixed), "{line}");
        }
    }

    #[test]
    fn what_is_not_fetched_or_not_known_is_left_alone() {
        for line in [
            "node server.js",
            "python -m acme",
            "uv run server.py",
            "uv run --with acme server.py",
            "uv run --with git+https://git.acme.io/a/b@v1 server.py",
            "uv run --with https://git.acme.io/a/b/archive/refs/tags/v1.zip server.py",
            "npx -y https://git.acme.io/a/b/archive/4f2c1d7.tar.gz",
            "npx tsx src/server.ts",
            "npx --no-install acme",
            "npx -y ./tools/acme",
            "npx -y ${PACKAGE}",
            "npx -y acme@${VERSION}",
            "npx -y $PACKAGE",
            "npx -y acme@%VERSION%",
            "npm run mcp",
            "pnpm exec acme",
            "yarn acme",
            "bun run server.ts",
            "uvx --from . tool",
            "uvx --offline acme",
            "uvx --exclude-newer 2026-01-01 acme",
            "uvx --from ./dist/acme-1.whl tool",
            "uvx --constraints c.txt acme",
            "dnx --version 1.4 Acme.Mcp",
            "docker exec -i acme mcp",
            "docker compose run mcp",
            "docker run -i ${IMAGE}",
            "docker run --strange thing acme/mcp",
            "docker run -i",
            "npx",
            "uvx",
            "",
            "cmd /c",
            "https://mcp.acme.io/mcp",
        ] {
            assert_eq!(fetched(line), None, "{line}");
        }
    }

    #[test]
    fn a_pull_at_each_start_is_told() {
        let text: Arc<str> = r#"["docker", "run", "--pull=always", "-i", "acme/mcp:1"]"#.into();
        let (tree, _) = json::read(FileId::new(0), &text, None);
        let nodes: Vec<_> = tree.documents().next().unwrap().items().collect();
        assert!(Fetched::of(nodes[0], &nodes[1..]).unwrap().pulls_always.is_some());
    }
}
