//! How long the commands of a script take.

use std::collections::BTreeMap;

use super::{BlockKind, Join, Pipeline, Script, SimpleCommand};

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

impl Script {
    /// How long the script takes as far as `of` knows of its commands; nothing where it knows of none.
    /// `of` is told how long what stands within a command takes. Of branches the longest counts, and
    /// what goes on in the background only where it is waited for.
    pub(crate) fn takes(
        &self,
        of: &dyn Fn(&SimpleCommand, Option<i64>) -> Option<i64>,
    ) -> Option<i64> {
        // The first pipeline of each block, blocks without one aside.
        let mut blocks: BTreeMap<usize, &Pipeline> = BTreeMap::new();
        for pipeline in &self.pipelines {
            blocks.entry(pipeline.block).or_insert(pipeline);
        }
        let waits = |it: &SimpleCommand| it.words.first().is_some_and(|it| it.text == "wait");
        let taken = self.of_block(0, &blocks, of);
        let beside = taken.beside.filter(|_| self.commands.iter().any(waits));
        taken.waited.max(beside)
    }

    fn of_block(
        &self,
        block: usize,
        blocks: &BTreeMap<usize, &Pipeline>,
        of: &dyn Fn(&SimpleCommand, Option<i64>) -> Option<i64>,
    ) -> Taken {
        let mut all = Taken::default();
        // How long the pipelines take that `&&` and `||` tie together.
        let mut list = None;
        let own: Vec<&Pipeline> = self.pipelines.iter().filter(|it| it.block == block).collect();
        for (index, pipeline) in own.iter().enumerate() {
            let taken = self.of_pipeline(pipeline, blocks, of);
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

    fn of_pipeline(
        &self,
        pipeline: &Pipeline,
        blocks: &BTreeMap<usize, &Pipeline>,
        of: &dyn Fn(&SimpleCommand, Option<i64>) -> Option<i64>,
    ) -> Taken {
        let is_in = |inner: &Pipeline, outer: crate::source::Span| {
            outer.start <= inner.place.span.start && inner.place.span.end <= outer.end
        };
        // Blocks come behind those that they are in.
        let inner: Vec<usize> = blocks
            .range(pipeline.block + 1..)
            .filter(|(index, first)| {
                let parent = self.blocks.get(**index).map(|it| it.parent);
                parent == Some(pipeline.block) && is_in(first, pipeline.place.span)
            })
            .map(|(index, _)| *index)
            .collect();
        let mut beside = None;
        let mut of_command = |command: &SimpleCommand| {
            let mut within = None;
            for index in &inner {
                if blocks.get(index).is_some_and(|first| is_in(first, command.place.span)) {
                    let taken = self.of_block(*index, blocks, of);
                    within = both(within, taken.waited);
                    beside = beside.max(taken.beside);
                }
            }
            of(command, within)
        };
        // The commands of a pipe run beside each other.
        let members: Vec<&SimpleCommand> = self.members(pipeline).collect();
        let waited = members.iter().map(|command| of_command(command)).max().flatten();
        let (mut others, mut branches) = (None, None);
        for index in inner {
            let of_member = |it: &&SimpleCommand| {
                blocks.get(&index).is_some_and(|first| is_in(first, it.place.span))
            };
            if members.iter().any(of_member) {
                continue;
            }
            let taken = self.of_block(index, blocks, of);
            beside = beside.max(taken.beside);
            match self.blocks.get(index).map(|it| it.kind) {
                Some(BlockKind::Branch) => branches = branches.max(taken.waited),
                _ => others = both(others, taken.waited),
            }
        }
        Taken { waited: waited.max(both(others, branches)), beside }
    }
}
