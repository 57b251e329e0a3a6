//! Where the store of a round is, of each kind, for this process and its children.

use crate::hosted_rows::PlainFile;
use crate::rows::Rows;
use osign::error::Error;
use osign::store::{AnyStore, HostStore, Options, Records};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Sqlite,
    /// A host's table in a plain file.
    File,
    /// A host's table in a database.
    Rows,
    Postgres,
}

impl Kind {
    pub(crate) const HERE: [Self; 3] = [Self::Sqlite, Self::File, Self::Rows];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::File => "table in a file",
            Self::Rows => "table in sqlite",
            Self::Postgres => "postgresql",
        }
    }

    fn of(name: &str) -> Self {
        let all = [Self::Sqlite, Self::File, Self::Rows, Self::Postgres];
        all.into_iter().find(|kind| kind.name() == name).expect("a child is told its store")
    }
}

/// A store's place.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    /// Of the store's files, which may be a disk of its own.
    pub(crate) folder: PathBuf,
    /// Of what is no part of it: clock, anchors, copies, the journal.
    pub(crate) beside: PathBuf,
    /// The server's.
    pub(crate) url: String,
    pub(crate) lease: Option<Duration>,
}

const KIND: &str = "OSIGN_TEST_KIND";
const FOLDER: &str = "OSIGN_TEST_FOLDER";
const BESIDE: &str = "OSIGN_TEST_BESIDE";
const URL: &str = "OSIGN_TEST_URL";
const LEASE: &str = "OSIGN_TEST_LEASE";

impl Place {
    fn options(&self) -> Options {
        let mut options = Options::default();
        options.anchors = Some(self.beside.join("anchors"));
        options.beside = Some(self.folder.join("beside"));
        options.lease = self.lease;
        options
    }

    /// Its file.
    fn file(&self) -> PathBuf {
        self.folder.join(if self.kind == Kind::Sqlite { "store.db" } else { "rows" })
    }

    fn copy(&self) -> PathBuf {
        self.beside.join("copy")
    }

    pub(crate) fn url(&self) -> String {
        match self.kind {
            Kind::Postgres => self.url.clone(),
            _ => format!("sqlite:{}", self.file().display()),
        }
    }

    pub(crate) fn create(&self) {
        if matches!(self.kind, Kind::Sqlite | Kind::Postgres) {
            AnyStore::create(&self.url(), &self.options()).unwrap();
        }
    }

    pub(crate) fn open(&self) -> Result<AnyStore, Error> {
        let records: Arc<dyn Records> = match self.kind {
            Kind::Sqlite | Kind::Postgres => return AnyStore::open(&self.url(), &self.options()),
            Kind::File => Arc::new(PlainFile::at(&self.file())),
            Kind::Rows => Arc::new(Rows::at(&self.file())?),
        };
        HostStore::new("chaos", records, &self.options()).map(AnyStore::Host)
    }

    /// Whether there is a copy: of a server's store there always is.
    pub(crate) fn has_copy(&self) -> bool {
        self.kind == Kind::Postgres || self.copy().exists()
    }

    /// Copies a store that is no server's.
    pub(crate) fn copy_of(&self, store: &AnyStore) -> Result<(), String> {
        let copied = match self.kind {
            Kind::Sqlite => {
                let _ = fs::remove_file(self.copy());
                store.backup(&self.copy())
            }
            Kind::Rows => Rows::copy(&self.file(), &self.copy()),
            _ => return fs::copy(self.file(), self.copy()).map(drop).map_err(|error| error.to_string()),
        };
        copied.map_err(|error| error.to_string())
    }

    /// The copy takes the store's place; nobody has it open.
    pub(crate) fn restore(&self) {
        let file = self.file();
        for end in ["", "-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(Path::new(&format!("{}{end}", file.display())));
        }
        fs::copy(self.copy(), file).unwrap();
    }

    /// Tells a child.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env(KIND, self.kind.name()).env(FOLDER, &self.folder).env(BESIDE, &self.beside).env(URL, &self.url);
        if let Some(lease) = self.lease {
            command.env(LEASE, lease.as_millis().to_string());
        }
    }

    /// What a child was told.
    pub(crate) fn of_environment() -> Self {
        let text = |name: &str| std::env::var(name).unwrap();
        Self {
            kind: Kind::of(&text(KIND)),
            folder: text(FOLDER).into(),
            beside: text(BESIDE).into(),
            url: text(URL),
            lease: crate::random::number(LEASE).map(Duration::from_millis),
        }
    }
}
