//! The one table of commands a window may call.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request that says nothing, or an answer that only says "done".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// Every window of the app by its label.
pub const WINDOWS: &[&str] = &["main", "capture"];

/// One row of the command table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandSpec {
    /// The name a window calls, `snake_case`.
    pub name: &'static str,
    /// The type of its `request` argument.
    pub request: &'static str,
    /// The type of its answer.
    pub answer: &'static str,
    /// The labels of the windows that may call it.
    pub windows: &'static [&'static str],
}

/// Hands the whole command table to the macro named in the brackets, as rows of the form
/// `name: Request => Answer in [window, …];`.
///
/// The shell makes its handler list from it, this crate [`COMMANDS`].
#[macro_export]
macro_rules! command_table {
    ($with:ident) => {
        $with! {
            app_state: Empty => AppState in [main];
            account_add_token: AccountAddToken => AccountView in [main];
            account_add_local: AccountAddLocal => AccountView in [main];
            account_reconnect: AccountReconnect => AccountView in [main];
            account_switch: AccountRef => AppState in [main];
            account_parent_pages: AccountRef => ParentPages in [main];
            account_choose_parent: AccountChooseParent => AccountView in [main];
            account_palette: Empty => Palette in [main];
            account_change: AccountChange => AccountView in [main];
            account_order: AccountOrder => AppState in [main];
            account_default: AccountDefault => AppState in [main];
            account_check: AccountRef => AccountCheck in [main];
            accounts_check: Empty => AccountChecks in [main];
            homes_ensure: Empty => AccountChecks in [main];
            account_removal: AccountRef => AccountRemoval in [main];
            account_remove: AccountRemove => AccountRemoved in [main];
            sign_in_roads: Empty => SignInRoads in [main];
            sign_in_begin: SignInBegin => SignInView in [main];
            sign_in_paste: SignInPaste => AccountView in [main];
            sign_in_cancel: Empty => Empty in [main];
            connection_set: ConnectionSet => SignInRoads in [main];
            vault_state: Empty => VaultView in [main];
            vault_choose: VaultChoose => VaultView in [main];
            vault_open: VaultOpen => VaultView in [main];
            vault_close: Empty => VaultView in [main];
            audit_log: AuditAsk => AuditLog in [main];
            audit_export: AuditAsk => AuditExported in [main];
            note_list: AccountRef => NoteList in [main];
            note_read: NoteRef => NoteView in [main];
            note_create: NoteCreate => NoteView in [main];
            note_save: NoteSave => SaveOutcome in [main];
            note_losses: NoteRef => NoteLosses in [main];
            note_trash: NoteRef => Empty in [main];
            note_restore: NoteRef => Empty in [main];
            note_flush: NoteRef => Empty in [main];
            note_retry: NoteRef => Empty in [main];
            note_open_in_notion: NoteRef => Empty in [main];
            search: SearchRequest => SearchAnswer in [main];
            search_kept: AccountRef => KeptSearches in [main];
            search_keep: SearchKeep => KeptSearches in [main];
            search_forget: SearchForget => KeptSearches in [main];
            search_notion: NotionSearch => NotionPages in [main];
            enhance: NoteRef => Enhancement in [main];
            enhance_accept: EnhanceAccept => NoteView in [main];
            assist_settings: AccountRef => AssistSettings in [main];
            assist_change: AssistChange => AssistSettings in [main];
            assist_servers: Empty => AssistServers in [main];
            assist_preview: AssistNote => AssistPreview in [main];
            assist_note: AssistNote => Enhancement in [main];
            assist_stop: AssistStop => Empty in [main];
            ask: AskRequest => AskAnswer in [main];
            ask_preview: AskRequest => AssistPreview in [main];
            sync_status: AccountRef => SyncStatus in [main];
            sync_now: AccountRef => SyncReport in [main];
            note_history: NoteRef => NoteHistory in [main];
            note_revision: RevisionRef => RevisionText in [main];
            note_revert: RevisionRef => NoteView in [main];
            conflict_show: NoteRef => ConflictView in [main];
            conflict_settle: ConflictSettle => NoteView in [main];
            sync_pause: SyncPause => AppState in [main];
            sync_items: AccountRef => SyncItems in [main];
            sync_vanished: AccountRef => SyncVanished in [main];
            sync_answer: SyncAnswer => Empty in [main];
            note_links: NoteRef => NoteLinks in [main];
            note_mentions: NoteRef => NoteMentions in [main];
            link_report: AccountRef => LinkReport in [main];
            link_targets: LinkSearch => NoteNames in [main];
            link_make: LinkMake => NoteView in [main];
            linked_from: LinkedFromChange => LinkedFrom in [main];
            note_set: NoteSet => NoteView in [main];
            note_append: NoteAppend => NoteView in [main];
            note_duplicate: NoteRef => NoteView in [main];
            note_move_preview: NoteMove => NoteMovePreview in [main];
            note_move: NoteMove => NoteMoved in [main];
            note_daily: NoteDaily => NoteView in [main];
            note_from_template: NoteFromTemplate => NoteView in [main];
            trash_list: AccountRef => NoteList in [main];
            trash_empty: AccountRef => TrashEmptied in [main];
            home_report: AccountRef => HomeReport in [main];
            home_act: HomeAct => HomeReport in [main];
            capture_state: Empty => CaptureView in [capture];
            capture_draft: CaptureDraft => Empty in [capture];
            capture_save: CaptureDraft => Captured in [capture];
            capture_undo: NoteRef => CaptureView in [main, capture];
            capture_hide: Empty => Empty in [capture];
            capture_open: Empty => Empty in [main];
            settings_read: Empty => Settings in [main];
            settings_change: SettingsChange => Settings in [main];
            notices_take: Empty => Notices in [main];
            sample_open: Empty => Empty in [main];
            token_page_open: Empty => Empty in [main];
            link_open: LinkOpen => Empty in [main];
            html_to_body: PasteHtml => PasteBody in [main];
        }
    };
}

macro_rules! specs {
    ($($name:ident: $request:ident => $answer:ident in [$($window:ident),+];)+) => {
        /// The command table as data, in its order.
        pub const COMMANDS: &[CommandSpec] = &[$(CommandSpec {
            name: stringify!($name),
            request: stringify!($request),
            answer: stringify!($answer),
            windows: &[$(stringify!($window)),+],
        }),+];
    };
}
command_table!(specs);
