import type {
  Backlink,
  HomeReport,
  NoteLink,
  NoteName,
  NoteSummary,
  NoteView,
} from '../contract/generated';
import type { RequestOf } from './host';
import type { Handlers } from './memory';

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

const NAME = /\[\[([^[\]\n]+)\]\]/g;

const nameOf = ({ id, title, body }: NoteView): NoteName => ({
  note: id,
  title: title === '' ? body.slice(0, 120) : title,
});

const key = (title: string) => title.trim().toLowerCase();

/** Links are the names in brackets; that is enough to look at. */
export function linkCommands(
  core: LinkCore,
  summaryOf: (note: NoteView) => NoteSummary,
): Pick<Handlers, LinkCommand> {
  const on = new Map<string, boolean>();
  const linksOf = (note: NoteView): NoteLink[] =>
    [...note.body.matchAll(NAME)].map(([, name = '']) => {
      const found = core.notesOf(note.account).filter((other) => key(other.title) === key(name));
      const only = found.length === 1 ? found[0] : undefined;
      return {
        text: name,
        sentence: note.body.split('\n').find((line) => line.includes(`[[${name}]]`)) ?? name,
        state: only ? 'note' : found.length > 1 ? 'ambiguous' : 'unknown',
        target: only ? nameOf(only) : null,
        address: null,
        candidates: only ? [] : found.map(nameOf),
      };
    });
  const from = (note: NoteView, has: (other: NoteView) => string[]): Backlink[] =>
    core
      .notesOf(note.account)
      .filter((other) => other.id !== note.id)
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
      const mentions = from(note, (other) =>
        note.title.length < 3
          ? []
          : other.body
              .split('\n')
              .filter((line) => key(line.replace(NAME, '')).includes(key(note.title))),
      );
      return { note: id, mentions };
    },
    link_report: ({ account }) => {
      const notes = core.notesOf(account);
      const broken = notes.flatMap((note) =>
        linksOf(note)
          .filter((link) => link.state !== 'note')
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
      const written = name === null ? title : `[[${name}]]`;
      return changed(note, { body: note.body.replace(written, `[[${title}]]`) });
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
