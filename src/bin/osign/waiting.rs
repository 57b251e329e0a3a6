//! What a person sees while something waits: a line on a terminal, gone when it is over.

use indicatif::ProgressBar;
use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::time::Duration;

/// A line that moves. Nothing where stderr is no terminal.
#[derive(Default)]
pub(crate) struct Waiting(RefCell<Option<ProgressBar>>);

impl Waiting {
    /// Says what is waited for, from now on until this is dropped.
    pub(crate) fn for_what(&self, message: &'static str) {
        if !io::stderr().is_terminal() {
            return;
        }
        let mut bar = self.0.borrow_mut();
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(message);
    }

    /// It is over.
    pub(crate) fn over(&self) {
        if let Some(bar) = self.0.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.over();
    }
}
