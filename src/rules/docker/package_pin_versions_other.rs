use crate::docker::Step;
use crate::docker::package::{Manager, Package, Source};
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
        // `apk add name@edge` names a repository.
        let is_open = |it: &&Package<'_>| {
            it.source == Source::Index && it.version.is_none_or(|version| version == "latest")
        };
        let open: Vec<_> = asked.packages.iter().filter(is_open).collect();
        let Some(first) = open.first() else { continue };
        let what = asked.without_version(&open);
        cx.report(first.word.place, format!("{what} in {}", step.stage.describe()))
            .help(format!("every build may get another one: write `{example}`"));
    }
}
