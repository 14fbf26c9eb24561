//! What may stand in a page: nothing from a file or a configuration gets there but through these.

use std::fmt;

use crate::report::{escape, markup};

/// Text on one line.
pub(super) struct Text<'t>(pub(super) &'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&markup::html(&escape::line(self.0)))
    }
}

/// A sentence on one line, in which that is code what stands in backticks.
pub(super) struct Prose<'t>(pub(super) &'t str);

impl fmt::Display for Prose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = escape::line(self.0);
        let mut rest: &str = &text;
        while let Some((before, after)) = rest.split_once('`') {
            f.write_str(&markup::html(before))?;
            match after.split_once('`') {
                Some((code, after)) if !code.trim().is_empty() => {
                    write!(f, "<code>{}</code>", markup::html(code))?;
                    rest = after;
                }
                _ => {
                    f.write_str("`")?;
                    rest = after;
                }
            }
        }
        f.write_str(&markup::html(rest))
    }
}

/// Text of a file as it stands there, its line breaks included; what acts is replaced by signs.
pub(super) struct Code<'t>(pub(super) &'t str);

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String =
            self.0.chars().map(|c| if c == '\n' { c } else { escape::in_excerpt(c) }).collect();
        f.write_str(&markup::html(&shown))
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Prose, Text};

    #[test]
    fn nothing_acts() {
        let hostile = "<b>&\"'\u{202e}\u{0}\n`x<y`` `z";
        assert_eq!(
            Text(hostile).to_string(),
            r"&lt;b&gt;&amp;&quot;&#39;\u{202e}\u{0}\n`x&lt;y`` `z"
        );
        assert_eq!(
            Prose(hostile).to_string(),
            r"&lt;b&gt;&amp;&quot;&#39;\u{202e}\u{0}\n<code>x&lt;y</code>` `z"
        );
        assert_eq!(Code(hostile).to_string(), "&lt;b&gt;&amp;&quot;&#39;\u{fffd}␀\n`x&lt;y`` `z");
    }
}
