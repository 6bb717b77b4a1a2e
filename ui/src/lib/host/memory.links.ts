import type {
  Backlink,
  HomeReport,
  NoteLink,
  NoteName,
  NoteSummary,
  NoteView,
} from '../contract/generated';
import type { RequestOf } from './host';
import { wireError, type Handlers } from './memory';

/** What the links and the smaller commands need of the host. */
export interface LinkCore {
  notesOf(account: string): NoteView[];
  trashOf(account: string): NoteView[];
  note(account: string, id: string): NoteView;
  create(request: RequestOf<'note_create'>): NoteView;
  account(id: string): unknown;
  trash(account: string, id: string): void;
  say(note: NoteView): void;
  clear(account: string, ids: string[]): void;
}

type LinkCommand =
  | 'home_report'
  | 'home_act'
  | 'note_links'
  | 'note_losses'
  | 'note_mentions'
  | 'link_report'
  | 'link_targets'
  | 'link_make'
  | 'linked_from'
  | 'note_set'
  | 'note_append'
  | 'note_duplicate'
  | 'note_move_preview'
  | 'note_move'
  | 'note_daily'
  | 'note_from_template'
  | 'trash_list'
  | 'trash_empty';
export type { LinkCommand };

/** `[[Title]]`, and a link by the page or, in memory, by the note itself. */
const LINK = /\[\[([^[\]\n]+)\]\]|\[([^[\]\n]+)\]\(notion:\/\/([\w-]+)\)/g;
/** The pages that the drawn notes have: the note's place, counted from one. */
const DRAWN_PAGE = /^018f0000-0000-7000-8000-0*(\d+)$/;

const nameOf = ({ id, title, body }: NoteView): NoteName => ({
  note: id,
  title: title === '' ? body.slice(0, 120) : title,
});

const key = (title: string) => title.trim().toLowerCase();

const plain = (text: string) =>
  text.replace(LINK, (_, name?: string, words?: string) => name ?? words ?? '');

/** The sentence around a place, without Markdown's signs. */
function sentenceAt(body: string, at: number): string {
  const before = body.slice(0, at);
  const start = Math.max(before.lastIndexOf('\n') + 1, before.search(/(?<=[.!?]\s)[^.!?]*$/), 0);
  const rest = body.slice(start);
  const end = /\n|(?<=[.!?])\s/.exec(rest.slice(at - start))?.index;
  const sentence = end === undefined ? rest : rest.slice(0, at - start + end);
  return plain(sentence)
    .replace(/^[\s>#*-]+(\[[ x]\]\s*)?/, '')
    .trim();
}

/** Where a title first stands outside of any link. */
export function mentionIn(body: string, title: string): number {
  const hidden = body.replace(LINK, (link) => ' '.repeat(link.length));
  return title.trim().length < 3 ? -1 : hidden.toLowerCase().indexOf(key(title));
}

/** The links between the notes in memory, made anew from their texts whenever they are asked for. */
export function linkCommands(
  core: LinkCore,
  summaryOf: (note: NoteView) => NoteSummary,
): Pick<Handlers, LinkCommand> {
  const on = new Map<string, boolean>();
  const linkOf = (note: NoteView, at: number, named: string, page?: string): NoteLink => {
    const { account, body } = note;
    const drawn = page === undefined ? null : DRAWN_PAGE.exec(page);
    const id = drawn ? `${account}-note-${Number(drawn[1]) - 1}` : page;
    const meant = (other: NoteView) =>
      id === undefined ? key(other.title) === key(named) : other.id === id;
    const found = core.notesOf(account).filter(meant);
    const thrown = core.trashOf(account).filter(meant);
    const only = found.length === 1 ? found[0] : found.length === 0 ? thrown[0] : undefined;
    const link = { text: named, sentence: sentenceAt(body, at), address: null };
    if (only) {
      const state = only.trashed ? ('trashed' as const) : ('note' as const);
      return { ...link, state, target: nameOf(only), candidates: [] };
    }
    if (page !== undefined) {
      const address = `https://app.notion.com/p/${page}`;
      const gone = drawn !== null || page.startsWith('new-');
      return { ...link, state: gone ? 'gone' : 'outside', target: null, address, candidates: [] };
    }
    const state = found.length > 1 ? 'ambiguous' : 'unknown';
    return { ...link, state, target: null, candidates: found.map(nameOf) };
  };
  const linksOf = (note: NoteView): NoteLink[] =>
    [...note.body.matchAll(LINK)].map((match) => {
      const [, name, words, page] = match;
      return linkOf(note, match.index, name ?? words ?? '', page);
    });
  const from = (note: NoteView, has: (other: NoteView) => string[]): Backlink[] =>
    core
      .notesOf(note.account)
      .filter((other) => other.id !== note.id)
      .sort((a, b) => b.edited - a.edited)
      .map((other) => ({ from: nameOf(other), sentences: has(other) }))
      .filter(({ sentences }) => sentences.length > 0);
  const changed = (note: NoteView, change: Partial<NoteView>): NoteView => {
    Object.assign(note, change, { version: note.version + 1, edited: Date.now() });
    core.say(note);
    return note;
  };
  const append = (note: NoteView, text: string): NoteView =>
    text.trim() === '' ? note : changed(note, { body: `${note.body}\n\n${text}`.trim() });
  const home = ({ account }: { account: string }): HomeReport => ({
    account,
    state: 'ready',
    words: 'All is well.',
    title: 'Personal Assistant',
    remarks: [],
    address: null,
    ways: [],
    others: [],
  });
  return {
    home_report: home,
    home_act: home,
    note_links: ({ account, note: id }) => {
      const note = core.note(account, id);
      const backlinks = from(note, (other) =>
        linksOf(other)
          .filter((link) => link.target?.note === id)
          .map((link) => link.sentence),
      );
      return { note: id, outgoing: linksOf(note), backlinks };
    },
    note_losses: ({ account, note: id }) => {
      const lines = core.note(account, id).body.split('\n');
      const losses = lines.flatMap((text, at) => {
        const level = /^(#{5,6}) /.exec(text)?.[1]?.length;
        if (level === undefined) return [];
        const what = `a heading of level ${level} becomes one of level 4`;
        return [{ what, line: at + 1, heading: null }];
      });
      return { note: id, losses };
    },
    note_mentions: ({ account, note: id }) => {
      const note = core.note(account, id);
      const mentions = from(note, (other) => {
        const at = mentionIn(other.body, note.title);
        const linked = linksOf(other).some((link) => link.target?.note === id);
        return at < 0 || linked ? [] : [sentenceAt(other.body, at)];
      });
      return { note: id, mentions };
    },
    link_report: ({ account }) => {
      const notes = core.notesOf(account);
      const broken = notes.flatMap((note) =>
        linksOf(note)
          .filter(({ state }) => state !== 'note' && state !== 'outside')
          .map((link) => ({ from: nameOf(note), link })),
      );
      const linked = new Set(notes.flatMap(linksOf).map((link) => link.target?.note));
      const alone = notes.filter((note) => linksOf(note).length === 0 && !linked.has(note.id));
      return { account, broken, orphans: alone.map(nameOf) };
    },
    link_targets: ({ account, text }) => ({
      notes: core
        .notesOf(account)
        .filter((note) => note.title !== '' && key(note.title).includes(key(text)))
        .slice(0, 20)
        .map(nameOf),
    }),
    link_make: ({ account, note: id, name, target }) => {
      const note = core.note(account, id);
      const { title } = core.note(account, target);
      const at = name === null ? mentionIn(note.body, title) : note.body.indexOf(`[[${name}]]`);
      if (at < 0) {
        throw wireError(
          'bad_request',
          `“${name ?? title}” does not stand in this note’s text where it could become a link.`,
        );
      }
      const length = name === null ? title.length : name.length + 4;
      const link = `[${name ?? title}](notion://${target})`;
      return changed(note, {
        body: note.body.slice(0, at) + link + note.body.slice(at + length),
      });
    },
    linked_from: ({ account, on: wanted }) => {
      if (wanted !== null) on.set(account, wanted);
      return { on: on.get(account) ?? true };
    },
    note_set: ({ account, note: id, note_type, tags, pinned }) => {
      const note = core.note(account, id);
      if (note_type !== null) note.note_type = note_type === '' ? null : note_type;
      if (tags !== null) note.tags = tags.map((tag) => tag.replace(/^#/, ''));
      if (pinned !== null) note.pinned = pinned;
      core.say(note);
      return note;
    },
    note_append: ({ account, note, text }) => append(core.note(account, note), text),
    note_duplicate: ({ account, note: id }) => {
      const { title, body, note_type, tags } = core.note(account, id);
      const copy = title === '' ? '' : `${title} 2`;
      return core.create({ account, title: copy, body, note_type, tags: [...tags] });
    },
    note_move_preview: ({ account, notes, to }) => {
      core.account(to);
      const going = notes.map((id) => core.note(account, id));
      const links = going.flatMap((note) => linksOf(note));
      return { movable: notes.length, plain_links: links.length, staying: [] };
    },
    note_move: ({ account, notes, to }) => ({
      arrived: notes.map((id) => {
        const { title, body, note_type, tags } = core.note(account, id);
        const copy = core.create({ account: to, title, body, note_type, tags: [...tags] });
        core.trash(account, id);
        return { note: id, became: copy.id };
      }),
      going: [],
      staying: [],
    }),
    note_daily: ({ account, day, text }) => {
      const title = day ?? new Date().toISOString().slice(0, 10);
      const there = core.notesOf(account).find((note) => note.title === title);
      if (there) return append(there, text ?? '');
      return core.create({ account, title, body: text ?? '', note_type: 'Journal', tags: [] });
    },
    note_from_template: ({ account, template, title }) => {
      const { body, tags } = core.note(account, template);
      const filled = body.replaceAll('{{title}}', title);
      return core.create({ account, title, body: filled, note_type: null, tags: [...tags] });
    },
    trash_list: ({ account }) => ({ account, notes: core.trashOf(account).map(summaryOf) }),
    trash_empty: ({ account }) => {
      const ids = core.trashOf(account).map((note) => note.id);
      core.clear(account, ids);
      return { deleted: ids.length, kept: 0 };
    },
  };
}
