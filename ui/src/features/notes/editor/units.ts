import { syntaxTree } from '@codemirror/language';
import type { EditorState, TransactionSpec } from '@codemirror/state';
import { blocksField, type Span } from './blocks';
import { itemAt } from './indent';

/** A block with what stands beside it at the same level. */
export interface Unit extends Span {
  before: Span | null;
  after: Span | null;
}

const wide = (state: EditorState, { from, to }: Span): Span => ({
  from: state.doc.lineAt(from).from,
  to: state.doc.lineAt(to).to,
});

/** The blocks of the text in their order; what Notion wraps around others is one of them. */
function topUnits(state: EditorState): Span[] {
  const { containers, cards } = state.field(blocksField);
  const wholes: Span[] = [...containers.filter(({ depth }) => depth === 0), ...cards];
  const units: Span[] = [];
  for (let node = syntaxTree(state).topNode.firstChild; node; node = node.nextSibling) {
    const { from, to } = node;
    const whole = wholes.find((one) => one.from <= from && one.to >= to);
    const unit = wide(state, whole ?? { from, to });
    if (units.at(-1)?.from !== unit.from) units.push(unit);
  }
  return units;
}

/** The block at a place: an item of a list with what hangs in it, or a block of its own. */
export function unitAt(state: EditorState, at: number): Unit | null {
  const item = itemAt(state, at);
  const { containers } = state.field(blocksField);
  const line = state.doc.lineAt(at);
  if (item && !containers.some(({ from }) => from === line.from)) {
    const span = (node: typeof item | null) =>
      node?.name === 'ListItem' ? wide(state, { from: node.from, to: node.to }) : null;
    const own = wide(state, item);
    return { ...own, before: span(item.prevSibling), after: span(item.nextSibling) };
  }
  const units = topUnits(state);
  const index = units.findIndex(({ from, to }) => from <= line.from && to >= line.to);
  const found = units[index];
  return found
    ? { ...found, before: units[index - 1] ?? null, after: units[index + 1] ?? null }
    : null;
}

/** Exchanges a block with the one before or behind it; what parts them stays. */
export function moved(state: EditorState, at: number, down: boolean): TransactionSpec | null {
  const unit = unitAt(state, at);
  const other = down ? unit?.after : unit?.before;
  if (!unit || !other) return null;
  const [first, second] = down ? [unit, other] : [other, unit];
  const one = state.sliceDoc(first.from, first.to);
  const two = state.sliceDoc(second.from, second.to);
  const gap = state.sliceDoc(first.to, second.from);
  const start = down ? first.from + two.length + gap.length : first.from;
  return {
    changes: { from: first.from, to: second.to, insert: two + gap + one },
    selection: { anchor: start + Math.min(Math.max(0, at - unit.from), unit.to - unit.from) },
    scrollIntoView: true,
    userEvent: 'move.line',
  };
}

/** Puts the same block once more behind itself. */
export function doubled(state: EditorState, at: number): TransactionSpec | null {
  const unit = unitAt(state, at);
  if (!unit) return null;
  const text = state.sliceDoc(unit.from, unit.to);
  const gap = itemAt(state, at) ? '\n' : '\n\n';
  return {
    changes: { from: unit.to, insert: gap + text },
    selection: { anchor: at + gap.length + text.length },
    scrollIntoView: true,
    userEvent: 'input',
  };
}

/** Takes a block away, with the blank line that parted it. */
export function removed(state: EditorState, at: number): TransactionSpec | null {
  const unit = unitAt(state, at);
  if (!unit) return null;
  const { length } = state.doc;
  const gap = /^\n{0,2}/.exec(state.sliceDoc(unit.to, unit.to + 2))?.[0].length ?? 0;
  const to = Math.min(length, unit.to + (itemAt(state, at) ? Math.min(gap, 1) : gap));
  const from = to === length ? Math.max(0, unit.from - (unit.from > 0 ? 1 : 0)) : unit.from;
  return {
    changes: { from, to },
    selection: { anchor: from },
    scrollIntoView: true,
    userEvent: 'delete',
  };
}
