//! Trees of which only a part is kept.

use std::sync::OnceLock;

use super::{Id, Node, Shape, Tree};

/// Ids that are given up: from the first on, up to the second.
type Gap = (Id, Id);

impl Tree {
    /// Forgets what lies below a node of each document that `below` names: a document of megabytes may
    /// matter for a few lines. The node is an empty collection from then on, where it was. One with
    /// something inside that has an anchor or stands twice is left as it is.
    pub(crate) fn forget(&mut self, below: impl Fn(Node<'_>) -> Option<Node<'_>>) {
        let gaps: Vec<Gap> = self.documents().filter_map(&below).filter_map(Node::gap).collect();
        // In the order of the text, and apart.
        let before = |id: Id| gaps.partition_point(|(start, _)| *start <= id).checked_sub(1);
        let held = |id: Id| {
            let last = before(id).and_then(|last| gaps.get(last));
            last.is_some_and(|(_, end)| id < *end)
        };
        let duplicates = self.duplicates.iter().map(|(later, _)| *later);
        if gaps.is_empty() || duplicates.chain(self.anchored.iter().copied()).any(held) {
            return;
        }
        // How many are given up with each and those before it.
        let sums: Vec<Id> = gaps
            .iter()
            .scan(0, |sum, (start, end)| {
                *sum += end - start;
                Some(*sum)
            })
            .collect();
        let lost = |id: Id| {
            let last = before(id).and_then(|last| sums.get(last));
            last.copied().unwrap_or_default()
        };
        let (old_children, mut old_cooked) =
            (std::mem::take(&mut self.children), std::mem::take(&mut self.cooked));
        let mut next = 0;
        let mut gaps_left = gaps.iter().peekable();
        self.slots.retain(|| {
            let id: Id = next;
            next += 1;
            while gaps_left.next_if(|(_, end)| *end <= id).is_some() {}
            gaps_left.peek().is_none_or(|(start, _)| id < *start)
        });
        let (children, cooked) = (&mut self.children, &mut self.cooked);
        self.slots.change_all(|slot| match &mut slot.shape {
            Shape::List { first, len } | Shape::Map { first, len } => {
                let range = *first as usize..(*first as usize).saturating_add(*len as usize);
                let kept = old_children.get(range).unwrap_or_default().iter();
                let kept = kept.filter(|id| !held(**id)).map(|id| id - lost(*id));
                let start = children.len();
                children.extend(kept);
                *len = Id::try_from(children.len() - start).unwrap_or(*len);
                *first = Id::try_from(start).unwrap_or(Id::MAX);
            }
            Shape::Cooked(index) => {
                let text = old_cooked.get_mut(*index as usize).map(std::mem::take);
                *index = Id::try_from(cooked.len()).unwrap_or(Id::MAX);
                cooked.push(text.unwrap_or_default());
            }
            Shape::Alias(id) => *id -= lost(*id),
            Shape::Raw(_) | Shape::Link => {}
        });
        let ids = self.documents.iter_mut().chain(&mut self.anchored);
        ids.for_each(|id| *id -= lost(*id));
        for (later, earlier) in &mut self.duplicates {
            (*later, *earlier) = (*later - lost(*later), *earlier - lost(*earlier));
        }
        self.keys = OnceLock::new();
        self.settle();
    }
}

impl Node<'_> {
    /// The ids of everything below a collection. They are given in the order of the text, and so
    /// those of a subtree lie together.
    fn gap(self) -> Option<Gap> {
        let mut last = self.id;
        while let Shape::List { .. } | Shape::Map { .. } = self.with(last).slot().shape {
            match self.with(last).children().last() {
                Some(&child) if child > last => last = child,
                _ => break,
            }
        }
        (last > self.id).then_some((self.id + 1, last + 1))
    }
}
