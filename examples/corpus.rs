//! Writes a project to measure with: `cargo run --example corpus -- manifests /tmp/manifests 9000`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[path = "../benches/support/corpus.rs"]
mod corpus;

fn main() -> io::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or_default();
    let folder = arguments.next().map(PathBuf::from);
    let known = corpus::Kind::ALL.iter().find(|(name, ..)| *name == kind);
    let (Some((_, kind, usual)), Some(folder)) = (known, folder) else {
        let names: Vec<&str> = corpus::Kind::ALL.iter().map(|(name, ..)| *name).collect();
        writeln!(io::stderr(), "usage: corpus {} FOLDER [SIZE [SAMPLES]]", names.join("|"))?;
        return Ok(ExitCode::from(2));
    };
    let size = arguments.next().and_then(|size| size.parse().ok()).unwrap_or(*usual);
    let samples = arguments.next().map(PathBuf::from);
    let (files, bytes) = corpus::write(*kind, &folder, size, samples.as_deref())?;
    writeln!(io::stdout(), "{files} files, {bytes} bytes")?;
    Ok(ExitCode::SUCCESS)
}
