#![allow(clippy::string_slice)]

use super::*;

fn read(text: &str) -> (Dockerfile, Vec<SyntaxError>) {
    Dockerfile::read(FileId::new(0), &Arc::from(text))
}

fn good(text: &str) -> Dockerfile {
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
    let text = "FROM a:1 AS b\nSHELL [\"pwsh\", \"-c\"]\nHEALTHCHECK --interval=5s --shiny CMD x\n\
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
