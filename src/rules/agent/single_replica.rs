use crate::agent::AgentConfig;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Agent(check);

fn check(agent: &AgentConfig<'_>, cx: &mut Cx<'_>) {
    let Some(object) = agent.object() else { return };
    let min = cx.number("min");
    // Zero is switched off.
    #[allow(clippy::cast_precision_loss)] // nobody runs so many
    let is_few = |count: f64| count > 0.0 && count < min as f64;
    let Some(few) = agent.replicas.when(is_few) else { return };
    let project = cx.project();
    let autoscalers = [("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")];
    let scales = autoscalers.iter().any(|(group, kind)| {
        let all = project.objects_beside(object, (group, kind));
        project.may_hide(kind)
            || all.into_iter().any(|it| {
                let target = it.node().at(&["spec", "scaleTargetRef", "name"]);
                target.is_some_and(|target| target.text() == object.name())
            })
    });
    if !scales {
        cx.report(few.at, format!("{} runs in a single pod: {}", object.describe(), few.text))
            .help("with a single pod, every crash, drained node and slow start is an outage")
            .unsafe_fix(
                &format!("set the replicas to {min}, if the pods may run beside each other"),
                || agent.replicas.set(min),
            );
    }
}
