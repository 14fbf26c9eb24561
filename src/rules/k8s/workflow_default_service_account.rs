use crate::k8s::Object;
use crate::k8s::workflow::Workflow;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(Workflow::KINDS, check);

const FIELD: &str = "serviceAccountName";

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    let Some(workflow) = Workflow::of(object) else { return };
    let spec = workflow.spec();
    let stated = spec.value.at(&[FIELD]);
    // A template is run by whoever refers to it, and may bring the account to whom it is for.
    let may_be_elsewhere = !workflow.runs() || spec.value.at(&["workflowTemplateRef"]).is_some();
    let at = match stated {
        Some(account) if account.text() == "default" => account,
        None if !may_be_elsewhere => spec.key,
        _ => return,
    };
    if workflow.names_all_accounts() {
        return;
    }
    cx.report(at, format!("{} runs as the `default` ServiceAccount", object.describe()))
        .help("its steps report their outcome through the API, with rights that every pod of the namespace has then");
}
