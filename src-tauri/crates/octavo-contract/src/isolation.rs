//! Whether accounts are kept apart.

use serde::{Deserialize, Serialize};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationLine {
    /// What was looked at, in words.
    pub what: String,
    /// Whether it is as it should be.
    pub holds: bool,
    /// What was found, in words: how much was looked at, or what crossed.
    pub found: String,
}

/// Whether anything of one account is in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationReport {
    /// Whether all holds.
    pub holds: bool,
    /// Line by line.
    pub lines: Vec<IsolationLine>,
}
