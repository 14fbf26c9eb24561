//! What says that a Dockerfile builds an image, and how strong that is.

use crate::build::Tool;
use crate::source::Place;

/// What says that a Dockerfile builds an image, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EvidenceKind {
    /// `[images]` in agentcheck.toml.
    Configuration,
    /// `build` and `image` of a service.
    Compose,
    Bake,
    Skaffold,
    Tilt,
    Pipeline,
    Makefile,
    Script,
    /// The same as [`EvidenceKind::Compose`], in a file that only developers run: what is deployed may well
    /// be built in another way.
    ComposeForDevelopment,
    /// `images` of a kustomization: the image is another one by a new name.
    Kustomization,
    /// The Dockerfile or its folder is called like the image.
    Path,
}

impl EvidenceKind {
    /// What is equally strong has the same number.
    pub(super) fn rank(self) -> u8 {
        match self {
            EvidenceKind::Configuration => 0,
            EvidenceKind::Compose => 1,
            EvidenceKind::Bake | EvidenceKind::Skaffold | EvidenceKind::Tilt => 2,
            EvidenceKind::Pipeline | EvidenceKind::Makefile | EvidenceKind::Script => 3,
            EvidenceKind::ComposeForDevelopment => 4,
            EvidenceKind::Kustomization => 5,
            EvidenceKind::Path => 6,
        }
    }

    /// The word for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            EvidenceKind::Configuration => "configuration",
            EvidenceKind::Compose => "compose",
            EvidenceKind::Bake => "bake",
            EvidenceKind::Skaffold => "skaffold",
            EvidenceKind::Tilt => "tilt",
            EvidenceKind::Pipeline => "pipeline",
            EvidenceKind::Makefile => "makefile",
            EvidenceKind::Script => "script",
            EvidenceKind::ComposeForDevelopment => "compose-development",
            EvidenceKind::Kustomization => "kustomization",
            EvidenceKind::Path => "path",
        }
    }

    /// What it says, for people.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            EvidenceKind::Configuration => "the configuration says so",
            EvidenceKind::Compose => "a Compose service builds it under this name",
            EvidenceKind::Bake => "a target of Bake builds it",
            EvidenceKind::Skaffold => "Skaffold builds it",
            EvidenceKind::Tilt => "Tilt builds it",
            EvidenceKind::Pipeline => "a pipeline builds it",
            EvidenceKind::Makefile => "a Makefile builds it",
            EvidenceKind::Script => "a script builds it",
            EvidenceKind::ComposeForDevelopment => {
                "a Compose service for developers builds it under this name"
            }
            EvidenceKind::Kustomization => "a kustomization renames it",
            EvidenceKind::Path => "the path of the Dockerfile ends in its name, as no other does",
        }
    }
}

impl From<Tool> for EvidenceKind {
    fn from(tool: Tool) -> Self {
        match tool {
            Tool::Bake => EvidenceKind::Bake,
            Tool::Skaffold => EvidenceKind::Skaffold,
            Tool::Tilt => EvidenceKind::Tilt,
            Tool::Pipeline => EvidenceKind::Pipeline,
            Tool::Makefile => EvidenceKind::Makefile,
            Tool::Script => EvidenceKind::Script,
        }
    }
}

/// Where evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stated {
    At(Place),
    /// On that line of agentcheck.toml.
    Configuration(usize),
    /// In the path of the Dockerfile.
    Path,
}

/// One thing that says that a Dockerfile builds an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) kind: EvidenceKind,
    pub(crate) stated: Stated,
}

impl Evidence {
    /// Where it stands in a file of the run.
    pub(crate) fn place(&self) -> Option<Place> {
        match self.stated {
            Stated::At(place) => Some(place),
            Stated::Configuration(_) | Stated::Path => None,
        }
    }
}
