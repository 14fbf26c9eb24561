//! The words that the formats for people share.

use crate::checklist::{Judged, Score, Verdict};
use crate::report::counted;

/// The word for a verdict.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass",
        Verdict::Attested => "Attested",
        Verdict::Fail => "Fail",
        Verdict::Expired => "Expired",
        Verdict::Missing => "Missing",
        Verdict::NotApplicable => "Not applicable",
    }
}

/// How many items have a verdict.
pub(super) fn count(score: Score, verdict: Verdict) -> usize {
    match verdict {
        Verdict::Pass => score.pass,
        Verdict::Attested => score.attested,
        Verdict::Fail => score.fail,
        Verdict::Expired => score.expired,
        Verdict::Missing => score.missing,
        Verdict::NotApplicable => score.not_applicable,
    }
}

/// `62 %`
pub(super) fn percent(score: Score) -> String {
    score.percent().map_or_else(|| "–".to_owned(), |percent| format!("{percent}\u{a0}%"))
}

/// `8 of 13 items met: 3 fail, 2 missing`
pub(super) fn in_words(score: Score) -> String {
    let open = [Verdict::Fail, Verdict::Expired, Verdict::Missing].into_iter();
    let open = open.filter(|it| count(score, *it) > 0);
    let open: Vec<_> = open.map(|it| format!("{} {}", count(score, it), it.as_str())).collect();
    let colon = if open.is_empty() { "" } else { ": " };
    format!("{}{colon}{}", met(score), open.join(", "))
}

/// `8 of 13 items met`
fn met(score: Score) -> String {
    match score.asked() {
        0 => "no item applies".to_owned(),
        asked => format!("{} of {} met", score.met(), counted(asked, "item", "items")),
    }
}

/// The score as a sentence.
pub(super) fn answer(score: Score) -> String {
    match score.asked() {
        0 => "No item applies.".to_owned(),
        asked if asked == score.met() => {
            format!(
                "Yes: {} met.",
                counted(asked, "item that applies is", "items that apply are all")
            )
        }
        asked => {
            let open = counted(asked - score.met(), "item is", "items are");
            format!("Not yet: {open} not met, of {asked} that apply.")
        }
    }
}

/// Why an item has its verdict, as a sentence.
pub(super) fn why(judged: &Judged) -> String {
    let reason = judged.why.as_str();
    match judged.verdict {
        Verdict::Fail => {
            let found = counted(judged.findings.len(), "finding speaks", "findings speak");
            format!("{found} against it.")
        }
        Verdict::Pass => {
            format!("Shown in {}.", counted(judged.proofs.len(), "place", "places"))
        }
        Verdict::Attested if reason.is_empty() => "Somebody vouches for it.".to_owned(),
        Verdict::Expired if reason.is_empty() => {
            "Somebody vouched for it, but that counts no more.".to_owned()
        }
        _ => sentence(reason),
    }
}

/// With a capital letter and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::{answer, in_words, percent, sentence};
    use crate::checklist::{Score, Verdict};

    #[test]
    fn a_score_is_a_sentence() {
        let of = |verdicts: &[Verdict]| {
            let score = Score::of(verdicts.iter().copied());
            format!("{} {}. {}", percent(score), in_words(score), answer(score))
        };
        let (yes, no, moot) = (Verdict::Pass, Verdict::Missing, Verdict::NotApplicable);
        assert_eq!(of(&[moot]), "– no item applies. No item applies.");
        assert_eq!(
            of(&[yes, moot]),
            "100\u{a0}% 1 of 1 item met. Yes: 1 item that applies is met."
        );
        assert_eq!(
            of(&[yes, yes]),
            "100\u{a0}% 2 of 2 items met. Yes: 2 items that apply are all met."
        );
        assert_eq!(
            of(&[yes, no]),
            "50\u{a0}% 1 of 2 items met: 1 missing. Not yet: 1 item is not met, of 2 that apply."
        );
        assert_eq!(sentence("nobody vouches for it"), "Nobody vouches for it.");
        assert_eq!(sentence(""), ".");
    }
}
