#![allow(clippy::string_slice)]

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::source::Span;

fn read(text: &str) -> Script {
    let said: Vec<_> = text.char_indices().collect();
    Script::read(FileId::new(0), &said)
}

/// A script that is read to its end.
pub(in crate::docker) fn good(text: &str) -> Script {
    let script = read(text);
    assert!(script.is_complete(), "{text}");
    script
}

/// Every command on a line of its own: how it is joined, where it is, its variables, words (those
/// that expand in braces) and redirections.
fn shown(text: &str) -> String {
    let script = good(text);
    let mut out = String::new();
    for command in script.commands() {
        let join = match command.join {
            Join::First => "",
            Join::And => "&& ",
            Join::Or => "|| ",
            Join::Then => "; ",
            Join::Background => "& ",
            Join::Pipe => "| ",
        };
        out += join;
        for kind in script.around(command).filter(|kind| *kind != BlockKind::Script) {
            write!(out, "{kind:?}:").unwrap();
        }
        for it in &command.assignments {
            write!(out, "[{}={}]", it.name, it.value.text).unwrap();
        }
        for word in &command.words {
            let text = &word.text;
            let (open, close) = if word.is_literal { ('<', '>') } else { ('{', '}') };
            write!(out, "{open}{text}{close}").unwrap();
        }
        for it in &command.redirections {
            write!(out, "({:?} {})", it.operator, it.target.text).unwrap();
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

fn written(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

#[test]
fn lists_and_pipelines() {
    let table = [
        ("a b && c || d; e & f\ng", "<a><b>\n&& <c>\n|| <d>\n; <e>\n& <f>\n; <g>"),
        ("a | b |& c", "<a>\n| <b>\n| <c>"),
        ("! a | b", "<a>\n| <b>"),
        ("a &&\n\n  # why\n b", "<a>\n&& <b>"),
        ("a;\n;", ""),
        ("a # b && c\nd", "<a>\n; <d>"),
        ("a#b #c", "<a#b>"),
        ("a \\\n  b\\\nc \\\r\n d\r\ne\r\n", "<a><bc><d>\n; <e>"),
        ("  ", ""),
        ("a &", "<a>"),
    ];
    for (text, expected) in table {
        if expected.is_empty() && !text.trim().is_empty() {
            assert!(!read(text).is_complete(), "{text}");
        } else {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}

#[test]
fn words_lose_their_quotes_and_keep_their_expansions() {
    let table = [
        (r#"a 'b c' "d e"f\ g"#, "<a><b c><d ef g>"),
        (r#"a "x\"y\$z\n" '$HOME' \$HOME"#, r#"<a><x"y$z\n><$HOME><$HOME>"#),
        (r"a $'x\ty\'z'", "<a><x\ty'z>"),
        ("a $\"b c\" d", "<a><b c><d>"),
        ("a $HOME ${X:-y z} $? $1x $ \"$@\"", "<a>{$HOME}{${X:-y z}}{$?}{$1x}<$>{$@}"),
        ("a ${x%'}'}b \"${y:-\"c d\"}\"", "<a>{${x%'}'}b}{${y:-\"c d\"}}"),
        ("a $((1 + (2))) x", "<a>{$((1 + (2)))}<x>"),
        ("a {b,c}* ~/d [e]", "<a><{b,c}*><~/d><[e]>"),
        ("a '' \"\"", "<a><><>"),
        ("a -> b", "<a><->(Output b)"),
        ("rm !(a|b) x", "<rm><!(a|b)><x>"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn commands_in_expansions_are_commands() {
    let table = [
        ("a $(b | c) d", "<a>{$(b | c)}<d>\nSubstitution:<b>\n| Substitution:<c>"),
        (
            "a \"$(b \"$(c)\")\"",
            "<a>{$(b \"$(c)\")}\nSubstitution:<b>{$(c)}\nSubstitution:Substitution:<c>",
        ),
        ("a `b \\`c\\``", "<a>{`b \\`c\\``}\nSubstitution:<b>{`c`}\nSubstitution:Substitution:<c>"),
        ("a <(b) >(c)", "<a>{<(b)}{>(c)}\nSubstitution:<b>\nSubstitution:<c>"),
        ("X=$(a) Y=1 b", "[X=$(a)][Y=1]<b>\nSubstitution:<a>"),
        ("a ${x:-$(b)}", "<a>{${x:-$(b)}}\nSubstitution:<b>"),
        ("a $( (b); c )", "<a>{$( (b); c )}\nSubshell:Substitution:<b>\n; Substitution:<c>"),
        ("a $((b); c)", "<a>{$((b); c)}\nSubshell:Substitution:<b>\n; Substitution:<c>"),
        ("a $(case x in y) b;; esac)", "<a>{$(case x in y) b;; esac)}\nBranch:Substitution:<b>"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn compound_commands() {
    let table = [
        ("(a; b) && { c; d; }", "Subshell:<a>\n; Subshell:<b>\nGroup:<c>\n; Group:<d>"),
        (
            "if a; then b; elif c; then d; else e; fi >x; f",
            "Condition:<a>\nBranch:<b>\nCondition:<c>\nBranch:<d>\nBranch:<e>\n; <f>",
        ),
        ("for x in a b; do c $x; done", "Loop:<c>{$x}"),
        ("for x; do c; done", "Loop:<c>"),
        ("for x\nin $(a)\ndo b\ndone", "Substitution:<a>\nLoop:<b>"),
        ("for ((i=0; i<3; i++)); do a; done", "Loop:<a>"),
        ("while read x; do a; done < f", "Condition:<read><x>\nLoop:<a>"),
        ("until a; do b & done", "Condition:<a>\nLoop:<b>"),
        (
            "case $x in a|b) c ;; (d) e;& *) f ;; esac; g",
            "Branch:<c>\nBranch:<e>\nBranch:<f>\n; <g>",
        ),
        ("case x in\n a) b\nesac", "Branch:<b>"),
        (
            "f() { a; }; g () ( b ); function h { c; }; f",
            "Group:Function:<a>\nSubshell:Function:<b>\nGroup:Function:<c>\n; <f>",
        ),
        ("[[ a =~ ^(x|y)$ && -f b ]] && c", "&& <c>"),
        ("[ -f a ] && c", "<[><-f><a><]>\n&& <c>"),
        ("((x > 1)) || a", "|| <a>"),
        ("time a | b; time -p c; time (d)", "<time><a>\n| <b>\n; <time><-p><c>\nSubshell:<d>"),
        ("echo if then fi { }", "<echo><if><then><fi><{><}>"),
        ("x=(a b # no\n c) y", "[x=]<y>"),
        ("declare -a x=(a $(b))", "<declare><-a><x=>\nSubstitution:<b>"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn variables_and_redirections() {
    let table = [
        ("A=1 B='x y' C= d E=2", "[A=1][B=x y][C=]<d><E=2>"),
        ("A+=1", "[A=1]"),
        ("A[0]=1", "[A=1]"),
        ("1A=2", "<1A=2>"),
        ("\"A\"=2", "<A=2>"),
        (
            "a >b 2>&1 <c >>d &>e 3<>f",
            "<a>(Output b)(Duplicate 1)(Input c)(Output d)(Output e)(Input f)",
        ),
        ("a 2 >b", "<a><2>(Output b)"),
        (">b a", "<a>(Output b)"),
        ("a <<< 'b c'", "<a>(Here b c)"),
        (">x", "(Output x)"),
        ("a 2>/dev/null|b", "<a>(Output /dev/null)\n| <b>"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn here_documents_are_no_commands() {
    let text = "cat <<EOF >x && b\nif a\nEOF\nc <<-'E F' <<G\n\tx'\n\tE F\n(\nG\nd";
    assert_eq!(shown(text), "<cat>(Here EOF)(Output x)\n&& <b>\n; <c>(Here E F)(Here G)\n; <d>");
    assert_eq!(
        shown("x=$(cat <<E\n'\nE\n) a"),
        "[x=$(cat <<E\n'\nE\n)]<a>\nSubstitution:<cat>(Here E)"
    );
    // The text of one that is opened in an instruction stands behind the instruction.
    assert_eq!(shown("cat <<EOF > x"), "<cat>(Here EOF)(Output x)");
}

#[test]
fn places_are_those_of_the_file() {
    let text = "FOO='x y'  apt-get \"in\"stall\\ -y >log # end";
    let script = good(text);
    let command = &script.commands()[0];
    assert_eq!(written(text, command.place), "FOO='x y'  apt-get \"in\"stall\\ -y >log");
    assert_eq!(written(text, command.assignments[0].value.place), "'x y'");
    assert_eq!(written(text, command.words[1].place), "\"in\"stall\\ -y");
    assert_eq!(written(text, command.redirections[0].target.place), "log");

    // Characters may lie apart, as where a line ends in a backslash.
    let text = "apt\\\n-get x";
    let said: Vec<_> = text.char_indices().filter(|(_, c)| !"\\\n".contains(*c)).collect();
    let script = Script::read(FileId::new(0), &said);
    assert_eq!(script.commands()[0].words[0].text, "apt-get");
    assert_eq!(written(text, script.commands()[0].words[0].place), "apt\\\n-get");

    let text = "a | (b; c) 2>x && ! { d; } # e";
    let script = good(text);
    let pipelines: Vec<_> = script.pipelines().iter().map(|it| written(text, it.place)).collect();
    assert_eq!(pipelines, ["a | (b; c) 2>x", "b", "c", "! { d; }", "d"]);
    let first = &script.pipelines()[0];
    assert_eq!(first.bars.len(), 1);
    assert_eq!(written(text, first.bars[0]), "|");
    let next = script.next_pipeline(first).unwrap();
    assert!(next.is_negated && next.join == Join::And);
    assert_eq!(script.pipeline(&script.commands()[1]).unwrap().place.span, Span::new(5, 6));
}

#[test]
fn the_script_of_a_shell_is_read_in_place() {
    let table = [
        ("sh -c 'a && b'", "<sh><-c><a && b>\nInner:<a>\n&& Inner:<b>"),
        (
            "bash -eo pipefail -c \"a '$X' \\\"b\\\"\" z",
            "<bash><-eo><pipefail><-c>{a '$X' \"b\"}<z>\nInner:<a><$X><b>",
        ),
        ("sudo -u x /bin/bash -lc 'a'", "<sudo><-u><x></bin/bash><-lc><a>\nInner:<a>"),
        ("su - postgres -c 'a'", "<su><-><postgres><-c><a>\nInner:<a>"),
        ("bash script.sh -c 'a'", "<bash><script.sh><-c><a>"),
        ("sh -c 'a; (' && b", "<sh><-c><a; (>\n&& <b>"),
        ("sh -c \"a $(b)\"", "<sh><-c>{a $(b)}\nSubstitution:<b>"),
        ("sh -c", "<sh><-c>"),
        ("sh -c \"sh -c 'a'\"", "<sh><-c><sh -c 'a'>\nInner:<sh><-c><a>\nInner:Inner:<a>"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
    let text = "sh -c 'a \"b\"'";
    let place = good(text).commands()[1].words[1].place;
    // The quote in front of the word is its own.
    assert_eq!(written(text, place), "\"b\"");
}

#[test]
fn what_is_no_shell_says_nothing() {
    let deep = "(a; ".repeat(100) + &")".repeat(100);
    let table = [
        "a 'b",
        "a \"b",
        "a `b",
        "a $(b",
        "a ${b",
        "(a",
        "a)",
        "{ a",
        "if a; then b",
        "fi",
        "a &&",
        "&& a",
        "a | | b",
        "a >",
        "for x in a; b",
        "case a in b",
        "a (b)",
        "f( a",
        "[[ a",
        "a ;;",
        "a; ; b",
        &deep,
    ];
    for text in table {
        let script = read(text);
        assert!(!script.is_complete() && script.commands().is_empty(), "{text}");
    }
    for text in ["a ", "a;", "() ", "a|", "$((a) ", "${"] {
        assert!(!read(&text.repeat(200_000)).is_complete(), "{text}");
    }
}

/// The program, its arguments and what started it by `sudo`.
fn program(text: &str) -> (String, String) {
    let script = good(text);
    let invocation = script.commands()[0].invocation().unwrap();
    let arguments: Vec<_> = invocation.arguments.iter().map(|word| word.text.as_str()).collect();
    (invocation.name().to_owned(), arguments.join(" "))
}

#[test]
fn wrappers_are_seen_through() {
    let table = [
        ("apt-get update", "apt-get", "update"),
        ("A=1 /usr/bin/apt-get update", "apt-get", "update"),
        ("sudo -E -u root -- apt-get update", "apt-get", "update"),
        ("sudo -Hu root A=1 apt-get -y x", "apt-get", "-y x"),
        ("sudo --user=root pip install", "pip", "install"),
        ("env -u X A=1 B=2 pip x", "pip", "x"),
        ("/usr/bin/env python3 -m x", "python3", "-m x"),
        ("exec -a x y z", "y", "z"),
        ("nice -n 5 ionice -c3 nohup a b", "a", "b"),
        ("timeout -k 5 -s KILL 30s curl -f x", "curl", "-f x"),
        ("time -f %e make all", "make", "all"),
        ("xargs -0 -n1 rm -f", "rm", "-f"),
        ("xargs -r -I {} rm {}", "rm", "{}"),
        ("gosu app:app x y", "x", "y"),
        ("command -v git", "command", "-v git"),
        ("command git x", "git", "x"),
        ("env", "env", ""),
        ("sudo -s", "sudo", "-s"),
        ("exec 3>&1", "exec", ""),
        ("chroot /mnt apt-get install x", "chroot", "/mnt apt-get install x"),
        ("$SUDO apt-get install x", "$SUDO", "apt-get install x"),
    ];
    for (text, name, arguments) in table {
        assert_eq!(program(text), (name.to_owned(), arguments.to_owned()), "{text}");
    }
    let script = good("nice sudo -E X=1 env Y=2 apt-get -y");
    let command = &script.commands()[0];
    let sudo = command.invocation().unwrap().started_by("sudo").unwrap();
    assert_eq!(sudo.place.span, Span::new(5, 9));
    assert_eq!((command.variable("X"), command.variable("Y")), (Some("1"), Some("2")));
    assert_eq!(command.variable("Z"), None);
}

#[test]
fn options_and_operands() {
    let script = good("apt-get -o A=b -qqy --target-release=sid install a -t x --yes -- -b c");
    let valued = &Valued::of("-o -t --option --target-release -c");
    let arguments = Arguments::read(&script.commands()[0].words[1..], valued);
    let operands: Vec<_> = arguments.operands().iter().map(|word| word.text.as_str()).collect();
    assert_eq!(operands, ["install", "a", "-b", "c"]);
    assert!(arguments.option(&["-y"]).is_some() && arguments.option(&["-q"]).is_some());
    assert!(arguments.option(&["--yes"]).is_some() && arguments.option(&["-b"]).is_none());
    assert_eq!(arguments.values(&["-o", "--option"]).collect::<Vec<_>>(), ["A=b"]);
    assert_eq!(arguments.values(&["--target-release", "-t"]).collect::<Vec<_>>(), ["sid", "x"]);
    assert!(!arguments.may_have(&["--no"]));

    for (text, opaque) in [
        ("apt-get $OPTS install a", true),
        ("apt-get install ${APT_FLAGS} a", true),
        ("apt-get install $PACKAGES a", false),
        ("apt-get install '$OPTS' a", false),
    ] {
        let script = good(text);
        let arguments = Arguments::read(&script.commands()[0].words[1..], valued);
        assert_eq!(arguments.may_have(&["-y"]), opaque, "{text}");
    }
}

#[test]
fn set_tells_how_failures_end_a_script() {
    let at_last = |text: &str| {
        let script = good(text);
        let settings = script.settings_at(script.pipelines().last().unwrap(), Settings::default());
        (settings.errexit, settings.pipefail)
    };
    assert_eq!(at_last("a"), (false, false));
    assert_eq!(at_last("set -e; a"), (true, false));
    assert_eq!(at_last("set -euxo pipefail && a"), (true, true));
    assert_eq!(at_last("set -o pipefail -e\na"), (true, true));
    assert_eq!(at_last("set -eu -o pipefail; (a)"), (true, true));
    assert_eq!(at_last("set -o pipefail; set +o pipefail; a"), (false, false));
    assert_eq!(at_last("(set -e; b); a"), (false, false));
    assert_eq!(at_last("a; set -e"), (false, false));
    assert_eq!(at_last("set -eo pipefail; sh -c 'a'"), (false, false));
    assert_eq!(at_last("bash -eo pipefail -c 'a'"), (true, true));
    assert_eq!(at_last("bash -o errexit -c 'set -o pipefail; a'"), (true, true));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "[ab1=\\\\'\"$(){}`<>|&;#!\n \t\réif]{0,60}") {
        let script = read(&text);
        let places = script.commands().iter().flat_map(|command| {
            let words = command.words.iter().map(|word| word.place);
            let values = command.assignments.iter().map(|it| it.value.place);
            words.chain(values).chain([command.place])
        });
        for place in places.chain(script.pipelines().iter().map(|it| it.place)) {
            prop_assert!(text.get(place.span.range()).is_some(), "{:?}", place);
        }
        for command in script.commands() {
            command.invocation();
            Arguments::read(&command.words, &Valued::of("-a"));
        }
    }

    #[test]
    fn words_read_back_equal(words in prop::collection::vec("[a-z '\"$\\\\|é;-]{0,8}", 1..6)) {
        let quoted: Vec<_> = words.iter().map(|it| format!("'{}'", it.replace('\'', r"'\''"))).collect();
        let text = format!("x {}", quoted.join(" "));
        let script = good(&text);
        let read: Vec<_> = script.commands()[0].words.iter().skip(1).collect();
        prop_assert_eq!(read.len(), words.len());
        for ((read, word), quoted) in read.iter().zip(&words).zip(&quoted) {
            prop_assert_eq!(&read.text, word);
            prop_assert!(read.is_literal && read.is_quoted);
            prop_assert_eq!(written(&text, read.place), quoted.as_str());
        }
    }
}
