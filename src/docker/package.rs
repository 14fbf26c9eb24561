//! What a command asks of a package manager.
//!
//! Source: the manuals of apt-get(8), apk(8), dnf(8), zypper(8), conda; pip.pypa.io/en/stable/cli,
//! docs.astral.sh/uv/reference/cli, docs.npmjs.com/cli, yarnpkg.com/cli, pnpm.io/cli, bun.sh/docs/cli,
//! guides.rubygems.org/command-reference, go.dev/ref/mod, doc.rust-lang.org/cargo/commands.

use super::instruction::Command;
use super::shell::{
    Arguments, Join, Operator, Redirection, Script, ShellWord, SimpleCommand, Valued, file_name,
};

/// A program that installs packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    Apk,
    Apt,
    AptGet,
    Aptitude,
    Bun,
    Cargo,
    /// mamba and micromamba, too.
    Conda,
    Dnf,
    Gem,
    Go,
    Microdnf,
    Npm,
    /// However Python is called, and `uv pip`.
    Pip,
    Pipx,
    Pnpm,
    Poetry,
    Tdnf,
    Uv,
    Yarn,
    Yum,
    Zypper,
}

/// What it is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Installs packages, named ones or those of a project.
    Install,
    Remove,
    /// Learns which packages there are.
    Refresh,
    /// Installs new versions of all that is installed.
    Upgrade,
    /// The same to a new release of the distribution, or removing packages on the way.
    DistUpgrade,
    /// Exchanges packages, or the stream of a module that they come from.
    Switch,
    /// Removes what was downloaded.
    Clean,
    /// Something else.
    Other,
}

/// A command of a package manager.
#[derive(Debug)]
pub(crate) struct PackageCommand<'c> {
    pub(crate) manager: Manager,
    pub(crate) task: Task,
    /// The script that the command is in.
    pub(crate) script: &'c Script,
    pub(crate) command: &'c SimpleCommand,
    /// The word that names the manager.
    pub(crate) program: &'c ShellWord,
    /// The word before it, where commands come in groups: `pip` of `uv pip install`.
    group: Option<&'c ShellWord>,
    /// The word that says what to do, the last where there are more: `pip install`, `uv pip install`.
    pub(crate) subcommand: &'c ShellWord,
    pub(crate) arguments: Arguments<'c>,
    /// What is to be installed by name, path or address.
    pub(crate) packages: Vec<Package<'c>>,
}

/// What a manager is asked to install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Package<'c> {
    pub(crate) word: &'c ShellWord,
    /// Without its version.
    pub(crate) name: &'c str,
    /// What is said about the version, operators included where they matter.
    pub(crate) version: Option<&'c str>,
    pub(crate) source: Source,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// An index, by its name.
    Index,
    /// A file or folder.
    Local,
    /// An address.
    Remote,
    /// A variable knows.
    Unknown,
}

/// The options of a manager that take a value, and what its subcommands do.
struct Vocabulary {
    valued: Valued,
    subcommands: &'static [(Task, &'static str)],
}

static APT: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-o --option -c --config-file -t --target-release --default-release -a \
             --host-architecture -P --build-profiles",
    ),
    subcommands: &[
        (Task::Install, "install reinstall build-dep satisfy"),
        (Task::Remove, "remove purge autoremove auto-remove autopurge"),
        (Task::Refresh, "update"),
        (Task::Upgrade, "upgrade safe-upgrade dselect-upgrade"),
        (Task::DistUpgrade, "dist-upgrade full-upgrade"),
        (Task::Clean, "clean autoclean auto-clean distclean dist-clean"),
    ],
};

static APK: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-p --root -X --repository -t --virtual --arch --keys-dir --repositories-file --wait \
             --cache-dir --cache-max-age --progress-fd --timeout",
    ),
    subcommands: &[
        (Task::Install, "add fix"),
        (Task::Remove, "del"),
        (Task::Refresh, "update"),
        (Task::Upgrade, "upgrade"),
    ],
};

static RPM: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-c --config -d --debuglevel -e --errorlevel -x --exclude --installroot --releasever \
             --enablerepo --disablerepo --repo --repoid --setopt --enableplugin --disableplugin \
             --forcearch --comment --arch --advisory --rpmverbosity -R --randomwait",
    ),
    subcommands: &[
        (Task::Install, "install in localinstall reinstall groupinstall builddep"),
        (Task::Remove, "remove rm erase autoremove"),
        (Task::Refresh, "makecache check-update"),
        (Task::Upgrade, "update upgrade up upgrade-minimal update-minimal"),
        (Task::DistUpgrade, "distro-sync dsync system-upgrade"),
        (Task::Switch, "swap enable disable reset switch-to"),
        (Task::Clean, "clean"),
    ],
};

static ZYPPER: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-c --config -D --reposd-dir -C --cache-dir -R --root --installroot --releasever -t \
             --type -r --repo --from -p --plus-repo --raw-cache-dir --solv-cache-dir \
             --pkg-cache-dir",
    ),
    subcommands: &[
        (Task::Install, "install in source-install si"),
        (Task::Remove, "remove rm"),
        (Task::Refresh, "refresh ref"),
        (Task::Upgrade, "update up patch"),
        (Task::DistUpgrade, "dist-upgrade dup"),
        (Task::Clean, "clean cc"),
    ],
};

static PIP: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-r --requirement --requirements -c --constraint --constraints -e --editable -t \
             --target -i --index-url --default-index --index --extra-index-url -f --find-links \
             --platform --python-platform --python-version --implementation --abi --root --prefix \
             -b --build --src --upgrade-strategy --global-option --install-option --build-option -C \
             --config-settings --config-setting --no-binary --only-binary --progress-bar \
             --trusted-host --allow-insecure-host --proxy --retries --timeout --cert --client-cert \
             --cache-dir --log --exists-action -p --python --root-user-action --report --group \
             --use-feature --use-deprecated --keyring-provider --index-strategy --link-mode \
             --overrides --override --exclude-newer --resolution --prerelease -P --upgrade-package \
             --reinstall-package --with --extra --only-group --no-group --package --directory \
             --project --config-file --torch-backend --suffix --pip-args --with-requirements \
             --with-editable --build-constraints --refresh-package --no-build-package \
             --no-binary-package --no-sources-package --no-install-package --only --without -E --extras",
    ),
    subcommands: &[(Task::Install, "install sync add"), (Task::Remove, "uninstall remove")],
};

static NODE: Vocabulary = Vocabulary {
    valued: Valued::of(
        "--registry --prefix -C --cwd --dir --cache --cache-folder --userconfig -w --workspace \
             --omit --include --loglevel --tag --install-strategy --before --network-timeout \
             --modules-folder --mutex --network-concurrency --store-dir --filter -F --fetch-timeout \
             --fetch-retries --cache-dir --backend --global-folder --only --reporter",
    ),
    subcommands: &[
        (Task::Install, "install i in isntall ci clean-install add a"),
        (Task::Remove, "uninstall remove rm"),
        (Task::Upgrade, "update upgrade"),
    ],
};

static GEM: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-v --version -i --install-dir -n --bindir -s --source -P --trust-policy -p \
             --http-proxy --platform -B --bulk-threshold --document -g --file --without \
             --build-root",
    ),
    subcommands: &[
        (Task::Install, "install i"),
        (Task::Remove, "uninstall"),
        (Task::Upgrade, "update"),
    ],
};

static GO: Vocabulary = Vocabulary {
    valued: Valued::of("-tags -ldflags -gcflags -asmflags -mod -p -o -modfile -C"),
    subcommands: &[(Task::Install, "install get"), (Task::Clean, "clean")],
};

static CARGO: Vocabulary = Vocabulary {
    valued: Valued::of(
        "--version --vers --git --branch --tag --rev --path --root --registry --index -F \
             --features --profile --target --target-dir -j --jobs --bin --example --config -Z \
             --color --strategies --disable-strategies --manifest-path --install-path --targets",
    ),
    subcommands: &[(Task::Install, "install binstall"), (Task::Remove, "uninstall")],
};

static CONDA: Vocabulary = Vocabulary {
    valued: Valued::of(
        "-n --name -p --prefix -c --channel -f --file --solver --platform --subdir --clone -r \
             --root-prefix --rc-file --log-level --category",
    ),
    subcommands: &[
        (Task::Install, "install create"),
        (Task::Remove, "remove uninstall"),
        (Task::Upgrade, "update upgrade"),
        (Task::Clean, "clean"),
    ],
};

/// What another word follows that says what to do: `uv pip install`, `dnf group install`.
const GROUPS: [&str; 9] =
    ["cache", "env", "global", "group", "module", "pip", "pm", "store", "tool"];

/// Those of them that are about what was downloaded, and what cleans it.
const CACHES: [&str; 3] = ["cache", "pm", "store"];
const CLEANS: [&str; 6] = ["cache", "clean", "prune", "purge", "remove", "rm"];

impl Vocabulary {
    fn task(&self, subcommand: &str) -> Task {
        // They are short, and a search for each blank takes longer than a look at each byte.
        let is_named = |(_, names): &&(Task, &str)| {
            let mut names = names.as_bytes().split(|byte| *byte == b' ');
            names.any(|name| name == subcommand.as_bytes())
        };
        self.subcommands.iter().find(is_named).map_or(Task::Other, |(task, _)| *task)
    }
}

impl Manager {
    fn named(program: &str) -> Option<Self> {
        Some(match program {
            "apk" => Manager::Apk,
            "apt" => Manager::Apt,
            "apt-get" => Manager::AptGet,
            "aptitude" => Manager::Aptitude,
            "bun" => Manager::Bun,
            "cargo" => Manager::Cargo,
            "conda" | "mamba" | "micromamba" => Manager::Conda,
            "dnf" | "dnf5" => Manager::Dnf,
            "gem" => Manager::Gem,
            "go" => Manager::Go,
            "microdnf" => Manager::Microdnf,
            "npm" => Manager::Npm,
            "pipx" => Manager::Pipx,
            "pnpm" => Manager::Pnpm,
            "poetry" => Manager::Poetry,
            "tdnf" => Manager::Tdnf,
            "uv" => Manager::Uv,
            "yarn" => Manager::Yarn,
            "yum" => Manager::Yum,
            "zypper" => Manager::Zypper,
            _ if is_numbered(program, "pip") => Manager::Pip,
            _ => return None,
        })
    }

    fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Manager::Apt | Manager::AptGet | Manager::Aptitude => &APT,
            Manager::Apk => &APK,
            Manager::Dnf | Manager::Microdnf | Manager::Tdnf | Manager::Yum => &RPM,
            Manager::Zypper => &ZYPPER,
            Manager::Pip | Manager::Pipx | Manager::Poetry | Manager::Uv => &PIP,
            Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun => &NODE,
            Manager::Gem => &GEM,
            Manager::Go => &GO,
            Manager::Cargo => &CARGO,
            Manager::Conda => &CONDA,
        }
    }

    /// apt-get, apt and aptitude.
    pub(crate) fn is_apt(self) -> bool {
        matches!(self, Manager::Apt | Manager::AptGet | Manager::Aptitude)
    }

    /// yum, dnf, microdnf and tdnf.
    pub(crate) fn is_rpm(self) -> bool {
        matches!(self, Manager::Dnf | Manager::Microdnf | Manager::Tdnf | Manager::Yum)
    }

    /// npm, yarn, pnpm and bun.
    pub(crate) fn is_node(self) -> bool {
        matches!(self, Manager::Npm | Manager::Yarn | Manager::Pnpm | Manager::Bun)
    }

    /// What installs from the Python package index.
    pub(crate) fn is_python(self) -> bool {
        matches!(self, Manager::Pip | Manager::Pipx | Manager::Poetry | Manager::Uv)
    }
}

/// Whether a program is that one, or one version of it: `pip3`, `python3.12`.
fn is_numbered(program: &str, name: &str) -> bool {
    let version = program.strip_prefix(name);
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// A command that asks something of a package manager: by the indexes of its script and of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    script: usize,
    command: usize,
    manager: Manager,
    task: Task,
}

impl Command {
    /// What it asks of those package managers, where that is one of those tasks.
    pub(super) fn packages_where(
        &self,
        is_wanted: impl Fn(Manager, Task) -> bool,
    ) -> impl Iterator<Item = PackageCommand<'_>> {
        let wanted = self.asking().iter().filter(move |it| is_wanted(it.manager, it.task));
        wanted.filter_map(|asking| {
            let script = self.scripts().get(asking.script)?;
            PackageCommand::of(script, script.commands().get(asking.command)?)
        })
    }

    /// Whether it asks that of a package manager.
    pub(crate) fn asks(&self, is_wanted: impl Fn(Manager, Task) -> bool) -> bool {
        self.asking().iter().any(|it| is_wanted(it.manager, it.task))
    }

    /// The commands that ask something of package managers. Most rules want to know, and most steps have
    /// none.
    fn asking(&self) -> &[Asking] {
        self.asking.get_or_init(|| {
            let scripts = self.scripts().iter().enumerate();
            let all = scripts.flat_map(|(at, script)| {
                let commands = script.commands().iter().enumerate();
                commands.map(move |(index, command)| ((at, index), script, command))
            });
            let asking = all.filter_map(|((at, index), script, command)| {
                let asked = PackageCommand::of(script, command).filter(|it| !it.only_tells())?;
                let (manager, task) = (asked.manager, asked.task);
                Some(Asking { script: at, command: index, manager, task })
            });
            asking.collect()
        })
    }
}

impl<'c> PackageCommand<'c> {
    /// What a command asks of a package manager, if it is one.
    pub(crate) fn of(script: &'c Script, command: &'c SimpleCommand) -> Option<Self> {
        let invocation = command.invocation()?;
        let (mut manager, mut words) = (Manager::named(invocation.name()), invocation.arguments);
        let mut program = invocation.program;
        if is_numbered(invocation.name(), "python") {
            let module = words.iter().position(|word| word.text == "-m")?;
            program = words.get(module + 1)?;
            manager = Manager::named(&program.text);
            words = words.get(module + 2..)?;
        }
        let manager = manager?;
        let vocabulary = manager.vocabulary();
        let arguments = Arguments::read(words, &vocabulary.valued);
        let operands = arguments.operands().to_vec();
        let mut operands = operands.into_iter();
        let mut read = PackageCommand {
            manager,
            task: Task::Other,
            script,
            command,
            program,
            group: None,
            subcommand: program,
            packages: Vec::new(),
            arguments,
        };
        let Some(first) = operands.next() else {
            // Yarn installs where it is not told what to do.
            let tells = read.arguments.option(&["-v", "--version", "-h", "--help"]).is_some();
            if manager == Manager::Yarn && !tells {
                read.task = Task::Install;
            }
            return Some(read);
        };
        let is_group = GROUPS.contains(&first.text.as_str());
        let second = is_group.then(|| operands.next()).flatten();
        read.group = second.and(Some(first));
        read.subcommand = second.unwrap_or(first);
        read.task = if CACHES.contains(&first.text.as_str()) {
            let cleans = CLEANS.contains(&read.subcommand.text.as_str());
            if cleans { Task::Clean } else { Task::Other }
        } else {
            vocabulary.task(&read.subcommand.text)
        };
        if (manager, first.text.as_str()) == (Manager::Uv, "pip") {
            read.manager = Manager::Pip;
        }
        let is_elsewhere =
            manager == Manager::Cargo && read.arguments.option(&["--path", "--git"]).is_some();
        if read.task == Task::Install && !is_elsewhere {
            read.packages = operands.map(|word| Package::read(read.manager, word)).collect();
        }
        Some(read)
    }

    /// The byte at which its command begins.
    pub(crate) fn start(&self) -> u32 {
        self.command.place.span.start
    }

    /// `apt-get install`, `uv pip install`, as a message names it.
    pub(crate) fn describe(&self) -> String {
        let program = file_name(&self.program.text);
        if std::ptr::eq(self.program, self.subcommand) {
            return program.to_owned();
        }
        let words = self.group.into_iter().chain([self.subcommand]);
        words.fold(program.to_owned(), |said, word| format!("{said} {}", word.text))
    }

    /// What it installs without a version, as a message says it.
    pub(crate) fn without_version(&self, open: &[&Package<'_>]) -> String {
        let names = match open {
            [one, other] => format!("`{}` and `{}`", one.name, other.name),
            [one, _, rest @ ..] => format!("`{}` and {} others", one.name, rest.len() + 1),
            [one] => format!("`{}`", one.name),
            [] => "nothing".to_owned(),
        };
        format!("`{}` gets {names} without a version", self.describe())
    }

    /// Whether the manager asks before it does that.
    pub(crate) fn asks(&self) -> bool {
        !matches!(self.task, Task::Refresh | Task::Clean | Task::Other)
    }

    /// Whether something is there to answer what it asks: `yes | apt-get install git`.
    pub(crate) fn is_answered(&self) -> bool {
        let reads = |it: &Redirection| matches!(it.operator, Operator::Input | Operator::Here);
        self.command.join == Join::Pipe || self.command.redirections.iter().any(reads)
    }

    /// What it is called with for the same rights and from the same place: `sudo apt-get`.
    pub(crate) fn called(&self) -> String {
        let program = self.program.text.as_str();
        let sudo = self.command.invocation().and_then(|it| it.started_by("sudo"));
        if sudo.is_some() { format!("sudo {program}") } else { program.to_owned() }
    }

    /// Whether it is one of those of uv: `uv pip install` reads other variables than pip.
    pub(crate) fn is_by_uv(&self) -> bool {
        self.program.text.ends_with("uv")
    }

    /// Whether nothing is changed: it only tells what it would do, or only explains itself.
    pub(crate) fn only_tells(&self) -> bool {
        let tells: &[&str] = match self.manager {
            _ if self.manager.is_apt() => &[
                "-s",
                "--simulate",
                "--just-print",
                "--dry-run",
                "--recon",
                "--no-act",
                "--print-uris",
                "-h",
                "--help",
                "-v",
                "--version",
            ],
            Manager::Zypper => &["-D", "--dry-run", "-h", "--help"],
            Manager::Apk => &["-s", "--simulate", "-h", "--help"],
            Manager::Gem => &["--explain", "-h", "--help"],
            Manager::Cargo => &["--list", "-h", "--help"],
            Manager::Conda => &["-d", "--dry-run", "-h", "--help"],
            _ => &["--dry-run", "-h", "--help"],
        };
        self.arguments.option(tells).is_some()
    }
}

impl<'c> Package<'c> {
    fn read(manager: Manager, word: &'c ShellWord) -> Self {
        let text = word.text.as_str();
        let (name, version) = match manager {
            _ if is_local(manager, text) => return Self::from(word, Source::Local),
            _ if is_remote(manager, text) => return Self::from(word, Source::Remote),
            _ if manager.is_apt() => split_at(text, &['=']),
            Manager::Apk => split_at(text, &['=', '~', '<', '>']),
            Manager::Zypper => split_at(text, &['=', '<', '>']),
            _ if manager.is_rpm() => rpm_version(text),
            _ if manager.is_python() => python_version(text),
            Manager::Conda => split_at(text, &['=', '<', '>', '~', '!']),
            Manager::Gem => split_at(text, &[':']),
            _ => at_version(text),
        };
        let mut package = Package { word, name, version, source: Source::Index };
        if name.contains(['$', '`']) && !word.is_literal {
            package.source = Source::Unknown;
        }
        package
    }

    fn from(word: &'c ShellWord, source: Source) -> Self {
        Package { word, name: &word.text, version: None, source }
    }
}

fn split_at<'t>(text: &'t str, operators: &[char]) -> (&'t str, Option<&'t str>) {
    match text.find(operators).and_then(|at| text.split_at_checked(at)) {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    }
}

/// `name@version`, where a name may begin with `@`.
fn at_version(text: &str) -> (&str, Option<&str>) {
    let scope = usize::from(text.starts_with('@'));
    let at = text.get(scope..).and_then(|rest| rest.find('@')).map(|at| at + scope);
    match at.and_then(|at| text.split_at_checked(at)) {
        Some((name, version)) => (name, version.strip_prefix('@')),
        None => (text, None),
    }
}

/// `name[extra]==1.2`, `name@1.2` as uv takes it, without markers.
fn python_version(text: &str) -> (&str, Option<&str>) {
    let text = text.split(';').next().unwrap_or(text).trim();
    let (name, version) = split_at(text, &['=', '<', '>', '~', '!', '@', ' ']);
    (name.split('[').next().unwrap_or(name), version.map(str::trim))
}

/// `name-1.2`, `name-1.2-3.el9.x86_64`: what RPM calls a version begins with a digit and so does
/// its release, while `java-21-openjdk` is a name.
fn rpm_version(text: &str) -> (&str, Option<&str>) {
    let begins = |part: &str| part.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    let split = |text| {
        let (name, version): (&str, &str) = str::rsplit_once(text, '-')?;
        begins(version).then_some((name, version))
    };
    match split(text) {
        None => (text, None),
        Some((rest, release)) => match split(rest) {
            Some((name, _)) => (name, text.get(name.len() + 1..)),
            None => (rest, Some(release)),
        },
    }
}

fn is_local(manager: Manager, text: &str) -> bool {
    let has_ending = |endings: &[&str]| endings.iter().any(|ending| text.ends_with(ending));
    let is_path = text.starts_with(['.', '/', '~']) || text.starts_with("file:");
    match manager {
        // `.build-deps` is a name.
        Manager::Apk => text.starts_with("./") || text.starts_with('/') || has_ending(&[".apk"]),
        _ if manager.is_apt() => is_path || has_ending(&[".deb", ".dsc"]),
        Manager::Zypper => is_path || has_ending(&[".rpm"]) && !text.contains("://"),
        _ if manager.is_rpm() => is_path || has_ending(&[".rpm"]) && !text.contains("://"),
        _ if manager.is_python() => {
            let is_archive = has_ending(&[".whl", ".tar.gz", ".zip"]) && !text.contains("://");
            // `dist/*.whl`, `packages/core`
            is_path
                || is_archive
                || text.contains('/') && !text.contains("://") && !text.contains('@')
        }
        _ if manager.is_node() => is_path || has_ending(&[".tgz"]) && !text.contains("://"),
        Manager::Gem => is_path || has_ending(&[".gem"]),
        // Without a version, it is the module at hand.
        Manager::Go => is_path || !text.contains('@'),
        _ => is_path,
    }
}

fn is_remote(manager: Manager, text: &str) -> bool {
    let is_address = text.contains("://") || text.starts_with("git@") && text.contains(':');
    match manager {
        _ if manager.is_node() => {
            // `github:acme/api`, and `acme/api` for short.
            let is_repository = text.contains('/') && !text.starts_with('@');
            is_address || is_repository || text.starts_with("npm:") || text.contains(':')
        }
        _ if manager.is_rpm() || manager == Manager::Zypper => {
            // `@development-tools` is a group and `nodejs:22` a stream of a module.
            is_address || text.starts_with('@')
        }
        _ => is_address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::shell::tests::good;

    /// The manager, what it does and to which packages: those without version by their name.
    fn shown(text: &str) -> String {
        let script = good(text);
        let Some(it) = PackageCommand::of(&script, &script.commands()[0]) else {
            return String::new();
        };
        let packages = it.packages.iter().map(|package| match package.source {
            Source::Index => format!(
                " {}{}",
                package.name,
                package.version.map(|it| format!(" ({it})")).unwrap_or_default()
            ),
            other => format!(" {other:?}:{}", package.word.text),
        });
        format!("{:?} {:?}{}", it.manager, it.task, packages.collect::<String>())
    }

    #[test]
    fn systems_packages() {
        let table = [
            (
                "apt-get install -y --no-install-recommends curl=7.* git",
                "AptGet Install curl (=7.*) git",
            ),
            ("apt-get -o Acquire::Retries=3 -qq update", "AptGet Refresh"),
            (
                "sudo apt -t bookworm-backports install ./a.deb b/sid $X c:arm64 d=$V",
                "Apt Install Local:./a.deb b/sid Unknown:$X c:arm64 d (=$V)",
            ),
            ("aptitude install -y a", "Aptitude Install a"),
            ("apt-get dist-upgrade", "AptGet DistUpgrade"),
            ("apt-get clean", "AptGet Clean"),
            ("apt-get download x", "AptGet Other"),
            (
                "apk add -U --virtual .deps gcc~=13 musl-dev=1.2.5-r0 a@edge ./b.apk",
                "Apk Install gcc (~=13) musl-dev (=1.2.5-r0) a@edge Local:./b.apk",
            ),
            ("apk --no-cache add -t .build-deps make", "Apk Install make"),
            ("apk cache clean", "Apk Clean"),
            (
                "dnf -y install python3-3.12.1 glibc-2.34-60.el9 java-21-openjdk @dev https://x/y.rpm ./z.rpm",
                "Dnf Install python3 (3.12.1) glibc (2.34-60.el9) java-21-openjdk Remote:@dev Remote:https://x/y.rpm Local:./z.rpm",
            ),
            ("dnf module install -y nodejs:22", "Dnf Install nodejs:22"),
            ("yum update -y", "Yum Upgrade"),
            ("microdnf clean all", "Microdnf Clean"),
            ("zypper -n in vim=9.1 git", "Zypper Install vim (=9.1) git"),
            ("zypper --non-interactive dup", "Zypper DistUpgrade"),
            ("rpm -i x.rpm", ""),
            ("command -v apt-get", ""),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn pythons_packages() {
        let table = [
            (
                "pip install 'uvicorn[standard]==0.30' 'httpx>=0.27,<1' rich \"a == 1; python_version<'4'\"",
                "Pip Install uvicorn (==0.30) httpx (>=0.27,<1) rich a (== 1)",
            ),
            ("python3.12 -m pip --no-cache-dir install -U pip", "Pip Install pip"),
            ("python -m venv /venv", ""),
            ("python app.py", ""),
            ("/venv/bin/pip3 install -r requirements.txt -c constraints.txt", "Pip Install"),
            (
                "pip install . .[dev] -e ./core dist/*.whl packages/core",
                "Pip Install Local:. Local:.[dev] Local:dist/*.whl Local:packages/core",
            ),
            (
                "pip install git+https://x/y@v1 'a @ https://x/a.whl' $PKGS b==$V",
                "Pip Install Remote:git+https://x/y@v1 Remote:a @ https://x/a.whl Unknown:$PKGS b (==$V)",
            ),
            ("uv pip install --system ruff==0.6", "Pip Install ruff (==0.6)"),
            ("uv sync --frozen --no-dev", "Uv Install"),
            ("uv tool install ruff@0.6.1", "Uv Install ruff (@0.6.1)"),
            ("uv cache clean", "Uv Clean"),
            ("pip cache purge", "Pip Clean"),
            ("poetry install --only main", "Poetry Install"),
            ("pipx install poetry==1.8", "Pipx Install poetry (==1.8)"),
            ("pip --version", "Pip Other"),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn other_packages() {
        let table = [
            (
                "npm install -g npm@10 @acme/cli @acme/x@^1.2 acme/api ./lib github:a/b x@latest",
                "Npm Install npm (10) @acme/cli @acme/x (^1.2) Remote:acme/api Local:./lib Remote:github:a/b x (latest)",
            ),
            ("npm ci --omit=dev", "Npm Install"),
            ("npm --prefix web i", "Npm Install"),
            ("npm cache clean --force", "Npm Clean"),
            ("npm run build", "Npm Other"),
            ("yarn", "Yarn Install"),
            ("yarn --version", "Yarn Other"),
            ("yarn --frozen-lockfile", "Yarn Install"),
            ("yarn global add serve@14", "Yarn Install serve (14)"),
            ("yarn cache clean", "Yarn Clean"),
            ("pnpm add -g turbo", "Pnpm Install turbo"),
            ("bun add hono", "Bun Install hono"),
            ("gem install rails:7.1 bundler -v 2.5", "Gem Install rails (:7.1) bundler"),
            (
                "go install example.com/x/cmd@v1.2 example.com/y@latest ./cmd/...",
                "Go Install example.com/x/cmd (v1.2) example.com/y (latest) Local:./cmd/...",
            ),
            (
                "cargo install --locked cargo-chef@0.1.68 just",
                "Cargo Install cargo-chef (0.1.68) just",
            ),
            ("cargo install --path .", "Cargo Install"),
            ("cargo build --release", "Cargo Other"),
            (
                "conda install -y -c conda-forge python=3.12 numpy",
                "Conda Install python (=3.12) numpy",
            ),
            ("conda env create -f environment.yml", "Conda Install"),
            ("micromamba clean -ay", "Conda Clean"),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_those_of_the_file() {
        let script = good("sudo uv pip install x");
        let it = PackageCommand::of(&script, &script.commands()[0]).unwrap();
        assert_eq!((it.program.text.as_str(), it.subcommand.text.as_str()), ("uv", "install"));
        assert!(!it.only_tells());
    }
}
