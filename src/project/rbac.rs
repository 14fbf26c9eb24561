//! Who is granted what: workloads, their accounts, the bindings that name these, and the roles.

use std::collections::HashMap;

use super::{Project, distinct};
use crate::diagnostic::Confidence;
use crate::k8s::rbac::{self, Binding, Bound, Power, Reach, Role, Who};
use crate::k8s::{DEFAULT_NAMESPACE, LabelIndex, Object, Workload};
use crate::tree::Node;

/// Whether pods get the token of their account.
const AUTOMOUNT: &str = "automountServiceAccountToken";

/// A binding, and what it makes of those that it names.
type Empowering<'p> = (Power, Binding<'p>);

/// Roles and bindings by what they name.
#[derive(Debug, Default)]
pub(super) struct Rbac<'p> {
    /// Bindings by the kind of the role, its namespace (nothing for a `ClusterRole`) and its name.
    by_role: HashMap<(&'p str, &'p str, &'p str), Vec<Binding<'p>>>,
    /// `ClusterRole`s by their labels.
    cluster_roles: LabelIndex<'p, Role<'p>>,
}

/// What bindings make of those that they name.
#[derive(Debug, Default)]
pub(super) struct Powers<'p> {
    /// Whom bindings reach, and the most that one makes of them, if that is more than a program
    /// should be.
    reached: HashMap<Reached<'p>, Option<Empowering<'p>>>,
    /// Whom bindings reach whose role nobody knows, with one of these.
    unknown: HashMap<Reached<'p>, Binding<'p>>,
}

/// Whom a binding reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Reached<'p> {
    /// An account, by its namespace and its name.
    Account(&'p str, &'p str),
    /// All accounts of a namespace.
    Namespace(&'p str),
    /// Every account there is.
    Everyone,
}

impl<'p> Reached<'p> {
    /// Whom a binding reaches that may land in those namespaces.
    fn by(binding: Binding<'p>, namespaces: &[&'p str]) -> Vec<Self> {
        let of_subject = |subject: Bound<'p>| match subject.who {
            Who::Account(stated, name) => {
                // A kustomization that moves the binding moves the accounts that go with it.
                let moved = namespaces.iter().copied().skip(usize::from(stated.is_some()));
                let all = stated.into_iter().chain(moved);
                all.map(|namespace| Reached::Account(namespace, name)).collect()
            }
            Who::Group("system:serviceaccounts" | "system:authenticated") => {
                if binding.is_of_cluster() {
                    return vec![Reached::Everyone];
                }
                // It reaches the pods of other namespaces, too; those of its own are nearest.
                namespaces.iter().copied().map(Reached::Namespace).collect()
            }
            Who::Group(group) => {
                let namespace = group.strip_prefix("system:serviceaccounts:");
                namespace.into_iter().map(Reached::Namespace).collect()
            }
            Who::User(_) => Vec::new(),
        };
        binding.subjects().into_iter().flat_map(of_subject).collect()
    }
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
    }
}

impl<'p> Powers<'p> {
    /// What bindings make of those that they name.
    pub(super) fn of(project: &Project<'p>) -> Self {
        let objects = project.subjects.iter().flat_map(|subjects| &subjects.objects).copied();
        let cluster_roles = &project.objects.rbac.cluster_roles;
        let roles = || objects.clone().filter_map(Role::of);
        let place = |role: Role<'_>| role.object().node().place();
        let own: HashMap<_, _> =
            roles().map(|role| (place(role), Reach::of(&role.rules()))).collect();
        let reach_of = |role: Role<'p>| {
            let selectors = role.aggregates();
            let parts = selectors.iter().flat_map(|it| cluster_roles.matching(it));
            let all = parts.chain([role]).filter_map(|role| own.get(&place(role)));
            all.copied().max().unwrap_or_default()
        };
        let reach: HashMap<_, _> = roles().map(|role| (place(role), reach_of(role))).collect();
        let mut powers = Powers::default();
        for binding in objects.filter_map(Binding::of) {
            let role = project.role_of(binding);
            let reach = role.and_then(|role| reach.get(&place(role)).copied());
            let power = Power::of(binding, reach.unwrap_or_default());
            let is_unknown = role.is_none() && power.is_none() && !binding.is_to_harmless();
            for who in Reached::by(binding, &project.all_namespaces_of(binding.object())) {
                if is_unknown {
                    powers.unknown.entry(who).or_insert(binding);
                }
                let had = powers.reached.entry(who).or_default();
                if power > had.map(|(power, _)| power) {
                    *had = power.map(|power| (power, binding));
                }
            }
        }
        powers
    }
}

impl<'p> Project<'p> {
    /// The bindings that grant a role.
    pub(crate) fn bindings_of(&self, role: Role<'_>) -> Vec<Binding<'p>> {
        let object = role.object();
        let namespaces =
            if role.is_of_cluster() { vec![""] } else { self.all_namespaces_of(object) };
        let bindings = namespaces
            .iter()
            .filter_map(|namespace| {
                self.objects.rbac.by_role.get(&(object.kind(), *namespace, object.name()))
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
                let here = self.objects.by_kind.get(kind)?.get(DEFAULT_NAMESPACE)?;
                here.called(name).find(|object| object.group() == rbac::GROUP)
            }
            _ => self.named_beside(binding.object(), (rbac::GROUP, kind), name),
        };
        object.and_then(Role::of)
    }

    /// As whom bindings reach a workload.
    fn reachable_as<'a>(
        &'a self,
        workload: Workload<'a>,
    ) -> impl Iterator<Item = Reached<'a>> + use<'a, 'p> {
        let namespaces = self.all_namespaces_of(workload.object()).into_iter();
        let here = namespaces.flat_map(move |here| {
            [Reached::Account(here, workload.account()), Reached::Namespace(here)]
        });
        here.chain([Reached::Everyone])
    }

    /// What bindings make of the account of a workload.
    fn reached<'a>(
        &'a self,
        workload: Workload<'a>,
    ) -> impl Iterator<Item = Option<Empowering<'p>>> + use<'a, 'p> {
        self.reachable_as(workload).filter_map(|who| self.powers.reached.get(&who).copied())
    }

    /// A binding that gives the account of a workload a role that is not in the project, and is none
    /// of those that every cluster has.
    pub(crate) fn unknown_role_of(&self, workload: Workload<'_>) -> Option<Binding<'p>> {
        self.reachable_as(workload).find_map(|who| self.powers.unknown.get(&who).copied())
    }

    /// Whether a binding reaches the account of a workload.
    pub(crate) fn is_bound(&self, workload: Workload<'_>) -> bool {
        self.reached(workload).next().is_some()
    }

    /// The most that a binding makes of the account of a workload, if that is more than a program
    /// should be.
    pub(crate) fn power_of(&self, workload: Workload<'_>) -> Option<(Power, Binding<'p>)> {
        let powers = self.reached(workload).flatten();
        powers.reduce(|most, next| if next.0 > most.0 { next } else { most })
    }

    /// What keeps the token of its account from a workload's pods, if something surely does.
    pub(crate) fn withheld_token<'a>(&'a self, workload: Workload<'a>) -> Option<Node<'a>> {
        let by_pods = workload.pod_spec().and_then(|spec| spec.at(&[AUTOMOUNT]));
        let by_account =
            || self.service_account(workload, workload.account())?.node().at(&[AUTOMOUNT]);
        let stated = by_pods.or_else(by_account)?;
        (stated.as_bool() == Some(false) && !workload.projects_token()).then_some(stated)
    }

    /// Whether the pods of a workload get a token of their account. What they say overrules what
    /// the account says; a placeholder is anything.
    pub(crate) fn shows_token(&self, workload: Workload<'_>) -> bool {
        let by_pods = workload.pod_spec().and_then(|spec| spec.at(&[AUTOMOUNT]));
        let by_account =
            || self.service_account(workload, workload.account())?.node().at(&[AUTOMOUNT]);
        let automount = match by_pods {
            Some(automount) => automount.as_bool(),
            None if !workload.mounts_token_by_default() => Some(false),
            None => by_account().map_or(Some(true), Node::as_bool),
        };
        automount == Some(true) || workload.projects_token()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::linked;

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
            let binding =
                binding(kind, "{name: b}", "kind: ClusterRole, name: cluster-admin", &subject);
            let found = linked(&[("pod.yaml", POD), ("b.yaml", &binding)], |project| {
                project.power_of(project.workloads().next().unwrap()).is_some()
            });
            assert_eq!(found, expected, "{kind} {subject}");
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
    fn an_aggregated_role_reaches_as_far_as_those_that_it_selects() {
        let rules = "rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]";
        let aggregated = "aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: whole}}]}\n";
        let subject = "kind: ServiceAccount, name: web, namespace: default";
        let binding =
            binding("ClusterRoleBinding", "{name: b}", "kind: ClusterRole, name: whole", subject);
        // What would be the rules of the whole counts for nothing: they are overwritten.
        for (labels, own, expected) in [("to: whole", "", true), ("to: x", rules, false)] {
            let part =
                object("ClusterRole", &format!("{{name: part, labels: {{{labels}}}}}"), rules);
            let whole = object("ClusterRole", "{name: whole}", &format!("{aggregated}{own}"));
            let files = [
                ("p.yaml", part.as_str()),
                ("w.yaml", &whole),
                ("b.yaml", &binding),
                ("pod.yaml", POD),
            ];
            let found = linked(&files, |project| {
                project.power_of(project.workloads().next().unwrap()).map(|(power, _)| power)
            });
            let power = Power::Onward("may read every Secret of the cluster");
            assert_eq!(found, expected.then_some(power), "{labels}");
        }
    }

    #[test]
    fn the_greatest_power_counts() {
        let subject = "kind: ServiceAccount, name: web, namespace: default";
        let bind = |kind: &str, name: &str, role: &str| {
            let role = format!("kind: ClusterRole, name: {role}");
            binding(kind, &format!("{{name: {name}}}"), &role, subject)
        };
        let table = [
            (("RoleBinding", "view"), ("RoleBinding", "edit"), Some(Power::EditsNamespace)),
            (("RoleBinding", "admin"), ("RoleBinding", "edit"), Some(Power::AdministersNamespace)),
            (("RoleBinding", "cluster-admin"), ("RoleBinding", "edit"), Some(Power::OwnsNamespace)),
            (("ClusterRoleBinding", "edit"), ("RoleBinding", "admin"), Some(Power::EditsCluster)),
            (
                ("ClusterRoleBinding", "edit"),
                ("ClusterRoleBinding", "cluster-admin"),
                Some(Power::OwnsCluster),
            ),
            (("ClusterRoleBinding", "view"), ("ClusterRoleBinding", "web"), None),
        ];
        for ((kind, role), (other_kind, other), expected) in table {
            let (one, two) = (bind(kind, "one", role), bind(other_kind, "two", other));
            let files = [("1.yaml", one.as_str()), ("2.yaml", &two), ("pod.yaml", POD)];
            let found = linked(&files, |project| {
                project.power_of(project.workloads().next().unwrap()).map(|(power, _)| power)
            });
            assert_eq!(found, expected, "{role} and {other}");
        }
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
