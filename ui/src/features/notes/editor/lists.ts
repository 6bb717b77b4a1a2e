import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common';
import { DIM, mark, type Builder } from './builder';
import { BULLET, DONE, TODO } from './widgets';

const DEEPEST = 8;
const NUMBER = mark('md-number');
const CHECKED = mark('md-checked');

export function depthOf(node: SyntaxNodeRef): number {
  let depth = 0;
  for (let up = node.node.parent; up; up = up.parent) if (up.name === 'ListItem') depth++;
  return depth;
}

/** Where the blanks before a mark begin: at the start of its line, or behind the marks of quotes. */
function blanksFrom(build: Builder, lineFrom: number, to: number): number {
  const before = build.text(lineFrom, to);
  return to - (/[ \t]*$/.exec(before)?.[0].length ?? 0);
}

/** Lines of an item but its first hang under its text; their indentation is drawn, not typed. */
function hang(build: Builder, item: SyntaxNode, depth: number): void {
  const first = build.state.doc.lineAt(item.from);
  const column = item.from - first.from;
  build.eachLine(Math.min(first.to + 1, item.to + 1), item.to, (from, to) => {
    build.classed(from, `md-sub md-d${depth}`);
    const text = build.text(from, Math.min(to, from + 200));
    const quote = /^(?:[ ]{0,3}>[ ]?)*/.exec(text)?.[0].length ?? 0;
    const blanks = /^[ \t]*/.exec(text.slice(quote))?.[0].length ?? 0;
    const next = item.firstChild;
    const content = next ? next.to - item.from + 1 : 2;
    const within = Math.min(blanks, Math.max(0, column - quote) + content);
    if (from + quote + within < to) build.skip(from + quote, from + quote + within);
  });
}

function task(build: Builder, node: SyntaxNodeRef, item: SyntaxNode, box: SyntaxNode): void {
  const done = /x/i.test(build.text(box.from, box.to));
  const text = item.getChild('Task');
  if (done && text) build.add(CHECKED, box.to + 1, text.to);
  if (build.touched(node.from, box.to - 1)) {
    build.add(DIM, node.from, box.to);
    return;
  }
  build.replace(done ? DONE : TODO, node.from, box.to);
}

/** The mark of an item: a bullet, a number or a check box that stands in the indent. */
export function listMark(build: Builder, node: SyntaxNodeRef): void {
  const item = node.node.parent;
  if (!item) return;
  const depth = Math.min(depthOf(node), DEEPEST);
  const { from } = build.state.doc.lineAt(node.from);
  const start = blanksFrom(build, from, node.from);
  build.classed(from, `md-item md-d${depth}`);
  // Only the innermost item says how its lines hang: it is visited last.
  hang(build, item, depth);
  // Items may begin on the line of the item around them: `- - text`.
  if (/^[ \t>]*$/.test(build.text(from, node.from))) build.skip(start, node.from);
  const box = item.getChild('Task')?.getChild('TaskMarker');
  if (box) task(build, node, item, box);
  else if (item.parent?.name === 'OrderedList' || build.touched(node.from, node.to)) {
    build.add(NUMBER, node.from, node.to);
  } else build.replace(BULLET, node.from, node.to);
}
