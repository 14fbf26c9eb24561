use crate::k8s::Object;
use crate::k8s::naming::{label_key_fault, label_value_fault, stated_labels};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&[], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    for label in stated_labels(object) {
        let key = label.key.text();
        if let Some(why) = label_key_fault(key) {
            cx.report(label.key, format!("the key of label `{key}` of {} {why}", object.describe())).help(
                "a name of at most 63 letters, digits, `-`, `_` and `.`, maybe after a domain in small letters and a `/`",
            );
        }
        // What is no string is another finding.
        for value in label.values {
            let Some(why) = value.as_str().and_then(label_value_fault) else { continue };
            cx.report(value, format!("the value of label `{key}` of {} {why}", object.describe())).help(
                "at most 63 letters, digits, `-`, `_` and `.`, the first and the last a letter or digit; other texts belong into an annotation",
            );
        }
    }
}
