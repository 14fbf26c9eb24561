//! What happens when somebody ends the run: Ctrl-C, or `kill`.

/// From now on, nothing unfinished is left behind when the run is ended from outside. The process
/// still dies of the signal, so that whoever started it sees that; a shell calls that 130 or 143.
#[cfg(unix)]
pub(super) fn watch() {
    use std::io::{self, IsTerminal, Write};
    use std::process;
    use std::thread;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// The first process of a container, to which the system does nothing that it did not ask for.
    const FIRST: u32 = 1;
    let wait = || {
        // Without this, the run is ended as any other is.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
        let Some(signal) = signals.forever().next() else { return };
        let _to_the_end = crate::disk::abandon();
        let mut err = io::stderr();
        if err.is_terminal() {
            // What shows how far the run is stands there without a line break.
            let _ = err.write_all(b"\r\x1b[2K");
        }
        if process::id() != FIRST {
            let _ = emulate_default_handler(signal);
        }
        process::exit(128 + signal);
    };
    // So does a thread that cannot be had.
    let _ = thread::Builder::new().name("interrupt".to_owned()).spawn(wait);
}

#[cfg(not(unix))]
pub(super) fn watch() {}
