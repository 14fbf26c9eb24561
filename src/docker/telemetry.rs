//! Tools that tell their makers how they are used, and the variables that stop it.
//!
//! Sources: the tools' own documentation, 2026-11: nextjs.org/telemetry, nuxt.com, astro.build/telemetry,
//! gatsbyjs.com/docs/telemetry, storybook.js.org/docs/configure/telemetry,
//! turborepo.com/docs/telemetry, learn.microsoft.com (dotnet, az, pwsh, func), docs.aws.amazon.com (sam),
//! docs.vllm.ai (usage stats), docs.ray.io (usage stats),
//! docs.streamlit.io, docs.getdbt.com/reference/global-configs/usage-stats, docs.strapi.io,
//! developers.cloudflare.com (wrangler), docs.brew.sh/Analytics, vercel.com/docs/cli.

use super::shell::{Invocation, ShellWord};

/// A tool that reports how it is used unless a variable says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reporter {
    pub(crate) program: &'static str,
    /// The subcommands that report, with blanks between them; an empty text means every use.
    subcommands: &'static str,
    /// The variable and the value that stop it.
    pub(crate) variable: &'static str,
    pub(crate) value: &'static str,
    /// Whether it follows `DO_NOT_TRACK`, too.
    follows_do_not_track: bool,
}

const fn reporter(
    program: &'static str,
    subcommands: &'static str,
    variable: &'static str,
    value: &'static str,
) -> Reporter {
    Reporter { program, subcommands, variable, value, follows_do_not_track: false }
}

const fn polite(reporter: Reporter) -> Reporter {
    Reporter { follows_do_not_track: true, ..reporter }
}

const REPORTERS: [Reporter; 19] = [
    reporter("astro", "add build check dev preview", "ASTRO_TELEMETRY_DISABLED", "1"),
    reporter("az", "", "AZURE_CORE_COLLECT_TELEMETRY", "false"),
    reporter("brew", "", "HOMEBREW_NO_ANALYTICS", "1"),
    polite(reporter("dbt", "", "DBT_SEND_ANONYMOUS_USAGE_STATS", "false")),
    reporter(
        "dotnet",
        "add build clean new pack publish restore run test tool workload",
        "DOTNET_CLI_TELEMETRY_OPTOUT",
        "1",
    ),
    reporter("func", "", "FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT", "1"),
    reporter("gatsby", "build develop serve", "GATSBY_TELEMETRY_DISABLED", "1"),
    reporter("next", "build dev lint", "NEXT_TELEMETRY_DISABLED", "1"),
    reporter("nuxi", "build dev generate", "NUXT_TELEMETRY_DISABLED", "1"),
    reporter("nuxt", "build dev generate", "NUXT_TELEMETRY_DISABLED", "1"),
    reporter("pwsh", "", "POWERSHELL_TELEMETRY_OPTOUT", "1"),
    reporter("ray", "start", "RAY_USAGE_STATS_ENABLED", "0"),
    reporter("sam", "build deploy init local package sync", "SAM_CLI_TELEMETRY", "0"),
    reporter("storybook", "build dev", "STORYBOOK_DISABLE_TELEMETRY", "1"),
    reporter("strapi", "build develop start", "STRAPI_TELEMETRY_DISABLED", "true"),
    reporter("streamlit", "run", "STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false"),
    polite(reporter("turbo", "", "TURBO_TELEMETRY_DISABLED", "1")),
    polite(reporter("vllm", "serve", "VLLM_NO_USAGE_STATS", "1")),
    reporter("wrangler", "", "WRANGLER_SEND_METRICS", "false"),
];

/// Arguments by which a tool is told the same.
const OPT_OUTS: [&str; 4] = [
    "--disable-telemetry",
    "--disable-usage-stats",
    "--no-send-anonymous-usage-stats",
    "gatherUsageStats",
];

impl Reporter {
    /// The variables that may stop it.
    pub(crate) fn variables(&self) -> Vec<&'static str> {
        let common = self.follows_do_not_track.then_some("DO_NOT_TRACK");
        std::iter::once(self.variable).chain(common).collect()
    }

    /// The tool that an invocation starts, itself or by `npx`, `uv run` and the like.
    pub(crate) fn started_by(invocation: Invocation<'_>) -> Option<&'static Self> {
        let words = started(&invocation)?;
        let (program, rest) = words.split_first()?;
        let found = REPORTERS.iter().find(|it| it.program == *program)?;
        let mut operands = rest.iter().filter(|word| !word.starts_with('-'));
        let subcommand = operands.next();
        let is_used = match (subcommand, found.subcommands) {
            (Some(_), "") => true,
            (Some(word), subcommands) => subcommands.split(' ').any(|it| it == *word),
            (None, subcommands) => subcommands.is_empty() && !tells_only(rest),
        };
        let opts_out = rest.iter().any(|word| OPT_OUTS.iter().any(|it| word.contains(it)));
        (is_used && !opts_out).then_some(found)
    }
}

fn tells_only(words: &[&str]) -> bool {
    words.iter().any(|word| matches!(*word, "--version" | "-v" | "--help" | "-h"))
}

/// The program that runs in the end, without its path, and its arguments.
fn started<'c>(invocation: &Invocation<'c>) -> Option<Vec<&'c str>> {
    let words: Vec<&str> =
        invocation.arguments.iter().map(|word: &'c ShellWord| word.text.as_str()).collect();
    let behind = |skipped: &[&str]| {
        let is_own = |word: &&str| word.starts_with('-') || skipped.contains(word);
        let own = words.iter().take_while(|word| is_own(word)).count();
        words.get(own..).map(<[&str]>::to_vec)
    };
    match invocation.name() {
        "npx" | "bunx" => behind(&[]),
        "npm" | "pnpm" | "yarn" | "bun" => behind(&["exec", "dlx", "x", "run"]),
        "uv" | "poetry" | "pipenv" => behind(&["run"]),
        "python" | "python3" => {
            let mut words = behind(&["-m"])?;
            // Its server by the name of its module.
            if words.first().is_some_and(|module| module.starts_with("vllm.entrypoints.")) {
                words.splice(..1, ["vllm", "serve"]);
            }
            Some(words)
        }
        name => Some(std::iter::once(name).chain(words).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::shell::tests::good;

    fn program(text: &str) -> Option<&'static str> {
        let script = good(text);
        Some(Reporter::started_by(script.commands().first()?.invocation()?)?.program)
    }

    #[test]
    fn tools_are_known_however_they_start() {
        for (text, expected) in [
            ("next build", Some("next")),
            ("npx --yes next build", Some("next")),
            ("yarn next build", Some("next")),
            ("pnpm exec turbo run build", Some("turbo")),
            ("npm exec -- astro build", Some("astro")),
            ("/usr/bin/dotnet publish -c Release", Some("dotnet")),
            ("uv run streamlit run app.py", Some("streamlit")),
            ("python -m streamlit run app.py", Some("streamlit")),
            ("python3 -m vllm.entrypoints.openai.api_server --model a/b", Some("vllm")),
            ("az --version", None),
            ("dotnet api.dll", None),
            ("dotnet --info", None),
            ("npm run build", None),
            ("next start", None),
            ("streamlit run app.py --browser.gatherUsageStats=false", None),
        ] {
            assert_eq!(program(text), expected, "{text}");
        }
    }
}
