import type { NoteSummary } from '../../lib/contract/generated';

/** Every row of the list is as high, headings too: where a row is follows from its number. */
export const ROW = 32;

export interface Group {
  key: string;
  label: string;
  notes: NoteSummary[];
  /** The row of its heading. */
  row: number;
  /** The place of its first note among all notes. */
  first: number;
}

export interface Rows {
  groups: Group[];
  /** All notes in the order of the screen. */
  order: NoteSummary[];
  /** Note id to its place in `order`. */
  place: Map<string, number>;
  /** How many rows there are, headings included. */
  count: number;
}

export interface GroupNames {
  pinned: string;
  untyped: string;
}

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** Groups notes as the contents page does: pinned ones on top, untyped ones, then type by type. */
export function rowsOf(notes: readonly NoteSummary[], names: GroupNames): Rows {
  const pinned: NoteSummary[] = [];
  const untyped: NoteSummary[] = [];
  const types = new Map<string, NoteSummary[]>();
  for (const note of notes) {
    if (note.pinned) pinned.push(note);
    else if (note.note_type === null) untyped.push(note);
    else {
      const same = types.get(note.note_type);
      if (same) same.push(note);
      else types.set(note.note_type, [note]);
    }
  }
  const named = [...types].sort(([a], [b]) => byName.compare(a, b));
  const all: [key: string, label: string, notes: NoteSummary[]][] = [
    ['pinned', names.pinned, pinned],
    ['untyped', names.untyped, untyped],
    ...named.map(([type, list]): [string, string, NoteSummary[]] => [`type ${type}`, type, list]),
  ];
  const groups: Group[] = [];
  const order: NoteSummary[] = [];
  let row = 0;
  for (const [key, label, list] of all) {
    if (list.length === 0) continue;
    groups.push({ key, label, notes: list, row, first: order.length });
    row += list.length + 1;
    for (const note of list) order.push(note);
  }
  const place = new Map(order.map((note, index) => [note.id, index]));
  return { groups, order, place, count: row };
}

/** The row of the note at this place among all notes. */
export function rowAt(rows: Rows, place: number): number {
  const group = rows.groups.findLast((candidate) => candidate.first <= place);
  return group ? group.row + 1 + place - group.first : 0;
}

export interface Slice {
  group: Group;
  heading: boolean;
  /** The first note shown, counted within the group. */
  from: number;
  notes: NoteSummary[];
}

/** What of each group lies between two rows (the last one not included). */
export function sliceOf(rows: Rows, start: number, end: number): Slice[] {
  const slices: Slice[] = [];
  for (const group of rows.groups) {
    const last = group.row + 1 + group.notes.length;
    if (last <= start) continue;
    if (group.row >= end) break;
    const from = Math.max(0, start - group.row - 1);
    const to = Math.min(group.notes.length, end - group.row - 1);
    slices.push({ group, heading: group.row >= start, from, notes: group.notes.slice(from, to) });
  }
  return slices;
}
