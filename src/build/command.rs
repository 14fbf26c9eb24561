//! The builds in shell texts, and what else they tell.

use super::brought::{self, may_bring};
use super::known::{Known, UNKNOWN};
use super::{Found, Statement, Target, Tool, default_in, path_from};
use crate::docker::shell::{Arguments, Script, ShellWord, SimpleCommand, Valued};
use crate::source::{Place, resolve};

/// Programs that build as `docker build` does.
const BUILDERS: [&str; 7] = ["buildah", "depot", "docker", "finch", "img", "nerdctl", "podman"];

/// What is in texts that build with the services of Azure and Google.
const SERVICES: [&str; 2] = ["acr build", "builds submit"];

/// The options of `az acr build` that take a value.
///
/// Source: learn.microsoft.com/cli/azure/acr, "az acr build".
static AZURE: Valued = Valued::of(
    "-t --image -r --registry -f --file --target --build-arg --secret-build-arg --platform --agent-pool \
    -g --resource-group --timeout --auth-mode --log-template --source-acr-auth-id --subscription --query -o --output",
);

/// The options of `gcloud builds submit` that take a value.
///
/// Source: cloud.google.com/sdk/gcloud/reference/builds/submit.
static GOOGLE: Valued = Valued::of(
    "-t --tag --config --pack --project --region --timeout --machine-type --disk-size --substitutions \
    --gcs-source-staging-dir --gcs-log-dir --ignore-file --service-account --worker-pool --account --format --verbosity \
    --impersonate-service-account --git-source-dir --git-source-revision --default-buckets-behavior --configuration",
);

/// Their options that take a value.
///
/// Source: docs.docker.com/reference/cli/docker/buildx/build, docs.podman.io, `podman-build`.
static VALUED: Valued = Valued::of(
    "-t --tag -f --file --target --build-arg --build-arg-file --build-context --cache-from \
    --cache-to --cache-ttl --platform --arch --os --variant -o --output --label --annotation --layer-label --network \
    --secret --ssh --progress --iidfile --metadata-file --builder --add-host --allow --attest --cgroup-parent \
    --provenance --sbom --shm-size --ulimit -m --memory --memory-swap -c --cpu-period --cpu-quota --cpu-shares \
    --cpuset-cpus --cpuset-mems --isolation --security-opt --no-cache-filter --call --policy --format --userns \
    -v --volume --env --authfile --creds --cert-dir --decryption-key --device --dns --from --manifest --jobs \
    --logfile --retry --retry-delay --runtime --sign-by --timestamp -H --host --context --config -l --log-level",
);

/// The options of Kaniko that take a value and are looked at, and those that come with them.
///
/// Source: github.com/GoogleContainerTools/kaniko, "Additional Flags".
static KANIKO: Valued = Valued::of(
    "-c --context -f --dockerfile -d --destination --target --context-sub-path --build-arg \
    --cache-repo --cache-dir --cache-ttl --digest-file --image-name-with-digest-file --label --log-format \
    --registry-mirror --snapshot-mode --tar-path --verbosity -v --custom-platform --ignore-path --git",
);

/// Whether a text may build an image, or bring something into a cluster.
pub(super) fn may_tell(text: &str) -> bool {
    BUILDERS.iter().chain(&["kaniko"]).chain(&SERVICES).any(|builder| text.contains(builder))
        || may_bring(text)
}

/// Where a shell text stands.
#[derive(Debug)]
pub(super) struct Shell<'k> {
    pub(super) tool: Tool,
    /// The folder in which it runs; nothing where that is not known.
    pub(super) folder: Option<&'k str>,
    pub(super) known: &'k Known<'k>,
}

impl Shell<'_> {
    /// Finds what a text builds whose characters come with their places.
    pub(super) fn read(&self, said: &[(usize, char)], found: &mut Found) {
        let text: String = said.iter().map(|(_, c)| *c).collect();
        if !may_tell(&text) {
            return;
        }
        let script = Script::read(found.file, said);
        let mut known = Known::within(self.known);
        let mut moves: Vec<(&SimpleCommand, Move)> = Vec::new();
        for command in script.commands() {
            for (name, value) in assigned(command) {
                let is_plain = value.is_some();
                let value = value.map(|value| known.fill(&value)).filter(|_| is_plain);
                known.may_be(&name, value.as_deref());
            }
            let Some(invocation) = command.invocation() else { continue };
            let arguments = invocation.arguments;
            let first = || arguments.first().map(|word| filled(word, &known));
            match invocation.name() {
                "cd" => moves.push((command, Move::To(first()))),
                "pushd" => moves.push((command, Move::Push(first()))),
                "popd" => moves.push((command, Move::Pop)),
                name => {
                    brought::note(name, arguments, &known, found);
                    let folder = || {
                        let own = self.folder?.to_owned();
                        let held = moves.iter().filter(|(it, _)| script.holds_for(it, command));
                        moved(own, held.map(|(_, it)| it), &found.folder)
                    };
                    let is_kaniko =
                        name == "executor" && invocation.program.text.contains("kaniko");
                    if is_kaniko && let Some(folder) = folder() {
                        self.kaniko(invocation.program.place, arguments, &folder, &known, found);
                    } else if name == "az"
                        && let Some(folder) = folder()
                    {
                        self.azure(invocation.program.place, arguments, &folder, &known, found);
                    } else if name == "gcloud"
                        && let Some(folder) = folder()
                    {
                        self.google(invocation.program.place, arguments, &folder, &known, found);
                    } else if BUILDERS.contains(&name)
                        && let Some(folder) = folder()
                    {
                        let program = (name, invocation.program.place);
                        self.build(program, arguments, &folder, &known, found);
                    }
                }
            }
        }
    }

    fn build(
        &self,
        (program, place): (&str, Place),
        words: &[ShellWord],
        folder: &str,
        known: &Known<'_>,
        found: &mut Found,
    ) {
        let arguments = Arguments::plain(words, &VALUED);
        let operands: Vec<_> = arguments.operands().iter().map(|it| filled(it, known)).collect();
        let words: Vec<_> = operands.iter().map(String::as_str).collect();
        let (verb, rest) = match words.as_slice() {
            ["buildx" | "image" | "builder" | "container", verb, rest @ ..] | [verb, rest @ ..] => {
                (*verb, rest)
            }
            [] => return,
        };
        if let ("tag", [image, other]) = (verb, rest) {
            return found.tag((*image).to_owned(), (*other).to_owned());
        }
        let is_open = matches!(program, "podman" | "buildah");
        if !matches!(verb, "build" | "bud" | "build-using-dockerfile" | "b") {
            return;
        }
        let value = |names: &[&str]| {
            let last = arguments.values(names).last();
            last.map(|value| known.fill(value))
        };
        let context = match rest {
            [context] => path_from(&found.folder, folder, context),
            [] if is_open => Some(folder.to_owned()),
            // What a variable adds may be any option.
            _ => return,
        };
        let dockerfiles = match (value(&["-f", "--file"]), context) {
            (Some(file), context) => {
                let own = path_from(&found.folder, folder, &file);
                let inside = context.filter(|_| is_open);
                let inside = inside.and_then(|it| path_from(&found.folder, &it, &file));
                own.into_iter().chain(inside).collect()
            }
            (None, Some(context)) if is_open => {
                vec![resolve(&context, "Containerfile"), default_in(&context)]
            }
            (None, Some(context)) => vec![default_in(&context)],
            (None, None) => return,
        };
        let named = arguments.values(&["-t", "--tag"]).map(|value| known.fill(value));
        let outputs = arguments.values(&["-o", "--output"]);
        let pushed = outputs.filter_map(|it| pushed_as(it)).map(|it| known.fill(it));
        let images = named.chain(pushed).collect();
        let target = Target::of(value(&["--target"]).as_deref());
        let contexts = arguments.values(&["--build-context"]);
        let contexts = contexts.filter_map(|it| it.split_once('=')).map(|it| it.0.to_owned());
        let contexts = contexts.collect();
        found.push(Statement { tool: self.tool, images, dockerfiles, target, contexts, place });
    }

    /// ```text
    /// az acr build --registry acme --image api:1 --file api/Dockerfile .
    /// ```
    fn azure(
        &self,
        place: Place,
        words: &[ShellWord],
        folder: &str,
        known: &Known<'_>,
        found: &mut Found,
    ) {
        let arguments = Arguments::plain(words, &AZURE);
        let operands: Vec<_> = arguments.operands().iter().map(|it| filled(it, known)).collect();
        let operands: Vec<_> = operands.iter().map(String::as_str).collect();
        let ["acr", "build", context] = operands.as_slice() else { return };
        let value = |names: &[&str]| {
            let last = arguments.values(names).last();
            last.map(|value| known.fill(value))
        };
        let Some(context) = path_from(&found.folder, folder, context) else { return };
        let dockerfiles = match value(&["-f", "--file"]) {
            Some(file) => {
                let inside = path_from(&found.folder, &context, &file);
                let own = path_from(&found.folder, folder, &file);
                inside.into_iter().chain(own).collect()
            }
            None => vec![default_in(&context)],
        };
        let registry = value(&["-r", "--registry"]).filter(|it| !it.contains(UNKNOWN));
        let registry = registry.map(|it| it.trim_end_matches(".azurecr.io").to_owned());
        let registry = registry.map_or(UNKNOWN.to_string(), |it| format!("{it}.azurecr.io"));
        let named = arguments.values(&["-t", "--image"]).map(|value| known.fill(value));
        let images = named.map(|image| format!("{registry}/{image}")).collect();
        let target = Target::of(value(&["--target"]).as_deref());
        let contexts = Vec::new();
        found.push(Statement { tool: self.tool, images, dockerfiles, target, contexts, place });
    }

    /// ```text
    /// gcloud builds submit --tag europe-docker.pkg.dev/acme/apps/api api
    /// ```
    fn google(
        &self,
        place: Place,
        words: &[ShellWord],
        folder: &str,
        known: &Known<'_>,
        found: &mut Found,
    ) {
        let arguments = Arguments::plain(words, &GOOGLE);
        let operands: Vec<_> = arguments.operands().iter().map(|it| filled(it, known)).collect();
        let operands: Vec<_> = operands.iter().map(String::as_str).collect();
        let context = match operands.as_slice() {
            ["builds", "submit"] | ["beta", "builds", "submit"] => ".",
            ["builds", "submit", context] | ["beta", "builds", "submit", context] => context,
            _ => return,
        };
        let Some(context) = path_from(&found.folder, folder, context) else { return };
        let images = arguments.values(&["-t", "--tag"]).map(|value| known.fill(value)).collect();
        let (target, dockerfiles) = (Target::Last, vec![default_in(&context)]);
        let contexts = Vec::new();
        found.push(Statement { tool: self.tool, images, dockerfiles, target, contexts, place });
    }

    fn kaniko(
        &self,
        place: Place,
        words: &[ShellWord],
        folder: &str,
        known: &Known<'_>,
        found: &mut Found,
    ) {
        let arguments = Arguments::plain(words, &KANIKO);
        let value = |names: &[&str]| {
            let last = arguments.values(names).last();
            last.map(|value| known.fill(value))
        };
        if value(&["--context-sub-path"]).is_some() {
            return;
        }
        let context = value(&["-c", "--context"]);
        let context = context.as_deref().map(|it| it.strip_prefix("dir://").unwrap_or(it));
        let context = context.and_then(|it| path_from(&found.folder, folder, it));
        let dockerfiles = match (value(&["-f", "--dockerfile"]), context) {
            (Some(file), context) => {
                let own = path_from(&found.folder, folder, &file);
                let inside = context.and_then(|it| path_from(&found.folder, &it, &file));
                own.into_iter().chain(inside).collect()
            }
            (None, Some(context)) => vec![default_in(&context)],
            (None, None) => return,
        };
        let images = arguments.values(&["-d", "--destination"]).map(|it| known.fill(it)).collect();
        let target = Target::of(value(&["--target"]).as_deref());
        let contexts = Vec::new();
        found.push(Statement { tool: self.tool, images, dockerfiles, target, contexts, place });
    }
}

/// The name in `type=image,name=ghcr.io/acme/api,push=true`.
pub(super) fn pushed_as(output: &str) -> Option<&str> {
    let mut settings = output.split([',', '"']).map(str::trim);
    settings.find_map(|setting| setting.strip_prefix("name="))
}

/// The text of a word, its variables filled in as far as they are known.
pub(super) fn filled(word: &ShellWord, known: &Known<'_>) -> String {
    if word.is_literal { word.text.clone() } else { known.fill(&word.text) }
}

/// The variables that a command sets for those behind it; nothing for a value that it takes from a
/// file or an answer.
fn assigned(command: &SimpleCommand) -> Vec<(String, Option<String>)> {
    let Some(first) = command.words.first() else {
        let own = command.assignments.iter();
        return own.map(|it| (it.name.clone(), Some(it.value.text.clone()))).collect();
    };
    let words = command.words.iter().skip(1);
    match first.text.as_str() {
        "export" | "declare" | "local" | "readonly" | "typeset" => words
            .filter_map(|word| word.text.split_once('='))
            .map(|(name, value)| (name.to_owned(), Some(value.to_owned())))
            .collect(),
        "read" => words.map(|word| (word.text.clone(), None)).collect(),
        _ => Vec::new(),
    }
}

/// What changes the folder in which commands run.
enum Move {
    To(Option<String>),
    Push(Option<String>),
    Pop,
}

/// Where commands run behind those moves.
fn moved<'m>(from: String, moves: impl Iterator<Item = &'m Move>, root: &str) -> Option<String> {
    let mut folder = Some(from);
    let mut left = Vec::new();
    for next in moves {
        let to = |folder: &Option<String>, path: &Option<String>| {
            path_from(root, folder.as_deref()?, path.as_deref()?)
        };
        match next {
            Move::To(path) => folder = to(&folder, path),
            Move::Push(path) => {
                let behind = to(&folder, path);
                left.push(std::mem::replace(&mut folder, behind));
            }
            Move::Pop => folder = left.pop().flatten(),
        }
    }
    folder
}
