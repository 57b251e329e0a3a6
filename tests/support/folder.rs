//! A folder for a test, with a store or without.

use osign::store::{Options, Sqlite};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// The variable that tells a child of the tests where the folder is.
const FOLDER: &str = "OSIGN_TEST_FOLDER";

/// A folder that is removed at the end, and what was mounted in it.
pub(crate) struct Folder {
    path: PathBuf,
    mounted: bool,
}

impl Folder {
    /// A folder with nothing in it.
    pub(crate) fn empty(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self { path, mounted: false }
    }

    /// A folder with the store `store.db`.
    pub(crate) fn with_store(name: &str) -> Self {
        let folder = Self::empty(name);
        Sqlite::create(&folder.path("store.db"), &folder.options()).unwrap();
        folder
    }

    /// A folder that is a disk of its own, of so many bytes. It fails where that cannot be mounted.
    pub(crate) fn disk(name: &str, size: &str) -> Self {
        let mut folder = Self::empty(name);
        let user = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&folder.path).unwrap());
        let options = format!("size={size},uid={user},mode=700");
        mount(&["mount", "-t", "tmpfs", "-o", &options, "osign-test"], &folder.path);
        folder.mounted = true;
        folder
    }

    /// Mounts the disk anew, so.
    pub(crate) fn remount(&self, options: &str) {
        mount(&["mount", "-o", &format!("remount,{options}")], &self.path);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// With anchors beside the folder, not in it: they are what a backup does not bring back.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.anchors = Some(self.anchors());
        options
    }

    pub(crate) fn anchors(&self) -> PathBuf {
        self.path.with_extension("anchors")
    }

    /// The names of the files in it, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.path).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Opens its store.
    pub(crate) fn open(&self) -> Sqlite {
        Sqlite::open(&self.path("store.db"), &self.options()).unwrap()
    }

    /// This program, once more, told by the environment where the folder is. It runs the test `child` alone.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child", "--nocapture", "--test-threads=1"]).env(FOLDER, &self.path);
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.mounted {
            mount(&["umount", "-l"], &self.path);
        }
        let _ = std::fs::remove_dir_all(&self.path);
        let _ = std::fs::remove_dir_all(self.anchors());
    }
}

/// The folder of the process that started this one.
pub(crate) fn folder_of_environment() -> std::mem::ManuallyDrop<Folder> {
    let path = PathBuf::from(std::env::var_os(FOLDER).expect("a child is told its folder"));
    std::mem::ManuallyDrop::new(Folder { path, mounted: false })
}

/// The store of the process that started this one.
pub(crate) fn of_environment() -> Sqlite {
    folder_of_environment().open()
}

/// Fills a disk to the last byte.
pub(crate) fn fill(folder: &Folder) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(folder.path("filler")).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
    while file.write_all(&[7]).is_ok() {}
}

/// Runs a command that only root may, by sudo where this user is another.
fn mount(command: &[&str], path: &Path) {
    let done = |before: &[&str]| {
        let words: Vec<_> = before.iter().chain(command).collect();
        Command::new(words[0])
            .args(&words[1..])
            .arg(path)
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    assert!(done(&[]) || done(&["sudo", "-n"]), "{command:?} {path:?} failed: this test needs the right to mount");
}
