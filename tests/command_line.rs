//! The command line.

#![cfg(feature = "cli")]

mod cli;
mod support;
