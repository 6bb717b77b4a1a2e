//! Files that notes refer to, kept on this computer: each content once, named by its SHA-256, in the
//! account's own folder.
//!
//! A body refers to a file as `octavo-file:<SHA-256>/<name>`: the address stays the same wherever the
//! data folder lies, names the content and not a place, and carries the name the person gave it.

mod address;
mod kind;
mod place;
#[cfg(test)]
mod place_tests;
mod words;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use octavo_contract::FileView;
use sha2::{Digest as _, Sha256};

pub(crate) use address::{Reference, SCHEME, encoded, line_for, references, with_addresses};
pub(crate) use place::{
    Place, Placed, addresses, body_of, inward, outward, pending, unplaced, unsigned, whole_text,
    with_upload,
};
pub(crate) use words::{size, word};

use crate::CoreError;
use crate::clock::Clock;
use crate::config::private_dir;

/// No Notion workspace takes a longer one ("Sending larger files").
const LARGEST: u64 = 5 << 30;
/// So much of a file is in memory at once.
const CHUNK: usize = 256 << 10;
/// How an unfinished file is called; it is swept away when it is older than any copying takes.
const UNFINISHED: &str = "incoming-";
const FORGOTTEN: Duration = Duration::from_hours(24);

/// The files of one account.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    dir: PathBuf,
    clock: Clock,
}

impl Files {
    /// Those of the account whose folder is `account_dir`. Nothing is made yet.
    pub(crate) fn of(account_dir: &Path, clock: Clock) -> Self {
        Self {
            dir: account_dir.join("files"),
            clock,
        }
    }

    /// Where the content of this digest lies, if it is kept here.
    pub(crate) fn find(&self, hash: &str) -> Option<PathBuf> {
        let path = address::is_hash(hash).then(|| self.dir.join(hash))?;
        path.is_file().then_some(path)
    }

    /// Keeps a file that lies elsewhere; it is read once and not changed. On the disk when this
    /// returns. Blocks.
    pub(crate) fn keep_path(&self, path: &Path) -> Result<FileView, CoreError> {
        // A folder, a pipe or a device has no end, or none that could be kept.
        let found = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if !found.is_file() {
            return Err(CoreError::BadRequest(format!(
                "{} is not a file, so it cannot be put into a note.",
                path.display()
            )));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = File::open(path).map_err(|error| unreadable(path, &error))?;
        self.keep(source, &name)
            .map_err(|fault| fault.sentence(path))
    }

    /// Keeps what was pasted. On the disk when this returns. Blocks.
    pub(crate) fn keep_bytes(&self, content: &[u8], name: &str) -> Result<FileView, CoreError> {
        self.keep(content, name)
            .map_err(|fault| fault.sentence(Path::new(name)))
    }

    fn keep(&self, source: impl Read, name: &str) -> Result<FileView, Fault> {
        private_dir(&self.dir)?;
        self.sweep();
        let incoming = Incoming::new(&self.dir);
        let name = kind::safe_name(name);
        let copied = copy(source, &incoming)?;
        let (hash, bytes) = (copied.hash, copied.bytes);
        let media_type = kind::media_type(&copied.head, &name);
        let path = self.dir.join(&hash);
        let whole = std::fs::metadata(&path).is_ok_and(|known| known.len() == bytes);
        if !whole {
            std::fs::rename(&incoming.path, &path)
                .map_err(|error| CoreError::file(&path, error))?;
        }
        // Also when it was there: whoever put it there may have been cut off before this.
        sync_folder(&self.dir)?;
        Ok(FileView {
            address: address::of(&hash, &name),
            hash,
            kind: kind::kind(media_type),
            media_type: media_type.to_owned(),
            name,
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        })
    }

    /// What is known of a kept file that a body refers to; none if it is not here. Blocks.
    pub(crate) fn view(&self, reference: &Reference) -> Option<FileView> {
        let path = self.find(&reference.hash)?;
        let mut head = Vec::new();
        let file = File::open(&path).ok()?;
        let bytes = file.metadata().ok()?.len();
        file.take(kind::HEAD as u64).read_to_end(&mut head).ok()?;
        let media_type = kind::media_type(&head, &reference.name);
        Some(FileView {
            hash: reference.hash.clone(),
            name: reference.name.clone(),
            media_type: media_type.to_owned(),
            kind: kind::kind(media_type),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            address: reference.address.clone(),
        })
    }

    /// Takes over from `other` what a body refers to and is not here yet. Blocks.
    pub(crate) fn copy_from(&self, other: &Self, body: &str) -> Result<Vec<FileView>, CoreError> {
        let mut copied = Vec::new();
        for reference in references(body) {
            // One that is missing there cannot be brought here; the note is worth more than it.
            let Some(path) = other.find(&reference.hash) else {
                continue;
            };
            let source = File::open(&path).map_err(|error| CoreError::file(&path, error))?;
            let view = self.keep(source, &reference.name);
            copied.push(view.map_err(|fault| fault.sentence(&path))?);
        }
        Ok(copied)
    }

    fn is_older(&self, at: SystemTime, than: Duration) -> bool {
        let now = u64::try_from(self.clock.now()).unwrap_or_default();
        (UNIX_EPOCH + Duration::from_millis(now))
            .duration_since(at)
            .is_ok_and(|age| age > than)
    }

    /// Removes what processes that ended in the middle left behind.
    fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.dir) else {
            return;
        };
        for entry in entries.flatten() {
            let ours = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
            let changed = entry.metadata().and_then(|found| found.modified());
            let forgotten = ours && changed.is_ok_and(|at| self.is_older(at, FORGOTTEN));
            if forgotten && let Err(error) = std::fs::remove_file(entry.path()) {
                tracing::warn!(%error, "an unfinished file is left");
            }
        }
    }
}

/// A file that is being written. It goes when it is dropped, unless it got its name by then.
struct Incoming {
    path: PathBuf,
}

impl Incoming {
    fn new(dir: &Path) -> Self {
        let path = dir.join(format!("{UNFINISHED}{}", uuid::Uuid::now_v7()));
        Self { path }
    }

    fn create(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(%error, "an unfinished file is left");
            }
            _ => {}
        }
    }
}

/// What was copied.
struct Copied {
    hash: String,
    bytes: u64,
    head: Vec<u8>,
}

/// Why a file was not kept.
enum Fault {
    /// The other side failed.
    Source(std::io::Error),
    Empty,
    TooLarge,
    /// Our side failed.
    Here(CoreError),
}

impl From<CoreError> for Fault {
    fn from(error: CoreError) -> Self {
        Self::Here(error)
    }
}

impl Fault {
    fn sentence(self, path: &Path) -> CoreError {
        let name = path.display();
        match self {
            Self::Source(error) => unreadable(path, &error),
            Self::Empty => CoreError::BadRequest(format!(
                "{name} is empty. There is nothing in it that could be kept."
            )),
            Self::TooLarge => CoreError::BadRequest(format!(
                "{name} is larger than 5 GB, more than a note can hold. Nothing was changed."
            )),
            Self::Here(error) => error,
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> CoreError {
    CoreError::BadRequest(format!(
        "{} cannot be read ({error}). Nothing was changed.",
        path.display()
    ))
}

/// Copies piece by piece, and makes sure that the copy is on the disk.
fn copy(mut source: impl Read, incoming: &Incoming) -> Result<Copied, Fault> {
    let here = |error| Fault::Here(CoreError::file(&incoming.path, error));
    let mut file = incoming.create().map_err(here)?;
    let mut digest = Sha256::new();
    let (mut bytes, mut head) = (0_u64, Vec::new());
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Fault::Source(error)),
        };
        let piece = chunk.get(..read).unwrap_or_default();
        bytes += piece.len() as u64;
        if bytes > LARGEST {
            return Err(Fault::TooLarge);
        }
        let missing = kind::HEAD.saturating_sub(head.len());
        head.extend(piece.iter().take(missing));
        digest.update(piece);
        file.write_all(piece).map_err(here)?;
    }
    if bytes == 0 {
        return Err(Fault::Empty);
    }
    file.sync_all().map_err(here)?;
    let mut hash = String::with_capacity(64);
    for byte in digest.finalize() {
        use std::fmt::Write as _;
        // Writing to a string does not fail.
        let _ignored = write!(hash, "{byte:02x}");
    }
    Ok(Copied { hash, bytes, head })
}

/// Makes sure that the names in a folder are on the disk.
fn sync_folder(folder: &Path) -> Result<(), CoreError> {
    // Windows cannot open a folder for this, and does not need it.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| CoreError::file(folder, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// Breaks off in the middle, as a stick that is pulled out.
    struct Pulled(bool);

    impl Read for Pulled {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::other("gone"));
            }
            into.fill(7);
            Ok(into.len())
        }
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir.join("files")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_content_is_kept_once_under_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::of(dir.path(), Clock::default());
        let one = files.keep_bytes(b"hello", "a.txt").unwrap();
        let two = files.keep_bytes(b"hello", "b.txt").unwrap();
        assert_eq!(one.hash, two.hash);
        assert_ne!(one.address, two.address);
        assert_eq!(names(dir.path()), std::slice::from_ref(&one.hash));
        assert_eq!(
            std::fs::read(files.find(&one.hash).unwrap()).unwrap(),
            b"hello"
        );
        assert_eq!(files.find("../notes.db"), None);
    }

    #[test]
    fn what_breaks_off_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::of(dir.path(), Clock::default());
        assert!(matches!(
            files.keep(Pulled(false), "a.bin"),
            Err(Fault::Source(_))
        ));
        assert!(matches!(files.keep(&b""[..], "a"), Err(Fault::Empty)));
        assert_eq!(names(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn a_file_that_was_cut_short_is_made_whole() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::of(dir.path(), Clock::default());
        let kept = files.keep_bytes(b"hello", "a.txt").unwrap();
        std::fs::write(dir.path().join("files").join(&kept.hash), b"he").unwrap();
        files.keep_bytes(b"hello", "a.txt").unwrap();
        assert_eq!(
            std::fs::read(files.find(&kept.hash).unwrap()).unwrap(),
            b"hello"
        );
    }
}
