//! What is wrong with this library: the family of 900.

use super::family::family;

family! {
    /// A defect of ours.
    Internal {
        /// It panicked, and the panic was caught.
        Panic => Panic, "panic",
            "osign met a defect of its own (a panic); nothing was handed back; please report it";
    }
}
