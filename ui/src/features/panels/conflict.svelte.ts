import { c } from '../../i18n/conflict';
import type { ConflictPart, ConflictView, WireError } from '../../lib/contract/generated';
import { asWireError } from '../../lib/host/host';
import type { Session } from '../../lib/session.svelte';
import type { Keeper } from '../notes/keeper.svelte';

export type Choice = 'mine' | 'theirs' | 'both' | 'edited';

/** A part that differs, and what was chosen for it. */
export class Chosen {
  readonly part: ConflictPart;
  choice = $state<Choice | null>(null);
  edited = $state('');

  constructor(part: ConflictPart) {
    this.part = part;
    // Where only one side changed something there is nothing to doubt, but it can be changed.
    if (part.changed === 'notion') this.choice = 'theirs';
    else if (part.changed !== 'both') this.choice = 'mine';
  }

  text(between: string): string {
    const { mine, theirs } = this.part;
    switch (this.choice) {
      case 'theirs':
        return theirs;
      case 'both':
        return [mine, theirs].filter((text) => text !== '').join(between);
      case 'edited':
        return this.edited;
      default:
        return mine;
    }
  }

  edit(between: string): void {
    if (this.choice === 'edited') return;
    this.edited = this.text(between);
    this.choice = 'edited';
  }
}

/** Both texts of a note, and what becomes of them. */
export class Conflict {
  view = $state.raw<ConflictView | null>(null);
  title = $state.raw<Chosen | null>(null);
  parts = $state.raw<Chosen[]>([]);
  problem = $state.raw<WireError | null>(null);
  busy = $state(false);
  readonly #session: Session;
  readonly #keeper: Keeper;

  constructor(session: Session, keeper: Keeper) {
    this.#session = session;
    this.#keeper = keeper;
  }

  /** What is to be looked at: the title if it differs, then every part that does. */
  get open(): Chosen[] {
    const title = this.title === null || this.title.part.changed === 'nobody' ? [] : [this.title];
    return [...title, ...this.parts.filter(({ part }) => part.changed !== 'nobody')];
  }

  get left(): number {
    return this.open.filter(({ choice }) => choice === null).length;
  }

  async load(): Promise<void> {
    const { account, id } = this.#keeper;
    if (id === null) return;
    try {
      const view = await this.#session.host.call('conflict_show', { account, note: id });
      this.view = view;
      this.title = new Chosen(view.title);
      this.parts = view.parts.map((part) => new Chosen(part));
      this.problem = null;
    } catch (thrown) {
      this.problem = asWireError(thrown);
    }
  }

  all(choice: 'mine' | 'theirs'): void {
    for (const chosen of this.open) chosen.choice = choice;
  }

  /** Makes of the note what was chosen. Answers whether that is done. */
  async settle(): Promise<boolean> {
    const { view, title } = this;
    if (view === null || title === null || this.busy || this.left > 0) return false;
    this.busy = true;
    const texts = this.parts.map((chosen) => chosen.text('\n\n').trimEnd());
    const { account, note, version } = view;
    try {
      await this.#session.host.call('conflict_settle', {
        account,
        note,
        base_version: version,
        title: title.text(' · '),
        body: `${texts.filter((text) => text !== '').join('\n\n')}\n`,
      });
      await this.#keeper.catchUp(true);
      this.#session.tidings.offer(c.settled, c.undo, async () => {
        await this.#keeper.flush();
        await this.#session.host.call('note_revert', { account, note, version });
        await this.#keeper.catchUp(true);
      });
      return true;
    } catch (thrown) {
      this.problem = asWireError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
