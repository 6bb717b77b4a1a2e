import type {
  AssistSettings,
  Enhancement,
  KeptSearch,
  KeptSearches,
  NoteRef,
  NoteView,
} from '../contract/generated';
import { wireError, type Handlers } from './memory';

/** The commands about proposals, models and searches to use again. */
export type AssistCommand =
  | 'search_kept'
  | 'search_keep'
  | 'search_forget'
  | 'search_notion'
  | 'enhance'
  | 'enhance_accept'
  | 'assist_settings'
  | 'assist_change'
  | 'assist_servers'
  | 'assist_preview'
  | 'assist_note'
  | 'assist_stop'
  | 'ask'
  | 'ask_preview';

/** What they need from the core in memory. */
interface Notes {
  notesOf(account: string): NoteView[];
}

/** Proposes nothing and asks nobody: there is no model in memory. */
export function assistCommands(core: Notes): Pick<Handlers, AssistCommand> {
  /** The searches to use again, by account, the newest first. */
  const kept = new Map<string, KeptSearch[]>();
  const keptOf = (account: string): KeptSearches => {
    const all = kept.get(account) ?? [];
    return {
      saved: all.filter(({ name }) => name !== null),
      recent: all.filter(({ name }) => name === null),
    };
  };
  return {
    search_kept: ({ account }) => keptOf(account),
    search_keep: ({ account, query, name }) => {
      const before = kept.get(account) ?? [];
      const known = before.find((search) => search.query === query);
      const rest = before.filter((search) => search !== known);
      kept.set(account, [{ query, name: name ?? known?.name ?? null }, ...rest]);
      return keptOf(account);
    },
    search_forget: ({ account, query }) => {
      const rest = (kept.get(account) ?? []).filter((search) => search.query !== query);
      kept.set(account, rest);
      return keptOf(account);
    },
    search_notion: () => ({ pages: [], more: false }),
    enhance: (request) => nothing(core, request),
    enhance_accept: (request) => noteOf(core, request),
    assist_settings: ({ account }) => off(account),
    assist_change: ({ account }) => off(account),
    assist_servers: () => ({ servers: [] }),
    assist_preview: refuse,
    assist_note: refuse,
    assist_stop: () => ({}),
    ask: () => ({ passages: [], answer: null, quotes: [], sent: null }),
    ask_preview: refuse,
  };
}

function refuse(): never {
  throw wireError('bad_request');
}

function off(account: string): AssistSettings {
  return {
    account,
    reach: 'off',
    style: null,
    address: null,
    model: null,
    has_key: false,
    agreed: false,
  };
}

function noteOf(core: Notes, { account, note }: NoteRef): NoteView {
  const found = core.notesOf(account).find(({ id }) => id === note);
  if (!found) throw wireError('no_such_note');
  return found;
}

function nothing(core: Notes, request: NoteRef): Enhancement {
  const { account, note } = request;
  return {
    account,
    note,
    version: noteOf(core, request).version,
    title: null,
    note_type: null,
    tags: [],
    links: [],
    text: null,
    summary: null,
    actions: [],
    left_out: [],
    sent: null,
  };
}
