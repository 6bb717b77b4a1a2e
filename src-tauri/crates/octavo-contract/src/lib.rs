//! The wire between Octavo's core and everything that shows it: the windows (over IPC) and the
//! `octavo` command (`--json`).
//!
//! It holds requests, answers, events and error codes as plain data, and the [command
//! table](command_table) from which the shell's handler list, the permission files and the
//! TypeScript map are made. It is *not* a place for rules: nothing here computes, and it depends on
//! none of Octavo's other crates. No type here can carry a token outwards.

mod account;
mod assist;
mod audit;
mod capture;
mod check;
mod command;
mod conflict;
mod contents;
mod editing;
mod enhance;
mod error;
mod event;
mod file;
mod history;
mod home;
mod isolation;
mod links;
mod moving;
mod note;
mod notes;
mod search;
mod settings;
mod sign_in;
mod sync;
mod vault;

pub use account::{
    AccessEnd, AccountAddLocal, AccountAddToken, AccountChange, AccountChooseParent,
    AccountDefault, AccountId, AccountKind, AccountOrder, AccountReconnect, AccountRef,
    AccountRemoval, AccountRemove, AccountRemoved, AccountStatus, AccountView, AppState, HomeView,
    KeepNotes, Palette, ParentPage, ParentPages, VaultStatus,
};
pub use assist::{
    AskAnswer, AskPassage, AskQuote, AskRequest, AssistChange, AssistNote, AssistPart,
    AssistPreview, AssistReach, AssistSent, AssistServer, AssistServers, AssistSettings,
    AssistStop, AssistStyle,
};
pub use audit::{AuditAsk, AuditEntry, AuditExported, AuditLog};
pub use capture::{CaptureDraft, CaptureView, Captured};
pub use check::{AccountCheck, AccountChecks, Standing};
pub use command::{COMMANDS, CommandSpec, Empty, WINDOWS};
pub use conflict::{ConflictPart, ConflictSettle, ConflictSide, ConflictView};
pub use contents::{
    ContentsBy, ContentsDrift, ContentsLine, ContentsRequest, ContentsSection, ContentsView,
};
pub use editing::{LinkOpen, PasteBody, PasteHtml};
pub use enhance::{
    EnhanceAccept, Enhancement, Proposed, ProposedLink, ProposedReason, ProposedText,
};
pub use error::{ErrorCode, WireError};
pub use event::{Event, NoteChange};
pub use file::{FileKind, FileView};
pub use history::{
    NoteHistory, OverruledTitle, Piece, RevisionReason, RevisionRef, RevisionText, RevisionView,
    Side, VersionText,
};
pub use home::{HomeAct, HomeReport, HomeState, HomeWay};
pub use isolation::{IsolationLine, IsolationReport};
pub use links::{
    Backlink, BrokenLink, LinkMake, LinkReport, LinkSearch, LinkState, LinkedFrom,
    LinkedFromChange, NoteLink, NoteLinks, NoteMentions, NoteName, NoteNames,
};
pub use moving::{
    ArrivedNote, MovingNote, NoteMove, NoteMovePreview, NoteMoved, NoteStays, NotesMoving,
};
pub use note::{
    NoteCreate, NoteId, NoteList, NoteRef, NoteSave, NoteSummary, NoteView, SaveOutcome, SyncState,
};
pub use notes::{
    NoteAppend, NoteDaily, NoteFromTemplate, NoteLoss, NoteLosses, NoteSet, TrashEmptied,
};
pub use search::{
    KeptSearch, KeptSearches, Mark, NotionPage, NotionPages, NotionSearch, SearchAnswer,
    SearchForget, SearchGuess, SearchHit, SearchKeep, SearchRequest,
};
pub use settings::{Notices, Settings, SettingsChange, Shortcut};
pub use sign_in::{ConnectionSet, SignInBegin, SignInPaste, SignInRoad, SignInRoads, SignInView};
pub use sync::{
    SyncAnswer, SyncItem, SyncItems, SyncPause, SyncReport, SyncStatus, SyncVanished,
    VanishedAnswer, VanishedNote,
};
pub use vault::{VaultChoose, VaultItem, VaultOpen, VaultProof, VaultStore, VaultView};

/// Milliseconds since 1970-01-01T00:00:00Z, as JavaScript's `Date` takes them.
pub type UnixMillis = i64;
