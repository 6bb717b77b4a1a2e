// Made from the crate `octavo-contract` by its test `generated`. Do not edit.

/**
 * What becomes of an account's access to Notion when it is removed.
 */
export type AccessEnd = "none" | "revoked" | "revoked_later" | "by_hand";

/**
 * Adds an account without Notion.
 */
export type AccountAddLocal = { 
/**
 * The account's name; "On this computer" when absent or blank.
 */
name: string | null, };

/**
 * Adds an account by a pasted token. The token travels inwards only.
 */
export type AccountAddToken = { 
/**
 * A personal access token, or the token of an internal connection.
 */
token: string, 
/**
 * The account's name; the person's own from Notion when absent.
 */
name: string | null, };

/**
 * Changes what an account looks like. What is absent stays as it is.
 */
export type AccountChange = { 
/**
 * The account.
 */
account: string, 
/**
 * Its new name: a line of 1 to 60 characters.
 */
name: string | null, 
/**
 * Its new colour, one of the [`Palette`].
 */
color: string | null, };

/**
 * Chooses the page under which the home is made.
 */
export type AccountChooseParent = { 
/**
 * The account.
 */
account: string, 
/**
 * The page's id in Notion.
 */
page_id: string, };

/**
 * How an account came to be, which decides what can be done when its sign-in ends.
 */
export type AccountKind = "local" | "personal_token" | "oauth" | "internal_token";

/**
 * Gives an account a new token: it must belong to the same person and workspace.
 */
export type AccountReconnect = { 
/**
 * The account.
 */
account: string, 
/**
 * The new token.
 */
token: string, };

/**
 * Names an account.
 */
export type AccountRef = { 
/**
 * The account.
 */
account: string, };

/**
 * What removing an account would mean.
 */
export type AccountRemoval = { 
/**
 * The account.
 */
account: string, 
/**
 * All its living notes.
 */
notes: number, 
/**
 * Those whose words are on this computer only: unsent, refused, changed in both places, or of an
 * account without Notion. While there are any, the person chooses what becomes of them.
 */
only_here: number, 
/**
 * What becomes of its access to Notion.
 */
access: AccessEnd, };

/**
 * Removes an account from this computer. Its pages in Notion stay as they are.
 */
export type AccountRemove = { 
/**
 * The account.
 */
account: string, 
/**
 * What becomes of its notes.
 */
keep: KeepNotes, };

/**
 * An account was removed.
 */
export type AccountRemoved = { 
/**
 * The account's name.
 */
name: string, 
/**
 * The folder its notes were exported to.
 */
exported_to: string | null, 
/**
 * How many notes moved to another account.
 */
moved: number, 
/**
 * The folder in which its data rests.
 */
rests_in: string, 
/**
 * Until when.
 */
rests_until: number, 
/**
 * What became of its access to Notion.
 */
access: AccessEnd, };

/**
 * What stands between this account and its Notion.
 */
export type AccountStatus = "local" | "connected" | "offline" | "sign_in_again" | "keychain_unavailable" | "needs_parent" | "no_access";

/**
 * One account.
 */
export type AccountView = { 
/**
 * Its id.
 */
id: string, 
/**
 * The name the person gave it, or their own.
 */
name: string, 
/**
 * Two letters for the rail.
 */
monogram: string, 
/**
 * A colour of the palette, `#rrggbb`.
 */
color: string, 
/**
 * How it came to be.
 */
kind: AccountKind, 
/**
 * What stands between it and Notion.
 */
status: AccountStatus, 
/**
 * The Notion workspace's name; absent for a local account.
 */
workspace_name: string | null, 
/**
 * Its home in Notion; absent for a local account.
 */
home: HomeView | null, 
/**
 * How many notes wait to be sent.
 */
waiting: number, };

/**
 * Everything a window needs before its first paint.
 */
export type AppState = { 
/**
 * All accounts in the order of the rail.
 */
accounts: Array<AccountView>, 
/**
 * The account on screen; absent only when there are no accounts.
 */
current: string | null, 
/**
 * Where tokens are kept, and whether that place answers.
 */
vault: VaultStatus, 
/**
 * Octavo's own version.
 */
version: string, 
/**
 * The folder that holds all of Octavo's data.
 */
data_dir: string, 
/**
 * This is the sample workspace, not the user's Notion.
 */
sample: boolean, 
/**
 * The person paused the exchange with Notion: everything is kept here until they resume it.
 */
sync_paused: boolean, };

/**
 * What is being typed in the capture window.
 */
export type CaptureDraft = { 
/**
 * The id of the note that it becomes: saving it twice makes one note.
 */
id: string, 
/**
 * The account it is meant for; absent only while there is none.
 */
account: string | null, 
/**
 * The text, as typed.
 */
text: string, };

/**
 * Everything the capture window shows.
 */
export type CaptureView = { 
/**
 * All accounts in the order of the rail.
 */
accounts: Array<AccountView>, 
/**
 * What was typed and not saved yet. A new one is empty, with a fresh id and the account that was
 * chosen last.
 */
draft: CaptureDraft, 
/**
 * The last captured note, while it can be called back.
 */
undo: Captured | null, 
/**
 * This is the sample workspace, not the user's Notion.
 */
sample: boolean, };

/**
 * A note that was captured and can still be called back.
 */
export type Captured = { 
/**
 * Its account.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Until then it can be called back, and is not sent.
 */
until: number, };

/**
 * Keeps a connection that the person made in Notion. The secret travels inwards only.
 */
export type ConnectionSet = { 
/**
 * The connection's id.
 */
client_id: string, 
/**
 * Its secret.
 */
client_secret: string, };

/**
 * A request that says nothing, or an answer that only says "done".
 */
export type Empty = Record<symbol, never>;

/**
 * What went wrong, for a machine. A code exists only if someone acts on it.
 */
export type ErrorCode = "token_refused" | "token_malformed" | "sign_in_failed" | "token_of_another" | "account_exists" | "offline" | "rate_limited" | "keychain_locked" | "keychain_absent" | "keychain_silent" | "data_read_only" | "disk_full" | "database_corrupt" | "database_newer" | "no_such_account" | "no_such_note" | "needs_parent" | "no_access" | "refused" | "not_in_notion" | "too_late" | "only_here" | "shortcut_refused" | "bad_request" | "internal";

/**
 * Something changed. Sent to every window under the name `octavo`.
 */
export type Event = { "kind": "accounts_changed", } | { "kind": "note_changed", 
/**
 * Its account.
 */
account: string, 
/**
 * What changed about it.
 */
change: NoteChange, } | { "kind": "notes_changed", 
/**
 * Their account.
 */
account: string, } | { "kind": "sync_changed", 
/**
 * How it stands now.
 */
status: SyncStatus, } | { "kind": "sign_in_ended", 
/**
 * The account that is signed in now.
 */
account: string | null, 
/**
 * Why nobody is.
 */
error: WireError | null, } | { "kind": "captured", 
/**
 * The note.
 */
captured: Captured, } | { "kind": "capture_opened", } | { "kind": "open_note", 
/**
 * Its account.
 */
account: string, 
/**
 * The note.
 */
note: string, } | { "kind": "settings_changed", } | { "kind": "notices_changed", };

/**
 * The account's home in Notion.
 */
export type HomeView = { 
/**
 * Title of the root page ("Personal Assistant" unless the person renamed it).
 */
title: string, 
/**
 * Whether root and contents page exist and are known.
 */
ready: boolean, };

/**
 * What becomes of the notes whose words are on this computer only.
 */
export type KeepNotes = { "how": "nothing", } | { "how": "send_first", } | { "how": "move", 
/**
 * That account.
 */
to: string, } | { "how": "export", };

/**
 * What changed about a note.
 */
export type NoteChange = { "what": "updated", 
/**
 * Its row in the contents list.
 */
summary: NoteSummary, 
/**
 * Its version.
 */
version: number, } | { "what": "removed", 
/**
 * The note.
 */
id: string, };

/**
 * Makes a note.
 */
export type NoteCreate = { 
/**
 * The account it will belong to.
 */
account: string, 
/**
 * Its title; may be empty.
 */
title: string, 
/**
 * Its body; may be empty.
 */
body: string, 
/**
 * Its type.
 */
note_type: string | null, 
/**
 * Its tags, with or without `#`.
 */
tags: Array<string>, };

/**
 * What is kept of a note, the newest first. What the note is now is not among it.
 */
export type NoteHistory = { 
/**
 * The account.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The versions.
 */
versions: Array<RevisionView>, 
/**
 * Titles that were given in Notion while another was given here, which took their place.
 */
titles: Array<OverruledTitle>, };

/**
 * All living notes of one account, the last edited first.
 */
export type NoteList = { 
/**
 * The account they belong to.
 */
account: string, 
/**
 * The notes.
 */
notes: Array<NoteSummary>, };

/**
 * Names a note.
 */
export type NoteRef = { 
/**
 * The account it belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, };

/**
 * Keeps what was typed.
 */
export type NoteSave = { 
/**
 * The account it belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The version the typing began from.
 */
base_version: number, 
/**
 * The title as it is now.
 */
title: string, 
/**
 * The body as it is now.
 */
body: string, };

/**
 * A row of the contents list.
 */
export type NoteSummary = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its title, empty when it has none.
 */
title: string, 
/**
 * The beginning of its text without marks, at most 120 characters.
 */
excerpt: string, 
/**
 * Its type ("Idea", "Meeting", …), if it has one.
 */
note_type: string | null, 
/**
 * Its tags without `#`.
 */
tags: Array<string>, 
/**
 * Pinned to the top.
 */
pinned: boolean, 
/**
 * When a person last changed it.
 */
edited: number, } & ({ "state": "local" } | { "state": "queued" } | { "state": "sending" } | { "state": "synced", 
/**
 * When Notion last confirmed it.
 */
at: number, } | { "state": "conflict" } | { "state": "blocked", 
/**
 * Why, in words.
 */
reason: string, });

/**
 * One note, whole.
 */
export type NoteView = { 
/**
 * The account it belongs to.
 */
account: string, 
/**
 * Its id.
 */
id: string, 
/**
 * Its title, empty when it has none.
 */
title: string, 
/**
 * Its body in Octavo's Markdown.
 */
body: string, 
/**
 * Grows by one with every change of title or body, from either side. A save names the version
 * it began from.
 */
version: number, 
/**
 * Its type, if it has one.
 */
note_type: string | null, 
/**
 * Its tags without `#`.
 */
tags: Array<string>, 
/**
 * Pinned to the top.
 */
pinned: boolean, 
/**
 * When it was made.
 */
created: number, 
/**
 * When a person last changed it.
 */
edited: number, 
/**
 * In the trash.
 */
trashed: boolean, 
/**
 * Its page in Notion, once there is one.
 */
page_id: string | null, } & ({ "state": "local" } | { "state": "queued" } | { "state": "sending" } | { "state": "synced", 
/**
 * When Notion last confirmed it.
 */
at: number, } | { "state": "conflict" } | { "state": "blocked", 
/**
 * Why, in words.
 */
reason: string, });

/**
 * Sentences for the person that came up outside of any command, the oldest first.
 */
export type Notices = { 
/**
 * Each is a whole sentence.
 */
notices: Array<string>, };

/**
 * The colours an account may have.
 */
export type Palette = { 
/**
 * Each `#rrggbb`, and at least 4.5 : 1 against white letters.
 */
colors: Array<string>, };

/**
 * One page that can be a parent.
 */
export type ParentPage = { 
/**
 * Its id in Notion.
 */
page_id: string, 
/**
 * Its title, "Untitled" when it has none.
 */
title: string, };

/**
 * Pages under which an account's home may be made, newest first.
 */
export type ParentPages = { 
/**
 * The pages shared with the connection, as far as search sees them.
 */
pages: Array<ParentPage>, };

/**
 * A run of words in a difference.
 */
export type Piece = { 
/**
 * Where it is.
 */
side: Side, 
/**
 * The words, with the white space between them.
 */
text: string, };

/**
 * A title that was given in Notion and lost its place to one given here.
 */
export type OverruledTitle = { 
/**
 * When it was seen.
 */
at: number, 
/**
 * The title.
 */
title: string, };

/**
 * Why a version was kept.
 */
export type RevisionReason = "pause" | "notion" | "merge" | "moved" | "restore";

/**
 * One version of one note.
 */
export type RevisionRef = { 
/**
 * The account.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The version.
 */
version: number, };

/**
 * A kept version, whole, and what is different in the note now.
 */
export type RevisionText = { 
/**
 * Its body.
 */
body: string, 
/**
 * From this body to the note's present one, in order. All pieces but the new ones make up this
 * body; all but those that are gone make up the present one.
 */
difference: Array<Piece>, 
/**
 * The version of the note it is.
 */
version: number, 
/**
 * When it was kept: the moment something else took its place.
 */
at: number, 
/**
 * Why.
 */
reason: RevisionReason, 
/**
 * Its title.
 */
title: string, 
/**
 * How long its body is, in characters.
 */
characters: number, };

/**
 * One kept version.
 */
export type RevisionView = { 
/**
 * The version of the note it is.
 */
version: number, 
/**
 * When it was kept: the moment something else took its place.
 */
at: number, 
/**
 * Why.
 */
reason: RevisionReason, 
/**
 * Its title.
 */
title: string, 
/**
 * How long its body is, in characters.
 */
characters: number, };

/**
 * What a save came to.
 */
export type SaveOutcome = { 
/**
 * The note as it is kept.
 */
note: NoteView, 
/**
 * The note had changed underneath (in Notion, or in another window) and both changes were
 * brought together: the editor must take over `note`.
 */
merged: boolean, };

/**
 * The settings as they are, and what stands in their way.
 */
export type Settings = { 
/**
 * The keys that open the capture window from everywhere.
 */
shortcut: Shortcut, 
/**
 * The command that does the same, for the desktop's own keyboard settings.
 */
capture_command: string, 
/**
 * For how many seconds a captured note can be called back before it is sent, 0 to 60.
 */
undo_seconds: number, 
/**
 * Octavo starts with the desktop, hidden when there is a tray.
 */
start_at_login: boolean, 
/**
 * Why that cannot be set here, in words.
 */
start_at_login_trouble: string | null, 
/**
 * Closing the main window leaves Octavo in the tray.
 */
close_to_tray: boolean, 
/**
 * Why there is no tray, in words; absent when there is one.
 */
tray_trouble: string | null, };

/**
 * Changes settings. What is absent stays as it is.
 */
export type SettingsChange = { 
/**
 * The new keys, empty to turn the shortcut off. Keys that cannot be had are refused, and the old
 * ones stay.
 */
shortcut?: string, 
/**
 * The new time to call a captured note back.
 */
undo_seconds?: number, 
/**
 * Start with the desktop or not.
 */
start_at_login?: boolean, 
/**
 * Stay in the tray when the main window is closed or not.
 */
close_to_tray?: boolean, };

/**
 * The keys that open the capture window.
 */
export type Shortcut = { 
/**
 * As a person reads them ("Ctrl+Shift+Space"); absent when it is turned off.
 */
keys: string | null, 
/**
 * Why they do nothing, in words, and what to do instead; absent when they work.
 */
trouble: string | null, };

/**
 * Where a piece of a difference is.
 */
export type Side = "both" | "gone" | "new";

/**
 * Begins a sign-in; one that was waiting is over.
 */
export type SignInBegin = { 
/**
 * Whose connection it goes through.
 */
road: SignInRoad, 
/**
 * The account that is to be signed in again; absent for a new one.
 */
reconnect: string | null, };

/**
 * Hands over the address with which the browser came back. It carries a code, so it travels inwards
 * only.
 */
export type SignInPaste = { 
/**
 * The address, as the person copied it.
 */
address: string, };

/**
 * Whose connection a sign-in goes through.
 */
export type SignInRoad = "broker" | "own_connection";

/**
 * The roads by which this Octavo can sign in.
 */
export type SignInRoads = { 
/**
 * Whether a broker is known.
 */
broker: boolean, 
/**
 * The id of the person's own connection, if they gave one and the vault gives it out.
 */
own_connection: string | null, 
/**
 * The addresses a connection of one's own must list as its redirects.
 */
redirects: Array<string>, };

/**
 * A sign-in that waits for the browser.
 */
export type SignInView = { 
/**
 * The short code that the browser's page shows too; absent when that page is on this computer.
 */
words: string | null, 
/**
 * When the wait ends.
 */
until: number, 
/**
 * Whether a browser was started.
 */
browser_opened: boolean, 
/**
 * The address to open by hand when none was.
 */
address: string, };

/**
 * Answers what is to become of the notes of [`SyncVanished`].
 */
export type SyncAnswer = { 
/**
 * The account.
 */
account: string, 
/**
 * The answer.
 */
answer: VanishedAnswer, };

/**
 * One thing that is not in Notion as it is here.
 */
export type SyncItem = { 
/**
 * The note; absent for the Table of Contents.
 */
note: string | null, 
/**
 * The note's title, empty when it has none.
 */
title: string, 
/**
 * Why it is not in Notion yet, in words, where there is more to say than its state does. (What
 * Notion refused has its `reason` in its state.)
 */
why: string | null, 
/**
 * When its turn comes; absent when that is now, or when it waits for the person.
 */
until: number | null, 
/**
 * How often it was tried in vain.
 */
attempts: number, } & ({ "state": "local" } | { "state": "queued" } | { "state": "sending" } | { "state": "synced", 
/**
 * When Notion last confirmed it.
 */
at: number, } | { "state": "conflict" } | { "state": "blocked", 
/**
 * Why, in words.
 */
reason: string, });

/**
 * Everything of an account that is not in Notion as it is here, the first to go first; after it what
 * waits for the person.
 */
export type SyncItems = { 
/**
 * The account.
 */
account: string, 
/**
 * The items.
 */
items: Array<SyncItem>, };

/**
 * Pauses the exchange with Notion, or resumes it. Kept over restarts.
 */
export type SyncPause = { 
/**
 * This account only; all of them when absent.
 */
account?: string, 
/**
 * Pause, or resume.
 */
paused: boolean, };

/**
 * What one round of sync did.
 */
export type SyncReport = { 
/**
 * Notes that reached Notion.
 */
pushed: number, 
/**
 * Notes that were taken over from Notion.
 */
pulled: number, 
/**
 * Notes changed in both places.
 */
conflicts: number, 
/**
 * Notes that Notion refuses.
 */
blocked: number, 
/**
 * Requests made.
 */
requests: number, };

/**
 * Where a note stands between this computer and Notion.
 */
export type SyncState = { "state": "local" } | { "state": "queued" } | { "state": "sending" } | { "state": "synced", 
/**
 * When Notion last confirmed it.
 */
at: number, } | { "state": "conflict" } | { "state": "blocked", 
/**
 * Why, in words.
 */
reason: string, };

/**
 * How an account's exchange with Notion stands.
 */
export type SyncStatus = { 
/**
 * The account.
 */
account: string, 
/**
 * What stands between it and Notion.
 */
status: AccountStatus, 
/**
 * How many notes wait to be sent.
 */
waiting: number, 
/**
 * How many notes Notion refused.
 */
blocked: number, 
/**
 * How many notes changed in both places.
 */
conflicts: number, 
/**
 * Something is being sent or read right now.
 */
busy: boolean, 
/**
 * Waiting until then because Notion asked for it, or because it could not be reached.
 */
paused_until: number | null, 
/**
 * The last time everything that was to be sent and read had been.
 */
last_complete: number | null, 
/**
 * Whether the Table of Contents in Notion shows all notes as they are here.
 */
contents_current: boolean, 
/**
 * The person paused this account's exchange, or that of all accounts.
 */
held: boolean, 
/**
 * How many notes vanished from Notion at once, about which an answer is waited for: see
 * `sync_vanished`.
 */
vanished: number, };

/**
 * Notes whose pages vanished from Notion at once: so many that nothing is done before an answer.
 */
export type SyncVanished = { 
/**
 * The account.
 */
account: string, 
/**
 * When that was seen first; absent when nothing is asked.
 */
since: number | null, 
/**
 * What was answered, while it is being carried out.
 */
answer: VanishedAnswer | null, 
/**
 * The notes.
 */
notes: Array<VanishedNote>, };

/**
 * What is to become of notes whose pages vanished.
 */
export type VanishedAnswer = "keep" | "trash";

/**
 * A note whose page vanished.
 */
export type VanishedNote = { 
/**
 * The note.
 */
note: string, 
/**
 * Its title, empty when it has none.
 */
title: string, };

/**
 * What keeps the tokens, and how it is.
 */
export type VaultStatus = "ready" | "locked" | "absent" | "this_run_only";

/**
 * An error as a window gets it.
 */
export type WireError = { 
/**
 * What went wrong.
 */
code: ErrorCode, 
/**
 * A whole sentence in the user's words: what happened, that the notes are safe, what to do.
 */
message: string, 
/**
 * When trying again makes sense, in milliseconds from now.
 */
retry_after_ms: number | null, 
/**
 * Finds the matching lines in the log.
 */
correlation: string, };

/** Every command a window may call: what it takes and what it answers. */
export interface Commands {
  app_state: { request: Empty; answer: AppState };
  account_add_token: { request: AccountAddToken; answer: AccountView };
  account_add_local: { request: AccountAddLocal; answer: AccountView };
  account_reconnect: { request: AccountReconnect; answer: AccountView };
  account_switch: { request: AccountRef; answer: AppState };
  account_parent_pages: { request: AccountRef; answer: ParentPages };
  account_choose_parent: { request: AccountChooseParent; answer: AccountView };
  account_palette: { request: Empty; answer: Palette };
  account_change: { request: AccountChange; answer: AccountView };
  account_removal: { request: AccountRef; answer: AccountRemoval };
  account_remove: { request: AccountRemove; answer: AccountRemoved };
  sign_in_roads: { request: Empty; answer: SignInRoads };
  sign_in_begin: { request: SignInBegin; answer: SignInView };
  sign_in_paste: { request: SignInPaste; answer: AccountView };
  sign_in_cancel: { request: Empty; answer: Empty };
  connection_set: { request: ConnectionSet; answer: SignInRoads };
  note_list: { request: AccountRef; answer: NoteList };
  note_read: { request: NoteRef; answer: NoteView };
  note_create: { request: NoteCreate; answer: NoteView };
  note_save: { request: NoteSave; answer: SaveOutcome };
  note_trash: { request: NoteRef; answer: Empty };
  note_restore: { request: NoteRef; answer: Empty };
  note_flush: { request: NoteRef; answer: Empty };
  note_retry: { request: NoteRef; answer: Empty };
  note_open_in_notion: { request: NoteRef; answer: Empty };
  sync_status: { request: AccountRef; answer: SyncStatus };
  sync_now: { request: AccountRef; answer: SyncReport };
  note_history: { request: NoteRef; answer: NoteHistory };
  note_revision: { request: RevisionRef; answer: RevisionText };
  note_revert: { request: RevisionRef; answer: NoteView };
  sync_pause: { request: SyncPause; answer: AppState };
  sync_items: { request: AccountRef; answer: SyncItems };
  sync_vanished: { request: AccountRef; answer: SyncVanished };
  sync_answer: { request: SyncAnswer; answer: Empty };
  capture_state: { request: Empty; answer: CaptureView };
  capture_draft: { request: CaptureDraft; answer: Empty };
  capture_save: { request: CaptureDraft; answer: Captured };
  capture_undo: { request: NoteRef; answer: CaptureView };
  capture_hide: { request: Empty; answer: Empty };
  capture_open: { request: Empty; answer: Empty };
  settings_read: { request: Empty; answer: Settings };
  settings_change: { request: SettingsChange; answer: Settings };
  notices_take: { request: Empty; answer: Notices };
  sample_open: { request: Empty; answer: Empty };
  token_page_open: { request: Empty; answer: Empty };
}
