use crate::diagnostic::Confidence;
use crate::k8s::Object;
use crate::k8s::beside::{from_neighbours, to_dns};
use crate::k8s::network::{Direction, NetworkPolicy};
use crate::rules::{Check, Cx};
use crate::tree::edit::{self, Edits, Value};

pub(crate) const CHECK: Check = Check::Object(&["NetworkPolicy"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let project = cx.project();
    let Some(policy) = NetworkPolicy::of(object) else { return };
    if project.foreign_policy_beside(object).is_some() || project.may_hide("NetworkPolicy") {
        return;
    }
    let isolated = project.isolated_by(policy);
    for missing in Direction::BOTH {
        let mut open = isolated
            .iter()
            .filter(|(_, isolation)| isolation.first == policy && !isolation.governs(missing));
        let Some((example, _)) = open.next() else { continue };
        let has_rules = policy.states_rules(missing);
        let at = if has_rules { missing.key() } else { "policyTypes" };
        let message = if has_rules {
            format!(
                "the {} rules of {} have no effect: its policyTypes do not name {}",
                missing.key(),
                object.describe(),
                missing.as_str()
            )
        } else {
            let pods = example.map_or_else(
                || format!("the pods that {} selects", object.describe()),
                |workload| format!("the pods of {}", workload.describe()),
            );
            format!("no policy in this project governs the {} of {pods}", missing.key())
        };
        let mut found = cx
            .report(object.node().grip(&["spec", at]).unwrap_or_else(|| object.grip()), message)
            .help(match missing {
                Direction::Ingress => "every pod of the cluster may reach them",
                Direction::Egress => "they may reach everything, inside the cluster and outside",
            });
        if project.has_unseen_company(object) {
            found = found.confidence(Confidence::Low);
        }
        let others = open.filter_map(|(workload, _)| *workload);
        for workload in example.iter().copied().chain(others).take(MOST) {
            found = found.related(workload, "selected by the policy");
        }
        found.unsafe_fix(
            match missing {
                Direction::Ingress => {
                    "govern ingress too, from pods of the namespace only; add who else may come"
                }
                Direction::Egress => {
                    "govern egress too, to DNS only; add what else the pods must reach"
                }
            },
            || govern(object, missing, has_rules),
        );
    }
}

/// More workloads than this are not listed.
const MOST: usize = 5;

/// Edits that make the policy govern a direction.
fn govern(object: Object<'_>, direction: Direction, has_rules: bool) -> Edits {
    let types = object.node().at(&["spec", "policyTypes"]).filter(|types| types.items().len() > 0);
    let named = match types {
        Some(types) => Some(edit::append(types, &direction.as_str().into())?),
        // The rules alone say it.
        None if direction == Direction::Egress => None,
        None => {
            let both = Value::List(vec!["Ingress".into(), "Egress".into()]);
            Some(edit::set(object.node(), &["spec", "policyTypes"], &both)?)
        }
    };
    if has_rules {
        return Ok(named.unwrap_or_default());
    }
    let rule = match direction {
        Direction::Ingress => from_neighbours(),
        Direction::Egress => to_dns(),
    };
    let rules = edit::set(object.node(), &["spec", direction.key()], &Value::List(vec![rule]))?;
    Ok(match named {
        Some(named) => named.and(rules),
        None => rules,
    })
}
