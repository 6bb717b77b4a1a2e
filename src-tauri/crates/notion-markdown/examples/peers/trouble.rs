//! What can go wrong while measuring.

use std::path::Path;

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("call it as `peers FOLDER`, where FOLDER is bench/peers with its packages installed")]
    Usage,
    #[error("no documents in {0}; set OCTAVO_FIXTURES")]
    NoDocuments(String),
    #[error("cannot {what}: {error}")]
    Io { what: String, error: std::io::Error },
    #[error("{0} gave no JSON: {1}")]
    Json(String, serde_json::Error),
    #[error("these are no blocks: {0}")]
    Blocks(#[from] notion_markdown::BlocksError),
    #[error("`{program}` failed: {words}")]
    Program { program: String, words: String },
    #[error("the system does not say how much memory a process held")]
    NoPeak,
}

impl Trouble {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |error| Self::Io { what, error }
    }
}

pub(crate) fn read(path: impl AsRef<Path>) -> Result<String, Trouble> {
    let path = path.as_ref();
    std::fs::read_to_string(path).map_err(Trouble::io(format!("read {}", path.display())))
}

pub(crate) fn write(path: impl AsRef<Path>, text: &str) -> Result<(), Trouble> {
    let path = path.as_ref();
    std::fs::write(path, text).map_err(Trouble::io(format!("write {}", path.display())))
}
