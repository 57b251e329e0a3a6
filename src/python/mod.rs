//! The Python package's native module, `osign._native` (PyO3).
//!
//! Each call reads its arguments, calls the core and hands the result back; what else the package offers is Python,
//! in `bindings/python`.

mod arguments;
mod bundle;
mod error;
mod explanation;
mod field;
mod flow;
mod guard;
mod login;
mod many;
mod netsuite;
mod primitives;
mod raised;
mod records;
mod request;
mod sender;
mod session;
mod settings;
mod signals;
mod signed;
mod signer;
mod store;
mod token;

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

/// The native half of osign; use the package's other modules, which document it.
///
/// Any number of threads may use it at once: what it hands out never changes.
#[pymodule(name = "_native", gil_used = false)]
mod native {
    #[pymodule_export]
    use super::bundle::Bundle;
    #[pymodule_export]
    use super::explanation::{Comparison, Explanation, Parameter, compare_base_strings};
    #[pymodule_export]
    use super::flow::{Credentials, Flow};
    #[cfg(osign_panics)]
    #[pymodule_export]
    use super::guard::panic_for_tests;
    #[pymodule_export]
    use super::login::Login;
    #[pymodule_export]
    use super::netsuite::netsuite_passport;
    #[pymodule_export]
    use super::primitives::{equal_constant_time, hmac, is_form, nonce, percent_encode, status_name, timestamp};
    #[pymodule_export]
    use super::records::keep_for_ever;
    #[pymodule_export]
    use super::request::AuthorizedRequest;
    #[pymodule_export]
    use super::session::{read_callback, read_temporary, read_token};
    #[pymodule_export]
    use super::signed::Signed;
    #[pymodule_export]
    use super::signer::Signer;
    #[pymodule_export]
    use super::store::{Store, new_key};
    #[pymodule_export]
    use super::token::Token;
    #[allow(non_upper_case_globals)]
    #[pymodule_export]
    const __version__: &str = crate::VERSION;

    #[pymodule_init]
    fn init(module: &super::Bound<'_, super::PyModule>) -> super::PyResult<()> {
        super::add_names(module)?;
        crate::system::fork::watch(); // Where it fails, the first nonce tries again.
        super::only_interpreter(module.py())
    }
}

/// The names of the signature methods, and of the settings of a grant and of a flow, so that tests can compare them with the
/// package's types.
fn add_names(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let names = crate::oauth1::SignatureMethod::ALL.map(crate::oauth1::SignatureMethod::name);
    module.add("SIGNATURE_METHODS", PyTuple::new(module.py(), names)?)?;
    module.add("GRANT_SETTINGS", PyTuple::new(module.py(), store::grant_settings())?)?;
    module.add("FLOW_SETTINGS", PyTuple::new(module.py(), flow::settings())?)
}

/// Refuses an interpreter of this process beside the first. All would share one interpreter's classes and exceptions,
/// which `except` clauses of the others do not catch. (One with a lock of its own is refused by Python itself.)
fn only_interpreter(py: Python<'_>) -> PyResult<()> {
    // Each interpreter has a `sys` of its own.
    static FIRST: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let sys = py.import("sys")?;
    if FIRST.get_or_init(py, || sys.clone().unbind()).is(&sys) {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "osign is in use by another interpreter of this process, and can serve only one; use threads or processes instead \
         of subinterpreters",
    ))
}
