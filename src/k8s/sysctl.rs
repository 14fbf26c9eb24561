//! Kernel settings that a pod asks for (`securityContext.sysctls`).

use super::KubernetesVersion;

/// Whether a kernel setting can be given to one pod alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// It can, and no other pod notices: every kubelet allows it.
    Safe,
    /// It can, where the kubelet was told to allow it.
    Pod,
    /// It is one of the whole node.
    Node,
}

/// What every kubelet allows, and since which minor version of Kubernetes.
///
/// Source: kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster, "Safe and Unsafe Sysctls".
const SAFE: [(&str, u16); 12] = [
    ("kernel.shm_rmid_forced", 4),
    ("net.ipv4.ip_local_port_range", 4),
    ("net.ipv4.tcp_syncookies", 4),
    ("net.ipv4.ping_group_range", 18),
    ("net.ipv4.ip_unprivileged_port_start", 22),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
];

/// How the names of those begin that the kubelet can give to a pod, and the field by which pods
/// have these in common with their node.
///
/// Source: Kubernetes, `pkg/kubelet/sysctl/namespace.go` and `allowlist.go`.
const OF_PODS: [(&str, &str); 4] = [
    ("kernel.shm", "hostIPC"),
    ("kernel.msg", "hostIPC"),
    ("fs.mqueue.", "hostIPC"),
    ("net.", "hostNetwork"),
];

impl Scope {
    /// The scope of the kernel setting of that name.
    pub(crate) fn of(name: &str, version: KubernetesVersion) -> Self {
        let name = with_dots(name);
        let is_safe =
            |(safe, since): &(&str, u16)| *safe == name && version >= KubernetesVersion::of(*since);
        if SAFE.iter().any(is_safe) {
            return Scope::Safe;
        }
        if shared_by(&name).is_some() { Scope::Pod } else { Scope::Node }
    }
}

/// The field of a pod (`hostNetwork`, `hostIPC`) with which the kernel setting of that name would
/// be one of the node. No kubelet allows it then, a safe one neither.
pub(crate) fn shared_by(name: &str) -> Option<&'static str> {
    let name = with_dots(name);
    if name == "kernel.sem" {
        return Some("hostIPC");
    }
    OF_PODS.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, field)| *field)
}

/// Names may have slashes in place of dots; then dots stand where a part has one, such as the name
/// of an interface.
///
/// Source: Kubernetes API reference, `Sysctl`; sysctl(8).
fn with_dots(name: &str) -> String {
    match name.find(['.', '/']).and_then(|at| name.get(at..)) {
        Some(rest) if rest.starts_with('/') => name
            .chars()
            .map(|c| match c {
                '/' => '.',
                '.' => '/',
                c => c,
            })
            .collect(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kubelet_decides_what_a_pod_may_set() {
        let table = [
            ("kernel.shm_rmid_forced", 37, Scope::Safe),
            ("kernel/shm_rmid_forced", 37, Scope::Safe),
            ("net.ipv4.tcp_rmem", 32, Scope::Safe),
            ("net.ipv4.tcp_rmem", 31, Scope::Pod),
            ("net.core.somaxconn", 37, Scope::Pod),
            ("net/ipv4/conf/eth0.1/arp_ignore", 37, Scope::Pod),
            ("kernel.sem", 37, Scope::Pod),
            ("kernel.msgmax", 37, Scope::Pod),
            ("fs.mqueue.msg_max", 37, Scope::Pod),
            ("kernel.semaphore", 37, Scope::Node),
            ("vm.max_map_count", 37, Scope::Node),
            ("fs.file-max", 37, Scope::Node),
        ];
        for (name, minor, expected) in table {
            assert_eq!(Scope::of(name, KubernetesVersion::of(minor)), expected, "{name} {minor}");
        }
    }

    #[test]
    fn what_is_shared_with_the_node_is_the_nodes() {
        for (name, field) in [
            ("net.ipv4.tcp_syncookies", Some("hostNetwork")),
            ("net/core/somaxconn", Some("hostNetwork")),
            ("kernel.shm_rmid_forced", Some("hostIPC")),
            ("kernel.sem", Some("hostIPC")),
            ("kernel.semaphore", None),
            ("vm.max_map_count", None),
        ] {
            assert_eq!(shared_by(name), field, "{name}");
        }
    }
}
