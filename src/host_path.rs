//! What containers see of their host through a path of it: a node of Kubernetes, or the machine
//! that Compose runs on.

/// What a folder of the host shows of it, where a container mounts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// The socket of the container runtime, or the folder that it is in.
    Runtime,
    /// What the host is made of, or the credentials that it has.
    Node,
    /// Something else.
    Other,
}

/// The sockets by which container runtimes are told what to run.
const SOCKETS: [&str; 7] = [
    "containerd.sock",
    "cri-dockerd.sock",
    "crio.sock",
    "docker.sock",
    "dockershim.sock",
    "frakti.sock",
    "podman.sock",
];

/// The same of Windows.
const PIPES: [&str; 2] = ["containerd-containerd", "docker_engine"];

/// The folders that those sockets are in; `/var/run` is another name of `/run`.
const RUNTIME_FOLDERS: [&str; 7] = [
    "/run",
    "/run/containerd",
    "/run/crio",
    "/run/docker",
    "/run/k3s",
    "/run/k3s/containerd",
    "/run/podman",
];

/// Folders that hold the system. What is below them may be harmless, such as `/etc/localtime` and
/// `/lib/modules`.
const SYSTEM: [&str; 22] = [
    "/",
    "/bin",
    "/dev",
    "/etc",
    "/etc/pki",
    "/etc/ssl",
    "/home",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/run/systemd",
    "/sbin",
    "/sys",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/sbin",
    "/var",
    "/var/lib",
];

/// What gives the node away with everything below.
const SYSTEM_TREES: [&str; 31] = [
    "/boot",
    "/dev/kmem",
    "/dev/mem",
    "/etc/cni",
    "/etc/cron.d",
    "/etc/crontab",
    "/etc/gshadow",
    "/etc/kubernetes",
    "/etc/pam.d",
    "/etc/passwd",
    "/etc/rancher",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/systemd",
    "/opt/cni",
    "/proc",
    "/root",
    "/run/dbus",
    "/run/systemd/private",
    "/sys/fs/cgroup",
    "/sys/kernel",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/lib/rancher",
    "/var/spool/cron",
    "/windows",
];

/// Folders of a user's home that hold credentials of clouds and clusters.
const CREDENTIALS: [&str; 6] = [".aws", ".azure", ".docker", ".gcloud", ".kube", ".ssh"];

/// What a path on the host shows of it.
pub(crate) fn exposure(path: &str) -> Exposure {
    let slashed = path.replace('\\', "/");
    if slashed.contains("/pipe/") && PIPES.iter().any(|pipe| slashed.ends_with(pipe)) {
        return Exposure::Runtime;
    }
    let windows = slashed.split_once(':').filter(|(drive, _)| drive.len() == 1);
    let path = windows.map_or(slashed.clone(), |(_, path)| path.to_lowercase());
    if !path.starts_with('/') {
        return Exposure::Other;
    }
    let parts = || path.split('/').filter(|part| !matches!(*part, "" | "."));
    let clean: String = parts().flat_map(|part| ["/", part]).collect();
    let clean = without_link(&clean);
    let clean = if clean.is_empty() { "/" } else { clean };
    let is_socket = parts().next_back().is_some_and(|name| SOCKETS.contains(&name));
    if is_socket || RUNTIME_FOLDERS.contains(&clean) {
        return Exposure::Runtime;
    }
    let is_system =
        SYSTEM.contains(&clean) || SYSTEM_TREES.iter().any(|tree| is_below(clean, tree));
    if is_system || parts().any(|part| CREDENTIALS.contains(&part)) {
        return Exposure::Node;
    }
    Exposure::Other
}

/// A clean path where `/var/run` leads, which is another name of `/run`, in images as on hosts.
pub(crate) fn without_link(path: &str) -> &str {
    path.strip_prefix("/var").filter(|rest| is_below(rest, "/run")).unwrap_or(path)
}

/// Whether a path is that of a folder or of something in it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_shows_what_lies_there() {
        let table = [
            ("/var/run/docker.sock", Exposure::Runtime),
            ("/run/user/1000/docker.sock", Exposure::Runtime),
            ("/var/run/", Exposure::Runtime),
            ("/run//containerd/./", Exposure::Runtime),
            (r"\\.\pipe\docker_engine", Exposure::Runtime),
            ("/", Exposure::Node),
            ("//", Exposure::Node),
            ("/etc/", Exposure::Node),
            ("/etc/kubernetes/pki/ca.crt", Exposure::Node),
            ("/proc/sys", Exposure::Node),
            ("/var/lib/kubelet/pods", Exposure::Node),
            ("/home/acme/.aws/credentials", Exposure::Node),
            ("/var/run/dbus/system_bus_socket", Exposure::Node),
            (r"C:\", Exposure::Node),
            (r"c:\Windows\System32", Exposure::Node),
            ("C:/etc/kubernetes", Exposure::Node),
            (r"C:\data", Exposure::Other),
            ("/srv/c:/", Exposure::Other),
            ("/var/running", Exposure::Other),
            ("/run/xtables.lock", Exposure::Other),
            ("/etc/localtime", Exposure::Other),
            ("/lib/modules", Exposure::Other),
            ("/etc/passwd.d", Exposure::Other),
            ("/procs", Exposure::Other),
            ("/var/log", Exposure::Other),
            ("/docker.sock.d", Exposure::Other),
            ("${PATH_ON_NODE}", Exposure::Other),
            ("", Exposure::Other),
        ];
        for (path, expected) in table {
            assert_eq!(exposure(path), expected, "{path}");
        }
    }
}
