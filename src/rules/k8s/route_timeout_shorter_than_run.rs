use crate::diagnostic::Confidence;
use crate::k8s::Object;
use crate::k8s::route::patience;
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Object(&["Ingress", "HTTPRoute"], check);

fn check(object: Object<'_>, cx: &mut Cx<'_>) {
    for patience in patience(object) {
        let work = cx.project().longest_work_behind(object, &patience);
        let Some(work) = work.filter(|work| work.seconds > patience.seconds) else { continue };
        // What all routes of a controller wait for by default may be set elsewhere.
        let most = if patience.is_stated { Confidence::High } else { Confidence::Medium };
        let default = if patience.is_stated { "" } else { ", by default," };
        let enough = work.enough();
        cx.report(
            patience.at,
            format!(
                "{} waits{default} {} seconds for an answer, and {}",
                object.describe(),
                patience.seconds,
                work.describe()
            ),
        )
        .help("the caller gets a 504 while the run goes on, and asks again: wait longer, stream the answer, or answer at once and let the result be fetched")
        .confidence(most.min(work.confidence))
        .related_to(work.places())
        .unsafe_fix(&format!("wait {enough} seconds, if no caller gives up sooner"), || {
            patience.set(enough)
        });
    }
}
