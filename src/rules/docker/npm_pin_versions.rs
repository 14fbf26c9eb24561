use crate::docker::Step;
use crate::docker::package::Source;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for asked in step.packages_where(|manager, _| manager.is_node()) {
        for package in asked.packages.iter().filter(|it| it.source == Source::Index) {
            let what = match package.version {
                Some("*") => "may be any version".to_owned(),
                // `^1.2` and `$VERSION` say something; `latest` and `next` are whatever they are.
                Some(version) if !version.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    continue;
                }
                Some(version) if version.starts_with('v') && version.contains('.') => continue,
                Some(tag) => format!("is the version of the day by the tag `{tag}`"),
                None => "has no version".to_owned(),
            };
            let stage = step.stage.describe();
            cx.report(
                package.word.place,
                format!("package `{}` of `{}` in {stage} {what}", package.name, asked.describe()),
            )
            .help(
                "every build may get another one: write `name@1.2.3`, or install from a lock file",
            );
        }
    }
}
