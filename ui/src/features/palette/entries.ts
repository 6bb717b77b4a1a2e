import { p } from '../../i18n/palette';
import type {
  AccountView,
  AskPassage,
  KeptSearches,
  Mark,
  SearchHit,
} from '../../lib/contract/generated';
import type { Command } from './commands';
import { matches } from './marks';

interface Shown {
  key: string;
  name: string;
  marks: Mark[];
}

/** One row of the palette. */
export type Entry = Shown &
  (
    | { kind: 'search'; query: string }
    | { kind: 'keep'; query: string }
    | { kind: 'note'; hit: SearchHit }
    | { kind: 'account'; account: AccountView; keys: string }
    | { kind: 'command'; command: Command }
    | { kind: 'ask' }
    | { kind: 'passage'; note: string; words: string; found: Mark[] }
  );

export interface Group {
  key: keyof typeof p.groups;
  entries: Entry[];
}

/** What the palette can show. */
export interface Stock {
  /** What was typed. */
  query: string;
  kept: KeptSearches;
  hits: readonly SearchHit[];
  accounts: readonly AccountView[];
  current: string | null;
  commands: readonly Command[];
}

/** What begins with this sign looks among the commands only. */
export const COMMANDS_ONLY = '>';
/** What begins with this sign is a question. */
export const QUESTION = '?';

/** The rows of the palette, best first; groups without rows are left out. */
export function groupsOf(stock: Stock): Group[] {
  const query = stock.query.trim();
  const only = query.startsWith(COMMANDS_ONLY);
  const words = (only ? query.slice(1) : query).toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const groups: Group[] = [
    { key: 'kept', entries: query === '' ? searches(stock.kept.saved) : [] },
    { key: 'recent', entries: query === '' ? searches(stock.kept.recent) : [] },
    { key: 'notes', entries: query === '' || only ? [] : notes(stock, query) },
    { key: 'accounts', entries: only ? [] : accounts(stock, words) },
    { key: 'commands', entries: commands(stock, words) },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}

function searches(kept: KeptSearches['saved']): Entry[] {
  return kept.map(({ query, name }) => ({
    kind: 'search',
    key: `search ${query}`,
    name: name ?? query,
    marks: [],
    query,
  }));
}

function notes({ hits, current, kept }: Stock, query: string): Entry[] {
  // The account on screen comes first; within an account the core's order stays.
  const own = hits.filter(({ account }) => account === current);
  const others = hits.filter(({ account }) => account !== current);
  const found: Entry[] = [...own, ...others].map((hit) => ({
    kind: 'note',
    key: `note ${hit.account} ${hit.note.id}`,
    name: hit.note.title || p.untitled,
    marks: hit.note.title ? hit.title_marks : [],
    hit,
  }));
  if (found.length === 0 || kept.saved.some((saved) => saved.query === query)) return found;
  return [...found, { kind: 'keep', key: 'keep', name: p.keep(query), marks: [], query }];
}

function accounts({ accounts: all, current }: Stock, words: string[]): Entry[] {
  return all.flatMap((account, index): Entry[] => {
    const marks = account.id === current ? null : matches(account.name, words);
    if (!marks) return [];
    const keys = index < 9 ? `Alt+${String(index + 1)}` : '';
    return [
      { kind: 'account', key: `account ${account.id}`, name: account.name, marks, account, keys },
    ];
  });
}

function commands({ commands: all }: Stock, words: string[]): Entry[] {
  return all.flatMap((command): Entry[] => {
    const name = command.name ?? p.commands[command.id];
    const marks = matches(name, words);
    return marks ? [{ kind: 'command', key: `${command.id} ${name}`, name, marks, command }] : [];
  });
}

/** What a question found. */
export interface Answered {
  question: string;
  /** The model that can be asked, if any and not yet. */
  model: string | null;
  quotes: readonly { note: string; words: string }[];
  passages: readonly AskPassage[];
}

/** The rows under a question. */
export function rowsOf({ question, model, quotes, passages }: Answered): Group[] {
  const titles = new Map(passages.map(({ note, title }) => [note, title]));
  const passage = (
    note: string,
    title: string,
    words: string,
    found: Mark[],
    key: string,
  ): Entry => ({
    kind: 'passage',
    key,
    name: title || p.untitled,
    marks: [],
    note,
    words,
    found,
  });
  const ask: Entry[] =
    model === null || question === ''
      ? []
      : [{ kind: 'ask', key: 'ask', name: p.ask.model(model, question), marks: [] }];
  const groups: Group[] = [
    { key: 'ask', entries: ask },
    {
      key: 'quotes',
      entries: quotes.map(({ note, words }, place) =>
        passage(note, titles.get(note) ?? '', words, [], `quote ${place}`),
      ),
    },
    {
      key: 'passages',
      entries: passages.map(({ note, title, text, marks }, place) =>
        passage(note, title, text, marks, `passage ${place}`),
      ),
    },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}
