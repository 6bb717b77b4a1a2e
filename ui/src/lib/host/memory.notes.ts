import { syncOf } from '../../features/notes/keeper.svelte';
import type {
  AccountView,
  NoteSummary,
  NoteView,
  SyncState,
  SyncStatus,
} from '../contract/generated';
import { wireError, type Handlers } from './memory';
import type { Histories } from './memory.sync';

/** What reading and writing notes needs from the core in memory. */
export interface NotesCore {
  account(id: string): AccountView;
  notesOf(account: string): NoteView[];
  note(account: string, id: string): NoteView;
  create(request: Parameters<Handlers['note_create']>[0]): NoteView;
  trash(account: string, id: string): void;
  say(note: NoteView): void;
  /** What a note of this account waits for once it changed. */
  waits(account: string): SyncState;
  status(account: string): SyncStatus;
}

type NoteCommand =
  | 'note_list'
  | 'note_read'
  | 'note_create'
  | 'note_save'
  | 'note_trash'
  | 'note_restore'
  | 'note_flush'
  | 'note_retry'
  | 'note_open_in_notion'
  | 'sync_status'
  | 'sync_now';

export function noteCommands(core: NotesCore, histories: Histories): Pick<Handlers, NoteCommand> {
  return {
    note_list: ({ account }) => ({
      account,
      notes: core
        .notesOf(account)
        .map(summaryOf)
        .sort((a, b) => b.edited - a.edited),
    }),
    note_read: ({ account, note }) => core.note(account, note),
    note_create: (request) => core.create(request),
    note_save: ({ account, note: id, base_version, title, body }) => {
      const note = core.note(account, id);
      const merged = base_version !== note.version;
      // Brought together by keeping the lines of both, which is enough to look at.
      const both = merged ? union(note.body, body) : body;
      if (both !== note.body || title !== note.title) {
        histories.keep(note, merged ? 'merge' : 'pause');
        note.version++;
      }
      Object.assign(note, { title, body: both, edited: Date.now() });
      setSync(note, core.waits(account));
      core.say(note);
      return { note, merged };
    },
    note_trash: ({ account, note }) => {
      core.trash(account, note);
      return {};
    },
    note_restore: ({ account, note }) => {
      const found = core.note(account, note);
      found.trashed = false;
      core.say(found);
      return {};
    },
    note_flush: () => ({}),
    note_retry: ({ account, note }) => {
      const found = core.note(account, note);
      setSync(found, core.waits(account));
      core.say(found);
      return {};
    },
    note_open_in_notion: () => ({}),
    sync_status: ({ account }) => core.status(account),
    sync_now: ({ account }) => {
      const { status } = core.account(account);
      if (status === 'offline') throw wireError('offline');
      return { pushed: 0, pulled: 0, conflicts: 0, blocked: 0, requests: 1 };
    },
  };
}

export function setSync(note: NoteView, sync: SyncState): void {
  Object.assign(note, { at: undefined, reason: undefined }, sync);
}

export function summaryOf(note: NoteView): NoteSummary {
  return {
    id: note.id,
    title: note.title,
    excerpt: note.body
      .replace(/[#>*`[\]-]/g, '')
      .trim()
      .slice(0, 120),
    note_type: note.note_type,
    tags: note.tags,
    pinned: note.pinned,
    edited: note.edited,
    ...syncOf(note),
  };
}

function union(theirs: string, ours: string): string {
  const mine = new Set(ours.split('\n'));
  const added = theirs.split('\n').filter((line) => line !== '' && !mine.has(line));
  return [...added, ours].join('\n');
}
