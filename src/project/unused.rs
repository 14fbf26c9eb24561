//! ConfigMaps and Secrets that nothing in the project names.

use std::collections::HashMap;

use super::Project;
use crate::k8s::{Keyed, Object, is_templated};
use crate::tree::{Node, Tree};

/// What the keys of labels are that say what an object belongs to; by others, programs find what they
/// read (`grafana_dashboard`).
const DESCRIBING: [&str; 14] = [
    "app",
    "application",
    "chart",
    "component",
    "env",
    "environment",
    "heritage",
    "managed-by",
    "name",
    "owner",
    "release",
    "service",
    "team",
    "tier",
];

/// Namespaces of programs that know the names of their ConfigMaps by themselves, or how they begin.
const OF_PROGRAMS: [&str; 10] = [
    "argo",
    "cert-manager",
    "cilium",
    "flux",
    "istio",
    "karpenter",
    "knative",
    "kube-",
    "openshift",
    "tekton",
];

impl Project<'_> {
    /// Whether nothing in the project names a `ConfigMap` or a Secret, and nothing else can be seen to find
    /// it: no controller, no label that programs look for.
    pub(crate) fn is_unnamed(&self, object: Object<'_>) -> bool {
        let name = object.name();
        let (metadata, namespaces) = (object.node().at(&["metadata"]), self.namespaces_of(object));
        let keys = |field: &str| metadata.and_then(|it| it.at(&[field])).map(Node::entries);
        let is_describing = |key: &str| {
            key.starts_with("app.kubernetes.io/")
                || key.starts_with("helm.sh/")
                || DESCRIBING.contains(&key)
        };
        let is_found_by_label =
            keys("labels").unwrap_or_default().iter().any(|entry| !is_describing(entry.key.text()));
        let is_annotated = keys("annotations").is_some_and(|entries| !entries.is_empty());
        let is_of_program = |text: &str| OF_PROGRAMS.iter().any(|start| text.starts_with(start));
        let is_own = object.names_namespace() && namespaces.iter().any(|it| is_of_program(it));
        let is_open = self.has_rest
            || name.is_empty()
            || is_templated(name)
            || is_own
            || is_of_program(name)
            || is_found_by_label
            || is_annotated
            || !self.unread.is_empty()
            || self.pod_makers_beside(object).next().is_some()
            || self.has_unseen_company(object)
            || Keyed::all_of(object).iter().any(|it| it.keys.is_none() || it.is_everywhere);
        let has_company = || namespaces.iter().any(|it| self.has_workloads_in(it));
        let is_mentioned = |name: &str| self.mentions().get(name).is_some_and(|count| *count > 0);
        // A reference may have the name that a kustomization gives it.
        let mut overlays = self.kustomizations_over(object);
        !is_open
            && has_company()
            && !is_mentioned(name)
            && !overlays.any(|overlay| is_mentioned(&overlay.prefixed(name)))
    }

    /// How often each word stands in the files, but for where a `ConfigMap` or a Secret gives itself its
    /// name.
    fn mentions(&self) -> &HashMap<String, usize> {
        self.mentions.get_or_init(|| {
            let mut mentions: HashMap<String, usize> = HashMap::new();
            let trees = self.files.iter().filter_map(|file| file.tree());
            for scalar in trees.flat_map(|tree| Tree::scalars(tree)) {
                let of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
                for word in scalar.text().split(|c: char| !of_name(c)).filter(|word| word.len() > 1)
                {
                    match mentions.get_mut(word) {
                        Some(count) => *count += 1,
                        None => _ = mentions.insert(word.to_owned(), 1),
                    }
                }
            }
            let objects = self.subjects.iter().flat_map(|subjects| &subjects.objects);
            for object in objects.filter(|it| it.is("", "ConfigMap") || it.is("", "Secret")) {
                // What is patched stands there once and is called so twice.
                if let Some(count) = mentions.get_mut(object.name()) {
                    *count = count.saturating_sub(1);
                }
            }
            mentions
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::project::tests::linked;

    #[test]
    fn what_nothing_names() {
        let map = |name: &str, more: &str| {
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{more}}}\ndata: {{a: b}}\n"
            )
        };
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  \
                   - {name: c, image: i, args: ['--config-map=default/by-flag'], envFrom: [{configMapRef: {name: by-ref}}]}\n";
        for (name, more, expected) in [
            ("lonely", "", true),
            ("lonely", ", labels: {app: x}", true),
            ("lonely", ", labels: {grafana_dashboard: '1'}", false),
            ("lonely", ", annotations: {a: b}", false),
            ("lonely", ", namespace: elsewhere", false),
            ("by-flag", "", false),
            ("by-ref", "", false),
        ] {
            let map = map(name, more);
            let found = linked(&[("m.yaml", &map), ("p.yaml", pod)], |project| {
                project.is_unnamed(project.subjects(0).unwrap().objects[0])
            });
            assert_eq!(found, expected, "{name} {more}");
        }
        for (prefix, expected) in [("by-", false), ("of-", true)] {
            let overlay = format!("namePrefix: {prefix}\nresources: [m.yaml, p.yaml]\n");
            let map = map("ref", "");
            let files = [("kustomization.yaml", &*overlay), ("m.yaml", &map), ("p.yaml", pod)];
            let found = linked(&files, |project| {
                project.is_unnamed(project.subjects(1).unwrap().objects[0])
            });
            assert_eq!(found, expected, "{prefix}");
        }
    }
}
