import { moment } from '../../i18n/dates';
import { p } from '../../i18n/panels';
import type { NoteHistory, RevisionText, WireError } from '../../lib/contract/generated';
import { asWireError } from '../../lib/host/host';
import type { Session } from '../../lib/session.svelte';
import type { Keeper } from '../notes/keeper.svelte';

/** The earlier versions of one note, and the one that is looked at. */
export class History {
  list = $state.raw<NoteHistory | null>(null);
  shown = $state.raw<RevisionText | null>(null);
  problem = $state.raw<WireError | null>(null);
  busy = $state(false);
  readonly #session: Session;
  readonly #keeper: Keeper;
  #turn = 0;
  /** Somebody is pressing a row: none moves away under the pointer meanwhile. */
  #pressed: Promise<void> = Promise.resolve();
  /** The version that is to be looked at, if any. */
  #wanted: number | null = null;

  constructor(session: Session, keeper: Keeper) {
    this.#session = session;
    this.#keeper = keeper;
  }

  /** Reads what is kept, and what is looked at, as they are now. */
  async load(): Promise<void> {
    const { account, id } = this.#keeper;
    const version = this.#wanted;
    if (id === null) return;
    const turn = ++this.#turn;
    try {
      const [list, shown] = await Promise.all([
        this.#session.host.call('note_history', { account, note: id }),
        version === null
          ? null
          : this.#session.host.call('note_revision', { account, note: id, version }),
      ]);
      await this.#pressed;
      if (turn !== this.#turn) return;
      this.list = list;
      this.shown = shown;
      this.problem = null;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asWireError(thrown);
    }
  }

  /** A row is pressed, until `released`. */
  press(released: Promise<void>): void {
    this.#pressed = released;
  }

  /** Looks at a version beside all that is typed. */
  async show(version: number): Promise<void> {
    this.#wanted = version;
    await this.#keeper.flush();
    if (this.#wanted === version) await this.load();
  }

  leave(): void {
    this.#turn++;
    this.#wanted = null;
    this.shown = null;
  }

  /** Brings the version that is looked at back, with a way to undo it. */
  async restore(): Promise<boolean> {
    const shown = this.shown;
    const keeper = this.#keeper;
    if (shown === null || this.busy) return false;
    this.busy = true;
    try {
      await keeper.flush();
      // What cannot be saved is not to be replaced: the banner over the note says why.
      if (keeper.dirty) return false;
      const before = keeper.version;
      await this.#revert(shown.version);
      this.leave();
      await this.load();
      this.#session.tidings.offer(p.history.restored(moment(shown.at)), p.history.undo, () =>
        this.#revert(before),
      );
      return true;
    } catch (thrown) {
      this.problem = asWireError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Gives the note a title that Notion had. */
  async useTitle(title: string): Promise<void> {
    const keeper = this.#keeper;
    const before = keeper.title;
    keeper.typeTitle(title);
    await keeper.flush();
    this.#session.tidings.offer(p.history.titled(title), p.history.undo, async () => {
      keeper.typeTitle(before);
      await keeper.flush();
    });
  }

  async #revert(version: number): Promise<void> {
    const keeper = this.#keeper;
    const { account, id } = keeper;
    if (id === null) return;
    await keeper.flush();
    await this.#session.host.call('note_revert', { account, note: id, version });
    await keeper.catchUp(true);
  }
}
