//! What the editor asks for while a person writes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Opens an address that stands in a note, in the system's browser or mail program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LinkOpen {
    /// The address: of the web (`http`, `https`) or of a mailbox (`mailto`). Others are refused.
    pub address: String,
}

/// Asks for formatted text from a clipboard as text of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PasteHtml {
    /// The HTML, as the program it was copied from made it.
    pub html: String,
}

/// Formatted text from a clipboard as text of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PasteBody {
    /// The same in Octavo's Markdown, with its structure.
    pub body: String,
}
