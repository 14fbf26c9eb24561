use crate::docker::Step;
use crate::docker::package::{Package, PackageCommand, Source};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Step(check);

/// The tools themselves, which many builds renew before they use them.
const TOOLS: [&str; 3] = ["pip", "setuptools", "wheel"];

/// Files that say the versions of what is named beside them.
const LISTS: [&str; 7] = [
    "-c",
    "--constraint",
    "--constraints",
    "--override",
    "--overrides",
    "--exclude-newer",
    "--require-hashes",
];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for asked in step.packages_where(|manager, _| manager.is_python()) {
        if asked.arguments.option(&LISTS).is_some() {
            continue;
        }
        for package in &asked.packages {
            let Some(what) = unpinned(&asked, package) else { continue };
            let stage = step.stage.describe();
            cx.report(
                package.word.place,
                format!("package `{}` of `{}` in {stage} {what}", package.name, asked.describe()),
            )
            .help("every build may get another one: write `name==1.2.3`, or install from a file that was locked");
        }
    }
}

/// What leaves the version of a package open.
fn unpinned(asked: &PackageCommand<'_>, package: &Package<'_>) -> Option<&'static str> {
    let renews = asked.arguments.option(&["-U", "--upgrade"]).is_some();
    match package.source {
        Source::Index if renews && TOOLS.contains(&package.name) => None,
        Source::Index => match package.version {
            None => Some("has no version"),
            // `==1.2`, `~=1.2`, `<2`, `@1.2`, and whatever a variable says.
            Some(version) => {
                let bounds = version.contains(['=', '<', '@', '$']) && has_upper_bound(version);
                (!bounds).then_some("may be any later version")
            }
        },
        Source::Remote => {
            let text = package.word.text.as_str();
            let path = text.split_once("://").map_or(text, |(_, path)| path);
            // `git+ssh://git@host/..` has one for the user.
            let path = path.split_once('/').map_or("", |(_, path)| path);
            let is_repository = text.contains("git+");
            let is_open = is_repository && !path.contains('@') && package.word.is_literal;
            is_open.then_some("is whatever the branch holds")
        }
        Source::Local | Source::Unknown => None,
    }
}

/// Whether a version cannot grow without end: `>=1.2` alone can.
fn has_upper_bound(version: &str) -> bool {
    version.split(',').any(|part| {
        let part = part.trim();
        part.starts_with(['=', '~', '<', '@']) && part != "@latest" || part.contains('$')
    })
}
