//! Disks in trouble, and what is on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Fault;

/// This machine does not allow the trouble to be made; the story is skipped.
#[derive(Debug, thiserror::Error)]
#[error("skipped: {0}")]
pub struct CannotDo(String);

/// What was made, or nothing and a word about why: a machine that forbids mounting cannot have this
/// trouble, and that must be said.
#[expect(clippy::print_stderr, reason = "a skipped story must say so")]
pub fn or_skip<T>(made: Result<T, CannotDo>) -> Option<T> {
    made.map_err(|reason| eprintln!("{reason}")).ok()
}

/// All files below `folders` that hold `secret`, in plain or in UTF-16.
pub fn files_holding(secret: &str, folders: &[&Path]) -> Result<Vec<PathBuf>, Fault> {
    let plain = secret.as_bytes().to_vec();
    let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let Ok(meta) = fs::symlink_metadata(&path) else {
            continue;
        };
        if meta.is_dir() {
            let entries = fs::read_dir(&path).map_err(Fault::io("list a folder"))?;
            open.extend(entries.flatten().map(|entry| entry.path()));
        } else if meta.is_file() {
            // A file may vanish while we look; then it holds nothing.
            let Ok(bytes) = fs::read(&path) else { continue };
            if holds(&bytes, &plain) || holds(&bytes, &wide) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn mount(args: &[&str], on: &Path) -> Result<(), CannotDo> {
    let done = Command::new("mount").args(args).arg(on).output();
    match done {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(CannotDo(
            String::from_utf8_lossy(&done.stderr).trim().to_owned(),
        )),
        Err(error) => Err(CannotDo(format!("mount: {error}"))),
    }
}

fn unmount(folder: &Path) {
    // Lazily: a program of the stage may still have a file open.
    let _ = Command::new("umount").arg("--lazy").arg(folder).status();
}

/// A folder that turns read-only, for root too: a small file system of its own, remounted.
#[derive(Debug)]
pub struct ReadOnlyFolder(PathBuf);

impl ReadOnlyFolder {
    /// Mounts a writable file system on `folder`.
    pub fn new(folder: &Path) -> Result<Self, CannotDo> {
        fs::create_dir_all(folder).map_err(|error| CannotDo(error.to_string()))?;
        mount(
            &["-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs"],
            folder,
        )?;
        Ok(Self(folder.to_path_buf()))
    }

    /// Takes the right to write from everybody. No file may be open for writing then.
    pub fn lock(&self) -> Result<(), CannotDo> {
        mount(&["-o", "remount,ro"], &self.0)
    }

    /// Gives it back.
    pub fn unlock(&self) -> Result<(), CannotDo> {
        mount(&["-o", "remount,rw"], &self.0)
    }
}

impl Drop for ReadOnlyFolder {
    fn drop(&mut self) {
        unmount(&self.0);
    }
}

/// A folder on a disk that can be filled to the last byte: a small file system of its own.
#[derive(Debug)]
pub struct FullFolder(PathBuf);

impl FullFolder {
    /// Mounts a file system of `mebibytes` on `folder`.
    pub fn new(folder: &Path, mebibytes: u32) -> Result<Self, CannotDo> {
        fs::create_dir_all(folder).map_err(|error| CannotDo(error.to_string()))?;
        mount(
            &[
                "-t",
                "tmpfs",
                "-o",
                &format!("size={mebibytes}m,mode=0700"),
                "tmpfs",
            ],
            folder,
        )?;
        Ok(Self(folder.to_path_buf()))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Fills every free block.
    pub fn fill(&self) -> Result<(), Fault> {
        use std::io::Write as _;
        let mut file = fs::File::create(self.ballast()).map_err(Fault::io("make ballast"))?;
        let block = [0_u8; 4096];
        while file.write_all(&block).is_ok() {}
        Ok(())
    }

    /// Makes room again.
    pub fn relieve(&self) -> Result<(), Fault> {
        fs::remove_file(self.ballast()).map_err(Fault::io("remove ballast"))
    }
}

impl Drop for FullFolder {
    fn drop(&mut self) {
        unmount(&self.0);
    }
}
