//! What a process sees of file systems: its folder, who runs it, what is mounted, where it may write.

use super::process::Process;
use super::{Project, Runner};
use crate::build::UNKNOWN;
use crate::command::{Word, file_name};
use crate::compose::{self, Origin, Service, interpolated};
use crate::docker::{Access, Identity, Image, Owners, is_below};
use crate::host_path::without_link;
use crate::k8s::volume::{Mount, Volume};
use crate::k8s::{self, Container, ContainerClass, is_templated};
use crate::source::{Place, resolve};
use crate::tree::Node;

/// Volumes whose files the kubelet writes and nobody else.
///
/// Source: kubernetes.io/docs/concepts/storage/volumes.
const OF_API: [&str; 5] = ["configMap", "downwardAPI", "image", "projected", "secret"];

/// What is mounted somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// An empty folder: `emptyDir`, `tmpfs`.
    Scratch,
    /// Keys of ConfigMaps and Secrets, as files.
    Keys,
    /// A claim on storage.
    Claim,
    /// A volume of that name, which Compose fills from the image at first.
    Named(String),
    /// Something else, of which nothing is known.
    Other,
}

/// A file system that a process sees.
#[derive(Clone, Debug)]
pub(crate) struct Mounted {
    /// Absolute.
    pub(crate) path: String,
    pub(crate) content: Content,
    /// Nothing where a variable decides.
    pub(crate) is_writable: Option<bool>,
    /// Whether it is one file or folder of the volume.
    pub(crate) is_part: bool,
    /// Whether others see it as well, who may fill it.
    pub(crate) is_shared: bool,
    /// What says where it is.
    pub(crate) at: Place,
    /// What says that it is for reading, else the same.
    pub(crate) read_only_at: Place,
}

/// Who runs a process, and what says so.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) identity: Identity,
    pub(crate) at: Place,
    /// Whether the Dockerfile says so.
    pub(crate) is_of_image: bool,
}

/// The file systems that a process sees beside that of its image.
#[derive(Debug, Default)]
pub(super) struct Sight {
    mounts: Vec<Mounted>,
    /// Whether more may be mounted than the files tell.
    is_open: bool,
}

/// What keeps a process from writing to a path.
#[derive(Clone, Debug)]
pub(crate) enum Obstacle {
    /// There is no volume, and the root file system is for reading.
    Root(Place),
    /// The volume there is for reading.
    Volume(Mounted),
    /// It belongs to somebody else, by a step of the Dockerfile where that is known.
    Owner(Option<Place>),
}

/// Whether a process may write to a path.
#[derive(Clone, Debug)]
pub(crate) enum Writing {
    Possible,
    Hindered(Obstacle),
    Unknown,
}

impl Project<'_> {
    /// Who a container runs as: as the manifest says or, where it leaves that to the image and a Dockerfile
    /// of the project makes that, as its `USER` does, with where that stands.
    pub(crate) fn user_of(&self, container: Container<'_>) -> (k8s::User, Option<Place>) {
        let stated = container.user();
        let is_left = container.security("runAsUser").is_none();
        let image = || Some(self.image_of_container(container).filter(|_| is_left)?.0);
        let of_image = || {
            let user = image()?.user?;
            let name = user.name()?.to_owned();
            let is_root = name == "root" || name.parse() == Ok(0);
            let found = if is_root { k8s::User::Root } else { k8s::User::Other(name.parse().ok()) };
            Some((found, Some(user.word.place)))
        };
        of_image().unwrap_or((stated, None))
    }
}

/// The user of the image, where the Dockerfile names one.
fn user_of_image(image: &Image<'_>) -> Option<User> {
    let user = image.user.as_ref()?;
    let name = user.name()?;
    let group = user.resolved.as_deref()?.split_once(':').map(|(_, group)| group);
    // Of a number that the image does not know the group is root's.
    let groups = group.map_or(Some(0), |group| group.parse().ok()).into_iter().collect();
    Some(User {
        name: name.to_owned(),
        identity: Identity::new(name, groups)?,
        at: user.word.place,
        is_of_image: true,
    })
}

/// Programs that run the file that they are told.
const INTERPRETERS: [&str; 14] = [
    "ash", "bash", "bun", "dash", "deno", "java", "node", "php", "python", "python3", "ruby", "sh",
    "ts-node", "tsx",
];

/// Programs that look for modules in the folder that they are started in.
const LOADERS: [&str; 14] = [
    "adk",
    "celery",
    "crewai",
    "daphne",
    "fastapi",
    "flask",
    "granian",
    "gunicorn",
    "hypercorn",
    "langgraph",
    "npm",
    "pnpm",
    "uvicorn",
    "yarn",
];

/// Words behind which a program is started.
const BEFORE_PROGRAMS: [&str; 6] = ["--", "dumb-init", "exec", "run", "run-program", "tini"];

/// The words of a command that name files to run, with their paths; none of a module that is looked for
/// in the folder that the command is started in.
fn programs(words: &[Word]) -> Vec<(&Word, Option<&str>)> {
    let mut found = Vec::new();
    let (mut before, mut interpreter) = (None, false);
    for word in words {
        let text = word.text.as_str();
        let name = file_name(text);
        let is_behind =
            |before: &str| BEFORE_PROGRAMS.contains(&before) || before.contains("instrument");
        if before.is_none_or(is_behind) {
            // `uv run --no-sync python`
            if before.is_some() && text.starts_with('-') && text != "--" {
                continue;
            }
            interpreter = INTERPRETERS.contains(&name);
            // `streamlit run app.py`
            let is_run =
                before == Some("run") && text.rsplit_once('.').is_some_and(|(_, it)| it == "py");
            if text.contains('/') || is_run {
                found.push((word, Some(text)));
            }
            if LOADERS.contains(&name) {
                found.push((word, None));
            }
        } else if interpreter && text == "-m" {
            found.push((word, None));
            interpreter = false;
        } else if interpreter && text == "-c" {
            // A script, not a file.
            interpreter = false;
        } else if interpreter && !text.starts_with('-') {
            found.push((word, Some(text)));
            interpreter = false;
        }
        before = Some(text);
    }
    found
}

/// A path without what means nothing in it.
fn plain(path: &str) -> String {
    format!("/{}", resolve("", path))
}

/// Whether a path is that of a folder or of something in it, by whichever name of `/run`.
fn is_in(path: &str, folder: &str) -> bool {
    let is_in = |path: &str, folder: &str| path == folder || is_below(path, folder);
    is_in(path, folder) || is_in(without_link(path), without_link(folder))
}

impl<'p> Process<'p> {
    /// The folder that it starts in, where that is known.
    pub(crate) fn folder(&self) -> Option<&str> {
        let read = || {
            let of_image = || self.image()?.directory.clone();
            let (key, node) = match self.runner {
                Runner::Container(_) => ("workingDir", self.runner.node()),
                Runner::Service(_) => ("working_dir", self.runner.node()),
            };
            let Some(stated) = node.at(&[key]) else { return of_image() };
            match self.runner {
                Runner::Container(_) => {
                    Some(stated.text().to_owned()).filter(|it| !is_templated(it))
                }
                Runner::Service(_) => interpolated(stated),
            }
        };
        self.folder.get_or_init(read).as_deref()
    }

    /// What says that the root file system cannot be written.
    fn read_only(&self) -> Option<Place> {
        let stated = match self.runner {
            Runner::Container(container) => {
                let stated = container.own_security("readOnlyRootFilesystem");
                stated.filter(|it| it.as_bool() == Some(true))
            }
            Runner::Service(service) => {
                let stated = service.node().at(&["read_only"]);
                stated.filter(|it| compose::flag(*it) == Some(true))
            }
        };
        stated.map(Node::place)
    }

    /// Who runs it, where that is known.
    pub(crate) fn user(&self) -> Option<&User> {
        let read = || match self.runner {
            Runner::Container(container) => self.user_of_container(container),
            Runner::Service(service) => match service.node().at(&["user"]) {
                Some(at) => user_of_service(at),
                None => user_of_image(self.image()?),
            },
        };
        self.user.get_or_init(read).as_ref()
    }

    fn sight(&self) -> &Sight {
        self.sight.get_or_init(|| match self.runner {
            Runner::Container(container) => Sight::of_container(container),
            Runner::Service(service) => Sight::of_service(service),
        })
    }

    /// What is mounted.
    pub(crate) fn mounts(&self) -> &[Mounted] {
        &self.sight().mounts
    }

    fn user_of_container(&self, container: Container<'p>) -> Option<User> {
        let workload = container.workload();
        let list = workload.pod_security("supplementalGroups");
        let more = list.into_iter().flat_map(Node::items).filter_map(Node::as_int);
        let mut groups: Vec<i64> = more.collect();
        groups.extend(workload.pod_security("fsGroup").and_then(Node::as_int));
        let own_group = container.security("runAsGroup").map(Node::as_int);
        let Some(at) = container.security("runAsUser") else {
            let mut user = user_of_image(self.image()?)?;
            groups.extend(own_group.flatten());
            user.identity.join(groups);
            return Some(user);
        };
        groups.extend(own_group.unwrap_or(Some(0)));
        let name = at.as_int()?.to_string();
        let identity = Identity::new(&name, groups)?;
        // Who repeats the user of the image changes nothing of what that one may do.
        let of_image = self.image().and_then(user_of_image).filter(|it| it.name == name);
        let (is_of_image, at) = (of_image.is_some(), of_image.map_or(at.place(), |it| it.at));
        Some(User { name, identity, at, is_of_image })
    }
    /// An absolute path, from the folder that the process starts in.
    pub(crate) fn absolute(&self, path: &str) -> Option<String> {
        let is_known =
            !path.is_empty() && !is_templated(path) && !path.contains(['$', '~', '%', UNKNOWN]);
        if !is_known {
            return None;
        }
        if path.starts_with('/') {
            return Some(plain(path));
        }
        Some(plain(&resolve(self.folder()?, path)))
    }

    /// The file system that a path is in; nothing where that is the root's.
    pub(crate) fn mount_of(&self, path: &str) -> Option<&Mounted> {
        let covers = |it: &&Mounted| is_in(path, &it.path);
        self.mounts().iter().filter(covers).max_by_key(|it| it.path.len())
    }

    /// Whether a `VOLUME` of the image is around a path: the runtime mounts something there that can be
    /// written.
    ///
    /// Source: github.com/containerd/cri, pull request 1504.
    fn is_in_image_volume(&self, path: &str) -> bool {
        let Some(image) = self.image() else { return false };
        let volumes = image.volumes.iter();
        let mut volumes = volumes.map(|word| plain(&word.text));
        image.volumes.iter().any(|word| word.text.contains('$'))
            || volumes.any(|volume| is_in(path, &volume))
    }

    /// Whether the process may write to an absolute path.
    pub(crate) fn writing(&self, path: &str) -> Writing {
        if ["/dev", "/proc"].iter().any(|it| is_below(path, it)) {
            return Writing::Possible;
        }
        if let Some(mount) = self.mount_of(path) {
            return match mount.is_writable {
                Some(false) => Writing::Hindered(Obstacle::Volume(mount.clone())),
                // Compose gives a new volume to whom the folder belongs in the image.
                Some(true) => match &mount.content {
                    Content::Named(name) if self.shares_volume(name) => Writing::Unknown,
                    Content::Named(_) if !mount.is_part => self.owned(&mount.path),
                    _ => Writing::Possible,
                },
                None => Writing::Unknown,
            };
        }
        if self.sight().is_open {
            return Writing::Unknown;
        }
        match self.read_only() {
            Some(at) if !self.is_in_image_volume(path) => Writing::Hindered(Obstacle::Root(at)),
            _ => self.owned(path),
        }
    }

    fn owners(&self) -> Option<&Owners> {
        self.owners.get_or_init(|| self.image().map(Image::owners)).as_ref()
    }

    /// Whether the image lets the user of the process write there.
    fn owned(&self, path: &str) -> Writing {
        let (Some(owners), Some(user)) = (self.owners(), self.user()) else {
            return Writing::Unknown;
        };
        match owners.access(path, &user.identity) {
            Access::Allowed => Writing::Possible,
            Access::Denied(by) => Writing::Hindered(Obstacle::Owner(by)),
            Access::Unknown => Writing::Unknown,
        }
    }

    /// The folders that the image gives to somebody, and the steps that do.
    pub(crate) fn given_folders(&self) -> impl Iterator<Item = (&str, Place)> {
        self.owners().into_iter().flat_map(Owners::given)
    }

    /// The volume that lies over the program that the image brings and the process starts, with the word
    /// that names the program and the one that copies it.
    pub(crate) fn hidden_program(&self) -> Option<(&Mounted, &Word, Place)> {
        if self.mounts().is_empty() {
            return None;
        }
        let image = self.image()?;
        let hiding = [Content::Scratch, Content::Keys, Content::Claim];
        self.line()?.commands().flat_map(programs).find_map(|(word, path)| {
            let path = match path {
                Some(path) => self.absolute(path)?,
                None => plain(self.folder()?),
            };
            let mount = self.mount_of(&path)?;
            let hides =
                hiding.contains(&mount.content) || matches!(mount.content, Content::Named(_));
            let is_empty = hides && !mount.is_part && !mount.is_shared;
            let copied = image.copied_to(&path).filter(|_| is_empty)?;
            Some((mount, word, copied))
        })
    }

    /// Whether a program may be there by what is mounted: a file of its name, or the folder that it is in.
    pub(super) fn may_have_mounted(&self, program: &str) -> bool {
        let brings = |path: &str| match path.rsplit('/').next().unwrap_or_default() {
            "bin" | "sbin" => true,
            name => name == program,
        };
        self.mounts().iter().any(|it| it.content != Content::Scratch && brings(&it.path))
    }

    fn shares_volume(&self, name: &str) -> bool {
        self.runner.service().is_none_or(|service| service.shares_volume(name))
    }

    /// Whether the Dockerfile copies something to a path.
    pub(crate) fn is_filled(&self, path: &str) -> bool {
        self.image().is_some_and(|image| image.dockerfile().brings(path))
    }

    /// Whether the Dockerfile has a word of it.
    pub(crate) fn is_mentioned(&self, text: &str) -> bool {
        self.image().is_some_and(|image| image.dockerfile().says(text).is_some())
    }
}

impl Sight {
    fn of_container(container: Container<'_>) -> Self {
        let mut sight = Sight::default();
        let Some(list) = container.node().at(&["volumeMounts"]) else { return sight };
        for volume in container.workload().volumes() {
            for mount in &volume.mounts {
                if mount.container.node() == container.node() {
                    sight.mount(container, &volume, *mount);
                }
            }
        }
        // A volume that is not there, or that a template adds.
        let is_template = list.is_scalar() && !list.is_null();
        sight.is_open |= is_template || list.items().len() != sight.mounts.len();
        sight
    }

    fn mount(&mut self, container: Container<'_>, volume: &Volume<'_>, mount: Mount<'_>) {
        let Some(path) = mount.node.at(&["mountPath"]).filter(|it| !is_templated(it.text())) else {
            return;
        };
        let kind = volume.source().map_or("", |source| source.key.text());
        let content = match kind {
            "emptyDir" => Content::Scratch,
            kind if OF_API.contains(&kind) => Content::Keys,
            _ if volume.is_claim() => Content::Claim,
            _ => Content::Other,
        };
        let stated = mount.node.at(&["readOnly"]);
        let of_volume = volume.source().and_then(|source| source.value.at(&["readOnly"]));
        let of_kind = OF_API.contains(&kind).then_some(false);
        let of_mount = stated.map_or(Some(true), |it| it.as_bool().map(|it| !it));
        let of_volume_is = of_volume.map_or(Some(true), |it| it.as_bool().map(|it| !it));
        let is_writable = of_kind.or_else(|| Some(of_mount? && of_volume_is?));
        let says = stated.filter(|it| it.as_bool() == Some(true)).or(of_volume).unwrap_or(path);
        let others = volume.mounts.iter().filter(|it| it.container.node() != container.node());
        self.mounts.push(Mounted {
            path: plain(path.text()),
            content,
            is_writable,
            is_part: ["subPath", "subPathExpr"].iter().any(|it| mount.node.at(&[it]).is_some()),
            is_shared: others
                .filter(|it| it.is_writable())
                .any(|it| it.container.class() != ContainerClass::Ephemeral),
            at: path.place(),
            read_only_at: if of_kind.is_some() { path.place() } else { says.place() },
        });
    }

    fn of_service(service: Service<'_>) -> Self {
        let mut sight = Sight::default();
        for (node, path) in service.tmpfs() {
            let Some(path) = path else {
                sight.is_open = true;
                continue;
            };
            sight.mounts.push(Mounted {
                path: plain(&path),
                content: Content::Scratch,
                is_writable: Some(true),
                is_part: false,
                is_shared: false,
                at: node.place(),
                read_only_at: node.place(),
            });
        }
        for mount in service.mounts() {
            let Some(path) = &mount.target else {
                sight.is_open = true;
                continue;
            };
            let at = mount.node.place();
            let says = mount.node.at(&["read_only"]);
            sight.mounts.push(Mounted {
                path: plain(path),
                content: match &mount.origin {
                    Origin::Named(name) => Content::Named(name.clone()),
                    _ if mount.is_tmpfs => Content::Scratch,
                    _ => Content::Other,
                },
                is_writable: Some(mount.is_writable()),
                is_part: mount.node.at(&["volume", "subpath"]).is_some(),
                is_shared: false,
                at: mount.node.at(&["target"]).map_or(at, Node::place),
                read_only_at: says.map_or(at, Node::place),
            });
        }
        let others = ["volumes_from", "devices"];
        sight.is_open |= others.iter().any(|key| service.node().at(&[key]).is_some());
        sight
    }
}

/// The user that a service states.
fn user_of_service(at: Node<'_>) -> Option<User> {
    let text = interpolated(at)?;
    let (name, group) = text.split_once(':').unwrap_or((&text, "0"));
    let identity = Identity::new(name, group.parse().ok().into_iter().collect())?;
    Some(User { name: name.to_owned(), identity, at: at.place(), is_of_image: false })
}
