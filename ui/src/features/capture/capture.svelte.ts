import type {
  AccountView,
  CaptureDraft,
  Captured,
  CaptureView,
  Event,
  WireError,
} from '../../lib/contract/generated';
import { asWireError, type Host } from '../../lib/host/host';
import { together } from './together';

/** How long typing must rest before it is kept. */
const PAUSE = 300;
/** Typing without a rest is kept at least this often. */
const LONGEST_WAIT = 2_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

/** Why a wish to save was not even tried. */
export type Hint = 'empty' | 'no_account';

/**
 * The draft on screen. It is typed before the core has answered anything, kept at each pause, and
 * becomes a note in one step. Calls follow one another, so that no late draft overtakes a save.
 */
export class Capture {
  text = $state('');
  accounts = $state.raw<AccountView[]>([]);
  undo = $state.raw<Captured | null>(null);
  sample = $state(false);
  /** The core has answered once. */
  loaded = $state(false);
  /** Why the last draft could not be kept. */
  unkept = $state.raw<WireError | null>(null);
  /** Why the last wish came to nothing. */
  problem = $state.raw<WireError | null>(null);
  hint = $state<Hint | null>(null);
  busy = $state(false);
  /** An input method is in the middle of a word, which must not be changed underneath it. */
  composing = false;
  /** Nothing was typed since the last note was saved. */
  untouched = true;

  #account = $state<string | null>(null);
  readonly #host: Host;
  /** What the core is known to have. */
  #kept: CaptureDraft = { id: '', account: null, text: '' };
  #queue: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when something typed waits to be kept. */
  #since: number | null = null;
  #failures = 0;
  #later: CaptureView | null = null;
  #stop: (() => void) | null = null;
  #ended = false;

  constructor(host: Host) {
    this.#host = host;
  }

  get account(): AccountView | null {
    return this.accounts.find((account) => account.id === this.#account) ?? null;
  }

  get dirty(): boolean {
    return this.text !== this.#kept.text || this.#account !== this.#kept.account;
  }

  async start(onopened: () => void): Promise<void> {
    void this.#host
      .listen((event) => {
        this.#hear(event, onopened);
      })
      .then(
        (stop) => {
          if (this.#ended) stop();
          else this.#stop = stop;
        },
        (thrown: unknown) => (this.problem = asWireError(thrown)),
      );
    await this.read();
  }

  stop(): void {
    this.#ended = true;
    this.#stop?.();
    void this.flush();
  }

  typed(): void {
    this.untouched = false;
    this.hint = null;
    this.#soon();
  }

  composed(): void {
    this.composing = false;
    const later = this.#later;
    this.#later = null;
    if (later) this.#take(later);
  }

  /** The draft is for the account at this place of the rail. */
  choose(at: number): void {
    const account = this.accounts[at];
    if (!account || account.id === this.#account) return;
    this.#account = account.id;
    this.problem = null;
    this.hint = null;
    void this.flush();
  }

  /** Keeps what is typed; true when it is kept. */
  async flush(): Promise<boolean> {
    await this.#turn(() => this.#keep());
    return !this.dirty;
  }

  /** What is typed becomes a note. */
  async save(): Promise<void> {
    if (this.text.trim() === '') this.hint = 'empty';
    else if (this.loaded && this.accounts.length === 0) this.hint = 'no_account';
    else await this.#wish(() => this.#save());
  }

  /** The last captured note comes back into the draft. */
  async callBack(): Promise<void> {
    const undo = this.undo;
    if (!undo) return;
    await this.#wish(async () => {
      // What was typed since is brought together with it there.
      await this.#keep();
      this.undo = null;
      this.#take(await this.#host.call('capture_undo', { account: undo.account, note: undo.note }));
    });
  }

  /** Keeps what is typed and hides the window; asked a second time, hides in any case. */
  async hide(): Promise<void> {
    const warned = this.unkept !== null;
    if (!(await this.flush()) && !warned) return;
    await this.#wish(() => this.#host.call('capture_hide', {}));
  }

  /** Reads everything anew, without giving up what is typed; true when words came in. */
  async read(): Promise<boolean> {
    return await this.#turn(async () => {
      try {
        const came = this.#take(await this.#host.call('capture_state', {}));
        if (!this.dirty) this.unkept = null;
        return came;
      } catch (thrown) {
        this.#failed(thrown);
        return false;
      }
    });
  }

  async #save(): Promise<void> {
    await this.#ensure();
    if (this.accounts.length === 0) {
      this.hint = 'no_account';
      return;
    }
    const draft: CaptureDraft = { id: this.#kept.id, account: this.#account, text: this.text };
    this.#rest();
    const failure = await this.#host.call('capture_save', draft).then(() => null, asWireError);
    const view = await this.#host.call('capture_state', {}).catch(asWireError);
    const told = 'draft' in view;
    // The note is there when the draft is another one, even if the answer said otherwise.
    if (failure && (!told || view.draft.id === draft.id)) {
      if (told) this.#take(view);
      throw failure;
    }
    // Whatever was typed meanwhile begins the next one; typed into the middle, it cannot be told
    // apart, and all of it stays.
    const { text } = draft;
    this.text = this.text.startsWith(text) ? this.text.slice(text.length) : this.text;
    this.untouched = this.text === '';
    this.#kept = { id: '', account: this.#account, text: '' };
    this.unkept = null;
    if (told) this.#take(view);
    else this.#failed(view);
  }

  /** Everything that asks the core about the draft, one after the other. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #wish(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    this.hint = null;
    try {
      await this.#turn(work);
    } catch (thrown) {
      this.problem = asWireError(thrown);
      void this.flush();
    } finally {
      this.busy = false;
    }
  }

  /** Without an id there is nothing that the text could be kept under. */
  async #ensure(): Promise<void> {
    if (this.#kept.id === '') this.#take(await this.#host.call('capture_state', {}));
  }

  async #keep(): Promise<void> {
    this.#rest();
    // What the core added meanwhile must not be written over.
    if (this.#later) return;
    try {
      if (this.dirty || !this.loaded) await this.#ensure();
      if (!this.dirty) {
        this.unkept = null;
        return;
      }
      const draft: CaptureDraft = { id: this.#kept.id, account: this.#account, text: this.text };
      await this.#host.call('capture_draft', draft);
      this.#kept = draft;
      this.unkept = null;
      this.#failures = 0;
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #failed(thrown: unknown): void {
    this.unkept = asWireError(thrown);
    this.#again(Math.min(FIRST_RETRY * 2 ** this.#failures++, LAST_RETRY));
  }

  #again(wait: number): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#timer = setTimeout(() => void this.flush(), wait);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#since = null;
  }

  /** True when it brought other words than those that are here. */
  #take(view: CaptureView): boolean {
    this.accounts = view.accounts;
    this.undo = view.undo;
    this.sample = view.sample;
    this.loaded = true;
    const { draft } = view;
    const known = (id: string | null) => view.accounts.some((account) => account.id === id);
    // An account that was chosen here and is not told yet stays chosen.
    const chosen = this.#account !== this.#kept.account && known(this.#account);
    if (!chosen)
      this.#account = known(draft.account) ? draft.account : (view.accounts[0]?.id ?? null);
    const text = together(this.#kept.text, this.text, draft.text);
    if (this.composing && text !== this.text) {
      this.#later = view;
      return false;
    }
    this.#kept = draft;
    const came = text !== this.text;
    if (came) this.text = text;
    if (this.dirty) this.#soon();
    return came;
  }

  #soon(): void {
    this.#since ??= Date.now();
    const left = this.#since + LONGEST_WAIT - Date.now();
    this.#again(Math.max(0, Math.min(PAUSE, left)));
  }

  #hear(event: Event, onopened: () => void): void {
    switch (event.kind) {
      case 'accounts_changed':
        void this.read();
        break;
      case 'sync_changed':
        this.accounts = this.accounts.map((account) =>
          account.id === event.status.account
            ? { ...account, status: event.status.status, waiting: event.status.waiting }
            : account,
        );
        break;
      case 'captured':
        this.undo = event.captured.until > Date.now() ? event.captured : null;
        break;
      case 'capture_opened':
        this.problem = null;
        this.hint = null;
        // The caret stays where it is, unless there is something new to stand behind.
        void this.read().then((came) => {
          if (came) onopened();
        });
        break;
    }
  }
}
