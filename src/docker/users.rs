//! The users that the steps of a Dockerfile make, and the groups that they join.

use super::shell::{Arguments, Invocation, ShellWord, SimpleCommand, Valued};
use super::{Action, Dockerfile, Stage, Transfer, UNPRIVILEGED, Word};
use crate::image::ImageRef;
use crate::source::Place;

/// Options of `useradd` and `adduser` that take a value, of whatever distribution.
///
/// Source: useradd(8) of shadow, adduser(8) of Debian, adduser of `BusyBox`.
pub(super) static VALUED: Valued = Valued::of(
    "-b -c -d -e -f -g -G -h -k -K -p -s -u -Z --base-dir --comment --conf \
     --expiredate --firstgid --firstuid --gecos --gid --gids --groups --home --home-dir --inactive \
     --ingroup --key --lastgid --lastuid --password --prefix --root --selinux-user --shell --skel \
     --uid",
);

/// And those of `gpasswd`.
static VALUED_OF_GPASSWD: Valued =
    Valued::of("-a --add -d --delete -M --members -A --administrators -Q --root");

/// A user that a step makes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewUser<'d> {
    pub(crate) name: &'d ShellWord,
    /// Its number, where the step says it.
    pub(crate) uid: Option<&'d str>,
}

/// A user and a group that it belongs to beside its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership<'d> {
    pub(crate) user: &'d str,
    pub(crate) group: &'d str,
    /// Where a step says so.
    pub(crate) word: &'d ShellWord,
}

/// Users of an image that has no others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FewUsers {
    known: &'static [&'static str],
    /// From where on a file with more of them may be there.
    until: Option<u32>,
}

impl FewUsers {
    /// Whether that user is not there where it is named.
    pub(crate) fn lack(&self, name: &str, at: Place) -> bool {
        !self.known.contains(&name) && self.until.is_none_or(|until| at.span.start < until)
    }
}

/// Whether what is copied may bring users along: it goes into `/etc` or all over.
fn brings_users(transfer: &Transfer) -> bool {
    let destination = transfer.destination.text.trim_end_matches('/');
    let holds_more = |word: &Word| {
        let mut parts = word.text.split(['.', '/']);
        parts.any(|part| matches!(part, "tar" | "tgz" | "passwd" | "rootfs"))
    };
    matches!(destination, "" | "/etc" | "/etc/passwd")
        || destination.contains('$')
        || transfer.paths().any(holds_more)
}

impl Dockerfile {
    /// What the steps of the image run, from the first to the last, ancestors of the stage included.
    pub(crate) fn invocations<'d>(
        &'d self,
        stage: &'d Stage,
    ) -> impl Iterator<Item = Invocation<'d>> {
        let mut lineage: Vec<_> = self.lineage(stage).collect();
        lineage.reverse();
        let runs = lineage.into_iter().flat_map(Stage::actions).filter_map(Action::run);
        runs.flat_map(|run| run.command.simple_commands()).filter_map(SimpleCommand::invocation)
    }

    /// The users that a stage and those that it goes on from make.
    pub(crate) fn new_users<'d>(&'d self, stage: &'d Stage) -> impl Iterator<Item = NewUser<'d>> {
        self.invocations(stage).filter_map(|invocation| new_user(&invocation))
    }

    /// The user that its image should run as: the last one that its steps make, by its number where
    /// they say it, else one that no base image gives rights to.
    pub(crate) fn lesser_user<'d>(&'d self, stage: &'d Stage) -> (&'d str, Option<&'d ShellWord>) {
        match self.new_users(stage).last() {
            Some(made) => (made.uid.unwrap_or(&made.name.text), Some(made.name)),
            None => (UNPRIVILEGED, None),
        }
    }

    /// The few users of a stage whose base has no way to make more.
    pub(crate) fn few_users(&self, stage: &Stage) -> Option<FewUsers> {
        let known = known_users(self.origin(stage))?;
        let all = self.lineage(stage).flat_map(Stage::instructions);
        let bringing = all.filter(|it| it.action.transfer().is_some_and(brings_users));
        Some(FewUsers { known, until: bringing.map(|it| it.span.start).min() })
    }

    /// The groups that users join in a stage and in those that it goes on from.
    pub(crate) fn memberships<'d>(
        &'d self,
        stage: &'d Stage,
    ) -> impl Iterator<Item = Membership<'d>> {
        self.invocations(stage).flat_map(|invocation| memberships(&invocation))
    }
}

/// The users that distroless images know.
///
/// Source: github.com/GoogleContainerTools/distroless, `base/base.bzl`.
const OF_DISTROLESS: [&str; 3] = ["root", "nobody", "nonroot"];

/// The users of an image without a way to make more; nothing for one that may have any.
fn known_users(origin: &Stage) -> Option<&'static [&'static str]> {
    if origin.is_scratch() {
        return Some(&[]);
    }
    let image = ImageRef::parse(origin.resolved_image().filter(|_| origin.is_external())?);
    let is_distroless =
        image.registry == Some("gcr.io") && image.repository.starts_with("distroless/");
    is_distroless.then_some(&OF_DISTROLESS)
}

pub(super) fn new_user<'d>(invocation: &Invocation<'d>) -> Option<NewUser<'d>> {
    let program = invocation.name();
    if !matches!(program, "useradd" | "adduser") {
        return None;
    }
    let given = read(invocation);
    // `adduser app video` adds a user to a group; BusyBox has no other meaning for two words.
    let [name] = given.operands() else { return None };
    let uid = given.values(&["-u", "--uid"]).next();
    let uid = uid.filter(|uid| uid.chars().all(|c| c.is_ascii_digit()));
    name.is_literal.then_some(NewUser { name, uid })
}

fn memberships<'d>(invocation: &Invocation<'d>) -> Vec<Membership<'d>> {
    let program = invocation.name();
    let given = read(invocation);
    let joined = |user: &'d ShellWord, groups: &'d str, word: &'d ShellWord| {
        let user = user.text.as_str();
        groups.split(',').map(|group| Membership { user, group, word }).collect()
    };
    match (program, given.operands()) {
        ("useradd" | "usermod", [user]) => {
            let word = given.option(&["-G", "--groups", "--append"]);
            let groups = given.values(&["-G", "--groups"]).next();
            word.zip(groups).map(|(word, groups)| joined(user, groups, word)).unwrap_or_default()
        }
        ("adduser" | "addgroup", [user, group]) => joined(user, &group.text, group),
        ("gpasswd", [group]) => {
            let word = given.option(&["-a", "--add"]);
            let user = given.values(&["-a", "--add"]).next();
            let member = |(word, user)| vec![Membership { user, group: &group.text, word }];
            word.zip(user).map(member).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn read<'d>(invocation: &Invocation<'d>) -> Arguments<'d> {
    let is_gpasswd = invocation.name() == "gpasswd";
    Arguments::read(invocation.arguments, if is_gpasswd { &VALUED_OF_GPASSWD } else { &VALUED })
}

/// Whether a user, as USER or Compose's `user` names it, is root.
///
/// ```text
/// <user>[:<group>]
/// ^^^^^^
/// ```
pub(crate) fn is_root(user: &str) -> bool {
    let user = user.trim().trim_matches(['"', '\'']);
    let name = user.split_once(':').map_or(user, |(name, _)| name);
    name == "root" || name.parse() == Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::good;

    fn read(run: &str) -> Dockerfile {
        good(&format!("FROM debian\nRUN {run}\n"))
    }

    #[test]
    fn users_are_made_in_many_ways() {
        for (run, expected) in [
            ("useradd app", Some(("app", None))),
            (
                "groupadd -g 1001 app && useradd -r -u 1001 -g app -s /sbin/nologin app",
                Some(("app", Some("1001"))),
            ),
            ("adduser -D -u 1000 -G app app", Some(("app", Some("1000")))),
            ("adduser --system --uid 1001 --ingroup nodejs nextjs", Some(("nextjs", Some("1001")))),
            ("adduser --disabled-password --gecos '' app", Some(("app", None))),
            ("adduser --system --group app", Some(("app", None))),
            ("sudo useradd --uid=1001 --create-home app", Some(("app", Some("1001")))),
            ("useradd -m -u${UID} app", Some(("app", None))),
            ("useradd $USER", None),
            ("adduser app video", None),
            ("usermod -aG video app", None),
        ] {
            let file = read(run);
            let found = file.new_users(&file.stages()[0]).last();
            let found = found.map(|user| (user.name.text.as_str(), user.uid));
            assert_eq!(found, expected, "{run}");
        }
    }

    #[test]
    fn users_join_groups_in_many_ways() {
        for (run, expected) in [
            ("usermod -aG video app", "app:video"),
            ("usermod -a -G video,audio app", "app:video app:audio"),
            ("useradd -G docker -m app", "app:docker"),
            ("adduser app video", "app:video"),
            ("addgroup app video", "app:video"),
            ("gpasswd -a app video", "app:video"),
            ("addgroup -S app", ""),
            ("useradd -g app app", ""),
        ] {
            let file = read(run);
            let found = file.memberships(&file.stages()[0]);
            let found: Vec<_> = found.map(|it| format!("{}:{}", it.user, it.group)).collect();
            assert_eq!(found.join(" "), expected, "{run}");
        }
    }
}
