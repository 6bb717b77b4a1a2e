import type { SyntaxNodeRef } from '@lezer/common';
import { e } from '../../../i18n/editor';
import { DIM, type Builder } from './builder';
import { sign } from './widgets';

const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$/;

function depthOf(node: SyntaxNodeRef): number {
  let depth = 1;
  for (let up = node.node.parent; up; up = up.parent) if (up.name === 'Blockquote') depth++;
  return Math.min(depth, 3);
}

/** A quotation, or the callout that one beginning with `[!NOTE]` is. */
export function quote(build: Builder, node: SyntaxNodeRef): void {
  const { from, to } = node;
  const first = build.state.doc.lineAt(from);
  const words = build.text(from, Math.min(first.to, from + 40)).replace(/^>\s?/, '');
  const kind = ALERT.exec(words)?.[1];
  const name =
    kind === undefined
      ? `md-quote md-quote-${depthOf(node)}`
      : `md-callout md-${kind.toLowerCase()}`;
  build.eachLine(from, to, (start, end) => {
    build.classed(start, name);
    if (kind === undefined) return;
    if (start <= from) build.classed(start, 'md-callout-first');
    if (end >= to) build.classed(start, 'md-callout-last');
  });
  if (kind === undefined || build.touched(first.from, first.to)) return;
  const at = build.text(from, first.to).indexOf('[!');
  build.replace(sign('md-callout-name', e.callouts[kind] ?? kind), from + at, first.to);
}

export function quoteMark(build: Builder, { from, to }: SyntaxNodeRef): void {
  if (build.touchedLine(from)) build.add(DIM, from, to);
  else build.hideWithBlank(from, to);
}
