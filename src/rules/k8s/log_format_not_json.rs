use crate::log;
use crate::project::StatedVariable;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Variable(check);

fn check(variable: &StatedVariable<'_>, cx: &mut Cx<'_>) {
    let Some((name, setting)) = variable.under_any_name(log::text_in_variable) else { return };
    if variable.is_found_where_it_comes_from(log::text_in_variable) {
        return;
    }
    let shown = log::shown(&variable.value);
    let mut found = cx
        .report(variable.at, format!("`{name}` of {} is `{shown}`", variable.whose()))
        .help("lines of JSON can be searched by field and joined by trace; text must be guessed apart");
    if let Some(taker) = variable.taker {
        found = found.related(taker, format!("{} takes it from there", taker.describe()));
    }
    // What is written over a reference would cut it off.
    if let Some(instead) = setting.instead.filter(|_| !variable.refers()) {
        found.unsafe_fix(&format!("set it to {instead}, if the program knows that"), || {
            edit::reword(variable.at, &instead)
        });
    }
}
