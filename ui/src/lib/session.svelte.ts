import { SignIn } from '../features/accounts/signin.svelte';
import { Shelf } from '../features/notes/shelf.svelte';
import type { Keeper } from '../features/notes/keeper.svelte';
import { NoteLists } from '../features/notes/lists.svelte';
import type {
  AccountView,
  AppState,
  Event,
  NoteView,
  SyncStatus,
  WireError,
} from './contract/generated';
import { asWireError, type Host } from './host/host';
import { withStatus } from './standing';
import { Tidings, type Trashed } from './tidings.svelte';

/** What can stand beside the open note. */
export type Panel = 'links' | 'enhance' | 'history';

/**
 * What the main window shows: the accounts, the list and the open note of the current one.
 *
 * Everything an account answers is dropped when another one is on screen by then: each switch
 * begins a new generation, and an answer of an older one changes nothing.
 */
export class Session {
  app = $state.raw<AppState | null>(null);
  /** The core could not be asked at all. */
  failure = $state.raw<WireError | null>(null);
  status = $state.raw<SyncStatus | null>(null);
  open = $state.raw<Keeper | null>(null);
  selected = $state<string | null>(null);
  /** What is on screen instead of the notes: the view for another account, the settings, the trash. */
  place = $state<'notes' | 'adding' | 'settings' | 'trash'>('notes');
  /** The note that shall go to another account, which is asked about first. */
  moving = $state.raw<{ account: string; note: string; to: string } | null>(null);
  /** What the settings are opened for: to unlock what keeps the sign-ins, or to choose a model. */
  section = $state<'vault' | 'assistance' | null>(null);
  /** What went wrong with the last wish, until it is dismissed or something works. */
  problem = $state.raw<WireError | null>(null);
  trashed = $state.raw<Trashed | null>(null);
  /** What stands beside the open note. */
  panel = $state<Panel | null>(null);
  /** It was asked for just now, and takes the focus once it is there. */
  panelAsked = $state(false);
  busy = $state(false);

  readonly host: Host;
  readonly signIn: SignIn;
  readonly lists: NoteLists;
  readonly tidings: Tidings;
  readonly shelf: Shelf;
  /** The current account as the core last said it. */
  #confirmed: string | null = null;
  #switching: Promise<void> | null = null;
  #generation = 0;
  #stateTurn = 0;
  #openTurn = 0;
  #lastOpen = new Map<string, string>();
  #stop: (() => void) | null = null;
  #ended = false;

  constructor(host: Host) {
    this.host = host;
    this.lists = new NoteLists(host, (error) => (this.problem = error));
    this.tidings = new Tidings(host);
    this.shelf = new Shelf(
      host,
      (keeper, note) => {
        this.#kept(keeper, note);
      },
      () => this.open,
    );
    this.signIn = new SignIn(host, (id, again) => (again ? this.refresh() : this.added({ id })));
  }

  get account(): AccountView | null {
    const current = this.app?.current;
    return this.app?.accounts.find((account) => account.id === current) ?? null;
  }

  /** Hears events and reads what the first paint needs. */
  async start(): Promise<void> {
    void this.host
      .listen((event) => {
        this.#hear(event);
      })
      .then(
        (stop) => {
          if (this.#ended) stop();
          else this.#stop = stop;
        },
        (thrown: unknown) => (this.problem = asWireError(thrown)),
      );
    void this.tidings.read();
    await Promise.all([this.refresh(), this.signIn.load()]);
  }

  stop(): void {
    this.#ended = true;
    this.#stop?.();
    this.signIn.stop();
    this.lists.stop();
    void this.flush();
  }

  /** Reads accounts anew, and with a new current account all that belongs to it. */
  async refresh(): Promise<void> {
    // In the middle of a switch the core may still answer with the account that is being left.
    await this.#switching;
    const turn = ++this.#stateTurn;
    try {
      const app = await this.host.call('app_state', {});
      if (turn !== this.#stateTurn) return;
      this.failure = null;
      this.#confirmed = app.current;
      await this.#take(app);
    } catch (thrown) {
      if (turn !== this.#stateTurn) return;
      if (this.app) this.problem = asWireError(thrown);
      else this.failure = asWireError(thrown);
    }
  }

  async switchTo(id: string): Promise<void> {
    this.place = 'notes';
    if (!this.app || this.app.current === id) return;
    const turn = ++this.#stateTurn;
    // The same frame already shows the other account; the core is told meanwhile.
    const shown = this.#take({ ...this.app, current: id });
    const before = this.#switching;
    const switching = (async () => {
      await before;
      if (turn === this.#stateTurn) await this.#tellCore(id, turn);
    })();
    this.#switching = switching;
    await Promise.all([shown, switching]);
    if (this.#switching === switching) this.#switching = null;
  }

  async #tellCore(id: string, turn: number): Promise<void> {
    try {
      const app = await this.host.call('account_switch', { account: id });
      this.#confirmed = app.current;
      if (turn === this.#stateTurn) void this.#take(app);
    } catch (thrown) {
      if (turn !== this.#stateTurn || !this.app) return;
      void this.#take({ ...this.app, current: this.#confirmed });
      this.problem = asWireError(thrown);
    }
  }

  /** The account was added: it comes on screen. */
  async added(account: Pick<AccountView, 'id'>): Promise<void> {
    this.problem = null;
    await this.refresh();
    if (this.app?.accounts.some((known) => known.id === account.id)) {
      await this.switchTo(account.id);
    }
    this.place = 'notes';
  }

  async openNote(id: string): Promise<void> {
    const account = this.app?.current;
    if (account == null) return;
    const turn = ++this.#openTurn;
    if (this.open?.id === id) {
      this.selected = id;
      return;
    }
    void this.open?.flush();
    this.selected = id;
    const kept = this.shelf.find(account, id);
    if (kept) {
      this.#show(kept);
      void kept.catchUp(true);
      return;
    }
    try {
      const note = await this.host.call('note_read', { account, note: id });
      if (turn !== this.#openTurn || this.app?.current !== account) return;
      this.problem = null;
      const keeper = this.shelf.take(account, note);
      this.#show(keeper);
      // It may have changed between its being read and its being shown.
      if (this.shelf.outdated(note)) void keeper.catchUp(true);
    } catch (thrown) {
      if (turn !== this.#openTurn || this.app?.current !== account) return;
      this.selected = this.open?.id ?? null;
      this.problem = asWireError(thrown);
    }
  }

  newNote(): void {
    const account = this.app?.current;
    if (account == null) return;
    this.place = 'notes';
    this.#openTurn++;
    this.selected = null;
    this.#show(this.shelf.take(account, null));
  }

  /** Trashes the open note, with a way back. */
  async trash(): Promise<void> {
    const keeper = this.open;
    if (!keeper) return;
    await keeper.flush();
    const { account, id, title } = keeper;
    // An unsaved note is not thrown away: the banner says why it cannot be saved.
    if (keeper.dirty) return;
    if (this.open === keeper) this.#close();
    if (id === null) return;
    this.lists.remove(account, id);
    try {
      await this.host.call('note_trash', { account, note: id });
      this.trashed = { account, note: id, title };
      if (this.#lastOpen.get(account) === id) this.#lastOpen.delete(account);
    } catch (thrown) {
      this.problem = asWireError(thrown);
      if (this.app?.current === account) {
        await this.lists.reload();
        await this.openNote(id);
      }
    }
  }

  async restore(): Promise<void> {
    const trashed = this.trashed;
    if (!trashed) return;
    this.trashed = null;
    this.place = 'notes';
    try {
      await this.host.call('note_restore', { account: trashed.account, note: trashed.note });
      if (this.app?.current !== trashed.account) return;
      await this.lists.reload();
      await this.openNote(trashed.note);
    } catch (thrown) {
      this.trashed = trashed;
      this.problem = asWireError(thrown);
    }
  }

  /** Saves everything that is typed anywhere. */
  async flush(): Promise<void> {
    await this.shelf.flush();
  }

  /** Shows a note wherever it is. */
  async show(account: string, note: string): Promise<void> {
    await this.switchTo(account);
    if (this.app?.current === account) await this.openNote(note);
  }

  async pause(paused: boolean): Promise<void> {
    const turn = ++this.#stateTurn;
    await this.tidings.wish(async () => {
      const app = await this.host.call('sync_pause', { paused });
      if (turn === this.#stateTurn) await this.#take(app);
    });
  }

  tell(notice: string): void {
    this.tidings.tell(notice);
  }

  async syncNow(): Promise<void> {
    const account = this.app?.current;
    if (account == null) return;
    await this.#wish(() => this.host.call('sync_now', { account }));
    await Promise.all([this.#readStatus(), this.refresh()]);
  }

  async retryOpen(): Promise<void> {
    const { account, id } = this.open ?? {};
    if (account === undefined || id == null) return;
    await this.#wish(() => this.host.call('note_retry', { account, note: id }));
  }

  async openInNotion(): Promise<void> {
    const { account, id } = this.open ?? {};
    if (account === undefined || id == null) return;
    await this.#wish(() => this.host.call('note_open_in_notion', { account, note: id }));
  }

  async #wish(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const generation = this.#generation;
    try {
      await work();
      if (generation === this.#generation) this.problem = null;
    } catch (thrown) {
      if (generation === this.#generation) this.problem = asWireError(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** Takes over a state of the app; another current account changes everything on screen. */
  async #take(app: AppState): Promise<void> {
    const same = this.app?.current === app.current;
    this.app = app;
    if (same) return;
    this.#generation++;
    this.#openTurn++;
    this.#close();
    this.problem = null;
    this.status = null;
    const account = app.current;
    this.lists.turnTo(account);
    if (account === null) return;
    const last = this.#lastOpen.get(account);
    await Promise.all([
      this.lists.reload(),
      this.#readStatus(),
      last === undefined ? undefined : this.openNote(last),
    ]);
  }

  async #readStatus(): Promise<void> {
    const account = this.app?.current;
    if (account == null) return;
    const generation = this.#generation;
    try {
      const status = await this.host.call('sync_status', { account });
      if (generation === this.#generation && status.account === account) this.#stand(status);
    } catch (thrown) {
      if (generation === this.#generation) this.problem = asWireError(thrown);
    }
  }

  #show(keeper: Keeper): void {
    const before = this.open;
    if (before === keeper) return;
    this.open = keeper;
    if (keeper.id !== null) this.#lastOpen.set(keeper.account, keeper.id);
    void before?.flush();
    this.shelf.tidy();
  }

  #close(): void {
    const before = this.open;
    this.open = null;
    this.selected = null;
    void before?.flush();
    this.shelf.tidy();
  }

  #kept(keeper: Keeper, note: NoteView): void {
    if (this.open === keeper) {
      this.selected = note.id;
      this.#lastOpen.set(note.account, note.id);
    }
    this.lists.putNote(note);
  }

  #stand(status: SyncStatus): void {
    if (status.account === this.app?.current) this.status = status;
    if (this.app) this.app = withStatus(this.app, status);
  }

  #hear(event: Event): void {
    switch (event.kind) {
      case 'accounts_changed':
        void this.refresh();
        break;
      case 'sync_changed':
        this.#stand(event.status);
        break;
      case 'sign_in_ended':
        this.signIn.hear(event);
        break;
      case 'notes_changed':
        if (event.account === this.app?.current) {
          void this.lists.reload();
          void this.open?.catchUp(true);
        } else this.lists.forget(event.account);
        break;
      case 'note_changed':
        this.#hearOf(event);
        break;
      case 'captured':
        this.tidings.hearOfCaptured(event.captured);
        break;
      case 'open_note':
        void this.show(event.account, event.note);
        break;
      case 'notices_changed':
        void this.tidings.read();
        break;
    }
  }

  #hearOf({ account, change }: Extract<Event, { kind: 'note_changed' }>): void {
    if (change.what === 'updated') {
      this.lists.put(account, change.summary, true);
      this.shelf.hear(account, change);
      return;
    }
    this.lists.remove(account, change.id);
    if (this.tidings.captured?.note === change.id) this.tidings.captured = null;
    const open = this.open;
    if (open?.account === account && open.id === change.id && !open.dirty) {
      open.drop();
      this.#close();
    }
  }
}
