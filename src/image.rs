//! Image references, as Dockerfiles, manifests and Compose files write them.

/// ```text
/// [<registry>/]<repository>[:<tag>][@<digest>]
/// ghcr.io/acme/api:1.2@sha256:3fc9b689459d738f8c88a3a48aa9e33542016b7a4052e001aaa536fca74813cb
/// ```
///
/// Source: github.com/distribution/reference, `regexp.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageRef<'t> {
    /// The host, where one is named: it has a dot or a port, or is `localhost`.
    pub(crate) registry: Option<&'t str>,
    /// The path without the registry.
    pub(crate) repository: &'t str,
    /// What follows the colon.
    pub(crate) tag: Option<&'t str>,
    /// What follows the `@`.
    pub(crate) digest: Option<&'t str>,
}

impl<'t> ImageRef<'t> {
    /// The parts of a reference. Nothing is refused: a rule that asks for a tag has an answer also
    /// where the repository is not well formed.
    pub(crate) fn parse(text: &'t str) -> Self {
        let text = text.trim();
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash belongs to a port.
        let path = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match rest.get(path..).and_then(|last| last.find(':')) {
            Some(colon) => (rest.get(..path + colon), rest.get(path + colon + 1..)),
            None => (Some(rest), None),
        };
        let name = name.unwrap_or(rest);
        let (registry, repository) = match name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => {
                (Some(host), path)
            }
            _ => (None, name),
        };
        ImageRef { registry, repository, tag, digest }
    }

    /// The last segment of the repository: `api` of `ghcr.io/acme/api:1`.
    pub(crate) fn short_name(&self) -> &'t str {
        self.repository.rsplit('/').next().unwrap_or(self.repository)
    }

    /// Whether the reference may mean another image tomorrow: no digest, and no tag or `latest`.
    pub(crate) fn is_floating(&self) -> bool {
        self.digest.is_none() && self.tag.is_none_or(|tag| tag == "latest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_reference() {
        let parts = |text| {
            let image = ImageRef::parse(text);
            (image.registry, image.repository, image.tag, image.digest)
        };
        assert_eq!(parts("nginx"), (None, "nginx", None, None));
        assert_eq!(parts("acme/api:1.2"), (None, "acme/api", Some("1.2"), None));
        assert_eq!(parts("localhost:5000/api"), (Some("localhost:5000"), "api", None, None));
        assert_eq!(
            parts("ghcr.io/a/b:v1@sha256:ab"),
            (Some("ghcr.io"), "a/b", Some("v1"), Some("sha256:ab"))
        );
        assert_eq!(parts("localhost/x:1"), (Some("localhost"), "x", Some("1"), None));
        assert_eq!(parts(""), (None, "", None, None));
        assert!(ImageRef::parse("reg:5000/x").is_floating());
        assert!(ImageRef::parse("x:latest").is_floating());
        assert!(!ImageRef::parse("x:latest@sha256:ab").is_floating());
        assert_eq!(ImageRef::parse("reg:5000/a/x:2").short_name(), "x");
    }
}
