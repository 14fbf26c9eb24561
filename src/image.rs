//! Image references, as Dockerfiles, manifests and Compose files write them.

mod contents;
mod support;

pub(crate) use self::contents::{is_of_system, package_of, speaks_of};
pub(crate) use self::support::Clock;

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

/// The official images that set a user; all others run as root.
const OFFICIAL_WITH_USER: [&str; 13] = [
    "adminer",
    "elasticsearch",
    "emqx",
    "haproxy",
    "jenkins",
    "kibana",
    "kong",
    "logstash",
    "memcached",
    "solr",
    "sonarqube",
    "spark",
    "varnish",
];

/// Bases of other publishers that run as root, by registry and start of the repository.
const ROOT: [(&str, &str); 4] = [
    ("docker.io", "nvidia/cuda"),
    ("gcr.io", "distroless/"),
    ("ghcr.io", "astral-sh/uv"),
    ("mcr.microsoft.com", "dotnet/"),
];

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

    /// Whether a registry could have an image of that name.
    pub(crate) fn is_well_formed(&self) -> bool {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_part = |part: &str| {
            part.starts_with(is_plain)
                && part.ends_with(is_plain)
                && part.chars().all(|c| is_plain(c) || "._-".contains(c))
        };
        let is_tag = |tag: &str| tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        self.repository.split('/').all(is_part)
            && self.tag.is_none_or(is_tag)
            && self.digest.is_none_or(|digest| digest.contains(':'))
    }

    /// The registry and the repository, without tag and digest.
    pub(crate) fn name(&self) -> String {
        match self.registry {
            Some(registry) => format!("{registry}/{}", self.repository),
            None => self.repository.to_owned(),
        }
    }

    /// The name with the parts that Docker fills in: `docker.io/library/python` for `python`.
    pub(crate) fn full_name(&self) -> String {
        let registry = match self.registry {
            None | Some("index.docker.io" | "registry-1.docker.io") => "docker.io",
            Some(registry) => registry,
        };
        let library = registry == "docker.io" && !self.repository.contains('/');
        format!("{registry}/{}{}", if library { "library/" } else { "" }, self.repository)
    }

    /// Whether that is its full name, of which nothing says that it is Docker Hub's.
    fn goes_by(&self, name: &str) -> bool {
        match self.registry {
            None | Some("docker.io" | "index.docker.io" | "registry-1.docker.io") => {
                let is_owned = self.repository.contains('/');
                let own = if is_owned { Some(name) } else { name.strip_prefix("library/") };
                own == Some(self.repository)
            }
            Some(registry) => {
                let path = name.strip_prefix(registry).and_then(|rest| rest.strip_prefix('/'));
                path == Some(self.repository)
            }
        }
    }

    /// The last segment of the repository: `api` of `ghcr.io/acme/api:1`.
    pub(crate) fn short_name(&self) -> &'t str {
        self.repository.rsplit('/').next().unwrap_or(self.repository)
    }

    /// Whether the name says whose the image is; one without an owner is from Docker Hub.
    pub(crate) fn has_owner(&self) -> bool {
        self.registry.is_some() || self.repository.contains('/')
    }

    /// The name of the official image of Docker's that it is, `scratch` included: `python` for
    /// `docker.io/library/python`, `public.ecr.aws/docker/library/python` and what a cache calls
    /// `registry.example.com/docker-hub/library/python`.
    pub(crate) fn official_name(&self) -> Option<&'t str> {
        let path = self.repository;
        let in_library = path.strip_prefix("library/");
        let found = match self.registry {
            None | Some("docker.io" | "index.docker.io" | "registry-1.docker.io") => {
                Some(in_library.unwrap_or(path))
            }
            Some("mirror.gcr.io" | "registry.hub.docker.com") => in_library,
            // Of two segments, `library` may be somebody's own: it is what Harbor begins with.
            Some(_) => path.rsplit_once("/library/").map(|(_, name)| name),
        };
        found.filter(|name| !name.contains('/'))
    }

    /// Whether the image is one of Docker's official images, or `scratch`.
    pub(crate) fn is_official(&self) -> bool {
        self.official_name().is_some()
    }

    /// Whether `sh` is known to be one that refuses what other shells know: the `dash` of Debian and
    /// Ubuntu. Alpine and `busybox` have a shell with more in it, Red Hat's relatives `bash`.
    pub(crate) fn has_strict_sh(&self) -> bool {
        const OTHERS: [&str; 14] = [
            "almalinux",
            "alpine",
            "alt",
            "amazonlinux",
            "archlinux",
            "bash",
            "busybox",
            "centos",
            "clearlinux",
            "fedora",
            "mageia",
            "oraclelinux",
            "photon",
            "rockylinux",
        ];
        let tagged = |word| self.tag.is_some_and(|tag| tag.contains(word));
        self.is_official()
            && !OTHERS.contains(&self.short_name())
            && !["alpine", "oracle", "ubi", "amazon", "al2", "busybox"].into_iter().any(tagged)
    }

    /// Whether its tag says that it is the variant with Alpine.
    pub(crate) fn is_tagged_alpine(&self) -> bool {
        self.tag.is_some_and(|tag| tag.contains("alpine"))
    }

    /// Whether its name or tag leaves open which variant it is: a variable, or a digest alone.
    pub(crate) fn has_open_tag(&self) -> bool {
        self.tag.map_or(self.digest.is_some(), |tag| tag.contains('$'))
    }

    /// Whether the image is known to run as root unless told otherwise.
    pub(crate) fn is_root(&self) -> bool {
        let known = || {
            let registry = self.registry.unwrap_or("docker.io");
            let is = |(host, path): &(&str, &str)| {
                *host == registry && self.repository.starts_with(path)
            };
            ROOT.iter().any(is)
        };
        (self.is_official() || known()) && !self.is_non_root()
    }

    /// Whether the image is for Windows, whose users are others.
    pub(crate) fn is_windows(&self) -> bool {
        let tagged = |word| self.tag.is_some_and(|tag| tag.contains(word));
        self.repository.starts_with("windows/")
            || tagged("nanoserver")
            || tagged("windowsservercore")
    }

    /// Whether the image is known to run as another user than root unless told otherwise.
    ///
    /// Sources: the publishers' own documentation of their images, 2026-11.
    pub(crate) fn is_non_root(&self) -> bool {
        let tag = self.tag.unwrap_or_default();
        let tag_word = |word: &str| tag.split(['-', '_', '.']).any(|it| it == word);
        if ["nonroot", "rootless", "unprivileged"].iter().any(|word| tag_word(word)) {
            return true;
        }
        let name = self.short_name();
        if ["-nonroot", "-unprivileged", "-rootless"].iter().any(|ending| name.ends_with(ending)) {
            return true;
        }
        // .NET without a shell and a package manager comes with a user of its own.
        if tag_word("chiseled") {
            return true;
        }
        match (self.registry, self.repository.split('/').next().unwrap_or_default()) {
            // Chainguard: all but the bases that one builds upon.
            (Some("cgr.dev"), _) => {
                !matches!(name, "wolfi-base" | "chainguard-base") && !tag_word("root")
            }
            // Docker Hardened Images: the variants with build tools run as root.
            (Some("dhi.io"), _) => !tag_word("dev") && !tag_word("sdk"),
            (None | Some("docker.io"), "bitnami" | "bitnamilegacy" | "bitnamisecure") => {
                name != "minideb"
            }
            // Red Hat's language images, unlike the plain UBI.
            (
                Some("registry.access.redhat.com" | "registry.redhat.io"),
                "ubi8" | "ubi9" | "ubi10",
            ) => ["python-", "nodejs-", "openjdk-"].iter().any(|start| name.starts_with(start)),
            _ => self.is_official() && OFFICIAL_WITH_USER.contains(&name),
        }
    }

    /// Whether the reference may mean another image tomorrow: no digest, and no tag or `latest`.
    pub(crate) fn is_floating(&self) -> bool {
        self.digest.is_none() && self.tag.is_none_or(|tag| tag == "latest")
    }

    /// What a floating reference means, as messages put it.
    pub(crate) fn drift(&self) -> &'static str {
        match self.tag {
            Some(_) => "which means another image after every push",
            None => "without a tag, which means `latest`",
        }
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
        for (text, full) in [
            ("python:3", "docker.io/library/python"),
            ("acme/api", "docker.io/acme/api"),
            ("index.docker.io/acme/api", "docker.io/acme/api"),
            ("reg:5000/x@sha256:ab", "reg:5000/x"),
        ] {
            assert_eq!(ImageRef::parse(text).full_name(), full);
        }
    }

    #[test]
    fn official_images_go_by_several_names() {
        for text in [
            "python",
            "library/python:3",
            "docker.io/library/python@sha256:ab",
            "public.ecr.aws/docker/library/python",
            "mirror.gcr.io/library/python",
            "registry.example.com/docker-hub/library/python",
        ] {
            assert_eq!(ImageRef::parse(text).official_name(), Some("python"), "{text}");
        }
        for text in ["bitnami/python", "harbor.example.com/library/python", "quay.io/acme/python"] {
            assert_eq!(ImageRef::parse(text).official_name(), None, "{text}");
        }
    }

    #[test]
    fn some_images_are_known_not_to_run_as_root() {
        for text in [
            "gcr.io/distroless/static-debian12:nonroot",
            "gcr.io/distroless/base:debug-nonroot@sha256:ab",
            "nginxinc/nginx-unprivileged:1.27",
            "cgr.dev/chainguard/python:latest-dev",
            "bitnami/redis:7.4",
            "docker.io/bitnami/redis:7.4",
            "dhi.io/python:3.13",
            "mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled",
            "registry.access.redhat.com/ubi9/python-312:1",
            "docker:28-dind-rootless",
            "haproxy:3.1",
        ] {
            assert!(ImageRef::parse(text).is_non_root(), "{text}");
        }
        for text in [
            "python:3.13-slim",
            "gcr.io/distroless/static-debian12",
            "cgr.dev/chainguard/wolfi-base",
            "dhi.io/python:3.13-dev",
            "bitnami/minideb:bookworm",
            "acme/haproxy:3.1",
            "registry.access.redhat.com/ubi9/ubi-minimal:9.5",
            "acme/nonroot-tools:1",
            "scratch",
        ] {
            assert!(!ImageRef::parse(text).is_non_root(), "{text}");
        }
        for (text, root) in [
            ("python:3", true),
            ("library/python:3", true),
            ("docker.io/python:3", true),
            ("scratch", true),
            ("gcr.io/distroless/cc-debian12", true),
            ("gcr.io/distroless/cc-debian12:nonroot", false),
            ("nvidia/cuda:12.8.0-runtime-ubuntu24.04", true),
            ("acme/python:3", false),
            ("haproxy:3.1", false),
        ] {
            assert_eq!(ImageRef::parse(text).is_root(), root, "{text}");
        }
        assert!(ImageRef::parse("mcr.microsoft.com/windows/nanoserver:ltsc2025").is_windows());
    }
}
