// Made from the crate `octavo-contract` by its test `generated`. Do not edit.

/**
 * Chooses the account that new notes go to unless another is named.
 */
export type AccountDefault = { 
/**
 * That account; absent for the one that was used last.
 */
account: string | null, };

/**
 * Puts the accounts into another order.
 */
export type AccountOrder = { 
/**
 * Accounts in their new order. Those that are not named follow, in the order they had.
 */
accounts: Array<string>, };

/**
 * Chooses among the lines of the security log. What is absent leaves out nothing.
 */
export type AuditAsk = { 
/**
 * Only of this account: its id, also of one that is gone, or its name.
 */
account?: string, 
/**
 * Only about this.
 */
event?: string, 
/**
 * Only from then on.
 */
since?: number, 
/**
 * Only before then.
 */
until?: number, };

/**
 * One line of the security log.
 */
export type AuditEntry = { 
/**
 * When.
 */
at: number, 
/**
 * To which account; absent where none was there yet. It may be gone by now.
 */
account: string | null, 
/**
 * The account's name, as long as it is here.
 */
name: string | null, 
/**
 * What it was about: `account`, `token`, `callback`, `exchange`, `vault`.
 */
event: string, 
/**
 * What came of it, in words. Never a secret.
 */
outcome: string, 
/**
 * The id that Notion gave the request, to quote in a report; or, beginning with `octavo-`, the one
 * under which the line stands in the log of this computer.
 */
request: string | null, };

/**
 * Lines of the security log were written into a file.
 */
export type AuditExported = { 
/**
 * The file: a JSON document per line.
 */
file: string, 
/**
 * How many lines it has.
 */
entries: number, };

/**
 * The security log, the oldest line first.
 */
export type AuditLog = { 
/**
 * The lines.
 */
entries: Array<AuditEntry>, };

/**
 * Chooses where tokens are kept. What is in the old place moves along, and can move back.
 */
export type VaultChoose = { 
/**
 * The new place.
 */
store: VaultStore, 
/**
 * The passphrase for a sealed one. It travels inwards only.
 */
passphrase: string | null, 
/**
 * Goes on even if the old place does not answer: what is in it stays there, and its accounts are
 * signed in again.
 */
leave_behind: boolean, };

/**
 * What is kept of one account, or of none. Never the secret itself.
 */
export type VaultItem = { 
/**
 * The account, if it is about one that is here.
 */
account: string | null, 
/**
 * What it is, in words.
 */
what: string, };

/**
 * Opens a sealed vault. The passphrase travels inwards only.
 */
export type VaultOpen = { 
/**
 * The passphrase.
 */
passphrase: string, };

/**
 * A place for tokens.
 */
export type VaultStore = "keychain" | "sealed" | "this_run";

/**
 * Where tokens are kept, and what is there.
 */
export type VaultView = { 
/**
 * The place that was chosen.
 */
store: VaultStore, 
/**
 * How it is. A sealed one that waits for its passphrase is `locked`.
 */
status: VaultStatus, 
/**
 * What it holds; empty while it does not answer.
 */
holds: Array<VaultItem>, };

/**
 * What a look at one account told.
 */
export type AccountCheck = { 
/**
 * The account.
 */
account: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How it stands.
 */
standing: Standing, 
/**
 * The same as a sentence: what is, and what can be done.
 */
words: string, 
/**
 * When that was seen.
 */
at: number, };

/**
 * What a look at all accounts told, in the order of the rail.
 */
export type AccountChecks = { 
/**
 * One per account.
 */
accounts: Array<AccountCheck>, };

/**
 * How an account's connection stands, as a look at Notion told.
 */
export type Standing = "local" | "connected" | "offline" | "sign_in_again" | "no_access" | "restricted" | "keychain_unavailable" | "needs_parent";

/**
 * A note that arrived.
 */
export type ArrivedNote = { 
/**
 * The note it was.
 */
note: string, 
/**
 * The note it is, in the other account.
 */
became: string, };

/**
 * A note on its way to another account. Until it has arrived it is here too.
 */
export type MovingNote = { 
/**
 * The note.
 */
note: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The account it goes to.
 */
to: string, 
/**
 * The note it becomes there.
 */
becomes: string, 
/**
 * What it waits for, in words.
 */
waits_for: string, };

/**
 * Moves notes to another account: each is made there, confirmed by Notion where that account has one,
 * and only then put into the trash here.
 */
export type NoteMove = { 
/**
 * The account they belong to.
 */
account: string, 
/**
 * The notes.
 */
notes: Array<string>, 
/**
 * The account they go to.
 */
to: string, };

/**
 * What moving notes would mean.
 */
export type NoteMovePreview = { 
/**
 * How many can go.
 */
movable: number, 
/**
 * How many links to pages become plain addresses, because the other account may not see those
 * pages. Links among the notes that go together stay links.
 */
plain_links: number, 
/**
 * Those that stay, and why.
 */
staying: Array<NoteStays>, };

/**
 * What a move came to so far.
 */
export type NoteMoved = { 
/**
 * Those that arrived: here they are in the trash.
 */
arrived: Array<ArrivedNote>, 
/**
 * Those that are on their way: they go on by themselves.
 */
going: Array<MovingNote>, 
/**
 * Those that stay, and why.
 */
staying: Array<NoteStays>, };

/**
 * A note that cannot go.
 */
export type NoteStays = { 
/**
 * The note.
 */
note: string, 
/**
 * Its title.
 */
title: string, 
/**
 * Why, in words.
 */
reason: string, };

/**
 * The notes of an account that are on their way to others.
 */
export type NotesMoving = { 
/**
 * The account they leave.
 */
account: string, 
/**
 * The notes, those first that were asked for first.
 */
notes: Array<MovingNote>, };

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
access: AccessEnd, 
/**
 * What is still to come, as a sentence for the person.
 */
remark?: string, };

/**
 * What stands between this account and its Notion.
 */
export type AccountStatus = "local" | "connected" | "offline" | "sign_in_again" | "keychain_unavailable" | "needs_parent" | "no_access" | "restricted";

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
 * The account that captures go to unless another is named; absent for the one used last.
 */
default_account?: string, 
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
note: string, } | { "kind": "settings_changed", } | { "kind": "assist_heard", 
/**
 * The request's name.
 */
request: string, 
/**
 * What it wrote since the last time.
 */
text: string, } | { "kind": "notices_changed", };

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
 * Opens an address that stands in a note, in the system's browser or mail program.
 */
export type LinkOpen = { 
/**
 * The address: of the web (`http`, `https`) or of a mailbox (`mailto`). Others are refused.
 */
address: string, };

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
 * One part of a note in its three states; an empty one is not there.
 */
export type ConflictPart = { 
/**
 * Who changed it.
 */
changed: ConflictSide, 
/**
 * What both places last agreed on.
 */
base: string, 
/**
 * What was written here.
 */
mine: string, 
/**
 * What Notion has.
 */
theirs: string, };

/**
 * What the person made of a [`ConflictView`].
 */
export type ConflictSettle = { 
/**
 * The account.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The version that was looked at.
 */
base_version: number, 
/**
 * The title.
 */
title: string, 
/**
 * The whole text.
 */
body: string, };

/**
 * Who changed a part of a note.
 */
export type ConflictSide = "nobody" | "here" | "notion" | "both";

/**
 * What a note was when both places last agreed, what it is here, and what Notion has.
 */
export type ConflictView = { 
/**
 * The account.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The version of the note that is looked at; settling names it.
 */
version: number, 
/**
 * Its title.
 */
title: ConflictPart, 
/**
 * Its text, part by part and in order. Parts are whole blocks, with an empty line between them.
 */
parts: Array<ConflictPart>, };

/**
 * A range in a text, in UTF-16 units, as JavaScript counts.
 */
export type Mark = { 
/**
 * Where it begins.
 */
start: number, 
/**
 * Where it is over.
 */
end: number, };

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
 * Formatted text from a clipboard as text of a note.
 */
export type PasteBody = { 
/**
 * The same in Octavo's Markdown, with its structure.
 */
body: string, };

/**
 * Asks for formatted text from a clipboard as text of a note.
 */
export type PasteHtml = { 
/**
 * The HTML, as the program it was copied from made it.
 */
html: string, };

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
export type RevisionReason = "pause" | "notion" | "merge" | "moved" | "restore" | "enhanced" | "imported" | "theirs";

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
 * What a search found.
 */
export type SearchAnswer = { 
/**
 * The notes, the best first.
 */
hits: Array<SearchHit>, 
/**
 * There are more than were asked for.
 */
more: boolean, 
/**
 * Words that were looked for in place of what was typed, which may hold a slip.
 */
guesses: Array<SearchGuess>, 
/**
 * As many notes are not in the index yet; it is being made.
 */
not_indexed: number, 
/**
 * A newer search was asked for meanwhile; this one was given up.
 */
outdated: boolean, };

/**
 * What a word may have meant.
 */
export type SearchGuess = { 
/**
 * The word that was typed, as it is compared.
 */
typed: string, 
/**
 * The words that were looked for beside it.
 */
meant: Array<string>, };

/**
 * A found note.
 */
export type SearchHit = { 
/**
 * The account it belongs to.
 */
account: string, 
/**
 * The note.
 */
note: NoteSummary, 
/**
 * What of its title was found.
 */
title_marks: Array<Mark>, 
/**
 * The stretch of its text that shows why it was found, in one line without Markdown's signs.
 */
snippet: string, 
/**
 * What of the snippet was found.
 */
snippet_marks: Array<Mark>, };

/**
 * What to look for.
 */
export type SearchRequest = { 
/**
 * The account to look in; all of them, when none is given.
 */
account: string | null, 
/**
 * What was typed.
 */
query: string, 
/**
 * At most so many notes.
 */
limit: number, };

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

/**
 * A note that links to another one, or names it.
 */
export type Backlink = { 
/**
 * The note.
 */
from: NoteName, 
/**
 * Its sentences that do so.
 */
sentences: Array<string>, };

/**
 * A link that leads nowhere, and the note it stands in.
 */
export type BrokenLink = { 
/**
 * The note it stands in.
 */
from: NoteName, 
/**
 * The link.
 */
link: NoteLink, };

/**
 * Says which note a `[[Title]]` means, or makes links of the places where a note is named.
 */
export type LinkMake = { 
/**
 * The account.
 */
account: string, 
/**
 * The note in which the link stands.
 */
note: string, 
/**
 * The title between the brackets; without one, the first place where the target's title stands
 * in the text becomes a link.
 */
name: string | null, 
/**
 * The note it leads to.
 */
target: string, };

/**
 * What an account's links leave to be done.
 */
export type LinkReport = { 
/**
 * The account.
 */
account: string, 
/**
 * Links that lead nowhere; at most 1,000.
 */
broken: Array<BrokenLink>, 
/**
 * Notes without a link to or from another note.
 */
orphans: Array<NoteName>, };

/**
 * Looks for notes to link to.
 */
export type LinkSearch = { 
/**
 * The account.
 */
account: string, 
/**
 * What was typed behind `[[`.
 */
text: string, };

/**
 * Where a link leads.
 */
export type LinkState = "note" | "trashed" | "gone" | "unknown" | "ambiguous" | "outside";

/**
 * Whether pages in Notion get a "Linked from" section.
 */
export type LinkedFrom = { 
/**
 * They do.
 */
on: boolean, };

/**
 * Switches the "Linked from" sections of an account's pages, or asks whether they are on.
 */
export type LinkedFromChange = { 
/**
 * The account.
 */
account: string, 
/**
 * On, or off: then they go from Notion too. Nothing changes when absent.
 */
on: boolean | null, };

/**
 * One link in a note.
 */
export type NoteLink = { 
/**
 * What it reads as.
 */
text: string, 
/**
 * The sentence around it.
 */
sentence: string, 
/**
 * Where it leads.
 */
state: LinkState, 
/**
 * The note it leads to, with its title of today.
 */
target: NoteName | null, 
/**
 * The page it leads to, in Notion's window.
 */
address: string | null, 
/**
 * The notes it may mean, when several have that title.
 */
candidates: Array<NoteName>, };

/**
 * What a note links to, and what links to it.
 */
export type NoteLinks = { 
/**
 * The note.
 */
note: string, 
/**
 * Its links in the order of its text.
 */
outgoing: Array<NoteLink>, 
/**
 * The notes that link to it, the last edited first.
 */
backlinks: Array<Backlink>, };

/**
 * The notes that have a note's title in their text without linking to it.
 */
export type NoteMentions = { 
/**
 * The note.
 */
note: string, 
/**
 * The notes that name it, the last edited first; at most 200.
 */
mentions: Array<Backlink>, };

/**
 * A search that can be used again.
 */
export type KeptSearch = { 
/**
 * What was typed.
 */
query: string, 
/**
 * The name it was given.
 */
name: string | null, };

/**
 * Searches of an account that can be used again.
 */
export type KeptSearches = { 
/**
 * Those that were given a name, by their names.
 */
saved: Array<KeptSearch>, 
/**
 * The last ones that led somewhere, the newest first.
 */
recent: Array<KeptSearch>, };

/**
 * A page that is no note here.
 */
export type NotionPage = { 
/**
 * Its id in Notion.
 */
page_id: string, 
/**
 * Its title; empty when it has none.
 */
title: string, 
/**
 * Its address in Notion.
 */
url: string | null, 
/**
 * When it was edited last; 0 when Notion did not say.
 */
edited: number, };

/**
 * Pages of the account's Notion that are no notes here. Notion finds them by their titles only, and
 * late.
 */
export type NotionPages = { 
/**
 * The pages, in Notion's order.
 */
pages: Array<NotionPage>, 
/**
 * There are more than Notion gave at once.
 */
more: boolean, };

/**
 * Asks Notion for pages by their titles.
 */
export type NotionSearch = { 
/**
 * The account.
 */
account: string, 
/**
 * Words of the title.
 */
query: string, };

/**
 * Forgets a search, with its name.
 */
export type SearchForget = { 
/**
 * The account.
 */
account: string, 
/**
 * What was typed.
 */
query: string, };

/**
 * Remembers a search: one that led somewhere among the recent ones, one with a name for good.
 */
export type SearchKeep = { 
/**
 * The account.
 */
account: string, 
/**
 * What was typed.
 */
query: string, 
/**
 * Its name; without one, a name that it has stays.
 */
name: string | null, };

/**
 * What could be made better of a note. Nothing of it is done until the person accepts it.
 */
export type Enhancement = { 
/**
 * The account the note belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The version that was looked at; accepting names it.
 */
version: number, 
/**
 * A title, for a note without one.
 */
title: Proposed | null, 
/**
 * A type, for a note without one.
 */
note_type: Proposed | null, 
/**
 * Tags to add, without `#`, the best first.
 */
tags: Array<Proposed>, 
/**
 * Notes it could be linked with, the best first.
 */
links: Array<ProposedLink>, 
/**
 * A tidier text.
 */
text: ProposedText | null, 
/**
 * What the note says, in short.
 */
summary: string | null, 
/**
 * What is to be done, each as one line.
 */
actions: Array<string>, 
/**
 * What of a model's answer was left out, and why, as sentences.
 */
left_out: Array<string>, 
/**
 * What was sent to a model for it, if anything.
 */
sent: AssistSent | null, };

/**
 * What the person accepts of an [`Enhancement`], as it is or edited.
 */
export type EnhanceAccept = { 
/**
 * The account the note belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * The version that was looked at.
 */
base_version: number, 
/**
 * The new title.
 */
title: string | null, 
/**
 * The new type.
 */
note_type: string | null, 
/**
 * Tags to add, with or without `#`.
 */
tags: Array<string>, 
/**
 * The new body.
 */
body: string | null, 
/**
 * Put in front of the text, as a quotation.
 */
summary: string | null, 
/**
 * Put behind the text, as to-dos.
 */
actions: Array<string>, };

/**
 * A value, and why it is proposed.
 */
export type Proposed = { 
/**
 * What is proposed.
 */
value: string, } & ({ "reason": "first_heading" } | { "reason": "first_words" } | { "reason": "words", 
/**
 * The words.
 */
words: Array<string>, } | { "reason": "todos", 
/**
 * How many.
 */
count: number, } | { "reason": "facts", 
/**
 * How many.
 */
count: number, } | { "reason": "like_notes", 
/**
 * How many.
 */
count: number, } | { "reason": "marks" } | { "reason": "model" });

/**
 * Another note that this one could be linked with.
 */
export type ProposedLink = { 
/**
 * The other note.
 */
note: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The words of this note that name it; none if the notes only read alike.
 */
mention: string | null, };

/**
 * Why something is proposed.
 */
export type ProposedReason = { "reason": "first_heading" } | { "reason": "first_words" } | { "reason": "words", 
/**
 * The words.
 */
words: Array<string>, } | { "reason": "todos", 
/**
 * How many.
 */
count: number, } | { "reason": "facts", 
/**
 * How many.
 */
count: number, } | { "reason": "like_notes", 
/**
 * How many.
 */
count: number, } | { "reason": "marks" } | { "reason": "model" };

/**
 * Another text for the note.
 */
export type ProposedText = { 
/**
 * The whole body as it would be.
 */
body: string, 
/**
 * From the present body to it, in order.
 */
difference: Array<Piece>, 
/**
 * Words of the note that are not in it any more.
 */
dropped: Array<string>, };

/**
 * What was found to a question.
 */
export type AskAnswer = { 
/**
 * The best passages of the account's notes, the best first.
 */
passages: Array<AskPassage>, 
/**
 * What the model says, if one was asked.
 */
answer: string | null, 
/**
 * What of the passages it goes by: only words that really stand there.
 */
quotes: Array<AskQuote>, 
/**
 * What was sent, if anything.
 */
sent: AssistSent | null, };

/**
 * A passage of a note.
 */
export type AskPassage = { 
/**
 * The note.
 */
note: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The passage, in one line without Markdown's signs.
 */
text: string, 
/**
 * What of it was asked for.
 */
marks: Array<Mark>, };

/**
 * Words of a note that an answer goes by.
 */
export type AskQuote = { 
/**
 * The note.
 */
note: string, 
/**
 * The words, as they stand there.
 */
words: string, };

/**
 * Asks a question over an account's notes.
 */
export type AskRequest = { 
/**
 * The account.
 */
account: string, 
/**
 * What is asked.
 */
question: string, 
/**
 * A name of the caller's for this request: events carry it, and it can be stopped by it.
 */
request: string, 
/**
 * Ask the account's model, and not only show the best passages.
 */
with_model: boolean, 
/**
 * The person saw where the passages go and agreed.
 */
agreed: boolean, };

/**
 * Sets what an account's notes may be shown to. The key travels inwards only.
 */
export type AssistChange = { 
/**
 * The account.
 */
account: string, 
/**
 * How far its notes may go.
 */
reach: AssistReach, 
/**
 * How the server is spoken to.
 */
style: AssistStyle | null, 
/**
 * Its address, up to and with `/v1`.
 */
address: string | null, 
/**
 * The model's name there.
 */
model: string | null, 
/**
 * The key, if a new one is given; the one that is kept goes to no other address.
 */
key: string | null, };

/**
 * Asks the account's model about a note.
 */
export type AssistNote = { 
/**
 * The account the note belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * What is to be proposed.
 */
parts: Array<AssistPart>, 
/**
 * A name of the caller's for this request: events carry it, and it can be stopped by it.
 */
request: string, 
/**
 * The person saw where the note goes and agreed.
 */
agreed: boolean, };

/**
 * What a model is to propose.
 */
export type AssistPart = "title" | "type" | "tags" | "text" | "summary" | "actions";

/**
 * Exactly what would be sent, and to whom. Nothing was sent.
 */
export type AssistPreview = { 
/**
 * The host it would go to.
 */
host: string, 
/**
 * The model's name there.
 */
model: string, 
/**
 * It would stay on this computer.
 */
local: boolean, 
/**
 * The person agreed before; otherwise they have to be asked.
 */
agreed: boolean, 
/**
 * What the model is told to do.
 */
system: string, 
/**
 * What it is shown.
 */
text: string, 
/**
 * About how many tokens that is.
 */
tokens: number, };

/**
 * How far an account's notes may go.
 */
export type AssistReach = "off" | "this_computer" | "named";

/**
 * What was sent, to whom, when.
 */
export type AssistSent = { 
/**
 * The host it went to.
 */
host: string, 
/**
 * The model's name there.
 */
model: string, 
/**
 * It stayed on this computer.
 */
local: boolean, 
/**
 * When.
 */
at: number, 
/**
 * How many bytes of notes and instructions.
 */
bytes: number, 
/**
 * Tokens the server counted as asked.
 */
tokens_in: number | null, 
/**
 * Tokens the server counted as answered.
 */
tokens_out: number | null, };

/**
 * A server on this computer.
 */
export type AssistServer = { 
/**
 * What usually listens there.
 */
name: string, 
/**
 * Its address.
 */
address: string, 
/**
 * The models it has.
 */
models: Array<string>, };

/**
 * Servers that answered on this computer.
 */
export type AssistServers = { 
/**
 * The servers.
 */
servers: Array<AssistServer>, };

/**
 * What is set for an account. The key itself never comes out of the keychain.
 */
export type AssistSettings = { 
/**
 * The account.
 */
account: string, 
/**
 * How far its notes may go.
 */
reach: AssistReach, 
/**
 * How the server is spoken to.
 */
style: AssistStyle | null, 
/**
 * Its address.
 */
address: string | null, 
/**
 * The model's name there.
 */
model: string | null, 
/**
 * Whether a key is kept for it.
 */
has_key: boolean, 
/**
 * The person agreed that notes go there; models on this computer need no such word.
 */
agreed: boolean, };

/**
 * Stops a request.
 */
export type AssistStop = { 
/**
 * Its name.
 */
request: string, };

/**
 * How a server is spoken to.
 */
export type AssistStyle = "openai" | "anthropic";

/**
 * A note by its name.
 */
export type NoteName = { 
/**
 * The note.
 */
note: string, 
/**
 * Its title, or the beginning of its text when it has none.
 */
title: string, };

/**
 * Notes by their names.
 */
export type NoteNames = { 
/**
 * The notes.
 */
notes: Array<NoteName>, };

/**
 * Adds a text at the end of a note.
 */
export type NoteAppend = { 
/**
 * The account it belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * What is added, as a block of its own.
 */
text: string, };

/**
 * Asks for the note of a day, which is made if it is not there.
 */
export type NoteDaily = { 
/**
 * The account.
 */
account: string, 
/**
 * The day, `2026-11-23`; today where the person is when absent.
 */
day: string | null, 
/**
 * Added at its end, if given.
 */
text: string | null, };

/**
 * Makes a note after a template: any note of the type "Template".
 */
export type NoteFromTemplate = { 
/**
 * The account.
 */
account: string, 
/**
 * The template.
 */
template: string, 
/**
 * The title of the new note.
 */
title: string, };

/**
 * Something in a note that Notion cannot hold as it is written. It stays as it is on this computer.
 */
export type NoteLoss = { 
/**
 * What is lost or changed, in words.
 */
what: string, 
/**
 * The line of the body where its block begins, counted from 1.
 */
line: number, 
/**
 * The words of the heading above it, if there is one.
 */
heading: string | null, };

/**
 * What Notion cannot hold of a note.
 */
export type NoteLosses = { 
/**
 * The note.
 */
note: string, 
/**
 * In the order of its lines; nothing for nearly all notes, and for those that stay on this computer.
 */
losses: Array<NoteLoss>, };

/**
 * Changes what a note has beside its text. What is absent stays as it is.
 */
export type NoteSet = { 
/**
 * The account it belongs to.
 */
account: string, 
/**
 * The note.
 */
note: string, 
/**
 * Its type; an empty one takes the type away.
 */
note_type: string | null, 
/**
 * All its tags, with or without `#`.
 */
tags: Array<string> | null, 
/**
 * Pinned to the top, on this computer.
 */
pinned: boolean | null, };

/**
 * What emptying the trash came to.
 */
export type TrashEmptied = { 
/**
 * So many notes are gone from this computer.
 */
deleted: number, 
/**
 * So many stay until Notion has them in its trash too.
 */
kept: number, };

/**
 * Goes one of the ways out.
 */
export type HomeAct = { 
/**
 * The account.
 */
account: string, 
/**
 * The way.
 */
way: HomeWay, 
/**
 * The other page, for the way that needs one.
 */
page: string | null, };

/**
 * How an account's home stands, in words, and what can be done.
 */
export type HomeReport = { 
/**
 * The account.
 */
account: string, 
/**
 * How it stands.
 */
state: HomeState, 
/**
 * The same as a sentence.
 */
words: string, 
/**
 * Its title in Notion.
 */
title: string, 
/**
 * It was renamed or moved in Notion since it was made; Octavo follows.
 */
remarks: Array<string>, 
/**
 * Its address in Notion.
 */
address: string | null, 
/**
 * The ways out.
 */
ways: Array<HomeWay>, 
/**
 * Other pages like it.
 */
others: Array<ParentPage>, };

/**
 * How an account's home stands.
 */
export type HomeState = "ready" | "not_made" | "needs_parent" | "trashed" | "no_access" | "contents_gone" | "twice";

/**
 * What can be done about it.
 */
export type HomeWay = "restore" | "new_contents" | "new_home" | "look_again" | "use_other";

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
  account_order: { request: AccountOrder; answer: AppState };
  account_default: { request: AccountDefault; answer: AppState };
  account_check: { request: AccountRef; answer: AccountCheck };
  accounts_check: { request: Empty; answer: AccountChecks };
  homes_ensure: { request: Empty; answer: AccountChecks };
  account_removal: { request: AccountRef; answer: AccountRemoval };
  account_remove: { request: AccountRemove; answer: AccountRemoved };
  sign_in_roads: { request: Empty; answer: SignInRoads };
  sign_in_begin: { request: SignInBegin; answer: SignInView };
  sign_in_paste: { request: SignInPaste; answer: AccountView };
  sign_in_cancel: { request: Empty; answer: Empty };
  connection_set: { request: ConnectionSet; answer: SignInRoads };
  vault_state: { request: Empty; answer: VaultView };
  vault_choose: { request: VaultChoose; answer: VaultView };
  vault_open: { request: VaultOpen; answer: VaultView };
  vault_close: { request: Empty; answer: VaultView };
  audit_log: { request: AuditAsk; answer: AuditLog };
  audit_export: { request: AuditAsk; answer: AuditExported };
  note_list: { request: AccountRef; answer: NoteList };
  note_read: { request: NoteRef; answer: NoteView };
  note_create: { request: NoteCreate; answer: NoteView };
  note_save: { request: NoteSave; answer: SaveOutcome };
  note_losses: { request: NoteRef; answer: NoteLosses };
  note_trash: { request: NoteRef; answer: Empty };
  note_restore: { request: NoteRef; answer: Empty };
  note_flush: { request: NoteRef; answer: Empty };
  note_retry: { request: NoteRef; answer: Empty };
  note_open_in_notion: { request: NoteRef; answer: Empty };
  search: { request: SearchRequest; answer: SearchAnswer };
  search_kept: { request: AccountRef; answer: KeptSearches };
  search_keep: { request: SearchKeep; answer: KeptSearches };
  search_forget: { request: SearchForget; answer: KeptSearches };
  search_notion: { request: NotionSearch; answer: NotionPages };
  enhance: { request: NoteRef; answer: Enhancement };
  enhance_accept: { request: EnhanceAccept; answer: NoteView };
  assist_settings: { request: AccountRef; answer: AssistSettings };
  assist_change: { request: AssistChange; answer: AssistSettings };
  assist_servers: { request: Empty; answer: AssistServers };
  assist_preview: { request: AssistNote; answer: AssistPreview };
  assist_note: { request: AssistNote; answer: Enhancement };
  assist_stop: { request: AssistStop; answer: Empty };
  ask: { request: AskRequest; answer: AskAnswer };
  ask_preview: { request: AskRequest; answer: AssistPreview };
  sync_status: { request: AccountRef; answer: SyncStatus };
  sync_now: { request: AccountRef; answer: SyncReport };
  note_history: { request: NoteRef; answer: NoteHistory };
  note_revision: { request: RevisionRef; answer: RevisionText };
  note_revert: { request: RevisionRef; answer: NoteView };
  conflict_show: { request: NoteRef; answer: ConflictView };
  conflict_settle: { request: ConflictSettle; answer: NoteView };
  sync_pause: { request: SyncPause; answer: AppState };
  sync_items: { request: AccountRef; answer: SyncItems };
  sync_vanished: { request: AccountRef; answer: SyncVanished };
  sync_answer: { request: SyncAnswer; answer: Empty };
  note_links: { request: NoteRef; answer: NoteLinks };
  note_mentions: { request: NoteRef; answer: NoteMentions };
  link_report: { request: AccountRef; answer: LinkReport };
  link_targets: { request: LinkSearch; answer: NoteNames };
  link_make: { request: LinkMake; answer: NoteView };
  linked_from: { request: LinkedFromChange; answer: LinkedFrom };
  note_set: { request: NoteSet; answer: NoteView };
  note_append: { request: NoteAppend; answer: NoteView };
  note_duplicate: { request: NoteRef; answer: NoteView };
  note_move_preview: { request: NoteMove; answer: NoteMovePreview };
  note_move: { request: NoteMove; answer: NoteMoved };
  note_daily: { request: NoteDaily; answer: NoteView };
  note_from_template: { request: NoteFromTemplate; answer: NoteView };
  trash_list: { request: AccountRef; answer: NoteList };
  trash_empty: { request: AccountRef; answer: TrashEmptied };
  home_report: { request: AccountRef; answer: HomeReport };
  home_act: { request: HomeAct; answer: HomeReport };
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
  link_open: { request: LinkOpen; answer: Empty };
  html_to_body: { request: PasteHtml; answer: PasteBody };
}
