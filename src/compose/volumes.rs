//! What a service mounts: folders of its host, named volumes, file systems in memory.

use super::{Service, bytes, flag, interpolated, interpolated_or};
use crate::host_path::{Exposure, exposure};
use crate::tree::Node;
use crate::tree::edit::{self, Edits, Refusal};

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A path of the host.
    Host(String),
    /// A volume of that name.
    Named(String),
    /// Something that nothing outside shares, or that a variable without a default decides.
    Other,
}

/// An item of `volumes` of a service.
///
/// ```text
/// volumes:
///   - [<source>:]<target>[:<options>]
///   - {type: bind, source: ./data, target: /data, read_only: true, bind: {propagation: rshared}}
/// ```
///
/// Source: Compose specification, `05-services.md`, "volumes".
#[derive(Clone, Debug)]
pub(crate) struct Mount<'t> {
    pub(crate) node: Node<'t>,
    pub(crate) origin: Origin,
    /// The path in the container; nothing where a variable decides.
    pub(crate) target: Option<String>,
    /// Whether it is a file system in memory.
    pub(crate) is_tmpfs: bool,
    /// The words behind the second colon: `ro`, `rshared`, `z`.
    options: Vec<String>,
    /// Whether the long form says that nothing is written there; a placeholder may.
    is_read_only: bool,
    /// The path of the host that the named volume stands for.
    device: Option<String>,
}

/// Where there are more services, nobody looks who shares what.
const MOST_SERVICES: usize = 200;

/// By what mounts of the host and of the container show on the other side.
const PROPAGATIONS: [&str; 4] = ["shared", "rshared", "slave", "rslave"];

impl<'t> Mount<'t> {
    pub(crate) fn is_writable(&self) -> bool {
        !self.is_read_only && !self.options.iter().any(|option| option == "ro")
    }

    /// The path of the host, and what it shows of it.
    pub(crate) fn host_path(&self) -> Option<(&str, Exposure)> {
        let path = match &self.origin {
            Origin::Host(path) => path,
            Origin::Named(_) | Origin::Other => self.device.as_ref()?,
        };
        Some((path, exposure(&at_home(path))))
    }

    /// Where to point: the source, else the whole.
    pub(crate) fn grip(&self) -> Node<'t> {
        self.node.at(&["source"]).unwrap_or(self.node)
    }

    /// The propagation by which mounts show on the other side, and what says so.
    pub(crate) fn propagation(&self) -> Option<(&str, Node<'t>)> {
        if let Some(node) = self.node.at(&["bind", "propagation"]) {
            let stated = interpolated(node)?;
            let known = PROPAGATIONS.into_iter().find(|known| *known == stated)?;
            return Some((known, node));
        }
        let option = self.options.iter().find(|option| PROPAGATIONS.contains(&option.as_str()))?;
        Some((option, self.node))
    }

    /// Lets nothing be written there.
    pub(crate) fn make_read_only(&self) -> Edits {
        if self.node.is_map() {
            return edit::set(self.node, &["read_only"], &true.into());
        }
        let text = self.node.text();
        if self.options.is_empty() {
            // A variable may bring nothing behind a second colon.
            let is_short = parts(&interpolated_or(self.node, 'x').unwrap_or_default()).len() == 2;
            let new = is_short.then(|| format!("{text}:ro")).ok_or(Refusal::Occupied)?;
            return edit::reword(self.node, &new);
        }
        let (rest, options) = text.rsplit_once(':').unwrap_or_default();
        // What a variable brings may be `rw` as well.
        if !options.split(',').eq(&self.options) {
            return Err(Refusal::Occupied);
        }
        let kept = options.split(',').filter(|option| *option != "rw");
        let options: Vec<_> = kept.chain(["ro"]).collect();
        edit::reword(self.node, &format!("{rest}:{}", options.join(",")))
    }

    /// Mounts of the host and of the container stay on their sides.
    pub(crate) fn make_private(&self) -> Edits {
        if let Some(node) = self.node.at(&["bind", "propagation"]) {
            return edit::replace(node, &"rprivate".into());
        }
        let (rest, options) = self.node.text().rsplit_once(':').unwrap_or_default();
        let kept: Vec<_> =
            options.split(',').filter(|option| !PROPAGATIONS.contains(option)).collect();
        // What a variable brings is not here to take out.
        if options.split(',').count() == kept.len() || options.contains('$') {
            return Err(Refusal::Occupied);
        }
        let colon = if kept.is_empty() { "" } else { ":" };
        edit::reword(self.node, &format!("{rest}{colon}{}", kept.join(",")))
    }
}

impl<'t> Service<'t> {
    /// Whether others may fill a volume of that name or give it away: another service has it as well, or
    /// it is not simply Docker's own.
    pub(crate) fn shares_volume(self, name: &str) -> bool {
        let defined = self.document.at(&["volumes", name]);
        let is_foreign = defined.is_some_and(|volume| {
            ["external", "driver", "driver_opts"].iter().any(|key| volume.at(&[key]).is_some())
        });
        let services = self.document.at(&["services"]).map(Node::entries).unwrap_or_default();
        if services.len() > MOST_SERVICES {
            return true;
        }
        let others = services.into_iter().filter(|entry| entry.key.text() != self.name());
        let mounts = others.flat_map(|entry| Service { entry, ..self }.mounts());
        let is_named = |mount: Mount<'_>| matches!(mount.origin, Origin::Named(it) if it == name);
        is_foreign || mounts.into_iter().any(is_named)
    }

    /// The file systems in memory that `tmpfs` names, by their paths; nothing where a variable decides.
    pub(crate) fn tmpfs(self) -> Vec<(Node<'t>, Option<String>)> {
        let stated = self.node().at(&["tmpfs"]).into_iter();
        let items = stated.flat_map(|node| node.items().chain(node.is_scalar().then_some(node)));
        let path = |text: String| text.split(':').next().unwrap_or_default().to_owned();
        items.map(|item| (item, interpolated(item).map(path))).collect()
    }

    pub(crate) fn mounts(self) -> Vec<Mount<'t>> {
        let list = self.node().at(&["volumes"]);
        let mut mounts: Vec<_> = list.into_iter().flat_map(Node::items).filter_map(mount).collect();
        for mount in &mut mounts {
            let Origin::Named(name) = &mount.origin else { continue };
            let Some((device, is_read_only)) = self.device_of(name) else { continue };
            (mount.device, mount.is_read_only) = (Some(device), mount.is_read_only || is_read_only);
        }
        mounts
    }

    /// The path of the host that a named volume stands for, and whether it is for reading.
    ///
    /// ```text
    /// volumes: {data: {driver_opts: {type: none, o: bind, device: /srv/data}}}
    /// ```
    fn device_of(self, name: &str) -> Option<(String, bool)> {
        let options = self.document.at(&["volumes", name, "driver_opts"])?;
        let text = |key: &str| options.at(&[key]).and_then(host_text);
        let how = text("o")?;
        let has = |option: &str| how.split(',').any(|it| it == option);
        let is_bind = has("bind") || has("rbind");
        text("device").filter(|_| is_bind).map(|device| (device, has("ro")))
    }

    /// The files and folders of the host that the service sees, `configs` included: each with the
    /// place that says so, whose file's folder a relative path begins from.
    pub(crate) fn host_paths(self) -> Vec<(Node<'t>, String)> {
        let mounted = self.mounts().into_iter().filter_map(|mount| match mount.origin {
            Origin::Host(path) => Some((mount.node, path)),
            Origin::Named(_) | Origin::Other => None,
        });
        let configs = self.names(&["configs"]).into_iter().filter_map(|(_, name)| {
            let file = self.document.at(&["configs", name, "file"])?;
            Some((file, interpolated(file)?))
        });
        mounted.chain(configs).collect()
    }
}

impl<'t> Service<'t> {
    /// File systems in memory with a stated size: where that stands, what it says, and how many bytes it is.
    ///
    /// ```text
    /// tmpfs: /run:size=64m
    /// volumes: [{type: tmpfs, target: /run, tmpfs: {size: 64m}}]
    /// shm_size: 64m
    /// ```
    pub(crate) fn memory_volumes(self) -> Vec<(Node<'t>, String, f64)> {
        let of_options = |node: Node<'t>| {
            let text = interpolated(node)?;
            let (_, options) = text.split_once(':')?;
            let size = options.split(',').find_map(|option| option.strip_prefix("size="))?;
            Some((node, size.to_owned()))
        };
        let of_size = |node: Node<'t>| Some((node, interpolated(node)?));
        let list = |key: &str| self.node().at(&[key]);
        let short = list("tmpfs").into_iter();
        let short = short.flat_map(|it| it.items().chain(it.is_scalar().then_some(it)));
        let long = list("volumes").into_iter().flat_map(Node::items);
        let long = long.filter_map(|item| item.at(&["tmpfs", "size"]));
        let sizes = short.filter_map(of_options).chain(long.filter_map(of_size));
        let sizes = sizes.chain(list("shm_size").and_then(of_size));
        sizes
            .filter_map(|(node, size)| Some((node, bytes(&size)?, size)))
            .map(|(node, amount, size)| (node, size, amount))
            .collect()
    }
}

fn mount(node: Node<'_>) -> Option<Mount<'_>> {
    if node.is_map() {
        let text = |key: &str| node.at(&[key]).and_then(interpolated);
        let source = node.at(&["source"]).and_then(host_text);
        let origin = match (node.at(&["type"]).map_or("", Node::text), source) {
            ("bind" | "npipe", Some(path)) => Origin::Host(path),
            ("volume", Some(name)) => Origin::Named(name),
            _ => Origin::Other,
        };
        let read_only = node.at(&["read_only"]);
        return Some(Mount {
            node,
            origin,
            target: text("target").filter(|target| target.starts_with('/')),
            is_tmpfs: node.at(&["type"]).is_some_and(|kind| kind.text() == "tmpfs"),
            options: Vec::new(),
            is_read_only: read_only.is_some_and(|value| flag(value) != Some(false)),
            device: None,
        });
    }
    let written = node.text();
    if !node.is_scalar() || written.is_empty() {
        return None;
    }
    let text = host_text(node).unwrap_or_default();
    let parts = parts(&text);
    let target = match parts.as_slice() {
        [target] | [_, target, ..] => Some(*target).filter(|target| target.starts_with('/')),
        [] => None,
    };
    let target = target.map(str::to_owned);
    let (origin, options) = match parts.as_slice() {
        [source, _, options] => (origin(source), *options),
        [source, _] => (origin(source), ""),
        _ => (Origin::Other, ""),
    };
    let options = options.split(',').filter(|option| !option.is_empty());
    let options = options.map(str::to_owned).collect();
    let (is_tmpfs, is_read_only) = (false, false);
    Some(Mount { node, origin, target, is_tmpfs, options, is_read_only, device: None })
}

/// What a text says, that begins with a folder of whoever runs Compose: such folders are alike everywhere.
fn host_text(node: Node<'_>) -> Option<String> {
    const FOLDERS: [(&str, &str); 4] = [
        ("$HOME/", "~"),
        ("${HOME}/", "~"),
        ("$XDG_RUNTIME_DIR/", "$XDG_RUNTIME_DIR"),
        ("${XDG_RUNTIME_DIR}/", "$XDG_RUNTIME_DIR"),
    ];
    let known = FOLDERS
        .iter()
        .find_map(|(written, folder)| Some((node.text().strip_prefix(written)?, folder)));
    known.map(|(rest, folder)| format!("{folder}/{rest}")).or_else(|| interpolated(node))
}

/// What the colons part, but those behind the letter of a drive: `C:\data:/data:ro`.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(':') {
        let piece = text.get(start..at).unwrap_or_default();
        let behind = text.get(at + 1..).unwrap_or_default();
        let is_drive = piece.len() == 1
            && piece.starts_with(|c: char| c.is_ascii_alphabetic())
            && behind.starts_with(['\\', '/']);
        if !is_drive {
            parts.push(piece);
            start = at + 1;
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// A source is a path where it begins like one.
fn origin(source: &str) -> Origin {
    let is_path = source.starts_with(['.', '/', '~', '\\', '$'])
        || source.contains(":\\")
        || source.contains(":/");
    if source.is_empty() {
        Origin::Other
    } else if is_path {
        Origin::Host(source.to_owned())
    } else {
        Origin::Named(source.to_owned())
    }
}

/// `~` stands for the home of whoever runs Compose, wherever that is; what runs there has a folder too.
fn at_home(path: &str) -> String {
    let folders = [("~/", "/home/user"), ("$XDG_RUNTIME_DIR/", "/run/user/1000")];
    let known = folders.iter().find_map(|(own, folder)| Some((path.strip_prefix(own)?, folder)));
    known.map_or_else(|| path.to_owned(), |(rest, folder)| format!("{folder}/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn mounts_in_both_forms() {
        let host = |path: &str| Origin::Host(path.to_owned());
        let named = |name: &str| Origin::Named(name.to_owned());
        let cases = [
            ("./data:/data", host("./data"), true),
            ("/etc:/etc:ro", host("/etc"), false),
            ("~/.ssh:/root/.ssh:ro,z", host("~/.ssh"), false),
            ("$HOME/.ssh:/root/.ssh", host("~/.ssh"), true),
            ("{type: bind, source: '${HOME}/x', target: /x}", host("~/x"), true),
            (r"C:\data:/data:rw", host(r"C:\data"), true),
            ("data:/data", named("data"), true),
            ("${DATA:-./data}:/data", host("./data"), true),
            ("${DATA}:/data", Origin::Other, true),
            ("/data", Origin::Other, true),
            ("{type: bind, source: /etc, target: /x, read_only: true}", host("/etc"), false),
            ("{type: bind, source: /etc, target: /x}", host("/etc"), true),
            ("{type: bind, source: /etc, target: /x, read_only: '${RO}'}", host("/etc"), false),
            ("{type: volume, source: data, target: /x}", named("data"), true),
            ("{type: tmpfs, target: /x}", Origin::Other, true),
        ];
        for (text, origin, writable) in cases {
            let item = if text.starts_with('{') { text.to_owned() } else { format!("'{text}'") };
            let tree = tree(&format!("services: {{a: {{volumes: [{item}]}}}}"));
            let mounts = services_of(&tree)[0].mounts();
            let found = (&mounts[0].origin, mounts[0].is_writable());
            assert_eq!(found, (&origin, writable), "{text}");
        }
    }

    #[test]
    fn what_a_mount_shows_of_the_host() {
        let cases = [
            ("/var/run/docker.sock:/var/run/docker.sock", Some(Exposure::Runtime), ""),
            ("~/.aws:/root/.aws:ro", Some(Exposure::Node), ""),
            ("/:/rootfs:ro,rslave", Some(Exposure::Node), "rslave"),
            ("/mnt:/mnt:shared", Some(Exposure::Other), "shared"),
            ("/mnt:/mnt:rprivate", Some(Exposure::Other), ""),
            ("data:/etc", None, ""),
            ("${XDG_RUNTIME_DIR}/docker.sock:/x", Some(Exposure::Runtime), ""),
        ];
        for (text, shown, propagation) in cases {
            let tree = tree(&format!("services: {{a: {{volumes: ['{text}']}}}}"));
            let mounts = services_of(&tree)[0].mounts();
            let found = mounts[0].host_path().map(|(_, exposure)| exposure);
            assert_eq!(found, shown, "{text}");
            let found = mounts[0].propagation().map_or("", |(name, _)| name);
            assert_eq!(found, propagation, "{text}");
        }
    }
}
