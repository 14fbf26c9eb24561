use crate::agent::Notifier;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Notifier(check);

fn check(notifier: &Notifier<'_>, cx: &mut Cx<'_>) {
    let Some(first) = notifier.variables.first().filter(|_| !notifier.is_part) else { return };
    // In a ConfigMap, what deploys it may fill the variables in.
    let texts = || cx.project().files().iter().map(|file| file.source().text());
    if first.tree().is_embedded() || texts().any(|text| text.contains("envsubst")) {
        return;
    }
    let others = notifier.variables.len() - 1;
    let more = match others {
        0 => String::new(),
        1 => ", as in one other place".to_owned(),
        many => format!(", as in {many} other places"),
    };
    cx.report(*first, format!("Alertmanager takes `{}` as it is{more}", first.text()))
        .help("it fills in no variables: name a file (`..._file`), or run `envsubst` over the configuration");
}
