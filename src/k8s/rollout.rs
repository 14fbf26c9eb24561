//! The steps by which a Rollout of Argo brings a new version to its users.

use super::{Workload, WorkloadKind};
use crate::tree::{Entry, Node};

/// How long a pause lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// Until somebody goes on.
    Endless,
    Seconds(i64),
    /// A template decides.
    Open,
}

/// A share of the requests for the new version, and how long it is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage<'t> {
    pub(crate) at: Node<'t>,
    /// The percentage; nothing where a template decides.
    pub(crate) weight: Option<i64>,
    /// The seconds until the next one; nothing where somebody or something else decides.
    pub(crate) hold: Option<i64>,
}

impl Pause {
    /// What the value of a step's `pause` says: `{}`, `{duration: 600}`, `{duration: 10m}`.
    pub(crate) fn of(pause: Node<'_>) -> Self {
        match pause.at(&["duration"]) {
            Some(duration) => {
                let seconds = duration.as_int().or_else(|| seconds(duration.text()));
                seconds.map_or(Pause::Open, Pause::Seconds)
            }
            None if pause.is_scalar() && !pause.is_null() && !pause.text().is_empty() => {
                Pause::Open
            }
            None => Pause::Endless,
        }
    }
}

impl<'t> Workload<'t> {
    /// A strategy of a Rollout: `canary` or `blueGreen`.
    pub(crate) fn strategy(self, name: &str) -> Option<Entry<'t>> {
        let strategy = self.object().node().at(&["spec", "strategy"])?;
        strategy.get(name).filter(|_| self.kind() == WorkloadKind::Rollout)
    }

    /// The steps of a Rollout's canary.
    pub(crate) fn canary_steps(self) -> impl Iterator<Item = Node<'t>> {
        let steps = self.strategy("canary").and_then(|canary| canary.value.at(&["steps"]));
        steps.into_iter().flat_map(Node::items)
    }

    /// The stages that the steps make.
    pub(crate) fn canary_stages(self) -> Vec<Stage<'t>> {
        let mut stages: Vec<Stage<'t>> = Vec::new();
        for step in self.canary_steps() {
            if let Some(at) = step.at(&["setWeight"]) {
                stages.push(Stage { at, weight: at.as_int(), hold: Some(0) });
                continue;
            }
            let Some(stage) = stages.last_mut() else { continue };
            let held = step.get("pause").map(|pause| Pause::of(pause.value));
            // An analysis and an experiment go on when they are done.
            let is_gate =
                ["analysis", "experiment", "plugin"].iter().any(|it| step.get(it).is_some());
            stage.hold = match held {
                _ if is_gate => None,
                Some(Pause::Endless | Pause::Open) => None,
                Some(Pause::Seconds(more)) => stage.hold.map(|hold| hold.saturating_add(more)),
                None => stage.hold,
            };
        }
        stages
    }
}

/// `90`, `10m`, `1h30m`, in seconds.
fn seconds(duration: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = duration;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(digits)?;
        let mut units = behind.chars();
        let factor = match units.next() {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some(_) => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(factor)?)?;
        rest = units.as_str();
    }
    (!duration.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, workload};
    use super::seconds;

    #[test]
    fn stages_of_a_canary() {
        let tree = read(
            "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {strategy: {canary: {steps: [\
             {pause: {duration: 5}}, {setWeight: 1}, {pause: {duration: 1h}}, {pause: {duration: 60}}, \
             {setWeight: 5}, {pause: {}}, {setWeight: 20}, {pause: {duration: 5m}}, {analysis: {}}, \
             {pause: {duration: 5m}}, {setWeight: \"${W}\"}, {setCanaryScale: {}}]}}}}\n",
        );
        let stages = workload(&tree).canary_stages();
        let found: Vec<_> = stages.iter().map(|stage| (stage.weight, stage.hold)).collect();
        let expected = [(Some(1), Some(3660)), (Some(5), None), (Some(20), None), (None, Some(0))];
        assert_eq!(found, expected);
    }

    #[test]
    fn durations_of_pauses() {
        let table = [
            ("90", Some(90)),
            ("10m", Some(600)),
            ("1h30m", Some(5400)),
            ("5s", Some(5)),
            ("", None),
            ("1d", None),
            ("${WAIT}", None),
        ];
        for (text, expected) in table {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
