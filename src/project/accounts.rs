//! Who runs under which `ServiceAccount`.

use std::collections::HashMap;

use super::Project;
use crate::k8s::Workload;

/// The workloads under each account, by its namespace and name.
#[derive(Debug, Default)]
pub(super) struct Accounts<'p> {
    users: HashMap<&'p str, HashMap<&'p str, Vec<Workload<'p>>>>,
}

impl<'p> Accounts<'p> {
    /// A workload in those namespaces runs under its account.
    pub(super) fn add_user(&mut self, workload: Workload<'p>, namespaces: &[&'p str]) {
        for namespace in namespaces {
            let here = self.users.entry(namespace).or_default();
            here.entry(workload.account()).or_default().push(workload);
        }
    }
}

impl<'p> Project<'p> {
    /// The workloads that run under the workload's account, itself included, in the order of the
    /// files.
    pub(crate) fn under_account_of(&self, workload: Workload<'_>) -> &[Workload<'p>] {
        let namespaces = self.all_namespaces_of(workload.object());
        let shared = namespaces.iter().filter_map(|namespace| {
            self.pods.accounts.users.get(*namespace)?.get(workload.account())
        });
        shared.max_by_key(|users| users.len()).map_or(&[], Vec::as_slice)
    }

    /// Another workload that runs under the workload's account; the same one in the files of another
    /// environment is none.
    pub(crate) fn shares_account(&self, workload: Workload<'_>) -> Option<Workload<'p>> {
        let own = (workload.kind(), workload.name());
        let users = self.under_account_of(workload).iter();
        users.copied().find(|user| (user.kind(), user.name()) != own)
    }
}
