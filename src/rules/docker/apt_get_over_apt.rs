use crate::docker::package::{Manager, PackageCommand};
use crate::docker::{Dockerfile, Step, edit};
use crate::rules::{Check, Cx};
use crate::tree::edit::{Edits, Refusal};

pub(crate) const CHECK: Check = Check::Step(check);

/// What apt does, and which program does the same under which name.
///
/// Source: apt(8), apt-get(8), apt-cache(8).
const STABLE: [(&str, &str, &str); 16] = [
    ("autoclean", "apt-get", "autoclean"),
    ("autoremove", "apt-get", "autoremove"),
    ("build-dep", "apt-get", "build-dep"),
    ("clean", "apt-get", "clean"),
    ("depends", "apt-cache", "depends"),
    ("dist-upgrade", "apt-get", "dist-upgrade"),
    ("download", "apt-get", "download"),
    ("full-upgrade", "apt-get", "dist-upgrade"),
    ("install", "apt-get", "install"),
    ("policy", "apt-cache", "policy"),
    ("purge", "apt-get", "purge"),
    ("remove", "apt-get", "remove"),
    ("search", "apt-cache", "search"),
    ("show", "apt-cache", "show"),
    ("update", "apt-get", "update"),
    ("upgrade", "apt-get", "upgrade --with-new-pkgs"),
];

fn check(step: Step<'_>, cx: &mut Cx<'_>) {
    for asked in step.packages_where(|manager, _| manager == Manager::Apt) {
        let what =
            format!("`{}` of {} is made for people", asked.describe(), step.stage.describe());
        cx.report(asked.program.place, what)
            .help("its options and output may change between versions: use apt-get and apt-cache in scripts")
            .safe_fix("use the stable program", || write_stable(step.dockerfile, &asked));
    }
}

fn write_stable(dockerfile: &Dockerfile, asked: &PackageCommand<'_>) -> Edits {
    let known = STABLE.iter().find(|(name, ..)| *name == asked.subcommand.text);
    let (_, program, subcommand) = known.ok_or(Refusal::Occupied)?;
    let own = asked.subcommand.text.as_str();
    if subcommand.contains(' ') && asked.subcommand.is_quoted {
        return Err(Refusal::Occupied);
    }
    // `/usr/bin/apt` keeps its path.
    let name = edit::reword(dockerfile, asked.program, "apt", program);
    let renamed =
        (*subcommand != own).then(|| edit::reword(dockerfile, asked.subcommand, own, subcommand));
    edit::all([Some(name), renamed].into_iter().flatten())
}
