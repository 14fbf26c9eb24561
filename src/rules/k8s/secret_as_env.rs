use crate::k8s::{Container, ContainerClasses, KeyedKind, Use, WorkloadKind};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Container(WorkloadKind::ALL, ContainerClasses::ALL, check);

fn check(container: Container<'_>, cx: &mut Cx<'_>) {
    let secrets: Vec<_> =
        container.references().into_iter().filter(|it| it.kind == KeyedKind::Secret).collect();
    let Some((first, rest)) = secrets.split_first() else { return };
    let what = match (rest.len(), first.used) {
        (0, Use::Variables) => "all keys of a Secret as environment variables".to_owned(),
        (0, _) => "a Secret as an environment variable".to_owned(),
        (more, _) => format!("Secrets as environment variables, in {} places", more + 1),
    };
    let mut found = cx.report(first.name, format!("{} gets {what}", container.describe())).help(
        "mount it as a file: variables end up in crash reports, in logs and in child processes",
    );
    for other in rest {
        found = found.related(other.name, "here too");
    }
}
