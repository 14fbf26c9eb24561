use crate::compose::Service;
use crate::rules::{Check, Cx};
use crate::tree::edit;
use crate::tree::{Node, Style};

pub(crate) const CHECK: Check = Check::Service(check);

fn check(service: Service<'_>, cx: &mut Cx<'_>) {
    let lists = ["ports", "expose"].into_iter().filter_map(|field| service.node().at(&[field]));
    for item in lists.flat_map(Node::items) {
        let is_bare = item.is_scalar() && item.style() == Style::Plain && !item.is_alias();
        if !is_bare || !item.text().contains(':') {
            continue;
        }
        let Some(owner) = service.owner_of(item.place()) else { continue };
        let what = if is_sexagesimal(item.text()) {
            ", which readers of YAML 1.1 take for a number"
        } else {
            ""
        };
        cx.report(
            item,
            format!(
                "port `{}` of {} `{}` has no quotes{what}",
                item.text(),
                owner.kind,
                owner.name
            ),
        )
        .help("put ports in quotes")
        .about(owner)
        .safe_fix("put it in quotes", || edit::replace(item, &item.text().into()));
    }
}

/// Source: YAML 1.1, `int`, base 60.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.split(':');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    let first = parts.next().unwrap_or_default();
    is_number(first)
        && !first.starts_with('0')
        && parts.all(|part| is_number(part) && part.parse().is_ok_and(|number: u8| number < 60))
}
