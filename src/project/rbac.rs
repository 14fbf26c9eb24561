//! Who is granted what: workloads, their accounts, the bindings that name these, and the roles.

use std::collections::HashMap;

use super::{Project, distinct};
use crate::diagnostic::Confidence;
use crate::k8s::rbac::{self, Binding, PolicyRule, Role, Who};
use crate::k8s::{DEFAULT_NAMESPACE, LabelIndex, Object, Workload};

/// Bindings by what they name, and `ClusterRole`s by their labels.
#[derive(Default)]
pub(super) struct Rbac<'p> {
    /// By the kind of the role, its namespace (nothing for a `ClusterRole`) and its name.
    by_role: HashMap<(&'p str, &'p str, &'p str), Vec<Binding<'p>>>,
    /// By the namespace and the name of an account.
    by_account: HashMap<(&'p str, &'p str), Vec<Binding<'p>>>,
    /// By a namespace, of which they name every account.
    by_namespace: HashMap<&'p str, Vec<Binding<'p>>>,
    /// Those for every account there is.
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
                    self.for_all.push(binding);
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
        let bindings = of_namespace.chain(&rbac.for_all).map(|binding| binding.object());
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
