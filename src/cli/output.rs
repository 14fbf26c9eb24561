//! `--output FORMAT:FILE`, the same for every command that writes reports.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Failure;
use crate::disk;

/// A format and a file; `example` is shown where the text is neither.
pub(super) fn parse<F: ValueEnum>(text: &str, example: &str) -> Result<(F, PathBuf), String> {
    let (format, file) =
        text.split_once(':').ok_or_else(|| format!("expected FORMAT:FILE, e.g. {example}"))?;
    let format = F::from_str(format, false)
        .map_err(|_| format!("unknown format `{format}`; known are {}", formats::<F>()))?;
    if file.is_empty() {
        return Err("the file has no name".to_owned());
    }
    Ok((format, PathBuf::from(file)))
}

fn formats<F: ValueEnum>() -> String {
    let names = F::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    names.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
}

/// Writes a report to its file. If that fails, an older one stays.
pub(super) fn write(
    path: &Path,
    report: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    disk::put(path, report).map_err(|error| Failure::Report { path: path.to_owned(), error })
}
