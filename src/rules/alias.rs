//! The ids of other tools, as people write them.

/// How many characters of a UUID stand before its first hyphen.
const UUID_BEGIN: usize = 8;

/// Whether `id`, as people write it, is the check that rules list as `alias` of a tool.
pub(crate) fn is_same_check(tool: &str, id: &str, alias: &str) -> bool {
    match tool {
        // Rules list how the UUID begins.
        "kics" => {
            let begin = id.get(..alias.len()).filter(|_| alias.len() == UUID_BEGIN);
            let begins = begin.is_some_and(|begin| begin.eq_ignore_ascii_case(alias))
                && id.get(UUID_BEGIN..).is_some_and(|rest| rest.starts_with('-'));
            begins || id.eq_ignore_ascii_case(alias)
        }
        "trivy-checks" => trivy_check(id).is_some_and(|check| Some(check) == trivy_check(alias)),
        "polaris" => id.replace('-', "").eq_ignore_ascii_case(alias),
        _ => id.eq_ignore_ascii_case(alias),
    }
}

/// `AVD-KSV-0017`, `KSV-0017` and the older `KSV017` are one check: its family and number.
fn trivy_check(id: &str) -> Option<(String, u32)> {
    let id = id.to_ascii_uppercase();
    let id = id.strip_prefix("AVD-").unwrap_or(&id);
    let (family, number) = id.split_at_checked(id.find(|c: char| c.is_ascii_digit())?)?;
    Some((family.trim_end_matches('-').to_owned(), number.parse().ok()?))
}
