use super::{Kind, kinds_of, read};
use crate::file::Files;
use crate::repo::Repository;
use crate::repo::dependencies::Ecosystem;

#[test]
fn libraries_say_what_they_are_for() {
    let table: [(Ecosystem, &str, &[Kind]); 10] = [
        (Ecosystem::Python, "tenacity", &[]),
        (Ecosystem::Python, "stamina", &[Kind::JitteredRetry, Kind::Retry]),
        (Ecosystem::Npm, "p-retry", &[Kind::Retry]),
        (Ecosystem::Python, "opentelemetry-instrumentation-fastapi", &[Kind::Tracing]),
        (Ecosystem::Python, "opentelemetry-api", &[]),
        (Ecosystem::Npm, "cockatiel", &[Kind::CircuitBreaker]),
        (Ecosystem::Cargo, "tenacity", &[]),
        (Ecosystem::Go, "github.com/sony/gobreaker", &[Kind::CircuitBreaker]),
        (Ecosystem::Gradle, "io.micrometer:micrometer-registry-prometheus", &[Kind::Metrics]),
        (Ecosystem::Conda, "structlog", &[Kind::StructuredLogging]),
    ];
    for (ecosystem, name, expected) in table {
        assert_eq!(kinds_of(ecosystem, name).collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn handlers_of_sigterm() {
    let table = [
        ("a.py", "signal.signal(signal.SIGTERM, stop)\n", 1),
        ("a.py", "loop.add_signal_handler(\n    signal.SIGTERM,\n    stop,\n)\n", 1),
        (
            "a.py",
            "for sig in (signal.SIGTERM, signal.SIGINT):\n    loop.add_signal_handler(sig, stop)\n",
            1,
        ),
        ("a.py", "from signal import signal, SIGTERM\nsignal(SIGTERM, stop)\n", 1),
        ("a.py", "# signal.signal(signal.SIGTERM, stop)\n", 0),
        ("a.py", "os.kill(pid, signal.SIGTERM)\n", 0),
        ("a.py", "process.send_signal(signal.SIGTERM)\n", 0),
        ("a.py", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n", 0),
        ("a.py", "signal.signal(signal.SIGINT, stop)\nos.kill(pid, signal.SIGTERM)\n", 0),
        ("a.ts", "process.on('SIGTERM', async () => { await app.close(); });\n", 1),
        ("a.js", "['SIGINT', 'SIGTERM'].forEach((it) => process.once(it, stop));\n", 1),
        ("a.js", "child.kill('SIGTERM');\n", 0),
        ("main.ts", "  app.enableShutdownHooks();\n", 1),
        ("main.ts", "  // app.enableShutdownHooks();\n", 0),
        (
            "a.go",
            "ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)\n",
            1,
        ),
        ("a.go", "signal.Notify(done, syscall.SIGINT, syscall.SIGTERM)\n", 1),
        ("a.go", "cmd.Process.Signal(syscall.SIGTERM)\n", 0),
        ("a.rs", "let mut term = signal(SignalKind::terminate())?;\n", 1),
        (
            "a.rs",
            "signal_hook::flag::register(signal_hook::consts::SIGTERM, Arc::clone(&stop))?;\n",
            1,
        ),
        ("a.rs", "kill(pid, Signal::SIGTERM)?;\n", 0),
        ("A.java", "Runtime.getRuntime().addShutdownHook(new Thread(server::stop));\n", 1),
        ("a.rb", "Signal.trap(\"TERM\") { stop }\n", 1),
        ("a.rb", "trap 'TERM' do\n", 1),
        ("a.rb", "Process.kill(\"TERM\", pid)\n", 0),
        ("a.sh", "trap 'kill $child' TERM INT\n", 1),
        ("a.sh", "trap '' TERM\n", 0),
        ("a.sh", "trap cleanup EXIT\n", 0),
        ("notes.md", "signal.signal(signal.SIGTERM, stop)\n", 0),
    ];
    for (path, text, expected) in table {
        assert_eq!(read(path, text).len(), expected, "{path}: {text}");
    }
}

#[test]
fn calls_that_try_again() {
    let tenacity = "@retry(\n    stop=stop_after_attempt(4),\n    wait=WAIT,\n)\n";
    let with = |wait: &str| tenacity.replace("WAIT", wait);
    let both: &[Kind] = &[Kind::Retry, Kind::JitteredRetry];
    for (path, text, expected) in [
        ("a.py", with("wait_random_exponential(max=20)"), both),
        ("a.py", with("wait_exponential(max=20)"), &both[..1]),
        ("a.py", with("wait_exponential(max=20) + wait_random(0, 2)"), both),
        ("a.py", with("wait_fixed(2)"), &[]),
        ("a.py", "@retry(wait=wait_random_exponential())\n".to_owned(), &[]),
        (
            "a.py",
            "from tenacity import stop_after_attempt, wait_random_exponential\n".to_owned(),
            &[],
        ),
        ("a.py", "@backoff.on_exception(backoff.expo, E, max_tries=5)\n".to_owned(), both),
        ("a.py", "@backoff.on_exception(backoff.expo, E)\n".to_owned(), &[]),
        ("a.py", "# @backoff.on_exception(backoff.expo, E, max_tries=5)\n".to_owned(), &[]),
        ("a.py", "Retry(total=5, backoff_factor=0.5)\n".to_owned(), &both[..1]),
        (
            "a.ts",
            "retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() })\n".to_owned(),
            both,
        ),
        ("a.rs", "call.retry(ExponentialBuilder::default().with_jitter())\n".to_owned(), both),
        ("a.rs", "call.retry(ExponentialBuilder::default())\n".to_owned(), &both[..1]),
        (
            "a.cs",
            "BackoffType = DelayBackoffType.Exponential,\nUseJitter = true,\n".to_owned(),
            both,
        ),
    ] {
        let found: Vec<_> = read(path, &text).into_iter().map(|call| call.kind).collect();
        assert_eq!(found, expected, "{path}: {text}");
    }
}

#[test]
fn signals_of_a_repository() {
    let files = Files::in_memory([
        ("README.md", "# a\n"),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['aiohttp-retry', 'tenacity']\n[dependency-groups]\ndev = ['structlog', 'locust']\n",
        ),
        ("app/main.py", "import signal\nsignal.signal(signal.SIGTERM, stop)\n"),
        ("tests/test_main.py", "signal.signal(signal.SIGTERM, stop)\n"),
    ]);
    let all = Repository::all(files.roots(), files.listing(), files.as_slice(), true, false);
    let found = all[0].signals();
    let found: Vec<_> = found.iter().map(|it| (it.kind, it.what.as_str())).collect();
    assert_eq!(
        found,
        [
            (Kind::GracefulShutdown, "a handler of SIGTERM"),
            (Kind::LoadTest, "locust"),
            (Kind::Retry, "aiohttp-retry")
        ]
    );
}

#[test]
fn many_marks_take_no_longer_than_the_text() {
    let begin = std::time::Instant::now();
    for text in ["SIGTERM(".repeat(200_000), "signal.signal(SIGTERM".repeat(80_000)] {
        assert!(read("a.py", &text).len() <= 4);
    }
    assert!(begin.elapsed().as_secs() < 10);
}
