use crate::diagnostic::{Confidence, Severity};
use crate::k8s::Object;
use crate::k8s::api_versions::{Bump, OldVersion, Standing};
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Object(&[], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(old) = OldVersion::of(object) else { return };
    let Some(standing) = old.standing(cx.kubernetes()) else { return };
    let Some(at) = object.node().at(&["apiVersion"]) else { return };
    let bump = old.bump(object);
    let message =
        format!("{} asks for `{}`, {}", object.describe(), object.api_version(), what(&standing));
    let mut found = cx.report(at, message).help(help(old, bump));
    found = match standing {
        Standing::Removed { .. } => found,
        Standing::Deprecated { until: Some(_), .. } => found.severity(Severity::Warning),
        Standing::Deprecated { until: None, .. } => found.severity(Severity::Note),
        Standing::RemovedBy { .. } | Standing::DeprecatedBy { .. } => {
            found.severity(Severity::Warning).confidence(Confidence::Medium)
        }
    };
    let Some(successor) = old.successor() else { return };
    let title = format!("set apiVersion: {successor}");
    match bump {
        Bump::Safe => _ = found.safe_fix(&title, || edit::reword(at, successor)),
        Bump::Unsafe(look) => {
            _ = found.unsafe_fix(&format!("{title}; {look}"), || edit::reword(at, successor));
        }
        Bump::More(_) => {}
    }
}

fn what(standing: &Standing) -> String {
    match standing {
        Standing::Removed { since } => {
            format!("which Kubernetes does not serve since {since}: the API server refuses it")
        }
        Standing::Deprecated { since, until } => {
            let until = until.map(|until| format!(" and gone in {until}")).unwrap_or_default();
            format!("which is deprecated since Kubernetes {since}{until}")
        }
        Standing::RemovedBy { operator, since } => {
            format!("which {operator} does not serve since {since}")
        }
        Standing::DeprecatedBy { operator, since } => {
            format!("which is deprecated since {operator} {since}")
        }
    }
}

fn help(old: &OldVersion, bump: Bump) -> String {
    match (old.successor(), bump) {
        (None, Bump::Safe) => "remove it".to_owned(),
        (None, Bump::Unsafe(text) | Bump::More(text)) => text.to_owned(),
        (Some(successor), Bump::Safe) => format!("use `{successor}`, which has the same fields"),
        (Some(successor), Bump::Unsafe(text) | Bump::More(text)) => {
            format!("use `{successor}`: {text}")
        }
    }
}
