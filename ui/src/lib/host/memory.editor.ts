import type { AnswerOf, CommandName, RequestOf } from './host';
import { wireError } from './memory';

export type EditorCommand = 'link_open' | 'html_to_body';
type EditorHandlers = {
  [C in EditorCommand & CommandName]: (request: RequestOf<C>) => AnswerOf<C>;
};

const MARKS: Record<string, string> = {
  STRONG: '**',
  B: '**',
  EM: '*',
  I: '*',
  CODE: '`',
  S: '~~',
};

function inline(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replace(/\s+/g, ' ');
  const inside = [...node.childNodes].map(inline).join('');
  if (!(node instanceof Element)) return inside;
  if (node.tagName === 'A') return `[${inside}](${node.getAttribute('href') ?? ''})`;
  const mark = MARKS[node.tagName] ?? '';
  return mark + inside + mark;
}

function block(node: Element): string[] {
  const level = /^H([1-4])$/.exec(node.tagName)?.[1];
  if (level !== undefined) return [`${'#'.repeat(Number(level))} ${inline(node).trim()}`];
  if (node.tagName === 'UL' || node.tagName === 'OL') {
    const mark = (at: number) => (node.tagName === 'OL' ? `${at + 1}. ` : '- ');
    return [[...node.children].map((item, at) => mark(at) + inline(item).trim()).join('\n')];
  }
  const blocks = [...node.children].filter((child) => /^(?:H\d|P|UL|OL|DIV)$/.test(child.tagName));
  if (blocks.length > 0) return blocks.flatMap(block);
  const text = inline(node).trim();
  return text === '' ? [] : [text];
}

/** What the core does for the editor, as far as a page of examples needs it. */
export const editorCommands: EditorHandlers = {
  link_open: ({ address }) => {
    if (!/^(?:https?:\/\/[^@]+|mailto:.+)$/i.test(address)) throw wireError('bad_request');
    return {};
  },
  html_to_body: ({ html }) => ({
    body: block(new DOMParser().parseFromString(html, 'text/html').body).join('\n\n'),
  }),
};
