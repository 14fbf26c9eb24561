//! Logins with what belongs to a person, or with a key that somebody has to keep, where an identity
//! of the job's or of the workload's own would do.
//!
//! Sources: docs.github.com, "Security hardening your deployments"; the pages of the actions
//! `aws-actions/configure-aws-credentials`, `azure/login`, `google-github-actions/auth`;
//! learn.microsoft.com, "az login" and `EnvironmentCredential`; cloud.google.com/sdk, "gcloud auth
//! login".

use std::sync::LazyLock;

use super::{Part, is_for_show};
use crate::file::File;
use crate::finder::Finder;
use crate::source::Span;

/// A login that a file describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    /// The input, option, command or variable that says so.
    pub(crate) span: Span,
    pub(crate) how: How,
}

/// With what somebody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// With a key of a cloud that is stored among the secrets of a pipeline.
    StoredKey(&'static Action),
    /// With the name and the password of a user of Azure, on a command line.
    AzureUser,
    /// The same, by variables.
    AzureUserVariables,
    /// A browser or a code is waited for.
    Interactive,
    /// With the mailbox of a provider for persons.
    Mailbox(&'static str),
    /// With a token that acts for the person who made it.
    PersonalToken,
}

/// An action that logs in at a cloud with either a key or an identity of the job.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) cloud: &'static str,
    /// The input that is given the key.
    key: &'static str,
    /// Inputs beside which the key is not what logs in.
    instead: &'static [&'static str],
    /// What to give it instead.
    pub(crate) better: &'static str,
}

static ACTIONS: [Action; 4] = [
    Action {
        name: "aws-actions/configure-aws-credentials",
        cloud: "AWS",
        key: "aws-access-key-id",
        instead: &["role-to-assume", "aws-session-token", "web-identity-token-file"],
        better: "`role-to-assume`, with a role that trusts GitHub's tokens",
    },
    Action {
        name: "azure/login",
        cloud: "Azure",
        key: "creds",
        instead: &["auth-type"],
        better: "`client-id`, `tenant-id` and `subscription-id`, with a federated credential for the repository",
    },
    Action {
        name: "google-github-actions/auth",
        cloud: "Google Cloud",
        key: "credentials_json",
        instead: &["workload_identity_provider"],
        better: "`workload_identity_provider` and `service_account`",
    },
    Action {
        name: "google-github-actions/setup-gcloud",
        cloud: "Google Cloud",
        key: "service_account_key",
        instead: &[],
        better: "a step before it of `google-github-actions/auth` with `workload_identity_provider`",
    },
];

/// Providers of mailboxes for persons, by what follows the `@`.
const MAILBOXES: [(&str, &str); 12] = [
    ("@gmail.com", "Gmail"),
    ("@googlemail.com", "Gmail"),
    ("@outlook.", "Outlook.com"),
    ("@hotmail.", "Outlook.com"),
    ("@live.com", "Outlook.com"),
    ("@yahoo.", "Yahoo"),
    ("@icloud.com", "iCloud"),
    ("@me.com", "iCloud"),
    ("@gmx.", "GMX"),
    ("@proton.me", "Proton"),
    ("@protonmail.com", "Proton"),
    ("@aol.com", "AOL"),
];

/// What else the text of a login holds, in the order of [`Mark`].
const COMMANDS: [&str; 4] = ["az login", "gcloud auth login", "AZURE_USERNAME", "secrets."];

/// What stands beside a user of Azure.
const AZURE_PASSWORD: &str = "AZURE_PASSWORD";

/// Where to look closer.
#[derive(Clone, Copy)]
enum Mark {
    Action(&'static Action),
    Mailbox(&'static str),
    AzLogin,
    GcloudLogin,
    AzureUsername,
    Secret,
}

struct Marks {
    finder: Finder,
    of: Vec<Mark>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let actions = ACTIONS.iter().map(|action| (action.name, Mark::Action(action)));
    let mailboxes = MAILBOXES.iter().map(|(domain, name)| (*domain, Mark::Mailbox(name)));
    let others = [Mark::AzLogin, Mark::GcloudLogin, Mark::AzureUsername, Mark::Secret];
    let (texts, of): (Vec<_>, Vec<_>) =
        actions.chain(mailboxes).chain(COMMANDS.into_iter().zip(others)).unzip();
    Marks { finder: Finder::new(texts), of }
});

/// More marks of one file are not looked at.
const MOST_MARKS: usize = 2_000;

/// How far around a mark is looked.
const REACH: usize = 2048;

/// What a file is, as far as logins in it mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pipeline,
    Dockerfile,
    Script,
    Settings,
}

impl Kind {
    fn of(path: &str) -> Option<Self> {
        let lower = path.to_ascii_lowercase();
        let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_yaml = matches!(extension, "yml" | "yaml");
        let is_folder = |end: &str| folder == end || folder.ends_with(&format!("/{end}"));
        let of_service = [
            ".github/workflows",
            ".gitea/workflows",
            ".forgejo/workflows",
            ".circleci",
            ".buildkite",
        ];
        let pipelines = [
            "azure-pipelines",
            ".gitlab-ci",
            "bitbucket-pipelines",
            ".drone",
            ".woodpecker",
            "cloudbuild",
            ".travis",
            "appveyor",
        ];
        let is_pipeline = is_yaml
            && (of_service.iter().any(|folder| is_folder(folder))
                || pipelines.iter().any(|start| name.starts_with(start))
                || name.starts_with("action.") && path.contains(".github/"));
        match extension {
            _ if is_pipeline || name.starts_with("jenkinsfile") => Some(Kind::Pipeline),
            _ if name.starts_with("dockerfile") || name.ends_with(".dockerfile") => {
                Some(Kind::Dockerfile)
            }
            "sh" | "bash" | "zsh" | "ps1" | "cmd" | "bat" | "mk" => Some(Kind::Script),
            _ if name == "makefile" || name == "justfile" => Some(Kind::Script),
            "yml" | "yaml" | "json" | "toml" | "env" | "properties" | "ini" | "conf" | "cfg"
            | "tfvars" => Some(Kind::Settings),
            _ if name.starts_with(".env") => Some(Kind::Settings),
            _ => None,
        }
    }

    /// Whether nobody sits there who could answer.
    fn is_unattended(self) -> bool {
        matches!(self, Kind::Pipeline | Kind::Dockerfile)
    }
}

/// The logins of a file that something may run with.
pub(crate) fn of(file: &File) -> impl Iterator<Item = &Login> {
    let source = file.source();
    let folder = source.path_in_run().rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_left = move || is_for_show(&format!("{folder}/")) || source.is_example();
    let logins = file.parts().iter().filter_map(|part| match part {
        Part::Logins(logins) => Some(logins),
        _ => None,
    });
    logins.filter(move |_| !is_left()).flatten()
}

/// The logins that a file describes, in its order.
pub(crate) fn read(path: &str, text: &str) -> Vec<Login> {
    let mut found: Vec<Login> = Vec::new();
    let Some(kind) = Kind::of(path) else { return found };
    // Of settings, most need no closer look.
    if kind == Kind::Settings && !text.as_bytes().contains(&b'@') && !text.contains(AZURE_PASSWORD)
    {
        return found;
    }
    for mark in MARKS.finder.find_apart(text).take(MOST_MARKS) {
        let Some(&what) = MARKS.of.get(mark.index) else { continue };
        let around = Around { text, start: mark.range.start, end: mark.range.end };
        if around.is_comment() {
            continue;
        }
        let login = match what {
            Mark::Action(action) => around.stored_key(action),
            Mark::Mailbox(provider) => around.mailbox(provider),
            Mark::AzLogin if kind != Kind::Settings => around.az_login(kind),
            Mark::GcloudLogin if kind.is_unattended() => around.gcloud_login(),
            Mark::AzureUsername => around.azure_variables(),
            Mark::Secret if kind == Kind::Pipeline => around.personal_token(),
            _ => None,
        };
        // One of each kind says it for all that name the same.
        let said = |span: Span| text.get(span.range());
        let is_new = |login: &Login| {
            !found.iter().any(|it| it.how == login.how && said(it.span) == said(login.span))
        };
        if let Some(login) = login.filter(|login| found.len() < 64 && is_new(login)) {
            found.push(login);
        }
    }
    found
}

/// Where a key stands on a line, and its value; it may be one of `with: {key: value, …}`.
fn entry<'t>(line: &'t str, name: &str) -> Option<(usize, &'t str)> {
    let inner = line.trim_start();
    let start = line.len() - inner.len();
    let map = inner.strip_prefix("with:").and_then(|rest| rest.trim_start().strip_prefix('{'));
    let Some(map) = map else {
        let value = inner.strip_prefix(name)?.strip_prefix(':')?;
        return Some((start, value.trim()));
    };
    let mut at = line.len() - map.len();
    map.split(',').find_map(|part| {
        let key = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        let value = part.trim_start().strip_prefix(name)?.strip_prefix(':')?;
        Some((key, value.trim()))
    })
}

/// A mark and what stands around it.
struct Around<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Around<'t> {
    fn before(&self) -> &'t str {
        let from = self.text.floor_char_boundary(self.start.saturating_sub(REACH));
        self.text.get(from..self.start).unwrap_or_default()
    }

    fn after(&self) -> &'t str {
        let to = self.text.floor_char_boundary((self.end + REACH).min(self.text.len()));
        self.text.get(self.end..to).unwrap_or_default()
    }

    /// What stands before the mark on its line.
    fn line_before(&self) -> &'t str {
        let before = self.before();
        before.rsplit('\n').next().unwrap_or(before)
    }

    /// Whether the line is a comment, or a text for people.
    fn is_comment(&self) -> bool {
        let line = self.line_before().trim_start();
        let line = line.strip_prefix("- ").unwrap_or(line).trim_start_matches("run: ").trim_start();
        let starts = ["#", "//", "rem ", "REM ", "::", "echo ", "printf ", "Write-", "@echo "];
        starts.iter().any(|start| line.starts_with(start)) || line.contains(" # ")
    }

    fn login(start: usize, length: usize, how: How) -> Login {
        Login { span: Span::new(start, start + length), how }
    }

    /// The input with the key, of a step that uses an action.
    fn stored_key(&self, action: &'static Action) -> Option<Login> {
        if !self.after().starts_with('@') {
            return None;
        }
        let line = self.line_before();
        let uses = line.trim_end_matches(['"', '\'']).strip_suffix("uses: ")?;
        let column = uses.len();
        let is_first = uses.trim_start().starts_with('-');
        if !uses.trim_start().trim_start_matches(['-', ' ']).is_empty() {
            return None;
        }
        let step = self.step(column, is_first);
        let input = |name: &str| {
            step.iter().find_map(|(at, line)| {
                let (key, value) = entry(line, name)?;
                Some((at + key, value)).filter(|_| !value.is_empty())
            })
        };
        if action.instead.iter().any(|name| input(name).is_some()) {
            return None;
        }
        let (at, value) = input(action.key)?;
        let is_kept = |value: &str| value.contains("secrets.") || value.contains("vars.");
        // `${{ env.AWS_KEY }}`, which the workflow takes from there.
        let of_variable = || {
            let name = value.split_once("env.")?.1;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = name.split(|c| !is_name(c)).next().filter(|name| !name.is_empty())?;
            self.text.lines().find_map(|line| entry(line, name))
        };
        // What a step before has fetched is a key for an hour.
        let is_stored = is_kept(value)
            || !value.contains("${{")
            || of_variable().is_some_and(|(_, value)| is_kept(value));
        is_stored.then(|| Self::login(at, action.key.len(), How::StoredKey(action)))
    }

    /// The lines of the step whose `uses` stands at a column of the mark's line, each with where it
    /// begins.
    fn step(&self, column: usize, is_first: bool) -> Vec<(usize, &'t str)> {
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut lines = Vec::new();
        if !is_first {
            let before = self.before();
            let mut end = self.start - self.line_before().len();
            let whole = before.get(..before.len() - self.line_before().len()).unwrap_or_default();
            for line in whole.split_inclusive('\n').rev() {
                end -= line.len();
                let is_start = line.trim_start().starts_with("- ") && indent(line) + 2 <= column;
                if indent(line) < column && !is_start && !line.trim().is_empty() {
                    break;
                }
                lines.push((end, line));
                if is_start {
                    break;
                }
            }
        }
        let mut start = self.end;
        for (index, line) in self.after().split_inclusive('\n').enumerate() {
            if index > 0 {
                if indent(line) < column && !line.trim().is_empty() {
                    break;
                }
                lines.push((start, line));
            }
            start += line.len();
        }
        // `- key: value` begins with its key.
        let plain = |(at, line): (usize, &'t str)| {
            let inner = line.trim_start();
            let inner = inner.strip_prefix("- ").unwrap_or(inner);
            (at + line.len() - inner.len(), inner)
        };
        lines.into_iter().map(plain).collect()
    }

    /// The command that begins with the mark, with the lines that continue it.
    fn command(&self) -> &'t str {
        let after = self.after();
        let mut end = 0;
        for line in after.split_inclusive('\n') {
            end += line.len();
            let line = line.trim_end();
            if !line.ends_with(['\\', '`', '^']) {
                break;
            }
        }
        let all = after.get(..end).unwrap_or_default();
        all.split(['&', ';', '|', '#']).next().unwrap_or_default()
    }

    fn az_login(&self, kind: Kind) -> Option<Login> {
        let command = self.command();
        // A folded scalar of YAML breaks a command without a sign of it.
        let near = self.after().get(..self.after().floor_char_boundary(300)).unwrap_or_default();
        let near = near.split("az login").next().unwrap_or_default();
        let others =
            ["--service-principal", "--identity", "--federated-token", " -i ", "$AZURE_CLIENT_ID"];
        if !command.starts_with([' ', '\n', '\r']) || others.iter().any(|word| near.contains(word))
        {
            return None;
        }
        let mut words = command.split_ascii_whitespace();
        let is_user =
            |word: &str| word == "-u" || word == "--username" || word.starts_with("--username=");
        if words.clone().any(is_user) {
            return Some(Self::login(self.start, "az login".len(), How::AzureUser));
        }
        let waits = words.any(|word| word == "--use-device-code") && kind.is_unattended();
        waits.then(|| Self::login(self.start, "az login".len(), How::Interactive))
    }

    fn gcloud_login(&self) -> Option<Login> {
        let command = self.command();
        let near = self.after().get(..self.after().floor_char_boundary(300)).unwrap_or_default();
        let is_other = near.contains("--cred-file") || near.contains("--login-config");
        let is_whole = command.is_empty() || command.starts_with([' ', '\n', '\r', '"', '\'']);
        (is_whole && !is_other)
            .then(|| Self::login(self.start, self.end - self.start, How::Interactive))
    }

    /// The variables with which the libraries of Azure log a user in; with the secret of an
    /// application beside them, that goes first.
    fn azure_variables(&self) -> Option<Login> {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (before, after) = (self.before(), self.after());
        if before.ends_with(is_of_name) || after.starts_with(is_of_name) {
            return None;
        }
        let rest = after.trim_start_matches(['"', '\'']).trim_start_matches(' ');
        let is_given = if let Some(value) = rest.strip_prefix(['=', ':']) {
            let value = value.lines().next().unwrap_or_default();
            !value.trim_matches([' ', '"', '\'', ',', '\r']).is_empty()
        } else {
            let (line, next) = rest.split_once('\n').unwrap_or((rest, ""));
            let is_end = line.trim().is_empty() || line.trim_start().starts_with('#');
            is_end && next.trim_start().starts_with("value")
        };
        let near = [before, after];
        let has = |name: &str| near.iter().any(|text| text.contains(name));
        let is_user = has(AZURE_PASSWORD)
            && (has("AZURE_CLIENT_ID") || has("AZURE_TENANT_ID"))
            && !has("AZURE_CLIENT_SECRET")
            && !has("AZURE_FEDERATED_TOKEN_FILE");
        (is_given && is_user)
            .then(|| Self::login(self.start, self.end - self.start, How::AzureUserVariables))
    }

    /// The name of the variable or key that is given an address with which to send or fetch mail.
    fn mailbox(&self, provider: &'static str) -> Option<Login> {
        if self.after().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
            && !self.text.get(self.start..self.end)?.ends_with('.')
        {
            return None;
        }
        let of_local = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        let before = self.before();
        let rest = before.trim_end_matches(of_local);
        let local = before.get(rest.len()..)?;
        if local.is_empty() || is_made_up(local) {
            return None;
        }
        let rest = rest.trim_end_matches(['"', '\'', ' ']);
        let rest = rest.strip_suffix([':', '='])?.trim_end_matches(['"', '\'', ' ']);
        let of_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        let start = rest.trim_end_matches(of_name).len();
        let mut name = (start, rest.get(start..)?);
        if name.1 == "value" {
            // The name of a Kubernetes variable stands on the line before.
            let line = rest.get(..start)?.trim_end().rsplit('\n').next()?;
            let stated = line.trim_start().trim_start_matches("- ").strip_prefix("name:")?;
            let stated = stated.split(" #").next().unwrap_or(stated);
            let stated = stated.trim().trim_matches(['"', '\'']);
            name = (rest.get(..start)?.rfind(stated)?, stated);
        }
        let lower = name.1.to_ascii_lowercase();
        let of_mail = |text: &str| ["smtp", "mail", "imap"].iter().any(|word| text.contains(word));
        let is_login = ["user", "login", "account"].iter().any(|word| lower.contains(word));
        let near = || {
            let from = before.floor_char_boundary(before.len().saturating_sub(240));
            let after = self.after();
            let to = after.floor_char_boundary(after.len().min(240));
            let texts =
                [before.get(from..).unwrap_or_default(), after.get(..to).unwrap_or_default()];
            texts.iter().any(|text| text.to_ascii_lowercase().contains("smtp"))
        };
        let is_mail = of_mail(&lower) || near();
        let offset = self.start - before.len();
        (is_login && is_mail)
            .then(|| Self::login(offset + name.0, name.1.len(), How::Mailbox(provider)))
    }

    /// A secret of a pipeline that is called a personal token.
    fn personal_token(&self) -> Option<Login> {
        let before = self.before();
        let inside = before.rsplit("${{").next().filter(|rest| rest.len() < before.len())?;
        if inside.contains("}}") {
            return None;
        }
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let after = self.after();
        let length = after.len() - after.trim_start_matches(of_name).len();
        let name = after.get(..length)?;
        let mut words = name.split('_');
        let is_personal = words.clone().any(|word| word.eq_ignore_ascii_case("pat"))
            || words.any(|word| word.eq_ignore_ascii_case("personal"));
        is_personal.then(|| Self::login(self.end, length, How::PersonalToken))
    }
}

/// Whether the part of an address before the `@` stands for somebody else's.
fn is_made_up(local: &str) -> bool {
    const WORDS: [&str; 14] = [
        "you", "your", "example", "user", "username", "name", "someone", "me", "my", "test", "xxx",
        "email", "mail", "foo",
    ];
    let lower = local.to_ascii_lowercase();
    let is_word = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        WORDS.contains(&word) || word.starts_with("your") || word.starts_with("xxx")
    };
    lower.split(['.', '_', '-', '+']).any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<(String, How)> {
        let all = read(path, text);
        all.into_iter().map(|it| (text.get(it.span.range()).unwrap().to_owned(), it.how)).collect()
    }

    fn one(path: &str, text: &str) -> Option<(String, How)> {
        let mut all = told(path, text);
        assert!(all.len() < 2, "{all:?}");
        all.pop()
    }

    const WORKFLOW: &str = ".github/workflows/deploy.yml";

    #[test]
    fn actions_that_are_given_a_key() {
        let key =
            |name: &str, action: usize| Some((name.to_owned(), How::StoredKey(&ACTIONS[action])));
        let text = "steps:\n  - uses: aws-actions/configure-aws-credentials@v4\n    with:\n      \
                    aws-region: eu-west-1\n      aws-access-key-id: ${{ secrets.AWS_ID }}\n      \
                    aws-secret-access-key: ${{ secrets.AWS_KEY }}\n  - run: make\n";
        assert_eq!(one(WORKFLOW, text), key("aws-access-key-id", 0));
        let role = text.replace("aws-region", "role-to-assume: x\n      aws-region");
        assert_eq!(one(WORKFLOW, &role), None);
        let flow = "steps:\n  - uses: aws-actions/configure-aws-credentials@v4\n    with: {aws-region: x, aws-access-key-id: \"${{ secrets.AWS_ID }}\"}\n";
        assert_eq!(one(WORKFLOW, flow), key("aws-access-key-id", 0));
        assert_eq!(one(WORKFLOW, &flow.replace("secrets.AWS_ID", "steps.a.outputs.id")), None);
        let fetched = text.replace("secrets.AWS_ID", "steps.assume.outputs.id");
        assert_eq!(one(WORKFLOW, &fetched), None);
        let text = "steps:\n  - name: Log in\n    with:\n      creds: ${{ secrets.AZURE }}\n    \
                    uses: Azure/login@v2\n  - run: make\n";
        assert_eq!(one(WORKFLOW, text), key("creds", 1));
        let text = "steps:\n  - name: Log in\n    uses: azure/login@v2\n    with:\n      client-id: x\n  \
                    - uses: other/login@v2\n    with:\n      creds: ${{ secrets.AZURE }}\n";
        assert_eq!(one(WORKFLOW, text), None);
        let text = "      - id: auth\n        uses: 'google-github-actions/auth@v2'\n        with:\n          \
                    credentials_json: '${{ secrets.GCP }}'\n";
        assert_eq!(one(WORKFLOW, text), key("credentials_json", 2));
        assert_eq!(one(WORKFLOW, &text.replace("  uses", "# uses")), None);
    }

    #[test]
    fn commands_that_log_a_person_in() {
        let user = Some(("az login".to_owned(), How::AzureUser));
        let waits = |what: &str| Some((what.to_owned(), How::Interactive));
        for (path, text, expected) in [
            ("deploy.sh", "az login -u \"$USER\" -p \"$PASS\"\n", user.clone()),
            ("deploy.sh", "az login \\\n  --username ops@acme.example \\\n  -p x\n", user.clone()),
            ("deploy.sh", "az login --service-principal -u $ID -p $KEY\n", None),
            ("deploy.sh", "az login --identity -u $ID\n", None),
            ("deploy.sh", "# az login -u x\necho \"az login -u x\"\n", None),
            ("deploy.sh", "az login\naz acr login -n x -u y\n", None),
            ("deploy.sh", "az login --use-device-code\n", None),
            ("README.md", "az login -u x -p y\n", None),
            (WORKFLOW, "run: >\n  az login\n  --service-principal -u x -p y\n", None),
            (WORKFLOW, "run: az login --use-device-code\n", waits("az login")),
            (WORKFLOW, "run: gcloud auth login\n", waits("gcloud auth login")),
            (WORKFLOW, "run: gcloud auth login --cred-file=\"$F\"\n", None),
            ("deploy.sh", "gcloud auth login\n", None),
        ] {
            assert_eq!(one(path, text), expected, "{text}");
        }
    }

    #[test]
    fn variables_that_log_a_person_in() {
        let azure = Some(("AZURE_USERNAME".to_owned(), How::AzureUserVariables));
        let gmail = |name: &str| Some((name.to_owned(), How::Mailbox("Gmail")));
        let env = "AZURE_TENANT_ID=1\nAZURE_USERNAME=ops@acme.example\nAZURE_PASSWORD=x\n";
        let list = "- name: AZURE_CLIENT_ID\n  value: a\n- name: AZURE_USERNAME # who\n  valueFrom: {}\n\
                    - name: AZURE_PASSWORD\n  valueFrom: {}\n";
        for (path, text, expected) in [
            (".env", env, azure.clone()),
            ("k8s/api.yaml", list, azure.clone()),
            (".env", &env.replace("=ops@acme.example", "="), None),
            (".env", &env.replace("AZURE_TENANT_ID", "AZURE_CLIENT_SECRET"), None),
            (".env", "AZURE_USERNAME=registry\nAZURE_PASSWORD=x\n", None),
            (".env", "SMTP_USERNAME=anna.kowalska@gmail.com\n", gmail("SMTP_USERNAME")),
            (".env", "SMTP_USERNAME=\"your.name@gmail.com\"\n", None),
            (".env", "SMTP_FROM=anna.kowalska@gmail.com\n", None),
            (".env", "CONTACT=anna.kowalska@gmail.com\n", None),
            (
                "am.yml",
                "  smtp_auth_username: 'alerts.acme@gmail.com'\n",
                gmail("smtp_auth_username"),
            ),
            (
                "a.yaml",
                "mail:\n  host: smtp.gmail.com\n  user: acme.bot@gmail.com\n",
                gmail("user"),
            ),
            (
                "a.yaml",
                "- name: MAIL_USER # who\n  value: acme.bot@gmail.com\n",
                gmail("MAIL_USER"),
            ),
            ("a.yaml", "owner: anna.kowalska@gmail.com\n", None),
        ] {
            assert_eq!(one(path, text), expected, "{text}");
        }
    }

    #[test]
    fn tokens_that_are_called_personal() {
        let token = |name: &str| (name.to_owned(), How::PersonalToken);
        let text = "token: ${{ secrets.GH_PAT }}\nother: ${{ secrets.GH_PAT }}\nx: ${{ secrets.PATH_KEY }}\n\
                    y: ${{ secrets.MY_PERSONAL_ACCESS_TOKEN }}\n# ${{ secrets.PAT }}\nz: secrets.PAT\n";
        assert_eq!(told(WORKFLOW, text), [token("GH_PAT"), token("MY_PERSONAL_ACCESS_TOKEN")]);
        assert_eq!(told("values.yaml", text), []);
    }

    #[test]
    fn any_text_is_read_in_time() {
        for mark in [
            "az login -u ",
            "- uses: azure/login@v1\n",
            "u: a@gmail.com ",
            "AZURE_USERNAME=",
            "${{secrets.",
        ] {
            assert!(read(WORKFLOW, &mark.repeat(1 << 13)).len() < 65);
        }
    }
}
