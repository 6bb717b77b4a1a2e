import { ensureSyntaxTree } from '@codemirror/language';
import {
  type ChangeSpec,
  type EditorState,
  type Line,
  type StateCommand,
  type Text,
  type TransactionSpec,
} from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';

/** How long a key may wait for the text to be understood. */
const PATIENCE = 50;

/** The innermost item of a list that begins on this line, or goes on in it. */
export function itemAt(state: EditorState, at: number): SyntaxNode | null {
  const tree = ensureSyntaxTree(state, Math.min(at + 1, state.doc.length), PATIENCE);
  const line = state.doc.lineAt(at);
  const content = line.from + line.text.length - line.text.trimStart().length;
  for (const place of [Math.max(at, content), line.to]) {
    let node: SyntaxNode | null = tree?.resolveInner(place, -1) ?? null;
    for (; node; node = node.parent) if (node.name === 'ListItem') return node;
  }
  return null;
}

const columnOf = (doc: Text, item: SyntaxNode) => item.from - doc.lineAt(item.from).from;

/** How far the text of an item stands from its mark: `- ` or `10. `. */
function widthOf(doc: Text, item: SyntaxNode): number {
  const mark = item.firstChild;
  if (!mark) return 2;
  const blanks = /^ {1,4}/.exec(doc.sliceString(mark.to, mark.to + 4))?.[0].length ?? 1;
  return mark.to - item.from + blanks;
}

/** The lines of an item with all that hangs in it. */
function linesOf(doc: Text, item: SyntaxNode): Line[] {
  const lines: Line[] = [];
  for (let at = item.from; at <= item.to;) {
    const line = doc.lineAt(at);
    lines.push(line);
    at = line.to + 1;
  }
  return lines;
}

/** The blanks that begin a line, behind the marks of quotations that it is in. */
function blanksOf(line: Line): { from: number; length: number } {
  const quote = /^(?: {0,3}> ?)*/.exec(line.text)?.[0].length ?? 0;
  const length = /^ */.exec(line.text.slice(quote))?.[0].length ?? 0;
  return { from: line.from + quote, length };
}

function shift(doc: Text, item: SyntaxNode, by: number): ChangeSpec[] {
  return linesOf(doc, item).flatMap((line): ChangeSpec[] => {
    if (line.text.trim() === '') return [];
    const { from, length } = blanksOf(line);
    if (by > 0) return [{ from, insert: ' '.repeat(by) }];
    return length > 0 ? [{ from, to: from + Math.min(-by, length) }] : [];
  });
}

/** Counts the numbered lists on which these lines bear anew, from the number each begins with. */
function counted(state: EditorState, at: number): ChangeSpec[] {
  const changes: ChangeSpec[] = [];
  const tree = ensureSyntaxTree(state, Math.min(at + 2_000, state.doc.length), PATIENCE);
  const line = state.doc.lineAt(at);
  let node: SyntaxNode | null = tree?.resolveInner(line.to, -1) ?? null;
  for (; node; node = node.parent) {
    if (node.name === 'OrderedList') changes.push(...renumbered(state, node));
    const next = node.name === 'ListItem' ? node.lastChild : null;
    if (next?.name === 'OrderedList') changes.push(...renumbered(state, next));
  }
  return changes;
}

function renumbered(state: EditorState, list: SyntaxNode): ChangeSpec[] {
  const changes: ChangeSpec[] = [];
  let next: number | null = null;
  for (const item of list.getChildren('ListItem')) {
    const mark = item.getChild('ListMark');
    if (!mark) continue;
    const text = state.sliceDoc(mark.from, mark.to - 1);
    // A list that was indented begins where its own first item says; all others follow it.
    next ??= Number(text);
    if (text !== String(next))
      changes.push({ from: mark.from, to: mark.to - 1, insert: String(next) });
    next++;
  }
  return changes;
}

/** Makes a change, and counts the numbered list around the caret anew in the same step. */
export function withNumbers(state: EditorState, spec: TransactionSpec): TransactionSpec {
  const first = state.update(spec);
  const more = counted(first.state, first.newSelection.main.head);
  if (more.length === 0) return spec;
  const second = first.state.changes(more);
  return {
    ...spec,
    changes: first.changes.compose(second),
    selection: first.newSelection.map(second, 1),
  };
}

/** The items that the selection touches, but not those inside of another one of them. */
function chosen(state: EditorState): SyntaxNode[] {
  const items: SyntaxNode[] = [];
  for (const { from, to } of state.selection.ranges) {
    for (let at = from; at <= to;) {
      const item = itemAt(state, at);
      const inside = item && items.some((one) => one.from <= item.from && one.to >= item.to);
      if (item && !inside) items.push(item);
      at = state.doc.lineAt(at).to + 1;
    }
  }
  return items;
}

/** Puts items one level deeper, under the one before them. */
export const indentItems: StateCommand = ({ state, dispatch }) => {
  const items = chosen(state);
  if (items.length === 0) return false;
  const changes = items.flatMap((item): ChangeSpec[] => {
    let before = item.prevSibling;
    while (before && items.some((one) => one.from === before?.from)) before = before.prevSibling;
    if (before?.name !== 'ListItem') return [];
    const by = columnOf(state.doc, before) + widthOf(state.doc, before) - columnOf(state.doc, item);
    return [...shift(state.doc, item, by), ...restarted(item, before)];
  });
  // The key was meant for the list even where nothing is to be done: it must not leave the text.
  if (changes.length > 0) {
    dispatch(state.update(withNumbers(state, { changes, userEvent: 'input.indent' })));
  }
  return true;
};

/** A number that begins a list of its own begins at one. */
function restarted(item: SyntaxNode, before: SyntaxNode): ChangeSpec[] {
  const mark = item.getChild('ListMark');
  const joins = before.lastChild?.name === 'OrderedList';
  if (item.parent?.name !== 'OrderedList' || !mark || joins) return [];
  return [{ from: mark.from, to: mark.to - 1, insert: '1' }];
}

/** Puts items one level up, beside the one that they hang under. */
export const outdentItems: StateCommand = ({ state, dispatch }) => {
  const items = chosen(state);
  if (items.length === 0) return false;
  const changes = items.flatMap((item): ChangeSpec[] => {
    const above = item.parent?.parent;
    if (above?.name !== 'ListItem') return [];
    return shift(state.doc, item, columnOf(state.doc, above) - columnOf(state.doc, item));
  });
  if (changes.length > 0) {
    dispatch(state.update(withNumbers(state, { changes, userEvent: 'delete.dedent' })));
  }
  return true;
};
