//! The volumes of a pod: of what type they are, who mounts them, and what they show of the node.

use std::collections::HashMap;

use super::{Container, Workload, WorkloadKind};
use crate::tree::{Entry, Node};

/// A volume that containers of a workload can mount.
#[derive(Debug)]
pub(crate) struct Volume<'t> {
    workload: Workload<'t>,
    /// An item of the pods' `volumes`, or of a `StatefulSet`'s `volumeClaimTemplates`.
    node: Node<'t>,
    is_template: bool,
    name: &'t str,
    /// The places where containers mount it.
    pub(crate) mounts: Vec<Mount<'t>>,
}

/// A place in a container where a volume is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mount<'t> {
    pub(crate) container: Container<'t>,
    pub(crate) node: Node<'t>,
}

/// What a `hostPath` volume shows of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// The socket of the container runtime, or the folder that it is in.
    Runtime,
    /// What the node is made of, or the credentials that it has.
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

impl<'t> Workload<'t> {
    /// The volumes of the pods, those of claim templates included.
    pub(crate) fn volumes(self) -> Vec<Volume<'t>> {
        let mut mounts = self.mounts();
        let of_pods = self.pod_spec().and_then(|spec| spec.at(&["volumes"]));
        let templates = self.object().node().at(&["spec", "volumeClaimTemplates"]);
        let templates = templates.filter(|_| self.kind() == WorkloadKind::StatefulSet);
        let of_pods = of_pods.into_iter().flat_map(Node::items).map(|node| (node, false));
        let templates = templates.into_iter().flat_map(Node::items).map(|node| (node, true));
        let all = of_pods.chain(templates).filter(|(node, _)| node.is_map());
        all.map(|(node, is_template)| {
            let keys: &[&str] = if is_template { &["metadata", "name"] } else { &["name"] };
            let name = node.at(keys).map_or("", Node::text);
            let mounts = mounts.remove(name).unwrap_or_default();
            Volume { workload: self, node, is_template, name, mounts }
        })
        .collect()
    }

    /// What the containers mount, by the name of the volume.
    fn mounts(self) -> HashMap<&'t str, Vec<Mount<'t>>> {
        let mut mounts: HashMap<_, Vec<_>> = HashMap::new();
        for container in self.containers() {
            let list = container.node().at(&["volumeMounts"]);
            for node in list.into_iter().flat_map(Node::items) {
                if let Some(name) = node.at(&["name"]) {
                    mounts.entry(name.text()).or_default().push(Mount { container, node });
                }
            }
        }
        mounts
    }
}

impl<'t> Volume<'t> {
    /// ``volume `data` of Deployment `web` ``, as messages name it.
    pub(crate) fn describe(&self) -> String {
        format!("volume `{}` of {}", self.name, self.workload.describe())
    }

    /// The entry that says of what type the volume is, such as `emptyDir`; nothing for one of a
    /// claim template.
    pub(crate) fn source(&self) -> Option<Entry<'t>> {
        let mut entries = self.node.entries().into_iter();
        entries.find(|entry| !self.is_template && entry.key.text() != "name")
    }

    fn is(&self, kind: &str) -> bool {
        self.source().is_some_and(|source| source.key.text() == kind)
    }

    /// The claim on persistent storage that the volume is: its spec, where the pods bring it
    /// along, or else its name.
    pub(crate) fn claim(&self) -> Option<Claim<'t>> {
        if self.is_template {
            return Some(Claim::Spec(self.node.at(&["spec"])));
        }
        if let Some(claim) = self.node.at(&["ephemeral", "volumeClaimTemplate"]) {
            return Some(Claim::Spec(claim.at(&["spec"])));
        }
        let claim = self.node.at(&["persistentVolumeClaim"])?;
        let is_read_only = claim.at(&["readOnly"]).and_then(Node::as_bool) == Some(true);
        let name = claim.at(&["claimName"]).map_or("", Node::text);
        (!is_read_only).then_some(Claim::Named(name))
    }

    /// Whether its files are for root alone, as an API object's are by such a `defaultMode`; the
    /// group that they have is root's, unless the pod says another.
    pub(crate) fn is_for_root_alone(&self) -> bool {
        const BY_OTHERS: i64 = 0o044;
        let of_api = ["configMap", "downwardAPI", "projected", "secret"];
        self.source().is_some_and(|source| {
            let mode = source.value.at(&["defaultMode"]).and_then(Node::as_int);
            of_api.contains(&source.key.text()) && mode.is_some_and(|mode| mode & BY_OTHERS == 0)
        })
    }

    /// The path on the node that the volume is, and what that shows.
    pub(crate) fn host_path(&self) -> Option<(Node<'t>, Exposure)> {
        let path = self.node.at(&["hostPath", "path"]).filter(|_| self.is("hostPath"))?;
        Some((path, exposure(path.text())))
    }
}

/// A claim on persistent storage.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Claim<'t> {
    Named(&'t str),
    Spec(Option<Node<'t>>),
}

impl<'t> Mount<'t> {
    /// Whether the container may write there. A placeholder says nothing.
    pub(crate) fn is_writable(self) -> bool {
        self.node.at(&["readOnly"]).is_none_or(|value| value.as_bool() == Some(false))
    }

    /// Where to point: the path in the container, else the name of the volume.
    pub(crate) fn grip(self) -> Node<'t> {
        let path = self.node.at(&["mountPath"]).or_else(|| self.node.at(&["name"]));
        path.unwrap_or(self.node)
    }
}

/// What a path on the node shows of it.
fn exposure(path: &str) -> Exposure {
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
    let clean = clean.strip_prefix("/var").filter(|rest| is_below(rest, "/run")).unwrap_or(&clean);
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

/// Whether a path is that of a folder or of something in it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::k8s::Object;
    use crate::source::FileId;
    use crate::tree::yaml;

    #[test]
    fn containers_of_every_class_mount_volumes_of_pods_and_of_claim_templates() {
        let text = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  template:
    spec:
      initContainers: [{name: prepare, volumeMounts: [{name: data, mountPath: /data}]}]
      containers:
        - name: store
          volumeMounts:
            - {name: data, mountPath: /data, readOnly: true}
            - {name: host, mountPath: /host, readOnly: '${READ_ONLY}'}
            - {name: gone, mountPath: /gone}
      volumes:
        - {name: host, hostPath: {path: /srv}}
        - {name: fixed, persistentVolumeClaim: {claimName: fixed, readOnly: true}}
        - {name: named, persistentVolumeClaim: {claimName: named}}
        - name: implied
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
";
        let (tree, _) = yaml::read(FileId::new(0), &Arc::from(text), None);
        let object = Object::of(tree.documents().next().unwrap()).unwrap();
        let volumes = Workload::of(object).unwrap().volumes();
        let shown: Vec<_> = volumes
            .iter()
            .map(|volume| {
                let source = volume.source().map_or("", |source| source.key.text());
                let writable = volume.mounts.iter().filter(|mount| mount.is_writable()).count();
                (volume.name, source, volume.mounts.len(), writable)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("host", "hostPath", 1, 0),
                ("fixed", "persistentVolumeClaim", 0, 0),
                ("named", "persistentVolumeClaim", 0, 0),
                ("implied", "", 0, 0),
                ("data", "", 2, 1),
            ]
        );
        let claims: Vec<_> = volumes.iter().map(Volume::claim).collect();
        assert!(matches!(
            claims.as_slice(),
            [None, None, Some(Claim::Named("named")), None, Some(Claim::Spec(Some(_)))]
        ));
    }

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
