//! Files in notes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// As what a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A PDF document.
    Pdf,
    /// Anything else.
    File,
}

/// A file that is kept on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileView {
    /// SHA-256 of its content, in lower-case hexadecimal digits.
    pub hash: String,
    /// Its name, without a path.
    pub name: String,
    /// Its media type, told by its content where that says it.
    pub media_type: String,
    /// As what it is shown.
    pub kind: FileKind,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: i64,
    /// How a body refers to it: `octavo-file:<hash>/<name>`.
    pub address: String,
}
