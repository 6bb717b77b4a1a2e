import type {
  AccountKind,
  AccountStatus,
  AccountView,
  AppState,
  AssistServer,
  AuditEntry,
  CaptureDraft,
  Captured,
  ErrorCode,
  Event,
  NoteView,
  Settings,
  SyncState,
  SyncStatus,
  VaultStatus,
  VaultStore,
  WireError,
} from '../contract/generated';
import type { AnswerOf, CommandName, Host, RequestOf } from './host';
import { Conflicts } from './memory.conflict';
import { assistCommands } from './memory.assist';
import { enhanceCommands } from './memory.enhance';
import { accountCommands, captureCommands, settingsCommands } from './memory.more';
import { searchCommand } from './memory.search';
import { editorCommands } from './memory.editor';
import { linkCommands } from './memory.links';
import { Histories, syncCommands } from './memory.sync';
import { noteCommands, setSync, summaryOf } from './memory.notes';
import { SignIns } from './memory.signin';
import { vaultCommands, type Keeper } from './memory.vault';
import { sampleOf, type SampleOptions, type Sample } from './sample';

export interface MemoryOptions extends SampleOptions {
  vault?: VaultStatus | undefined;
  /** A broker is known. */
  broker?: boolean | undefined;
  /** The id of the person's own connection. */
  own?: string | undefined;
  /** What was typed into the capture window before. */
  draft?: string | undefined;
  /** A note was captured just now, and can be called back. */
  captured?: string | undefined;
}

/** An error as the core would send it. */
export function wireError(code: ErrorCode, message: string = code): WireError {
  return { code, message, retry_after_ms: null, correlation: 'memory' };
}

/** A command that a test has taken in hand. */
export interface Held {
  request: unknown;
  /** Lets it do its work. */
  go(): void;
  /** Lets it do its work and loses the answer's sense: it fails. */
  fail(error: WireError): void;
}

export type Handlers = {
  [C in CommandName]: (request: RequestOf<C>) => AnswerOf<C>;
};

export const PALETTE = [
  '#2f6f5e',
  '#7a4a9e',
  '#b0622b',
  '#2c5f94',
  '#9a3b5c',
  '#5b6b2a',
  '#3f5a74',
  '#8a4b2f',
];
const MONTH_AGO = 30 * 24 * 3_600_000;

/** The core's behaviour in memory, for the gallery and the component tests. */
export class MemoryHost implements Host, Keeper {
  /** Every call in its order. */
  readonly calls: { command: CommandName; request: unknown }[] = [];
  /** The token that Notion takes; every other well-formed one is refused. */
  token = 'ntn_sample';
  vault: VaultStatus;
  store: VaultStore = 'keychain';
  passphrase: string | null = null;
  /** The security log. */
  audited: AuditEntry[] = [];
  defaultAccount: string | null = null;
  /** A browser can be started. */
  browser = true;
  paused = false;
  /** Accounts whose exchange alone is paused. */
  readonly held = new Set<string>();
  /** Servers of models that answer on this computer. */
  readonly servers: AssistServer[] = [];
  /** Notes that vanished from Notion at once, about which nothing was said yet. */
  vanished: string[] = [];
  readonly #histories = new Histories();
  readonly conflicts = new Conflicts();
  /** What nobody was told yet. */
  notices: string[] = [];
  draft: CaptureDraft;
  captured: Captured | null = null;
  settings: Settings = {
    shortcut: { keys: 'Ctrl+Shift+Space', trouble: null },
    capture_command: 'octavo-desktop --capture',
    undo_seconds: 10,
    start_at_login: false,
    start_at_login_trouble: null,
    close_to_tray: true,
    tray_trouble: null,
  };
  readonly #signIns: SignIns;
  #accounts: AccountView[];
  #notes: Sample['notes'];
  #current: string | null;
  #fallen: boolean;
  #handlers: Handlers;
  #listeners = new Set<(event: Event) => void>();
  #held = new Map<CommandName, ((held: Held) => void)[]>();
  #failing = new Map<CommandName, WireError>();
  #serial = 0;

  constructor(options: MemoryOptions = {}) {
    const sample = sampleOf(options);
    this.vault = options.vault ?? (options.state === 'keychain_unavailable' ? 'locked' : 'ready');
    this.#signIns = new SignIns(this, options.broker ?? false, options.own ?? null);
    this.#accounts = sample.accounts;
    this.#notes = sample.notes;
    this.#current = sample.accounts[0]?.id ?? null;
    this.#fallen = options.state === 'broken';
    this.draft = { id: this.fresh(), account: this.#current, text: options.draft ?? '' };
    const first = sample.notes.get('ada')?.[0];
    if (first) this.#histories.seed(first, Date.now());
    this.#handlers = {
      ...this.#commands(),
      ...this.#signIns.commands(),
      ...noteCommands(this, this.#histories),
      ...accountCommands(this),
      ...searchCommand(this),
      ...assistCommands(this.servers),
      ...enhanceCommands(this, this.#histories),
      ...syncCommands(this, this.#histories),
      ...this.conflicts.commands(this, this.#histories),
      ...linkCommands(this, summaryOf),
      ...captureCommands(this),
      ...editorCommands,
      ...settingsCommands(this),
      ...vaultCommands(this),
    };
    if (options.captured !== undefined) {
      void this.#handlers.capture_save({ ...this.draft, text: options.captured });
      this.draft.text = options.draft ?? '';
    }
  }

  get accounts(): AccountView[] {
    return this.#accounts.map((account) => ({
      ...account,
      waiting: this.status(account.id).waiting,
    }));
  }

  fresh(): string {
    return `fresh-${++this.#serial}`;
  }

  async call<C extends CommandName>(command: C, request: RequestOf<C>): Promise<AnswerOf<C>> {
    this.calls.push({ command, request: structuredClone(request) });
    const waiting = this.#held.get(command)?.shift();
    if (waiting) {
      await new Promise<void>((go, fail) => {
        waiting({ request, go, fail });
      });
    } else await Promise.resolve();
    const failure = this.#failing.get(command);

    if (failure) throw failure;
    // What crosses the border is a copy.
    return structuredClone(this.#handlers[command](request));
  }

  listen(handler: (event: Event) => void): Promise<() => void> {
    this.#listeners.add(handler);
    return Promise.resolve(() => this.#listeners.delete(handler));
  }

  /** Takes the next call of this command in hand. */
  hold(command: CommandName): Promise<Held> {
    return new Promise((taken) => {
      this.#held.set(command, [...(this.#held.get(command) ?? []), taken]);
    });
  }

  /** From now on this command fails, until it is called without an error. */
  failing(command: CommandName, error: WireError | null): void {
    if (error) this.#failing.set(command, error);
    else this.#failing.delete(command);
  }

  count(command: CommandName): number {
    return this.calls.filter((call) => call.command === command).length;
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(structuredClone(event));
  }

  note(account: string, id: string): NoteView {
    const note = this.#notes.get(account)?.find((candidate) => candidate.id === id);
    if (!note) throw wireError('no_such_note');
    return note;
  }

  notesOf(account: string): NoteView[] {
    return (this.#notes.get(account) ?? []).filter((note) => !note.trashed);
  }

  trashOf(account: string): NoteView[] {
    return (this.#notes.get(account) ?? []).filter((note) => note.trashed);
  }

  clear(account: string, ids: string[]): void {
    const kept = (this.#notes.get(account) ?? []).filter((note) => !ids.includes(note.id));
    this.#notes.set(account, kept);
  }

  /** A person, or another window, changes the note. */
  edit(account: string, id: string, change: Partial<Pick<NoteView, 'title' | 'body'>>): void {
    const note = this.note(account, id);
    Object.assign(note, change, { version: note.version + 1, edited: Date.now() });
    this.say(note);
  }

  /** Notion confirms the note. */
  confirm(account: string, id: string, at: number): void {
    const note = this.note(account, id);
    setSync(note, { state: 'synced', at });
    note.page_id ??= `page-${id}`;
    this.say(note);
  }

  /** The browser comes back by itself, with access or without. */
  comeBack(error: WireError | null = null): void {
    this.#signIns.comeBack(error);
  }

  setStatus(account: string, status: AccountStatus, kind?: AccountKind): void {
    this.#accounts = this.#accounts.map((known) =>
      known.id === account ? { ...known, status, kind: kind ?? known.kind } : known,
    );
    this.emit({ kind: 'sync_changed', status: this.status(account) });
  }

  state(): AppState {
    if (this.#fallen) {
      throw wireError(
        'database_newer',
        'These notes were written by a newer Octavo. Nothing was changed: install that version or a later one to open them.',
      );
    }
    return {
      accounts: this.accounts,
      current: this.#current,
      vault: this.vault,
      version: '0.1.0',
      data_dir: '/home/ada/.local/share/octavo',
      sample: false,
      sync_paused: this.paused,
      ...(this.defaultAccount === null ? {} : { default_account: this.defaultAccount }),
    };
  }

  account(id: string): AccountView {
    const account = this.#accounts.find((known) => known.id === id);
    if (!account) throw wireError('no_such_account');
    return account;
  }

  status(id: string): SyncStatus {
    const notes = this.notesOf(id);
    const account = this.account(id);
    const count = (state: SyncState['state']) =>
      notes.filter((note) => note.state === state).length;
    const waiting = count('queued') + count('sending');
    return {
      account: id,
      status: account.status,
      waiting,
      blocked: count('blocked'),
      conflicts: count('conflict'),
      busy: false,
      paused_until: null,
      last_complete: Date.now(),
      contents_current: account.status === 'connected' && waiting === 0,
      held: this.paused || this.held.has(id),
      vanished: notes.filter((note) => this.vanished.includes(note.id)).length,
    };
  }

  trash(account: string, id: string): void {
    this.note(account, id).trashed = true;
    this.emit({ kind: 'note_changed', account, change: { what: 'removed', id } });
  }

  tellStatus(account: string): void {
    this.emit({ kind: 'sync_changed', status: this.status(account) });
  }

  say(note: NoteView): void {
    this.emit({
      kind: 'note_changed',
      account: note.account,
      change: { what: 'updated', summary: summaryOf(note), version: note.version },
    });
    this.emit({ kind: 'sync_changed', status: this.status(note.account) });
  }

  /** Takes the account and its notes away; those of `moved` go on in another one. */
  forget(id: string, to: string | null, moved: string[]): void {
    const notes = this.#notes.get(id) ?? [];
    for (const note of to === null ? [] : notes.filter((own) => moved.includes(own.id))) {
      setSync(note, this.waits(to ?? id));
      this.#notes.get(to ?? id)?.push({ ...note, account: to ?? id, page_id: null });
    }
    this.#notes.delete(id);
    this.#accounts = this.#accounts.filter((account) => account.id !== id);
    if (this.#current === id) this.#current = this.#accounts[0]?.id ?? null;
    if (this.draft.account === id) this.draft.account = this.#current;
    this.emit({ kind: 'accounts_changed' });
  }

  /** Puts these accounts first; the others follow as they were. */
  reorder(ids: string[]): void {
    const rest = this.#accounts.filter((known) => !ids.includes(known.id));
    const first = ids.flatMap((id) => this.#accounts.filter((known) => known.id === id));
    this.#accounts = [...first, ...rest];
    this.emit({ kind: 'accounts_changed' });
  }

  change(id: string, change: Partial<AccountView>): AccountView {
    this.#accounts = this.#accounts.map((known) =>
      known.id === id ? { ...known, ...change } : known,
    );
    this.emit({ kind: 'accounts_changed' });
    return this.account(id);
  }

  create(request: RequestOf<'note_create'>, id = `new-${++this.#serial}`): NoteView {
    const known = this.#notes.get(request.account)?.find((note) => note.id === id);
    if (known) return known;
    const now = Date.now();
    const note: NoteView = {
      account: request.account,
      id,
      title: request.title,
      body: request.body,
      version: 1,
      note_type: request.note_type,
      tags: request.tags,
      pinned: false,
      created: now,
      edited: now,
      trashed: false,
      page_id: null,
      ...this.waits(request.account),
    };
    this.#notes.get(request.account)?.push(note);
    this.say(note);
    return note;
  }

  /** As if it had never been. */
  unmake(account: string, id: string): void {
    this.#notes.set(
      account,
      (this.#notes.get(account) ?? []).filter((note) => note.id !== id),
    );
    this.emit({ kind: 'note_changed', account, change: { what: 'removed', id } });
  }

  waits(account: string): SyncState {
    return { state: this.account(account).kind === 'local' ? 'local' : 'queued' };
  }

  add(account: Pick<AccountView, 'name' | 'kind' | 'status' | 'workspace_name'>): AccountView {
    const made: AccountView = {
      ...account,
      id: `account-${++this.#serial}`,
      monogram: account.name.slice(0, 2).toUpperCase(),
      color: PALETTE[this.#accounts.length % PALETTE.length] ?? '#2f6f5e',
      home: account.kind === 'local' ? null : { title: 'Personal Assistant', ready: true },
      waiting: 0,
    };
    this.#accounts = [...this.#accounts, made];
    this.#notes.set(made.id, []);
    this.#current = made.id;
    this.emit({ kind: 'accounts_changed' });
    return made;
  }

  #commands(): Pick<Handlers, 'app_state' | 'account_switch' | 'sample_open' | 'token_page_open'> {
    return {
      app_state: () => this.state(),
      account_switch: ({ account }) => {
        this.#current = this.account(account).id;
        return this.state();
      },
      sample_open: () => {
        const sample = sampleOf({ now: Date.now() - MONTH_AGO });
        this.#accounts = sample.accounts;
        this.#notes = sample.notes;
        this.#current = sample.accounts[0]?.id ?? null;
        this.emit({ kind: 'accounts_changed' });
        return {};
      },
      token_page_open: () => ({}),
    };
  }
}
