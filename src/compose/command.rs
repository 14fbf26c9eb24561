//! The words of the commands that a service runs.

use super::Service;
use crate::source::{Place, Span};
use crate::tree::Node;

/// A word of a command, as it is written: its variables are not replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'t> {
    pub(crate) text: &'t str,
    /// The scalar that holds it.
    node: Node<'t>,
}

impl Word<'_> {
    /// The end of the word in the file, from that byte of it; the whole scalar where it is written
    /// in another way than it reads.
    pub(crate) fn place_from(&self, start: usize) -> Place {
        let whole = self.node.place();
        let wanted = self.text.get(start..).unwrap_or_default();
        let written = self.node.tree().text().get(self.node.local_span().range());
        let mut found = written.unwrap_or_default().match_indices(wanted);
        let (Some((at, _)), None, false) = (found.next(), found.next(), self.node.is_alias())
        else {
            return whole;
        };
        let start = whole.span.start as usize + at;
        Place { span: Span::new(start, start + wanted.len()), ..whole }
    }

    /// The scalar that holds the word.
    pub(crate) fn node(&self) -> Node<'_> {
        self.node
    }
}

/// The fields of a service that hold commands.
const FIELDS: [&[&str]; 3] = [&["command"], &["entrypoint"], &["healthcheck", "test"]];

impl<'t> Service<'t> {
    /// The words of each command of the service, with the field that holds it.
    pub(crate) fn commands(self) -> Vec<(&'static str, Vec<Word<'t>>)> {
        let words = |node: Node<'t>| {
            let words = node.text().split_whitespace();
            words.map(move |text| {
                let text = text.trim_matches(['"', '\'']);
                Word { text, node }
            })
        };
        let of = |path: &&[&'static str]| {
            let field = self.node().at(path)?;
            let scalars = field.items().chain(field.is_scalar().then_some(field));
            Some((*path.first()?, scalars.flat_map(words).collect()))
        };
        FIELDS.iter().filter_map(of).collect()
    }
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use crate::compose::tests::{services_of, tree};

    #[test]
    fn words_know_their_places() {
        let text = "services:\n  a:\n    command: redis-server --requirepass 'x y'\n    \
                    entrypoint: [sh, -c, \"run --key=\\\"abc\\\"\"]\n    healthcheck: {test: [CMD, a b]}\n";
        let tree = tree(text);
        let commands = services_of(&tree)[0].commands();
        let shown: Vec<_> = commands
            .iter()
            .map(|(field, words)| {
                let places: Vec<_> =
                    words.iter().map(|word| &text[word.place_from(0).span.range()]).collect();
                format!("{field}: {}", places.join("|"))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "command: redis-server|--requirepass|x|y",
                "entrypoint: sh|-c|run|\"run --key=\\\"abc\\\"\"",
                "healthcheck: CMD|a|b",
            ]
        );
    }
}
