//! Breaks prose into lines.

/// The lines of `text`, none longer than `width` characters unless a single word is. Words stay
/// whole, so that paths, ids and digests can be copied.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = if word.is_ascii() { word.len() } else { word.chars().count() };
        match lines.last_mut() {
            Some(line) if used + 1 + length <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + length;
            }
            _ => {
                let mut line = String::with_capacity(width.min(text.len()));
                line.push_str(word);
                lines.push(line);
                used = length;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrap("  a bc  def ghijklm n", 6), ["a bc", "def", "ghijklm", "n"]);
        assert!(wrap(" ", 6).is_empty());
    }
}
