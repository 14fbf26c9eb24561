//! The volumes of a pod: of what type they are, who mounts them, and what they show of the node.

use std::collections::{HashMap, HashSet};

use super::quantity::Quantity;
use super::reference::{Reference, in_volume};
use super::{Container, ContainerClasses, Workload, WorkloadKind};
pub(crate) use crate::host_path::Exposure;
use crate::host_path::exposure;
use crate::tree::edit::{self, Edits, Refusal, Value};
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

impl<'t> Workload<'t> {
    /// The volumes of the pods, those of claim templates included.
    pub(crate) fn volumes(self) -> Vec<Volume<'t>> {
        let of_pods = self.pod_spec().and_then(|spec| spec.at(&["volumes"]));
        let templates = self.object().node().at(&["spec", "volumeClaimTemplates"]);
        let templates = templates.filter(|_| self.kind() == WorkloadKind::StatefulSet);
        let of_pods = of_pods.into_iter().flat_map(Node::items).map(|node| (node, false));
        let templates = templates.into_iter().flat_map(Node::items).map(|node| (node, true));
        let mut all = of_pods.chain(templates).filter(|(node, _)| node.is_map()).peekable();
        let mut mounts = if all.peek().is_some() { self.mounts() } else { HashMap::new() };
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

    /// The ConfigMaps and Secrets whose keys the volume shows as files.
    pub(crate) fn shown(&self) -> Vec<Reference<'t>> {
        let sources = self.node.at(&["projected", "sources"]).into_iter().flat_map(Node::items);
        let projected = sources.flat_map(|source| in_volume(source, "name"));
        in_volume(self.node, "secretName").into_iter().chain(projected).collect()
    }

    /// Where to point: its name, or else the whole.
    pub(crate) fn grip(&self) -> Node<'t> {
        let name = self.node.at(&["metadata", "name"]).filter(|_| self.is_template);
        name.or_else(|| self.node.at(&["name"])).unwrap_or(self.node)
    }

    /// Whether it is a claim on storage, of whatever kind.
    pub(crate) fn is_claim(&self) -> bool {
        self.is_template || self.is("persistentVolumeClaim") || self.is("ephemeral")
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

    /// Whether every pod sees the same files in it: a claim by its name, a file system on the network, or
    /// a folder of the node, which pods may share. A claim of the pods' own is another one for each.
    pub(crate) fn is_of_all_pods(&self) -> bool {
        const NETWORK: [&str; 4] = ["azureFile", "cephfs", "glusterfs", "nfs"];
        matches!(self.claim(), Some(Claim::Named(_)))
            || self.host_path().is_some()
            || NETWORK.iter().any(|kind| self.is(kind))
    }

    /// Whether its files are for root alone, as an API object's are by such a `defaultMode` or such a mode of
    /// their own; the group that they have is root's, unless the pod says another.
    pub(crate) fn is_for_root_alone(&self) -> bool {
        const BY_OTHERS: i64 = 0o044;
        const OF_API: [&str; 4] = ["configMap", "downwardAPI", "projected", "secret"];
        let source = self.source().filter(|source| OF_API.contains(&source.key.text()));
        let Some(source) = source.filter(|_| !self.is_of_user()) else { return false };
        let is_shut = |mode: Option<Node<'t>>| {
            mode.and_then(Node::as_int).is_some_and(|mode| mode & BY_OTHERS == 0)
        };
        let by_default = source.value.at(&["defaultMode"]);
        let projected = source.value.items_at(&["sources"]).flat_map(Node::own_entries);
        let is_one = source.key.text() != "projected";
        let lists = projected.map(|entry| entry.value).chain(is_one.then_some(source.value));
        // What lists no items brings all that there are, with the mode of the volume.
        lists.filter(|it| it.is_map()).any(|list| {
            let mut items = list.items_at(&["items"]).peekable();
            let has_none = items.peek().is_none();
            has_none && is_shut(by_default)
                || items.any(|item| is_shut(item.at(&["mode"]).or(by_default)))
        })
    }

    /// Whether it holds nothing but tokens of the service account, which belong to the user that all
    /// containers have, if the manifest says who that is.
    ///
    /// Source: kubernetes.io/docs/concepts/storage/projected-volumes, "`SecurityContext` interactions".
    fn is_of_user(&self) -> bool {
        let mut sources = self.node.items_at(&["projected", "sources"]).peekable();
        let has_only_tokens = sources.peek().is_some()
            && sources.all(|source| source.at(&["serviceAccountToken"]).is_some());
        if !has_only_tokens {
            return false;
        }
        let containers = self.workload.containers().into_iter();
        let all = containers.filter(|it| ContainerClasses::ALL.contains(it.class()));
        let mut users = all.map(|it| it.security("runAsUser").and_then(Node::as_int));
        let first = users.next().flatten();
        first.is_some() && users.all(|user| user == first)
    }

    /// The path on the node that the volume is, and what that shows.
    pub(crate) fn host_path(&self) -> Option<(Node<'t>, Exposure)> {
        let path = self.node.at(&["hostPath", "path"]).filter(|_| self.is("hostPath"))?;
        Some((path, exposure(path.text())))
    }
}

/// A volume that is allowed to hold more than what it counts towards.
#[derive(Clone, Debug)]
pub(crate) struct Tight<'t> {
    pub(crate) size: Node<'t>,
    /// What it counts towards: a limit as it is stated, or the sum of several.
    pub(crate) most: String,
    /// Where that stands, or the first of them.
    pub(crate) limit: Node<'t>,
    /// Whether it is in memory, or on the disk of the node.
    pub(crate) is_memory: bool,
}

impl<'t> Volume<'t> {
    /// Whether it is an `emptyDir` on the disk of the node that may hold as much as that, or nobody says how
    /// much.
    pub(crate) fn may_fill_disk_beyond(&self, most: &str) -> bool {
        let Some(source) = self.source().filter(|source| source.key.text() == "emptyDir") else {
            return false;
        };
        let amount = |text: &str| Quantity::parse(text);
        let size = source.value.at(&["sizeLimit"]).and_then(|size| amount(size.text()));
        source.value.at(&["medium"]).map_or("", Node::text).is_empty()
            && size.zip(amount(most)).is_none_or(|(size, most)| size >= most)
    }

    /// The limit below what an `emptyDir` may hold: files in memory count as memory of the containers that
    /// write them, others as ephemeral storage of the pod.
    ///
    /// Source: kubernetes.io/docs/concepts/storage/volumes, "emptyDir"; /docs/concepts/configuration/
    /// manage-resources-containers, "Setting requests and limits for local ephemeral storage".
    pub(crate) fn beyond_limit(&self) -> Option<Tight<'t>> {
        let source = self.source().filter(|source| source.key.text() == "emptyDir")?.value;
        let size = source.at(&["sizeLimit"])?;
        let bytes = Quantity::parse(size.text())?;
        let limit = |container: Container<'t>, resource: &str| {
            let node = container.node().at(&["resources", "limits", resource])?;
            Some((Quantity::parse(node.text())?, node))
        };
        match source.at(&["medium"]).map_or("", Node::text) {
            "Memory" => {
                let writers = self.mounts.iter().filter(|mount| mount.is_writable());
                let limits = writers.filter_map(|mount| limit(mount.container, "memory"));
                let (least, limit) = limits.min_by_key(|(amount, _)| *amount)?;
                let most = limit.text().to_owned();
                (bytes >= least).then_some(Tight { size, most, limit, is_memory: true })
            }
            "" => {
                let containers = self.workload.long_running();
                let limits = containers.map(|container| limit(container, "ephemeral-storage"));
                let limits: Vec<_> = limits.collect::<Option<_>>()?;
                let sum = limits.iter().map(|(amount, _)| *amount).reduce(Quantity::plus)?;
                // Of the pod's limit the largest of an init container is the least.
                let mut all = self.workload.containers().into_iter();
                if all.any(|it| limit(it, "ephemeral-storage").is_some_and(|(it, _)| it >= bytes)) {
                    return None;
                }
                let (_, limit) = *limits.first()?;
                let most =
                    if limits.len() == 1 { limit.text().to_owned() } else { sum.to_string() };
                (bytes > sum).then_some(Tight { size, most, limit, is_memory: false })
            }
            _ => None,
        }
    }
}

/// Gives a container an empty folder at a path. `is_first` says that no other fix of the same round does
/// so for it; two would make the same lists.
pub(crate) fn add_scratch(container: Container<'_>, path: &str, is_first: bool) -> Edits {
    let workload = container.workload();
    let spec = workload.pod_spec().ok_or(Refusal::Occupied)?;
    let has_mounts = container.node().at(&["volumeMounts"]).is_some();
    let is_alone = is_first && workload.containers().len() == 1;
    if !(has_mounts || is_first) || !(spec.at(&["volumes"]).is_some() || is_alone) {
        return Err(Refusal::Occupied);
    }
    let folder = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let plain = folder.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    let plain: String = plain.collect();
    let short = plain.trim_matches('-');
    let taken: HashSet<_> = workload.volumes().iter().map(|volume| volume.name).collect();
    let names = [short.to_owned(), format!("{short}-scratch")];
    let is_free = |name: &&String| !short.is_empty() && !taken.contains(name.as_str());
    let name = names.iter().find(is_free).ok_or(Refusal::Occupied)?.as_str();
    let add_to = |map: Node<'_>, key: &str, item: Value| match map.at(&[key]) {
        Some(list) => edit::append_among(list, &item),
        None => edit::set(map, &[key], &Value::List(vec![item])),
    };
    let mount = Value::map([("name", name.into()), ("mountPath", path.into())]);
    let volume = Value::map([("name", name.into()), ("emptyDir", Value::Map(Vec::new()))]);
    Ok(add_to(container.node(), "volumeMounts", mount)?.and(add_to(spec, "volumes", volume)?))
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
}
