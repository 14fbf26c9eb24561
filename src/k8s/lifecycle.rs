//! How pods come to their end: what runs before the signal, and how long they have.

use super::{Container, ContainerClasses, Workload, WorkloadKind};
use crate::tree::Node;

/// Source: Kubernetes API reference, `PodSpec.terminationGracePeriodSeconds`.
const DEFAULT_GRACE: i64 = 30;

/// What reads a script.
pub(super) const SHELLS: [&str; 5] = ["ash", "bash", "dash", "sh", "zsh"];

/// Programs that come with a distribution, and that hooks use.
const PROGRAMS: [&str; 14] = [
    "cat", "curl", "echo", "env", "kill", "killall", "pkill", "rm", "sleep", "test", "timeout",
    "touch", "true", "wget",
];

/// A command that the kubelet runs in a container when it has started, or before it is stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hook<'t> {
    pub(crate) is_pre_stop: bool,
    /// The word that names its program.
    pub(crate) program: Node<'t>,
}

impl Hook<'_> {
    /// Whether the program is a shell, or one that comes with a distribution.
    pub(crate) fn needs_tools(self) -> bool {
        let name = self.program.text().rsplit('/').next().unwrap_or_default();
        SHELLS.contains(&name) || PROGRAMS.contains(&name)
    }

    /// What the field is called.
    pub(crate) fn field(self) -> &'static str {
        if self.is_pre_stop { "preStop" } else { "postStart" }
    }
}

impl<'t> Container<'t> {
    /// The hooks that run a command, by the program that each starts.
    pub(crate) fn command_hooks(self) -> impl Iterator<Item = Hook<'t>> {
        [("postStart", false), ("preStop", true)].into_iter().filter_map(
            move |(hook, is_pre_stop)| {
                let command = self.node().at(&["lifecycle", hook, "exec", "command"])?;
                Some(Hook { is_pre_stop, program: command.items().next()? })
            },
        )
    }

    /// The hook that runs before the container is told to stop.
    pub(crate) fn pre_stop(self) -> Option<Node<'t>> {
        self.node().at(&["lifecycle", "preStop"])
    }

    /// How many seconds the hook sleeps, as far as it says so, and where: by the action of that
    /// name, or by a command.
    pub(crate) fn sleep_before_stop(self) -> Option<(i64, Node<'t>)> {
        let hook = self.pre_stop()?;
        if let Some(seconds) = hook.at(&["sleep", "seconds"]) {
            return Some((seconds.as_int()?, seconds));
        }
        let command = hook.at(&["exec", "command"])?;
        let script: Vec<&str> = command.items().map(Node::text).collect();
        let at = command.items().rfind(|word| word.text().contains("sleep")).unwrap_or(command);
        Some((slept(&script.join(" "))?, at))
    }
}

impl<'t> Workload<'t> {
    /// Where the pods say how long they have.
    pub(crate) fn stated_grace(self) -> Option<Node<'t>> {
        self.pod_spec()?.at(&["terminationGracePeriodSeconds"])
    }

    /// After how many seconds the pods of a job are ended, whatever they do, and where that stands.
    pub(crate) fn deadline(self) -> Option<(i64, Node<'t>)> {
        let path: &[&str] = match self.kind() {
            WorkloadKind::Job => &["spec", "activeDeadlineSeconds"],
            WorkloadKind::CronJob => &["spec", "jobTemplate", "spec", "activeDeadlineSeconds"],
            WorkloadKind::Pod => &[],
            _ => return None,
        };
        let of_job = self.object().node().at(path).filter(|_| !path.is_empty());
        let of_pod = self.pod_spec().and_then(|spec| spec.at(&["activeDeadlineSeconds"]));
        let stated = [of_job, of_pod].into_iter().flatten();
        stated.filter_map(|at| Some((at.as_int()?, at))).min_by_key(|(seconds, _)| *seconds)
    }

    /// How long the longest hook of the containers that run beside each other sleeps before they are
    /// told to stop, and where.
    pub(crate) fn longest_sleep_before_stop(self) -> Option<(i64, Node<'t>)> {
        let containers = self.containers().into_iter();
        let lasting = containers.filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()));
        lasting.filter_map(Container::sleep_before_stop).max_by_key(|(seconds, _)| *seconds)
    }

    /// How many seconds the pods have from the beginning of their hooks until they are killed;
    /// nothing where a template decides.
    pub(crate) fn grace(self) -> Option<i64> {
        self.stated_grace().map_or(Some(DEFAULT_GRACE), Node::as_int)
    }
}

/// How long all the `sleep`s of a script take, in seconds; nothing where it has none.
fn slept(script: &str) -> Option<i64> {
    let separates = |c: char| c.is_whitespace() || ";&|(){}\"'`".contains(c);
    let words: Vec<&str> = script.split(separates).filter(|word| !word.is_empty()).collect();
    let sleeps = |word: &str| word == "sleep" || word.ends_with("/sleep") || word == "time.sleep";
    let times = words.windows(2).filter_map(|pair| match pair {
        [word, time] if sleeps(word) => seconds(time),
        _ => None,
    });
    times.reduce(i64::saturating_add)
}

/// What an argument of `sleep` stands for, in whole seconds: `15`, `0.5`, `1m`.
fn seconds(time: &str) -> Option<i64> {
    let digits = time.find(|c: char| !c.is_ascii_digit()).unwrap_or(time.len());
    let (whole, rest) = time.split_at_checked(digits)?;
    let unit = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    whole.parse::<i64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::slept;

    #[test]
    fn sleeps_are_found_in_commands() {
        let table = [
            ("sleep 15", Some(15)),
            ("/bin/sleep 15s", Some(15)),
            ("/bin/sh -c sleep 10 && nginx -s quit", Some(10)),
            ("/bin/sh -c (sleep 5;nginx -s quit; sleep 1m)", Some(65)),
            ("python -c import time; time.sleep(20)", Some(20)),
            ("sleep 0.5", Some(0)),
            ("sleep $DELAY", None),
            ("sleep infinity", None),
            ("sleep", None),
            ("nginx -s quit", None),
            ("asleep 3", None),
            ("sleep 99999999999999999999", None),
        ];
        for (script, expected) in table {
            assert_eq!(slept(script), expected, "{script}");
        }
    }
}
