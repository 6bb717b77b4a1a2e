//! The files of an import.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::{Draft, draft};
use crate::CoreError;

/// A note holds no more.
const LARGEST: u64 = 16 << 20;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it is, without links and dots: a file has one such path.
    pub(crate) path: PathBuf,
    pub(crate) digest: String,
    pub(crate) draft: Draft,
}

/// A file that cannot be read as a note, and why.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) path: PathBuf,
    pub(crate) reason: String,
}

/// The Markdown files at and below these paths, in the order of their names. Hidden folders and files
/// are left out, and so are links to folders, which may lead in circles.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CoreError> {
    let mut found = BTreeSet::new();
    for path in paths {
        let real = path
            .canonicalize()
            .map_err(|error| CoreError::file(path, error))?;
        if real.is_dir() {
            below(&real, &mut found)?;
        } else {
            found.insert(real);
        }
    }
    Ok(found.into_iter().collect())
}

fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), CoreError> {
    let failed = |error| CoreError::file(folder, error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            below(&path, found)?;
        } else if kind.is_file() && is_markdown(&path) {
            found.insert(path);
        }
    }
    Ok(())
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["md", "markdown", "mdown"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// Reads a file; when it was written stands in for what its front matter does not say.
pub(crate) fn read(path: PathBuf) -> Result<Source, Unread> {
    let text = text_of(&path);
    let (text, written) = match text {
        Ok(read) => read,
        Err(reason) => return Err(Unread { path, reason }),
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut draft = draft(&text, &stem);
    draft.edited = draft.edited.or(draft.created).or(written);
    draft.created = draft.created.or(draft.edited);
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()));
    Ok(Source {
        path,
        digest,
        draft,
    })
}

/// A file's text, and when it was written.
fn text_of(path: &Path) -> Result<(String, Option<i64>), String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if about.len() > LARGEST {
        return Err("it is larger than 16 MB, more than a note can hold".to_owned());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not a text in UTF-8".to_owned())?;
    let written = about
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .and_then(|age| i64::try_from(age.as_millis()).ok());
    Ok((text, written))
}
