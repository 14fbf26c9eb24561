//! Signals of what sets the number of replicas by the load.

use super::running::{
    NO_WORKLOAD, each, is_sure, lacks, lasting, lasting_services, nobody, says, stateless,
};
use super::{Answer, Signal, View};
use crate::k8s::autoscaler::Autoscaler;
use crate::k8s::{Workload, is_templated};
use crate::project::Project;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "scaling/autoscaler",
        about: "an autoscaler with room to grow scales everything that takes requests or runs an agent",
        look: autoscaler,
    },
    Signal {
        name: "scaling/cpu-and-memory",
        about: "every autoscaler keeps at least two replicas and scales by CPU at 70 % and by memory at 80 %",
        look: cpu_and_memory,
    },
    Signal {
        name: "scaling/limits",
        about: "every autoscaler states its least and its greatest number of replicas",
        look: limits,
    },
    Signal {
        name: "scaling/scale-down",
        about: "every autoscaler says how long it waits before it scales down, and how fast it does",
        look: scale_down,
    },
    Signal {
        name: "scaling/thresholds",
        about: "every autoscaler says from where on it adds replicas: CPU at 70 %, memory at 80 % or below",
        look: thresholds,
    },
];

/// The greatest shares of the requested amounts to aim at, in percent.
///
/// Source: the performance chapter of Paladin ("Resource Allocation": CPU 70, memory 80).
const MOST: [(&str, i64); 2] = [("cpu", 70), ("memory", 80)];

/// With fewer, the loss of one is the loss of all.
///
/// Source: the MSFT agent's production checklist, "Minimum Requirements" (2+ replicas).
const LEAST: i64 = 2;

/// The autoscalers of what is here, or of something that is not.
fn autoscalers<'p>(view: &View<'p>) -> Vec<Autoscaler<'p>> {
    view.objects().filter_map(Autoscaler::of).collect()
}

/// Whether the autoscaler is what will run, and scales something of the project.
fn is_real(autoscaler: Autoscaler<'_>, project: &Project<'_>) -> bool {
    !project.is_doubted(autoscaler.object()) && project.scaled_by(autoscaler).is_some()
}

/// The workloads that ought to grow: behind a Service, of an agent, or told to.
fn asked<'p>(view: &View<'p>) -> Vec<Workload<'p>> {
    let project = view.project();
    let mut all = stateless(view);
    all.retain(|it| {
        project.autoscaler_of(*it).is_some()
            || project.services_of(*it).next().is_some()
            || project.waits_for_model(*it).is_some()
    });
    all
}

/// The bounds between which an autoscaler has room.
fn room(autoscaler: Autoscaler<'_>) -> Option<(i64, i64)> {
    let (min, max) = autoscaler.min().zip(autoscaler.max())?;
    (min >= 0 && min < max).then_some((min, max))
}

fn autoscaler(view: &View<'_>) -> Answer {
    let project = view.project();
    let asked: Vec<_> = asked(view)
        .into_iter()
        .map(|workload| {
            let found = project.autoscaler_of(workload).filter(|it| is_real(*it, project));
            match found.and_then(|it| Some((it, room(it)?))) {
                Some((by, (min, max))) => {
                    let at = by.stated_max().unwrap_or_else(|| by.object().grip());
                    let what = format!("{min} to {max} replicas of {}", workload.describe());
                    (says(at.place(), &by.object().subject(), &what), is_sure(workload, project))
                }
                None => (lacks(workload, &workload.subject()), false),
            }
        })
        .collect();
    if asked.is_empty() && lasting(view).is_empty() {
        return without_cluster(view);
    }
    let none = "no workload here takes requests or runs an agent";
    each(asked, none, "workload", "without an autoscaler that has room")
}

/// What is said where nothing runs that an autoscaler could scale.
fn without_cluster(view: &View<'_>) -> Answer {
    let services = lasting_services(view).into_iter();
    let at = services.map(|it| lacks(it.key().place(), &it.subject())).collect();
    Answer::Lacking("nothing here scales by its load".to_owned(), at)
}

/// Asks every autoscaler of the project; without any, something is missing where there is something to scale.
fn ask_all<'p>(
    view: &View<'p>,
    grip: impl Fn(Autoscaler<'p>) -> Option<Node<'p>>,
    found: impl Fn(Autoscaler<'p>) -> Option<(Node<'p>, String)>,
    lack: &str,
) -> Answer {
    let all = autoscalers(view);
    if all.is_empty() {
        let workloads = asked(view);
        if workloads.is_empty() {
            return Answer::Moot(nobody(view, "nothing here is to be scaled").to_owned());
        }
        let at = workloads.iter().map(|it| lacks(*it, &it.subject())).collect();
        return Answer::Lacking("no autoscaler here".to_owned(), at);
    }
    let project = view.project();
    let asked = all.into_iter().map(|autoscaler| {
        let object = autoscaler.object();
        if let Some((at, what)) = found(autoscaler).filter(|_| is_real(autoscaler, project)) {
            (says(at.place(), &object.subject(), &what), true)
        } else {
            let at = grip(autoscaler).unwrap_or_else(|| object.grip());
            (lacks(at.place(), &object.subject()), false)
        }
    });
    each(asked, NO_WORKLOAD, "autoscaler", lack)
}

fn limits(view: &View<'_>) -> Answer {
    ask_all(
        view,
        |_| None,
        bounds,
        "that [leaves|leave] the least or greatest number open, or [scales|scale] nothing here",
    )
}

fn bounds(autoscaler: Autoscaler<'_>) -> Option<(Node<'_>, String)> {
    let (least, most) = (autoscaler.stated_min()?.as_int()?, autoscaler.stated_max()?);
    (least <= most.as_int()?).then(|| (most, format!("{least} to {} replicas", most.text())))
}

/// How an autoscaler measures, where all of it is known and no share is above the greatest.
fn measures(autoscaler: Autoscaler<'_>) -> Option<(Node<'_>, String)> {
    let fits = MOST.iter().all(|(resource, most)| {
        autoscaler.utilization_of(resource).is_none_or(|(share, _)| share <= *most)
    });
    let shares = autoscaler.utilizations();
    let at = shares.first().map(|it| it.at).or_else(|| autoscaler.metrics().next())?;
    let shares: Vec<_> =
        shares.iter().map(|it| format!("{} at {} %", it.resource, it.at.text())).collect();
    let others = autoscaler.metrics().count().saturating_sub(shares.len());
    let mut what = shares;
    if others > 0 {
        let other = if what.is_empty() { "" } else { "other " };
        what.push(format!("{others} {other}metric{}", if others == 1 { "" } else { "s" }));
    }
    let is_known = autoscaler.has_known_targets() && !is_templated(at.text());
    (fits && is_known).then(|| (at, format!("scales by {}", what.join(", "))))
}

/// Where findings about what an autoscaler measures stand: a share that is too high, or where it would be.
fn at_metrics(autoscaler: Autoscaler<'_>) -> Option<Node<'_>> {
    let high = MOST.iter().find_map(|(resource, most)| {
        let (share, at) = autoscaler.utilization_of(resource)?;
        (share > *most).then_some(at)
    });
    high.or_else(|| autoscaler.object().node().grip(&["spec", "metrics"]))
}

/// Where findings about the way down stand: the number of seconds, or where it would be.
fn at_scale_down(autoscaler: Autoscaler<'_>) -> Option<Node<'_>> {
    let path = ["spec", "behavior", "scaleDown", "stabilizationWindowSeconds"];
    let stated = autoscaler.scale_down("stabilizationWindowSeconds");
    stated.or_else(|| autoscaler.object().node().grip(&path))
}

fn measures_in_room(autoscaler: Autoscaler<'_>) -> Option<(Node<'_>, String)> {
    room(autoscaler)?;
    measures(autoscaler)
}

fn thresholds(view: &View<'_>) -> Answer {
    ask_all(
        view,
        at_metrics,
        measures_in_room,
        "without room or with a threshold that is unknown or too high",
    )
}

fn cpu_and_memory(view: &View<'_>) -> Answer {
    ask_all(view, at_metrics, by_both, "without two replicas, CPU at 70 % and memory at 80 %")
}

fn by_both(autoscaler: Autoscaler<'_>) -> Option<(Node<'_>, String)> {
    let min = autoscaler.min().filter(|min| *min >= LEAST)?;
    room(autoscaler)?;
    let is_measured =
        MOST.iter().all(|(resource, _)| autoscaler.utilization_of(resource).is_some());
    let (at, what) = measures(autoscaler).filter(|_| is_measured)?;
    Some((at, format!("at least {min} replicas, {what}")))
}

fn scale_down(view: &View<'_>) -> Answer {
    ask_all(view, at_scale_down, way_down, "that [does|do] not say how to scale down")
}

fn way_down(autoscaler: Autoscaler<'_>) -> Option<(Node<'_>, String)> {
    let window = autoscaler.scale_down("stabilizationWindowSeconds")?;
    let seconds = window.as_int().filter(|seconds| *seconds > 0)?;
    let policies = autoscaler.scale_down("policies")?;
    let is_known = |policy: Node<'_>| {
        ["value", "periodSeconds"]
            .iter()
            .all(|key| policy.at(&[key]).and_then(Node::as_int).is_some_and(|number| number > 0))
    };
    let is_complete = policies.items().len() > 0 && policies.items().all(is_known);
    is_complete.then(|| (window, format!("waits {seconds} s before it scales down")))
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    const API: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {metadata: \
                       {labels: {app: api}}, spec: {containers: [{name: api, image: 'acme/api:1'}]}}}\n---\n\
                       apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n";

    fn scaled(spec: &str) -> String {
        format!(
            "{API}---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: api}}\nspec:\n  \
             {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: api}},\n  {spec}}}\n"
        )
    }

    fn by(resource: &str, share: &str) -> String {
        format!(
            "{{type: Resource, resource: {{name: {resource}, target: {{type: Utilization, averageUtilization: {share}}}}}}}"
        )
    }

    fn asked(signal: &str, text: &str) -> String {
        ask(signal, &[("api.yaml", text)])
    }

    #[test]
    fn autoscalers_have_room() {
        assert_eq!(
            asked("scaling/autoscaler", &scaled("minReplicas: 2, maxReplicas: 6")),
            "shown\napi.yaml:16: HorizontalPodAutoscaler `api`: 2 to 6 replicas of Deployment `api`"
        );
        for (spec, what) in [
            ("minReplicas: 2, maxReplicas: 2", "no room"),
            ("minReplicas: 2, maxReplicas: '${MAX}'", "a template"),
        ] {
            let answer = asked("scaling/autoscaler", &scaled(spec));
            assert!(answer.starts_with("lacking: 1 workload without an autoscaler"), "{what}");
        }
        assert!(asked("scaling/autoscaler", API).starts_with("lacking: 1 workload"));
        let keda = format!(
            "{API}---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: api}}\nspec: {{scaleTargetRef: \
             {{name: api}}, maxReplicaCount: 5, triggers: [{{type: cpu, metadata: {{value: '60'}}}}]}}\n"
        );
        assert!(asked("scaling/autoscaler", &keda).starts_with("shown"));
        assert!(asked("scaling/thresholds", &keda).contains("scales by cpu at 60 %"));
        let elsewhere = scaled("minReplicas: 2, maxReplicas: 6")
            .replace("Deployment, name: api", "Deployment, name: web");
        assert!(asked("scaling/autoscaler", &elsewhere).starts_with("lacking"));
        assert_eq!(ask("scaling/autoscaler", &[]), "lacking: nothing here scales by its load");
    }

    #[test]
    fn thresholds_leave_time() {
        let spec = |metrics: &str| {
            scaled(&format!("minReplicas: 2, maxReplicas: 6, metrics: [{metrics}]"))
        };
        let both = spec(&format!("{}, {}", by("cpu", "70"), by("memory", "80")));
        assert_eq!(
            asked("scaling/cpu-and-memory", &both),
            "shown\napi.yaml:16: HorizontalPodAutoscaler `api`: at least 2 replicas, scales by cpu at 70 %, memory at 80 %"
        );
        assert!(asked("scaling/thresholds", &both).starts_with("shown"));
        let cpu = spec(&by("cpu", "70"));
        assert!(asked("scaling/cpu-and-memory", &cpu).starts_with("lacking"));
        assert!(asked("scaling/thresholds", &cpu).starts_with("shown"));
        for other in [by("cpu", "85"), by("memory", "90"), by("cpu", "'${CPU}'"), String::new()] {
            assert!(asked("scaling/thresholds", &spec(&other)).starts_with("lacking"), "{other}");
        }
        let queue = "{type: Pods, pods: {metric: {name: in_flight}, target: {type: AverageValue, averageValue: 8}}}";
        assert!(asked("scaling/thresholds", &spec(queue)).ends_with("scales by 1 metric"));
        assert!(asked("scaling/thresholds", API).starts_with("lacking: no autoscaler here"));
        assert_eq!(ask("scaling/thresholds", &[]), "moot: no workload of Kubernetes here");
    }

    #[test]
    fn limits_and_the_way_down_are_stated() {
        assert!(
            asked("scaling/limits", &scaled("minReplicas: 2, maxReplicas: 6"))
                .ends_with("2 to 6 replicas")
        );
        assert!(
            asked("scaling/limits", &scaled("maxReplicas: 6")).starts_with("lacking: 1 autoscaler")
        );
        let down = |down: &str| {
            asked(
                "scaling/scale-down",
                &scaled(&format!("maxReplicas: 6, behavior: {{scaleDown: {{{down}}}}}")),
            )
        };
        assert!(
            down("stabilizationWindowSeconds: 600, policies: [{type: Percent, value: 50, periodSeconds: 300}]")
                .ends_with("waits 600 s before it scales down")
        );
        for other in [
            "stabilizationWindowSeconds: 600",
            "policies: [{type: Percent, value: 50, periodSeconds: 300}]",
            "stabilizationWindowSeconds: '${W}', policies: [{type: Percent, value: 50, periodSeconds: 300}]",
        ] {
            assert!(down(other).starts_with("lacking"), "{other}");
        }
    }
}
