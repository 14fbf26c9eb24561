use crate::compose::ComposeFile;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Compose(check);

fn check(file: ComposeFile<'_>, cx: &mut Cx<'_>) {
    let circle = file.circle();
    let (Some(first), Some(last)) = (circle.first(), circle.last()) else { return };
    let message = if circle.len() == 1 {
        format!("compose service `{}` depends on itself", last.name)
    } else {
        let way: Vec<_> = circle.iter().map(|step| format!("`{}`", step.name)).collect();
        format!(
            "compose service `{}` depends on {}: a circle",
            last.name,
            way.join(", which depends on ")
        )
    };
    let others = circle.iter().skip(1).map(|step| (step.node.place(), "and this".to_owned()));
    cx.report(first.node, message)
        .help("Compose refuses the file: one of them must do without the other at its start")
        .related_to(others);
}
