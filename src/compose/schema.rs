//! What Compose refuses to read: unknown fields, and values of the wrong kind.
//!
//! The table follows the schema of the Compose specification, which Compose checks a file against
//! before it does anything. Extensions (`x-...`) are allowed everywhere.
//!
//! Source: github.com/compose-spec/compose-go, `schema/compose-spec.json`, 2026-11.

use super::resources::bytes;
use super::{ComposeFile, Service, consistency};
use crate::schema::Shape::{
    self, Any, Bool, Either, Flag, Is, List, Map, Nullable, Number, NumberOrText, OneOf, Plain,
    Text,
};
use crate::schema::{Fault, FaultKind, Reader, ScalarKind, fields};
use crate::tree::{Entry, Node, Scalar};

static READER: Reader = Reader {
    is_open: |text| text.contains('$'),
    extensions: Some("x-"),
    refusal: "Compose refuses the file",
    unknown: "Compose refuses the file; notes of one's own begin with `x-`",
};

/// Bytes: `512m`.
const SIZE: Shape = Is(&ScalarKind {
    wanted: "a size, such as `512m`",
    fits: |node| is_number(node) || is_text(node) && bytes(node.text()).is_some(),
    help: binary_unit,
});

/// The same, where a bare number will not do.
const SIZE_TEXT: Shape = Is(&ScalarKind {
    wanted: "a size as a string, such as `512M`",
    fits: |node| is_text(node) && bytes(node.text()).is_some(),
    help: |node| quoted(node).or_else(|| binary_unit(node)),
});

/// `1m30s`
const DURATION: Shape = Is(&ScalarKind {
    wanted: "a duration, such as `30s`",
    fits: |node| is_text(node) && is_duration(node.text()),
    help: |_| Some("a duration has a unit, such as `30s`"),
});

/// `no`, `always`, `unless-stopped`, `on-failure[:<most>]`.
const RESTART: Shape = Is(&ScalarKind {
    wanted: "`no`, `always`, `unless-stopped` or `on-failure`",
    fits: |node| is_text(node) && is_restart(node.text()),
    help: quoted,
});

/// `always`, `daily`, `every_12h`.
const PULL_POLICY: Shape = Is(&ScalarKind {
    wanted: "`always`, `never`, `missing`, `build`, `daily`, `weekly` or `every_<duration>`",
    fits: |node| is_text(node) && is_pull_policy(node.text()),
    help: quoted,
});

fn is_number(node: Node<'_>) -> bool {
    matches!(node.scalar(), Some(Scalar::Int(_) | Scalar::Float(_)))
}

fn is_text(node: Node<'_>) -> bool {
    !is_number(node) && !matches!(node.scalar(), Some(Scalar::Bool(_)))
}

fn quoted(node: Node<'_>) -> Option<&'static str> {
    (!is_text(node)).then_some("put the value in quotes")
}

fn binary_unit(node: Node<'_>) -> Option<&'static str> {
    let is_kubernetes = node.text().ends_with('i');
    is_kubernetes.then_some("Kubernetes writes it so; Compose wants `512m`, `512mb` or `512mib`")
}

const TEXTS: Shape = List(&Text);
const TEXT_OR_LIST: Shape = Either(&[Text, TEXTS]);
const LIST_OR_MAP: Shape = Either(&[TEXTS, Map(&Plain)]);
const HOSTS: Shape = Either(&[TEXTS, Map(&TEXT_OR_LIST)]);
const COMMAND: Shape = Nullable(&TEXT_OR_LIST);
const OPTIONS: Shape = Map(&NumberOrText);
const EXTERNAL: Shape = Either(&[Flag, fields! { "name": Text }]);

const GRANTS: Shape = List(&Either(&[
    Text,
    fields! { "source": Text, "target": Text, "uid": Text, "gid": Text, "mode": NumberOrText },
]));

const ULIMITS: Shape =
    Map(&Either(&[Number, fields! { "hard" !required: Number, "soft" !required: Number }]));

const BUILD: Shape = Either(&[
    Text,
    fields! {
        "additional_contexts": LIST_OR_MAP,
        "args": LIST_OR_MAP,
        "cache_from": TEXTS,
        "cache_to": TEXTS,
        "context": Text,
        "dockerfile": Text,
        "dockerfile_inline": Text,
        "entitlements": TEXTS,
        "extra_hosts": HOSTS,
        "isolation": Text,
        "labels": LIST_OR_MAP,
        "network": Text,
        "no_cache": Flag,
        "no_cache_filter": TEXT_OR_LIST,
        "platforms": TEXTS,
        "privileged": Flag,
        "provenance": Flag,
        "pull": Flag,
        "sbom": Flag,
        "secrets": GRANTS,
        "shm_size": SIZE,
        "ssh": LIST_OR_MAP,
        "tags": TEXTS,
        "target": Text,
        "ulimits": ULIMITS,
    },
]);

const DEVICE_RATES: Shape = List(&fields! { "path": Text, "rate": NumberOrText });

const BLKIO: Shape = fields! {
    "device_read_bps": DEVICE_RATES,
    "device_read_iops": DEVICE_RATES,
    "device_write_bps": DEVICE_RATES,
    "device_write_iops": DEVICE_RATES,
    "weight": Number,
    "weight_device": List(&fields! { "path": Text, "weight": Number }),
};

const GPU: Shape = fields! {
    "capabilities": TEXTS,
    "count": NumberOrText,
    "device_ids": TEXTS,
    "driver": Text,
    "options": LIST_OR_MAP,
};

/// What it can do may only be left out in the short form, `gpus`.
const DEVICE: Shape = fields! {
    "capabilities" !required: TEXTS,
    "count": NumberOrText,
    "device_ids": TEXTS,
    "driver": Text,
    "options": LIST_OR_MAP,
};

const ALL_GPUS: Shape = Is(&ScalarKind {
    wanted: "`all` or a list of devices",
    fits: |node| node.text() == "all",
    help: |_| Some("so many of them are `[{count: 2}]`"),
});

const UPDATE: Shape = fields! {
    "delay": DURATION,
    "failure_action": Text,
    "max_failure_ratio": Number,
    "monitor": DURATION,
    "order": OneOf(&["start-first", "stop-first"]),
    "parallelism": Number,
};

const DEPLOY: Shape = Nullable(&fields! {
    "endpoint_mode": Text,
    "labels": LIST_OR_MAP,
    "mode": Text,
    "placement": fields! {
        "constraints": TEXTS,
        "max_replicas_per_node": Number,
        "preferences": List(&fields! { "spread": Text }),
    },
    "replicas": Number,
    "resources": fields! {
        "limits": fields! { "cpus": Number, "memory": SIZE_TEXT, "pids": Number },
        "reservations": fields! {
            "cpus": Number,
            "devices": List(&DEVICE),
            "generic_resources": List(&fields! {
                "discrete_resource_spec": fields! { "kind": Text, "value": NumberOrText },
            }),
            "memory": SIZE_TEXT,
        },
    },
    "restart_policy": fields! {
        "condition": Text,
        "delay": DURATION,
        "max_attempts": Number,
        "window": DURATION,
    },
    "rollback_config": UPDATE,
    "update_config": UPDATE,
});

const HEALTHCHECK: Shape = fields! {
    "disable": Flag,
    "interval": DURATION,
    "retries": Number,
    "start_interval": DURATION,
    "start_period": DURATION,
    "test": TEXT_OR_LIST,
    "timeout": DURATION,
};

const HOOK: Shape = fields! {
    "command" !required: COMMAND,
    "environment": LIST_OR_MAP,
    "privileged": Flag,
    "user": Text,
    "working_dir": Text,
};

const DEVELOP: Shape = Nullable(&fields! {
    "watch": List(&fields! {
        "action" !required: OneOf(&["rebuild", "restart", "sync", "sync+exec", "sync+restart"]),
        "exec": HOOK,
        "ignore": TEXT_OR_LIST,
        "include": TEXT_OR_LIST,
        "initial_sync": Flag,
        "path" !required: Text,
        "target": Text,
    }),
});

const PORT: Shape = Either(&[
    NumberOrText,
    fields! {
        "app_protocol": Text,
        "host_ip": Text,
        "mode": Text,
        "name": Text,
        "protocol": Text,
        "published": NumberOrText,
        "target": NumberOrText,
    },
]);

const VOLUME: Shape = Either(&[
    Text,
    fields! {
        "bind": fields! {
            "create_host_path": Flag,
            "propagation": Text,
            "recursive": OneOf(&["disabled", "enabled", "readonly", "writable"]),
            "selinux": OneOf(&["z", "Z"]),
        },
        "consistency": Text,
        "image": fields! { "subpath": Text },
        "read_only": Flag,
        "source": Text,
        "target": Text,
        "tmpfs": fields! { "mode": NumberOrText, "size": SIZE },
        "type" !required: OneOf(&["bind", "cluster", "image", "npipe", "tmpfs", "volume"]),
        "volume": fields! { "labels": LIST_OR_MAP, "nocopy": Flag, "subpath": Text },
    },
]);

const NETWORK_OF_SERVICE: Shape = Nullable(&fields! {
    "aliases": TEXTS,
    "driver_opts": OPTIONS,
    "gw_priority": Number,
    "interface_name": Text,
    "ipv4_address": Text,
    "ipv6_address": Text,
    "link_local_ips": TEXTS,
    "mac_address": Text,
    "priority": Number,
});

const CONDITIONS: Shape =
    OneOf(&["service_completed_successfully", "service_healthy", "service_started"]);

const SERVICE: Shape = fields! {
    "annotations": LIST_OR_MAP,
    "attach": Flag,
    "blkio_config": BLKIO,
    "build": BUILD,
    "cap_add": TEXTS,
    "cap_drop": TEXTS,
    "cgroup": OneOf(&["host", "private"]),
    "cgroup_parent": Text,
    "command": COMMAND,
    "configs": GRANTS,
    "container_name": Text,
    "cpu_count": Number,
    "cpu_percent": Number,
    "cpu_period": NumberOrText,
    "cpu_quota": NumberOrText,
    "cpu_rt_period": NumberOrText,
    "cpu_rt_runtime": NumberOrText,
    "cpu_shares": Number,
    "cpus": Number,
    "cpuset": Text,
    "credential_spec": fields! { "config": Text, "file": Text, "registry": Text },
    "depends_on": Either(&[
        TEXTS,
        Map(&fields! { "condition" !required: CONDITIONS, "required": Bool, "restart": Flag }),
    ]),
    "deploy": DEPLOY,
    "develop": DEVELOP,
    "device_cgroup_rules": TEXTS,
    "devices": List(&Either(&[
        Text,
        fields! { "permissions": Text, "source" !required: Text, "target": Text },
    ])),
    "dns": TEXT_OR_LIST,
    "dns_opt": TEXTS,
    "dns_search": TEXT_OR_LIST,
    "domainname": Text,
    "entrypoint": COMMAND,
    "env_file": Either(&[
        Text,
        List(&Either(&[
            Text,
            fields! { "format": Text, "path" !required: Text, "required": Flag },
        ])),
    ]),
    "environment": LIST_OR_MAP,
    "expose": List(&NumberOrText),
    "extends": Either(&[Text, fields! { "file": Text, "service" !required: Text }]),
    "external_links": TEXTS,
    "extra_hosts": HOSTS,
    "gpus": Either(&[ALL_GPUS, List(&GPU)]),
    "group_add": List(&NumberOrText),
    "healthcheck": HEALTHCHECK,
    "hostname": Text,
    "image": Text,
    "init": Flag,
    "ipc": Text,
    "isolation": Text,
    "label_file": TEXT_OR_LIST,
    "labels": LIST_OR_MAP,
    "links": TEXTS,
    "logging": fields! { "driver": Text, "options": Map(&Nullable(&NumberOrText)) },
    "mac_address": Text,
    "mem_limit": SIZE,
    "mem_reservation": SIZE,
    "mem_swappiness": Number,
    "memswap_limit": SIZE,
    "models": Either(&[TEXTS, Map(&Nullable(&fields! { "endpoint_var": Text, "model_var": Text }))]),
    "network_mode": Text,
    "networks": Either(&[TEXTS, Map(&NETWORK_OF_SERVICE)]),
    "oom_kill_disable": Flag,
    "oom_score_adj": Number,
    "pid": Nullable(&Text),
    "pids_limit": Number,
    "platform": Text,
    "ports": List(&PORT),
    "post_start": List(&HOOK),
    "pre_stop": List(&HOOK),
    "privileged": Flag,
    "profiles": TEXTS,
    "provider": fields! { "options": Map(&Any), "type" !required: Text },
    "pull_policy": PULL_POLICY,
    "pull_refresh_after": Text,
    "read_only": Flag,
    "restart": RESTART,
    "runtime": Text,
    "scale": Number,
    "secrets": GRANTS,
    "security_opt": TEXTS,
    "shm_size": SIZE,
    "stdin_open": Flag,
    "stop_grace_period": DURATION,
    "stop_signal": Text,
    "storage_opt": Map(&Any),
    "sysctls": LIST_OR_MAP,
    "tmpfs": TEXT_OR_LIST,
    "tty": Flag,
    "ulimits": ULIMITS,
    "use_api_socket": Bool,
    "user": Text,
    "userns_mode": Text,
    "uts": Text,
    "volumes": List(&VOLUME),
    "volumes_from": TEXTS,
    "working_dir": Text,
};

const NETWORK: Shape = Nullable(&fields! {
    "attachable": Flag,
    "driver": Text,
    "driver_opts": OPTIONS,
    "enable_ipv4": Flag,
    "enable_ipv6": Flag,
    "external": EXTERNAL,
    "internal": Flag,
    "ipam": fields! {
        "config": List(&fields! {
            "aux_addresses": Map(&Text),
            "gateway": Text,
            "ip_range": Text,
            "subnet": Text,
        }),
        "driver": Text,
        "options": Map(&Text),
    },
    "labels": LIST_OR_MAP,
    "name": Text,
});

const NAMED_VOLUME: Shape = Nullable(&fields! {
    "driver": Text,
    "driver_opts": OPTIONS,
    "external": EXTERNAL,
    "labels": LIST_OR_MAP,
    "name": Text,
});

const SECRET: Shape = fields! {
    "driver": Text,
    "driver_opts": OPTIONS,
    "environment": Text,
    "external": EXTERNAL,
    "file": Text,
    "labels": LIST_OR_MAP,
    "name": Text,
    "template_driver": Text,
};

const CONFIG: Shape = fields! {
    "content": Text,
    "environment": Text,
    "external": EXTERNAL,
    "file": Text,
    "labels": LIST_OR_MAP,
    "name": Text,
    "template_driver": Text,
};

const MODEL: Shape = fields! {
    "context_size": Number,
    "model" !required: Text,
    "name": Text,
    "runtime_flags": TEXTS,
};

/// A whole file. What the services hold is looked at service by service.
const FILE: Shape = fields! {
    "configs": Map(&CONFIG),
    "include": List(&Either(&[
        Text,
        fields! { "env_file": TEXT_OR_LIST, "path": TEXT_OR_LIST, "project_directory": Text },
    ])),
    "models": Map(&MODEL),
    "name": Text,
    "networks": Map(&NETWORK),
    "secrets": Map(&SECRET),
    "services": Map(&Any),
    "version": Text,
    "volumes": Map(&NAMED_VOLUME),
};

/// What Compose would refuse of a service.
pub(crate) fn faults_of_service(service: Service<'_>) -> Vec<Fault<'_>> {
    let mut faults = READER.faults(&SERVICE, service.key(), service.node(), "");
    faults.extend(consistency::faults_of_service(service));
    faults
}

/// What Compose would refuse of a file besides its services.
pub(crate) fn faults_of_file(file: ComposeFile<'_>) -> Vec<Fault<'_>> {
    let mut faults = READER.faults(&FILE, file.node(), file.node(), "");
    for Entry { key, value } in file.node().at(&["services"]).map(Node::entries).unwrap_or_default()
    {
        let path = format!("services.{}", key.text());
        if !is_service_name(key.text()) {
            faults.push(Fault {
                kind: FaultKind::Unknown,
                at: key,
                field: path.clone(),
                problem: "has a name that no service may have".to_owned(),
                help: "Compose refuses the file: letters, digits, `_`, `.` and `-`".into(),
            });
        }
        if !value.is_map() {
            faults.extend(READER.faults(&Map(&Any), key, value, &path));
        }
    }
    faults.extend(consistency::faults_of_file(file));
    faults
}

/// `30s`, `1m30s`, `1.5h`, `0`.
///
/// Sources: Compose specification, `11-extension.md`, "Specifying durations";
/// github.com/xhit/go-str2duration, which Compose reads them with.
fn is_duration(text: &str) -> bool {
    if text == "0" {
        return true;
    }
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if after.len() == rest.len() {
            return false;
        }
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h", "d", "w"];
        let Some(next) = units.iter().find_map(|unit| after.strip_prefix(unit)) else {
            return false;
        };
        rest = next;
    }
    true
}

/// Source: Docker, `docker run`, "Restart policies (--restart)".
fn is_restart(text: &str) -> bool {
    let most = text.strip_prefix("on-failure:");
    matches!(text, "no" | "always" | "unless-stopped" | "on-failure")
        || most.is_some_and(|most| most.parse::<u32>().is_ok())
}

/// Source: Compose specification, `05-services.md`, `pull_policy`.
fn is_pull_policy(text: &str) -> bool {
    const KNOWN: [&str; 8] =
        ["always", "build", "daily", "if_not_present", "missing", "never", "refresh", "weekly"];
    KNOWN.contains(&text)
        || text.strip_prefix("every_").is_some_and(|time| time != "0" && is_duration(time))
}

/// Source: Compose specification, `compose-spec.json`, "services".
fn is_service_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::tests::{services_of, tree};

    fn said(service: &str) -> Vec<String> {
        let tree = tree(&format!("services:\n  a: {service}\n"));
        let services = services_of(&tree);
        let faults = services.iter().flat_map(|service| faults_of_service(*service));
        faults.map(|fault| format!("{} {}", fault.field, fault.problem)).collect()
    }

    #[test]
    fn what_compose_reads_is_right() {
        for service in [
            "{image: a, x-note: {b: 1}, command: , entrypoint: [a, b], deploy: , pid: }",
            "{build: ., ports: [80, '80:80', {target: 80, published: '80', x-a: 1}], expose: [1]}",
            "{environment: {A: 1, B: true, C: , D: x}, labels: [a=b], privileged: 'true'}",
            "{environment: [A=1], mem_limit: 512m, shm_size: 64000000, cpus: '0.5', scale: 2}",
            "{mem_limit: 1.5GiB, memswap_limit: -1, deploy: {resources: {limits: {memory: 1.5 gb}}}}",
            "{healthcheck: {test: a, interval: 1m30s, timeout: 1.5s, retries: 3, start_period: '0'}}",
            "{restart: no, user: '1000', ulimits: {nofile: {soft: 1, hard: 2}, nproc: 65535}}",
            "{restart: 'on-failure:5', networks: {a: , b: {aliases: [x]}}, depends_on: [b]}",
            "{depends_on: {b: {condition: service_healthy, required: false, restart: true}}}",
            "{volumes: ['a:/a', {type: bind, source: ., target: /a, bind: {selinux: z}}], tmpfs: /x}",
            "{ports: '${PORTS}', mem_limit: '${M}', restart: '${R:-no}', healthcheck: {interval: $I}}",
            "{build: {context: ., no_cache_filter: [a]}, pull_policy: every_1d12h}",
            "{image: a, pull_policy: '${POLICY}'}",
            "{env_file: [a, {path: b, required: false}], extends: {service: b}, gpus: all}",
        ] {
            assert_eq!(said(service), [""; 0], "{service}");
        }
    }

    #[test]
    fn what_compose_refuses_is_told() {
        for (service, expected) in [
            ("{imagee: a}", "imagee is not known"),
            ("{deploy: {resources: {limit: {}}}}", "deploy.resources.limit is not known"),
            ("{ports: {a: b}}", "ports is a mapping, but must be a list"),
            ("{ports: }", "ports is empty, but must be a list"),
            ("{environment: [{A: b}]}", "environment[0] is a mapping, but must be a string"),
            ("{user: 1000}", "user is a number, but must be a string"),
            ("{command: [sleep, 5]}", "command[1] is a number, but must be a string"),
            (
                "{healthcheck: {interval: 30}}",
                "healthcheck.interval is a number, but must be a duration, such as `30s`",
            ),
            ("{gpus: 1}", "gpus is a number, but must be `all` or a list of devices"),
            ("{mem_limit: 512Mi}", "mem_limit is `512Mi`, but must be a size, such as `512m`"),
            ("{cpus: 500m}", "cpus is `500m`, but must be a number"),
            (
                "{restart: unless_stopped}",
                "restart is `unless_stopped`, but must be `no`, `always`, `unless-stopped` or `on-failure`",
            ),
            ("{depends_on: {b: {}}}", "depends_on.b has no `condition`"),
            ("{volumes: [{source: a, target: /a}]}", "volumes[0] has no `type`"),
            ("{privileged: 1}", "privileged is a number, but must be `true` or `false`"),
            ("{build: [.]}", "build is a list, but must be a string or a mapping"),
        ] {
            assert_eq!(said(service), [expected], "{service}");
        }
    }

    #[test]
    fn faults_of_the_whole_file() {
        let tree = tree(
            "version: 3\nnetworks: {a: , b: {drivers: x}}\nvolumes:\nsecrets: {s: {file: x}}\n\
             services: {web: , api: [x], 'a b': {image: x}, a.b_1-C: {image: x}}\n",
        );
        let faults = faults_of_file(ComposeFile::new(tree.documents().next().unwrap()));
        let said: Vec<_> =
            faults.iter().map(|fault| format!("{} {}", fault.field, fault.problem)).collect();
        assert_eq!(
            said,
            [
                "version is a number, but must be a string",
                "networks.b.drivers is not known",
                "volumes is empty, but must be a mapping",
                "services.web is empty, but must be a mapping",
                "services.api is a list, but must be a mapping",
                "services.a b has a name that no service may have",
            ]
        );
    }

    #[test]
    fn durations_have_units() {
        for text in ["30s", "1h5m30s20ms", "0", "1.5m", "2d"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["30", "", "s", "30 s", "1min"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
