//! The devices of its host that a service is given.

use super::{Service, interpolated};
use crate::tree::Node;

/// Starts of the names below `/dev` of disks and what stands for them.
///
/// Source: Linux, `Documentation/admin-guide/devices.txt`.
const DISKS: [&str; 14] = [
    "block/", "bsg/", "disk/", "dm-", "hd", "loop", "mapper/", "md", "mmcblk", "nbd", "nvme", "sd",
    "vd", "xvd",
];

/// Devices that are the memory of the host and its ports.
const MEMORY: [&str; 3] = ["kmem", "mem", "port"];

/// What a device gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Danger {
    /// What lies on a disk, past the permissions of its files.
    Disk,
    /// What the host has in memory.
    Memory,
    /// The log of its kernel, which monitors read.
    Log,
    /// Every device.
    All,
}

impl<'t> Service<'t> {
    /// The devices by which the host can be taken over: what says so, the path or the rule, and why.
    pub(crate) fn dangerous_devices(self) -> Vec<(Node<'t>, String, Danger)> {
        let list = |field: &str| self.node().at(&[field]).into_iter().flat_map(Node::items);
        let devices = list("devices").filter_map(|item| {
            let node = item.at(&["source"]).unwrap_or(item);
            let text = interpolated(node)?;
            let path = text.split(':').next()?.trim_end_matches('/').to_owned();
            let danger = danger(&path)?;
            Some((node, path, danger))
        });
        let rules = list("device_cgroup_rules").filter_map(|node| {
            let rule = interpolated(node)?;
            let words: Vec<_> = rule.split_whitespace().collect();
            let is_wide = matches!(words.as_slice(), ["a" | "b", "*:*", ..] | ["a"]);
            is_wide.then_some((node, rule, Danger::All))
        });
        devices.chain(rules).collect()
    }
}

fn danger(path: &str) -> Option<Danger> {
    let name = path.strip_prefix("/dev")?;
    let Some(name) = name.strip_prefix('/') else { return name.is_empty().then_some(Danger::All) };
    if MEMORY.contains(&name) {
        return Some(Danger::Memory);
    }
    if name == "kmsg" {
        return Some(Danger::Log);
    }
    // `sda1` is a disk, `sdr` could be a radio, so a letter or a number has to follow.
    let is_disk = DISKS.iter().any(|disk| {
        name.strip_prefix(disk).is_some_and(|rest| {
            disk.ends_with('/')
                || rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && !rest.starts_with("io")
        })
    });
    is_disk.then_some(Danger::Disk)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn disks_and_memory_are_told_from_other_devices() {
        for (text, expected) in [
            ("devices: [/dev/sda]", Some(Danger::Disk)),
            ("devices: ['/dev/nvme0n1:/dev/xvda:rwm']", Some(Danger::Disk)),
            ("devices: [{source: /dev/mapper/data}]", Some(Danger::Disk)),
            ("devices: [/dev/mem]", Some(Danger::Memory)),
            ("devices: ['/dev:/dev']", Some(Danger::All)),
            ("device_cgroup_rules: ['a *:* rwm']", Some(Danger::All)),
            (
                "devices: [/dev/snd, /dev/dri, /dev/ttyUSB0, /dev/net/tun, /dev/fuse, /dev/vhost-net]",
                None,
            ),
            ("devices: [/dev/kvm, 'nvidia.com/gpu=all', '${DISK}', /dev/vdio]", None),
            ("devices: ['/dev/kmsg:/dev/kmsg']", Some(Danger::Log)),
            ("device_cgroup_rules: ['c 1:3 mr']", None),
        ] {
            let tree = tree(&format!("services: {{a: {{{text}}}}}"));
            let found = services_of(&tree)[0].dangerous_devices();
            assert_eq!(found.first().map(|(.., danger)| *danger), expected, "{text}");
        }
    }
}
