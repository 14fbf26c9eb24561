//! Dockerfiles: what the instructions say, and what the image will be.
//!
//! May import from [`crate::image`] and [`crate::source`] only.

use std::sync::Arc;

use crate::source::FileId;
use crate::tree::SyntaxError;

/// A Dockerfile.
#[derive(Debug)]
pub(crate) struct Dockerfile {
    file: FileId,
}

impl Dockerfile {
    /// Reads `text`; an instruction that does not parse costs itself only.
    pub(crate) fn read(file: FileId, _text: &Arc<str>) -> (Self, Vec<SyntaxError>) {
        (Dockerfile { file }, Vec::new())
    }

    pub(crate) fn instruction_spans(&self) -> impl Iterator<Item = crate::source::Span> {
        std::iter::empty()
    }

    pub(crate) fn file(&self) -> FileId {
        self.file
    }
}
