use crate::diagnostic::Severity;
use crate::docker::{Dockerfile, edit, is_keyword};
use crate::rules::{Check, Cx};
use crate::source::{Place, Span};

pub(crate) const CHECK: Check = Check::Dockerfile(check);

fn check(dockerfile: &Dockerfile, cx: &mut Cx<'_>) {
    for &instruction in dockerfile.spans() {
        let blanks = dockerfile.blank_lines(instruction);
        let Some(first) = blanks.first() else { continue };
        let place = |span: Span| Place { file: dockerfile.file(), span };
        let keyword = dockerfile.keyword_at(instruction);
        // `RUN a \`, an empty line and `USER b` run one command with the words `USER b`.
        let swallowed = blanks.iter().find_map(|blank| {
            let rest = Span { start: blank.end, end: instruction.end };
            let word = dockerfile.written(rest).split_whitespace().next()?;
            // Both may go on with a keyword.
            let is_own = keyword == "ONBUILD" || keyword == "HEALTHCHECK" && word == "CMD";
            (is_keyword(word) && !is_own).then_some(word)
        });
        if let Some(word) = swallowed {
            cx.report(
                place(*first),
                format!("the {word} below belongs to this {keyword}, as the line above goes on"),
            )
            .severity(Severity::Error)
            .help("an empty line does not end an instruction: take the line continuation away");
            continue;
        }
        cx.report(place(*first), format!("an empty line inside of {keyword}"))
            .help("a later version of the builder ends the instruction here: take the line out, or begin it with #")
            .safe_fix("take the empty lines out", || edit::remove_lines(dockerfile, blanks));
    }
}
