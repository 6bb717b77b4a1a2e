//! The state on the disk: a snapshot of the world, and journals of what changed since.
//!
//! A write is answered once its line is in the journal and the journal is on the disk, so the time
//! that takes depends on the write and not on the size of the world. When a journal has grown, the
//! next one is begun, and a thread of its own makes a new snapshot out of what is on the disk: no
//! request waits for that.
//!
//! The files are `NAME` (the snapshot), `NAME.journal.N`, and the folder `NAME.files` for uploads.
//! The snapshot says which journal is the first that it does not contain.

mod delta;

use std::{
    fs, io,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

pub(crate) use delta::Persisted;

use crate::world::World;

/// A journal that is larger than this, and than the snapshot, is folded into a new one.
const FOLD_BYTES: u64 = 8 * 1024 * 1024;

/// A snapshot as it stands in its file: the world, and one number beside its fields.
#[derive(Serialize)]
struct SnapshotOut<'a> {
    #[serde(flatten)]
    world: &'a World,
    first_journal: u64,
}

/// The number alone, which older snapshots lack.
#[derive(Deserialize, Default)]
struct Head {
    #[serde(default)]
    first_journal: u64,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The folder of uploaded files.
pub(crate) fn files_of(path: &Path) -> PathBuf {
    beside(path, ".files")
}

fn journal_of(path: &Path, number: u64) -> PathBuf {
    beside(path, &format!(".journal.{number}"))
}

/// The journals there are, oldest first.
fn journals(path: &Path) -> io::Result<Vec<u64>> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let prefix = beside(path, ".journal.");
    let prefix = prefix.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let number = name
            .strip_prefix(&*prefix)
            .and_then(|n| n.parse::<u64>().ok());
        found.extend(number);
    }
    found.sort_unstable();
    Ok(found)
}

/// Reads the snapshot and what the journals add; `None` without a snapshot.
fn read(path: &Path, upto: Option<u64>) -> io::Result<Option<(World, u64)>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let head: Head = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
    let mut world: World = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
    drop(bytes);
    let mut next = head.first_journal;
    for number in journals(path)? {
        if number < head.first_journal || upto.is_some_and(|upto| number >= upto) {
            continue;
        }
        replay(&mut world, &journal_of(path, number))?;
        next = number + 1;
    }
    Ok(Some((world, next)))
}

/// Applies a journal. A last line that was not written to its end was never answered.
fn replay(world: &mut World, path: &Path) -> io::Result<()> {
    let mut lines = BufReader::new(fs::File::open(path)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 || line.last() != Some(&b'\n') {
            return Ok(());
        }
        let delta = serde_json::from_slice(&line).map_err(io::Error::other)?;
        delta::apply(world, delta);
    }
}

/// Writes a snapshot: the whole file or the old file, never a part.
fn write_snapshot(path: &Path, world: &World, first_journal: u64) -> io::Result<u64> {
    let snapshot = SnapshotOut {
        world,
        first_journal,
    };
    let bytes = serde_json::to_vec(&snapshot).map_err(io::Error::other)?;
    let temporary = beside(path, ".new");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    for number in journals(path)? {
        if number < first_journal {
            fs::remove_file(journal_of(path, number))?;
        }
    }
    Ok(bytes.len() as u64)
}

/// Reads a state; `None` if there is none yet. What former states left behind is removed then.
pub(crate) fn load(path: &Path) -> io::Result<Option<World>> {
    let Some((mut world, _)) = read(path, None)? else {
        if path
            .parent()
            .is_none_or(|p| p.as_os_str().is_empty() || p.is_dir())
        {
            for number in journals(path)? {
                fs::remove_file(journal_of(path, number))?;
            }
        }
        return Ok(None);
    };
    world.rebuild_indexes();
    Ok(Some(world))
}

/// The open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    number: u64,
    file: fs::File,
    bytes: u64,
    /// The size of the last snapshot.
    snapshot: u64,
    folding: Option<std::thread::JoinHandle<io::Result<u64>>>,
}

impl Journal {
    /// Writes a snapshot of the world and begins a journal after it.
    pub(crate) fn begin(path: &Path, world: &World) -> io::Result<Self> {
        let number = journals(path)?.last().map_or(1, |last| last + 1);
        let snapshot = write_snapshot(path, world, number)?;
        Ok(Self {
            file: fs::File::create(journal_of(path, number))?,
            path: path.to_owned(),
            number,
            bytes: 0,
            snapshot,
            folding: None,
        })
    }

    /// Puts lines onto the disk.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        self.file.write_all(lines)?;
        self.file.sync_data()?;
        self.bytes += lines.len() as u64;
        if self.bytes > FOLD_BYTES.max(self.snapshot) {
            self.fold()?;
        }
        Ok(())
    }

    /// Begins the next journal, and folds everything before it into a new snapshot.
    fn fold(&mut self) -> io::Result<()> {
        if let Some(running) = self.folding.take() {
            if !running.is_finished() {
                self.folding = Some(running);
                return Ok(());
            }
            self.snapshot = join(running)?;
        }
        self.number += 1;
        self.file = fs::File::create(journal_of(&self.path, self.number))?;
        self.bytes = 0;
        let (path, upto) = (self.path.clone(), self.number);
        self.folding = Some(std::thread::spawn(move || {
            let Some((world, _)) = read(&path, Some(upto))? else {
                return Ok(0);
            };
            write_snapshot(&path, &world, upto)
        }));
        Ok(())
    }

    /// Writes a last snapshot.
    pub(crate) fn close(&mut self, world: &World) -> io::Result<()> {
        if let Some(running) = self.folding.take() {
            join(running)?;
        }
        self.number += 1;
        self.file = fs::File::create(journal_of(&self.path, self.number))?;
        self.bytes = 0;
        self.snapshot = write_snapshot(&self.path, world, self.number)?;
        Ok(())
    }
}

fn join(running: std::thread::JoinHandle<io::Result<u64>>) -> io::Result<u64> {
    running
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("folding the journal failed")))
}

#[cfg(test)]
mod tests;
