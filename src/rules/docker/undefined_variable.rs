use std::collections::HashSet;

use crate::diagnostic::{Confidence, Severity};
use crate::docker::{
    Action, Dockerfile, Instruction, Pair, Stage, Variable, is_platform_arg, is_predefined_arg,
    is_set_by_images,
};
use crate::rules::{Check, Cx};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

/// How many names are compared with one that is not there.
const MOST_NAMES: usize = 256;

const DECLARE: &str = "it is empty: declare it with ARG or ENV, or escape the `$` where it is text";

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    // Compose replaces variables before the builder sees any.
    if dockerfile.is_inline() {
        return;
    }
    before_stages(dockerfile, cx);
    let globals: HashSet<&str> =
        dockerfile.global_args().map(|pair| pair.name.text.as_str()).collect();
    for stage in dockerfile.stages() {
        cx.about(Some(stage.subject()));
        from(dockerfile, stage, &globals, cx);
        // What is not there is not there once.
        let mut seen = HashSet::new();
        for instruction in stage.instructions() {
            for variable in dockerfile.variables_of_run(instruction) {
                // What a shell has of its own is not to be seen here, but that is.
                if globals.contains(variable.name)
                    && is_open(dockerfile, instruction, variable)
                    && seen.insert(variable.name)
                {
                    report(dockerfile, stage, &globals, (instruction, variable), cx);
                }
            }
            for word in instruction.expanded_words() {
                for variable in dockerfile.variables_in(word) {
                    if !is_open(dockerfile, instruction, variable) || !seen.insert(variable.name) {
                        continue;
                    }
                    match own(instruction, variable) {
                        // It extends what the base image has, or gets what was there before,
                        // which is `docker/env-self-reference`.
                        Some(pair) if !is_itself(pair, variable) => {}
                        Some(_) => itself(variable, cx),
                        None => report(dockerfile, stage, &globals, (instruction, variable), cx),
                    }
                }
            }
        }
    }
}

/// What an ARG before the first FROM uses must stand above it.
fn before_stages(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    let mut above = HashSet::new();
    for pair in dockerfile.global_args() {
        for variable in pair.value.iter().flat_map(|value| dockerfile.variables_in(value)) {
            if !(above.contains(variable.name) || is_always_there(variable)) {
                let name = variable.name;
                cx.report(variable.place, format!("ARG `{}` uses `{name}`, which no ARG above it declares", pair.name.text))
                    .help("it is empty there: declare it above, or give it a default as in `${NAME:-value}`");
            }
        }
        above.insert(pair.name.text.as_str());
    }
}

fn from(dockerfile: &Dockerfile, stage: &Stage, globals: &HashSet<&str>, cx: &mut Cx<'_>) {
    let platform = stage.from().flag("platform").and_then(|flag| flag.value.as_ref());
    for word in stage.image().into_iter().chain(platform) {
        for variable in dockerfile.variables_in(word) {
            let name = variable.name;
            if globals.contains(name) || is_always_there(variable) {
                continue;
            }
            cx.report(
                variable.place,
                format!("FROM uses `{name}`, which no ARG before the first FROM declares"),
            )
            .severity(Severity::Error)
            .help(
                "it is empty whatever the build says: an ARG of a stage does not count for a FROM",
            );
        }
    }
}

/// Whether the builder sets it, or the file says what to do where it is not set.
fn is_always_there(variable: Variable<'_>) -> bool {
    variable.is_guarded || is_platform_arg(variable.name) || is_predefined_arg(variable.name)
}

/// Whether nothing before the instruction declares the variable.
fn is_open(dockerfile: &Dockerfile, instruction: &Instruction, variable: Variable<'_>) -> bool {
    !variable.is_guarded
        && !is_predefined_arg(variable.name)
        && dockerfile.at(instruction).declared(variable.name).is_none()
}

/// The pair of the same instruction that sets the variable.
fn own<'d>(instruction: &'d Instruction, variable: Variable<'_>) -> Option<&'d Pair> {
    match &instruction.action {
        Action::Env(pairs) => pairs.iter().find(|pair| pair.name.text == variable.name),
        _ => None,
    }
}

/// `ENV NAME=$NAME`
fn is_itself(pair: &Pair, variable: Variable<'_>) -> bool {
    pair.value.as_ref().is_some_and(|value| {
        let name = value.text.trim_start_matches(['$', '{']).trim_end_matches('}');
        name == variable.name && value.place.span.contains(variable.place.span.start)
    })
}

fn itself(variable: Variable<'_>, cx: &mut Cx<'_>) {
    let name = variable.name;
    if !is_set_by_images(name) {
        cx.report(variable.place, format!("ENV `{name}` is set to itself, and no ARG `{name}` gives it a value"))
            .help("it is empty unless the base image sets it: declare the ARG before it, or leave the ENV out");
    }
}

/// Reports a variable where it is certain, or likely, that the base image does not set it either.
fn report(
    dockerfile: &Dockerfile,
    stage: &Stage,
    globals: &HashSet<&str>,
    (instruction, variable): (&Instruction, Variable<'_>),
    cx: &mut Cx<'_>,
) {
    let Variable { name, place, .. } = variable;
    let whose = stage.describe();
    let origin = dockerfile.origin(stage);
    let is_scratch = origin.is_scratch();
    // The builder sets PATH even where nothing is there.
    if is_set_by_images(name) && (!is_scratch || name == "PATH") {
        return;
    }
    let (message, confidence, help) = if globals.contains(name) {
        (
            format!("`{name}` is declared before the first FROM only, so {whose} does not see it"),
            if is_scratch { Confidence::High } else { Confidence::Medium },
            "repeat `ARG` with its name in the stage: it keeps its default",
        )
    } else if is_platform_arg(name) {
        (
            format!("`{name}` is set by the builder, and {whose} does not declare it"),
            Confidence::High,
            "say `ARG` with its name in the stage to see it",
        )
    } else if stage.declares_behind(instruction, name) {
        (
            format!("`{name}` is used above the instruction of {whose} that declares it"),
            Confidence::Medium,
            "it is empty here: declare it first",
        )
    } else if is_scratch {
        (
            format!("nothing declares `{name}`, and {whose} begins with an empty image"),
            Confidence::High,
            DECLARE,
        )
    } else if let Some(near) = nearest(dockerfile, stage, name) {
        (
            format!("nothing in the file declares `{name}`; did you mean `{near}`?"),
            Confidence::Medium,
            "it is empty unless the base image sets it",
        )
    } else if origin.has_known_variables() {
        (
            format!("nothing declares `{name}`, and the base image of {whose} does not set it"),
            Confidence::Medium,
            DECLARE,
        )
    } else {
        return;
    };
    cx.report(place, message).confidence(confidence).help(help);
}

/// The variable of the stage that is a slip of the finger away.
fn nearest<'d>(dockerfile: &'d Dockerfile, stage: &'d Stage, name: &str) -> Option<&'d str> {
    let is_near = |known: &&str| {
        let distance = strsim::damerau_levenshtein(known, name);
        distance <= usize::from(name.len() > 4) + usize::from(name.len() > 8)
            || known.eq_ignore_ascii_case(name)
            || distance == 1 && is_swapped(known, name)
    };
    let known = dockerfile.lineage(stage).flat_map(Stage::variables);
    known
        .take(MOST_NAMES)
        .filter(|known| known.len().abs_diff(name.len()) <= 2)
        .filter(is_near)
        .min()
}

/// Whether both have the same letters in another order.
fn is_swapped(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    a.len() > 2 && sorted(a) == sorted(b)
}
