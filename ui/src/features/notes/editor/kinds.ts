import { EditorSelection, type EditorState, type TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { e } from '../../../i18n/editor.more';

/** What a block can be made, by the name of its words. */
export type Kind = keyof typeof e.blocks.words;

/** What begins a line that is a heading, an item, a task or a quotation. */
const OPENING = /^(\s*)(?:#{1,6} |(?:[-*+]|\d{1,9}[.)]) (?:\[[ xX]\] )?|> ?)?/;
const PREFIXES: Partial<Record<Kind, string>> = {
  text: '',
  heading1: '# ',
  heading2: '## ',
  heading3: '### ',
  todo: '- [ ] ',
  bullet: '- ',
  number: '1. ',
  quote: '> ',
};

/** A block of several lines: `‸` is where the caret goes, `…` what the line said. */
const SHAPES: Partial<Record<Kind, string>> = {
  callout: '> [!NOTE]\n> …‸',
  toggle: '<details>\n<summary>…‸</summary>\n\n\n\n</details>',
  code: '```\n…‸\n```',
  divider: '---\n\n‸',
  math: '$$\n…‸\n$$',
  table: '‸| … |  |\n| --- | --- |\n|  |  |',
};

/** Makes the line around a place something else, or puts a block there. `from`–`to` is left out. */
export function turned(
  state: EditorState,
  kind: Kind,
  from: number,
  to = from,
): TransactionSpec | null {
  const line = state.doc.lineAt(from);
  const text = state.sliceDoc(line.from, from) + state.sliceDoc(to, line.to);
  const opening = OPENING.exec(text)?.[0] ?? '';
  const words = text.slice(opening.length).trim();
  const prefix = PREFIXES[kind];
  if (prefix !== undefined) {
    const indent = /^\s*/.exec(opening)?.[0] ?? '';
    const insert = `${kind.startsWith('heading') ? '' : indent}${prefix}${words}`;
    return {
      changes: { from: line.from, to: line.to, insert },
      selection: EditorSelection.cursor(line.from + insert.length),
      userEvent: 'input',
      scrollIntoView: true,
    };
  }
  const shape = SHAPES[kind];
  return shape === undefined ? null : placed(state, shape, words, line.number);
}

/** A block of lines of its own: blank lines part it from what is around. */
function placed(state: EditorState, shape: string, words: string, number: number): TransactionSpec {
  const { doc } = state;
  const line = doc.line(number);
  const filled = (at: number) => at >= 1 && at <= doc.lines && doc.line(at).text.trim() !== '';
  const [head = '', tail = ''] = shape.split('‸').map((part) => part.replace('…', () => words));
  const before = filled(number - 1) ? '\n' : '';
  const after = filled(number + 1) ? '\n' : '';
  const insert = before + head + tail + after;
  const caret = line.from + before.length + head.length;
  return {
    changes: { from: line.from, to: line.to, insert },
    selection: EditorSelection.cursor(caret),
    userEvent: 'input',
    scrollIntoView: true,
  };
}

/** The day `days` from today, as a date of Notion. */
export function dateTag(days: number): string {
  const at = new Date();
  at.setDate(at.getDate() + days);
  const part = (value: number) => String(value).padStart(2, '0');
  const iso = `${at.getFullYear()}-${part(at.getMonth() + 1)}-${part(at.getDate())}`;
  return `<mention-date start="${iso}"/>`;
}

function nextFootnote(state: EditorState): number {
  let most = 0;
  for (const [, number] of state.doc.toString().matchAll(/\[\^(\d{1,4})\]/g)) {
    most = Math.max(most, Number(number));
  }
  return most + 1;
}

/** Things that stand in a line rather than being one. */
function inLine(state: EditorState, kind: Kind, from: number, to: number): TransactionSpec | null {
  if (kind === 'date') {
    const insert = `${dateTag(0)} `;
    return {
      changes: { from, to, insert },
      selection: EditorSelection.cursor(from + insert.length),
      userEvent: 'input',
    };
  }
  if (kind !== 'footnote') return null;
  const name = nextFootnote(state);
  const end = state.doc.length;
  const gap = state.sliceDoc(Math.max(0, end - 1)) === '\n' ? '\n' : '\n\n';
  const changes = state.changes([
    { from, to, insert: `[^${name}]` },
    { from: end, insert: `${gap}[^${name}]: ` },
  ]);
  return {
    changes,
    selection: EditorSelection.cursor(changes.newLength),
    userEvent: 'input',
    scrollIntoView: true,
  };
}

/** Does what was chosen in the menu of blocks, in the place of `from`–`to`. */
export function choose(view: EditorView, kind: Kind, from: number, to: number): void {
  const spec = inLine(view.state, kind, from, to) ?? turned(view.state, kind, from, to);
  if (!spec) return;
  view.dispatch(spec);
  view.focus();
  if (kind !== 'table') return;
  const at = view.state.selection.main.head;
  const grids = [...view.contentDOM.querySelectorAll<HTMLElement>('.md-grid')];
  const grid = grids.find((one) => view.posAtDOM(one) === view.state.doc.lineAt(at).from);
  grid?.querySelector<HTMLElement>('.md-cell')?.focus();
}

/** All that the menu offers, in its order. */
export const KINDS = (Object.keys(e.blocks.words) as Kind[]).filter((kind) => kind !== 'file');
