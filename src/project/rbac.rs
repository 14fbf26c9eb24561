//! Who is granted what: workloads, their accounts, the bindings that name these, and the roles.

use std::collections::HashMap;

use super::{Project, distinct};
use crate::diagnostic::Confidence;
use crate::k8s::rbac::{self, Binding, PolicyRule, Role, Who};
use crate::k8s::{DEFAULT_NAMESPACE, LabelIndex, Object, Workload};

/// More bindings of one account than this are not followed.
const MOST: usize = 100;

/// Bindings by what they name, and `ClusterRole`s by their labels.
#[derive(Default)]
pub(super) struct Rbac<'p> {
    /// By the kind of the role, its namespace (nothing for a `ClusterRole`) and its name.
    by_role: HashMap<(&'p str, &'p str, &'p str), Vec<Binding<'p>>>,
    /// By the namespace and the name of an account.
    by_account: HashMap<(&'p str, &'p str), Vec<Binding<'p>>>,
    /// By a namespace, of which they name every account.
    by_namespace: HashMap<&'p str, Vec<Binding<'p>>>,
    /// `ClusterRoleBinding`s for every account there is.
    for_all: Vec<Binding<'p>>,
    cluster_roles: LabelIndex<'p, Role<'p>>,
}

impl<'p> Rbac<'p> {
    pub(super) fn push(&mut self, object: Object<'p>, namespaces: &[&'p str]) {
        if let Some(role) = Role::of(object).filter(|role| role.is_of_cluster()) {
            self.cluster_roles.push(role, role.labels());
        }
        let Some(binding) = Binding::of(object) else { return };
        let (kind, name) = (binding.role_kind(), binding.role_name());
        let in_namespaces = if kind == "ClusterRole" { &[""][..] } else { namespaces };
        for namespace in in_namespaces {
            self.by_role.entry((kind, namespace, name)).or_default().push(binding);
        }
        for subject in binding.subjects() {
            match subject.who {
                Who::Account(stated, name) => {
                    // A kustomization that moves the binding moves the accounts that go with it.
                    let mut of: Vec<&'p str> = stated.into_iter().collect();
                    let moved = namespaces.iter().skip(usize::from(stated.is_some()));
                    of.extend(moved.filter(|namespace| Some(**namespace) != stated));
                    for namespace in of {
                        self.by_account.entry((namespace, name)).or_default().push(binding);
                    }
                }
                Who::Group("system:serviceaccounts" | "system:authenticated") => {
                    if binding.is_of_cluster() {
                        self.for_all.push(binding);
                        continue;
                    }
                    // Elsewhere it grants as much, but the pods of its namespace are nearest.
                    for namespace in namespaces {
                        self.by_namespace.entry(namespace).or_default().push(binding);
                    }
                }
                Who::Group(group) => {
                    if let Some(namespace) = group.strip_prefix("system:serviceaccounts:") {
                        self.by_namespace.entry(namespace).or_default().push(binding);
                    }
                }
                Who::User(_) => {}
            }
        }
    }
}

impl<'p> Project<'p> {
    /// The bindings that grant a role.
    pub(crate) fn bindings_of(&self, role: Role<'_>) -> Vec<Binding<'p>> {
        let object = role.object();
        let namespaces = if role.is_of_cluster() { vec![""] } else { self.namespaces_of(object) };
        let bindings = namespaces
            .iter()
            .filter_map(|namespace| {
                self.rbac.by_role.get(&(object.kind(), *namespace, object.name()))
            })
            .flatten()
            .map(|binding| binding.object());
        distinct(bindings, namespaces.len()).filter_map(Binding::of).collect()
    }

    /// How sure it is that somebody has the rights of a role: one that nothing of the project binds
    /// may be bound elsewhere.
    pub(crate) fn confidence_in(&self, role: Role<'_>) -> Confidence {
        match self.bindings_of(role).as_slice() {
            [] => Confidence::Medium,
            _ => Confidence::High,
        }
    }

    /// The role of a binding, where the project has it.
    pub(crate) fn role_of(&self, binding: Binding<'_>) -> Option<Role<'p>> {
        let (kind, name) = (binding.role_kind(), binding.role_name());
        let object = match kind {
            "ClusterRole" => {
                let here = self.objects.get(kind)?.get(DEFAULT_NAMESPACE)?.by_name.get(name)?;
                here.iter().copied().find(|object| object.group() == rbac::GROUP)
            }
            _ => self.named_beside(binding.object(), (rbac::GROUP, kind), name),
        };
        object.and_then(Role::of)
    }

    /// The rules of a role, with those that it gets from others.
    pub(crate) fn rules_of(&self, role: Role<'p>) -> Vec<PolicyRule<'p>> {
        let aggregated = role.aggregates();
        let others = aggregated
            .iter()
            .flat_map(|selector| self.rbac.cluster_roles.matching(selector))
            .flat_map(Role::rules);
        role.rules().into_iter().chain(others).collect()
    }

    /// The bindings that give something to the account of a workload.
    pub(crate) fn bindings_for(&self, workload: Workload<'_>) -> Vec<Binding<'p>> {
        let rbac = &self.rbac;
        let of_namespace = self.namespaces_of(workload.object()).into_iter().flat_map(|here| {
            let own = rbac.by_account.get(&(here, workload.account()));
            let all = rbac.by_namespace.get(here);
            own.into_iter().chain(all).flatten()
        });
        let bindings = of_namespace.chain(&rbac.for_all).take(MOST).map(|it| it.object());
        distinct(bindings, 2).filter_map(Binding::of).collect()
    }

    /// Whether the pods of a workload get a token of their account. What they say overrules what
    /// the account says; a placeholder is anything.
    pub(crate) fn shows_token(&self, workload: Workload<'_>) -> bool {
        const AUTOMOUNT: &str = "automountServiceAccountToken";
        let by_pods = workload.pod_spec().and_then(|spec| spec.at(&[AUTOMOUNT]));
        let by_account =
            || self.service_account(workload, workload.account())?.node().at(&[AUTOMOUNT]);
        let automount = match by_pods {
            Some(automount) => automount.as_bool(),
            None => by_account().map_or(Some(true), crate::tree::Node::as_bool),
        };
        automount == Some(true) || workload.projects_token()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Files;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n\
                       spec: {serviceAccountName: web, containers: [{name: c, image: i}]}\n";

    fn object(kind: &str, metadata: &str, rest: &str) -> String {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {metadata}\n{rest}\n"
        )
    }

    fn binding(kind: &str, metadata: &str, role: &str, subject: &str) -> String {
        object(kind, metadata, &format!("roleRef: {{{role}}}\nsubjects: [{{{subject}}}]"))
    }

    fn linked<T>(texts: &[(&str, &str)], ask: impl FnOnce(&Project<'_>) -> T) -> T {
        let files = Files::in_memory(texts.iter().copied());
        ask(&Project::link(files.as_slice()))
    }

    #[test]
    fn whom_a_binding_reaches() {
        let account = |rest: &str| format!("kind: ServiceAccount, name: web{rest}");
        let group = |name: &str| format!("kind: Group, name: '{name}'");
        let table = [
            ("RoleBinding", account(""), true),
            ("ClusterRoleBinding", account(", namespace: default"), true),
            ("ClusterRoleBinding", account(", namespace: other"), false),
            (
                "ClusterRoleBinding",
                "kind: ServiceAccount, name: api, namespace: default".into(),
                false,
            ),
            (
                "ClusterRoleBinding",
                "kind: User, name: 'system:serviceaccount:default:web'".into(),
                true,
            ),
            ("ClusterRoleBinding", "kind: User, name: web".into(), false),
            ("ClusterRoleBinding", group("system:serviceaccounts"), true),
            ("ClusterRoleBinding", group("system:serviceaccounts:default"), true),
            ("ClusterRoleBinding", group("system:serviceaccounts:other"), false),
            ("ClusterRoleBinding", group("system:authenticated"), true),
            ("ClusterRoleBinding", group("system:unauthenticated"), false),
        ];
        for (kind, subject, expected) in table {
            let binding = binding(kind, "{name: b}", "kind: ClusterRole, name: r", &subject);
            let count = linked(&[("pod.yaml", POD), ("b.yaml", &binding)], |project| {
                let pod = project.workloads().next().unwrap();
                project.bindings_for(pod).len()
            });
            assert_eq!(count == 1, expected, "{kind} {subject}");
        }
    }

    #[test]
    fn a_binding_and_its_role_find_each_other() {
        let role = object("Role", "{name: r, namespace: a}", "rules: []");
        let cluster_role = object("ClusterRole", "{name: r}", "rules: []");
        let table = [
            ("RoleBinding", "{name: b, namespace: a}", "kind: Role, name: r", [true, false]),
            ("RoleBinding", "{name: b, namespace: c}", "kind: Role, name: r", [false, false]),
            ("RoleBinding", "{name: b, namespace: c}", "kind: ClusterRole, name: r", [false, true]),
            ("ClusterRoleBinding", "{name: b}", "kind: ClusterRole, name: r", [false, true]),
            ("ClusterRoleBinding", "{name: b}", "kind: ClusterRole, name: s", [false, false]),
        ];
        for (kind, metadata, role_ref, expected) in table {
            let binding = binding(kind, metadata, role_ref, "kind: User, name: u");
            let files =
                [("r.yaml", role.as_str()), ("c.yaml", &cluster_role), ("b.yaml", &binding)];
            linked(&files, |project| {
                let found = |namespace: &str, kind: &str| {
                    let role = project.objects(rbac::GROUP, kind, namespace).next().unwrap();
                    let role = Role::of(role).unwrap();
                    let bindings = project.bindings_of(role);
                    let back = bindings.first().and_then(|it| project.role_of(*it));
                    assert_eq!(back, bindings.first().map(|_| role), "{role_ref}");
                    !bindings.is_empty()
                };
                let found = [found("a", "Role"), found("default", "ClusterRole")];
                assert_eq!(found, expected, "{kind} {metadata} {role_ref}");
            });
        }
    }

    #[test]
    fn an_aggregated_role_has_the_rules_of_those_that_it_selects() {
        let part = |name: &str, labels: &str| {
            let metadata = format!("{{name: {name}, labels: {{{labels}}}}}");
            object(
                "ClusterRole",
                &metadata,
                "rules: [{apiGroups: [''], resources: [a], verbs: [get]}]",
            )
        };
        let whole = object(
            "ClusterRole",
            "{name: whole}",
            "aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: whole}}]}\n\
             rules: [{apiGroups: [''], resources: [b], verbs: [get]}]",
        );
        let (one, other) = (part("one", "to: whole"), part("other", "to: nothing"));
        let files = [("w.yaml", whole.as_str()), ("1.yaml", &one), ("2.yaml", &other)];
        linked(&files, |project| {
            let whole = project.objects(rbac::GROUP, "ClusterRole", "default").next().unwrap();
            let rules = project.rules_of(Role::of(whole).unwrap());
            let resources: Vec<_> =
                rules.iter().map(|rule| rbac::names(&rule.resources())).collect();
            assert_eq!(resources, ["`a`"]);
        });
    }

    #[test]
    fn what_shows_a_token() {
        let account = |rest: &str| {
            format!("apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: web}}\n{rest}\n")
        };
        let volume = |source: &str| {
            format!(
                "volumes: [{{name: t, projected: {{sources: [{{serviceAccountToken: {{{source}}}}}]}}}}]"
            )
        };
        let off = "automountServiceAccountToken: false";
        let table = [
            (String::new(), account(""), true),
            (off.to_owned(), account(""), false),
            (String::new(), account(off), false),
            ("automountServiceAccountToken: true".to_owned(), account(off), true),
            ("automountServiceAccountToken: '${MOUNT}'".to_owned(), account(""), false),
            (format!("{off}, {}", volume("path: t")), account(""), true),
            (format!("{off}, {}", volume("path: t, audience: vault")), account(""), false),
        ];
        for (fields, account, expected) in table {
            let pod = POD.replace(
                "serviceAccountName: web,",
                &format!("serviceAccountName: web, {fields},"),
            );
            let pod = pod.replace(", ,", ",");
            let shown = linked(&[("pod.yaml", &pod), ("a.yaml", &account)], |project| {
                project.shows_token(project.workloads().next().unwrap())
            });
            assert_eq!(shown, expected, "{pod}{account}");
        }
    }
}
