//! Who runs under which `ServiceAccount`, and which of them are granted something.

use std::collections::{HashMap, HashSet};

use super::Project;
use crate::k8s::{Object, Workload, is_templated};
use crate::tree::Node;

const RBAC: &str = "rbac.authorization.k8s.io";

/// What is known of accounts, each by its namespace and name.
#[derive(Debug, Default)]
pub(super) struct Accounts<'p> {
    users: HashMap<&'p str, HashMap<&'p str, Vec<Workload<'p>>>>,
    granted: HashMap<&'p str, HashSet<&'p str>>,
    /// Namespaces of which every account is granted something.
    granted_namespaces: HashSet<&'p str>,
    /// Whether every account is granted something, or may be.
    granted_all: bool,
}

impl<'p> Accounts<'p> {
    /// A workload in those namespaces runs under its account.
    pub(super) fn add_user(&mut self, workload: Workload<'p>, namespaces: &[&'p str]) {
        for namespace in namespaces {
            let here = self.users.entry(namespace).or_default();
            here.entry(workload.account()).or_default().push(workload);
        }
    }

    /// An object in those namespaces may be a binding.
    pub(super) fn add_binding(&mut self, object: Object<'p>, namespaces: &[&'p str]) {
        if !(object.is(RBAC, "RoleBinding") || object.is(RBAC, "ClusterRoleBinding")) {
            return;
        }
        let subjects = object.node().at(&["subjects"]);
        for subject in subjects.into_iter().flat_map(Node::items) {
            let says = |key: &str| subject.at(&[key]).map_or("", Node::text);
            let name = says("name");
            if is_templated(name) {
                self.granted_all = true;
                continue;
            }
            match says("kind") {
                "ServiceAccount" => {
                    // A kustomization gives its namespace to the subjects of a binding as well.
                    let own = Some(says("namespace")).filter(|namespace| !namespace.is_empty());
                    let all = own.into_iter().chain(namespaces.iter().copied());
                    all.for_each(|namespace| self.grant(namespace, name));
                }
                "User" => {
                    let account = name.strip_prefix("system:serviceaccount:");
                    if let Some((namespace, name)) = account.and_then(|it| it.split_once(':')) {
                        self.grant(namespace, name);
                    }
                }
                _ => match name.strip_prefix("system:serviceaccounts") {
                    Some("") => self.granted_all = true,
                    Some(of) => self.granted_namespaces.extend(of.strip_prefix(':')),
                    None => self.granted_all |= name == "system:authenticated",
                },
            }
        }
    }

    fn grant(&mut self, namespace: &'p str, account: &'p str) {
        self.granted.entry(namespace).or_default().insert(account);
    }
}

impl<'p> Project<'p> {
    /// What decides whether a token is mounted into the workload's containers, if anything does; a
    /// placeholder is anything. What the pods say overrules what their account says.
    pub(crate) fn automount<'w>(&self, workload: Workload<'w>) -> Option<Node<'w>>
    where
        'p: 'w,
    {
        const FIELD: &str = "automountServiceAccountToken";
        let by_account = || self.service_account(workload, workload.account())?.node().at(&[FIELD]);
        workload.pod_spec().and_then(|spec| spec.at(&[FIELD])).or_else(by_account)
    }

    /// Whether a binding of the project grants the workload's account something, or may do so: then
    /// its pods have a use for their token.
    pub(crate) fn is_granted(&self, workload: Workload<'_>) -> bool {
        let accounts = &self.accounts;
        let namespaces = self.namespaces_of(workload.object());
        accounts.granted_all
            || ["RoleBinding", "ClusterRoleBinding"].iter().any(|kind| self.may_hide(kind))
            || namespaces.iter().any(|namespace| {
                accounts.granted_namespaces.contains(namespace)
                    || accounts
                        .granted
                        .get(namespace)
                        .is_some_and(|here| here.contains(workload.account()))
            })
    }

    /// The workloads that run under the workload's account, itself included, in the order of the
    /// files.
    pub(crate) fn under_account_of(&self, workload: Workload<'_>) -> &[Workload<'p>] {
        let namespaces = self.namespaces_of(workload.object());
        let shared = namespaces
            .iter()
            .filter_map(|namespace| self.accounts.users.get(*namespace)?.get(workload.account()));
        shared.max_by_key(|users| users.len()).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Files;

    #[test]
    fn a_binding_grants_something_to_its_subjects() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: prod}\n\
                   spec: {serviceAccountName: web, containers: [{name: c, image: i}]}\n";
        // A subject, and whether that is the account of the pod.
        let table = [
            ("{kind: ServiceAccount, name: web, namespace: prod}", true),
            ("{kind: ServiceAccount, name: web}", true),
            ("{kind: ServiceAccount, name: api, namespace: prod}", false),
            ("{kind: User, name: 'system:serviceaccount:prod:web'}", true),
            ("{kind: User, name: web}", false),
            ("{kind: Group, name: 'system:serviceaccounts'}", true),
            ("{kind: Group, name: 'system:serviceaccounts:prod'}", true),
            ("{kind: Group, name: 'system:serviceaccounts:dev'}", false),
            ("{kind: Group, name: 'system:authenticated'}", true),
            ("{kind: Group, name: operators}", false),
            ("{kind: ServiceAccount, name: '${NAME}'}", true),
        ];
        for (subject, expected) in table {
            let binding = format!(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n\
                 metadata: {{name: web, namespace: prod}}\nsubjects: [{subject}]\n"
            );
            let files = Files::in_memory([("pod.yaml", pod), ("binding.yaml", binding.as_str())]);
            let project = Project::link(files.as_slice());
            let workload = project.workloads().next().unwrap();
            assert_eq!(project.is_granted(workload), expected, "{subject}");
        }
    }
}
