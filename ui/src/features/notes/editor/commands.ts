import { ensureSyntaxTree } from '@codemirror/language';
import {
  EditorSelection,
  type ChangeSpec,
  type EditorState,
  type Line,
  type StateCommand,
} from '@codemirror/state';
import type { Command } from '@codemirror/view';
import { itemAt, outdentItems, withNumbers } from './indent';

/** What begins a line of a list or a quotation: indent, quote marks, bullet or number, check box. */
const OPENING = /^(\s*(?:>\s?)*\s*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(\[[ xX]\]\s+)?|^(\s*(?:>\s?)+)/;

function inCode(state: EditorState, at: number): boolean {
  const tree = ensureSyntaxTree(state, at, 50);
  let node = tree?.resolveInner(at, -1) ?? null;
  while (node) {
    if (node.name === 'FencedCode' || node.name === 'CodeBlock') return true;
    node = node.parent;
  }
  return false;
}

/** What the next line of the same list or quotation begins with. */
function continuation(match: RegExpExecArray): string {
  const [, before = '', bullet, number, dot = '.', space = ' ', task, quote] = match;
  if (quote !== undefined) return quote;
  const mark = bullet ?? `${Number(number) + 1}${dot}`;
  return before + mark + space + (task === undefined ? '' : '[ ] ');
}

/** Enter goes on with a list or quotation; on a line that has nothing else it goes one level out. */
export const continueMarkup: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  if (!main.empty || state.selection.ranges.length > 1) return false;
  const line = state.doc.lineAt(main.head);
  const match = OPENING.exec(line.text);
  const opening = match?.[0].length ?? 0;
  if (!match || main.head < line.from + opening || inCode(state, main.head)) return false;
  if (line.text.slice(opening).trim() === '') return leaveMarkup(state, dispatch, line, match);
  // What a caption or colour says about the block stays with its beginning.
  const insert = state.lineBreak + continuation(match);
  const spec = {
    changes: { from: main.head, to: main.head + blanksAfter(state, main.head, line), insert },
    selection: EditorSelection.cursor(main.head + insert.length),
  };
  dispatch(state.update(withNumbers(state, { ...spec, scrollIntoView: true, userEvent: 'input' })));
  return true;
};

function blanksAfter(state: EditorState, at: number, line: Line): number {
  return /^ */.exec(state.sliceDoc(at, line.to))?.[0].length ?? 0;
}

function leaveMarkup(
  state: EditorState,
  dispatch: Parameters<StateCommand>[0]['dispatch'],
  line: Line,
  match: RegExpExecArray,
): boolean {
  const nested = match[7] === undefined && itemAt(state, line.from + match[0].length);
  if (nested && nested.parent?.parent?.name === 'ListItem') {
    return outdentItems({ state, dispatch });
  }
  // In a quotation the list ends first, then the quotation.
  const quote = match[7] === undefined ? (/^(?:\s*>\s?)+/.exec(line.text)?.[0] ?? '') : '';
  dispatch(
    state.update({
      changes: { from: line.from, to: line.to, insert: quote },
      selection: EditorSelection.cursor(line.from + quote.length),
      scrollIntoView: true,
      userEvent: 'input',
    }),
  );
  return true;
}

/** Shift+Enter breaks the line inside of an item or quotation. */
export const breakLine: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  const match = OPENING.exec(line.text);
  if (!match || inCode(state, main.head)) return false;
  const [whole, before = '', , , , , , quote] = match;
  const task = match[6]?.length ?? 0;
  const hanging = quote ?? before + ' '.repeat(whole.length - before.length - task);
  const insert = state.lineBreak + hanging;
  dispatch(
    state.update({
      changes: { from: main.from, to: main.to, insert },
      selection: EditorSelection.cursor(main.from + insert.length),
      scrollIntoView: true,
      userEvent: 'input',
    }),
  );
  return true;
};

/**
 * Backspace right after a mark takes one thing away: the check box, then the level, then the mark;
 * never the blank before the text.
 */
export const removeMarkup: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  if (!main.empty || state.selection.ranges.length > 1) return false;
  const line = state.doc.lineAt(main.head);
  if (inCode(state, main.head)) return false;
  const heading = /^#{1,6} /.exec(line.text);
  const match = OPENING.exec(line.text);
  const opening = heading ?? match;
  if (!opening || main.head !== line.from + opening[0].length) return false;
  const item = match && !match[7] ? itemAt(state, main.head) : null;
  if (!heading && !match?.[6] && item?.parent?.parent?.name === 'ListItem') {
    return outdentItems({ state, dispatch });
  }
  const kept = heading ? 0 : match?.[6] ? match[0].length - match[6].length : keptOf(match);
  const changes = { from: line.from + kept, to: main.head };
  dispatch(state.update({ changes, scrollIntoView: true, userEvent: 'delete.backward' }));
  return true;
};

/** Home goes to where the text of an item begins, and from there to the start of its line. */
export function toTextStart(extend: boolean): Command {
  return (view) => {
    const { state } = view;
    const { main } = state.selection;
    const line = state.doc.lineAt(main.head);
    const opening = (OPENING.exec(line.text) ?? /^#{1,6} /.exec(line.text))?.[0].length ?? 0;
    const text = line.from + opening;
    if (opening === 0 || main.head === text) return false;
    const boundary = view.moveToLineBoundary(main, false).head;
    if (boundary > text) return false;
    const range = extend ? EditorSelection.range(main.anchor, text) : EditorSelection.cursor(text);
    view.dispatch({ selection: range, scrollIntoView: true, userEvent: 'select' });
    return true;
  };
}

/** How much of an opening stays without its innermost mark. */
function keptOf(match: RegExpExecArray | null): number {
  const quote = match?.[7];
  if (quote !== undefined) return quote.lastIndexOf('>');
  return match?.[1]?.length ?? 0;
}

/** Puts marks around the selection, or takes them away when they are there. */
export function wrapIn(mark: string): StateCommand {
  return ({ state, dispatch }) => {
    const size = mark.length;
    const spec = state.changeByRange(({ from, to }) => {
      const inside = state.sliceDoc(from, to);
      const outer =
        state.sliceDoc(from - size, from) === mark && state.sliceDoc(to, to + size) === mark;
      if (outer) {
        return {
          changes: [
            { from: from - size, to: from },
            { from: to, to: to + size },
          ],
          range: EditorSelection.range(from - size, to - size),
        };
      }
      if (inside.length >= 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
        return {
          changes: { from, to, insert: inside.slice(size, -size) },
          range: EditorSelection.range(from, to - 2 * size),
        };
      }
      return {
        changes: [
          { from, insert: mark },
          { from: to, insert: mark },
        ],
        range: EditorSelection.range(from + size, to + size),
      };
    });
    dispatch(state.update(spec, { scrollIntoView: true, userEvent: 'input' }));
    return true;
  };
}

const TASK = /^(\s*(?:>\s?)*\s*(?:[-*+]|\d{1,9}[.)])\s+\[)([ xX])\]/;

/** The change that checks or unchecks the task on this line. */
export function toggleTask(line: Line): ChangeSpec | null {
  const match = TASK.exec(line.text);
  if (!match) return null;
  const from = line.from + (match[1]?.length ?? 0);
  return { from, to: from + 1, insert: match[2] === ' ' ? 'x' : ' ' };
}

/** Checks or unchecks the tasks the selection touches. */
export const toggleTasks: StateCommand = ({ state, dispatch }) => {
  const changes: ChangeSpec[] = [];
  let done = -1;
  for (const { from, to } of state.selection.ranges) {
    for (let at = from; at <= to;) {
      const line = state.doc.lineAt(at);
      const change = line.from > done ? toggleTask(line) : null;
      done = line.from;
      if (change) changes.push(change);
      at = line.to + 1;
    }
  }
  if (changes.length === 0) return false;
  dispatch(state.update({ changes, userEvent: 'input' }));
  return true;
};
