//! How long the commands of a script take.

use std::collections::BTreeMap;

use super::{BlockKind, Join, Pipeline, Script, SimpleCommand};
use crate::source::Span;

/// How long what a shell waits for takes, and what it does not wait for.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    waited: Option<i64>,
    beside: Option<i64>,
}

/// Both, one after another.
fn both(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    }
}

/// How long a command takes, and what stands within it.
type OfCommand<'s> = dyn Fn(&SimpleCommand, Option<i64>) -> Option<i64> + 's;

impl Script {
    /// How long the script takes as far as `of` knows of its commands; nothing where it knows of none.
    /// `of` is told how long what stands within a command takes. Of branches the longest counts, and
    /// what goes on in the background only where it is waited for.
    pub(crate) fn takes(&self, of: &OfCommand<'_>) -> Option<i64> {
        let waits = |it: &SimpleCommand| it.words.first().is_some_and(|it| it.text == "wait");
        let taken = Duration::of(self, of).of_block(0);
        let beside = taken.beside.filter(|_| self.commands.iter().any(waits));
        taken.waited.max(beside)
    }
}

/// A script whose duration is asked for.
struct Duration<'s> {
    script: &'s Script,
    of: &'s OfCommand<'s>,
    /// The pipelines of each block, as they follow each other.
    pipelines: BTreeMap<usize, Vec<&'s Pipeline>>,
    /// The blocks right within each one and where their first pipeline stands, as they follow each
    /// other. Those without a pipeline are none.
    inner: BTreeMap<usize, Vec<(Span, usize)>>,
}

impl<'s> Duration<'s> {
    fn of(script: &'s Script, of: &'s OfCommand<'s>) -> Self {
        let mut pipelines: BTreeMap<usize, Vec<&Pipeline>> = BTreeMap::new();
        for pipeline in &script.pipelines {
            pipelines.entry(pipeline.block).or_default().push(pipeline);
        }
        let mut inner: BTreeMap<usize, Vec<(Span, usize)>> = BTreeMap::new();
        for (block, own) in pipelines.iter().skip_while(|(block, _)| **block == 0) {
            let parent = script.blocks.get(*block).map(|it| it.parent);
            if let (Some(parent), Some(first)) = (parent, own.first()) {
                inner.entry(parent).or_default().push((first.place.span, *block));
            }
        }
        for blocks in inner.values_mut() {
            blocks.sort_by_key(|(first, _)| first.start);
        }
        Duration { script, of, pipelines, inner }
    }

    fn of_block(&self, block: usize) -> Taken {
        let mut all = Taken::default();
        // How long the pipelines take that `&&` and `||` tie together.
        let mut list = None;
        let own = self.pipelines.get(&block).map_or(&[][..], Vec::as_slice);
        for (index, pipeline) in own.iter().enumerate() {
            let taken = self.of_pipeline(pipeline);
            list = both(list, taken.waited);
            all.beside = all.beside.max(taken.beside);
            let is_tied =
                own.get(index + 1).is_some_and(|next| matches!(next.join, Join::And | Join::Or));
            if is_tied {
                continue;
            }
            let list = list.take();
            if pipeline.is_background {
                all.beside = all.beside.max(list);
            } else {
                all.waited = both(all.waited, list);
            }
        }
        all
    }

    fn of_pipeline(&self, pipeline: &Pipeline) -> Taken {
        let span = pipeline.place.span;
        let is_in = |inner: Span, outer: Span| outer.start <= inner.start && inner.end <= outer.end;
        let members: Vec<&SimpleCommand> = self.script.members(pipeline).collect();
        let mut within = vec![None; members.len()];
        let (mut beside, mut others, mut branches) = (None, None, None);
        let blocks = self.inner.get(&pipeline.block).map_or(&[][..], Vec::as_slice);
        let before = blocks.partition_point(|(first, _)| first.start < span.start);
        let blocks = blocks.iter().skip(before).take_while(|(first, _)| first.start < span.end);
        for (first, block) in blocks.filter(|(first, _)| is_in(*first, span)) {
            let taken = self.of_block(*block);
            beside = beside.max(taken.beside);
            let begun = members.partition_point(|it| it.place.span.start <= first.start);
            let around = begun.checked_sub(1).filter(|around| {
                members.get(*around).is_some_and(|it| is_in(*first, it.place.span))
            });
            let kind = self.script.blocks.get(*block).map(|it| it.kind);
            match around.and_then(|around| within.get_mut(around)) {
                Some(within) => *within = both(*within, taken.waited),
                None if kind == Some(BlockKind::Branch) => branches = branches.max(taken.waited),
                None => others = both(others, taken.waited),
            }
        }
        // The commands of a pipe run beside each other.
        let commands = members.iter().zip(within);
        let waited = commands.map(|(command, within)| (self.of)(command, within)).max().flatten();
        Taken { waited: waited.max(both(others, branches)), beside }
    }
}
