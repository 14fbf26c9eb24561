//! The environment files of FBA-Bench (`benchmarking/config/environments`): how benchmarks run in
//! development, in tests and in production.

use super::{DOCUMENTED, SWITCH, tells};
use crate::agent::setting::{Root, Unset};
use crate::agent::{
    AgentConfig, Bound, BoundKind, Call, Definition, Logs, Platform, Setting, Telemetry,
};
use crate::file::FileKind;
use crate::schema::Shape::{self, Map, Nullable, Number, Plain, Text};
use crate::schema::fields;
use crate::tree::Node;

pub(super) static FORMAT: Definition = Definition {
    name: "FBA environment",
    kind: FileKind::Agent,
    marker: "runs_per_scenario|reproducibility_check|statistical_significance",
    recognise: |document, _| is_environment(document),
    objects: &[],
    read,
    keys: Some((&KEYS, &DOCUMENTED)),
};

static KEYS: Shape = fields!(open {
    "environment": fields!(open {
        "deterministic": SWITCH,
        "random_seed": Nullable(&Number),
        "parallel_execution": SWITCH,
        "max_workers": Number,
        "debug_mode": SWITCH,
    }),
    "execution": fields!(open {
        "runs_per_scenario": Number,
        "max_duration": Number,
        "timeout": Number,
        "retry_on_failure": SWITCH,
        "max_retries": Number,
        "warmup_runs": Number,
    }),
    "output": fields!(open {
        "format": Text,
        "path": Text,
        "include_detailed_logs": SWITCH,
        "include_audit_trail": SWITCH,
        "console_output": SWITCH,
        "compression": SWITCH,
        "backup_results": SWITCH,
        "retention_days": Number,
    }),
    "validation": fields!(open {
        "enabled": SWITCH,
        "statistical_significance": SWITCH,
        "confidence_level": Number,
        "reproducibility_check": SWITCH,
        "cross_validation": SWITCH,
        "outlier_detection": SWITCH,
        "data_quality_checks": SWITCH,
    }),
    "monitoring": fields!(open {
        "enabled": SWITCH,
        "metrics_interval": Number,
        "log_level": Text,
        "performance_tracking": SWITCH,
        "resource_monitoring": SWITCH,
        "alert_thresholds": Map(&Number),
    }),
    "production": fields!(open {
        "high_availability": SWITCH,
        "distributed_execution": SWITCH,
        "load_balancing": SWITCH,
        "auto_scaling": SWITCH,
        "security": fields!(open {
            "encryption": SWITCH,
            "access_control": SWITCH,
            "audit_logging": SWITCH,
            "data_retention_policy": SWITCH,
        }),
        "performance": fields!(open {
            "optimization_level": Text,
            "caching_enabled": SWITCH,
            "connection_pooling": SWITCH,
        }),
        "backup": fields!(open {
            "enabled": SWITCH,
            "schedule": Text,
            "retention": Plain,
            "offsite_storage": SWITCH,
        }),
        "compliance": Map(&SWITCH),
        "cost_optimization": Map(&SWITCH),
    }),
});

/// Definitions of benchmarks have some of the same sections.
fn is_environment(document: Node<'_>) -> bool {
    let run = ["runs_per_scenario", "max_duration", "timeout"];
    let proof = ["reproducibility_check", "statistical_significance"];
    tells(document, "environment", &["deterministic", "parallel_execution", "random_seed"])
        && tells(document, "execution", &run)
        && tells(document, "validation", &proof)
        && document.get("scenarios").is_none()
}

fn read(document: Node<'_>) -> AgentConfig<'_> {
    let grip = document.get("environment").map_or(document, |entry| entry.key);
    let root = Root { node: document, grip };
    let number = |path| root.setting(path, Node::as_number, Unset::Nothing);
    let mut config = AgentConfig {
        logs: Logs { level: root.text("monitoring.log_level", Unset::Nothing), ..Logs::default() },
        telemetry: Telemetry {
            metrics: root.flag("monitoring.enabled", Unset::Nothing),
            ..Telemetry::default()
        },
        bounds: vec![
            // What is not there is bounded by code that nobody documents.
            stated("the benchmark", BoundKind::Time, number("execution.max_duration")),
            stated("a benchmark run", BoundKind::Time, number("execution.timeout")),
        ],
        ..AgentConfig::of_tree(&FORMAT, document)
    };
    if document.at(&["production", "performance"]).is_some() {
        config.calls.push(Call {
            what: "models and stores".into(),
            reuse: root.flag("production.performance.connection_pooling", Unset::Nothing),
            ..Call::default()
        });
    }
    if let Some(entry) = document.get("production").filter(|entry| entry.value.is_map()) {
        let root = Root { node: document, grip: entry.key };
        config.platform = platform(root);
    }
    config
}

fn stated<'t>(what: &'static str, kind: BoundKind, limit: Setting<'t, f64>) -> Bound<'t> {
    let limit = if limit.is_stated() { limit } else { Setting::default() };
    Bound { what: what.into(), kind, limit }
}

fn platform(root: Root<'_>) -> Platform<'_> {
    let flag = |path: &'static str| root.flag(path, Unset::Nothing);
    let copies = flag("production.backup.enabled");
    let are_kept = copies.on().is_some();
    Platform {
        high_availability: flag("production.high_availability"),
        encryption: flag("production.security.encryption"),
        access_control: flag("production.security.access_control"),
        audit_log: flag("production.security.audit_logging"),
        offsite_backup: if are_kept {
            flag("production.backup.offsite_storage")
        } else {
            Setting::default()
        },
        backup_retention: if are_kept {
            root.setting("production.backup.retention", |node| Some(node.text()), Unset::Nothing)
        } else {
            Setting::default()
        },
        backups: vec![copies, flag("output.backup_results")],
        ..Platform::default()
    }
}
