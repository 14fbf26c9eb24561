//! The image that a Dockerfile builds.

use super::instruction::{Action, Form, Instruction};
use super::owner::Owners;
use super::shell::file_name;
use super::state::{Start, State, User};
use super::words::{Pair, Word};
use super::{Dockerfile, Stage};
use crate::image::ImageRef;
use crate::source::Place;

/// What an image runs, its own stage and those it goes on from taken together.
#[derive(Debug)]
pub(crate) struct Image<'d> {
    /// The stage that makes the image.
    pub(crate) stage: &'d Stage,
    /// The stage that takes the image from elsewhere.
    pub(crate) origin: &'d Stage,
    pub(crate) user: Option<User<'d>>,
    pub(crate) entrypoint: Option<Start<'d>>,
    pub(crate) cmd: Option<Start<'d>>,
    pub(crate) has_healthcheck: bool,
    pub(crate) stopsignal: Option<&'d Word>,
    /// The folder in which it starts, where that does not depend on the base image or on who builds.
    pub(crate) directory: Option<String>,
    /// What `EXPOSE` says, protocols and variables included.
    pub(crate) ports: Vec<&'d Word>,
    /// What `VOLUME` says.
    pub(crate) volumes: Vec<&'d Word>,
    /// What holds at its end.
    end: State<'d>,
}

/// A user that no base image gives rights to.
///
/// Source: reference production-agent, "Container Security".
pub(crate) const UNPRIVILEGED: &str = "1001";

/// Programs that start another one as a lesser user.
const STEP_DOWN: [&str; 6] = ["gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "chpst"];

impl Dockerfile {
    /// The image that the file builds unless another stage is asked for: that of its last stage.
    pub(crate) fn image(&self) -> Option<Image<'_>> {
        self.image_of(None)
    }

    /// The image that the file builds where `target` is asked for: a stage by its name or number.
    pub(crate) fn image_of(&self, target: Option<&str>) -> Option<Image<'_>> {
        let is_target = |stage: &&Stage, target: &str| {
            stage.name().is_some_and(|name| name.text.eq_ignore_ascii_case(target))
                || target.parse() == Ok(stage.index)
        };
        let stage = match target {
            // A later stage of the same name hides the earlier one.
            Some(target) => self.stages().iter().rev().find(|stage| is_target(stage, target))?,
            None => self.final_stage()?,
        };
        let lineage: Vec<_> = self.lineage(stage).collect();
        let actions = lineage.iter().rev().flat_map(|stage| stage.actions());
        let (mut ports, mut volumes) = (Vec::new(), Vec::new());
        for action in actions {
            match action {
                Action::Expose(words) => ports.extend(words),
                Action::Volume(words) => volumes.extend(words),
                _ => {}
            }
        }
        let end = self.at_end(stage);
        Some(Image {
            stage,
            origin: self.origin(stage),
            user: end.user(),
            entrypoint: end.entrypoint(),
            cmd: end.cmd(),
            has_healthcheck: end.healthcheck().is_some(),
            stopsignal: end.stopsignal(),
            directory: end.directory(),
            ports,
            volumes,
            end,
        })
    }
}

/// Where programs lie that any command may name.
const PROGRAM_FOLDERS: [&str; 5] = ["/bin", "/sbin", "/usr", "/usr/bin", "/usr/local/bin"];

/// What may be copied into an image without a shell to give it one, or a program that comes with one.
const TOOLS: [&str; 8] = ["/bash", "/curl", "/kill", "/sh", "/sleep", "/wget", "busybox", "toybox"];

impl Dockerfile {
    /// Whether an image has no shell and none of the programs that come with one, that one included: its
    /// base has nothing, and nothing that is put into it may bring them.
    pub(crate) fn lacks_tools(&self, image: &Image<'_>, program: &str) -> bool {
        let is_bare = image.origin.is_scratch()
            || image
                .origin
                .resolved_image()
                .is_some_and(|base| ImageRef::parse(base).has_no_shell());
        let brings = |action: &Action| {
            let Some(transfer) = action.transfer() else { return false };
            let destination = transfer.destination.text.trim_end_matches('/');
            let holds = |text: &str| {
                file_name(text) == program || TOOLS.iter().any(|tool| text.contains(tool))
            };
            let is_folder =
                |text: &str| text.ends_with(['/', '*', '.']) || PROGRAM_FOLDERS.contains(&text);
            let into_path = PROGRAM_FOLDERS.contains(&destination);
            destination.is_empty()
                || destination.contains('$')
                || holds(destination)
                || transfer
                    .paths()
                    .any(|path| holds(&path.text) || into_path && is_folder(&path.text))
        };
        is_bare && !self.lineage(image.stage).flat_map(Stage::actions).any(brings)
    }
}

impl<'d> Image<'d> {
    /// The Dockerfile that makes it.
    pub(crate) fn dockerfile(&self) -> &'d Dockerfile {
        self.end.dockerfile
    }

    /// The variables that its containers have: each with the `ENV` that says so, and its value where
    /// the file tells it.
    pub(crate) fn environment(&self) -> Vec<(&'d str, &'d Pair, Option<String>)> {
        self.end.environment()
    }

    /// The word of the Dockerfile that copies something to a path or into the folder that it is.
    pub(crate) fn copied_to(&self, path: &str) -> Option<Place> {
        self.end.dockerfile.copied_to(self.stage, path)
    }

    /// Who may write where in it.
    pub(crate) fn owners(&self) -> Owners {
        self.end.dockerfile.owners(self.stage)
    }

    /// Whether the instruction is the ENTRYPOINT or the CMD of the image.
    pub(crate) fn is_started_by(&self, instruction: &Instruction) -> bool {
        let is = |start: &Start<'_>| start.instruction.at == instruction.at;
        !instruction.is_onbuild() && [self.entrypoint, self.cmd].iter().flatten().any(is)
    }

    /// Whether the stage only carries files, for `docker build --output` or for another build to
    /// copy from: nothing says what would run.
    pub(crate) fn is_artifact(&self) -> bool {
        self.origin.is_scratch() && !self.is_started()
    }

    /// Whether something says that the image runs: a command, or a port.
    pub(crate) fn is_started(&self) -> bool {
        let runs = |start: Option<Start<'_>>| start.is_some_and(|it| !it.command.is_empty());
        !self.ports.is_empty() || runs(self.entrypoint) || runs(self.cmd)
    }

    /// Whether the image itself starts as root to step down at once.
    pub(crate) fn steps_down(&self) -> bool {
        let tells = |word: &str| STEP_DOWN.contains(&word.rsplit('/').next().unwrap_or(word));
        [self.entrypoint, self.cmd].iter().flatten().any(|start| match &start.command.form {
            Form::Exec(words) => words.iter().any(|word| tells(&word.text)),
            Form::Shell(text) => text.split_whitespace().any(tells),
        })
    }

    /// What an `ENV` gives a variable, and where.
    pub(crate) fn variable(&self, name: &str) -> Option<(Place, String)> {
        let (pair, value) = self.end.env(name)?;
        Some((pair.value.as_ref()?.place, value?))
    }

    /// The first folder whose contents outlive the container.
    pub(crate) fn volume(&self) -> Option<&'d Word> {
        self.volumes.first().copied()
    }

    /// The programs that start it, without the shell that may come first.
    pub(crate) fn started_programs(&self) -> Vec<&str> {
        let starts = [self.entrypoint, self.cmd];
        let words = starts.iter().flatten().filter_map(|start| match &start.command.form {
            Form::Exec(words) => words.first().map(|word| word.text.as_str()),
            Form::Shell(text) => text.split_whitespace().next(),
        });
        words.collect()
    }

    /// Whether it is a container to develop in, as the path of its Dockerfile or its base says.
    pub(crate) fn is_for_development(&self, path: &str) -> bool {
        let base = self.base().map(ImageRef::parse);
        path.split('/').any(|segment| segment == ".devcontainer")
            || base.is_some_and(|it| it.repository.split('/').any(|part| part == "devcontainers"))
    }

    /// Whether its stage is there to test or to develop, as its name says.
    pub(crate) fn is_for_tests(&self) -> bool {
        const NAMES: [&str; 8] =
            ["ci", "debug", "dev", "development", "lint", "test", "tests", "tester"];
        let name = self.stage.name().map(|name| name.text.to_ascii_lowercase());
        name.is_some_and(|name| name.split(['-', '_', '.']).any(|word| NAMES.contains(&word)))
    }

    /// The image that all of it goes back to, with its variables replaced as far as possible.
    pub(crate) fn base(&self) -> Option<&str> {
        let written = || self.origin.image().map(|word| word.text.as_str());
        self.origin.resolved_image().or_else(written)
    }

    /// Where the image says that it runs as root: its last USER, else the FROM of a base that does.
    /// Nothing where it runs as somebody else, or nobody can tell.
    pub(crate) fn root(&self) -> Option<Place> {
        if let Some(user) = &self.user {
            let name = user.name()?;
            return (name == "root" || name.parse() == Ok(0_u32)).then_some(user.word.place);
        }
        let base = self.origin.resolved_image();
        let is_root = base.is_some_and(|base| base == "scratch" || ImageRef::parse(base).is_root());
        self.stage.image().filter(|_| is_root).map(|from| from.place)
    }

    /// The USER of the image, where it is a name, and not that of root.
    pub(crate) fn user_name(&self) -> Option<(Place, &str)> {
        let user = self.user.as_ref()?;
        let name = user.name()?;
        let is_number = name.chars().all(|c| c.is_ascii_digit());
        (!is_number && name != "root").then_some((user.word.place, name))
    }

    /// Whether a shell and `curl` may be there, so that a command can use them.
    pub(crate) fn may_have_curl(&self) -> bool {
        !self.origin.is_scratch() && !self.base().is_some_and(|base| base.contains("distroless"))
    }

    /// Whether a step can run commands: the base brings a shell, as far as anybody can tell.
    pub(crate) fn has_shell(&self) -> bool {
        self.may_have_curl()
    }

    /// Whether root runs the steps right before the `USER` of the image.
    pub(crate) fn is_root_before_user(&self) -> bool {
        let word = self.user.as_ref().map(|user| user.word.place);
        let own = self.stage.instructions().iter();
        let mut users = own.filter_map(|instruction| match &instruction.action {
            Action::User(word) => Some((word.place, self.end.dockerfile.at(instruction))),
            _ => None,
        });
        let before = users.find(|(place, _)| Some(*place) == word);
        before.is_some_and(|(_, state)| {
            let name = state.user().map(|user| user.name().map(str::to_owned));
            name.is_none_or(|name| name.is_some_and(|name| name == "root" || name == "0"))
        })
    }

    /// Whether the image is for Windows, where users and shells are others.
    pub(crate) fn is_windows(&self) -> bool {
        self.base().is_some_and(|base| ImageRef::parse(base).is_windows())
    }
}
