import type { SyntaxNode } from '@lezer/common';
import { markdownParser } from './language';

const CLASSES: Record<string, string> = {
  StrongEmphasis: 'md-strong',
  Emphasis: 'md-emphasis',
  Strikethrough: 'md-strike',
  InlineCode: 'md-code',
  Link: 'md-link',
  WikiLink: 'md-mention',
  InlineMath: 'md-code',
};
const HIDDEN = /Mark$|^LinkTitle$|^LinkLabel$/;

function put(into: Node, text: string, node: SyntaxNode): void {
  let at = node.from;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    into.appendChild(document.createTextNode(text.slice(at, child.from)));
    at = child.to;
    putChild(into, text, child, node.name);
  }
  into.appendChild(document.createTextNode(text.slice(at, node.to)));
}

function putChild(into: Node, text: string, child: SyntaxNode, parent: string): void {
  const { name, from, to } = child;
  const address = name === 'URL' && (parent === 'Link' || parent === 'Image');
  if (HIDDEN.test(name) || address) return;
  if (name === 'Escape') into.appendChild(document.createTextNode(text.slice(from + 1, to)));
  else if (name === 'HTMLTag') {
    if (/^<br\s*\/?>/i.test(text.slice(from, to))) into.appendChild(document.createElement('br'));
  } else {
    const span = document.createElement('span');
    span.className = CLASSES[name] ?? '';
    put(span, text, child);
    into.appendChild(span);
  }
}

/** The text of a cell as it will look: to be read, not to be typed in. */
export function rendered(cell: string): DocumentFragment {
  const place = document.createDocumentFragment();
  const text = `| ${cell} |\n| --- |`;
  const found = markdownParser.parse(text).topNode.firstChild?.firstChild?.getChild('TableCell');
  if (found) put(place, text, found);
  else place.append(cell);
  return place;
}
