//! The commands a window may call: read the request, call the core, carry back answer or error.

use octavo_contract::{
    AccountAddLocal, AccountAddToken, AccountChange, AccountCheck, AccountChecks,
    AccountChooseParent, AccountDefault, AccountOrder, AccountReconnect, AccountRef,
    AccountRemoval, AccountRemove, AccountRemoved, AccountView, AppState, AskAnswer, AskRequest,
    AssistChange, AssistNote, AssistPreview, AssistServers, AssistSettings, AssistStop, AuditAsk,
    AuditExported, AuditLog, CaptureDraft, CaptureView, Captured, ConflictSettle, ConflictView,
    ConnectionSet, Empty, EnhanceAccept, Enhancement, HomeAct, HomeReport, KeptSearches, LinkMake,
    LinkOpen, LinkReport, LinkSearch, LinkedFrom, LinkedFromChange, NoteAppend, NoteCreate,
    NoteDaily, NoteFromTemplate, NoteHistory, NoteLinks, NoteList, NoteLosses, NoteMentions,
    NoteMove, NoteMovePreview, NoteMoved, NoteNames, NoteRef, NoteSave, NoteSet, NoteView, Notices,
    NotionPages, NotionSearch, Palette, ParentPages, PasteBody, PasteHtml, RevisionRef,
    RevisionText, SaveOutcome, SearchAnswer, SearchForget, SearchKeep, SearchRequest, Settings,
    SettingsChange, SignInBegin, SignInPaste, SignInRoads, SignInView, SyncAnswer, SyncItems,
    SyncPause, SyncReport, SyncStatus, SyncVanished, TrashEmptied, VaultChoose, VaultOpen,
    VaultView, WireError, command_table,
};
use octavo_core::{CoreError, Octavo};
use serde::de::DeserializeOwned;
use tauri::{
    Runtime, State,
    ipc::{CommandArg, CommandItem, Invoke, InvokeError},
};
use url::Url;

use crate::{
    app::App,
    desk::Desktop,
    error::ShellError,
    links::{self, TOKEN_PAGE},
    sample, settings,
};

/// The one argument of every command. What cannot be read is refused as an error the window knows.
pub(crate) struct Request<T>(T);

impl<'de, R: Runtime, T: DeserializeOwned> CommandArg<'de, R> for Request<T> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let name = command.name;
        T::deserialize(command)
            .map(Self)
            .map_err(|_| InvokeError::from(ShellError::BadRequest(name).to_wire()))
    }
}

/// Calls the core, which is opened if it is not.
async fn call<A, F>(app: &App, work: impl FnOnce(Octavo) -> F + Send) -> Result<A, WireError>
where
    F: Future<Output = Result<A, CoreError>> + Send,
{
    let _busy = app.busy();
    let core = app.core().await.map_err(|error| error.to_wire())?;
    work(core).await.map_err(|error| error.to_wire())
}

/// Writes the commands that only hand a request to the core's method of the same name.
macro_rules! hand_over {
    ($($name:ident: $request:ty => $answer:ty;)+) => {$(
        #[tauri::command]
        async fn $name(
            app: State<'_, App>,
            request: Request<$request>,
        ) -> Result<$answer, WireError> {
            call(&app, |core| async move { core.$name(request.0).await }).await
        }
    )+};
}

hand_over! {
    app_state: Empty => AppState;
    account_add_token: AccountAddToken => AccountView;
    account_add_local: AccountAddLocal => AccountView;
    account_reconnect: AccountReconnect => AccountView;
    account_parent_pages: AccountRef => ParentPages;
    account_choose_parent: AccountChooseParent => AccountView;
    account_palette: Empty => Palette;
    account_change: AccountChange => AccountView;
    account_order: AccountOrder => AppState;
    account_default: AccountDefault => AppState;
    account_check: AccountRef => AccountCheck;
    accounts_check: Empty => AccountChecks;
    homes_ensure: Empty => AccountChecks;
    account_removal: AccountRef => AccountRemoval;
    vault_state: Empty => VaultView;
    vault_choose: VaultChoose => VaultView;
    vault_open: VaultOpen => VaultView;
    vault_close: Empty => VaultView;
    audit_log: AuditAsk => AuditLog;
    sign_in_roads: Empty => SignInRoads;
    sign_in_paste: SignInPaste => AccountView;
    connection_set: ConnectionSet => SignInRoads;
    note_list: AccountRef => NoteList;
    note_read: NoteRef => NoteView;
    note_create: NoteCreate => NoteView;
    note_save: NoteSave => SaveOutcome;
    note_trash: NoteRef => Empty;
    note_restore: NoteRef => Empty;
    note_flush: NoteRef => Empty;
    note_retry: NoteRef => Empty;
    sync_status: AccountRef => SyncStatus;
    sync_now: AccountRef => SyncReport;
    note_history: NoteRef => NoteHistory;
    note_revision: RevisionRef => RevisionText;
    note_revert: RevisionRef => NoteView;
    conflict_show: NoteRef => ConflictView;
    conflict_settle: ConflictSettle => NoteView;
    sync_pause: SyncPause => AppState;
    sync_items: AccountRef => SyncItems;
    sync_vanished: AccountRef => SyncVanished;
    sync_answer: SyncAnswer => Empty;
    note_links: NoteRef => NoteLinks;
    note_losses: NoteRef => NoteLosses;
    note_mentions: NoteRef => NoteMentions;
    link_report: AccountRef => LinkReport;
    link_targets: LinkSearch => NoteNames;
    link_make: LinkMake => NoteView;
    linked_from: LinkedFromChange => LinkedFrom;
    note_set: NoteSet => NoteView;
    note_append: NoteAppend => NoteView;
    note_duplicate: NoteRef => NoteView;
    note_move_preview: NoteMove => NoteMovePreview;
    note_move: NoteMove => NoteMoved;
    note_daily: NoteDaily => NoteView;
    note_from_template: NoteFromTemplate => NoteView;
    trash_list: AccountRef => NoteList;
    trash_empty: AccountRef => TrashEmptied;
    home_report: AccountRef => HomeReport;
    home_act: HomeAct => HomeReport;
    capture_state: Empty => CaptureView;
    capture_draft: CaptureDraft => Empty;
    capture_undo: NoteRef => CaptureView;
    html_to_body: PasteHtml => PasteBody;
    search_kept: AccountRef => KeptSearches;
    search_keep: SearchKeep => KeptSearches;
    search_forget: SearchForget => KeptSearches;
    search_notion: NotionSearch => NotionPages;
    enhance: NoteRef => Enhancement;
    enhance_accept: EnhanceAccept => NoteView;
    assist_settings: AccountRef => AssistSettings;
    assist_change: AssistChange => AssistSettings;
    assist_servers: Empty => AssistServers;
    assist_preview: AssistNote => AssistPreview;
    assist_note: AssistNote => Enhancement;
    assist_stop: AssistStop => Empty;
    ask: AskRequest => AskAnswer;
    ask_preview: AskRequest => AssistPreview;
}

/// The command table lets this window search, and no other.
const SEARCHING: &str = "main";

/// Only the newest search of the window is worth finishing.
#[tauri::command]
async fn search(
    app: State<'_, App>,
    request: Request<SearchRequest>,
) -> Result<SearchAnswer, WireError> {
    call(&app, |core| async move {
        core.search_as_typed(SEARCHING, request.0).await
    })
    .await
}

#[tauri::command]
async fn account_switch(
    app: State<'_, App>,
    request: Request<AccountRef>,
) -> Result<AppState, WireError> {
    let state = call(
        &app,
        |core| async move { core.account_switch(request.0).await },
    )
    .await?;
    // The tray marks the current account, and the core keeps this to the window that asked.
    if let Ok(desktop) = app.desk.desktop() {
        desktop.tray_changed();
    }
    Ok(state)
}

#[tauri::command]
async fn account_remove(
    app: State<'_, App>,
    request: Request<AccountRemove>,
) -> Result<AccountRemoved, WireError> {
    let documents = app.desk.desktop().ok().and_then(Desktop::documents);
    call(&app, |core| async move {
        core.account_remove(request.0, documents.as_deref()).await
    })
    .await
}

#[tauri::command]
async fn audit_export(
    app: State<'_, App>,
    request: Request<AuditAsk>,
) -> Result<AuditExported, WireError> {
    let documents = app.desk.desktop().ok().and_then(Desktop::documents);
    call(&app, |core| async move {
        core.audit_export(request.0, documents.as_deref()).await
    })
    .await
}

#[tauri::command]
async fn capture_save(
    app: State<'_, App>,
    request: Request<CaptureDraft>,
) -> Result<Captured, WireError> {
    let captured = call(
        &app,
        |core| async move { core.capture_save(request.0).await },
    )
    .await?;
    // It is kept: whatever the window is like, the answer is that.
    if let Ok(desktop) = app.desk.desktop() {
        desktop.hide_capture();
    }
    Ok(captured)
}

#[tauri::command]
async fn capture_hide(app: State<'_, App>, _request: Request<Empty>) -> Result<Empty, WireError> {
    let _busy = app.busy();
    let desktop = app.desk.desktop().map_err(|error| error.to_wire())?;
    desktop.hide_capture();
    Ok(Empty {})
}

#[tauri::command]
async fn capture_open(app: State<'_, App>, _request: Request<Empty>) -> Result<Empty, WireError> {
    let desktop = app.desk.desktop().map_err(|error| error.to_wire())?;
    desktop.show_capture();
    Ok(Empty {})
}

#[tauri::command]
async fn settings_read(
    app: State<'_, App>,
    _request: Request<Empty>,
) -> Result<Settings, WireError> {
    let _busy = app.busy();
    let read = async { settings::read(&app, &app.core().await?).await };
    read.await.map_err(|error| error.to_wire())
}

#[tauri::command]
async fn settings_change(
    app: State<'_, App>,
    request: Request<SettingsChange>,
) -> Result<Settings, WireError> {
    let _busy = app.busy();
    let change = async { settings::change(&app, &app.core().await?, request.0).await };
    change.await.map_err(|error| error.to_wire())
}

#[tauri::command]
async fn notices_take(app: State<'_, App>, _request: Request<Empty>) -> Result<Notices, WireError> {
    // The main window asks for them once it listens.
    app.desk.main_listens();
    Ok(Notices {
        notices: app.desk.take_notices(),
    })
}

#[tauri::command]
async fn sign_in_begin(
    app: State<'_, App>,
    request: Request<SignInBegin>,
) -> Result<SignInView, WireError> {
    let SignInBegin { road, reconnect } = request.0;
    let (core, waiting) = call(&app, |core| async move {
        let waiting = core.sign_in_begin(road, reconnect.as_deref()).await?;
        Ok((core, waiting))
    })
    .await?;
    let view = SignInView {
        words: waiting.words,
        until: waiting.until,
        browser_opened: true,
        address: waiting.address.to_string(),
    };
    match links::open_sign_in(waiting.address, core.signs_in_on_this_computer()).await {
        Ok(()) => Ok(view),
        // The address can be opened by hand, here or in a browser on another machine.
        Err(ShellError::Browser { reason, .. }) => {
            tracing::warn!(%reason, "no browser could be opened for a sign-in");
            Ok(SignInView {
                browser_opened: false,
                ..view
            })
        }
        Err(error) => {
            core.sign_in_cancel();
            Err(error.to_wire())
        }
    }
}

#[tauri::command]
async fn sign_in_cancel(app: State<'_, App>, _request: Request<Empty>) -> Result<Empty, WireError> {
    call(&app, |core| async move {
        core.sign_in_cancel();
        Ok(Empty {})
    })
    .await
}

#[tauri::command]
async fn note_open_in_notion(
    app: State<'_, App>,
    request: Request<NoteRef>,
) -> Result<Empty, WireError> {
    if app.is_sample() {
        return Err(ShellError::SamplePage.to_wire());
    }
    let address = call(
        &app,
        |core| async move { core.note_address(request.0).await },
    )
    .await?;
    open(address).await
}

#[tauri::command]
async fn sample_open(_app: State<'_, App>, _request: Request<Empty>) -> Result<Empty, WireError> {
    tokio::task::spawn_blocking(sample::start_another)
        .await
        .unwrap_or_else(|error| Err(ShellError::Sample(error.to_string())))
        .map(|()| Empty {})
        .map_err(|error| error.to_wire())
}

#[tauri::command]
async fn token_page_open(
    _app: State<'_, App>,
    _request: Request<Empty>,
) -> Result<Empty, WireError> {
    let address = Url::parse(TOKEN_PAGE)
        .map_err(|_| ShellError::ForeignAddress(TOKEN_PAGE.to_owned()).to_wire())?;
    open(address).await
}

#[tauri::command]
async fn link_open(_app: State<'_, App>, request: Request<LinkOpen>) -> Result<Empty, WireError> {
    links::open_link(&request.0.address)
        .await
        .map(|()| Empty {})
        .map_err(|error| error.to_wire())
}

async fn open(address: Url) -> Result<Empty, WireError> {
    links::open(address)
        .await
        .map(|()| Empty {})
        .map_err(|error| error.to_wire())
}

/// Makes Tauri's handler from the command table, and checks every command against its row: one that
/// is missing, or takes or answers something else, does not compile.
macro_rules! handler {
    ($($name:ident: $request:ident => $answer:ident in [$($window:ident),+];)+) => {
        pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            $(agrees::<$request, $answer>($name);)+
            tauri::generate_handler![$($name),+]
        }
    };
}
command_table!(handler);

/// Compiles only for a command that takes `Q` and answers `A`.
fn agrees<Q, A>(_: impl for<'a> AsyncFn(State<'a, App>, Request<Q>) -> Result<A, WireError>) {}
