//! Switches that turn a version of an agent on, and off again.
//!
//! Source: the evaluation guide, section 21.2.1.

use jiff::civil::Date;

use super::{Answer, Proof, Signal, View};
use crate::gate::flag::{Flag, Kind};
use crate::gate::value::Field;
use crate::tree::Node;

pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        name: "flag/off-by-default",
        about: "every feature flag is off by default, and rolled out to nobody",
        look: |view| flags(view, is_own, "only kill switches here, which are on", off_by_default),
    },
    Signal {
        name: "flag/kill-switch",
        about: "every feature flag for production has a kill switch",
        look: |view| flags(view, is_for_production, TRIALS, kill_switch),
    },
    Signal {
        name: "flag/metrics",
        about: "every feature flag for production has metrics",
        look: |view| flags(view, is_for_production, TRIALS, metrics),
    },
    Signal {
        name: "flag/expiry",
        about: "every feature flag expires in time: 7, 30 or 90 days, by what it is for",
        look: |view| {
            let today = view.today();
            let why = "only kill switches here, which stay";
            flags(view, is_own, why, |flag| expiry(flag, today))
        },
    },
];

const TRIALS: &str = "only feature flags for development and testing here";

/// Whether a flag is none that is there to stay.
fn is_own(flag: &Flag<'_>) -> bool {
    flag.kind != Kind::KillSwitch
}

fn is_for_production(flag: &Flag<'_>) -> bool {
    !flag.is_for_trial()
}

/// What is asked of some flags, where there are any.
fn flags<'p>(
    view: &View<'p>,
    is_asked: fn(&Flag<'_>) -> bool,
    nobody: &str,
    look: impl Fn(&'p Flag<'p>) -> Result<(Node<'p>, String), (Node<'p>, String)>,
) -> Answer {
    let mut all = view.policies().flat_map(|policy| &policy.flags).peekable();
    if all.peek().is_none() {
        return Answer::Lacking("no feature flags of a release policy here".to_owned(), Vec::new());
    }
    let said: Vec<_> = all
        .filter(|flag| is_asked(flag))
        .map(|flag| match look(flag) {
            Ok((at, says)) => (Proof::new(at.place(), says), true),
            Err((at, says)) => (Proof::new(at.place(), says), false),
        })
        .collect();
    if said.is_empty() {
        return Answer::Moot(nobody.to_owned());
    }
    Answer::demanded(said, nobody)
}

type Verdict<'t> = Result<(Node<'t>, String), (Node<'t>, String)>;

fn off_by_default<'t>(flag: &Flag<'t>) -> Verdict<'t> {
    let name = flag.name;
    let at = match flag.default {
        Field::Is(false, at) => at,
        Field::Is(true, at) => return Err((at, format!("the flag `{name}` is on by default"))),
        Field::Missing(at) => return Err((at, format!("the flag `{name}` has no default"))),
        Field::Unclear(at) => return Err((at, format!("the default of `{name}` is open"))),
    };
    match flag.rollout {
        Field::Is(share, at) if share > 0.0 => {
            Err((at, format!("the flag `{name}` is on for {share} %")))
        }
        Field::Unclear(at) => Err((at, format!("the share of the flag `{name}` is open"))),
        Field::Is(..) | Field::Missing(_) => Ok((at, format!("the flag `{name}` is off"))),
    }
}

fn kill_switch<'t>(flag: &Flag<'t>) -> Verdict<'t> {
    if flag.kind == Kind::KillSwitch && flag.kill_switch.missing().is_some() {
        let at = flag.default.node();
        return Ok((at, format!("the flag `{}` is a kill switch itself", flag.name)));
    }
    switch(flag.kill_switch, "kill switch", flag.name)
}

fn metrics<'t>(flag: &Flag<'t>) -> Verdict<'t> {
    switch(flag.metrics, "metrics", flag.name)
}

fn switch<'t>(field: Field<'t, bool>, what: &str, name: &str) -> Verdict<'t> {
    match field {
        Field::Is(true, at) => Ok((at, format!("{what} of the flag `{name}`"))),
        Field::Is(false, at) => Err((at, format!("{what} of the flag `{name}`: off"))),
        Field::Missing(at) => Err((at, format!("no {what} of the flag `{name}`"))),
        Field::Unclear(at) => Err((at, format!("{what} of the flag `{name}`: open"))),
    }
}

/// For how many days a flag may live: "Flag Governance" of section 21.2.1. What is of no known sort
/// is held to what production is.
fn days(kind: Kind) -> i32 {
    match kind {
        Kind::Development => 7,
        Kind::Testing => 30,
        Kind::Production | Kind::Other | Kind::KillSwitch => 90,
    }
}

fn expiry<'t>(flag: &Flag<'t>, today: Date) -> Verdict<'t> {
    let name = flag.name;
    let (last, at) = match flag.expires {
        Field::Is(last, at) => (last, at),
        Field::Missing(at) => return Err((at, format!("the flag `{name}` does not expire"))),
        Field::Unclear(at) => return Err((at, format!("when the flag `{name}` expires is open"))),
    };
    if last < today {
        return Err((at, format!("the flag `{name}` expired on {last}")));
    }
    let (from, most) = (flag.created.value().unwrap_or(today), days(flag.kind));
    let lives = last.since(from).map_or(i32::MAX, |span| span.get_days());
    if lives > most {
        return Err((at, format!("the flag `{name}` lives {lives} days, more than {most}")));
    }
    Ok((at, format!("the flag `{name}` expires on {last}")))
}

#[cfg(test)]
mod tests {
    use super::super::asked::ask;

    fn of(signal: &str, flag: &str) -> String {
        let policy = format!("feature_flags:\n  agent_v2: {flag}\n");
        ask(signal, &[("flags.yaml", &policy)])
    }

    #[test]
    fn flags_are_off() {
        let off = "{default: false, rollout_percentage: 0}";
        assert_eq!(
            of("flag/off-by-default", off),
            "shown\nflags.yaml:2: the flag `agent_v2` is off"
        );
        for (flag, why) in [
            ("{default: true, kill_switch: true}", "is on by default"),
            ("{rollout_percentage: 0}", "has no default"),
            ("{default: false, rollout_percentage: 20}", "is on for 20 %"),
            ("{default: '${V2}', rollout_percentage: 0}", "is open"),
        ] {
            let answer = of("flag/off-by-default", flag);
            assert!(answer.starts_with("lacking") && answer.contains(why), "{flag}: {answer}");
        }
        let switch =
            of("flag/off-by-default", "{type: kill_switch, default: true, kill_switch: true}");
        assert!(switch.starts_with("moot: only kill switches"), "{switch}");
        let none = ask("flag/off-by-default", &[("README.md", "# Orders\n")]);
        assert!(none.starts_with("lacking: no feature flags"), "{none}");
    }

    #[test]
    fn flags_can_be_switched_off_and_are_watched() {
        let both = "{default: false, kill_switch: true, metrics_enabled: true}";
        assert!(of("flag/kill-switch", both).starts_with("shown\nflags.yaml:2"));
        assert!(of("flag/metrics", both).starts_with("shown"));
        let none = "{default: false, rollout_percentage: 0}";
        assert!(of("flag/kill-switch", none).starts_with("lacking: no kill switch"));
        assert!(of("flag/metrics", none).starts_with("lacking: no metrics"));
        let trial = "{default: false, rollout_percentage: 0, type: testing}";
        assert!(of("flag/metrics", trial).starts_with("moot"));
    }

    #[test]
    fn flags_expire() {
        let flag =
            |rest: &str| of("flag/expiry", &format!("{{default: false, kill_switch: true{rest}}}"));
        let far = flag(", created: 2999-01-01, expires: 2999-03-01");
        assert!(far.starts_with("shown"), "{far}");
        let long = flag(", created: 2999-01-01, expires: 2999-12-01");
        assert!(long.contains("lives 334 days, more than 90"), "{long}");
        assert!(flag(", expires: 2020-01-01").contains("expired on 2020-01-01"));
        assert!(flag("").contains("does not expire"));
        assert!(flag(", type: ops").starts_with("moot"));
    }
}
