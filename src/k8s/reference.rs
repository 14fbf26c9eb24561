//! Which ConfigMaps and Secrets a pod takes something from, and which of their keys.

use super::{Container, KeyedKind, Workload};
use crate::tree::Node;

/// What a pod does with what it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Single variables of a container.
    Variable,
    /// All keys as variables of a container.
    Variables,
    /// Files in a volume, or what it takes to mount one.
    Volume,
    /// The way into a registry.
    Pull,
}

/// A place in a pod's spec that names a ConfigMap or a Secret.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference<'t> {
    pub(crate) kind: KeyedKind,
    pub(crate) name: Node<'t>,
    /// The key, where one is named.
    pub(crate) key: Option<Node<'t>>,
    /// Whether the pod starts without it.
    pub(crate) is_optional: bool,
    pub(crate) used: Use,
}

/// Volumes of storage systems that need a Secret to be mounted: the volume's field, and the way to
/// the Secret's name.
///
/// Source: Kubernetes API reference, `Volume`.
const MOUNTED_WITH: [(&str, &[&str]); 8] = [
    ("azureFile", &["secretName"]),
    ("cephfs", &["secretRef", "name"]),
    ("cinder", &["secretRef", "name"]),
    ("csi", &["nodePublishSecretRef", "name"]),
    ("flexVolume", &["secretRef", "name"]),
    ("iscsi", &["secretRef", "name"]),
    ("rbd", &["secretRef", "name"]),
    ("scaleIO", &["secretRef", "name"]),
];

impl<'t> Container<'t> {
    /// The ConfigMaps and Secrets that the container's variables come from.
    pub(crate) fn references(self) -> Vec<Reference<'t>> {
        let list = |key: &str| self.node().at(&[key]).into_iter().flat_map(Node::items);
        let single = list("env").filter_map(|variable| {
            let from = |field, kind| {
                let from = variable.at(&["valueFrom", field])?;
                Reference::of(kind, from, "name", from.at(&["key"]), Use::Variable)
            };
            from("configMapKeyRef", KeyedKind::ConfigMap)
                .or_else(|| from("secretKeyRef", KeyedKind::Secret))
        });
        let whole = list("envFrom").filter_map(|source| {
            let from = |field, kind| {
                Reference::of(kind, source.at(&[field])?, "name", None, Use::Variables)
            };
            from("configMapRef", KeyedKind::ConfigMap)
                .or_else(|| from("secretRef", KeyedKind::Secret))
        });
        whole.chain(single).collect()
    }
}

impl<'t> Workload<'t> {
    /// The ConfigMaps and Secrets that the pods need or would like: for the variables of their
    /// containers, for their volumes, for pulling their images.
    pub(crate) fn references(self) -> Vec<Reference<'t>> {
        let mut all: Vec<_> =
            self.containers().into_iter().flat_map(Container::references).collect();
        let list = |key: &str| {
            self.pod_spec().and_then(|spec| spec.at(&[key])).into_iter().flat_map(Node::items)
        };
        for volume in list("volumes") {
            all.extend(in_volume(volume, "secretName"));
            let sources = volume.at(&["projected", "sources"]);
            all.extend(
                sources
                    .into_iter()
                    .flat_map(Node::items)
                    .flat_map(|source| in_volume(source, "name")),
            );
            all.extend(MOUNTED_WITH.iter().filter_map(|(field, path)| {
                let name = volume.at(&[field])?.at(path)?;
                let (kind, used) = (KeyedKind::Secret, Use::Volume);
                Some(Reference { kind, name, key: None, is_optional: false, used })
            }));
        }
        all.extend(
            list("imagePullSecrets")
                .filter_map(|item| Reference::of(KeyedKind::Secret, item, "name", None, Use::Pull)),
        );
        all
    }
}

impl<'t> Reference<'t> {
    fn of(
        kind: KeyedKind,
        from: Node<'t>,
        field: &str,
        key: Option<Node<'t>>,
        used: Use,
    ) -> Option<Self> {
        let name = from.at(&[field]).filter(|name| !name.text().is_empty())?;
        // A placeholder may stand for either.
        let is_optional =
            from.at(&["optional"]).is_some_and(|optional| optional.as_bool() != Some(false));
        Some(Reference { kind, name, key, is_optional, used })
    }
}

/// What a volume, or a source of a projected one, shows as files. The field with a Secret's name
/// is another one in either.
pub(super) fn in_volume<'t>(volume: Node<'t>, secret_field: &str) -> Vec<Reference<'t>> {
    let mut all = Vec::new();
    let sources =
        [("configMap", KeyedKind::ConfigMap, "name"), ("secret", KeyedKind::Secret, secret_field)];
    for (field, kind, name) in sources {
        let Some(from) = volume.at(&[field]) else { continue };
        let items = from.at(&["items"]).into_iter().flat_map(Node::items);
        let keys: Vec<_> = items.filter_map(|item| item.at(&["key"])).map(Some).collect();
        let keys = if keys.is_empty() { vec![None] } else { keys };
        all.extend(
            keys.into_iter().filter_map(|key| Reference::of(kind, from, name, key, Use::Volume)),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::Object;
    use crate::source::FileId;
    use crate::tree::yaml;

    #[test]
    fn every_place_that_names_one() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  \
            imagePullSecrets: [{name: pull}]\n  \
            initContainers:\n  - name: i\n    envFrom: [{secretRef: {name: init}}]\n  \
            containers:\n  - name: c\n    envFrom: [{configMapRef: {name: all, optional: true}}]\n    \
            env:\n    - {name: A, valueFrom: {secretKeyRef: {name: one, key: a}}}\n    \
            - {name: B, valueFrom: {configMapKeyRef: {name: two, key: b, optional: \"${X}\"}}}\n    \
            - {name: C, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}\n  \
            volumes:\n  - {name: v, secret: {secretName: files, items: [{key: x}, {key: y}]}}\n  \
            - {name: p, projected: {sources: [{secret: {name: part}}, {configMap: {name: other, optional: false}}]}}\n  \
            - {name: d, csi: {driver: d, nodePublishSecretRef: {name: mount}}}\n  \
            - {name: e, emptyDir: {}}\n";
        let (tree, _) = yaml::read(FileId::new(0), &pod.into(), None);
        let object = Object::of(tree.documents().next().unwrap()).unwrap();
        let all = Workload::of(object).unwrap().references();
        let told: Vec<_> = all
            .iter()
            .map(|it| {
                let key = it.key.map_or("", Node::text);
                let optional = if it.is_optional { "?" } else { "" };
                format!("{}/{}{optional} {key} {:?}", it.kind.as_str(), it.name.text(), it.used)
            })
            .collect();
        let expected = [
            "Secret/init  Variables",
            "ConfigMap/all?  Variables",
            "Secret/one a Variable",
            "ConfigMap/two? b Variable",
            "Secret/files x Volume",
            "Secret/files y Volume",
            "Secret/part  Volume",
            "ConfigMap/other  Volume",
            "Secret/mount  Volume",
            "Secret/pull  Pull",
        ];
        assert_eq!(told, expected);
    }
}
