import type { NoteSummary, NoteView, WireError } from '../../lib/contract/generated';
import { asWireError, type Host } from '../../lib/host/host';
import { syncOf } from './keeper.svelte';

/** A burst of changes is drawn once per frame. */
const FRAME = 16;

/**
 * The lists of notes that were read, and the one on screen.
 *
 * A list that was read once comes back at once when its account does, and is read anew meanwhile.
 * What changes while a list is being read is applied to the answer: it may be from before.
 */
export class NoteLists {
  /** The notes of the account on screen, those edited last first. */
  notes = $state.raw<NoteSummary[]>([]);
  /** They are the account's: not only a place for what is still to be read. */
  listed = $state(false);
  /** Why the list could not be read. */
  unlisted = $state.raw<WireError | null>(null);

  readonly #host: Host;
  readonly #trouble: (error: WireError) => void;
  #account: string | null = null;
  #turn = 0;
  #lists = new Map<string, NoteSummary[]>();
  /** What changed in the list on screen while it was being read (`null`: gone). */
  #meanwhile = new Map<string, NoteSummary | null>();
  #soon: ReturnType<typeof setTimeout> | undefined;

  /** `trouble` hears why a list that is on screen already could not be read anew. */
  constructor(host: Host, trouble: (error: WireError) => void) {
    this.#host = host;
    this.#trouble = trouble;
  }

  stop(): void {
    clearTimeout(this.#soon);
  }

  /** Another account comes on screen, with what is known of its notes. */
  turnTo(account: string | null): void {
    const known = account === null ? undefined : this.#lists.get(account);
    this.#account = account;
    this.notes = known ?? [];
    this.listed = known !== undefined;
    this.unlisted = null;
  }

  /** Reads the list on screen again. */
  async reload(): Promise<void> {
    const account = this.#account;
    if (account === null) return;
    const turn = ++this.#turn;
    this.#meanwhile.clear();
    try {
      const { notes } = await this.#host.call('note_list', { account });
      if (turn !== this.#turn || this.#account !== account) return;
      this.#lists.set(account, notes);
      for (const [id, row] of this.#meanwhile) {
        if (row) this.put(account, row);
        else this.remove(account, id);
      }
      this.notes = this.#lists.get(account) ?? notes;
      this.listed = true;
      this.unlisted = null;
    } catch (thrown) {
      if (turn !== this.#turn || this.#account !== account) return;
      if (this.listed) this.#trouble(asWireError(thrown));
      else this.unlisted = asWireError(thrown);
    }
  }

  /** The row of a note, if its list was read. */
  row(account: string, id: string): NoteSummary | undefined {
    return this.#lists.get(account)?.find((row) => row.id === id);
  }

  /** A note is new, or another than before; `soon` draws it with others that follow. */
  put(account: string, summary: NoteSummary, soon = false): void {
    if (this.#account === account) this.#meanwhile.set(summary.id, summary);
    const list = this.#lists.get(account);
    if (!list) return;
    const rest = list.filter((note) => note.id !== summary.id);
    const at = rest.findIndex((note) => note.edited <= summary.edited);
    rest.splice(at === -1 ? rest.length : at, 0, summary);
    if (!soon) {
      this.#replace(account, rest);
      return;
    }
    this.#lists.set(account, rest);
    this.#drawSoon();
  }

  /** A note was saved here: its row says so before anybody tells. */
  putNote(note: NoteView): void {
    const { account, id, title, body, note_type, tags, pinned, edited } = note;
    const excerpt = this.row(account, id)?.excerpt ?? body.slice(0, 120);
    const row = { id, title, excerpt, note_type, tags, pinned, edited };
    this.put(account, { ...row, ...syncOf(note) });
  }

  /** A note is gone. */
  remove(account: string, id: string): void {
    if (this.#account === account) this.#meanwhile.set(id, null);
    const list = this.#lists.get(account);
    if (list)
      this.#replace(
        account,
        list.filter((note) => note.id !== id),
      );
  }

  /** A list that is not on screen is no longer right. */
  forget(account: string): void {
    this.#lists.delete(account);
  }

  #replace(account: string, notes: NoteSummary[]): void {
    this.#lists.set(account, notes);
    if (this.#account === account) this.notes = notes;
  }

  #drawSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      const list = this.#account === null ? undefined : this.#lists.get(this.#account);
      if (list && this.listed) this.notes = list;
    }, FRAME);
  }
}
