//! `agentcheck explain`

use std::io::{self, BufWriter, Write};

use clap::Args;

use super::{CLEAN, Color, Failure, stdout_style};
use crate::report::explain;
use crate::rules;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The rule, e.g. `k8s/memory-limit-missing`; the part after the slash is enough when it is
    /// unique, and so is another tool's id
    #[arg(value_name = "RULE")]
    rule: String,
    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let rules = rules::named(&arguments.rule);
    if rules.is_empty() {
        let hint = rules::nearest(&arguments.rule)
            .map_or(String::new(), |rule| format!("; did you mean `{}`?", rule.id));
        return Err(Failure::Usage(format!("there is no rule `{}`{hint}", arguments.rule)));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for (index, rule) in rules.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        explain::write(rule, stdout_style(arguments.color), &mut out)?;
    }
    out.flush()?;
    Ok(CLEAN)
}
