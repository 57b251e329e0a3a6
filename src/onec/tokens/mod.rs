//! The class `OSignTokens`, which keeps grants: in a register of 1C's, step by step, or in a store of its own.

mod class;
mod members;
mod operations;
mod steps;

pub(super) use class::Tokens;
