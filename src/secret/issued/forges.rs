//! Tokens of source forges, package registries and build services.
//!
//! Sources: github.blog/engineering/behind-githubs-new-authentication-token-formats,
//! docs.gitlab.com/security/tokens (prefixes), support.atlassian.com/bitbucket-cloud (app passwords and
//! access tokens), and the documentation of each registry.

use super::form::{
    ALNUM, BASE64, DIGIT, HEX, Key, LOWER_ALNUM, Part, UPPER_ALNUM, UUID, WORD, key,
};
use super::{FORGE, Service, VENDOR, checksum, service};

/// Of Atlassian's tokens, which end in a checksum behind `=`.
const ATLASSIAN: super::form::Class = WORD.with(b'=').with(b'.');

pub(super) static SERVICES: &[Service] = &[
    service(
        "GitHub",
        "a personal access token",
        "github.com/settings/tokens",
        FORGE,
        &[
            key("ghp_", &[ALNUM.exactly(36)]).tested(has_checksum),
            key("github_pat_", &[ALNUM.exactly(22), Part::Text("_"), ALNUM.exactly(59)]),
        ],
    ),
    service(
        "GitHub",
        "an OAuth token",
        "github.com/settings/applications",
        FORGE,
        &[key("gho_", &[ALNUM.exactly(36)]).tested(has_checksum)],
    ),
    service(
        "GitHub",
        "a token of an app",
        "github.com/settings/installations",
        FORGE,
        &[
            key("ghu_", &[ALNUM.exactly(36)]).tested(has_checksum),
            key("ghs_", &[ALNUM.exactly(36)]).tested(has_checksum),
            key("ghr_", &[ALNUM.exactly(36)]).tested(has_checksum),
            key("ghr_", &[ALNUM.exactly(76)]),
            // Those that are a JSON Web Token behind the number of the app.
            key(
                "ghs_",
                &[DIGIT.between(1, 12), Part::Text("_eyJ"), WORD.with(b'.').between(80, 2048)],
            ),
        ],
    ),
    service(
        "GitLab",
        "a personal access token",
        "gitlab.com/-/user_settings/personal_access_tokens",
        FORGE,
        &[
            // Those that say which cell they are of end in a version, a length and a checksum.
            key("glpat-", &[WORD.between(27, 300), Part::Text("."), LOWER_ALNUM.exactly(9)]),
            key(
                "glpat-",
                &[
                    WORD.between(27, 300),
                    Part::Text("."),
                    LOWER_ALNUM.exactly(2),
                    Part::Text("."),
                    LOWER_ALNUM.exactly(9),
                ],
            ),
            key("glpat-", &[WORD.between(20, 22)]),
        ],
    ),
    service(
        "GitLab",
        "a deploy token",
        "the project's settings under Repository",
        FORGE,
        &[key("gldt-", &[WORD.between(20, 22)])],
    ),
    service(
        "GitLab",
        "a runner token",
        "the project's settings under CI/CD",
        FORGE,
        &[
            key(
                "glrt-",
                &[WORD.between(27, 300), Part::Text("."), LOWER_ALNUM.with(b'.').between(9, 12)],
            ),
            key("glrt-", &[WORD.between(20, 24)]),
            key("glrtr-", &[WORD.between(20, 24)]),
            key("GR1348941", &[WORD.between(20, 22)]),
        ],
    ),
    service(
        "GitLab",
        "a pipeline token",
        "the project's settings under CI/CD",
        FORGE,
        &[
            key("glptt-", &[HEX.exactly(40)]),
            key("glcbt-", &[ALNUM.between(1, 5), Part::Text("_"), WORD.exactly(20)]),
        ],
    ),
    service(
        "GitLab",
        "a token",
        "the settings of the user or the group",
        FORGE,
        &[
            key("glft-", &[WORD.between(20, 22)]),
            key("glimt-", &[WORD.exactly(25)]),
            key("glagent-", &[WORD.exactly(50)]),
            key("gloas-", &[WORD.exactly(64)]),
            key("glsoat-", &[WORD.exactly(20)]),
            key("glffct-", &[WORD.exactly(20)]),
        ],
    ),
    service(
        "Bitbucket",
        "an app password",
        "bitbucket.org/account/settings/app-passwords",
        FORGE,
        &[key("ATBB", &[ALNUM.exactly(32)])],
    ),
    service(
        "Bitbucket",
        "a repository access token",
        "the repository's settings under Access tokens",
        FORGE,
        &[key("ATCTT3", &[ATLASSIAN.between(60, 400)])],
    ),
    service(
        "Bitbucket Data Center",
        "an HTTP access token",
        "the profile under HTTP access tokens",
        FORGE,
        &[key("BBDC-", &[BASE64.between(40, 50)])],
    ),
    service(
        "Sourcegraph",
        "an access token",
        "sourcegraph.com/user/settings/tokens",
        FORGE,
        &[
            key("sgp_", &[HEX.exactly(16), Part::Text("_"), HEX.exactly(40)]),
            key("sgp_local_", &[HEX.exactly(40)]),
            key("sgp_", &[HEX.exactly(40)]),
        ],
    ),
    service(
        "npm",
        "an access token",
        "npmjs.com/settings under Access tokens",
        VENDOR,
        &[
            key("npm_", &[ALNUM.exactly(36)]).tested(has_checksum),
            key("NpmToken.", &[UUID.exactly(36)]),
            key("_authToken=", &[UUID.exactly(36)]).outside(),
        ],
    ),
    service(
        "PyPI",
        "an API token",
        "pypi.org/manage/account",
        VENDOR,
        &[
            // A macaroon of `pypi.org`, and of `test.pypi.org`.
            key("pypi-AgEIcHlwaS5vcmc", &[WORD.between(50, 1000)]).with_runs(),
            key("pypi-AgENdGVzdC5weXBpLm9yZw", &[WORD.between(50, 1000)]).with_runs(),
        ],
    ),
    service(
        "RubyGems",
        "an API key",
        "rubygems.org/profile/api_keys",
        VENDOR,
        &[key("rubygems_", &[HEX.exactly(48)])],
    ),
    service(
        "crates.io",
        "an API token",
        "crates.io/settings/tokens",
        VENDOR,
        &[key("cio", &[ALNUM.exactly(32)]).weak()],
    ),
    service(
        "NuGet",
        "an API key",
        "nuget.org/account/apikeys",
        VENDOR,
        &[key("oy2", &[LOWER_ALNUM.exactly(43)])],
    ),
    service(
        "Clojars",
        "a deploy token",
        "clojars.org/tokens",
        VENDOR,
        &[key("CLOJARS_", &[ALNUM.exactly(60)])],
    ),
    service(
        "Docker Hub",
        "an access token",
        "app.docker.com/settings/personal-access-tokens",
        VENDOR,
        &[key("dckr_pat_", &[WORD.between(27, 36)]), key("dckr_oat_", &[WORD.between(27, 36)])],
    ),
    service(
        "Artifactory",
        "an API key",
        "the profile in Artifactory",
        VENDOR,
        &[
            key("AKCp", &[ALNUM.exactly(69)]),
            key("AKCp", &[ALNUM.exactly(68)]),
            // `reftkn:` in Base64.
            key("cmVmdGtu", &[ALNUM.exactly(56)]),
        ],
    ),
    service(
        "CircleCI",
        "an API token",
        "app.circleci.com/settings/user/tokens",
        VENDOR,
        &[
            key("CCIPAT_", &[ALNUM.between(20, 24), Part::Text("_"), HEX.exactly(40)]),
            key("CCIPRJ_", &[ALNUM.between(20, 24), Part::Text("_"), HEX.exactly(40)]),
        ],
    ),
    service(
        "Buildkite",
        "an API access token",
        "buildkite.com/user/api-access-tokens",
        VENDOR,
        &[key("bkua_", &[HEX.exactly(40)]), key("bkct_", &[ALNUM.between(30, 80)])],
    ),
    service(
        "Harness",
        "an access token",
        "app.harness.io under Access control",
        VENDOR,
        &[
            key(
                "pat.",
                &[
                    WORD.exactly(22),
                    Part::Text("."),
                    HEX.exactly(24),
                    Part::Text("."),
                    ALNUM.exactly(20),
                ],
            ),
            key(
                "sat.",
                &[
                    WORD.exactly(22),
                    Part::Text("."),
                    HEX.exactly(24),
                    Part::Text("."),
                    ALNUM.exactly(20),
                ],
            ),
        ],
    ),
    service(
        "Octopus Deploy",
        "an API key",
        "the profile under My API keys",
        VENDOR,
        &[key("API-", &[UPPER_ALNUM.exactly(26)]).weak()],
    ),
    service(
        "Sonar",
        "a token",
        "sonarcloud.io/account/security",
        VENDOR,
        &[
            key("squ_", &[HEX.exactly(40)]),
            key("sqp_", &[HEX.exactly(40)]),
            key("sqa_", &[HEX.exactly(40)]),
        ],
    ),
    service(
        "Snyk",
        "a token",
        "app.snyk.io/account",
        VENDOR,
        &[
            key("snyk_uat.", &[HEX.exactly(8), Part::Text("."), WORD.with(b'.').between(40, 200)]),
            key("snyk_sat.", &[HEX.exactly(8), Part::Text("."), WORD.with(b'.').between(40, 200)]),
        ],
    ),
    service(
        "Scalingo",
        "an API token",
        "dashboard.scalingo.com/account/tokens",
        VENDOR,
        &[key("tk-us-", &[WORD.exactly(48)])],
    ),
];

/// Of those with a checksum behind thirty random characters nobody has made one up.
fn has_checksum(key: &Key<'_>) -> bool {
    checksum::ends_in_crc32(key.body)
}
