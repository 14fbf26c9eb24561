//! Reads YAML from granit-parser's events.
//!
//! What the parser does and a linter must not show: an absent value is a scalar `~` of no
//! width; a block collection ends where the next token begins; a sequence at its key's own
//! indentation begins after its first dash. The spans here are put right.

use std::borrow::Cow;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, options};

use super::{
    Dialect, HostMap, Id, Limit, MOST_ALIASED, MOST_DOCUMENTS, Mark, Shape, Slot, Style,
    SyntaxError, Tag, Tree,
};
use crate::source::{FileId, Place, Span};

const TAB: &str = "a tab indents this line; YAML takes spaces only";

/// A collection that is still open, and where its children begin on the stack of them.
struct Open {
    id: Id,
    children: usize,
    /// The number of its anchor, or 0.
    anchor: usize,
    /// What aliases stood for in the document so far.
    aliased: usize,
}

/// A node that aliases may stand for.
struct Anchor {
    number: usize,
    id: Id,
    /// How many values it is made of, once it is closed.
    values: usize,
}

/// The parser stops there.
const MAX_DEPTH: usize = 255;

struct Reader {
    tree: Tree,
    /// What the parser's offsets lack: it does not count a byte order mark.
    shift: usize,
    open: Vec<Open>,
    pending: Vec<Id>,
    anchors: Vec<Anchor>,
    /// How many values the aliases of the document stand for, beyond themselves.
    aliased: usize,
    /// What the document has too much of, and where.
    beyond: Option<(usize, Limit)>,
    /// Where the last token ended, for block collections.
    end: u32,
    /// The root of the document being read.
    root: Option<Id>,
    errors: Vec<SyntaxError>,
    /// Whether the text holds a tab at all, and where one indents a node of this document.
    has_tabs: bool,
    bad_tab: Option<usize>,
}

/// Reads every document of `text`; one that is broken costs itself only.
pub(crate) fn read(
    file: FileId,
    text: &Arc<str>,
    host: Option<HostMap>,
) -> (Tree, Vec<SyntaxError>) {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        tree: Tree::new(file, Arc::clone(text), Dialect::Core, host),
        shift: text.len() - body.len(),
        open: Vec::new(),
        pending: Vec::new(),
        anchors: Vec::new(),
        aliased: 0,
        beyond: None,
        end: 0,
        root: None,
        errors: Vec::new(),
        has_tabs: body.contains('\t'),
        bad_tab: None,
    };
    reader.run(body);
    (reader.tree, reader.errors)
}

/// The tag of a node, where it matters.
fn read_tag(tag: Option<&granit_parser::Tag>) -> Tag {
    let Some(tag) = tag else { return Tag::None };
    match (tag.core_suffix(), tag.handle(), tag.suffix()) {
        (Some("str"), ..) => Tag::Text,
        (None, "!", "reset") => Tag::Reset,
        (None, "!", "override") => Tag::Override,
        _ => Tag::None,
    }
}

/// What the parser stumbled over if nothing is wrong but that there is too much of it.
fn limit(error: &ScanError) -> Option<Limit> {
    let is_deep = matches!(error.kind(), ErrorKind::RecursionLimitExceeded);
    is_deep.then_some(Limit::Levels(MAX_DEPTH))
}

impl Reader {
    fn run(&mut self, body: &str) {
        let mut parser = Parser::new_from_str_with_options(body, options! { emit_comments: false });
        let mut document = 0;
        let mut mark = self.tree.mark();
        loop {
            match parser.next_event() {
                None | Some(Ok((Event::StreamEnd, _))) => break,
                Some(Ok((event, at))) if self.bad_tab.is_none() && self.beyond.is_none() => {
                    let range = at.byte_range().unwrap_or(0..0);
                    let span = Span::new(range.start + self.shift, range.end + self.shift);
                    match event {
                        Event::DocumentStart(..) if self.is_last() => {
                            let at = range.start;
                            if body.get(at..).is_some_and(says_something) {
                                let mark = self.tree.mark();
                                self.fail(mark, at, at, String::new(), Some(Limit::Documents));
                                self.end_document(body.len());
                            }
                            break;
                        }
                        Event::DocumentStart(..) => {
                            document = range.start;
                            mark = self.tree.mark();
                            self.end = span.end;
                        }
                        Event::DocumentEnd => self.finish_document(),
                        event => self.event(event, span),
                    }
                }
                failed => {
                    let (tab, beyond) = (self.bad_tab.take(), self.beyond.take());
                    let (at, message, limit) = match (failed, beyond) {
                        (_, Some((at, limit))) => (at, String::new(), Some(limit)),
                        (Some(Err(error)), None) if tab.is_none() => {
                            let at = error.marker().byte_offset().unwrap_or(document);
                            match indenting_tab(body, at).filter(|_| is_about_tabs(error.kind())) {
                                Some(tab) => (tab, TAB.to_owned(), None),
                                None => (at, error.info(), limit(&error)),
                            }
                        }
                        _ => (tab.unwrap_or(document), TAB.to_owned(), None),
                    };
                    self.fail(mark, at.min(body.len()), document, message, limit);
                    // Recovery goes to the next `---`; what it skips belongs to this document.
                    let more = parser.proceed_next_document().unwrap_or(false);
                    if !more {
                        self.end_document(body.len());
                        break;
                    }
                    let next = match parser.peek() {
                        Some(Ok((_, at))) => {
                            at.byte_range().map_or(body.len(), |range| range.start)
                        }
                        _ => body.len(),
                    };
                    self.end_document(next);
                }
            }
        }
    }

    /// Forgets what there is of a broken document.
    fn fail(
        &mut self,
        mark: Mark,
        at: usize,
        document: usize,
        message: String,
        limit: Option<Limit>,
    ) {
        self.tree.forget_since(mark);
        self.open.clear();
        self.pending.clear();
        self.anchors.clear();
        (self.aliased, self.beyond) = (0, None);
        self.root = None;
        let at = at + self.shift;
        let end = self.tree.text.get(at..).and_then(|rest| rest.chars().next());
        let span = Span::new(at, at + end.map_or(0, char::len_utf8));
        let Place { file, span } = self.tree.place(span);
        let document = Span::new(document + self.shift, self.tree.text.len());
        self.errors.push(SyntaxError {
            place: Place { file, span },
            message: limit.map_or(message, Limit::describe),
            document,
            limit,
        });
    }

    fn end_document(&mut self, end: usize) {
        let end = end + self.shift;
        let host = self.tree.host.as_ref();
        if let Some(error) = self.errors.last_mut() {
            let span = Span::new(error.document.start as usize, end);
            error.document = host.map_or(span, |host| host.outer(span));
        }
    }

    /// Whether there are as many documents as a file may have.
    fn is_last(&self) -> bool {
        self.tree.documents.len() + self.errors.len() >= MOST_DOCUMENTS
    }

    fn finish_document(&mut self) {
        self.anchors.clear();
        self.aliased = 0;
        if let Some(root) = self.root.take() {
            // A document of comments only, or a stray `---`, is an empty scalar: nothing to see.
            let empty = matches!(
                self.tree.slots.get(root),
                Some(slot) if slot.span.start == slot.span.end && slot.style == Style::Plain
            );
            if !empty {
                self.tree.documents.push(root);
            }
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                    ScalarStyle::Plain => Style::Plain,
                };
                let absent = span.start == span.end && style == Style::Plain;
                let value = if absent { Cow::Borrowed("") } else { value };
                let value = match style {
                    Style::Literal | Style::Folded => self.without_invented_break(value, span),
                    _ => value,
                };
                let tag = read_tag(tag.as_deref());
                let shape = self.tree.scalar(value);
                self.end = self.end.max(span.end);
                self.add(Slot { span, shape, style, anchored: anchor != 0, tag }, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let span = self.with_first_dash(span, style);
                let tag = read_tag(tag.as_deref());
                self.begin(Shape::List { first: 0, len: 0 }, span, style, (anchor, tag));
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = read_tag(tag.as_deref());
                self.begin(Shape::Map { first: 0, len: 0 }, span, style, (anchor, tag));
            }
            Event::Alias(anchor) => {
                self.end = self.end.max(span.end);
                // The parser numbers anchors as they come. It refuses an alias without one, so
                // there always is a target.
                let target = self.anchor(anchor).map(|target| (target.id, target.values));
                let shape = target.map_or(Shape::Raw(Span::default()), |(id, _)| Shape::Alias(id));
                let values = target.map_or(0, |(_, values)| values.saturating_sub(1));
                self.aliased = self.aliased.saturating_add(values);
                if self.aliased > MOST_ALIASED {
                    self.exceed(span, Limit::Aliases);
                }
                let style = Style::Plain;
                self.add(Slot { span, shape, style, anchored: false, tag: Tag::None }, 0);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { id, children, anchor, aliased }) = self.open.pop() else { return };
                let own_values = self.tree.slots.len() - (id as usize).min(self.tree.slots.len());
                let values = own_values.saturating_add(self.aliased.saturating_sub(aliased));
                if let Some(anchor) = self.anchor(anchor) {
                    anchor.values = values;
                }
                self.tree.close(id, self.pending.get(children..).unwrap_or_default());
                self.pending.truncate(children);
                let end = &mut self.end;
                self.tree.slots.change(id, |slot| {
                    if slot.style == Style::Flow {
                        *end = (*end).max(span.end);
                    }
                    slot.span.end = (*end).max(slot.span.start);
                });
            }
            _ => {}
        }
    }

    /// A block scalar whose last line ends with the file ends without a line break, as libyaml and
    /// go-yaml have it; this parser makes one up.
    fn without_invented_break<'v>(&self, value: Cow<'v, str>, span: Span) -> Cow<'v, str> {
        let text = self.tree.text.as_bytes();
        let cut = span.end as usize == text.len()
            && text.last().is_some_and(|byte| !byte.is_ascii_whitespace());
        match value {
            Cow::Borrowed(value) if cut => Cow::Borrowed(value.strip_suffix('\n').unwrap_or(value)),
            Cow::Owned(mut value) if cut && value.ends_with('\n') => {
                value.pop();
                Cow::Owned(value)
            }
            value => value,
        }
    }

    fn begin(
        &mut self,
        shape: Shape,
        span: Span,
        style: StructureStyle,
        (anchor, tag): (usize, Tag),
    ) {
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        let id = self.add(Slot { span, shape, style, anchored: anchor != 0, tag }, anchor);
        let (children, aliased) = (self.pending.len(), self.aliased);
        self.open.push(Open { id, children, anchor, aliased });
    }

    /// The node with the anchor of that number, in this document.
    fn anchor(&mut self, number: usize) -> Option<&mut Anchor> {
        let at = self.anchors.binary_search_by_key(&number, |anchor| anchor.number).ok()?;
        self.anchors.get_mut(at)
    }

    /// Notes where there is too much of something, the first time.
    fn exceed(&mut self, at: Span, limit: Limit) {
        let at = (at.start as usize).saturating_sub(self.shift);
        self.beyond.get_or_insert((at, limit));
    }

    fn add(&mut self, slot: Slot, anchor: usize) -> Id {
        if self.has_tabs && self.bad_tab.is_none() {
            self.bad_tab = self.tab_before(slot.span);
        }
        if self.tree.is_full() {
            self.exceed(slot.span, Limit::Values);
        }
        let id = self.tree.push(slot);
        if anchor != 0 {
            self.anchors.push(Anchor { number: anchor, id, values: 0 });
        }
        if self.open.is_empty() {
            self.root = Some(id);
        } else {
            self.pending.push(id);
        }
        id
    }

    /// The offset of a tab in the indentation of a node, which this parser takes and kubectl's
    /// does not. Inside brackets it separates tokens and is fine.
    fn tab_before(&self, span: Span) -> Option<usize> {
        let in_flow = self.open.last().is_some_and(|open| {
            self.tree.slots.get(open.id).is_some_and(|slot| slot.style == Style::Flow)
        });
        if in_flow {
            return None;
        }
        let before = self.tree.text.as_bytes().get(..span.start as usize)?;
        let indent = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let line = before.len() - indent;
        let fresh = line <= self.shift || before.get(line - 1) == Some(&b'\n');
        let tab = before.get(line..)?.iter().position(|byte| *byte == b'\t')?;
        (fresh && span.start < span.end).then_some(line + tab - self.shift.min(line))
    }

    /// A block sequence begins at its first dash, also where the parser begins after it.
    fn with_first_dash(&self, span: Span, style: StructureStyle) -> Span {
        let text = self.tree.text.as_bytes();
        if style == StructureStyle::Flow || text.get(span.start as usize) == Some(&b'-') {
            return span;
        }
        let before = text.get(..span.start as usize).unwrap_or_default();
        let dash = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
        match dash {
            Some(at) if before.get(at) == Some(&b'-') => Span::new(at, span.end as usize),
            _ => span,
        }
    }
}

/// Whether there is more in a text than ends of documents and comments.
fn says_something(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| !line.is_empty() && !line.starts_with('#') && !matches!(line, "---" | "..."))
}

/// Whether the parser stumbled over a tab: it has five words for it, and points after it or at the
/// scalar before it.
fn is_about_tabs(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// The first tab that indents the line that `at` is on, or the next one.
fn indenting_tab(body: &str, at: usize) -> Option<usize> {
    let mut line = body.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    body.get(line..)?.split_inclusive('\n').take(2).find_map(|text| {
        let start = line;
        line += text.len();
        let indent = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        indent.into_iter().position(|byte| byte == b'\t').map(|tab| start + tab)
    })
}
