//! The Python package's native module, `osign._native` (PyO3).
//!
//! Each call reads its arguments, calls the core and hands the result back; what else the package offers is Python,
//! in `bindings/python`.

mod arguments;
mod error;
mod explanation;
mod guard;
mod primitives;
mod signed;
mod signer;

use pyo3::prelude::*;

/// The native half of osign; use the package's other modules, which document it.
///
/// Any number of threads may use it at once: what it hands out never changes.
#[pymodule(name = "_native", gil_used = false)]
mod native {
    #[pymodule_export]
    use super::explanation::{Comparison, Explanation, Parameter, compare_base_strings};
    #[cfg(osign_panics)]
    #[pymodule_export]
    use super::guard::panic_for_tests;
    #[pymodule_export]
    use super::primitives::{equal_constant_time, hmac, is_form, nonce, percent_encode, status_name, timestamp};
    #[pymodule_export]
    use super::signed::Signed;
    #[pymodule_export]
    use super::signer::Signer;
    #[allow(non_upper_case_globals)]
    #[pymodule_export]
    const __version__: &str = crate::VERSION;
}
