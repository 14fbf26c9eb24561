//! What `agentcheck init` writes for a project: a configuration that fits what a run saw, the hook
//! and the workflow.
//!
//! Everything here makes text from what was read already; the command reads and writes the files.

mod configuration;
pub(crate) mod git;
pub(crate) mod hook;
mod images;
mod survey;
pub(crate) mod workflow;

pub(crate) use self::configuration::configuration;
pub(crate) use self::survey::Survey;

/// What becomes of one file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is none yet.
    Write {
        /// From the root of the project.
        path: &'static str,
        text: String,
    },
    /// Nothing is to be done, and why.
    Leave { path: &'static str, why: String },
    /// It is there and not ours to change.
    Add {
        path: &'static str,
        /// Where the text belongs.
        place: &'static str,
        text: String,
    },
}

impl Step {
    /// The file.
    pub(crate) fn path(&self) -> &'static str {
        match self {
            Step::Write { path, .. } | Step::Leave { path, .. } | Step::Add { path, .. } => path,
        }
    }

    /// Nothing is to be done to a file that is there.
    pub(crate) fn leave(path: &'static str) -> Self {
        Step::Leave { path, why: "it is there already".to_owned() }
    }
}

/// A template with the version that wrote it.
fn versioned(template: &str) -> String {
    template.replace("{version}", env!("CARGO_PKG_VERSION"))
}

/// Whether hooks or a pipeline have agentcheck in them, and not in a comment alone.
fn has_agentcheck(text: &str) -> bool {
    text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("agentcheck"))
}
