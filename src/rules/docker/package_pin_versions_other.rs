use crate::docker::Step;
use crate::docker::package::{Manager, Source};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for asked in step.packages() {
        let example = match asked.manager {
            Manager::Apk => "name=1.2.3-r0",
            Manager::Cargo | Manager::Go => "name@1.2.3",
            Manager::Conda => "name=1.2",
            Manager::Gem => "name:1.2.3",
            Manager::Zypper => "name=1.2.3",
            _ if asked.manager.is_rpm() => "name-1.2.3",
            _ => continue,
        };
        // One version for all that is named.
        let versions = ["-v", "--version", "--vers"];
        if matches!(asked.manager, Manager::Gem | Manager::Cargo)
            && asked.arguments.option(&versions).is_some()
        {
            continue;
        }
        for package in asked.packages.iter().filter(|it| it.source == Source::Index) {
            // `apk add name@edge` names a repository.
            let version = package.version.filter(|version| *version != "latest");
            if version.is_some() {
                continue;
            }
            let (name, stage) = (package.name, step.stage.describe());
            let what =
                format!("package `{name}` of `{}` in {stage} has no version", asked.describe());
            cx.report(package.word.place, what)
                .help(format!("every build may get another one: write `{example}`"));
        }
    }
}
