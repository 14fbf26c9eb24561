//! Build arguments: those that a file takes, and those that it cannot do without.

use super::instruction::{Action, Instruction};
use super::{Dockerfile, Stage, is_platform_arg, is_predefined_arg};
use crate::source::Place;

/// An `ARG` without a default, of which something depends that cannot be empty.
///
/// ```text
/// ARG RELEASE
/// COPY dist/${RELEASE}/ /app/
///           ^^^^^^^^^^
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NeededArgument<'d> {
    pub(crate) name: &'d str,
    /// Where it is used first.
    pub(crate) at: Place,
    /// The keyword that uses it.
    pub(crate) keyword: &'d str,
    /// Where it is declared.
    pub(crate) declared: Place,
}

impl Dockerfile {
    /// The names of the `ARG`s, wherever they stand.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &str> {
        let all = self.stages().iter().flat_map(|it| it.instructions().iter().chain(it.triggers()));
        let of_stages = all.filter_map(|instruction| match &instruction.action {
            Action::Arg(pairs) => Some(pairs),
            _ => None,
        });
        let pairs = self.global_args().chain(of_stages.flatten());
        pairs.map(|pair| pair.name.text.as_str())
    }

    /// Whether a build may give the argument: some `ARG` takes it, or the builder knows it. What a base
    /// image does `ONBUILD` is not to be seen, but its name tells.
    pub(crate) fn takes_argument(&self, name: &str) -> bool {
        let is_triggering =
            |stage: &Stage| stage.image().is_some_and(|it| it.text.contains("onbuild"));
        is_predefined_arg(name)
            || is_platform_arg(name)
            || name == "SOURCE_DATE_EPOCH"
            || self.arguments().any(|own| own == name)
            || self.stages().iter().any(is_triggering)
    }

    /// The stages that the image of a stage is made of: itself, those that it goes on from, and those
    /// that it takes files from.
    fn parts_of<'d>(&'d self, stage: &'d Stage) -> Vec<&'d Stage> {
        let mut parts: Vec<&Stage> = vec![stage];
        let mut is_part = vec![false; self.stages().len()];
        let mut next = 0;
        while let Some(part) = parts.get(next).copied() {
            next += 1;
            let others = part.uses().iter().filter_map(|used| self.used(used));
            for other in self.base_of(part).into_iter().chain(others) {
                let seen = is_part.get_mut(other.index);
                if !other.is(stage) && seen.is_some_and(|seen| !std::mem::replace(seen, true)) {
                    parts.push(other);
                }
            }
        }
        parts
    }

    /// The arguments without which a stage comes out otherwise than it is written: they are a part of an
    /// image, a path or a user, and have no default. Each is told once.
    pub(crate) fn needed_arguments<'d>(&'d self, stage: &'d Stage) -> Vec<NeededArgument<'d>> {
        let mut needed: Vec<NeededArgument<'d>> = Vec::new();
        for part in self.parts_of(stage) {
            let from = part.image().into_iter().flat_map(|word| self.variables_in(word));
            let of_from = from.filter(|it| !it.is_guarded).filter_map(|variable| {
                let pair = self.global_args().rfind(|pair| pair.name.text == variable.name)?;
                pair.value.is_none().then_some((variable, "FROM", pair))
            });
            let of_paths = part.instructions().iter().filter(|it| needs_words(it)).flat_map(|it| {
                let variables = it.expanded_words().flat_map(|word| self.variables_in(word));
                variables.filter_map(|variable| {
                    let pair = self.at(it).declared(variable.name)?;
                    let is_open = !variable.is_guarded && pair.value.is_none();
                    is_open.then_some((variable, it.keyword.text.as_str(), pair))
                })
            });
            for (variable, keyword, pair) in of_from.chain(of_paths) {
                let has_default = |name: &str| {
                    self.global_args().any(|pair| pair.name.text == name && pair.value.is_some())
                };
                let name = variable.name;
                let is_given =
                    is_platform_arg(name) || is_predefined_arg(name) || has_default(name);
                if !is_given && !needed.iter().any(|it| it.name == name) {
                    let (at, declared) = (variable.place, pair.name.place);
                    needed.push(NeededArgument { name, at, keyword, declared });
                }
            }
        }
        needed
    }
}

/// Whether a variable of the instruction that is empty makes another path or user of it.
fn needs_words(instruction: &Instruction) -> bool {
    let action = &instruction.action;
    matches!(action, Action::Add(_) | Action::Copy(_) | Action::User(_) | Action::Workdir(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn needed(text: &str, target: Option<&str>) -> Vec<String> {
        let (dockerfile, errors) = Dockerfile::read(FileId::new(0), &text.into());
        assert!(errors.is_empty(), "{errors:?}");
        let image = dockerfile.image_of(target).unwrap();
        let all = dockerfile.needed_arguments(image.stage).into_iter();
        all.map(|it| format!("{} {}", it.keyword, it.name)).collect()
    }

    #[test]
    fn arguments_that_a_stage_cannot_do_without() {
        let table = [
            ("ARG TAG\nFROM debian:${TAG}\n", None, vec!["FROM TAG"]),
            ("ARG TAG=13\nFROM debian:${TAG}\n", None, vec![]),
            ("ARG TAG\nFROM debian:${TAG:-13}\n", None, vec![]),
            ("FROM debian:13\nARG APP\nCOPY ${APP} /app\nUSER $APP\n", None, vec!["COPY APP"]),
            ("FROM debian:13\nARG APP\nRUN make $APP\nENV A=$APP\nLABEL a=$APP\n", None, vec![]),
            ("FROM debian:13\nARG APP=a\nWORKDIR /${APP}\n", None, vec![]),
            ("ARG APP=a\nFROM debian:13\nARG APP\nWORKDIR /${APP}\n", None, vec![]),
            ("FROM debian:13\nARG TARGETARCH\nCOPY ${TARGETARCH} /app\n", None, vec![]),
            (
                "FROM debian:13 AS a\nARG X\nCOPY $X /x\nFROM debian:13\nCOPY --from=a /x /x\n",
                None,
                vec!["COPY X"],
            ),
            (
                "FROM debian:13 AS a\nRUN true\nFROM debian:13\nARG X\nCOPY $X /x\n",
                Some("a"),
                vec![],
            ),
        ];
        for (text, target, expected) in table {
            assert_eq!(needed(text, target), expected, "{text}");
        }
    }

    #[test]
    fn arguments_that_a_file_takes() {
        let text = "ARG A\nFROM debian:13 AS x\nARG B=1\nENV C=1\nONBUILD ARG D\n";
        let (dockerfile, _) = Dockerfile::read(FileId::new(0), &text.into());
        for (name, expected) in [
            ("A", true),
            ("B", true),
            ("C", false),
            ("D", true),
            ("HTTP_PROXY", true),
            ("E", false),
        ] {
            assert_eq!(dockerfile.takes_argument(name), expected, "{name}");
        }
    }
}
