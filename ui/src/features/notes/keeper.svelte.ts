import { asWireError, type Host } from '../../lib/host/host';
import type { NoteSummary, NoteView, SyncState, WireError } from '../../lib/contract/generated';

/** How long typing must rest before it is saved. */
export const PAUSE = 300;
/** Typing without a rest is saved at least this often. */
export const LONGEST_WAIT = 2_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

/** A text that is cheap to hold and only costs when it is read (the editor's own document is one). */
export interface Body {
  toString(): string;
}

/** The editor on screen, as the keeper sees it. */
export interface Surface {
  /** An input method is in the middle of a word. */
  readonly composing: boolean;
  /** From now on, remember what is typed on top of the present text. */
  mark(): void;
  /** Bring the marked text to `body` by the smallest change, under what was typed since. */
  takeOver(body: string): Body;
}

export interface KeeperEvents {
  /** The note exists, or was saved. */
  kept(keeper: Keeper, note: NoteView): void;
  /** A save failed, or works again, or there is nothing left to save. */
  moved(keeper: Keeper): void;
}

export function syncOf(from: NoteSummary | NoteView): SyncState {
  switch (from.state) {
    case 'synced':
      return { state: 'synced', at: from.at };
    case 'blocked':
      return { state: 'blocked', reason: from.reason };
    default:
      return { state: from.state };
  }
}

/**
 * Keeps one note while it is on screen, and after that until its last letter is saved.
 *
 * Saves of a note follow one another, each from the version the last one gave. What was typed is
 * never given up: a failing save is tried again, later and later, and on every wish to flush.
 */
export class Keeper {
  readonly account: string;
  id = $state<string | null>(null);
  title = $state('');
  noteType = $state.raw<string | null>(null);
  tags = $state.raw<string[]>([]);
  pageId = $state<string | null>(null);
  sync = $state.raw<SyncState | null>(null);
  /** Something is typed that is not saved: what the chip says. */
  writing = $state(false);
  /** Why the last save did not succeed. */
  problem = $state.raw<WireError | null>(null);

  readonly #host: Host;
  readonly #events: KeeperEvents;
  #body: Body;
  #surface: Surface | null = null;
  #version = $state(0);
  /** The newest version heard of. */
  #heard = 0;
  #typed = 0;
  #saved = 0;
  #unflushed = false;
  #urgent = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when something typed waits to be saved. */
  #since: number | null = null;
  #running: Promise<void> | null = null;
  #reading = false;
  #again = false;
  #dropped = false;

  /** Of a note that is there, or (`null`) of one that begins with its first letter. */
  constructor(host: Host, account: string, note: NoteView | null, events: KeeperEvents) {
    this.#host = host;
    this.#events = events;
    this.account = account;
    this.#body = note?.body ?? '';
    if (note) {
      this.id = note.id;
      this.title = note.title;
      this.#version = this.#heard = note.version;
      this.#about(note);
    }
  }

  get body(): Body {
    return this.#body;
  }

  get version(): number {
    return this.#version;
  }

  /** Something is typed that is not saved. */
  get dirty(): boolean {
    return this.#typed !== this.#saved && !this.#dropped;
  }

  attach(surface: Surface): void {
    this.#surface = surface;
  }

  detach(surface: Surface): void {
    if (this.#surface === surface) this.#surface = null;
  }

  typeTitle(title: string): void {
    if (title === this.title) return;
    this.title = title;
    this.#changed();
  }

  typeBody(body: Body): void {
    this.#body = body;
    this.#changed();
  }

  /** Saves what is unsaved now, and lets it go to Notion without waiting for idleness. */
  async flush(): Promise<void> {
    this.#urgent = true;
    clearTimeout(this.#timer);
    await this.#drain();
    // What was typed just as an earlier round was ending was not part of it, and its timer is gone.
    if (this.dirty && this.#failures === 0) await this.#drain();
    this.#urgent = false;
    if (!this.#unflushed || this.dirty || this.id === null) return;
    this.#unflushed = false;
    try {
      await this.#host.call('note_flush', { account: this.account, note: this.id });
    } catch {
      // Only the sending waits a little longer for it: the text is on the disk.
      this.#unflushed = true;
    }
  }

  /** The note is gone and is not to be saved any more. */
  drop(): void {
    this.#dropped = true;
    this.writing = false;
    clearTimeout(this.#timer);
  }

  /** The note went away underneath: what is on screen becomes a new one. */
  async keepAsNew(): Promise<void> {
    this.id = null;
    this.pageId = null;
    this.#version = this.#heard = 0;
    this.#typed++;
    await this.flush();
  }

  /** The core says that the note changed, here or elsewhere. */
  heardOf(summary: NoteSummary, version: number): void {
    this.sync = syncOf(summary);
    this.#heard = Math.max(this.#heard, version);
    void this.catchUp();
  }

  /** Reads the note again when it may have changed and nothing typed stands against it. */
  async catchUp(anyway = false): Promise<void> {
    const id = this.id;
    if (id === null || !this.#resting()) return;
    const newPage = this.sync?.state === 'synced' && this.pageId === null;
    if (!anyway && this.#heard <= this.#version && !newPage) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      const note = await this.#host.call('note_read', { account: this.account, note: id });
      this.#about(note);
      // While it was read something was typed: the next save brings the two together.
      if (this.#resting() && note.version >= this.#version) {
        this.#take(note);
        this.#heard = note.version;
      }
    } catch (thrown) {
      // A note that cannot be read now is read at its next change; saving it says what is wrong.
      if (asWireError(thrown).code === 'no_such_note') this.#heard = this.#version;
    } finally {
      this.#reading = false;
    }
    if (this.#again) {
      this.#again = false;
      await this.catchUp();
    }
  }

  /** Nothing is being typed or saved that a text from elsewhere would disturb. */
  #resting(): boolean {
    return !this.dirty && this.#running === null && this.#surface?.composing !== true;
  }

  #about(note: NoteView): void {
    this.noteType = note.note_type;
    this.tags = note.tags;
    this.pageId = note.page_id;
    this.sync = syncOf(note);
  }

  #take(note: NoteView): void {
    const changed = note.version !== this.#version;
    this.#version = note.version;
    if (!changed) return;
    this.title = note.title;
    this.#surface?.mark();
    this.#body = this.#surface?.takeOver(note.body) ?? note.body;
  }

  #changed(): void {
    if (this.#dropped) return;
    this.#typed++;
    this.#since ??= performance.now();
    this.writing = true;
    // The first letter makes the note; from then on a pause in typing saves.
    if (this.id === null && !this.#running && this.#failures === 0) void this.#drain();
    else this.#later();
  }

  #later(): void {
    if (this.#failures > 0 && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    const waited = this.#since === null ? 0 : performance.now() - this.#since;
    const wait =
      this.#failures > 0
        ? Math.min(FIRST_RETRY * 2 ** (this.#failures - 1), LAST_RETRY)
        : Math.max(0, Math.min(PAUSE, LONGEST_WAIT - waited));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#surface?.composing) this.#later();
      else void this.#drain();
    }, wait);
  }

  #drain(): Promise<void> {
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
      this.#events.moved(this);
      void this.catchUp();
    });
    return this.#running;
  }

  async #work(): Promise<void> {
    while (this.dirty) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      try {
        await this.#save();
      } catch (thrown) {
        this.#failures++;
        this.problem = asWireError(thrown);
        this.#later();
        return;
      }
      this.#failures = 0;
      this.problem = null;
      if (!this.#urgent && this.#typed !== this.#saved) {
        this.#later();
        return;
      }
    }
  }

  async #save(): Promise<void> {
    const { account, id, title } = this;
    const typed = this.#typed;
    const body = this.#body.toString();
    const surface = this.#surface;
    surface?.mark();
    if (id === null) {
      const note = await this.#host.call('note_create', {
        account,
        title,
        body,
        note_type: null,
        tags: [],
      });
      this.id = note.id;
      this.#kept(note, typed);
      return;
    }
    const { note, merged } = await this.#host.call('note_save', {
      account,
      note: id,
      base_version: this.#version,
      title,
      body,
    });
    if (merged) {
      const untouched = this.#typed === typed;
      // Typed on without an editor that could bring the two together: the next save does it, from
      // the same base as this one.
      if (!untouched && (surface === null || surface !== this.#surface)) return;
      if (this.title === title) this.title = note.title;
      if (surface !== null && surface === this.#surface) this.#body = surface.takeOver(note.body);
      else this.#body = note.body;
    }
    this.#kept(note, typed);
  }

  #kept(note: NoteView, typed: number): void {
    this.#version = note.version;
    this.#heard = Math.max(this.#heard, note.version);
    this.#saved = typed;
    this.writing = this.dirty;
    this.#since = this.dirty ? performance.now() : null;
    this.#unflushed = true;
    this.#about(note);
    this.#events.kept(this, note);
  }
}
