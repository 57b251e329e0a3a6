//! What a person sees while something waits: a line on a terminal, gone when it is over.

use indicatif::ProgressBar;
use osign::store::open::Waits;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A line that moves. Nothing where stderr is no terminal.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Option<ProgressBar>>);

impl Waiting {
    /// Says what is waited for, from now on until what comes back is dropped.
    pub(crate) fn for_what(&self, message: &'static str) -> impl Drop {
        self.say(message);
        Line(self)
    }

    fn say(&self, message: &'static str) {
        if !io::stderr().is_terminal() {
            return;
        }
        let mut bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(message);
    }
}

impl Waits for Waiting {
    fn for_answer(&self) {
        self.say("waiting for the service");
    }

    fn rest(&self, time: Duration) -> bool {
        self.say("waiting for another process, or for the service");
        thread::sleep(time);
        true
    }

    fn over(&self) {
        if let Some(bar) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.over();
    }
}

/// A line that somebody asked for.
struct Line<'a>(&'a Waiting);

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.0.over();
    }
}
