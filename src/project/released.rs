//! How new versions come to their users: by a release policy, an Argo Rollout or Flagger.
//!
//! Sources: argo-rollouts.readthedocs.io, "Canary" and "Analysis"; docs.flagger.app, "Deployment
//! Strategies" and "Metrics Analysis", 2026-11.

use super::Project;
use crate::alert::seconds;
use crate::gate::canary::{Canary, Signal};
use crate::k8s::{Object, Workload};
use crate::tree::Node;

/// A way from the first users to all.
#[derive(Debug)]
pub(crate) struct CanaryPlan<'p> {
    /// Who it is, for people.
    pub(crate) who: String,
    /// The key of the plan, or of its stages.
    pub(crate) key: Node<'p>,
    pub(crate) steps: Vec<CanaryStep<'p>>,
    /// Whether all of the traffic follows on the last step.
    pub(crate) goes_on: bool,
    /// What decides on the way, of an analysis.
    pub(crate) tests: Vec<CanaryTest<'p>>,
    /// The release policy that says it all, where it is one.
    pub(crate) policy: Option<&'p Canary<'p>>,
    /// The end of a schedule that counts to one instead of to a hundred.
    pub(crate) in_fractions: Option<Node<'p>>,
}

/// A share of the traffic, and how long it is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CanaryStep<'p> {
    pub(crate) at: Node<'p>,
    /// In percent; nothing where that is not known.
    pub(crate) percent: Option<f64>,
    pub(crate) held_at: Node<'p>,
    /// In seconds; nothing where that is not known.
    pub(crate) hold: Option<f64>,
}

/// A measurement that ends a canary when it fails.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CanaryTest<'p> {
    pub(crate) name: &'p str,
    pub(crate) at: Node<'p>,
    pub(crate) subject: Option<Signal>,
    /// What it lets pass: the greatest share of errors, the longest latency in milliseconds, the least share
    /// of tasks; nothing where that is not known.
    pub(crate) limit: Option<f64>,
}

/// More stages and measurements are nobody's.
const MOST: usize = 256;

impl<'p> CanaryPlan<'p> {
    /// The plan of a release policy.
    pub(crate) fn of_policy(canary: &'p Canary<'p>) -> Self {
        let step = |stage: &crate::gate::canary::Stage<'p>| CanaryStep {
            at: stage.percentage.node(),
            percent: stage.percentage.value(),
            held_at: stage.hold.node(),
            hold: stage.hold.value(),
        };
        CanaryPlan {
            who: "the canary".to_owned(),
            key: canary.key,
            steps: canary.stages().take(MOST).map(step).collect(),
            goes_on: false,
            tests: Vec::new(),
            policy: Some(canary),
            in_fractions: canary.in_fractions,
        }
    }

    /// The plan that an object of Kubernetes has.
    pub(crate) fn of_object(project: &Project<'p>, object: Object<'p>) -> Option<Self> {
        if object.is("flagger.app", "Canary") {
            return of_flagger(object);
        }
        of_rollout(project, Workload::of(object)?)
    }
}

fn of_rollout<'p>(project: &Project<'p>, rollout: Workload<'p>) -> Option<CanaryPlan<'p>> {
    let canary = rollout.strategy("canary")?;
    #[allow(clippy::cast_precision_loss)] // percents, and seconds of a release
    let steps = rollout.canary_stages().into_iter().take(MOST).map(|stage| CanaryStep {
        at: stage.at,
        percent: stage.weight.map(|it| it as f64),
        held_at: stage.at,
        hold: stage.hold.map(|it| it as f64),
    });
    let of_steps = rollout.canary_steps().filter_map(|step| step.at(&["analysis"]));
    let analyses = canary.value.at(&["analysis"]).into_iter().chain(of_steps);
    let templates = analyses.filter_map(|it| it.at(&["templates"])).flat_map(Node::items);
    let tests = templates.take(MOST).flat_map(|template| {
        let name = template.at(&["templateName"]).map_or("", Node::text);
        let found = project.analysis_template(rollout.object(), name);
        found.map(tests_of_template).unwrap_or_default()
    });
    Some(CanaryPlan {
        who: rollout.describe(),
        key: canary.value.grip(&["steps"]).unwrap_or(canary.key),
        steps: steps.collect(),
        goes_on: true,
        tests: tests.collect(),
        policy: None,
        in_fractions: None,
    })
}

impl<'p> Project<'p> {
    /// The measurements that a Rollout names.
    fn analysis_template(&self, rollout: Object<'p>, name: &str) -> Option<Object<'p>> {
        let own = self.named_beside(rollout, ("argoproj.io", "AnalysisTemplate"), name);
        own.or_else(|| self.named_beside(rollout, ("argoproj.io", "ClusterAnalysisTemplate"), name))
    }
}

/// The measurements of a template. One without a condition fails nothing.
fn tests_of_template(template: Object<'_>) -> Vec<CanaryTest<'_>> {
    let metrics = template.node().at(&["spec", "metrics"]).into_iter().flat_map(Node::items);
    let tests = metrics.take(MOST).filter_map(|metric| {
        let name = metric.at(&["name"])?;
        let conditions = ["successCondition", "failureCondition"].map(|key| metric.at(&[key]));
        let [passes, fails] = conditions.map(|it| it.and_then(|it| compared(it.text())));
        conditions.iter().flatten().next()?;
        let subject = subject(name.text());
        // What does not fail passes.
        let bound = passes.or_else(|| fails.map(|(op, number)| (op.opposite(), number)));
        let limit =
            subject.zip(bound).and_then(|(of, (op, number))| limit(of, name.text(), op, number));
        Some(CanaryTest { name: name.text(), at: name, subject, limit })
    });
    tests.collect()
}

/// Which side of a number a measurement has to be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

impl Side {
    fn opposite(self) -> Self {
        match self {
            Side::Above => Side::Below,
            Side::Below => Side::Above,
        }
    }
}

/// What a condition compares the result with, where it does nothing else: `result[0] < 0.02`.
///
/// Source: argo-rollouts.readthedocs.io, "Analysis & Progressive Delivery" (`successCondition`).
fn compared(condition: &str) -> Option<(Side, f64)> {
    let (result, rest) = condition.split_once(['<', '>'])?;
    let side = if condition.as_bytes().get(result.len()) == Some(&b'<') {
        Side::Below
    } else {
        Side::Above
    };
    let result = result.trim();
    let is_result = result == "result" || result.starts_with("result[") && result.ends_with(']');
    let number = rest.strip_prefix('=').unwrap_or(rest).trim().parse().ok()?;
    is_result.then_some((side, number))
}

/// The limit that a measurement of that name sets, in the unit of what it is about.
fn limit(of: Signal, name: &str, side: Side, number: f64) -> Option<f64> {
    let name = name.to_ascii_lowercase();
    // One may be all of them, or 1 %.
    let share = if number < 1.0 { Some(number) } else { (number > 1.0).then_some(number / 100.0) };
    let is_of_successes = name.contains("success");
    match (of, side) {
        (Signal::Errors, Side::Above) if is_of_successes => Some(1.0 - share?),
        (Signal::Errors, Side::Below) if !is_of_successes => share,
        (Signal::Success, Side::Above) => share,
        (Signal::Latency, Side::Below) => {
            let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
            words.find_map(|word| match word {
                "ms" | "milliseconds" | "millis" => Some(number),
                "s" | "sec" | "seconds" => Some(number * 1000.0),
                _ => None,
            })
        }
        _ => None,
    }
}

/// What a measurement is about. The share of requests that succeed says how many fail; a task that an
/// agent does is another thing.
fn subject(name: &str) -> Option<Signal> {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["task", "goal", "completion", "quality"]) {
        Some(Signal::Success)
    } else if has(&["error", "fail", "5xx", "success"]) {
        Some(Signal::Errors)
    } else if has(&["latency", "duration", "response-time", "response_time"]) {
        Some(Signal::Latency)
    } else {
        None
    }
}

fn of_flagger<'p>(object: Object<'p>) -> Option<CanaryPlan<'p>> {
    let spec = object.node().get("spec")?.value;
    let analysis = spec.get("analysis").or_else(|| spec.get("canaryAnalysis"))?;
    let interval = analysis.value.at(&["interval"]);
    let hold = interval.and_then(|it| seconds(it.text()));
    let step = |at: Node<'p>, percent| CanaryStep {
        at,
        percent,
        held_at: interval.unwrap_or(analysis.key),
        hold,
    };
    // Tests of A against B and blue-green releases have iterations, and no weights.
    let mut steps: Vec<CanaryStep<'p>> = Vec::new();
    if let Some(weights) = analysis.value.at(&["stepWeights"]) {
        for weight in weights.items().take(MOST) {
            match steps.last_mut().filter(|last| last.percent == weight.as_number()) {
                // The same weight twice is held for twice as long.
                Some(last) => last.hold = last.hold.zip(hold).map(|(one, more)| one + more),
                None => steps.push(step(weight, weight.as_number())),
            }
        }
    } else if let Some(at) = analysis.value.at(&["stepWeight"]) {
        let most = analysis.value.at(&["maxWeight"]).map_or(Some(100.0), Node::as_number);
        match at.as_number().zip(most).filter(|(each, _)| *each >= 1.0) {
            None => steps.push(step(at, None)),
            Some((each, most)) => {
                let weights = std::iter::successors(Some(each), |last| Some(last + each));
                let weights = weights.take_while(|weight| *weight <= most).take(100);
                steps.extend(weights.map(|weight| step(at, Some(weight))));
            }
        }
    }
    let metrics = analysis.value.at(&["metrics"]).into_iter().flat_map(Node::items);
    let tests = metrics.take(MOST).filter_map(|metric| {
        let name = metric.at(&["name"])?;
        ["thresholdRange", "threshold"].iter().find(|key| metric.get(key).is_some())?;
        let limit = limit_of_flagger(metric, name.text());
        Some(CanaryTest { name: name.text(), at: name, subject: subject(name.text()), limit })
    });
    Some(CanaryPlan {
        who: object.describe(),
        key: analysis.key,
        steps,
        goes_on: true,
        tests: tests.collect(),
        policy: None,
        in_fractions: None,
    })
}

/// What one of Flagger's own measurements lets pass: the share of requests that succeed, in percent, and the
/// 99th percentile of how long they take, in milliseconds. Of others the unit is not known.
///
/// Source: docs.flagger.app, "Metrics Analysis" ("Builtin metrics").
fn limit_of_flagger(metric: Node<'_>, name: &str) -> Option<f64> {
    let bound = |end: &str| {
        let range = metric.at(&["thresholdRange"]);
        range.map_or_else(|| metric.at(&["threshold"]), |it| it.at(&[end]))?.as_number()
    };
    match name {
        "request-success-rate" => Some(1.0 - bound("min")? / 100.0),
        "request-duration" => bound("max"),
        _ => None,
    }
}
