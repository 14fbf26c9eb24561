//! Who may write where in an image: what its steps make, and to whom they give it.
//!
//! Only what is sure is said. A program that nobody knows here may give files to anybody, so that
//! behind one nothing is anybody's for sure; a base that is not known may bring any folder.

use std::collections::HashMap;

use super::instruction::{Action, Instruction};
use super::shell::{Arguments, Invocation, Script, SimpleCommand, Valued};
use super::state::{State, is_absolute};
use super::users::{NewUser, VALUED, new_user};
use super::{Dockerfile, Stage, mode};
use crate::image::ImageRef;
use crate::source::{Place, resolve};

/// More steps of this kind than anybody writes.
const MOST_FACTS: usize = 512;

/// Programs of builds that give no file of an image to another user, wherever they write.
const HARMLESS: [&str; 66] = [
    ":",
    "[",
    "addgroup",
    "apk",
    "apt",
    "apt-get",
    "apt-key",
    "apt-mark",
    "bun",
    "bundle",
    "cargo",
    "cat",
    "cd",
    "composer",
    "corepack",
    "curl",
    "date",
    "dnf",
    "dotnet",
    "dpkg",
    "dpkg-reconfigure",
    "echo",
    "exit",
    "export",
    "false",
    "gem",
    "git",
    "go",
    "gpg",
    "grep",
    "groupadd",
    "head",
    "id",
    "ldconfig",
    "locale-gen",
    "ls",
    "microdnf",
    "mkfifo",
    "mvn",
    "node",
    "npm",
    "npx",
    "pip",
    "pip3",
    "pipx",
    "pnpm",
    "poetry",
    "printf",
    "pwd",
    "python",
    "python3",
    "rm",
    "rmdir",
    "rustup",
    "sed",
    "set",
    "sha256sum",
    "strip",
    "tail",
    "test",
    "true",
    "update-ca-certificates",
    "uv",
    "wget",
    "yarn",
    "yum",
];

/// Official images of operating systems and languages: what they bring belongs to root, but for what
/// [`MAY_BELONG`] names.
///
/// Source: the Dockerfiles of the images, 2026-11.
const PLAIN: [&str; 21] = [
    "almalinux",
    "alpine",
    "amazoncorretto",
    "amazonlinux",
    "busybox",
    "debian",
    "eclipse-temurin",
    "erlang",
    "fedora",
    "golang",
    "gradle",
    "maven",
    "node",
    "openjdk",
    "oraclelinux",
    "php",
    "python",
    "rockylinux",
    "ruby",
    "rust",
    "ubuntu",
];

/// Folders of which images may give parts to users of their own.
const MAY_BELONG: [&str; 6] = ["/home", "/run", "/var/cache", "/var/lib", "/var/run", "/var/www"];

/// Folders in which everybody may write.
const FOR_ALL: [&str; 3] = ["/dev", "/tmp", "/var/tmp"];

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Id {
    Number(i64),
    Name(String),
    Unknown,
}

impl Id {
    fn of(text: &str) -> Self {
        match text.parse() {
            Ok(number) => Id::Number(number),
            Err(_) if text == "root" => Id::Number(0),
            Err(_) if text.is_empty() || text.contains('$') => Id::Unknown,
            Err(_) => Id::Name(text.to_owned()),
        }
    }

    /// Whether both are the same; nothing where a name may have that number.
    fn is(&self, other: &Id) -> Option<bool> {
        match (self, other) {
            (Id::Number(one), Id::Number(other)) => Some(one == other),
            (Id::Name(one), Id::Name(other)) => Some(one == other),
            // Root is called root, and no other user has its number.
            (Id::Number(0), Id::Name(_)) | (Id::Name(_), Id::Number(0)) => Some(false),
            _ => None,
        }
    }
}

/// What a step makes of a path.
#[derive(Debug)]
struct Fact {
    path: String,
    /// Whether it holds for all below.
    is_deep: bool,
    what: What,
    place: Place,
}

#[derive(Debug)]
enum What {
    /// It is there and belongs to them.
    Owned(Id, Id),
    /// Its group is another one.
    Group(Id),
    /// Its group may write, or everybody.
    Writable { group: bool, all: bool },
}

/// Who runs a process.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    user: Id,
    /// The groups, as far as their numbers are known.
    groups: Vec<i64>,
}

impl Identity {
    /// The user of that number or name, with those groups.
    pub(crate) fn new(user: &str, groups: Vec<i64>) -> Option<Self> {
        let user = Some(Id::of(user)).filter(|user| *user != Id::Unknown)?;
        Some(Identity { user, groups })
    }

    /// The same user in more groups.
    pub(crate) fn join(&mut self, groups: impl IntoIterator<Item = i64>) {
        self.groups.extend(groups);
    }

    fn is_root(&self) -> bool {
        self.user == Id::Number(0)
    }
}

/// What the steps of an image make of its paths.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    facts: Vec<Fact>,
    /// The numbers of users and groups by their names.
    numbers: HashMap<String, i64>,
    /// Whether a step may give anything to anybody.
    is_open: bool,
    /// Whether all that no step makes is root's.
    is_plain: bool,
}

/// Whether somebody may write to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Allowed,
    /// It is another's; the step that makes it so, where it is one of the Dockerfile's.
    Denied(Option<Place>),
    Unknown,
}

impl Dockerfile {
    /// Who may write where in the image of a stage.
    pub(crate) fn owners(&self, stage: &Stage) -> Owners {
        let mut owners = Owners { is_plain: is_plain(self.origin(stage)), ..Owners::default() };
        owners.numbers.extend([("root".to_owned(), 0), ("nobody".to_owned(), 65534)]);
        // What well-known images have, by their Dockerfiles.
        let base = self.origin(stage).resolved_image().map(ImageRef::parse);
        if base.and_then(|base| base.official_name()) == Some("node") {
            owners.numbers.insert("node".to_owned(), 1000);
        }
        owners.is_open = !self.is_complete();
        let mut lineage: Vec<_> = self.lineage(stage).collect();
        lineage.reverse();
        for instruction in lineage.into_iter().flat_map(Stage::instructions) {
            owners.read(self, instruction);
        }
        owners
    }
}

impl Dockerfile {
    /// The word by which a stage, or one that it goes on from, copies something to a path or into the
    /// folder that it is.
    pub(crate) fn copied_to(&self, stage: &Stage, path: &str) -> Option<Place> {
        let all = self.lineage(stage).flat_map(Stage::instructions);
        let mut copies = all.filter_map(|it| Some((self.at(it), it.action.transfer()?)));
        copies.find_map(|(state, transfer)| {
            let (to, _) = absolute(state, None, &transfer.destination.text)?;
            let is_there = to == path || is_below(path, &to) || is_below(&to, path);
            (is_there && to != "/").then_some(transfer.destination.place)
        })
    }
}

fn is_plain(origin: &Stage) -> bool {
    let Some(image) = origin.resolved_image().map(ImageRef::parse) else { return false };
    origin.is_scratch() || image.official_name().is_some_and(|name| PLAIN.contains(&name))
}

/// A path without what means nothing in it, and whether a pattern in it leaves the rest open.
fn absolute(state: State<'_>, folder: Option<&str>, text: &str) -> Option<(String, bool)> {
    let text = state.expand(text)?;
    let (text, is_cut) = match text.find(['*', '?', '[', '{']) {
        Some(at) => (text.get(..at)?.rsplit_once('/')?.0.to_owned(), true),
        None => (text, false),
    };
    if text.starts_with('~') || text.contains('\\') {
        return None;
    }
    let path = if is_absolute(&text) || is_cut && text.is_empty() {
        resolve("", &text)
    } else {
        let own = || state.directory();
        resolve(&folder.map(str::to_owned).or_else(own)?, &text)
    };
    (!path.starts_with("..")).then(|| (format!("/{path}"), is_cut))
}

/// The user and the group that `chown` is told.
fn owner_of(state: State<'_>, text: &str) -> (Id, Option<Id>) {
    let Some(text) = state.expand(text) else { return (Id::Unknown, Some(Id::Unknown)) };
    match text.split_once([':', '.']) {
        // `app:` means the group that the user logs in with.
        Some((user, "")) => (Id::of(user), Some(Id::Unknown)),
        Some((user, group)) => (Id::of(user), Some(Id::of(group))),
        None => (Id::of(&text), None),
    }
}

impl Owners {
    fn push(&mut self, path: String, is_deep: bool, what: What, place: Place) {
        if self.facts.len() < MOST_FACTS {
            self.facts.push(Fact { path, is_deep, what, place });
        } else {
            self.is_open = true;
        }
    }

    fn read(&mut self, dockerfile: &Dockerfile, instruction: &Instruction) {
        let state = dockerfile.at(instruction);
        let place = Place { file: dockerfile.file(), span: instruction.span };
        // Who runs the steps.
        let user = state.user();
        let runner = match user.as_ref().map(|user| user.name()) {
            Some(Some(name)) => Id::of(name),
            Some(None) => Id::Unknown,
            None => Id::Number(0),
        };
        match &instruction.action {
            Action::Workdir(word) => {
                // Whose it is where the user is not root depends on the builder: moby/moby, issue 36677.
                let owner = if runner == Id::Number(0) { runner } else { Id::Unknown };
                match absolute(state, None, &word.text) {
                    Some((path, _)) => self.make(path, owner, place),
                    None => self.is_open = true,
                }
            }
            Action::Volume(words) => {
                for word in words {
                    if let Some((path, _)) = absolute(state, None, &word.text) {
                        self.make(path, Id::Number(0), word.place);
                    }
                }
            }
            Action::Copy(transfer) | Action::Add(transfer) => {
                let Some((path, _)) = absolute(state, None, &transfer.destination.text) else {
                    self.is_open = true;
                    return;
                };
                let chown = instruction.flag("chown").and_then(|flag| flag.value.as_ref());
                let mode = instruction.flag("chmod").is_some();
                let is_foreign = instruction.flag("from").is_some();
                // An archive may hold anything.
                let is_archive = matches!(&instruction.action, Action::Add(_));
                let (owner, group) = match chown {
                    Some(chown) => {
                        let (owner, group) = owner_of(state, &chown.text);
                        (owner.clone(), group.unwrap_or(owner))
                    }
                    None if is_foreign || is_archive || mode => (Id::Unknown, Id::Unknown),
                    None => (Id::Number(0), Id::Number(0)),
                };
                // What is there keeps its owner; only what is new in it has this one.
                if chown.is_some() || !self.is_made(&path) {
                    self.push(path, true, What::Owned(owner, group), place);
                }
            }
            Action::Run(run) => {
                let scripts = run.command.scripts();
                let is_readable = !scripts.is_empty() && scripts.iter().all(Script::is_complete);
                self.is_open |= !is_readable;
                for script in scripts {
                    let mut folder: Option<String> = None;
                    for command in script.commands() {
                        self.run(state, &mut folder, command, &runner);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether a step makes that very path.
    fn is_made(&self, path: &str) -> bool {
        self.facts.iter().any(|fact| fact.path == path)
    }

    /// Makes a folder, unless it is there.
    fn make(&mut self, path: String, owner: Id, place: Place) {
        if !self.is_made(&path) && !self.is_within_deep(&path) {
            self.push(path, false, What::Owned(owner.clone(), owner), place);
        }
    }

    /// Whether all of a folder around it was put or given somewhere, so that it may be there.
    fn is_within_deep(&self, path: &str) -> bool {
        self.facts.iter().any(|fact| fact.is_deep && is_below(path, &fact.path))
    }

    fn run(
        &mut self,
        state: State<'_>,
        folder: &mut Option<String>,
        command: &SimpleCommand,
        runner: &Id,
    ) {
        for invocation in command.invocations() {
            match invocation.name() {
                "cd" => {
                    let to = invocation.arguments.first();
                    let to = to.and_then(|to| absolute(state, folder.as_deref(), &to.text));
                    match to {
                        Some((path, false)) => *folder = Some(path),
                        _ => self.is_open = true,
                    }
                }
                "useradd" | "adduser" => self.add_user(&invocation),
                "chown" | "chgrp" | "chmod" | "mkdir" | "install" | "touch" => {
                    self.change(state, folder.as_deref(), &invocation, runner);
                }
                // The commands inside are read for themselves.
                "sh" | "bash" | "dash" | "ash" if invocation.arguments.len() > 1 => {}
                "cp" | "mv" | "ln" | "tar" | "unzip" | "tee" => {
                    for word in invocation.arguments {
                        if let Some((path, _)) = absolute(state, folder.as_deref(), &word.text) {
                            let what = What::Owned(Id::Unknown, Id::Unknown);
                            self.push(path, true, what, word.place);
                        }
                    }
                }
                name if HARMLESS.contains(&name) => {}
                "find" => {}
                _ => self.is_open = true,
            }
        }
    }

    /// A new user, whose home is its own.
    fn add_user(&mut self, invocation: &Invocation<'_>) {
        let Some(NewUser { name, uid }) = new_user(invocation) else {
            return;
        };
        let given = Arguments::read(invocation.arguments, &VALUED);
        if let Some(uid) = uid.and_then(|uid| uid.parse().ok()) {
            self.numbers.insert(name.text.clone(), uid);
        }
        let home = given.values(&["-d", "-h", "--home", "--home-dir"]).next();
        let home = home.map_or_else(|| format!("/home/{}", name.text), str::to_owned);
        let owner = Id::of(&name.text);
        // Whether it is made depends on the program and its options; nobody else gets it.
        self.push(home, true, What::Owned(owner, Id::Unknown), name.place);
    }

    fn change(
        &mut self,
        state: State<'_>,
        folder: Option<&str>,
        invocation: &Invocation<'_>,
        runner: &Id,
    ) {
        static INSTALL: Valued =
            Valued::of("-m --mode -o --owner -g --group -t --target-directory");
        static MKDIR: Valued = Valued::of("-m --mode");
        static TOUCH: Valued = Valued::of("-d -r -t");
        static OTHER: Valued = Valued::of("--from");
        let program = invocation.name();
        let valued = match program {
            "install" => &INSTALL,
            "mkdir" => &MKDIR,
            "touch" => &TOUCH,
            _ => &OTHER,
        };
        let given = Arguments::plain(invocation.arguments, valued);
        let is_deep = given.option(&["-R", "--recursive"]).is_some();
        self.is_open |= invocation.started_by("xargs").is_some();
        let mut operands = given.operands();
        let mut told = None;
        if matches!(program, "chown" | "chgrp" | "chmod") {
            // Without a path, `xargs` or a variable gives it.
            let named = operands.split_first().filter(|(_, rest)| !rest.is_empty());
            let Some((first, rest)) = named else {
                self.is_open = true;
                return;
            };
            (told, operands) = (Some(first.text.as_str()), rest);
        }
        for word in operands {
            let Some((path, is_cut)) = absolute(state, folder, &word.text) else {
                self.is_open = true;
                continue;
            };
            let place = word.place;
            let mode = given.values(&["-m", "--mode"]).next();
            if matches!(program, "mkdir" | "touch" | "install") {
                let owner = given.values(&["-o", "--owner"]).next().map(|it| owner_of(state, it).0);
                let group = given.values(&["-g", "--group"]).next().map(|it| owner_of(state, it).0);
                let owner = owner.unwrap_or_else(|| runner.clone());
                let group = group.unwrap_or_else(|| runner.clone());
                let is_new = !self.is_made(&path) || program == "install";
                if is_cut {
                    let what = What::Owned(Id::Unknown, Id::Unknown);
                    self.push(path.clone(), true, what, place);
                } else if is_new {
                    self.push(path.clone(), false, What::Owned(owner, group), place);
                }
            }
            match (program, told) {
                ("chown", Some(told)) if !is_cut => {
                    let (owner, group) = owner_of(state, told);
                    let group = group.unwrap_or(Id::Unknown);
                    self.push(path.clone(), is_deep, What::Owned(owner, group), place);
                }
                ("chgrp", Some(told)) if !is_cut => {
                    let (group, _) = owner_of(state, told);
                    self.push(path.clone(), is_deep, What::Group(group), place);
                }
                ("chown" | "chgrp", _) => {
                    let what = What::Owned(Id::Unknown, Id::Unknown);
                    self.push(path.clone(), true, what, place);
                }
                _ => {}
            }
            let told = told.filter(|_| program == "chmod").or(mode);
            if let Some(told) = told {
                self.push(path, is_deep || is_cut, writable(told), place);
            }
        }
    }

    /// Whether somebody may write to that absolute path, or make it.
    pub(crate) fn access(&self, path: &str, identity: &Identity) -> Access {
        let path = format!("/{}", resolve("", path));
        let is_for_all = |folder: &&str| path == *folder || is_below(&path, folder);
        if identity.is_root() || FOR_ALL.iter().any(is_for_all) {
            return Access::Allowed;
        }
        let mut at = path.as_str();
        loop {
            match self.access_at(at, identity) {
                Some(Access::Denied(_)) if self.is_open => return Access::Unknown,
                Some(access) => return access,
                None => {}
            }
            match at.rsplit_once('/') {
                Some((above, _)) if !above.is_empty() => at = above,
                _ => break,
            }
        }
        let may_belong = MAY_BELONG.iter().any(|folder| is_below(&path, folder));
        let is_roots = self.is_plain && !self.is_open && !may_belong;
        if is_roots { Access::Denied(None) } else { Access::Unknown }
    }

    /// The same of a path that the steps make; nothing where they do not.
    fn access_at(&self, path: &str, identity: &Identity) -> Option<Access> {
        let holds = |fact: &&Fact| fact.path == path || fact.is_deep && is_below(path, &fact.path);
        let last = self
            .facts
            .iter()
            .rposition(|fact| holds(&fact) && matches!(fact.what, What::Owned(..)));
        let facts = self.facts.get(last.unwrap_or(0)..)?;
        let (mut group, mut for_group, mut for_all) = (None, false, false);
        for fact in facts.iter().filter(holds) {
            match &fact.what {
                What::Owned(_, own) | What::Group(own) => group = Some(own),
                What::Writable { group, all } => (for_group, for_all) = (*group, *all),
            }
        }
        if for_all {
            return Some(Access::Allowed);
        }
        let made = self.facts.get(last?)?;
        let What::Owned(owner, _) = &made.what else { return None };
        match self.number(owner).is(&self.number(&identity.user)) {
            Some(true) => return Some(Access::Allowed),
            None => return Some(Access::Unknown),
            Some(false) => {}
        }
        if for_group {
            // Of a user that the image knows, nobody can tell the groups.
            let is_known = match self.number(&identity.user) {
                Id::Number(number) => self.numbers.values().any(|known| *known == number),
                _ => true,
            };
            let Some(Id::Number(group)) = group.map(|group| self.number(group)) else {
                return Some(Access::Unknown);
            };
            if identity.groups.contains(&group) {
                return Some(Access::Allowed);
            }
            if is_known {
                return Some(Access::Unknown);
            }
        }
        Some(Access::Denied(Some(made.place)))
    }

    /// The user or group by its number, where that is known.
    fn number(&self, id: &Id) -> Id {
        match id {
            Id::Name(name) => {
                self.numbers.get(name).map_or_else(|| id.clone(), |it| Id::Number(*it))
            }
            id => id.clone(),
        }
    }

    /// The folders that a step gives to a user who is not root, by name and alone.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, Place)> {
        self.facts.iter().filter_map(|fact| match &fact.what {
            What::Owned(owner, _) if !matches!(owner, Id::Number(0) | Id::Unknown) => {
                Some((fact.path.as_str(), fact.place))
            }
            _ => None,
        })
    }
}

/// Who may write by a mode beside the owner.
fn writable(told: &str) -> What {
    let all = mode::lets_everybody_write(told) || told.starts_with('1') && told.ends_with('7');
    let digits = told.chars().all(|c| c.is_ascii_digit());
    let of_group = told.chars().rev().nth(1).and_then(|c| c.to_digit(8));
    let group = if digits {
        of_group.is_some_and(|bits| bits & 2 != 0)
    } else {
        told.split(',').any(|clause| {
            let (who, rest) = clause.split_once(['+', '=']).unwrap_or_default();
            (who.contains(['g', 'a']) || who.is_empty()) && rest.contains(['w', 'u'])
        })
    };
    What::Writable { group, all }
}

/// Whether an absolute path is somewhere below a folder.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.starts_with('/') && rest.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    fn access(steps: &str, path: &str, user: &str) -> &'static str {
        let file = good(&format!("FROM python:3.13-slim\n{steps}\n"));
        let owners = file.owners(file.final_stage().unwrap());
        match owners.access(path, &Identity::new(user, vec![0]).unwrap()) {
            Access::Allowed => "allowed",
            Access::Denied(Some(_)) => "denied here",
            Access::Denied(None) => "denied",
            Access::Unknown => "unknown",
        }
    }

    #[test]
    fn steps_make_folders_and_give_them_away() {
        let made = "RUN useradd -u 1001 app && mkdir -p /data/x && chown -R app:app /data";
        for (steps, path, user, expected) in [
            ("", "/app/logs", "1001", "denied"),
            ("", "/var/log/agent.log", "1001", "denied"),
            ("", "/tmp/x", "1001", "allowed"),
            ("", "/home/app/x", "1001", "unknown"),
            ("", "/data", "0", "allowed"),
            ("WORKDIR /app\nCOPY . .", "/app/logs/x.log", "1001", "denied here"),
            ("WORKDIR /app\nCOPY --chown=1001 . .", "/app/logs/x.log", "1001", "allowed"),
            ("WORKDIR /app\nCOPY --chown=1001 . .", "/app/logs/x.log", "2000", "denied here"),
            ("USER 1001\nWORKDIR /app", "/app/x", "1001", "unknown"),
            (made, "/data/x/y", "1001", "allowed"),
            (made, "/data/x/y", "app", "allowed"),
            (made, "/data/x/y", "2000", "denied here"),
            (made, "/srv", "1001", "denied"),
            ("RUN mkdir /data && chown app /data", "/data/x", "app", "allowed"),
            ("RUN mkdir /data && chown app /data", "/data/x", "2000", "unknown"),
            (
                "RUN mkdir /data && chgrp -R 0 /data && chmod -R g=u /data",
                "/data/x",
                "2000",
                "allowed",
            ),
            ("RUN mkdir -m 777 /data", "/data/x", "2000", "allowed"),
            ("RUN mkdir /data && chmod 1777 /data", "/data/x", "2000", "allowed"),
            ("RUN mkdir -p /data/{a,b} && chown 5 /data/*", "/data/a/x", "2000", "unknown"),
            ("RUN ./setup.sh", "/data/x", "2000", "unknown"),
            ("RUN install -d -o 1001 -g 1001 /data", "/data/x", "1001", "allowed"),
            ("RUN install -d -o 1001 -g 1001 /data", "/data/x", "1002", "denied here"),
            ("RUN cd /srv && mkdir data && chown 7 data", "/srv/data/x", "7", "allowed"),
            ("RUN cd /srv && mkdir data && chown 7 data", "/srv/data/x", "8", "denied here"),
            ("ARG U=7\nRUN mkdir /d && chown $U /d", "/d", "7", "allowed"),
            ("ARG U\nRUN mkdir /d && chown $U /d", "/d", "7", "unknown"),
            ("VOLUME /d", "/d", "7", "denied here"),
            ("RUN useradd -m -u 7 a", "/home/a/x", "7", "allowed"),
            ("RUN useradd -m -u 7 a", "/home/a/x", "8", "denied here"),
            ("RUN mkdir /d\nUSER 7\nRUN mkdir /d/e", "/d/e/f", "7", "allowed"),
            ("RUN mkdir /d\nUSER 7\nRUN touch /d/f", "/d/g", "7", "denied here"),
            ("COPY --from=x /a /d", "/d/f", "7", "unknown"),
            ("RUN mkdir /d && echo /d | xargs chown 7", "/d/f", "7", "unknown"),
            ("RUN mkdir /d && find / -name d | xargs mkdir -p", "/d/f", "7", "unknown"),
        ] {
            assert_eq!(access(steps, path, user), expected, "{steps} {path} {user}");
        }
        let file = good("FROM ghcr.io/acme/base:1\n");
        let owners = file.owners(&file.stages()[0]);
        let identity = Identity::new("7", Vec::new()).unwrap();
        assert_eq!(owners.access("/data", &identity), Access::Unknown);
    }
}
