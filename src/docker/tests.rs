#![allow(clippy::string_slice)]

use super::*;

fn read(text: &str) -> (Dockerfile, Vec<SyntaxError>) {
    Dockerfile::read(FileId::new(0), &Arc::from(text))
}

/// A Dockerfile in which everything parses.
pub(super) fn good(text: &str) -> Dockerfile {
    let (dockerfile, errors) = read(text);
    assert!(errors.is_empty(), "{errors:?}");
    dockerfile
}

/// The text of every error's place, and its message.
fn errors(text: &str) -> Vec<(&str, String)> {
    let errors = read(text).1.into_iter();
    errors.map(|error| (&text[error.place.span.range()], error.message)).collect()
}

fn user(text: &str) -> Option<String> {
    let dockerfile = good(text);
    let user = dockerfile.image()?.user?;
    Some(user.resolved.unwrap_or_else(|| format!("? {}", user.word.text)))
}

fn images(text: &str) -> Vec<Option<String>> {
    let dockerfile = good(text);
    dockerfile.stages().iter().map(|stage| stage.resolved_image().map(str::to_owned)).collect()
}

/// Name, value and the text of the value's place, of all pairs of the only stage.
fn pairs(text: &str) -> Vec<(String, Option<(String, String)>)> {
    let dockerfile = good(text);
    let actions = dockerfile.stages().iter().flat_map(Stage::actions);
    let pairs = actions.filter_map(|action| match action {
        Action::Env(pairs) | Action::Arg(pairs) => Some(pairs),
        _ => None,
    });
    let written = |word: &Word| text[word.place.span.range()].to_owned();
    pairs
        .flatten()
        .map(|pair| {
            assert_eq!(written(&pair.name), pair.name.text);
            let value = pair.value.as_ref().map(|value| (value.text.clone(), written(value)));
            (pair.name.text.clone(), value)
        })
        .collect()
}

fn pair(name: &str, value: &str, written: &str) -> (String, Option<(String, String)>) {
    (name.to_owned(), Some((value.to_owned(), written.to_owned())))
}

#[test]
fn stages_know_what_they_go_on_from() {
    let text = "FROM golang:1.24 AS Build\nFROM build as test\nFROM test\nFROM alpine\n";
    let dockerfile = good(text);
    let bases: Vec<_> = dockerfile.stages().iter().map(|stage| stage.base).collect();
    assert_eq!(bases, [None, Some(0), Some(1), None]);
    let external: Vec<_> = dockerfile.stages().iter().map(Stage::is_external).collect();
    assert_eq!(external, [true, false, false, true]);
    assert_eq!(dockerfile.stages()[1].describe(), "stage `test`");
    assert_eq!(dockerfile.stages()[2].describe(), "stage 3");
    let image = dockerfile.stages()[3].image().unwrap();
    assert_eq!(&text[image.place.span.range()], "alpine");
}

#[test]
fn a_later_stage_of_one_name_hides_the_earlier() {
    let dockerfile = good("FROM a:1 AS x\nUSER 1\nFROM b:1 AS x\nUSER 2\nFROM x\nFROM 0\nFROM 9\n");
    let bases: Vec<_> = dockerfile.stages().iter().map(|stage| stage.base).collect();
    assert_eq!(bases, [None, None, Some(1), Some(0), None]);
}

#[test]
fn from_sees_the_defaults_of_global_args() {
    let text = "ARG V=3.12\nARG BASE=python:${V}-slim\nARG NONE\nARG EMPTY=\nARG TARGETARCH=arm64\n\
                FROM ${BASE} AS b\nFROM node:${NONE}\nFROM node:${NONE:-22}\nFROM node:${EMPTY}\n\
                FROM x:$TARGETARCH\nFROM --platform=$BUILDPLATFORM \"y:1\"\nFROM $UNDECLARED\n";
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        images(text),
        [some("python:3.12-slim"), None, some("node:22"), None, None, some("y:1"), None]
    );
    // An ARG of a stage is not seen by the next FROM.
    assert_eq!(images("FROM a:1\nARG V=2\nFROM b:$V\n"), [some("a:1"), None]);
    let dockerfile = good("ARG STAGE=build\nFROM a:1 AS build\nFROM $STAGE\n");
    assert_eq!(dockerfile.stages()[1].base, Some(0));
}

#[test]
fn an_arg_by_itself_ends() {
    assert_eq!(images("ARG A=$A\nFROM x:$A\n"), [None]);
    let doubling = "ARG A=$A$A\n".repeat(100);
    assert_eq!(images(&format!("ARG A=aa\n{doubling}FROM x:$A\n")), [None]);
    assert_eq!(user("FROM x:1\nARG A=$B$B\nARG B=$A$A\nUSER $A\n"), Some("? $A".to_owned()));
}

#[test]
fn the_last_user_is_inherited() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(user("FROM a:1\nUSER app\nUSER 1000:1000\n"), some("1000:1000"));
    assert_eq!(user("FROM a:1 AS b\nUSER app\nFROM b\n"), some("app"));
    assert_eq!(user("FROM a:1 AS b\nUSER app\nFROM a:1\n"), None);
    assert_eq!(user("FROM a:1\nARG U=1000\nUSER ${U}\n"), some("1000"));
    assert_eq!(user("ARG U=root\nFROM a:1\nARG U\nUSER $U\n"), some("root"));
    assert_eq!(user("ARG U=root\nFROM a:1\nUSER $U\n"), some("? $U"));
    assert_eq!(user("FROM a:1 AS b\nENV U=app\nFROM b\nUSER $U\n"), some("app"));
    assert_eq!(user("FROM a:1\nENV U=app\nARG U=root\nUSER $U\n"), some("app"));
    assert_eq!(user("FROM a:1\nUSER app \\\n\n"), some("app"));
    assert_eq!(user("FROM a:1\nONBUILD USER root\n"), None);
    assert_eq!(user("from a:1\nuser app\n"), some("app"));
}

#[test]
fn how_the_image_starts() {
    let start = |text: &str| {
        let dockerfile = good(text);
        let image = dockerfile.image().unwrap();
        let show = |start: Option<Start<'_>>| match start.map(|start| &start.command.form) {
            None => "-".to_owned(),
            Some(Form::Exec(words)) => {
                format!("{:?}", words.iter().map(|word| &word.text).collect::<Vec<_>>())
            }
            Some(Form::Shell(text)) => text.clone(),
        };
        (show(image.entrypoint), show(image.cmd))
    };
    let pair = |entrypoint: &str, cmd: &str| (entrypoint.to_owned(), cmd.to_owned());
    assert_eq!(start("FROM a:1\nCMD [\"a\", \"b\"]\n"), pair("-", "[\"a\", \"b\"]"));
    assert_eq!(start("FROM a:1\nCMD a b\n"), pair("-", "a b"));
    assert_eq!(start("FROM a:1\nCMD ['a', 'b']\n"), pair("-", "['a', 'b']"));
    assert_eq!(start("FROM a:1\nENTRYPOINT []\nCMD [\"b\"]\n"), pair("[]", "[\"b\"]"));
    assert_eq!(start("FROM a:1\nCMD x\nENTRYPOINT [\"e\"]\n"), pair("[\"e\"]", "x"));
    // The command belonged to the base's entrypoint.
    assert_eq!(start("FROM a:1 AS b\nCMD x\nFROM b\nENTRYPOINT [\"e\"]\n"), pair("[\"e\"]", "-"));
    assert_eq!(start("FROM a:1 AS b\nENTRYPOINT e\nFROM b\nCMD x\n"), pair("e", "x"));
    assert_eq!(start("FROM a:1\nONBUILD CMD x\n"), pair("-", "-"));
}

#[test]
fn the_shell_and_the_health_check_are_inherited() {
    let text = "FROM a:1 AS b\nSHELL [\"pwsh\", \"-c\"]\nHEALTHCHECK --interval=5s --timeout=2s CMD x\n\
                EXPOSE 80/tcp\nFROM b\nCMD y\n";
    let dockerfile = good(text);
    let image = dockerfile.image().unwrap();
    assert!(image.has_healthcheck && image.ports.len() == 1);
    let shell = image.cmd.unwrap().shell;
    assert!(!shell.is_posix() && shell.words.len() == 2);
    assert_eq!((image.stage.index, image.origin.index), (1, 0));
    assert!(good("FROM a:1\nHEALTHCHECK NONE\n").image().unwrap().has_healthcheck);
}

#[test]
fn env_and_arg_come_in_pairs() {
    assert_eq!(
        pairs("FROM a:1\nENV A=b C='d e' E=\"f \\\"g\\\"\" H=i\\ j K=\n"),
        [
            pair("A", "b", "b"),
            pair("C", "d e", "'d e'"),
            pair("E", "f \"g\"", "\"f \\\"g\\\"\""),
            pair("H", "i j", "i\\ j"),
            pair("K", "", ""),
        ]
    );
    assert_eq!(pairs("FROM a:1\nENV A b c  \n"), [pair("A", "b c", "b c")]);
    assert_eq!(pairs("FROM a:1\nENV A b=c\n"), [pair("A", "b=c", "b=c")]);
    assert_eq!(
        pairs("FROM a:1\r\nENV A=b \\\r\n  # why\r\n\r\n    C=d\r\nARG E F=g\r\n"),
        [pair("A", "b", "b"), pair("C", "d", "d"), ("E".to_owned(), None), pair("F", "g", "g")]
    );
    assert_eq!(pairs("FROM a:1\nENV A=x\\\ny\n"), [pair("A", "xy", "x\\\ny")]);
    let none: [(String, Option<(String, String)>); 0] = [];
    assert_eq!(pairs("FROM a:1\nONBUILD ENV A=b\n"), none);
    assert_eq!(good("FROM a:1\nONBUILD ENV A=b\n").stages()[0].triggers().len(), 1);
    let wrong = errors("FROM a:1\nENV A=hunter 2\nENV B\n");
    assert_eq!(wrong[0].0, "ENV");
    assert!(wrong[0].1.contains("no `=`") && !wrong[0].1.contains('2'), "{wrong:?}");
    assert_eq!(wrong[1].1, "ENV gives `B` no value");
}

#[test]
fn heredocs_belong_to_their_instruction() {
    for run in [
        "RUN <<EOF\nUSER x\nEOF",
        "RUN <<EOF bash\nUSER x\nEOF",
        "RUN cat <<EOF > /x && \\\n  cat <<'TWO'\nUSER x\nEOF\nUSER y\nTWO",
        "RUN <<-\"EOF\"\n\tUSER x\n\tEOF",
        "RUN <<e'n'\\'d\nUSER x\nen'd",
        "RUN <<'the end'\nUSER x\nthe end",
        "COPY <<EOF /x\n# USER x\nUSER x\nEOF",
        "ONBUILD RUN <<EOF\nUSER x\nEOF",
        "RUN --mount=type=cache,target=/c <<EOF\r\nUSER x\r\nEOF\r",
        // No heredocs: a here-string, a quoted one, a shift, exec form, another instruction.
        "RUN grep <<<EOF",
        "RUN echo 'a <<EOF'",
        "RUN echo $((1<<2)) << 2",
        "RUN [\"echo\", \"<<EOF\"]",
        "LABEL a=<<EOF",
    ] {
        let text = format!("FROM a:1\n{run}\nUSER app\nCMD [\"a\"]\n");
        assert_eq!(user(&text), Some("app".to_owned()), "{run}");
        assert!(good(&text).image().unwrap().cmd.is_some());
    }
}

#[test]
fn an_open_heredoc_takes_the_rest() {
    let text = "FROM a:1\nRUN <<EOF\necho\nUSER app\n";
    let (dockerfile, errors) = read(text);
    assert_eq!(errors.len(), 1);
    assert_eq!(&text[errors[0].place.span.range()], "RUN");
    assert_eq!(&text[errors[0].document.range()], "RUN <<EOF\necho\nUSER app");
    assert!(!dockerfile.is_complete());
}

#[test]
fn the_escape_character_can_be_chosen() {
    let text = "# syntax=docker/dockerfile:1\n# escape=`\nFROM a:1\nENV A=C:\\ `\n  B=\"D:`\"\"\n\
                NOPE `\n  x\nUSER app\n";
    let (dockerfile, errors) = read(text);
    assert!(dockerfile.is_for_windows());
    assert_eq!(errors.len(), 1);
    assert_eq!(&text[errors[0].document.range()], "NOPE `\n  x");
    let image = dockerfile.image().unwrap();
    assert_eq!(image.user.unwrap().word.text, "app");
    let Action::Env(pairs) = &dockerfile.stages()[0].instructions()[0].action else { panic!() };
    let values: Vec<_> = pairs.iter().map(|pair| &*pair.value.as_ref().unwrap().text).collect();
    assert_eq!(values, ["C:\\", "D:\""]);
    // Too late: the directive stands below a comment.
    assert!(!good("# a comment\n# escape=`\nFROM a:1\n").is_for_windows());
    // A doubled escape character ends a path and not a line.
    assert_eq!(user("FROM a:1\nWORKDIR C:\\\\\nUSER app\n"), Some("app".to_owned()));
}

#[test]
fn a_bad_instruction_costs_itself_only() {
    let text = "FROM a:1\nCOPPY . /app \\\n  # a comment\n  more\nENV A=b\nSHELL bash\n\
                HEALTHCHECK curl x\nCOPY x\nONBUILD ONBUILD RUN x\nONBUILD FROM x\nUSER app\n";
    let found = errors(text);
    assert_eq!(found[0], ("COPPY", "unknown instruction `COPPY`; did you mean COPY?".to_owned()));
    assert_eq!(found[2].1, "HEALTHCHECK: expected CMD or NONE");
    assert_eq!(found[3].1, "COPY instruction requires at least two arguments");
    let places: Vec<_> = found.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, ["COPPY", "SHELL", "HEALTHCHECK", "COPY", "ONBUILD", "ONBUILD"]);
    let (dockerfile, errors) = read(text);
    assert_eq!(&text[errors[0].document.range()], "COPPY . /app \\\n  # a comment\n  more");
    assert_eq!(dockerfile.image().unwrap().user.unwrap().word.text, "app");
    assert_eq!(dockerfile.stages()[0].instructions().len(), 2);
}

#[test]
fn a_bad_from_still_begins_a_stage() {
    let (dockerfile, errors) = read("FROM a:1\nUSER x\nFROM b:1 c d\nCMD [\"a\"]\n");
    assert_eq!(errors.len(), 1);
    let image = dockerfile.image().unwrap();
    assert!(image.stage.image().is_none() && image.user.is_none() && image.cmd.is_some());
}

#[test]
fn what_stands_before_the_first_from_is_an_error_once() {
    let found = errors("ARG A=1\nRUN a\nRUN b\nFROM a:1\n");
    assert_eq!(found, [("RUN", "an instruction before the first FROM".to_owned())]);
}

#[test]
fn reading_gives_up_on_what_is_no_dockerfile() {
    let text = format!("FROM a:1\n{}", "NOPE\n".repeat(200_000));
    let (dockerfile, errors) = read(&text);
    assert_eq!(errors.len(), MOST_ERRORS + 1);
    assert!(!dockerfile.is_complete());
    let text = format!("FROM a:1\n{}USER app\n", "RUN true\n".repeat(50_000));
    assert_eq!(user(&text), Some("app".to_owned()));
}

#[test]
fn odd_texts_do_no_harm() {
    let bom = "\u{feff}# escape=`\nFROM a:1\nUSER \u{e9}\n";
    let dockerfile = good(bom);
    let word = dockerfile.image().unwrap().user.unwrap().word.clone();
    assert_eq!(&bom[word.place.span.range()], "\u{e9}");
    assert!(dockerfile.is_for_windows());
    assert_eq!(user("FROM a:1\nUSER app\\"), Some("app".to_owned()));
    for text in
        ["", "\\", "FROM", "FROM \\", "FROM a:1\nUSER", "RUN <<\\", "RUN <<\u{e9}", "=", "ENV"]
    {
        read(text);
    }
}

fn edited(text: &str, change: impl FnOnce(&Dockerfile) -> crate::tree::edit::Edits) -> String {
    let mut out = text.to_owned();
    for edit in change(&good(text)).unwrap().edits.iter().rev() {
        out.replace_range(edit.place.span.range(), &edit.text);
    }
    good(&out);
    out
}

#[test]
fn instructions_go_where_the_image_starts() {
    let add = |text: &str| edited(text, |it| edit::before_start(it, "USER 1"));
    for (text, wanted) in [
        ("FROM a\nCMD b\n", "FROM a\nUSER 1\nCMD b\n"),
        ("FROM a\r\nCMD b\r\n", "FROM a\r\nUSER 1\r\nCMD b\r\n"),
        ("FROM a\n  CMD b", "FROM a\n  USER 1\n  CMD b"),
        ("FROM a\n\n# why\nCMD b\n", "FROM a\n\nUSER 1\n\n# why\nCMD b\n"),
        ("FROM a\nCMD b\nRUN c", "FROM a\nCMD b\nRUN c\nUSER 1"),
        ("FROM a", "FROM a\nUSER 1"),
        ("FROM a\n\n\n", "FROM a\nUSER 1\n\n\n"),
        (
            "FROM a\nRUN x \\\n  # c\n  && y\nENTRYPOINT b\nCMD c\n",
            "FROM a\nRUN x \\\n  # c\n  && y\nUSER 1\nENTRYPOINT b\nCMD c\n",
        ),
        (
            "FROM a\nRUN <<EOF\n# x\n\nEOF\nCMD b\n",
            "FROM a\nRUN <<EOF\n# x\n\nEOF\nUSER 1\nCMD b\n",
        ),
        ("FROM a\nRUN <<EOF\nx\nEOF\n", "FROM a\nRUN <<EOF\nx\nEOF\nUSER 1\n"),
        ("FROM a AS b\nCMD c\nFROM b\n# end\n", "FROM a AS b\nCMD c\nFROM b\nUSER 1\n# end\n"),
        ("FROM a\nCOPY x y\ncmd b\n", "FROM a\nCOPY x y\nUSER 1\ncmd b\n"),
    ] {
        assert_eq!(add(text), wanted, "{text}");
    }
    assert!(edit::before_start(&good("FROM a\nRUN b \\\n"), "USER 1").is_err());
    assert!(edit::before_start(&good("# @generated\nFROM a\n"), "USER 1").is_err());
    assert!(edit::before_start(&good("FROM a\nRUN {{ b }}\n"), "USER 1").is_err());
}

#[test]
fn commands_become_lists_of_words() {
    let exec = |text: &str| edit::exec_form(text);
    let words = |words: &[&str]| Some(words.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
    assert_eq!(exec("python  -m api"), words(&["python", "-m", "api"]));
    assert_eq!(exec("a 'b \"c' \"d 'e\"f"), words(&["a", "b \"c", "d 'ef"]));
    assert_eq!(exec("['a', \"b\"]"), words(&["a", "b"]));
    assert_eq!(exec("['a', 'b, c',]"), words(&["a", "b, c"]));
    assert_eq!(exec("a --x=y ''"), words(&["a", "--x=y", ""]));
    for text in [
        "",
        "a $B",
        "a && b",
        "a | b",
        "a; b",
        "a > b",
        "a *.b",
        "a `b`",
        "A=b c",
        "a \\b",
        "a 'b",
        "a # b",
        "cd b",
        "exec",
        "if a",
        "a ~/b",
        "a {b,c}",
        "a \"$B\"",
        "[a]",
        "['a' 'b']",
        "['a\\n']",
    ] {
        assert_eq!(exec(text), None, "{text}");
    }
    for text in ["a :$PORT *.b", "a ${B:-c} \"$D\"", "$A b"] {
        assert!(edit::takes_exec(text), "{text}");
    }
    for text in [
        "a && $B",
        "A=b c $D",
        "a $(b)",
        "a \"$(b)\"",
        "a `b`",
        "cd $A",
        "a > $B",
        "a \\$B",
        "a ${B:-`c`}",
    ] {
        assert!(!edit::takes_exec(text), "{text}");
    }
}

#[test]
fn a_stage_ends_where_the_next_one_begins() {
    let text = "ARG A=1\nFROM a AS one\nRUN x\n\nFROM b\nUSER 1\n";
    let dockerfile = good(text);
    let end = |mark: &str| {
        let at = Span::new(text.find(mark).unwrap(), 0).start;
        dockerfile.end_of_stage(at).map(|end| &text[end as usize..])
    };
    assert_eq!(end("FROM a"), Some("FROM b\nUSER 1\n"));
    assert_eq!(end("one"), Some("FROM b\nUSER 1\n"));
    assert_eq!(end("b\nUSER"), Some(""));
    assert_eq!((end("ARG"), end("RUN"), end("USER")), (None, None, None));
}

fn written(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

/// The only stage's instructions: keyword, flags and what is done.
fn shown(text: &str) -> Vec<String> {
    let dockerfile = good(text);
    let of = |word: &Word| format!("{}@{}", word.text, written(text, word.place));
    let list = |words: &[Word]| words.iter().map(of).collect::<Vec<_>>().join(" ");
    let command = |command: &Command| match &command.form {
        Form::Exec(words) => format!("exec {}", list(words)),
        Form::Shell(text) => format!("shell {text}"),
    };
    let pairs = |pairs: &[Pair]| {
        let all = pairs.iter().map(|pair| {
            let value = pair.value.as_ref().map_or("-".to_owned(), &of);
            format!("{}={value}{}", pair.name.text, if pair.is_legacy { "!" } else { "" })
        });
        all.collect::<Vec<_>>().join(" ")
    };
    let transfer = |it: &Transfer| {
        let sources = it.sources.iter().map(|source| match &source.heredoc {
            Some(heredoc) => format!("<{}>", &text[heredoc.body.range()]),
            None => of(&source.word),
        });
        let sources = sources.collect::<Vec<_>>().join(" ");
        format!("{sources} -> {}{}", of(&it.destination), if it.is_json { " json" } else { "" })
    };
    let show = |it: &Instruction| {
        let flags: Vec<_> = it.flags.iter().map(|flag| written(text, flag.place)).collect();
        let done = match &it.action {
            Action::Add(it) | Action::Copy(it) => transfer(it),
            Action::Arg(it) | Action::Env(it) | Action::Label(it) => pairs(it),
            Action::Cmd(it) | Action::Entrypoint(it) => command(it),
            Action::Expose(words) | Action::Shell(words) | Action::Volume(words) => list(words),
            Action::Healthcheck(it) => it.as_ref().map_or("none".to_owned(), command),
            Action::Maintainer(word)
            | Action::Stopsignal(word)
            | Action::User(word)
            | Action::Workdir(word) => of(word),
            Action::Run(run) => command(&run.command),
        };
        format!("{} [{}] {done}", it.keyword.text, flags.join(" "))
    };
    let stage = &dockerfile.stages()[0];
    stage.instructions().iter().chain(stage.triggers()).map(show).collect()
}

#[test]
fn every_instruction_is_kept() {
    let table = [
        ("ADD a b /c/", "ADD [] a@a b@b -> /c/@/c/"),
        (
            "add --checksum=sha256:x --unpack http://x/y.tgz .",
            "add [--checksum=sha256:x --unpack] http://x/y.tgz@http://x/y.tgz -> .@.",
        ),
        (
            "COPY --from=build --chown=a:b --link \\\n  # why\n  /a \\\n /b",
            "COPY [--from=build --chown=a:b --link] /a@/a -> /b@/b",
        ),
        ("COPY [\"a b\", \"c\"]", "COPY [] a b@\"a b\" -> c@\"c\" json"),
        ("COPY 'a b' c", "COPY [] a@'a b@b' -> c@c"),
        ("COPY <<A <<'B' x /c\n1\nA\n2\nB", "COPY [] <1\n> <2\n> x@x -> /c@/c"),
        (
            "RUN --mount=type=cache,target=/x -- make",
            "RUN [--mount=type=cache,target=/x] shell make",
        ),
        ("RUN [\"a\", \"b \\\"c\\\"\"]", "RUN [] exec a@\"a\" b \"c\"@\"b \\\"c\\\"\""),
        ("RUN [\"a\", 'b']", "RUN [] shell [\"a\", 'b']"),
        ("RUN [ -e x ] && y", "RUN [] shell [ -e x ] && y"),
        ("RUN", "RUN [] shell "),
        ("ENTRYPOINT []", "ENTRYPOINT [] exec "),
        ("CMD [ \"a\" ,\\\n \"b\" ]", "CMD [] exec a@\"a\" b@\"b\""),
        ("CMD --x y", "CMD [] shell --x y"),
        ("HEALTHCHECK --interval=5s CMD x || y", "HEALTHCHECK [--interval=5s] shell x || y"),
        ("HEALTHCHECK cmd [\"x\"]", "HEALTHCHECK [] exec x@\"x\""),
        ("HEALTHCHECK none", "HEALTHCHECK [] none"),
        ("LABEL a=b \"c d\"='e f'", "LABEL [] a=b@b c d=e f@'e f'"),
        ("LABEL a b c", "LABEL [] a=b c@b c!"),
        ("ENV a b=c", "ENV [] a=b=c@b=c!"),
        ("ARG a b=c", "ARG [] a=- b=c@c"),
        ("EXPOSE 80 $P/udp", "EXPOSE [] 80@80 $P/udp@$P/udp"),
        ("VOLUME /a /b", "VOLUME [] /a@/a /b@/b"),
        ("VOLUME [\"/a\"]", "VOLUME [] /a@\"/a\""),
        ("WORKDIR \"/a b\"", "WORKDIR [] /a b@\"/a b\""),
        ("STOPSIGNAL SIGTERM", "STOPSIGNAL [] SIGTERM@SIGTERM"),
        ("MAINTAINER A B <c>", "MAINTAINER [] A B <c>@A B <c>"),
        ("ONBUILD run --network=none x", "run [--network=none] shell x"),
    ];
    for (text, wanted) in table {
        assert_eq!(shown(&format!("FROM a:1\n{text}\n")), [wanted], "{text}");
    }
    let from = good("from --platform=$BUILDPLATFORM a:1 as B\n");
    let from = from.stages()[0].from();
    assert_eq!(from.flag("platform").unwrap().value.as_ref().unwrap().text, "$BUILDPLATFORM");
    let (r#as, name) = from.name.as_ref().unwrap();
    assert_eq!((&*from.keyword.text, &*r#as.text, &*name.text), ("from", "as", "B"));
}

#[test]
fn what_no_builder_takes_is_an_error() {
    for (text, wanted) in [
        ("COPY [\"a\"]", "COPY instruction requires at least two arguments"),
        ("LABEL a", "LABEL gives `a` no value"),
        ("LABEL a=b c", "a word of LABEL has no `=`: quote values that hold spaces"),
        ("ONBUILD MAINTAINER x", "ONBUILD MAINTAINER is not allowed"),
        ("HEALTHCHECK CMD", "HEALTHCHECK CMD instruction requires at least one argument"),
        ("HEALTHCHECK NONE x", "HEALTHCHECK NONE does not accept arguments"),
        ("VOLUME []", "VOLUME instruction requires at least one argument"),
        (
            "FROM a AS 1b",
            "`1b` cannot name a stage: a name is letters, digits, `-`, `_` and `.`, beginning with a letter",
        ),
        ("FROM a b", "FROM takes an image, and at most `AS` and a name"),
    ] {
        let text = format!("FROM a:1\n{text}\n");
        let found = errors(&text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].1, wanted);
    }
}

#[test]
fn mounts_have_settings() {
    let text =
        "FROM a\nRUN --mount=type=bind,from=b,,src=/x,rw --mount=from=\\\nc,target=/y make\n";
    let dockerfile = good(text);
    let run = &dockerfile.stages()[0].instructions()[0];
    let mounts: Vec<_> = run.flags_named("mount").collect();
    let settings: Vec<_> = mounts[0].settings().collect();
    assert_eq!(settings, [("type", "bind"), ("from", "b"), ("src", "/x"), ("rw", "")]);
    let from = mounts[0].setting(&["from"]).unwrap();
    assert_eq!((&*from.text, written(text, from.place)), ("b", "b"));
    let source = mounts[0].setting(&["source", "src"]).unwrap();
    assert_eq!(written(text, source.place), "/x");
    assert_eq!(mounts[1].setting(&["from"]).unwrap().text, "c");
}

#[test]
fn directives_stand_at_the_top() {
    let text = "#syntax = docker/dockerfile:1 \r\n# Escape=`\n# check=skip=all\n# a comment\n# x=y\nFROM a\n";
    let dockerfile = good(text);
    let all = dockerfile.directives().iter();
    let all: Vec<_> = all.map(|it| (&*it.name.text, written(text, it.value.place))).collect();
    assert_eq!(all, [("syntax", "docker/dockerfile:1"), ("Escape", "`"), ("check", "skip=all")]);
    assert!(good("\n# syntax=x\nFROM a\n").directives().is_empty());
}

/// The words of the commands of the last stage's only `RUN`.
fn commands(text: &str) -> Vec<String> {
    let dockerfile = good(text);
    let stage = dockerfile.stages().last().unwrap();
    let run = stage.actions().find_map(Action::run).unwrap();
    let words = |words: &[shell::ShellWord]| {
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    run.command.simple_commands().map(|command| words(&command.words)).collect()
}

#[test]
fn a_run_is_split_into_its_commands() {
    let none: [&str; 0] = [];
    assert_eq!(commands("FROM a\nRUN a b && \\\n  # why\n  c | d\n"), ["a b", "c", "d"]);
    assert_eq!(commands("FROM a\nRUN [\"apt-get\", \"it's\", \"x\"]\n"), ["apt-get it's x"]);
    assert_eq!(
        commands("FROM a\nRUN [\"sh\", \"-c\", \"a \\\"b\\\" && c\"]\n"),
        ["sh -c a \"b\" && c", "a b", "c"]
    );
    assert_eq!(commands("FROM a\nRUN <<EOF\na b\nc\nEOF\n"), ["a b", "c"]);
    assert_eq!(commands("FROM a\nRUN <<EOF\n#!/usr/bin/env bash\na b\nEOF\n"), ["a b"]);
    assert_eq!(commands("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\na b\nEOF\n"), none);
    assert_eq!(commands("FROM a\nRUN <<EOF python3\na b\nEOF\n"), ["python3"]);
    assert_eq!(commands("FROM a\nRUN <<EOF bash -e\na b\nEOF\n"), ["bash -e", "a b"]);
    assert_eq!(commands("FROM a\nRUN cat <<A >x && sh <<B\na b\nA\nc\nB\n"), ["cat", "sh", "c"]);
    assert_eq!(commands("FROM a\nSHELL [\"python\", \"-c\"]\nRUN a b\n"), none);
    assert_eq!(commands("FROM a AS b\nSHELL [\"pwsh\"]\nFROM b\nRUN a b\n"), none);
    assert_eq!(commands("FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN a b\n"), ["a b"]);
    assert_eq!(
        commands("FROM a\nSHELL [\"conda\", \"run\", \"/bin/bash\", \"-c\"]\nRUN a b\n"),
        ["a b"]
    );
    assert_eq!(commands("# escape=`\nFROM a\nRUN a b\n"), none);
    assert_eq!(commands("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a b\n"), none);
}

#[test]
fn commands_know_where_they_stand() {
    let text = "FROM a\nRUN a && \\\n  apt-get install \\\n  x\nRUN [\"sh\", \"-c\", \"a \\\"b\\\" && cd\"]\nRUN <<E\nx\ny z\nE\n";
    let dockerfile = good(text);
    let runs = dockerfile.stages()[0].actions().filter_map(Action::run);
    let places = runs.flat_map(|run| run.command.simple_commands());
    let places: Vec<_> = places.map(|command| written(text, command.words[0].place)).collect();
    assert_eq!(places, ["a", "apt-get", "\"sh\"", "a", "cd", "x", "y"]);
}

#[test]
fn state_is_what_holds_there() {
    let text = "ARG ROOT=/srv\nFROM scratch AS b\nARG ROOT\nENV V=1\nWORKDIR a\nWORKDIR $ROOT/x/\nUSER 7\n\
                FROM b\nCOPY a b\nWORKDIR ../y/./z\nENV V=2\nUSER app\nWORKDIR ${UNKNOWN}\nWORKDIR /w\n\
                STOPSIGNAL SIGINT\n";
    let dockerfile = good(text);
    let [first, last] = dockerfile.stages() else { panic!() };
    let path = |at: State<'_>| at.has_workdir().then(|| at.directory());
    let some = |path: &str| Some(Some(path.to_owned()));
    let all = first.instructions().iter().map(|it| path(dockerfile.at(it)));
    assert_eq!(all.collect::<Vec<_>>(), [None, None, None, some("/a"), some("/srv/x")]);
    let copy = dockerfile.at(&last.instructions()[0]);
    assert_eq!(path(copy), some("/srv/x"));
    assert_eq!((copy.user().unwrap().resolved.as_deref(), copy.stopsignal()), (Some("7"), None));
    assert_eq!(copy.expand("$V").as_deref(), Some("1"));
    assert_eq!(path(dockerfile.at(&last.instructions()[2])), some("/srv/y/z"));
    assert_eq!(path(dockerfile.at(&last.instructions()[5])), Some(None));
    let end = dockerfile.at_end(last);
    assert_eq!((path(end), end.expand("$V").as_deref()), (some("/w"), Some("2")));
    assert_eq!(end.declared("ROOT").unwrap().name.text, "ROOT");
    assert_eq!((end.expand("$NO"), end.stopsignal().unwrap().text.as_str()), (None, "SIGINT"));
    // What a base image has is not known.
    let relative = good("FROM a\nWORKDIR b\n");
    assert_eq!(path(relative.at_end(&relative.stages()[0])), Some(None));
}

#[test]
fn what_reaches_the_image() {
    let text = "FROM a AS base\nFROM base AS build\nFROM x AS unused\nCOPY --from=build a b\n\
                FROM y AS tool\nFROM base\nCOPY --from=BUILD a b\nRUN --mount=from=3,target=/t x\n\
                COPY --from=nginx:1 a b\nCOPY --from=$V a b\n";
    let dockerfile = good(text);
    let stages = dockerfile.stages();
    let reached: Vec<_> = stages.iter().map(|it| dockerfile.reaches_final(it)).collect();
    assert_eq!(reached, [true, true, false, true, true]);
    let layers: Vec<_> = stages.iter().map(|it| dockerfile.is_in_image(it)).collect();
    assert_eq!(layers, [true, false, false, false, true]);
    let uses = stages[4].uses().iter();
    let uses: Vec<_> = uses
        .map(|used| (written(text, used.word.place), dockerfile.used(used).map(Stage::describe)))
        .collect();
    let named = |name: &str| Some(format!("stage `{name}`"));
    assert_eq!(
        uses,
        [("BUILD", named("build")), ("3", named("tool")), ("nginx:1", None), ("$V", None)]
    );
}

#[test]
fn instructions_are_removed_and_comments_stay() {
    for (text, wanted) in [
        ("FROM a\nCMD b\nCMD c\n", "FROM a\nCMD c\n"),
        ("FROM a\n\n# why\nCMD b \\\n  c\n\nCMD c\n", "FROM a\n\n# why\n\nCMD c\n"),
        ("FROM a\r\n\r\nCMD b\r\n\r\nCMD c\r\n", "FROM a\r\n\r\nCMD c\r\n"),
        ("FROM a\nCMD b", "FROM a\n"),
        ("FROM a\nRUN <<E\nb\nE\nCMD c\n", "FROM a\nCMD c\n"),
    ] {
        let done = edited(text, |it| edit::remove(it, it.stages()[0].instructions()[0].span));
        assert_eq!(done, wanted);
    }
    let inside = good("FROM a\nCMD b \\\n  # why\n  c\n");
    assert!(edit::remove(&inside, inside.stages()[0].instructions()[0].span).is_err());
}

#[test]
fn old_values_become_one_word() {
    let dockerfile = good("FROM a\n");
    let one = |text: &str| edit::as_one_word(&dockerfile, text).ok();
    for (text, wanted) in [
        ("a", Some("a")),
        ("a'b\\c", Some("a'b\\c")),
        ("a b $C", Some("\"a b $C\"")),
        ("'a b'", Some("'a b'")),
        ("a 'b c'", None),
        ("\"a\" \"b\"", None),
        ("a \\\n b", None),
        ("a b\\ c", None),
    ] {
        assert_eq!(one(text).as_deref(), wanted, "{text}");
    }
}

#[test]
fn words_are_added_to_commands() {
    let add = |text: &str, wanted: &str| {
        let done = edited(text, |it| {
            let run = it.stages()[0].actions().find_map(Action::run).unwrap();
            let mut commands = run.command.simple_commands();
            let command = commands.find(|command| command.words[0].text == "apt-get").unwrap();
            edit::add_words(it, &run.command, command.words[1].place, &["-y", "-q"])
        });
        assert_eq!(done, wanted);
    };
    add("FROM a\nRUN apt-get install \\\n x\n", "FROM a\nRUN apt-get install -y -q \\\n x\n");
    add(
        "FROM a\nRUN [\"apt-get\", \"install\", \"x\"]\n",
        "FROM a\nRUN [\"apt-get\", \"install\", \"-y\", \"-q\", \"x\"]\n",
    );
    add(
        "FROM a\nRUN [\"sh\", \"-c\", \"apt-get install x\"]\n",
        "FROM a\nRUN [\"sh\", \"-c\", \"apt-get install -y -q x\"]\n",
    );
}

#[test]
fn lists_that_are_none_are_told_from_tests() {
    for (text, wanted) in [
        ("['a', 'b']", true),
        ("[\"a\", \"b\",]", true),
        ("[\"a\", \"b\"", true),
        ("[nginx, -g]", true),
        ("[ 'a', 'b' ]", true),
        ("[\u{201c}a\u{201d}]", true),
        ("[\"a\", \"b\"]", false),
        ("[ -e /x ]", false),
        ("[ \"$A\" = \"$B\" ]", false),
        ("[[ -e /x ]] && [ -e \"/y\" ]", false),
        ("[ -e /x ] && echo \"a, b\"", false),
        ("a [b, c]", false),
    ] {
        let text = format!("FROM a\nRUN {text}\n");
        let dockerfile = good(&text);
        let run = dockerfile.stages()[0].actions().find_map(Action::run).unwrap();
        assert_eq!(run.command.is_broken_list(), wanted, "{text}");
    }
}

#[test]
fn empty_lines_are_those_inside_of_instructions() {
    let text = "FROM a\n\nRUN a \\\n\n  # why\n \n  && b\n\nRUN <<E\n\nE\nUSER x \\\n\n";
    let dockerfile = good(text);
    let counts = dockerfile.spans().iter().map(|span| dockerfile.blank_lines(*span).len());
    assert_eq!(counts.collect::<Vec<_>>(), [0, 2, 0, 0]);
}

#[test]
fn variables_are_found_where_they_are_replaced() {
    let text = "FROM a\nENV A=\"$B/${C}\"'$D'\\$E${F:-x}$$1 G=${H\nRUN $I\nCOPY --chown=$J $K <<E /$L\n$M\nE\n";
    let dockerfile = good(text);
    let instructions = dockerfile.stages()[0].instructions().iter();
    let words = instructions.flat_map(Instruction::expanded_words);
    let all: Vec<_> = words.flat_map(|word| dockerfile.variables_in(word)).collect();
    let names: Vec<_> = all.iter().map(|it| (it.name, written(text, it.place))).collect();
    assert_eq!(
        names,
        [
            ("B", "$B"),
            ("C", "${C}"),
            ("F", "${F"),
            ("H", "${H"),
            ("K", "$K"),
            ("L", "$L"),
            ("J", "$J")
        ]
    );
    assert!(all[2].is_guarded && !all[1].is_guarded);
}

#[test]
fn a_run_gets_variables_from_outside() {
    let names = |run: &str| {
        let dockerfile = good(&format!("FROM a\n{run}\n"));
        let run = &dockerfile.stages()[0].instructions()[0];
        let all = dockerfile.variables_of_run(run);
        all.iter().map(|variable| variable.name.to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (text, wanted) in [
        ("RUN a $A \\\n  \"${B}\" '$C' \\$D", "A B"),
        ("RUN A=1; B=$(x $C); echo $A $B", "C"),
        ("RUN for A in x; do read -r B; echo $A $B $C; done", "C"),
        ("RUN --mount=type=secret,id=a,env=A x $A", ""),
        ("RUN <<EOF\nx $A\nEOF", "A"),
        ("RUN <<EOF python\nx $A\nEOF", ""),
        ("RUN cat <<'EOF' > x\n$A\nEOF", ""),
        ("RUN [\"x\", \"$A\"]", ""),
        ("SHELL [\"pwsh\"]\nRUN x $A", ""),
    ] {
        assert_eq!(names(text), wanted, "{text}");
    }
}

#[test]
fn a_stage_may_need_itself() {
    let text = "FROM a AS one\nCOPY --from=two x y\nFROM b AS two\nRUN --mount=from=three z\n\
                FROM one AS three\nFROM c\nCOPY --from=one x y\nCOPY --from=3 x y\n";
    let dockerfile = good(text);
    let of = |stage: &Stage| dockerfile.needs_itself(stage).map(|used| used.word.text.clone());
    let all: Vec<_> = dockerfile.stages().iter().map(of).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(all, [some("two"), some("three"), None, some("3")]);
}
