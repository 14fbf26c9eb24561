use crate::compose::{ComposeFile, Lack, Service, flag, interpolated};
use crate::diagnostic::Severity;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Compose(check);

const FIELD: &str = "read_only";

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    for lack in Lack::of_field(file, file.deployed(), &[FIELD], is_writable, |it| cx.is_ignored(it))
    {
        cx.about(lack.subject());
        let message = lack
            .with_verb("can write to its root file system", "can write to their root file systems");
        let mut found = cx
            .report(lack.grip(), message)
            .help("set read_only: true, with volumes and tmpfs for what it must write");
        if lack.is_of_images_that_step_down() {
            found = found.severity(Severity::Note);
        }
        found.related_to(lack.places()).parts(lack.parts()).unsafe_fix(
            "make it read-only; give `tmpfs` or a volume to where it must write",
            || lack.mend(|service| edit::set(service.node(), &[FIELD], &true.into())),
        );
    }
}

/// What a variable decides may be as it should.
fn is_writable(service: Service<'_>) -> bool {
    let value = service.node().at(&[FIELD]).filter(|value| interpolated(*value).is_some());
    match service.node().at(&[FIELD]) {
        Some(_) => value.is_some_and(|value| flag(value) == Some(false)),
        None => true,
    }
}
