import type { Event, NoteView } from '../../lib/contract/generated';
import type { Host } from '../../lib/host/host';
import { Keeper } from './keeper.svelte';

/** The notes at hand: the one on screen, and those whose last letters are not saved yet. */
export class Shelf {
  /** Notes left behind whose last letters could not be saved yet. */
  unsaved = $state.raw<Keeper[]>([]);
  readonly #host: Host;
  readonly #kept: (keeper: Keeper, note: NoteView) => void;
  readonly #open: () => Keeper | null;
  #keepers = new Set<Keeper>();
  /** The newest version heard of, by note. */
  #versions = new Map<string, number>();

  constructor(
    host: Host,
    kept: (keeper: Keeper, note: NoteView) => void,
    open: () => Keeper | null,
  ) {
    this.#host = host;
    this.#kept = kept;
    this.#open = open;
  }

  find(account: string, id: string): Keeper | undefined {
    return [...this.#keepers].find((keeper) => keeper.account === account && keeper.id === id);
  }

  /** Takes a note to hand; without one, a new one. */
  take(account: string, note: NoteView | null): Keeper {
    const keeper = new Keeper(this.#host, account, note, {
      kept: (from, saved) => {
        this.#kept(from, saved);
      },
      moved: () => {
        this.tidy();
      },
    });
    this.#keepers.add(keeper);
    return keeper;
  }

  /** Saves everything that is typed anywhere. */
  async flush(): Promise<void> {
    await Promise.all([...this.#keepers].map((keeper) => keeper.flush()));
  }

  /** Whether a newer version than this one was heard of. */
  outdated(note: NoteView): boolean {
    return (this.#versions.get(note.id) ?? 0) > note.version;
  }

  hear(
    account: string,
    change: Extract<Extract<Event, { kind: 'note_changed' }>['change'], { what: 'updated' }>,
  ): void {
    this.#versions.set(change.summary.id, change.version);
    for (const keeper of this.#keepers) {
      if (keeper.account === account && keeper.id === change.summary.id) {
        keeper.heardOf(change.summary, change.version);
      }
    }
  }

  /** Lets go of notes that are neither on screen nor unsaved. */
  tidy(): void {
    const open = this.#open();
    for (const keeper of this.#keepers) {
      if (keeper !== open && !keeper.dirty) this.#keepers.delete(keeper);
    }
    const unsaved = [...this.#keepers].filter((keeper) => keeper !== open && keeper.problem);
    if (unsaved.length > 0 || this.unsaved.length > 0) this.unsaved = unsaved;
  }
}
