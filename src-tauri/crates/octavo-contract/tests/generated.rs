//! The files made from this crate (TypeScript types, permission sets) are what this crate says.
//!
//! `OCTAVO_BLESS=1 cargo test -p octavo-contract` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use octavo_contract as contract;
use octavo_contract::{COMMANDS, WINDOWS};
use ts_rs::{Config, TS};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

macro_rules! declarations {
    ($out:ident, $($type:ident)+) => {
        let config = Config::default();
        $(
            if let Some(docs) = contract::$type::docs() {
                $out.push_str(&docs);
            }
            let _ = writeln!($out, "export {}\n", contract::$type::decl(&config));
        )+
    };
}

fn typescript() -> String {
    let mut out = String::from(
        "// Made from the crate `octavo-contract` by its test `generated`. Do not edit.\n\n",
    );
    declarations!(out,
        AccountDefault AccountOrder AuditAsk AuditEntry AuditExported AuditLog
        VaultChoose VaultItem VaultOpen VaultStore VaultView AccountCheck AccountChecks Standing ArrivedNote MovingNote NoteMove NoteMovePreview NoteMoved NoteStays NotesMoving
        AccessEnd AccountAddLocal AccountAddToken AccountChange AccountChooseParent AccountKind
        AccountReconnect AccountRef AccountRemoval AccountRemove AccountRemoved AccountStatus AccountView
        AppState CaptureDraft CaptureView Captured ConnectionSet Empty ErrorCode Event HomeView KeepNotes LinkOpen NoteChange NoteCreate
        ConflictPart ConflictSettle ConflictSide ConflictView Mark NoteHistory NoteList NoteRef NoteSave NoteSummary NoteView Notices Palette ParentPage ParentPages PasteBody PasteHtml Piece OverruledTitle RevisionReason RevisionRef RevisionText RevisionView SaveOutcome SearchAnswer SearchGuess SearchHit SearchRequest Settings SettingsChange Shortcut Side SignInBegin SignInPaste
        SignInRoad SignInRoads SignInView SyncAnswer SyncItem SyncItems SyncPause SyncReport SyncState SyncStatus SyncVanished
        VanishedAnswer VanishedNote VaultStatus WireError
        Backlink BrokenLink LinkMake LinkReport LinkSearch LinkState LinkedFrom LinkedFromChange NoteLink NoteLinks NoteMentions
        KeptSearch KeptSearches NotionPage NotionPages NotionSearch SearchForget SearchKeep
        Enhancement EnhanceAccept Proposed ProposedLink ProposedReason ProposedText
        AskAnswer AskPassage AskQuote AskRequest AssistChange AssistNote AssistPart AssistPreview AssistReach AssistSent AssistServer
        AssistServers AssistSettings AssistStop AssistStyle
        NoteName NoteNames NoteAppend NoteDaily NoteFromTemplate NoteLoss NoteLosses NoteSet TrashEmptied HomeAct HomeReport HomeState HomeWay
    );
    out.push_str("/** Every command a window may call: what it takes and what it answers. */\n");
    out.push_str("export interface Commands {\n");
    for command in COMMANDS {
        let _ = writeln!(
            out,
            "  {}: {{ request: {}; answer: {} }};",
            command.name, command.request, command.answer
        );
    }
    out.push_str("}\n");
    out
}

fn permissions() -> String {
    let mut out = String::from(
        "# Made from the command table of `octavo-contract` by its test `generated`. Do not edit.\n",
    );
    for window in WINDOWS {
        let _ = write!(
            out,
            "\n[[set]]\nidentifier = \"{window}-window\"\ndescription = \"What the window `{window}` \
             may call\"\npermissions = [\n"
        );
        for command in COMMANDS
            .iter()
            .filter(|command| command.windows.contains(window))
        {
            let _ = writeln!(out, "  \"allow-{}\",", command.name.replace('_', "-"));
        }
        out.push_str("]\n");
    }
    out
}

fn agrees(path: &str, wanted: &str) {
    let path = root().join(path);
    if std::env::var_os("OCTAVO_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is not what the crate says; run `OCTAVO_BLESS=1 cargo test -p octavo-contract`",
        path.display()
    );
}

#[test]
fn typescript_is_current() {
    agrees("ui/src/lib/contract/generated.ts", &typescript());
}

#[test]
fn permission_sets_are_current() {
    agrees("src-tauri/permissions/windows.toml", &permissions());
}

#[test]
fn every_command_belongs_to_a_known_window() {
    for command in COMMANDS {
        assert!(
            !command.windows.is_empty(),
            "{} has no window",
            command.name
        );
        for window in command.windows {
            assert!(WINDOWS.contains(window), "{} names {window}", command.name);
        }
    }
}
