//! The volumes of a pod: of what type they are, who mounts them, and what they show of the node.

use std::collections::HashMap;

use super::reference::{Reference, in_volume};
use super::{Container, Workload, WorkloadKind};
pub(crate) use crate::host_path::Exposure;
use crate::host_path::exposure;
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

    /// The ConfigMaps and Secrets whose keys the volume shows as files.
    pub(crate) fn shown(&self) -> Vec<Reference<'t>> {
        let sources = self.node.at(&["projected", "sources"]).into_iter().flat_map(Node::items);
        let projected = sources.flat_map(|source| in_volume(source, "name"));
        in_volume(self.node, "secretName").into_iter().chain(projected).collect()
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
