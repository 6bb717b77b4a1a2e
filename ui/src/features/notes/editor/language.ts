import {
  defineLanguageFacet,
  Language,
  LanguageDescription,
  languageDataProp,
  ParseContext,
} from '@codemirror/language';
import type { Parser } from '@lezer/common';
import {
  Autolink,
  parseCode,
  parser,
  Strikethrough,
  Table,
  TaskList,
  type BlockContext,
  type InlineContext,
  type LeafBlock,
  type LeafBlockParser,
  type Line,
  type MarkdownConfig,
} from '@lezer/markdown';

// The parser is used as it is: the ready-made Markdown package would bring the grammars of HTML,
// CSS and JavaScript along, which costs as much again as the whole editor.
const data = defineLanguageFacet();

const DOLLAR = 36;
const BRACKET = 91;
const BACKSLASH = 92;
/** A line beyond this is drawn as it is: nobody wrote it, and to find its marks would take long. */
export const LONGEST_LINE = 50_000;

const isBlank = (unit: number) => unit === 32 || unit === 9 || unit === 10 || unit < 0;
const isDigit = (unit: number) => unit >= 48 && unit < 58;

/** `$…$` as Notion writes it: no blank inside the dollars, no digit behind, so that prices stay. */
function inlineMath(cx: InlineContext, next: number, pos: number): number {
  if (next !== DOLLAR || cx.char(pos + 1) === DOLLAR || isBlank(cx.char(pos + 1))) return -1;
  for (let at = pos + 1; at < cx.end && cx.char(at) !== 10; at++) {
    if (cx.char(at) === BACKSLASH) at++;
    else if (cx.char(at) === DOLLAR) {
      if (isBlank(cx.char(at - 1)) || isDigit(cx.char(at + 1))) return -1;
      const marks = [cx.elt('MathMark', pos, pos + 1), cx.elt('MathMark', at, at + 1)];
      return cx.addElement(cx.elt('InlineMath', pos, at + 1, marks));
    }
  }
  return -1;
}

/** Lines between `$$` and `$$`. */
function blockMath(cx: BlockContext, line: Line): boolean {
  const first = line.text.slice(line.pos).trimEnd();
  if (line.next !== DOLLAR || !first.startsWith('$$')) return false;
  const from = cx.lineStart + line.pos;
  let to = cx.lineStart + line.text.length;
  let closed = first.length > 4 && first.endsWith('$$');
  while (!closed && cx.nextLine()) {
    to = cx.lineStart + line.text.length;
    closed = line.text.trimEnd().endsWith('$$');
  }
  cx.nextLine();
  cx.addElement(cx.elt('BlockMath', from, to));
  return true;
}

function longLine(cx: BlockContext, line: Line): boolean {
  if (line.text.length <= LONGEST_LINE) return false;
  const from = cx.lineStart + line.pos;
  const to = cx.lineStart + line.text.length;
  cx.nextLine();
  cx.addElement(cx.elt('LongLine', from, to));
  return true;
}

function bracketed(cx: InlineContext, next: number, pos: number): number {
  if (next !== BRACKET) return -1;
  const second = cx.char(pos + 1);
  if (second === 94) {
    const found = /^\[\^[^\]\s[]{1,80}\]/.exec(cx.slice(pos, Math.min(pos + 84, cx.end)));
    return found ? cx.addElement(cx.elt('Footnote', pos, pos + found[0].length)) : -1;
  }
  if (second !== BRACKET) return -1;
  const found = /^\[\[([^[\]\n]{1,400})\]\]/.exec(cx.slice(pos, Math.min(pos + 404, cx.end)));
  if (!found) return -1;
  const to = pos + found[0].length;
  const marks = [cx.elt('LinkMark', pos, pos + 2), cx.elt('LinkMark', to - 2, to)];
  return cx.addElement(cx.elt('WikiLink', pos, to, marks));
}

/** `[^1]: …`, which would else be read as the address of a link. */
class FootnoteText implements LeafBlockParser {
  nextLine(): boolean {
    return false;
  }
  finish(cx: BlockContext, leaf: LeafBlock): boolean {
    const { start, content } = leaf;
    const inside = cx.parser.parseInline(content, start);
    cx.addLeafElement(leaf, cx.elt('FootnoteText', start, start + content.length, inside));
    return true;
  }
}

const notes: MarkdownConfig = {
  defineNodes: [
    'InlineMath',
    'MathMark',
    { name: 'BlockMath', block: true },
    { name: 'LongLine', block: true },
    'Footnote',
    { name: 'FootnoteText', block: true },
    'WikiLink',
  ],
  parseInline: [
    { name: 'InlineMath', parse: inlineMath, after: 'Escape' },
    { name: 'Bracketed', parse: bracketed, before: 'Link' },
  ],
  parseBlock: [
    { name: 'LongLine', parse: longLine, before: 'LinkReference' },
    { name: 'BlockMath', parse: blockMath, before: 'LinkReference' },
    {
      name: 'FootnoteText',
      leaf: (_, leaf) => (/^\[\^[^\]\s]+\]:/.test(leaf.content) ? new FootnoteText() : null),
      before: 'LinkReference',
    },
  ],
};

let languages: readonly LanguageDescription[] | null = null;

async function grammar(name: string): Promise<void> {
  languages ??= (await import('@codemirror/language-data')).languages;
  await LanguageDescription.matchLanguageName(languages, name, true)?.load();
}

/** The grammar of a language, which is fetched when code in it comes into sight. */
function codeParser(info: string): Parser | null {
  const name = /^[^\s{]*/.exec(info)?.[0] ?? '';
  if (name === '' || name === 'plain') return null;
  const known = languages && LanguageDescription.matchLanguageName(languages, name, true);
  if (known?.support) return known.support.language.parser;
  if (languages && !known) return null;
  // A grammar that cannot be fetched leaves its code uncoloured.
  return ParseContext.getSkippingParser(grammar(name).catch(() => undefined));
}

/** The names that code blocks understand, for the choice of a language. */
export async function languageNames(): Promise<string[]> {
  languages ??= (await import('@codemirror/language-data')).languages;
  return languages.map((language) => language.name);
}

export const markdownParser = parser.configure([
  Strikethrough,
  TaskList,
  Table,
  Autolink,
  notes,
  parseCode({ codeParser }),
  { props: [languageDataProp.add({ Document: data })] },
]);

export const markdown = new Language(data, markdownParser, [], 'markdown');
