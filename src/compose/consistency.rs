//! What Compose refuses though each field is right by itself: fields that exclude each other, values
//! that contradict each other, and variables that it cannot read.
//!
//! Source: github.com/compose-spec/compose-go, `loader/validate.go`, `validation/validation.go`,
//! `template/template.go`, 2026-11.

use super::resources::bytes;
use super::{ComposeFile, Service, flag, interpolated, ports};
use crate::schema::{Fault, FaultKind};
use crate::tree::Node;

/// Short fields of limits, each with the one that must not differ from it.
const LIMITS: [(&str, [&str; 4]); 4] = [
    ("cpus", ["deploy", "resources", "limits", "cpus"]),
    ("mem_limit", ["deploy", "resources", "limits", "memory"]),
    ("mem_reservation", ["deploy", "resources", "reservations", "memory"]),
    ("pids_limit", ["deploy", "resources", "limits", "pids"]),
];

/// Nobody writes more levels of values.
const LEVELS: usize = 16;

fn fault<'t>(at: Node<'t>, field: String, problem: &str, help: &'static str) -> Fault<'t> {
    let problem = problem.to_owned();
    Fault { kind: FaultKind::Misfit, at, field, problem, help: help.into() }
}

/// What Compose refuses of a service besides its schema.
pub(super) fn faults_of_service(service: Service<'_>) -> Vec<Fault<'_>> {
    let mut faults = Vec::new();
    faults.extend(health_test(service));
    // Swarm passes over those fields that contradict `deploy`.
    if !service.is_for_swarm() {
        faults.extend(name_of_several(service));
        faults.extend(distinct_scale(service));
        faults.extend(LIMITS.iter().filter_map(|(short, long)| distinct(service, short, *long)));
    }
    faults.extend(excluding(service));
    faults.extend(watched(service));
    faults.extend(ports_of(service));
    unreadable(service.node(), "", LEVELS, &mut faults);
    faults
}

/// What Compose refuses of a file's secrets, configs and volumes besides its schema.
pub(super) fn faults_of_file(file: ComposeFile<'_>) -> Vec<Fault<'_>> {
    let mut faults = Vec::new();
    let sources: [(&str, &[&str]); 2] =
        [("configs", &["file", "environment", "content"]), ("secrets", &["file", "environment"])];
    for (section, keys) in sources {
        let own = file.node().at(&[section]).map(Node::entries).unwrap_or_default();
        for entry in own.into_iter().filter(|entry| entry.value.is_map()) {
            let stated = keys.iter().filter(|key| entry.value.get(key).is_some()).count();
            if stated > 1 {
                let field = format!("{section}.{}", entry.key.text());
                let problem = format!("has more than one of `{}`", keys.join("`, `"));
                faults.push(fault(
                    entry.key,
                    field,
                    &problem,
                    "Compose refuses the file: keep one",
                ));
            }
        }
    }
    let volumes = file.node().at(&["volumes"]).map(Node::entries).unwrap_or_default();
    for entry in volumes {
        let is_external = entry.value.at(&["external"]).is_some_and(|it| flag(it) == Some(true));
        let driver = entry.value.get("driver").filter(|_| is_external);
        if let Some(driver) = driver {
            let field = format!("volumes.{}.driver", entry.key.text());
            let problem = "stands beside `external: true`";
            let help = "Compose refuses the file: whoever makes the volume chooses its driver";
            faults.push(fault(driver.key, field, problem, help));
        }
    }
    faults
}

/// ```text
/// healthcheck: {test: [curl, -f, "http://localhost/"]}
/// ```
fn health_test(service: Service<'_>) -> Option<Fault<'_>> {
    let first = service.node().at(&["healthcheck", "test"])?.items().next()?;
    let word = first.text();
    let is_right = matches!(word, "CMD" | "CMD-SHELL" | "NONE") || word.contains('$');
    (first.is_scalar() && !is_right).then(|| {
        let problem = format!("is `{word}`, but must be `CMD`, `CMD-SHELL` or `NONE`");
        let help = "Compose refuses the file: put `CMD` before the program";
        fault(first, "healthcheck.test[0]".to_owned(), &problem, help)
    })
}

/// How many containers a field asks for, where that is known.
fn count(node: Node<'_>) -> Option<u32> {
    interpolated(node)?.trim().parse().ok()
}

/// A name that several containers would have.
fn name_of_several(service: Service<'_>) -> Option<Fault<'_>> {
    let name = service.node().at(&["container_name"])?;
    let number = |path: &[&str]| count(service.node().at(path)?);
    let stated = number(&["scale"]).or_else(|| number(&["deploy", "replicas"]))?;
    let help = "Compose refuses the file: a container's name is unique, so leave it to Compose";
    (stated > 1).then(|| {
        let problem = format!("is one name for {stated} containers");
        fault(name, "container_name".to_owned(), &problem, help)
    })
}

/// A limit that is stated in two ways, which differ. Where the longer one is missing among its likes, it
/// counts as zero.
fn distinct<'t>(service: Service<'t>, short: &str, long: [&str; 4]) -> Option<Fault<'t>> {
    let amount = |node: Node<'_>| {
        let text = interpolated(node)?;
        let is_size = short.starts_with("mem_");
        if is_size { bytes(&text) } else { text.trim().parse().ok() }
    };
    let node = service.node().at(&[short])?;
    let own = amount(node).filter(|own| *own > 0.0)?;
    let [.., last] = long;
    let around = service.node().at(long.get(..3)?).filter(|it| it.is_map())?;
    let other = around.at(&[last]).map_or(Some(0.0), amount)?;
    // Compose keeps CPUs with less digits than some write.
    let is_same = (own - other).abs() <= own * 1e-6;
    (!is_same).then(|| {
        let problem = format!("and `{}` are not the same", long.join("."));
        let help = "Compose refuses the file: state the limit once, beside the others";
        fault(node, short.to_owned(), &problem, help)
    })
}

/// ```text
/// scale: 2
/// deploy: {replicas: 3}
/// ```
fn distinct_scale(service: Service<'_>) -> Option<Fault<'_>> {
    let scale = service.node().at(&["scale"])?;
    let replicas = service.node().at(&["deploy", "replicas"])?;
    let help = "Compose refuses the file: keep one of the two";
    (count(scale)? != count(replicas)?)
        .then(|| fault(scale, "scale".to_owned(), "and `deploy.replicas` are not the same", help))
}

/// Fields that stand for one thing.
fn excluding(service: Service<'_>) -> Vec<Fault<'_>> {
    let mut faults = Vec::new();
    let networks = service
        .node()
        .get("networks")
        .filter(|entry| entry.value.items().next().is_some() || !entry.value.entries().is_empty());
    let is_mode = |node: Node<'_>| !node.text().is_empty() && !node.text().contains('$');
    let mode = service.node().at(&["network_mode"]).filter(|mode| is_mode(*mode));
    if let (Some(mode), Some(_)) = (mode, networks) {
        let help = "Compose refuses the file: keep one of the two";
        let problem = "stands beside `networks`";
        faults.push(fault(mode, "network_mode".to_owned(), problem, help));
    }
    let inline = service.node().at(&["build", "dockerfile_inline"]);
    if let (Some(inline), Some(_)) = (inline, service.node().at(&["build", "dockerfile"])) {
        let help = "Compose refuses the file: keep one of the two";
        let field = "build.dockerfile_inline".to_owned();
        faults.push(fault(inline, field, "stands beside `dockerfile`", help));
    }
    let reserved = service.node().at(&["deploy", "resources", "reservations", "devices"]);
    let devices = reserved.into_iter().chain(service.node().at(&["gpus"])).flat_map(Node::items);
    for device in devices {
        if let (Some(ids), Some(_)) = (device.get("device_ids"), device.get("count")) {
            let help = "Compose refuses the file: say how many, or which";
            faults.push(fault(ids.key, "device_ids".to_owned(), "stands beside `count`", help));
        }
    }
    faults
}

/// ```text
/// develop: {watch: [{action: sync, path: ./src}]}
/// ```
fn watched(service: Service<'_>) -> Vec<Fault<'_>> {
    let items = service.node().at(&["develop", "watch"]).into_iter().flat_map(Node::items);
    let is_sync =
        |action: &Node<'_>| matches!(action.text(), "sync" | "sync+restart" | "sync+exec");
    let lacking = items.filter(|item| item.get("target").is_none());
    let actions = lacking.filter_map(|item| item.at(&["action"])).filter(is_sync);
    let said = actions.map(|action| {
        let help = "Compose refuses the file: say where in the container the files go";
        fault(action, "develop.watch".to_owned(), "has no `target` for what is synchronized", help)
    });
    said.collect()
}

/// ```text
/// ports: ["localhost:8080:80"]
/// ```
fn ports_of(service: Service<'_>) -> impl Iterator<Item = Fault<'_>> {
    let items = service.node().at(&["ports"]).into_iter().flat_map(Node::items).enumerate();
    items.filter_map(|(index, item)| {
        let problem = ports::unreadable(item)?;
        let help = "Compose refuses the file: write `[<address>:][<host port>:]<container port>`";
        Some(fault(item, format!("ports[{index}]"), &problem, help))
    })
}

/// Values whose variables Compose cannot read.
fn unreadable<'t>(node: Node<'t>, path: &str, levels: usize, faults: &mut Vec<Fault<'t>>) {
    let Some(levels) = levels.checked_sub(1) else { return };
    for (index, item) in node.items().enumerate() {
        unreadable(item, &format!("{path}[{index}]"), levels, faults);
    }
    let is_own = |key: &str| key.starts_with("x-");
    for entry in node.entries().into_iter().filter(|entry| !is_own(entry.key.text())) {
        let key = entry.key.text();
        let below = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        unreadable(entry.value, &below, levels, faults);
    }
    if node.is_scalar() && !is_readable(node.text()) {
        let help = "Compose refuses the file: variables are `${NAME}` and `${NAME:-default}`; a `$` that begins none is written `$$`";
        faults.push(fault(node, path.to_owned(), "has a `$` that begins no variable", help));
    }
}

/// Whether every `$` of a text begins a variable, or stands for itself.
fn is_readable(text: &str) -> bool {
    let mut rest = text;
    let last_brace = text.rfind('}').unwrap_or(0);
    while let Some((_, after)) = rest.split_once('$') {
        rest = match after.chars().next() {
            Some('$') => after.get(1..).unwrap_or_default(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => after,
            Some('{') => {
                let inside = after.get(1..).unwrap_or_default();
                let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let behind = inside.trim_start_matches(is_of_name);
                let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
                let operator = behind.strip_prefix(':').unwrap_or(behind);
                let is_closed = behind.starts_with('}')
                    || operator.starts_with(['-', '?', '+'])
                        && text.len() - operator.len() < last_brace;
                if !inside.starts_with(begins) || !is_closed {
                    return false;
                }
                behind
            }
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (service, expected) in [
            (
                "healthcheck: {test: [curl, -f, x]}",
                "healthcheck.test[0] is `curl`, but must be `CMD`, `CMD-SHELL` or `NONE`",
            ),
            ("healthcheck: {test: [CMD, curl]}", ""),
            ("healthcheck: {test: ['${T}', curl]}", ""),
            ("container_name: a, scale: 2", "container_name is one name for 2 containers"),
            ("container_name: a, deploy: {replicas: 1}", ""),
            ("mem_limit: 1g, deploy: {replicas: 1}", ""),
            ("mem_limit: 1g, deploy: {resources: {limits: {memory: 1024M}}}", ""),
            (
                "mem_limit: 512m, deploy: {resources: {limits: {cpus: '1'}}}",
                "mem_limit and `deploy.resources.limits.memory` are not the same",
            ),
            (
                "pids_limit: 9, deploy: {resources: {limits: {pids: 8}}}",
                "pids_limit and `deploy.resources.limits.pids` are not the same",
            ),
            ("cpus: 0.5, deploy: {resources: {limits: {cpus: '0.50'}}}", ""),
            ("scale: 2, deploy: {replicas: 3}", "scale and `deploy.replicas` are not the same"),
            ("network_mode: host, networks: [a]", "network_mode stands beside `networks`"),
            ("network_mode: host, networks: []", ""),
            ("gpus: [{count: 1, device_ids: ['0']}]", "device_ids stands beside `count`"),
            (
                "develop: {watch: [{action: sync, path: .}]}",
                "develop.watch has no `target` for what is synchronized",
            ),
            ("develop: {watch: [{action: rebuild, path: .}]}", ""),
            ("ports: [80, 'localhost:80:80']", "ports[1] has `localhost` where an address must be"),
            ("command: 'echo $(date)'", "command has a `$` that begins no variable"),
        ] {
            let tree = tree(&format!("services: {{a: {{{service}}}}}"));
            let faults = faults_of_service(services_of(&tree)[0]);
            let said: Vec<_> =
                faults.iter().map(|it| format!("{} {}", it.field, it.problem)).collect();
            assert_eq!(said.join(", "), expected, "{service}");
        }
    }

    #[test]
    fn dollars_begin_variables() {
        for text in ["$$x", "$A", "${A}", "${A:-b}", "${A?}", "${A:-${B}}", "${A+b}c$$(d)", ""] {
            assert!(is_readable(text), "{text}");
        }
        for text in ["${A", "${A:b}", "$(x)", "^a$", "$1", "${}", "${A:-b"] {
            assert!(!is_readable(text), "{text}");
        }
    }
}
