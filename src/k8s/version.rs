//! Versions of Kubernetes, by which APIs come and go.

use std::fmt;

use schemars::JsonSchema;

/// `1.34`: every version so far is one of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(with = "Written")]
pub struct KubernetesVersion {
    minor: u16,
}

/// A version of Kubernetes, such as `1.34`.
#[derive(JsonSchema)]
#[schemars(transparent, rename = "KubernetesVersion")]
#[expect(dead_code, reason = "only the shape counts")]
struct Written(#[schemars(regex(pattern = r"^v?1\.[0-9]+(\.[0-9]+)?$"))] String);

impl KubernetesVersion {
    /// Version 1.`minor`.
    pub const fn of(minor: u16) -> Self {
        KubernetesVersion { minor }
    }

    /// What `1.34`, `v1.34` and `1.34.2` stand for.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor) = (parts.next()?, parts.next()?);
        let is_number = |part: &str| part.parse::<u16>().is_ok();
        let rest_fits = parts.next().is_none_or(is_number) && parts.next().is_none();
        let minor = minor.parse().ok().filter(|_| major == "1" && rest_fits)?;
        Some(KubernetesVersion { minor })
    }
}

/// The newest that the schemas know: `v1_37` of `k8s-openapi`, as `Cargo.toml` has it.
impl Default for KubernetesVersion {
    fn default() -> Self {
        KubernetesVersion::of(37)
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_write_them() {
        for text in ["1.34", "v1.34", "1.34.2", "v1.34.0"] {
            assert_eq!(KubernetesVersion::parse(text), Some(KubernetesVersion::of(34)), "{text}");
        }
        for text in ["", "1", "34", "2.1", "1.x", "1.34.x", "1.34.1.1", "latest"] {
            assert_eq!(KubernetesVersion::parse(text), None, "{text}");
        }
        assert!(KubernetesVersion::of(9) < KubernetesVersion::of(34));
    }
}
