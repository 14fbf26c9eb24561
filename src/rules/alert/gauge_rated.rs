use crate::alert::AlertSet;
use crate::alert::query::{arguments, calls, is_rate, metric, selectors};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::AlertSet(check);

fn check(set: &AlertSet<'_>, cx: &mut Cx<'_>) {
    for (at, query) in set.queries() {
        let Some(expr) = query.expr() else { continue };
        let gauge = calls(expr).filter(|call| is_rate(call)).find_map(|call| {
            let mut read = arguments(call).flat_map(selectors);
            let gauge = read.find_map(|(it, _)| metric(it).filter(|name| is_gauge(name)))?;
            Some((call.func.name, gauge))
        });
        let Some((function, gauge)) = gauge else { continue };
        cx.report(at, format!("`{function}` of `{gauge}`, which is a gauge")).help(
            "for a counter every fall is a restart, so that the result is nonsense: use `delta` or `deriv`",
        );
    }
}

/// Whether the name is surely that of something that goes up and down.
fn is_gauge(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "go_goroutines",
        "node_load1",
        "node_load15",
        "node_load5",
        "probe_success",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "up",
    ];
    const BEGINNINGS: [&str; 3] = ["container_memory_", "kube_", "node_memory_"];
    const ENDINGS: [&str; 17] = [
        "_available_bytes",
        "_celsius",
        "_depth",
        "_free_bytes",
        "_in_flight",
        "_in_progress",
        "_inflight",
        "_percent",
        "_percentage",
        "_queue_length",
        "_queue_size",
        "_ratio",
        "_usage_bytes",
        "_used_bytes",
        "_utilization",
        "_utilisation",
        "_replicas",
    ];
    const COUNTERS: [&str; 6] = ["_total", "_count", "_sum", "_bucket", "_failcnt", "_failures"];
    !COUNTERS.iter().any(|ending| name.ends_with(ending))
        && !name.contains(':')
        && (NAMES.contains(&name)
            || BEGINNINGS.iter().any(|it| name.starts_with(it))
            || ENDINGS.iter().any(|it| name.ends_with(it) || it.strip_prefix('_') == Some(name)))
}
