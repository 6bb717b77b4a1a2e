//! The wire between Octavo's core and everything that shows it: the windows (over IPC) and the
//! `octavo` command (`--json`).
//!
//! It holds requests, answers, events and error codes as plain data, and the [command
//! table](command_table) from which the shell's handler list, the permission files and the
//! TypeScript map are made. It is *not* a place for rules: nothing here computes, and it depends on
//! none of Octavo's other crates. No type here can carry a token outwards.

mod account;
mod audit;
mod capture;
mod command;
mod contents;
mod error;
mod event;
mod history;
mod note;
mod settings;
mod sign_in;
mod sync;

pub use account::{
    AccessEnd, AccountAddLocal, AccountAddToken, AccountChange, AccountChooseParent, AccountId,
    AccountKind, AccountReconnect, AccountRef, AccountRemoval, AccountRemove, AccountRemoved,
    AccountStatus, AccountView, AppState, HomeView, KeepNotes, Palette, ParentPage, ParentPages,
    VaultStatus,
};
pub use audit::{AuditEntry, AuditLog};
pub use capture::{CaptureDraft, CaptureView, Captured};
pub use command::{COMMANDS, CommandSpec, Empty, WINDOWS};
pub use contents::{
    ContentsBy, ContentsDrift, ContentsLine, ContentsRequest, ContentsSection, ContentsView,
};
pub use error::{ErrorCode, WireError};
pub use event::{Event, NoteChange};
pub use history::{
    NoteHistory, OverruledTitle, Piece, RevisionReason, RevisionRef, RevisionText, RevisionView,
    Side, VersionText,
};
pub use note::{
    NoteCreate, NoteId, NoteList, NoteRef, NoteSave, NoteSummary, NoteView, SaveOutcome, SyncState,
};
pub use settings::{Notices, Settings, SettingsChange, Shortcut};
pub use sign_in::{ConnectionSet, SignInBegin, SignInPaste, SignInRoad, SignInRoads, SignInView};
pub use sync::{
    SyncAnswer, SyncItem, SyncItems, SyncPause, SyncReport, SyncStatus, SyncVanished,
    VanishedAnswer, VanishedNote,
};

/// Milliseconds since 1970-01-01T00:00:00Z, as JavaScript's `Date` takes them.
pub type UnixMillis = i64;
