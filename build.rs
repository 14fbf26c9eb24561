//! Puts the functions that the shortest run needs beside each other in the program.
//!
//! It needs two megabytes of twenty, which lie scattered, and whenever one is called for the first time the
//! system maps what lies around it. `startup.ld` names them, and the linker puts them in one place: what a run
//! over one file takes of memory falls by a third. Where the linker cannot do that, they stay where they are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=startup.ld");
    for argument in in_order().into_iter().flatten() {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}

/// What the linker is handed, if it takes it.
fn in_order() -> Option<[String; 4]> {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    if !is("PROFILE", "release") || !is("CARGO_CFG_TARGET_OS", "linux") {
        return None;
    }
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    let script = folder.join("startup.ld").to_str()?.to_owned();
    let option = || "-Xlinker".to_owned();
    let arguments = [option(), "-T".to_owned(), option(), script];
    links_with(&arguments).then_some(arguments)
}

/// Whether a program can be linked that way: not every linker reads scripts.
fn links_with(arguments: &[String]) -> bool {
    let variable = |name: &str| env::var_os(name).unwrap_or_default();
    let folder = PathBuf::from(variable("OUT_DIR"));
    let source = folder.join("linked.rs");
    if std::fs::write(&source, "fn main() {}\n").is_err() {
        return false;
    }
    let mut rustc = Command::new(variable("RUSTC"));
    rustc.arg(&source).arg("-o").arg(folder.join("linked")).arg("--target").arg(variable("TARGET"));
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        rustc.arg(prefixed("-Clinker=", Path::new(&linker)));
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    rustc.args(arguments.iter().map(|argument| format!("-Clink-arg={argument}")));
    rustc.output().is_ok_and(|output| output.status.success())
}

fn prefixed(option: &str, value: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(value);
    argument
}
