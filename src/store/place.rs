//! Whether a store may stand where it is to stand: a file of this user alone, on a disk of this machine.

use crate::error::{Error, Keeping};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A path as people read it.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// What the system turned down, as a reason.
pub(super) fn failure(path: &Path, error: &std::io::Error) -> Error {
    let path = shown(path);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Keeping::FullDisk { path },
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Keeping::ReadOnlyStore { path },
        // The system's own words have the number in brackets, and no path.
        _ => Keeping::StoreFailed { path, error: error.to_string() },
    }
    .into()
}

/// The path without links and dots, once it is certain that a store may stand in its folder.
///
/// # Errors
/// [`Keeping::NoStoreFolder`], [`Keeping::StoreIsFolder`], [`Keeping::StoreInCloud`], [`Keeping::StoreOnNetwork`].
pub(super) fn settle(path: &Path) -> Result<PathBuf, Error> {
    let Some(name) = path.file_name() else {
        return Err(Keeping::StoreIsFolder { path: shown(path) }.into());
    };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(parent)
        .ok()
        .filter(|folder| folder.is_dir())
        .ok_or_else(|| Keeping::NoStoreFolder { path: shown(path) })?;
    if let Some(service) = cloud(&folder) {
        return Err(Keeping::StoreInCloud { path: shown(path), service }.into());
    }
    if let Some(file_system) = network(&folder) {
        return Err(Keeping::StoreOnNetwork { path: shown(path), file_system }.into());
    }
    Ok(folder.join(name))
}

/// What stands at a path that [`settle`] gave: a file that is this user's alone.
///
/// # Errors
/// [`Keeping::NoStore`], [`Keeping::StoreIsLink`], [`Keeping::StoreIsFolder`], [`Keeping::StoreIsNoFile`],
/// [`Keeping::StoreOpenToOthers`].
pub(super) fn inspect(path: &Path) -> Result<Metadata, Error> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Keeping::NoStore { path: shown(path) }.into());
        }
        Err(error) => return Err(failure(path, &error)),
    };
    let kind = found.file_type();
    if kind.is_symlink() {
        return Err(Keeping::StoreIsLink { path: shown(path) }.into());
    }
    if kind.is_dir() {
        return Err(Keeping::StoreIsFolder { path: shown(path) }.into());
    }
    if !kind.is_file() {
        return Err(Keeping::StoreIsNoFile { path: shown(path) }.into());
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&found) & 0o777;
        if mode & 0o077 != 0 {
            return Err(Keeping::StoreOpenToOthers { path: shown(path), mode: format!("{mode:03o}") }.into());
        }
    }
    Ok(found)
}

/// Whether the folder of locks is one that nobody else may write to: who takes a lock's file away makes two senders of one.
///
/// # Errors
/// [`Keeping::LocksOpenToOthers`].
pub(super) fn inspect_folder(path: &Path) -> Result<(), Error> {
    let found = fs::symlink_metadata(path).map_err(|error| failure(path, &error))?;
    #[cfg(unix)]
    let is_open = std::os::unix::fs::MetadataExt::mode(&found) & 0o022 != 0;
    #[cfg(not(unix))]
    let is_open = false;
    if is_open || !found.is_dir() {
        return Err(Keeping::LocksOpenToOthers { path: shown(path) }.into());
    }
    Ok(())
}

/// The names of folders that are copied to other machines, as they begin, in lower case; and what copies them.
const CLOUDS: [(&str, &str); 14] = [
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("icloud", "iCloud"),
    ("mobile documents", "iCloud"),
    ("cloudstorage", "a cloud service"),
    ("yandex.disk", "Yandex.Disk"),
    ("yandexdisk", "Yandex.Disk"),
    ("яндекс.диск", "Yandex.Disk"),
    ("облако mail", "Mail.ru Cloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
];

/// What copies a folder to other machines, where its name tells. A folder of a program has more behind the name than a
/// space, a bracket or a dash: `onedrive-tools-src` is none.
fn cloud(folder: &Path) -> Option<&'static str> {
    folder.components().find_map(|part| {
        let part = part.as_os_str().to_string_lossy().to_lowercase();
        CLOUDS.iter().find_map(|(start, service)| {
            let rest = part.strip_prefix(start)?;
            let named = rest.is_empty() || [" ", "(", ".ru"].iter().any(|next| rest.starts_with(next));
            // macOS: `GoogleDrive-person@example.com`, `OneDrive-Company`.
            let account = rest.starts_with('-') && folder.to_string_lossy().contains("CloudStorage");
            (named || account).then_some(*service)
        })
    })
}

/// What the network file system is called that a folder is on, where the system tells.
#[cfg(target_os = "linux")]
pub(super) fn network(folder: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let kind = rustix::fs::statfs(folder).ok()?.f_type as u64 & 0xffff_ffff;
    let named = NETWORKS.iter().find(|(number, _)| *number == kind);
    if let Some((_, name)) = named {
        return Some((*name).to_owned());
    }
    if kind != FUSE {
        return None;
    }
    let device = fs::metadata(folder).ok()?.dev();
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    mounted_as(&mounts, &device).filter(|name| !LOCAL_FUSE.contains(&name.as_str()))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn network(_: &Path) -> Option<String> {
    None
}

/// Whether a file's locks are certain to be of this machine alone, and to end with whoever has them, as its file system is one that
/// is known for that. What is not known may be served by another machine, which tells nobody, or keep no locks at all: then
/// nothing is proved. On other systems than Linux nothing is known.
#[cfg(all(target_os = "linux", feature = "postgres"))]
pub(super) fn proves_by_locks(file: &fs::File) -> bool {
    rustix::fs::fstatfs(file).is_ok_and(|told| is_known(told.f_type as u64 & 0xffff_ffff))
}

#[cfg(all(not(target_os = "linux"), feature = "postgres"))]
pub(super) fn proves_by_locks(_: &fs::File) -> bool {
    false
}

#[cfg(all(target_os = "linux", feature = "postgres"))]
fn is_known(kind: u64) -> bool {
    LOCAL.contains(&kind)
}

/// The numbers of statfs(2) of file systems of this machine's disks and memory: ext2, ext3 and ext4; XFS; Btrfs; ZFS; F2FS; tmpfs;
/// overlayfs, whose upper layer is one of these.
#[cfg(all(target_os = "linux", feature = "postgres"))]
const LOCAL: [u64; 7] = [0xef53, 0x5846_5342, 0x9123_683e, 0x2fc1_2fc1, 0xf2f5_2010, 0x0102_1994, 0x794c_7630];

/// The numbers of statfs(2), and the names.
#[cfg(target_os = "linux")]
const NETWORKS: [(u64, &str); 11] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x564c, "NCP"),
    (0x0102_1997, "9p"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x7375_7245, "Coda"),
    (0x0bd0_0bd0, "Lustre"),
];
/// The number of all that programs serve: sshfs, clouds, and disks of other systems.
#[cfg(target_os = "linux")]
const FUSE: u64 = 0x6573_5546;
/// Those that serve disks of this machine.
#[cfg(target_os = "linux")]
const LOCAL_FUSE: [&str; 6] =
    ["fuseblk", "fuse.ntfs-3g", "fuse.exfat", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.lxcfs"];

/// What is mounted of a device: the field behind the dash (proc(5)).
#[cfg(target_os = "linux")]
fn mounted_as(mounts: &str, device: &str) -> Option<String> {
    mounts.lines().rev().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        (left.split(' ').nth(2) == Some(device)).then(|| right.split(' ').next().unwrap_or_default().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_cloud_services_are_known_by_their_names() {
        for (folder, service) in [
            ("/home/me/Dropbox/keys", Some("Dropbox")),
            ("/home/me/Dropbox (Personal)", Some("Dropbox")),
            ("C:/Users/me/OneDrive - Company/x", Some("OneDrive")),
            ("/Users/me/Library/Mobile Documents/com~apple~CloudDocs", Some("iCloud")),
            ("/Users/me/Library/CloudStorage/GoogleDrive-me@example.com", Some("a cloud service")),
            ("/home/me/Yandex.Disk", Some("Yandex.Disk")),
            ("/home/me/Яндекс.Диск/x", Some("Yandex.Disk")),
            ("/srv/onedrive-tools-src", None),
            ("/srv/dropboxes", None),
            ("/var/lib/osign", None),
        ] {
            assert_eq!(cloud(Path::new(folder)), service, "{folder}");
        }
    }

    #[test]
    #[cfg(all(target_os = "linux", feature = "postgres"))]
    fn locks_prove_something_where_the_file_system_is_known() {
        assert!(LOCAL.into_iter().all(is_known));
        assert!(NETWORKS.into_iter().all(|(number, _)| !is_known(number)));
        // Programs that serve one, GlusterFS and VirtualBox's folders among them; GPFS, OrangeFS, virtiofs; and one that is to come.
        assert!([FUSE, 0x786f_4256, 0x4750_4653, 0x2003_0528, 0x0bad_cafe].into_iter().all(|number| !is_known(number)));
        let file = |path: &str| fs::File::open(path).unwrap();
        assert!(!proves_by_locks(&file("/proc/self/status")) && !proves_by_locks(&file("/sys/kernel")));
        let folder = fs::File::open("/dev/shm");
        assert!(folder.map_or(true, |memory| proves_by_locks(&memory)), "tmpfs");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_mounted_is_read_from_the_list() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      40 22 0:52 / /mnt/x rw,nosuid - fuse.sshfs me@host:/ rw\n";
        assert_eq!(mounted_as(mounts, "0:52").as_deref(), Some("fuse.sshfs"));
        assert_eq!(mounted_as(mounts, "8:1").as_deref(), Some("ext4"));
        assert_eq!(mounted_as(mounts, "9:9"), None);
        assert_eq!(network(Path::new("/proc/self")), None);
    }
}
