import type {
  NoteView,
  OverruledTitle,
  RevisionView,
  SyncItem,
  SyncState,
  SyncVanished,
} from '../contract/generated';
import { wireError, type Handlers } from './memory';
import { difference } from './words';

/** What the history and the waiting notes need from the core in memory. */
export interface SyncCore {
  notesOf(account: string): NoteView[];
  note(account: string, id: string): NoteView;
  /** Notes that vanished from Notion at once, until somebody says what becomes of them. */
  vanished: string[];
  /** Says that a note, and with it its account's exchange, changed. */
  say(note: NoteView): void;
  trash(account: string, id: string): void;
  tellStatus(account: string): void;
}

interface Kept {
  view: RevisionView;
  body: string;
}

type SyncCommand =
  'note_history' | 'note_revision' | 'note_revert' | 'sync_items' | 'sync_vanished' | 'sync_answer';
export type { SyncCommand };

/** The versions that are kept, by note. */
export class Histories {
  readonly #kept = new Map<string, Kept[]>();
  /** Titles that were given in Notion and gave way. */
  readonly titles = new Map<string, OverruledTitle[]>();

  /** What would be kept of a note after some weeks. */
  seed(note: NoteView, now: number): void {
    const older: [reason: RevisionView['reason'], days: number, body: string][] = [
      ['pause', 9, note.body.slice(0, 96)],
      ['notion', 4, note.body.split('## Loop')[0] ?? ''],
      ['merge', 1, note.body.replace('a thousand', 'one thousand').replace('fifty', 'forty')],
      ['pause', 0.1, note.body.replace(/\nמערכת[^]*$/u, '')],
    ];
    const kept = older.map(([reason, days, body], index): Kept => {
      const title = index === 0 ? 'Engine review' : note.title;
      const at = now - days * 24 * 3_600_000;
      return { view: { version: index + 1, at, reason, title, characters: body.length }, body };
    });
    note.version = kept.length + 1;
    this.#kept.set(note.id, kept.reverse());
    this.titles.set(note.id, [{ at: now - 24 * 3_600_000, title: 'Review of the engine' }]);
  }

  keep(note: NoteView, reason: RevisionView['reason']): void {
    const kept = this.#kept.get(note.id) ?? [];
    const { version, title, body } = note;
    const view = { version, at: Date.now(), reason, title, characters: body.length };
    this.#kept.set(note.id, [{ view, body }, ...kept]);
  }

  of(note: string): Kept[] {
    return this.#kept.get(note) ?? [];
  }

  find(note: string, version: number): Kept {
    const kept = this.of(note).find(({ view }) => view.version === version);
    if (!kept) throw wireError('bad_request', 'This version of the note is not kept.');
    return kept;
  }
}

const WAITING: SyncState['state'][] = ['queued', 'sending', 'conflict', 'blocked'];

export function syncCommands(core: SyncCore, histories: Histories): Pick<Handlers, SyncCommand> {
  const asked = (account: string): SyncVanished => {
    const notes = core
      .notesOf(account)
      .filter((note) => core.vanished.includes(note.id))
      .map(({ id, title }) => ({ note: id, title }));
    return { account, since: notes.length > 0 ? Date.now() : null, answer: null, notes };
  };
  return {
    note_history: ({ account, note }) => ({
      account,
      note,
      versions: histories.of(note).map(({ view }) => view),
      titles: histories.titles.get(note) ?? [],
    }),
    note_revision: ({ account, note, version }) => {
      const { view, body } = histories.find(note, version);
      const present = core.note(account, note).body;
      return { ...view, body, difference: difference(body, present) };
    },
    note_revert: ({ account, note: id, version }) => {
      const { view, body } = histories.find(id, version);
      const note = core.note(account, id);
      histories.keep(note, 'restore');
      Object.assign(note, { title: view.title, body, version: note.version + 1 });
      core.say(note);
      return note;
    },
    sync_items: ({ account }) => ({
      account,
      items: core
        .notesOf(account)
        .filter((note) => WAITING.includes(note.state))
        .map((note): SyncItem => {
          const more = { note: note.id, title: note.title, why: null, until: null, attempts: 0 };
          return note.state === 'blocked'
            ? { ...more, state: 'blocked', reason: note.reason }
            : { ...more, state: note.state as 'queued' };
        }),
    }),
    sync_vanished: ({ account }) => asked(account),
    sync_answer: ({ account, answer }) => {
      const { notes } = asked(account);
      if (notes.length === 0) throw wireError('bad_request', 'Nothing vanished from Notion.');
      core.vanished = [];
      if (answer === 'trash') for (const { note } of notes) core.trash(account, note);
      core.tellStatus(account);
      return {};
    },
  };
}
