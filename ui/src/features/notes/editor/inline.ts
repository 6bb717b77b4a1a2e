import { Decoration } from '@codemirror/view';
import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common';
import { e } from '../../../i18n/editor';
import { day } from '../../../i18n/day';
import { attributesOf } from './blocks';
import { colorClass, HIDE, mark, TAG, type Builder } from './builder';
import { mathSign } from './math';
import { picture, sign } from './widgets';

const MENTION = mark('md-mention');
const IMAGE = mark('md-link md-image');
const UNDERLINE = mark('md-underline');
const LINK = Decoration.mark({ class: 'md-link', attributes: { title: e.openLink } });
/** Pictures that the window may show; others are named. */
const SHOWN = /^(?:data:image\/(?:png|jpeg|gif|webp);|asset:|octavo-file:)/;

export function link(build: Builder, node: SyntaxNodeRef): void {
  const url = node.node.getChild('URL');
  const [first, second] = node.node.getChildren('LinkMark');
  if (!first || !second || !url) return;
  const shown = build.touched(node.from, node.to) || first.to === second.from;
  const address = build.text(url.from, url.to);
  if (node.name === 'Image' && !shown && SHOWN.test(address)) {
    build.replace(picture(address, build.text(first.to, second.from)), node.from, node.to);
    return;
  }
  const kind = node.name === 'Image' ? IMAGE : address.startsWith('notion:') ? MENTION : LINK;
  build.add(kind, first.to, second.from);
  if (shown) return;
  build.replace(HIDE, first.from, first.to);
  build.replace(HIDE, second.from, node.to);
}

export function wikiLink(build: Builder, node: SyntaxNodeRef): void {
  const shown = build.touched(node.from, node.to);
  build.add(MENTION, node.from + 2, node.to - 2);
  build.reveal(shown, node.from, node.from + 2);
  build.reveal(shown, node.to - 2, node.to);
}

export function bareAddress(build: Builder, node: SyntaxNodeRef): void {
  const parent = node.node.parent;
  if (parent?.name === 'Link' || parent?.name === 'Image') return;
  build.add(LINK, node.from, node.to);
  if (parent?.name !== 'Autolink') return;
  const shown = build.touched(parent.from, parent.to);
  build.reveal(shown, parent.from, node.from);
  build.reveal(shown, node.to, parent.to);
}

export function inlineMath(build: Builder, { from, to }: SyntaxNodeRef): void {
  if (build.touched(from, to)) build.add(mark('md-code'), from, to);
  else build.replace(mathSign(build.text(from + 1, to - 1), false), from, to);
}

export function footnote(build: Builder, { from, to, node }: SyntaxNodeRef): void {
  if (build.touched(from, to)) {
    build.add(TAG, from, to);
    return;
  }
  const name = build.text(from + 2, to - 1);
  const defines = node.parent?.name === 'FootnoteText' && node.parent.from === from;
  if (defines) {
    build.replace(sign('md-footnote-name', name), from, to);
    if (build.text(to, to + 1) === ':') build.replace(HIDE, to, to + 1);
  } else build.replace(sign('md-footnote', name), from, to);
}

/** The tag that closes the one of this node, among what stands beside it. */
function closing(build: Builder, node: SyntaxNode, name: string): SyntaxNode | null {
  let depth = 0;
  for (let next = node.nextSibling; next; next = next.nextSibling) {
    if (next.name !== 'HTMLTag') continue;
    const tag = build.text(next.from, Math.min(next.to, next.from + name.length + 2));
    if (tag.startsWith(`</${name}`)) {
      if (depth === 0) return next;
      depth--;
    } else if (tag.startsWith(`<${name}`)) depth++;
  }
  return null;
}

function pair(build: Builder, node: SyntaxNode, close: SyntaxNode, kind: Decoration | null): void {
  if (kind) build.add(kind, node.to, close.from);
  const shown = build.touched(node.from, close.to);
  for (const tag of [node, close]) {
    if (shown) build.add(TAG, tag.from, tag.to);
    else build.replace(HIDE, tag.from, tag.to);
  }
}

function kindOf(name: string, found: Record<string, string>): Decoration | null {
  if (name !== 'span') return MENTION;
  if (found.underline === 'true') return UNDERLINE;
  const colored = colorClass(found.color);
  return colored === '' ? null : mark(colored);
}

/** A date as people read it; what is behind it stays as it was. */
function date(found: Record<string, string>): string {
  const { start = '', end, startTime } = found;
  const words = [day(start), startTime].filter(Boolean).join(' ');
  return end === undefined ? words : `${words} – ${day(end)}`;
}

/** Tags of Notion inside of a text: colours, mentions and dates. Unknown ones stay in sight. */
export function htmlTag(build: Builder, { node, from, to }: SyntaxNodeRef): void {
  const text = build.text(from, Math.min(to, from + 2_000));
  const name = /^<([a-z-]+)/.exec(text)?.[1];
  if (name === undefined) {
    if (!/^<\/(?:span|mention-[a-z-]+)>$/.test(text)) build.add(TAG, from, to);
    return;
  }
  const found = attributesOf(text);
  if (name === 'mention-date' && text.endsWith('/>')) {
    if (build.touched(from, to)) build.add(TAG, from, to);
    else build.replace(sign('md-mention md-date', date(found)), from, to);
    return;
  }
  if (name === 'empty-block' || (name === 'br' && !build.touchedLine(from))) {
    if (build.touched(from, to)) build.add(TAG, from, to);
    else build.replace(sign(name === 'br' ? 'md-break' : 'md-empty'), from, to);
    return;
  }
  const pairs = name === 'span' || name.startsWith('mention-');
  const close = pairs && !text.endsWith('/>') ? closing(build, node, name) : null;
  if (close) pair(build, node, close, kindOf(name, found));
  else build.add(TAG, from, to);
}
