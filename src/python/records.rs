//! A Python object that keeps records, in the place of a store of osign's own: the seven methods of `osign.stores.Records`.

use super::arguments::{flag, is_text, seconds, text, wrong_type};
use super::raised::Raised;
use crate::error::Error;
use crate::grant::store::Stored;
use crate::store::{Records, records_failed};
use pyo3::exceptions::{PyException, PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyType};

/// Keeps an object for ever: also when the interpreter ends nothing of it is given back. A connection that a child of
/// `os.fork()` has of its parent is one, as its end here would be its end there.
#[pyfunction]
#[pyo3(signature = (object, /))]
pub(super) fn keep_for_ever(object: Py<PyAny>) {
    std::mem::forget(object);
}

/// What such an object has; `osign.stores.Records` says what each does.
const METHODS: [&str; 7] = ["load", "acquire", "commit", "add", "remove", "rename", "names"];

/// The object, and what it raised in each thread that is in a call of the store's.
///
/// The core calls it without the interpreter's lock, which is taken for each call alone: while another thread of the program
/// waits for the core, or the core for a disk, all others run.
#[derive(Debug)]
pub(super) struct HostRecords {
    object: Py<PyAny>,
    raised: Raised,
}

impl HostRecords {
    /// Of what a store was given; None of text, which is a URL.
    pub(super) fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if is_text(object) {
            return Ok(None);
        }
        for name in METHODS {
            if !object.getattr_opt(name)?.is_some_and(|method| method.is_callable()) {
                let given = object.get_type().name()?;
                return Err(PyTypeError::new_err(format!(
                    "a store is a URL, or an object with the seven methods of osign.stores.Records; {given} has no method {name}"
                )));
            }
        }
        Ok(Some(Self { object: object.clone().unbind(), raised: Raised::default() }))
    }

    /// The store's id: the one that was given, or the object's own.
    pub(super) fn id(&self, py: Python<'_>, given: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
        let own = self.object.bind(py).getattr_opt("id")?;
        match given.filter(|given| !given.is_none()).or(own.as_ref()) {
            Some(id) => Ok(text(id, "id")?.to_owned()),
            None => Err(PyTypeError::new_err("give an id: every record is bound to it, so it must stay the same")),
        }
    }

    /// Makes the table where there is none.
    pub(super) fn create(&self) -> Result<(), Error> {
        self.call("create_table", |object| object.call_method0("create_table"), |_, _| Ok(()))
    }

    /// Whether it has a way to make its table.
    pub(super) fn creates(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.object.bind(py).getattr_opt("create_table")?.is_some_and(|create| create.is_callable()))
    }

    /// What it raised in this thread, once: what is no `Exception`, such as Ctrl-C, or else what its last call raised.
    pub(super) fn raised(&self) -> Option<PyErr> {
        self.raised.take()
    }

    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.object)
    }

    /// Calls a method, and reads what it returned.
    fn call<T>(
        &self,
        name: &str,
        call: impl for<'py> FnOnce(&Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>,
        read: impl FnOnce(&Bound<'_, PyAny>, &str) -> PyResult<T>,
    ) -> Result<T, Error> {
        // Where the interpreter is about to end, nothing is called any more. What was to be written finds its place beside
        // the store.
        let called = Python::try_attach(|py| {
            let earlier = self.raised();
            let called = call(self.object.bind(py)).map_err(|raised| (said(py, name, &raised), raised));
            let called = called.and_then(|returned| {
                // What is wrong with it are words of ours, and name its type alone.
                read(&returned, &format!("what {name} returned")).map_err(|error| (error.value(py).to_string(), error))
            });
            // Ctrl-C is raised once all is done that must be, whatever else is raised till then.
            let interrupt = earlier.filter(|raised| !raised.is_instance_of::<PyException>(py));
            match called {
                Ok(read) => {
                    self.keep(interrupt);
                    Ok(read)
                }
                Err((said, raised)) => {
                    self.keep(interrupt.or(Some(raised)));
                    Err(records_failed(&said))
                }
            }
        });
        called.unwrap_or_else(|| Err(records_failed("the Python interpreter is about to end")))
    }

    fn keep(&self, raised: Option<PyErr>) {
        if let Some(raised) = raised {
            self.raised.put(raised);
        }
    }
}

impl Records for HostRecords {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.call("load", |object| object.call_method1("load", (name,)), row)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.call("acquire", |object| object.call_method1("acquire", (name, generation, revision, record)), flag)
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.call("commit", |object| object.call_method1("commit", (name, generation, record)), flag)
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.call("add", |object| object.call_method1("add", (name, record)), flag)
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.call("remove", |object| object.call_method1("remove", (name, generation)), flag)
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        self.call("rename", |object| object.call_method1("rename", (name, generation, new_name, record)), flag)
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.call("names", |object| listed(object.call_method0("names")?), texts)
    }
}

/// The items of an iterable. Text is one as well, and was surely not meant so.
fn listed(returned: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    if is_text(&returned) || !returned.hasattr("__iter__")? {
        return Ok(returned);
    }
    let items: Vec<_> = returned.try_iter()?.collect::<PyResult<_>>()?;
    Ok(PyList::new(returned.py(), items)?.into_any())
}

/// The items of such a list.
fn texts(listed: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<String>> {
    let Ok(listed) = listed.cast::<PyList>() else { return wrong_type(listed, what, "an iterable of names") };
    listed.iter().map(|name| Ok(text(&name, "a name that names returned")?.to_owned())).collect()
}

/// A row, or None: generation, revision and record.
fn row(returned: &Bound<'_, PyAny>, what: &str) -> PyResult<Option<Stored>> {
    if returned.is_none() {
        return Ok(None);
    }
    let (generation, revision, record): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) = returned
        .extract()
        .map_err(|_| PyTypeError::new_err(format!("{what} must be None, or a generation, a revision and a record")))?;
    let number = |object: &Bound<'_, PyAny>, name: &str| {
        u64::try_from(seconds(object, name)?).map_err(|_| PyValueError::new_err(format!("{name} is negative")))
    };
    Ok(Some(Stored {
        generation: number(&generation, "the generation that load returned")?,
        revision: number(&revision, "the revision that load returned")?,
        record: text(&record, "the record that load returned")?.to_owned(),
    }))
}

/// What a failure says of itself. The text of another's exception may quote what was written, so that it stands in the
/// exception's cause alone; here is its class. An `osign.stores.RecordsError` is raised for its text to be told.
fn said(py: Python<'_>, name: &str, raised: &PyErr) -> String {
    static OUR_OWN: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let ours = OUR_OWN.import(py, "osign._records", "RecordsError");
    if ours.is_ok_and(|class| raised.is_instance(py, class)) {
        return raised.value(py).to_string();
    }
    let class =
        raised.get_type(py).fully_qualified_name().map_or_else(|_| "an exception".to_owned(), |name| name.to_string());
    format!("its {name} raised {class}")
}
