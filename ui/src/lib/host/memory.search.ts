import type { Mark, NoteView, SearchAnswer, SearchHit, SearchRequest } from '../contract/generated';
import type { Handlers } from './memory';
import { summaryOf } from './memory.notes';

/** What finding notes needs from the core in memory. */
interface Notes {
  readonly accounts: { id: string }[];
  notesOf(account: string): NoteView[];
}

/** Finds the notes that hold all words of the query; the core's own query language is not read here. */
export function searchCommand(core: Notes): Pick<Handlers, 'search'> {
  return { search: (request) => search(core, request) };
}

function search(core: Notes, { account, query, limit }: SearchRequest): SearchAnswer {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const accounts = account === null ? core.accounts.map(({ id }) => id) : [account];
  const found = accounts
    .flatMap((id) => (words.length > 0 ? core.notesOf(id) : []))
    .filter(({ title, body }) => {
      const text = `${title}\n${body}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  return {
    hits: found.slice(0, limit).map((note) => hitOf(note, words)),
    more: found.length > limit,
    guesses: [],
    not_indexed: 0,
    outdated: false,
  };
}

function hitOf(note: NoteView, words: string[]): SearchHit {
  const summary = summaryOf(note);
  return {
    account: note.account,
    note: summary,
    title_marks: marksIn(note.title, words),
    snippet: summary.excerpt,
    snippet_marks: marksIn(summary.excerpt, words),
  };
}

/** The ranges any of the words takes, in order and apart from each other. */
function marksIn(text: string, words: string[]): Mark[] {
  const small = text.toLowerCase();
  const marks: Mark[] = [];
  for (let at = 0; at < small.length;) {
    const start = at;
    const word = words.find((candidate) => small.startsWith(candidate, start));
    if (word === undefined) at += 1;
    else {
      at += word.length;
      marks.push({ start, end: at });
    }
  }
  return marks;
}
