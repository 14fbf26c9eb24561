//! Dockerfiles inside other files: `dockerfile_inline` of a Compose service, and `dockerfile_lines` of
//! a langgraph.json.

use super::Dockerfile;
use crate::source::{FileId, Place, Span};
use crate::tree::{HostMap, Joined, Node, SyntaxError};

/// A Dockerfile in a string of another file, or in a list of strings.
///
/// It is read as a file of its own, which no file of the run is; [`Inline::outer`] says where the
/// places in it stand in the file around it.
#[derive(Debug)]
pub(crate) struct Inline {
    dockerfile: Dockerfile,
    map: HostMap,
    /// How much of the text stands nowhere, at its beginning.
    made: u32,
    host: Place,
}

/// The file of what is in none. No run has as many.
const NO_FILE: usize = usize::MAX;

/// The image that the builder of langgraph.json begins with, unless the file names another one.
///
/// Source: docs.langchain.com/langsmith/cli, "Configuration file", `base_image`.
const LANGGRAPH_BASE: &str = "langchain/langgraph-api";

/// The same for agents in JavaScript.
const LANGGRAPH_JS_BASE: &str = "langchain/langgraphjs-api";

impl Inline {
    /// The Dockerfile of a Compose service, where Compose reads `$$` as `$`.
    pub(crate) fn of_compose(text: Node<'_>) -> Option<(Self, Vec<SyntaxError>)> {
        text.as_str().filter(|text| !text.trim().is_empty())?;
        let mut joined = Joined::default();
        joined.push_scalar(text, Some('$'));
        Inline::read(joined, 0, text, false)
    }

    /// The lines that a langgraph.json adds to the Dockerfile of its builder, which begins with an
    /// image that only the builder knows.
    pub(crate) fn of_langgraph(document: Node<'_>) -> Option<(Self, Vec<SyntaxError>)> {
        let lines = langgraph_lines(document)?;
        let is_js = document.get("node_version").is_some();
        let base = if is_js { LANGGRAPH_JS_BASE } else { LANGGRAPH_BASE };
        let stated = document.at(&["base_image"]).and_then(Node::as_str);
        let base = stated.filter(|it| it.split_whitespace().count() == 1).unwrap_or(base);
        let mut joined = Joined::default();
        joined.push_made(&format!("FROM {base}\n"));
        let made = joined.len();
        for line in lines.items() {
            joined.push_scalar(line, None);
            joined.push_made("\n");
        }
        Inline::read(joined, made, lines, true)
    }

    fn read(
        joined: Joined,
        made: usize,
        host: Node<'_>,
        is_fragment: bool,
    ) -> Option<(Self, Vec<SyntaxError>)> {
        if host.tree().is_embedded() {
            return None;
        }
        let (text, map) = joined.finish();
        let (mut dockerfile, errors) = Dockerfile::read(FileId::new(NO_FILE), &text);
        dockerfile.is_fragment = is_fragment;
        dockerfile.is_inline = true;
        let made = u32::try_from(made).ok()?;
        let inline = Inline { dockerfile, map, made, host: host.target().place() };
        // A template is no Dockerfile until it is rendered.
        let is_template = |error: &SyntaxError| {
            let said = text.get(error.document.range()).unwrap_or_default();
            ["{{", "{%", "<%"].iter().any(|mark| said.contains(mark))
        };
        if errors.iter().any(is_template) {
            return None;
        }
        let errors = errors.into_iter().filter_map(|error| {
            let place = inline.outer(error.place)?;
            let document = inline.outer(Place { span: error.document, ..error.place })?.span;
            Some(SyntaxError { place, document, ..error })
        });
        let errors = errors.collect();
        Some((inline, errors))
    }

    pub(crate) fn dockerfile(&self) -> &Dockerfile {
        &self.dockerfile
    }

    /// The string, or the list, that holds it.
    pub(crate) fn host(&self) -> Place {
        self.host
    }

    /// Where a place in the Dockerfile stands in the file around it; nothing for what stands nowhere
    /// there, and a place in another file is what it is.
    pub(crate) fn outer(&self, place: Place) -> Option<Place> {
        if place.file != self.dockerfile.file {
            return Some(place);
        }
        let Span { start, .. } = place.span;
        let span = self.map.outer(place.span);
        (start >= self.made).then_some(Place { file: self.host.file, span })
    }
}

/// The lines for the Dockerfile of a langgraph.json, if the document is one and has any.
///
/// Source: the schema of langgraph.json, github.com/langchain-ai/langgraph, `libs/cli/schemas`.
fn langgraph_lines(document: Node<'_>) -> Option<Node<'_>> {
    let is_langgraph = document.at(&["graphs"]).is_some_and(Node::is_map)
        && ["dependencies", "node_version", "source"].iter().any(|key| document.get(key).is_some());
    let lines = document.at(&["dockerfile_lines"]).filter(|_| is_langgraph)?;
    let are_texts = lines.items().len() > 0 && lines.items().all(|line| line.as_str().is_some());
    are_texts.then_some(lines)
}
