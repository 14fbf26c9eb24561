//! A process as a container or a Compose service starts it: its command, its variables, its folder,
//! who runs it, and the file systems that it sees.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::{Project, Runner};
use crate::compose::{self, Origin, Service, interpolated};
use crate::docker::{Access, Form, Identity, Image, Owners, Start, is_below};
use crate::k8s::volume::{Mount, Volume};
use crate::k8s::{self, Container, ContainerClass, is_templated};
use crate::source::{Place, resolve};
use crate::tree::Node;

/// More words of a command than anybody reads.
const MOST_WORDS: usize = 1024;

/// Volumes whose files the kubelet writes and nobody else.
///
/// Source: kubernetes.io/docs/concepts/storage/volumes.
const OF_API: [&str; 5] = ["configMap", "downwardAPI", "image", "projected", "secret"];

/// A word of a command, and where it is said.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) place: Place,
}

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

/// A process as it is started.
#[derive(Debug)]
pub(crate) struct Process<'p> {
    pub(crate) runner: Runner<'p>,
    pub(crate) image: Option<Image<'p>>,
    /// Who may write where in the image, once somebody asks.
    owners: OnceCell<Option<Owners>>,
    /// The words that start it, scripts taken apart.
    pub(crate) words: Vec<Said>,
    /// Whether the image alone says what is started.
    pub(crate) is_started_by_image: bool,
    /// The folder that it starts in.
    pub(crate) folder: Option<String>,
    /// What says that the root file system cannot be written.
    pub(crate) read_only: Option<Place>,
    pub(crate) user: Option<User>,
    pub(crate) mounts: Vec<Mounted>,
    /// Whether more may be mounted than the files tell.
    is_open: bool,
    variables: HashMap<String, (Option<String>, Place)>,
    /// Whether more variables may be set than the files tell.
    has_more_variables: bool,
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

impl<'p> Project<'p> {
    /// What a container or a service starts.
    pub(crate) fn confinement_of<'a>(&'a self, runner: Runner<'a>) -> Process<'a>
    where
        'p: 'a,
    {
        let image = self.image_of(runner);
        let mut process = Process {
            runner,
            owners: OnceCell::new(),
            words: Vec::new(),
            is_started_by_image: true,
            folder: image.as_ref().and_then(|image| image.directory.clone()),
            read_only: None,
            user: image.as_ref().and_then(user_of_image),
            mounts: Vec::new(),
            is_open: false,
            variables: HashMap::new(),
            has_more_variables: image.is_none(),
            image,
        };
        process.take_variables_of_image();
        match runner {
            Runner::Container(container) => {
                process.read_container(container);
                let variables = self.variables_of(container);
                process.has_more_variables |= variables.is_open();
                for it in variables.iter() {
                    let value = it.value.as_deref().map(str::to_owned);
                    process.variables.insert(it.name.to_string(), (value, it.at.place()));
                }
            }
            Runner::Service(service) => {
                process.read_service(service);
                for it in service.environment() {
                    let known = it.node.home().tree().variables();
                    let value =
                        crate::variables::expand(it.value, &|name| known?.get(name).cloned());
                    process.variables.insert(it.name.to_owned(), (value, it.place));
                }
            }
        }
        process
    }
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

fn words_of(start: Option<Start<'_>>) -> Vec<Said> {
    let Some(start) = start else { return Vec::new() };
    let place = start.command.place;
    match &start.command.form {
        Form::Exec(words) => words.iter().flat_map(|it| said(&it.text, it.place)).collect(),
        Form::Shell(text) => said(text, place).collect(),
    }
}

fn said(text: &str, place: Place) -> impl Iterator<Item = Said> {
    let words: Vec<_> = text.split_whitespace().map(|it| it.trim_matches(['"', '\''])).collect();
    let words = words.into_iter().map(|text| Said { text: text.to_owned(), place });
    words.collect::<Vec<_>>().into_iter()
}

fn words_in(node: Option<Node<'_>>) -> Vec<Said> {
    let scalars = node.into_iter().flat_map(|it| it.items().chain(it.is_scalar().then_some(it)));
    scalars.flat_map(|it| said(it.text(), it.place())).collect()
}

/// Programs that run the file that they are told.
const INTERPRETERS: [&str; 14] = [
    "ash", "bash", "bun", "dash", "deno", "java", "node", "php", "python", "python3", "ruby", "sh",
    "ts-node", "tsx",
];

/// Programs that look for modules in the folder that they are started in.
const LOADERS: [&str; 9] =
    ["celery", "daphne", "flask", "gunicorn", "hypercorn", "npm", "pnpm", "uvicorn", "yarn"];

/// Words behind which a program is started.
const BEFORE_PROGRAMS: [&str; 12] =
    ["&&", ";", "||", "-c", "-ec", "-lc", "--", "dumb-init", "exec", "run", "run-program", "tini"];

/// Whether a program is started behind a word.
pub(super) fn is_before_program(word: &str) -> bool {
    BEFORE_PROGRAMS.contains(&word) || word.ends_with(';') || word.contains("instrument")
}

/// The words of a command that name files to run, with their paths; none of a module that is looked for
/// in the folder that the command is started in.
fn programs(words: &[Said]) -> Vec<(&Said, Option<&str>)> {
    let mut found = Vec::new();
    let (mut before, mut interpreter) = (None, false);
    for word in words {
        let text = word.text.as_str();
        let name = text.rsplit('/').next().unwrap_or(text);
        if before.is_none_or(is_before_program) {
            interpreter = INTERPRETERS.contains(&name);
            if text.contains('/') {
                found.push((word, Some(text)));
            }
            if LOADERS.contains(&name) {
                found.push((word, None));
            }
        } else if interpreter && text == "-m" {
            found.push((word, None));
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

impl<'p> Process<'p> {
    fn take_variables_of_image(&mut self) {
        let Some(image) = &self.image else { return };
        for (name, pair, value) in image.environment() {
            self.variables.insert(name.to_owned(), (value, pair.place()));
        }
    }

    /// The command as the image and whoever runs it say together.
    fn start(&mut self, entrypoint: Option<Node<'_>>, command: Option<Node<'_>>) {
        let image = self.image.as_ref();
        let of_entrypoint = || words_of(image.and_then(|image| image.entrypoint));
        let of_cmd = || words_of(image.and_then(|image| image.cmd));
        self.is_started_by_image = entrypoint.is_none() && command.is_none();
        let mut words = match (entrypoint, command) {
            (None, None) => [of_entrypoint(), of_cmd()].concat(),
            (None, command) => [of_entrypoint(), words_in(command)].concat(),
            (entrypoint, command) => [words_in(entrypoint), words_in(command)].concat(),
        };
        words.truncate(MOST_WORDS);
        self.words = words;
    }

    fn read_container(&mut self, container: Container<'p>) {
        let field = |key: &str| container.node().at(&[key]);
        self.start(field("command"), field("args"));
        if let Some(folder) = field("workingDir") {
            self.folder = Some(folder.text().to_owned()).filter(|it| !is_templated(it));
        }
        let read_only = container.own_security("readOnlyRootFilesystem");
        self.read_only = read_only.filter(|it| it.as_bool() == Some(true)).map(Node::place);
        self.set_user_of_container(container);
        for volume in container.workload().volumes() {
            for mount in &volume.mounts {
                if mount.container.node() == container.node() {
                    self.mount(container, &volume, *mount);
                }
            }
        }
        let mounts = field("volumeMounts").map_or(0, |list| list.items().len());
        // A volume that is not there, or that a template adds.
        self.is_open |= mounts != self.mounts.len();
    }

    fn set_user_of_container(&mut self, container: Container<'p>) {
        let workload = container.workload();
        let number = |field: &str| container.security(field).map(Node::as_int);
        let list = workload.pod_security("supplementalGroups");
        let more = list.into_iter().flat_map(Node::items).filter_map(Node::as_int);
        let mut groups: Vec<i64> = more.collect();
        groups.extend(workload.pod_security("fsGroup").and_then(Node::as_int));
        let own_group = number("runAsGroup");
        let Some(at) = container.security("runAsUser") else {
            if let Some(user) = &mut self.user {
                groups.extend(own_group.flatten());
                user.identity.join(groups);
            }
            return;
        };
        groups.extend(own_group.unwrap_or(Some(0)));
        let user = at.as_int().map(|number| number.to_string());
        let of_image = self.user.take();
        self.user = user.and_then(|name| {
            let identity = Identity::new(&name, groups)?;
            // Who repeats the user of the image changes nothing of what that one may do.
            let of_image = of_image.filter(|it| it.is_of_image && it.name == name);
            let (is_of_image, at) = (of_image.is_some(), of_image.map_or(at.place(), |it| it.at));
            Some(User { name, identity, at, is_of_image })
        });
    }

    fn mount(&mut self, container: Container<'p>, volume: &Volume<'p>, mount: Mount<'p>) {
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

    fn read_service(&mut self, service: Service<'p>) {
        let field = |key: &str| service.node().at(&[key]);
        self.start(field("entrypoint"), field("command"));
        if let Some(folder) = field("working_dir") {
            self.folder = interpolated(folder);
        }
        let read_only = field("read_only").filter(|it| compose::flag(*it) == Some(true));
        self.read_only = read_only.map(Node::place);
        if let Some(at) = field("user") {
            self.user = interpolated(at).and_then(|text| {
                let (name, group) = text.split_once(':').unwrap_or((&text, "0"));
                let groups = group.parse().ok().into_iter().collect();
                let identity = Identity::new(name, groups)?;
                let (name, at) = (name.to_owned(), at.place());
                Some(User { name, identity, at, is_of_image: false })
            });
        }
        for (node, path) in service.tmpfs() {
            let Some(path) = path else {
                self.is_open = true;
                continue;
            };
            self.mounts.push(Mounted {
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
                self.is_open = true;
                continue;
            };
            let at = mount.node.place();
            let says = mount.node.at(&["read_only"]);
            self.mounts.push(Mounted {
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
        self.is_open |= field("volumes_from").is_some() || field("devices").is_some();
    }

    /// What a variable is, and what says so; nothing where that is not known.
    pub(crate) fn variable(&self, name: &str) -> Option<(&str, Place)> {
        let (value, place) = self.variables.get(name)?;
        Some((value.as_deref()?, *place))
    }

    /// Whether a variable may be set, for all that is known.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        self.has_more_variables || self.variables.contains_key(name)
    }

    /// The variables whose values are known, in the order of their names.
    pub(crate) fn variables(&self) -> Vec<(&str, &str, Place)> {
        let known = self.variables.iter();
        let mut known: Vec<_> = known
            .filter_map(|(name, (value, place))| Some((name.as_str(), value.as_deref()?, *place)))
            .collect();
        known.sort_unstable_by_key(|(name, ..)| *name);
        known
    }

    /// An absolute path, from the folder that the process starts in.
    pub(crate) fn absolute(&self, path: &str) -> Option<String> {
        let is_known = !path.is_empty() && !is_templated(path) && !path.contains(['$', '~', '%']);
        if !is_known {
            return None;
        }
        if path.starts_with('/') {
            return Some(plain(path));
        }
        Some(plain(&resolve(self.folder.as_deref()?, path)))
    }

    /// The file system that a path is in; nothing where that is the root's.
    pub(crate) fn mount_of(&self, path: &str) -> Option<&Mounted> {
        let covers = |it: &&Mounted| it.path == path || is_below(path, &it.path);
        self.mounts.iter().filter(covers).max_by_key(|it| it.path.len())
    }

    /// Whether a `VOLUME` of the image is around a path: the runtime mounts something there that can be
    /// written.
    ///
    /// Source: github.com/containerd/cri, pull request 1504.
    fn is_in_image_volume(&self, path: &str) -> bool {
        let Some(image) = &self.image else { return false };
        let volumes = image.volumes.iter();
        let mut volumes = volumes.map(|word| plain(&word.text));
        image.volumes.iter().any(|word| word.text.contains('$'))
            || volumes.any(|volume| volume == path || is_below(path, &volume))
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
        if self.is_open {
            return Writing::Unknown;
        }
        match self.read_only {
            Some(at) if !self.is_in_image_volume(path) => Writing::Hindered(Obstacle::Root(at)),
            _ => self.owned(path),
        }
    }

    fn owners(&self) -> Option<&Owners> {
        self.owners.get_or_init(|| self.image.as_ref().map(Image::owners)).as_ref()
    }

    /// Whether the image lets the user of the process write there.
    fn owned(&self, path: &str) -> Writing {
        let (Some(owners), Some(user)) = (self.owners(), &self.user) else {
            return Writing::Unknown;
        };
        match owners.access(path, &user.identity) {
            Access::Allowed => Writing::Possible,
            Access::Denied(by) => Writing::Hindered(Obstacle::Owner(by)),
            Access::Unknown => Writing::Unknown,
        }
    }

    /// The folders that the image gives to somebody, and the steps that do.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, Place)> {
        self.owners().into_iter().flat_map(Owners::given)
    }

    /// The volume that lies over the program that the image brings and the process starts, with the word
    /// that names the program and the one that copies it.
    pub(crate) fn hidden_program(&self) -> Option<(&Mounted, &Said, Place)> {
        let image = self.image.as_ref()?;
        let hiding = [Content::Scratch, Content::Keys, Content::Claim];
        let programs = programs(&self.words);
        programs.into_iter().find_map(|(word, path)| {
            let path = match path {
                Some(path) => self.absolute(path)?,
                None => plain(self.folder.as_deref()?),
            };
            let mount = self.mount_of(&path)?;
            let hides =
                hiding.contains(&mount.content) || matches!(mount.content, Content::Named(_));
            let is_empty = hides && !mount.is_part && !mount.is_shared;
            let copied = image.copied_to(&path).filter(|_| is_empty)?;
            Some((mount, word, copied))
        })
    }

    fn shares_volume(&self, name: &str) -> bool {
        self.runner.service().is_none_or(|service| service.shares_volume(name))
    }

    /// Whether the Dockerfile copies something to a path.
    pub(crate) fn is_filled(&self, path: &str) -> bool {
        self.image.as_ref().is_some_and(|image| image.dockerfile().brings(path))
    }

    /// Whether the Dockerfile has a word of it.
    pub(crate) fn is_mentioned(&self, text: &str) -> bool {
        self.image.as_ref().is_some_and(|image| image.dockerfile().says(text).is_some())
    }
}
