//! Stages, and what they take from each other.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::Dockerfile;
use super::instruction::{Action, From, Instruction};
use super::state::{At, Declared, Held, State};
use super::words::{Flag, Word};
use crate::diagnostic::Subject;
use crate::source::resolve;

/// How far a stage's ancestors are followed: an image cannot have half as many layers.
const MOST_ANCESTORS: usize = 256;

/// A `FROM` and what follows it.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(super) index: usize,
    /// The index of its `FROM` among all instructions of the file.
    pub(super) first: usize,
    pub(super) from: From,
    /// The image with its variables replaced, as far as the file says what they are.
    pub(super) resolved: Option<String>,
    /// The earlier stage that this one goes on from.
    pub(super) base: Option<usize>,
    pub(super) instructions: Vec<Instruction>,
    pub(super) triggers: Vec<Instruction>,
    /// What holds at its end.
    pub(super) ends: Held,
    /// Its `ARG`s and `ENV`s by name, in their order.
    pub(super) declared: HashMap<String, Vec<Declared>>,
    pub(super) uses: Vec<Use>,
    /// Whether its image has files.
    pub(super) has_files: bool,
    pub(super) subject: OnceLock<Arc<Subject>>,
}

/// Another stage, or an image, that a stage takes files from.
///
/// ```text
/// COPY --from=build /app /app
///             ^^^^^
/// RUN --mount=type=bind,from=build,target=/src make
///                            ^^^^^
/// ```
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) word: Word,
    /// The stage's index; nothing where no stage goes by that name or number.
    pub(super) stage: Option<usize>,
}

impl Use {
    /// Whether a number says which stage.
    pub(crate) fn is_numbered(&self) -> bool {
        self.word.text.parse::<usize>().is_ok()
    }

    /// Whether a variable says which stage, which the builder does not replace.
    pub(crate) fn is_variable(&self) -> bool {
        self.word.text.contains('$')
    }
}

impl Stage {
    /// The `FROM` itself.
    pub(crate) fn from(&self) -> &From {
        &self.from
    }

    /// ```text
    /// FROM python:${VERSION} AS build
    ///      ^^^^^^^^^^^^^^^^^
    /// ```
    pub(crate) fn image(&self) -> Option<&Word> {
        self.from.image.as_ref()
    }

    /// ```text
    /// FROM python:${VERSION} AS build
    ///                           ^^^^^
    /// ```
    pub(crate) fn name(&self) -> Option<&Word> {
        self.from.name.as_ref().map(|(_, name)| name)
    }

    /// The image with its variables replaced; nothing where the file leaves one open.
    pub(crate) fn resolved_image(&self) -> Option<&str> {
        self.resolved.as_deref()
    }

    /// Whether it is that stage of the same file.
    pub(crate) fn is(&self, other: &Stage) -> bool {
        self.index == other.index
    }

    /// Whether the stage takes its image from elsewhere: not from an earlier stage, nor begins
    /// with nothing.
    pub(crate) fn is_external(&self) -> bool {
        self.base.is_none() && !self.is_scratch()
    }

    /// Whether the stage begins with nothing.
    pub(crate) fn is_scratch(&self) -> bool {
        self.base.is_none() && self.resolved.as_deref() == Some("scratch")
    }

    /// The instructions behind the `FROM`, in their order; those behind `ONBUILD` do nothing here.
    pub(crate) fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// What the instructions do, in their order.
    pub(crate) fn actions(&self) -> impl DoubleEndedIterator<Item = &Action> {
        self.instructions.iter().map(|instruction| &instruction.action)
    }

    /// The instructions behind `ONBUILD`, which are done to images that are built on this one.
    pub(crate) fn triggers(&self) -> &[Instruction] {
        &self.triggers
    }

    /// What the stage takes from other stages and images, beside the one that it goes on from.
    pub(crate) fn uses(&self) -> &[Use] {
        &self.uses
    }

    /// Whether the stage begins with nothing, and nothing is put into it.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_files
    }

    /// The names of its `ARG`s and `ENV`s.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }

    /// Whether an instruction behind that one declares a variable of the name.
    pub(crate) fn declares_behind(&self, instruction: &Instruction, name: &str) -> bool {
        self.declared(name).iter().any(|declared| declared.index > instruction.at.index())
    }

    /// ``stage `build` ``, or ``stage 2`` when it has no name.
    pub(crate) fn describe(&self) -> String {
        match self.name() {
            Some(name) => format!("stage `{}`", name.text),
            None => format!("stage {}", self.index + 1),
        }
    }

    /// What findings are about: of one stage most rules say something.
    pub(crate) fn subject(&self) -> Arc<Subject> {
        let subject = self.subject.get_or_init(|| {
            let named = self.name().map(|name| name.text.clone());
            let name = named.unwrap_or_else(|| (self.index + 1).to_string());
            Arc::new(Subject { kind: "stage".to_owned(), name, ..Subject::default() })
        });
        Arc::clone(subject)
    }

    /// The `ARG`s and `ENV`s of that name.
    pub(super) fn declared(&self, name: &str) -> &[Declared] {
        self.declared.get(name).map_or(&[], Vec::as_slice)
    }

    /// Takes an instruction in behind the others.
    pub(super) fn push(&mut self, mut instruction: Instruction) {
        let at = At::new(self.index, self.instructions.len());
        (instruction.at, instruction.held) = (at, self.ends);
        if instruction.is_onbuild() {
            self.triggers.push(instruction);
            return;
        }
        self.ends = self.ends.after(at, &instruction.action);
        if let Action::Arg(pairs) | Action::Env(pairs) = &instruction.action {
            let is_env = matches!(instruction.action, Action::Env(_));
            for (pair, Word { text, .. }) in pairs.iter().map(|pair| &pair.name).enumerate() {
                let declared = Declared { index: at.index(), pair, is_env };
                self.declared.entry(text.clone()).or_default().push(declared);
            }
        }
        self.has_files |= instruction.makes_files();
        let copied = instruction.flag("from").and_then(|flag| flag.value.clone());
        let mounted = instruction.flags_named("mount").filter_map(|it| it.setting(&["from"]));
        let words = copied.into_iter().chain(mounted).filter(|word| !word.text.is_empty());
        let uses = words.map(|word| Use { word, stage: None });
        self.uses.extend(uses);
        self.instructions.push(instruction);
    }

    /// Gives back what a list grew to and does not need, once nothing follows.
    pub(super) fn shrink(&mut self) {
        self.instructions.shrink_to_fit();
    }
}

impl Dockerfile {
    /// The earlier stage that a stage goes on from.
    pub(crate) fn base_of(&self, stage: &Stage) -> Option<&Stage> {
        self.stages.get(stage.base?)
    }

    /// A stage, the one that it goes on from, and so on.
    pub(crate) fn lineage<'d>(&'d self, stage: &'d Stage) -> impl Iterator<Item = &'d Stage> {
        std::iter::successors(Some(stage), |stage| self.base_of(stage)).take(MOST_ANCESTORS)
    }

    /// The stage that takes the image from elsewhere, or begins with nothing.
    pub(crate) fn origin<'d>(&'d self, stage: &'d Stage) -> &'d Stage {
        self.lineage(stage).last().unwrap_or(stage)
    }

    /// The stage that makes the image unless another one is asked for.
    pub(crate) fn final_stage(&self) -> Option<&Stage> {
        self.stages.last()
    }

    /// Whether the layers of the stage are part of the image, and not only files of it.
    pub(crate) fn is_in_image(&self, stage: &Stage) -> bool {
        let last = self.final_stage();
        last.is_some_and(|last| self.lineage(last).any(|ancestor| ancestor.is(stage)))
    }

    /// Whether the image needs the stage: its layers, its files, or something made of them.
    pub(crate) fn reaches_final(&self, stage: &Stage) -> bool {
        self.reached.get(stage.index).copied().unwrap_or_default()
    }

    /// Whether another stage goes on from it, or takes files from it.
    pub(crate) fn is_used(&self, stage: &Stage) -> bool {
        self.used.get(stage.index).copied().unwrap_or_default()
    }

    /// Whether nothing is there yet where the instruction of the stage begins.
    pub(crate) fn is_empty_before(&self, stage: &Stage, instruction: &Instruction) -> bool {
        let began = match self.base_of(stage) {
            Some(base) => base.has_files,
            None => !stage.is_scratch(),
        };
        let mut before = stage.instructions.iter().take(instruction.at.index());
        !began && !before.any(Instruction::makes_files)
    }

    /// The use through which a stage needs itself, at once or through others.
    pub(crate) fn needs_itself<'d>(&self, stage: &'d Stage) -> Option<&'d Use> {
        let is_circular = |index: usize| self.circular.get(index).copied().unwrap_or_default();
        if !is_circular(stage.index) {
            return None;
        }
        let itself = stage.uses.iter().find(|used| used.stage == Some(stage.index));
        itself.or_else(|| stage.uses.iter().find(|used| used.stage.is_some_and(is_circular)))
    }

    /// The stage that a use means, where it means one of this file.
    pub(crate) fn used(&self, used: &Use) -> Option<&Stage> {
        self.stages.get(used.stage?)
    }

    /// What holds where the instruction begins.
    pub(crate) fn at(&self, instruction: &Instruction) -> State<'_> {
        State { dockerfile: self, at: instruction.at, held: instruction.held }
    }

    /// What holds behind the instruction.
    pub(crate) fn behind(&self, instruction: &Instruction) -> State<'_> {
        let at = At::new(instruction.at.stage(), instruction.at.index() + 1);
        let held = instruction.held.after(instruction.at, &instruction.action);
        State { dockerfile: self, at, held }
    }

    /// What holds at the end of the stage.
    pub(crate) fn at_end(&self, stage: &Stage) -> State<'_> {
        let at = At::new(stage.index, stage.instructions.len());
        State { dockerfile: self, at, held: stage.ends }
    }

    /// The paths of the build context that are copied, as far as they are known and no patterns, each
    /// with the word that says so. The whole context is empty.
    pub(crate) fn copied_paths(&self) -> impl Iterator<Item = (String, &Word)> {
        let all = self.stages.iter().flat_map(Stage::instructions);
        let words = all.flat_map(|instruction| {
            let state = self.at(instruction);
            instruction
                .context_sources()
                .filter_map(move |word| Some((state.expand(&word.text)?, word)))
        });
        words.filter_map(|(path, word)| Some((plain_path(&path)?, word)))
    }

    /// Says of every use which stage it means, and of every stage whether the last one needs it.
    pub(super) fn resolve_uses(&mut self) {
        let mut names: HashMap<String, usize> = HashMap::new();
        for stage in &self.stages {
            let name = stage.name().map(|name| (name.text.to_lowercase(), stage.index));
            names.extend(name);
        }
        let count = self.stages.len();
        for stage in &mut self.stages {
            for used in &mut stage.uses {
                let numbered = || used.word.text.parse().ok().filter(|number| *number < count);
                let wanted = used.word.text.to_lowercase();
                used.stage = names.get(&wanted).copied().or_else(numbered);
            }
        }
        let needs = |stage: &Stage| -> Vec<usize> {
            stage.base.into_iter().chain(stage.uses.iter().filter_map(|used| used.stage)).collect()
        };
        let needs: Vec<_> = self.stages.iter().map(needs).collect();
        self.circular = on_circles(&needs);
        self.used = vec![false; count];
        for &index in needs.iter().flatten() {
            if let Some(used) = self.used.get_mut(index) {
                *used = true;
            }
        }
        self.reached = vec![false; count];
        let mut next: Vec<usize> = count.checked_sub(1).into_iter().collect();
        while let Some(index) = next.pop() {
            let Some(reached) = self.reached.get_mut(index) else { continue };
            if !std::mem::replace(reached, true) {
                next.extend(needs.get(index).into_iter().flatten());
            }
        }
    }
}

/// A path of the context without what means nothing in it; nothing for an address or a pattern.
pub(crate) fn plain_path(path: &str) -> Option<String> {
    let is_plain = !path.contains(['*', '?', '[', '\\']) && !path.contains("://");
    is_plain.then(|| resolve("", path)).filter(|path| !path.starts_with(".."))
}

/// Which stages lie on a circle, or on a way from one to another. Those that need nothing more are
/// taken away until none is left, and then those that nothing needs.
fn on_circles(needs: &[Vec<usize>]) -> Vec<bool> {
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (index, others) in needs.iter().enumerate() {
        for &other in others {
            if let Some(needed_by) = needed_by.get_mut(other) {
                needed_by.push(index);
            }
        }
    }
    let mut left = vec![true; needs.len()];
    for (forth, back) in [(needs, needed_by.as_slice()), (needed_by.as_slice(), needs)] {
        let is_left = |index: &usize| left.get(*index).copied().unwrap_or_default();
        let mut open: Vec<usize> =
            forth.iter().map(|others| others.iter().filter(|it| is_left(it)).count()).collect();
        let mut next: Vec<usize> = (0..needs.len())
            .filter(|index| is_left(index) && open.get(*index) == Some(&0))
            .collect();
        while let Some(index) = next.pop() {
            if let Some(left) = left.get_mut(index) {
                *left = false;
            }
            for &other in back.get(index).into_iter().flatten() {
                let Some(open) = open.get_mut(other) else { continue };
                *open = open.saturating_sub(1);
                if *open == 0 && left.get(other) == Some(&true) {
                    next.push(other);
                }
            }
        }
    }
    left
}

impl From {
    /// The first flag of that name, without its dashes.
    pub(crate) fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name.text == name)
    }
}
