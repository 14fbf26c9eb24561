//! The modes of files: `0755`, `u+rwx,go=rX`.
//!
//! Source: pubs.opengroup.org/onlinepubs/9799919799, "chmod".

/// The bit by which everybody may write.
const OTHERS_WRITE: u32 = 0o2;

/// The bit by which, in a folder, everybody may remove what is theirs only.
const STICKY: u32 = 0o1000;

/// Whether a mode lets everybody write, and remove what others wrote.
pub(crate) fn lets_everybody_write(mode: &str) -> bool {
    match numeric(mode) {
        Some(bits) => bits & OTHERS_WRITE != 0 && bits & STICKY == 0,
        None => symbolic(mode),
    }
}

/// The same mode without the right to write for everybody; nothing where it is not a number.
pub(crate) fn for_owner_and_group(mode: &str) -> Option<String> {
    let bits = numeric(mode)? & !OTHERS_WRITE;
    Some(format!("{bits:0width$o}", width = mode.len()))
}

fn numeric(mode: &str) -> Option<u32> {
    let is_octal = !mode.is_empty() && mode.chars().all(|c| matches!(c, '0'..='7'));
    u32::from_str_radix(mode, 8).ok().filter(|_| is_octal)
}

/// What a symbolic mode leaves of the right of everybody to write.
fn symbolic(mode: &str) -> bool {
    let (mut writes, mut is_sticky) = (false, false);
    for clause in mode.split(',') {
        let Some(at) = clause.find(['+', '-', '=']) else { return false };
        let (who, rest) = clause.split_at_checked(at).unwrap_or_default();
        // Without anybody named, the umask takes the right away again.
        let is_about_others = who.contains(['o', 'a']);
        let mut operator = '=';
        for c in rest.chars() {
            match c {
                '+' | '-' | '=' => {
                    operator = c;
                    writes &= !(c == '=' && is_about_others);
                }
                'w' if is_about_others => writes = operator != '-',
                't' => is_sticky = operator != '-',
                'r' | 'w' | 'x' | 'X' | 's' | 'u' | 'g' | 'o' => {}
                _ => return false,
            }
        }
    }
    writes && !is_sticky
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_may_write() {
        for mode in ["777", "0777", "666", "o+w", "a+rwx", "ugo+rwX", "2777", "a=rwx", "u=rwx,o+w"]
        {
            assert!(lets_everybody_write(mode), "{mode}");
        }
        for mode in [
            "755",
            "0775",
            "1777",
            "+x",
            "+w",
            "a+rX",
            "u+w,go-w",
            "a+rwx,o-w",
            "a+rwxt",
            "g=u",
            "a=rwx,o=rx",
            "rwxrwxrwx",
            "--reference=x",
            "$MODE",
            "",
            "778",
        ] {
            assert!(!lets_everybody_write(mode), "{mode}");
        }
        assert_eq!(for_owner_and_group("0777").as_deref(), Some("0775"));
        assert_eq!(for_owner_and_group("666").as_deref(), Some("664"));
        assert_eq!(for_owner_and_group("a+rwx"), None);
    }
}
