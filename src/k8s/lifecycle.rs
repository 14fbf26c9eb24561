//! How pods come to their end: what runs before the signal, and how long they have.

use super::command::said;
use super::{Container, ContainerClasses, Workload, WorkloadKind};
use crate::docker::shell::{Arguments, Script, Valued, file_name};
use crate::source::FileId;
use crate::tree::Node;

/// Source: Kubernetes API reference, `PodSpec.terminationGracePeriodSeconds`.
const DEFAULT_GRACE: i64 = 30;

/// What reads a script.
pub(super) const SHELLS: [&str; 5] = ["ash", "bash", "dash", "sh", "zsh"];

/// Programs that come with a distribution, and that hooks use.
const PROGRAMS: [&str; 26] = [
    "cat", "chmod", "chown", "cp", "curl", "date", "echo", "env", "grep", "kill", "killall", "ln",
    "ls", "mkdir", "mv", "nc", "pkill", "rm", "sed", "sleep", "tee", "test", "timeout", "touch",
    "true", "wget",
];

/// Where distributions keep them.
const FOLDERS: [&str; 6] = ["/bin", "/busybox", "/sbin", "/usr/bin", "/usr/local/bin", "/usr/sbin"];

/// The options of `timeout` that take a value.
static OF_TIMEOUT: Valued = Valued::of("-k --kill-after -s --signal");

/// A command that the kubelet runs in a container when it has started, or before it is stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hook<'t> {
    pub(crate) is_pre_stop: bool,
    /// The word that names its program.
    pub(crate) program: Node<'t>,
}

impl<'t> Hook<'t> {
    /// The name of the program, where it is a shell or comes with a distribution.
    pub(crate) fn tool(self) -> Option<&'t str> {
        let text = self.program.text();
        let (folder, name) = text.rsplit_once('/').unwrap_or(("/bin", text));
        let is_known = SHELLS.contains(&name) || PROGRAMS.contains(&name);
        (is_known && FOLDERS.contains(&folder)).then_some(name)
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
        let words: Vec<&str> = command.items().map(Node::text).collect();
        let at = command.items().rfind(|word| word.text().contains("sleep")).unwrap_or(command);
        Some((slept(&words)?, at))
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

/// How long a command sleeps, that of a shell included, in seconds; nothing where it does not.
fn slept(words: &[&str]) -> Option<i64> {
    // The words are no script, but a script of these words in quotes does the same.
    let quoted = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''")));
    let text = quoted.collect::<Vec<_>>().join(" ");
    Script::read(FileId::new(0), &said(&text)).takes(&|command, within| {
        let Some(invocation) = command.invocation() else { return within };
        let words = || invocation.arguments.iter().map(|word| word.text.as_str());
        let own = match invocation.name() {
            "sleep" => words().map(seconds).try_fold(0_i64, |sum, it| sum.checked_add(it?)),
            name if name.starts_with("python") => words().find_map(slept_by_python),
            _ => None,
        };
        let mut before = invocation.before().iter();
        let bound = before.find(|it| file_name(&it.text) == "timeout").and_then(|_| {
            let bound = Arguments::plain(before.as_slice(), &OF_TIMEOUT);
            // `timeout 0` bounds nothing.
            seconds(&bound.operands().first()?.text).filter(|it| *it > 0)
        });
        let own = own.filter(|_| !invocation.arguments.is_empty()).or(within)?;
        Some(bound.map_or(own, |bound| own.min(bound)))
    })
}

/// How long a program of Python sleeps.
fn slept_by_python(program: &str) -> Option<i64> {
    let times = program.split("time.sleep(").skip(1).filter_map(|rest| {
        let (time, _) = rest.split_once(')')?;
        seconds(time.trim())
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
        let scripts = [
            ("sleep 15", Some(15)),
            ("/bin/sleep 15s", Some(15)),
            ("sleep 10 && nginx -s quit", Some(10)),
            ("(sleep 5;nginx -s quit; sleep 1m)", Some(65)),
            ("sleep 1m 30s", Some(90)),
            ("# was: sleep 60\nsleep 20", Some(20)),
            ("echo 'sleep 60 seconds'; sleep 5", Some(5)),
            ("echo sleep 60", None),
            ("if [ -f x ]; then sleep 40; else sleep 5; sleep 5; fi; sleep 1", Some(41)),
            ("case $A in a) sleep 9;; *) sleep 3;; esac", Some(9)),
            ("timeout -s KILL 30 nice -n 5 sleep 120 || true", Some(30)),
            ("timeout 30 sh -c 'sleep 20; sleep 20'", Some(30)),
            ("sleep 60 & curl x", None),
            ("(sleep 60; x) & sleep 5", Some(5)),
            ("x && sleep 60 & sleep 5; wait", Some(60)),
            ("sleep 60 &", None),
            ("sleep 3 | sleep 4", Some(4)),
            ("sh -c 'sleep 4' && x=$(sleep 5)", Some(9)),
            ("sleep 0.5", Some(0)),
            ("sleep $DELAY", None),
            ("sleep infinity", None),
            ("sleep", None),
            ("nginx -s quit", None),
            ("asleep 3", None),
            ("sleep 99999999999999999999", None),
        ];
        for (script, expected) in scripts {
            assert_eq!(slept(&["/bin/sh", "-c", script]), expected, "{script}");
        }
        let commands: [(&[&str], _); 5] = [
            (&["sleep", "15"], Some(15)),
            (&["timeout", "30", "sleep", "120"], Some(30)),
            (&["python3", "-c", "import time; time.sleep(20)"], Some(20)),
            (&["sh", "-c", r"echo it\'s; sleep 5"], Some(5)),
            (&[], None),
        ];
        for (words, expected) in commands {
            assert_eq!(slept(words), expected, "{words:?}");
        }
    }
}
