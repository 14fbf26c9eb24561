use std::io::{self, Write};

use super::Options;
use crate::checklist::Scorecard;
use crate::outcome::Outcome;

pub(super) fn write(
    card: &Scorecard,
    outcome: &Outcome,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    super::text::write(card, outcome, options, out)
}
