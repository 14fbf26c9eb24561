//! How far reading has come.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::walk::Progress;

/// A progress bar on standard error for runs that take longer than a second.
pub(super) struct LateProgress {
    started: Instant,
    wanted: bool,
    total: OnceLock<u64>,
    bar: OnceLock<ProgressBar>,
    read: AtomicU64,
}

impl LateProgress {
    const PATIENCE: Duration = Duration::from_secs(1);

    pub(super) fn new(wanted: bool) -> Self {
        LateProgress {
            started: Instant::now(),
            wanted,
            total: OnceLock::new(),
            bar: OnceLock::new(),
            read: 0.into(),
        }
    }

    pub(super) fn show(&self, progress: Progress) {
        match progress {
            Progress::Found(total) => {
                let _ = self.total.set(u64::try_from(total).unwrap_or(u64::MAX));
            }
            Progress::Read => {
                let read = self.read.fetch_add(1, Ordering::Relaxed) + 1;
                if self.wanted && self.started.elapsed() >= Self::PATIENCE {
                    self.bar().set_position(read);
                }
            }
        }
    }

    fn bar(&self) -> &ProgressBar {
        self.bar.get_or_init(|| {
            let total = self.total.get().copied().unwrap_or(0);
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("checking [{bar:30}] {pos}/{len} files");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        })
    }

    pub(super) fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
