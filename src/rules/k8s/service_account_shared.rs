use std::collections::HashSet;

use crate::k8s::{Workload, WorkloadKind, is_templated};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Workload(WorkloadKind::ALL, check);

/// More of those that share an account than this are not shown.
const SHOWN: usize = 10;

fn check(workload: Workload<'_>, cx: &mut Cx<'_>) {
    let account = workload.account();
    let Some(at) = workload.stated_account() else { return };
    let users = cx.project().under_account_of(workload);
    let is_first = users.first().is_some_and(|first| first.object() == workload.object());
    if account == Workload::DEFAULT_ACCOUNT || is_templated(account) || !is_first {
        return;
    }
    // The same workload may stand in the files of several environments.
    let mut seen = HashSet::from([(workload.kind(), workload.name())]);
    let others: Vec<_> =
        users.iter().filter(|user| seen.insert((user.kind(), user.name()))).collect();
    if others.is_empty() {
        return;
    }
    let count = seen.len();
    let mut finding = cx
        .report(at, format!("{count} workloads run under ServiceAccount `{account}`"))
        .help("what is granted to it for the sake of one, every other may do as well; give each an account of its own");
    for other in others.into_iter().take(SHOWN) {
        finding = finding.related(*other, format!("{} as well", other.describe()));
    }
}
