use super::records;
use crate::checklist::nearest_item;
use crate::file::File;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::File(check);

fn check(file: &File, cx: &mut Cx<'_>) {
    for written in records(file) {
        let Some(name) = written.record.item.as_deref().filter(|name| !name.trim().is_empty())
        else {
            continue;
        };
        if written.record.known_item().is_some() {
            continue;
        }
        let near = nearest_item(name);
        let help = match near {
            Some(near) => format!("nothing is decided by it; did you mean `{near}`?"),
            None => "nothing is decided by it; `agentcheck checklist --verbose` lists the items"
                .to_owned(),
        };
        let message = format!("there is no checklist item `{name}`");
        let found = cx.report(written.at("item"), message).help(help);
        if let (Some(near), Some(node)) = (near, written.value("item")) {
            found.unsafe_fix("name the item that was probably meant; see that it is", || {
                edit::reword(node, near)
            });
        }
    }
}
