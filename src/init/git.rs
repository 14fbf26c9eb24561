//! Where a repository's remotes are, from the text of its `.git/config`.

/// Who runs the pipelines of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forge {
    GitHub,
    GitLab,
}

/// The forges that the remotes are on.
pub(crate) fn forges(config: &str) -> Vec<Forge> {
    urls(config).filter_map(|url| Forge::of(host(url)?)).collect()
}

impl Forge {
    fn of(host: &str) -> Option<Self> {
        match host.to_ascii_lowercase().as_str() {
            "github.com" | "ssh.github.com" => Some(Forge::GitHub),
            host if host.starts_with("gitlab.") => Some(Forge::GitLab),
            _ => None,
        }
    }
}

/// ```text
/// [remote "origin"]
///     url = git@github.com:acme/api.git
///           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
/// ```
///
/// Source: git-config(1), "Syntax".
fn urls(config: &str) -> impl Iterator<Item = &str> {
    let mut in_remote = false;
    config.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with('[') {
            in_remote = line.starts_with("[remote ");
        }
        let (key, value) = line.split_once('=')?;
        (in_remote && key.trim_end() == "url").then(|| value.trim().trim_matches('"'))
    })
}

/// ```text
/// https://token@github.com:443/acme/api.git      git@github.com:acme/api.git
///               ^^^^^^^^^^                           ^^^^^^^^^^
/// ```
///
/// Source: git-fetch(1), "Git URLs".
fn host(url: &str) -> Option<&str> {
    let authority = match url.split_once("://") {
        Some((_, rest)) => rest.split('/').next()?,
        // A colon behind a slash is part of a path on this machine.
        None => url.split_once(':').map(|(before, _)| before).filter(|it| !it.contains('/'))?,
    };
    let host = authority.rsplit('@').next()?;
    host.split(':').next().filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_remote_tells_the_forge() {
        for (url, expected) in [
            ("https://github.com/acme/api.git", Some(Forge::GitHub)),
            ("https://user:token@GitHub.com:443/acme/api", Some(Forge::GitHub)),
            ("git@github.com:acme/api.git", Some(Forge::GitHub)),
            ("ssh://git@ssh.github.com:443/acme/api.git", Some(Forge::GitHub)),
            ("git@gitlab.com:acme/api.git", Some(Forge::GitLab)),
            ("\"https://gitlab.acme.test/acme/api\"", Some(Forge::GitLab)),
            ("https://git.acme.test/github.com/api", None),
            ("https://notgithub.com/acme/api", None),
            ("../github.com:acme/api", None),
            ("/srv/git/api.git", None),
            ("", None),
        ] {
            let config = format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n");
            assert_eq!(forges(&config).first().copied(), expected, "{url}");
        }
    }

    #[test]
    fn only_remotes_count() {
        let config = "[submodule \"x\"]\n url = https://github.com/acme/x\n\
                      [url \"git@github.com:\"]\n insteadOf = https://github.com/\n\
                      [remote \"up\"]\n fetch = +refs/heads/*\n url=https://gitlab.com/acme/x\n";
        assert_eq!(forges(config), [Forge::GitLab]);
    }
}
