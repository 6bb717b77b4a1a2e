import { ensureSyntaxTree } from '@codemirror/language';
import {
  EditorSelection,
  type ChangeSpec,
  type EditorState,
  type Line,
  type StateCommand,
} from '@codemirror/state';

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

/** Enter goes on with a list or quotation, and leaves it on a line that has nothing else. */
export const continueMarkup: StateCommand = ({ state, dispatch }) => {
  let unhandled = 0;
  const spec = state.changeByRange((range) => {
    const line = state.doc.lineAt(range.head);
    const match = OPENING.exec(line.text);
    const opening = match?.[0].length ?? 0;
    if (!match || !range.empty || range.head < line.from + opening || inCode(state, range.head)) {
      unhandled++;
      return { range };
    }
    if (line.text.slice(opening).trim() === '') {
      return {
        changes: { from: line.from, to: line.to },
        range: EditorSelection.cursor(line.from),
      };
    }
    const insert = state.lineBreak + continuation(match);
    return {
      changes: { from: range.head, insert },
      range: EditorSelection.cursor(range.head + insert.length),
    };
  });
  if (unhandled > 0) return false;
  dispatch(state.update(spec, { scrollIntoView: true, userEvent: 'input' }));
  return true;
};

/** Backspace right after a bullet takes the bullet away, not the blank before the text. */
export const removeMarkup: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  if (!main.empty || state.selection.ranges.length > 1) return false;
  const line = state.doc.lineAt(main.head);
  const match = OPENING.exec(line.text);
  if (!match || main.head !== line.from + match[0].length || inCode(state, main.head)) return false;
  const keep = /^\s*/.exec(line.text)?.[0].length ?? 0;
  const from = match[0].length > keep && keep > 0 ? line.from + keep : line.from;
  dispatch(
    state.update({
      changes: { from, to: main.head },
      scrollIntoView: true,
      userEvent: 'delete.backward',
    }),
  );
  return true;
};

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
