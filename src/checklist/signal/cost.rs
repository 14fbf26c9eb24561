//! Signals of what is paid for: requests that follow the use, and machines that the provider may take back.

use super::availability::budget_of;
use super::running::{NO_WORKLOAD, REPLICATED, each, is_sure, lacks, lasting, says};
use super::{Answer, Signal, View};
use crate::k8s::resizer::Resizer;
use crate::k8s::{Container, ContainerClasses, Object, Workload, WorkloadKind};
use crate::project::Project;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "cost/right-sizing",
        about: "a VerticalPodAutoscaler with least and greatest amounts sizes every replicated workload",
        look: right_sizing,
    },
    Signal {
        name: "cost/spot",
        about: "only workloads that survive the loss of a node run on machines that may be taken back",
        look: spot,
    },
];

/// The vertical autoscaler of a workload, which sets its requests, or advises beside one that sets the
/// number of pods.
fn resizer_of<'p>(workload: Workload<'p>, project: &Project<'p>) -> Option<Object<'p>> {
    let of = ("autoscaling.k8s.io", "VerticalPodAutoscaler");
    let is_scaled = project.autoscaler_of(workload).is_some();
    project.objects_beside(workload.object(), of).into_iter().find(|object| {
        Resizer::of(*object).is_some_and(|resizer| {
            resizer.target() == Some((workload.kind().as_str(), workload.name()))
                && (resizer.acts() || is_scaled)
                && !project.is_doubted(*object)
        })
    })
}

/// Whether it knows the bounds of every container that runs as long as the pod.
fn bounds_all(object: Object<'_>, workload: Workload<'_>) -> bool {
    let containers = workload.containers().into_iter();
    let mut lasting = containers.filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()));
    Resizer::of(object)
        .is_some_and(|it| lasting.all(|container| it.has_bounds_for(Container::name(container))))
}

fn right_sizing(view: &View<'_>) -> Answer {
    let project = view.project();
    let mut workloads = lasting(view);
    workloads.retain(|it| WorkloadKind::REPLICATED.contains(&it.kind()));
    let asked = workloads.into_iter().map(|workload| {
        let found = resizer_of(workload, project).filter(|it| bounds_all(*it, workload));
        match found {
            Some(object) => {
                let policies = ["spec", "resourcePolicy", "containerPolicies"];
                let at = object.node().grip(&policies).unwrap_or_else(|| object.grip());
                let what = format!("sizes {} within bounds", workload.describe());
                (says(at.place(), &object.subject(), &what), is_sure(workload, project))
            }
            None => (lacks(workload, &workload.subject()), false),
        }
    });
    let lack = "without a VerticalPodAutoscaler that has bounds";
    each(asked, NO_WORKLOAD, "workload", lack)
}

fn spot(view: &View<'_>) -> Answer {
    let project = view.project();
    let asked = view.workloads().filter_map(|workload| Some((workload, workload.spot()?)));
    let asked = asked.map(|(workload, at): (Workload<'_>, Node<'_>)| {
        let subject = workload.subject();
        match survives(workload, project).filter(|_| is_sure(workload, project)) {
            Some(why) => (says(at.place(), &subject, &why), true),
            None => (lacks(at.place(), &subject), false),
        }
    });
    let none = if view.workloads().next().is_none() {
        NO_WORKLOAD
    } else {
        "no workload here is let run on machines that may be taken back"
    };
    each(asked, none, "workload", "on such machines that [does|do] not survive the loss of one")
}

/// Why the loss of a node is borne: pods beside it and a budget for them, or another try.
fn survives(workload: Workload<'_>, project: &Project<'_>) -> Option<String> {
    if workload.runs_to_completion() {
        let retries = |path: &[&str]| workload.object().node().at(path).map(Node::as_int);
        let path: &[&str] = match workload.kind() {
            WorkloadKind::CronJob => &["spec", "jobTemplate", "spec", "backoffLimit"],
            WorkloadKind::Job => &["spec", "backoffLimit"],
            _ => return None,
        };
        // Six unless stated.
        let is_retried = retries(path).is_none_or(|it| it.is_some_and(|limit| limit > 0));
        return is_retried.then(|| "is tried again".to_owned());
    }
    let replicas = project.replicas_of(workload).filter(|it| it.count >= REPLICATED)?;
    let (object, _) = budget_of(workload, project).filter(|_| !workload.keeps_data())?;
    Some(format!("{} pods under {}", replicas.count, object.describe()))
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn api(spec: &str, pods: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec: {{{spec} template: {{metadata: {{labels: \
             {{app: api}}}}, spec: {{{pods} containers: [{{name: api, image: 'acme/api:1'}}]}}}}}}\n"
        )
    }

    fn asked(signal: &str, text: &str) -> String {
        ask(signal, &[("api.yaml", text)])
    }

    #[test]
    fn sizes_are_bounded() {
        const BOUNDS: &str =
            "minAllowed: {cpu: 50m, memory: 128Mi}, maxAllowed: {cpu: 2, memory: 2Gi}";
        let sized = |policy: &str, mode: &str| {
            format!(
                "{}---\napiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {{name: v}}\nspec:\n  \
                 {{targetRef: {{apiVersion: apps/v1, kind: Deployment, name: api}}, updatePolicy: {{updateMode: {mode}}},\n  \
                 resourcePolicy: {{containerPolicies: [{policy}]}}}}\n",
                api("", "")
            )
        };
        let asked = |text: &str| asked("cost/right-sizing", text);
        assert_eq!(
            asked(&sized(&format!("{{containerName: '*', {BOUNDS}}}"), "Auto")),
            "shown\napi.yaml:11: VerticalPodAutoscaler `v`: sizes Deployment `api` within bounds"
        );
        for (policy, mode) in [
            (format!("{{containerName: '*', {BOUNDS}}}"), "'Off'"),
            (format!("{{containerName: other, {BOUNDS}}}"), "Auto"),
            ("{containerName: '*', maxAllowed: {cpu: 2, memory: 2Gi}}".to_owned(), "Auto"),
            (String::new(), "Auto"),
        ] {
            assert!(
                asked(&sized(&policy, mode)).starts_with("lacking: 1 workload"),
                "{policy} {mode}"
            );
        }
        assert_eq!(ask("cost/right-sizing", &[]), "moot: no workload of Kubernetes here");
    }

    #[test]
    fn spot_is_for_what_survives() {
        const SPOT: &str = "tolerations: [{key: spot, operator: Exists}],";
        const BUDGET: &str = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: \
                              {maxUnavailable: 1, selector: {matchLabels: {app: api}}}\n";
        let asked = |text: &str| asked("cost/spot", text);
        assert!(
            asked(&format!("{}{BUDGET}", api("replicas: 3,", SPOT)))
                .ends_with("3 pods under PodDisruptionBudget `b`")
        );
        assert!(
            asked(&api("replicas: 3,", SPOT)).starts_with("lacking: 1 workload on such machines")
        );
        assert!(asked(&format!("{}{BUDGET}", api("replicas: 1,", SPOT))).starts_with("lacking"));
        assert!(asked(&api("replicas: 3,", "")).starts_with("moot: no workload here is let run"));
        let job = |limit: &str| {
            format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: j}}\nspec: {{{limit} template: {{spec: {{restartPolicy: Never, {SPOT} \
                 containers: [{{name: c, image: 'a:1'}}]}}}}}}\n"
            )
        };
        assert!(asked(&job("")).ends_with("is tried again"));
        assert!(asked(&job("backoffLimit: 0,")).starts_with("lacking"));
    }
}
