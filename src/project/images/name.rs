//! Names of images, as far as they are known.

use crate::docker::is_official_image;
use crate::image::ImageRef;

/// The name of an image without tag and digest, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    /// All of it, or what stands before the first segment that is not known.
    head: String,
    /// What stands behind the last segment that is not known.
    tail: Option<String>,
}

impl Name {
    /// The name in a reference; nothing where its last segment is not known.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let image = ImageRef::parse(text);
        let whole = image.name();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        let is_known = |(index, segment): (usize, &str)| {
            let is_host = index == 0 && image.registry.is_some();
            let fits = |c: char| is_plain(c) || is_host && (c == ':' || c.is_ascii_uppercase());
            !segment.is_empty() && segment.chars().all(fits)
        };
        let segments: Vec<_> = whole.split('/').collect();
        let known: Vec<_> = segments.iter().copied().enumerate().map(is_known).collect();
        let Some(first) = known.iter().position(|known| !known) else {
            return Some(Name { head: image.full_name(), tail: None });
        };
        let last = known.iter().rposition(|known| !known)?;
        let tail = segments.get(last + 1..)?.join("/");
        let mut head: String = segments.get(..first)?.iter().flat_map(|it| [*it, "/"]).collect();
        if first > 0 && image.registry.is_none() {
            head.insert_str(0, "docker.io/");
        }
        (!tail.is_empty()).then_some(Name { head, tail: Some(tail) })
    }

    /// Whether nothing of it is left open.
    pub(crate) fn is_whole(&self) -> bool {
        self.tail.is_none()
    }

    /// The last segment.
    pub(super) fn short(&self) -> &str {
        let end = self.tail.as_ref().unwrap_or(&self.head);
        end.rsplit('/').next().unwrap_or(end)
    }

    /// The name without its registry.
    pub(super) fn repository(&self) -> &str {
        match &self.tail {
            Some(tail) => tail,
            None => self.head.split_once('/').map_or(&*self.head, |(_, path)| path),
        }
    }

    /// Whether both may be the name of one image.
    pub(super) fn may_be(&self, other: &Name) -> bool {
        let ends = |text: &str, tail: &str| {
            text.strip_suffix(tail).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let fits = |whole: &str, head: &str, tail: &str| {
            let is_long = whole.len() >= head.len() + tail.len();
            is_long && whole.starts_with(head) && ends(whole, tail)
                // One without an owner is what it says.
                && !whole.starts_with("docker.io/library/")
        };
        match (&self.tail, &other.tail) {
            (None, None) => self.head == other.head,
            (None, Some(tail)) => fits(&self.head, &other.head, tail),
            (Some(tail), None) => fits(&other.head, &self.head, tail),
            (Some(a), Some(b)) => {
                let agree =
                    self.head.starts_with(&other.head) || other.head.starts_with(&self.head);
                agree && (ends(a, b) || ends(b, a))
            }
        }
    }

    /// Whether it is one of Docker's own images.
    pub(super) fn is_official(&self) -> bool {
        self.head.strip_prefix("docker.io/library/").is_some_and(is_official_image)
    }

    /// Whether it says whose the image is.
    pub(super) fn has_owner(&self) -> bool {
        !self.head.starts_with("docker.io/library/")
    }

    /// The name as people write it, `*` for what is not known.
    pub(crate) fn describe(&self) -> String {
        let plain = |head: &str| {
            let own = head.strip_prefix("docker.io/library/");
            own.or_else(|| head.strip_prefix("docker.io/")).unwrap_or(head).to_owned()
        };
        match &self.tail {
            Some(tail) => format!("{}*/{tail}", plain(&self.head)),
            None => plain(&self.head),
        }
    }
}
