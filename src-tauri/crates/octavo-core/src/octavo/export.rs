//! All notes of an account as Markdown files.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::{Timestamp, tz::TimeZone};
use octavo_contract::AccountRef;

use super::Octavo;
use super::export_links::NoteFiles;
use super::note::address_of;
use crate::CoreError;
use crate::accounts::Account;
use crate::config::private_dir;
use crate::files::{Files, encoded, references, with_addresses};
use crate::store::{NoteRow, Store};

/// A file name is cut there, so that a number and an ending fit within what any file system takes.
const LONGEST_STEM: usize = 120;
/// Names that Windows keeps for its devices, whatever their ending.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// Where in an export the files of its notes are.
const FILES: &str = "files";
/// As many folders or files of one name are looked past.
const MOST_OF_A_NAME: u32 = 100_000;

/// What an export came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The folder that was made for it.
    pub folder: PathBuf,
    /// How many notes are in it.
    pub notes: usize,
}

impl Octavo {
    /// Writes all living notes of an account into a fresh folder below `below`. The files are on the
    /// disk when this returns; nothing that was there is overwritten.
    ///
    /// # Errors
    /// There is no such account, or a file cannot be written. Then a part of the folder may be there.
    pub async fn export(&self, request: AccountRef, below: &Path) -> Result<Exported, CoreError> {
        let account = self.0.accounts.find(&request.account).await?;
        let engine = self.engine(&account.id).await?;
        self.export_store(&account, &engine.store, below).await
    }

    pub(super) async fn export_store(
        &self,
        account: &Account,
        store: &Store,
        below: &Path,
    ) -> Result<Exported, CoreError> {
        let today = Timestamp::from_millisecond(self.0.clock.now())
            .unwrap_or_default()
            .to_zoned(TimeZone::system());
        let name = format!(
            "{} {}",
            safe_name(&account.name),
            today.strftime("%Y-%m-%d")
        );
        std::fs::create_dir_all(below).map_err(|error| CoreError::file(below, error))?;
        self.check_outside(below)?;
        let folder = fresh_folder(below, &name)?;
        let (stems, links) = named_files(store).await?;
        let links = Arc::new(links);
        let mut notes = 0;
        for (id, stem) in stems {
            let note = match store.note(&id).await {
                Ok(note) => note,
                // Gone since the list was made.
                Err(CoreError::NoSuchNote) => continue,
                Err(error) => return Err(error),
            };
            let mut note = note;
            let path = folder.join(format!("{stem}.md"));
            let links = Arc::clone(&links);
            let (files, beside) = (self.files_of(&account.id), folder.clone());
            // Reaching the disk takes its time.
            tokio::task::spawn_blocking(move || {
                note.body = files_beside(&files, &beside, &note.body)?;
                write_file(&path, &note, &links)
            })
            .await
            .map_err(|error| CoreError::BadRequest(error.to_string()))??;
            notes += 1;
        }
        sync_folder(&folder)?;
        sync_folder(below)?;
        Ok(Exported { folder, notes })
    }

    /// What is in Octavo's own folder goes with an account that is removed.
    fn check_outside(&self, below: &Path) -> Result<(), CoreError> {
        let real = |path: &Path| {
            path.canonicalize()
                .map_err(|error| CoreError::file(path, error))
        };
        if real(below)?.starts_with(real(&self.0.config.data_dir)?) {
            return Err(CoreError::BadRequest(
                "This folder is inside Octavo's own. Choose one outside of it for the export."
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// The names of the files of all living notes, and how notes lead to them.
async fn named_files(store: &Store) -> Result<(Vec<(String, String)>, NoteFiles), CoreError> {
    let (mut taken, mut stems) = (HashSet::new(), Vec::new());
    let mut files = NoteFiles::default();
    for id in store.living().await? {
        let note = match store.note(&id).await {
            Ok(note) => note,
            Err(CoreError::NoSuchNote) => continue,
            Err(error) => return Err(error),
        };
        let stem = free_stem(&note, &mut taken);
        files.add(&note.title, note.page_id.as_deref(), &format!("{stem}.md"));
        stems.push((id, stem));
    }
    Ok((stems, files))
}

/// Makes a folder that was not there, with a number behind its name if need be.
fn fresh_folder(below: &Path, name: &str) -> Result<PathBuf, CoreError> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for number in 1..MOST_OF_A_NAME {
        let folder = below.join(numbered(name, number));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(CoreError::file(&folder, error)),
        }
    }
    Err(CoreError::file(
        below,
        std::io::ErrorKind::AlreadyExists.into(),
    ))
}

fn numbered(name: &str, number: u32) -> String {
    if number == 1 {
        name.to_owned()
    } else {
        format!("{name} {number}")
    }
}

/// A name for the note's file that no other has, on file systems too that do not tell a from A.
fn free_stem(note: &NoteRow, taken: &mut HashSet<String>) -> String {
    let name = safe_name(&note.title);
    for number in 1..MOST_OF_A_NAME {
        let stem = numbered(&name, number);
        if taken.insert(stem.to_lowercase()) {
            return stem;
        }
    }
    note.id.clone()
}

/// A title as a file name that every system takes.
fn safe_name(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| {
            if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut length = 0;
    let short: String = plain
        .trim_start_matches(['.', ' '])
        .chars()
        .take_while(|c| {
            length += c.len_utf8();
            length <= LONGEST_STEM
        })
        .collect();
    let short = short.trim().trim_end_matches(['.', ' ']);
    let device = short.split('.').next().unwrap_or_default().to_uppercase();
    let numbered_device = device.len() == 4
        && (device.starts_with("COM") || device.starts_with("LPT"))
        && device.ends_with(|c: char| c.is_ascii_digit());
    if short.is_empty() {
        "Untitled".to_owned()
    } else if DEVICES.contains(&&*device) || numbered_device {
        format!("_{short}")
    } else {
        short.to_owned()
    }
}

/// Puts the kept files that a body refers to into `files/` of the export; answers the body with their
/// addresses there. One that is not here any more keeps its address.
fn files_beside(files: &Files, folder: &Path, body: &str) -> Result<String, CoreError> {
    let mut there = HashMap::new();
    for reference in references(body) {
        let Some(source) = files.find(&reference.hash) else {
            continue;
        };
        let name = safe_name(&reference.name);
        let relative = format!("{FILES}/{}/{}", reference.hash, encoded(&name));
        let parent = folder.join(FILES).join(&reference.hash);
        let path = parent.join(name);
        private_dir(&parent)?;
        if !path.exists() {
            let copied = std::fs::copy(&source, &path).and_then(|_| File::open(&path)?.sync_all());
            copied.map_err(|error| CoreError::file(&path, error))?;
        }
        sync_folder(&parent)?;
        sync_folder(&folder.join(FILES))?;
        there.insert(reference.address, relative);
    }
    Ok(with_addresses(body, |reference| {
        there.get(&reference.address).cloned()
    }))
}

fn write_file(path: &Path, note: &NoteRow, links: &NoteFiles) -> Result<(), CoreError> {
    let write = || -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text_of(note, links).as_bytes())?;
        let edited = Duration::from_millis(u64::try_from(note.edited).unwrap_or_default());
        file.set_modified(SystemTime::UNIX_EPOCH + edited)?;
        file.sync_all()
    };
    write().map_err(|error| CoreError::file(path, error))
}

/// A note as a file: what is known of it in YAML, then its body.
fn text_of(note: &NoteRow, links: &NoteFiles) -> String {
    let moment = |at| Timestamp::from_millisecond(at).unwrap_or_default();
    let mut text = format!("---\ntitle: {}\n", quoted(&note.title));
    let mut line = |key: &str, value: &str| {
        text.push_str(key);
        text.push_str(": ");
        text.push_str(value);
        text.push('\n');
    };
    if let Some(note_type) = &note.note_type {
        line("type", &quoted(note_type));
    }
    if !note.tags.is_empty() {
        let tags: Vec<String> = note.tags.iter().map(|tag| quoted(tag)).collect();
        line("tags", &format!("[{}]", tags.join(", ")));
    }
    line("created", &moment(note.created).to_string());
    line("edited", &moment(note.edited).to_string());
    if let Some(address) = address_of(note) {
        line("notion", &quoted(address.as_str()));
    }
    text.push_str("---\n\n");
    text.push_str(&links.linked(&note.body));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A text in double quotes: as JSON writes it, so YAML reads it (YAML 1.2.2, §1.2).
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// Makes sure that the names in a folder are on the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), CoreError> {
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
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        for (title, name) in [
            ("Mill & Store", "Mill & Store"),
            ("a/b\\c: d?", "a b c d"),
            ("../../etc/passwd", "etc passwd"),
            (".hidden", "hidden"),
            ("…", "…"),
            (" \n ", "Untitled"),
            ("...", "Untitled"),
            ("con", "_con"),
            ("Nul.txt", "_Nul.txt"),
            ("LPT1", "_LPT1"),
            ("Company", "Company"),
            ("ends. ", "ends"),
        ] {
            assert_eq!(safe_name(title), name, "{title:?}");
        }
        assert!(safe_name(&"日本".repeat(200)).len() <= LONGEST_STEM);
    }
}
