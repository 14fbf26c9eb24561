use std::borrow::Cow;

use crate::repo::objective::Wrong;
use crate::repo::{Part, Repository};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Repository(check);

fn check(repository: &Repository<'_>, cx: &mut Cx<'_>) {
    for (_, part) in repository.parts() {
        let Part::Objectives(objectives) = part else { continue };
        for objective in objectives {
            for fault in &objective.faults {
                let name =
                    format!("objective `{}` of {}", objective.name, objective.language.as_str());
                let (what, help) = told(&fault.what);
                cx.report(fault.place, format!("{name} {what}")).help(help);
            }
        }
    }
}

/// What is wrong, and why that matters.
fn told(wrong: &Wrong) -> (String, Cow<'static, str>) {
    const NEVER: &str =
        "the budget for errors comes out wrong, so that its alerts fire always or never";
    match wrong {
        Wrong::NoBudget(text) => (
            format!("leaves no budget for errors, at a target of {text}"),
            "the first failure uses up more than all of it: promise less than everything".into(),
        ),
        Wrong::TooMuch(text) => (format!("promises more than everything: {text}"), NEVER.into()),
        Wrong::Fraction(text) => {
            let meant = text.trim().parse().map_or(0.0, |it: f64| (it * 1e8).round() / 1e6);
            let help = format!("it counts in percent: write {meant}; {NEVER}");
            (format!("promises only {text} percent"), help.into())
        }
        Wrong::Percentage(text) => {
            (format!("has a target of {text}, which has to be a fraction of 1"), NEVER.into())
        }
        Wrong::NoWindow => (
            "does not say over which time it counts".to_owned(),
            "it is refused, or counts over a time that nobody chose".into(),
        ),
        Wrong::NoTarget => ("has no target".to_owned(), "it promises nothing".into()),
    }
}
