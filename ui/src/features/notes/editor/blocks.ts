import { syntaxTree } from '@codemirror/language';
import { StateField, type EditorState, type Transaction } from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';

/** What Notion wraps around other blocks: its tags step back, and what is inside shows it. */
export interface Container {
  kind: 'callout' | 'details' | 'indent';
  /** The line of the tag that opens it. */
  from: number;
  openTo: number;
  /** The line of the tag that closes it. */
  closeFrom: number;
  to: number;
  depth: number;
  attributes: Record<string, string>;
}

/** A piece of Notion that Markdown cannot say. */
export interface Card {
  from: number;
  to: number;
  tag: string;
  label: string;
}

export interface Span {
  from: number;
  to: number;
}

/** What spans whole lines of the text, in its order. */
export interface Blocks {
  containers: Container[];
  cards: Card[];
  tables: Span[];
  formulas: Span[];
}

const CARDS =
  /^<(page|database|columns|synced_block|synced_block_reference|table_of_contents|meeting-notes|audio|video|pdf|file|unknown|table)(?=[\s/>])([^\n]*?)>/;
const OPENING = /^<(callout|details|indent)((?:\s[^<>]*)?)>\s*$/;
const CLOSING = /^<\/(callout|details|indent)>\s*$/;
const LESS = '<';
/** A tag further in than this is not one that Notion wrote. */
const LONGEST_TAG = 4_000;

export function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([a-z-]+)="([^"]*)"/g)) {
    found[name] = value.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  }
  return found;
}

class Reader {
  readonly blocks: Blocks = { containers: [], cards: [], tables: [], formulas: [] };
  readonly #state: EditorState;
  readonly #open: Container[] = [];
  /** A card that has not been closed yet, and how often its tag is open. */
  #card: (Card & { depth: number }) | null = null;

  constructor(state: EditorState) {
    this.#state = state;
  }

  node(node: SyntaxNode): void {
    if (this.#card || this.#startsWithTag(node)) {
      this.#lines(node);
      return;
    }
    if (node.name === 'Table') this.blocks.tables.push({ from: node.from, to: node.to });
    else if (node.name === 'BlockMath') this.blocks.formulas.push({ from: node.from, to: node.to });
  }

  #startsWithTag({ name, from }: SyntaxNode): boolean {
    return (
      (name === 'HTMLBlock' || name === 'Paragraph') &&
      this.#state.sliceDoc(from, from + 1) === LESS
    );
  }

  #lines({ from, to }: SyntaxNode): void {
    const { doc } = this.#state;
    for (let at = from; at <= to;) {
      const line = doc.lineAt(at);
      const text = line.text.slice(0, LONGEST_TAG).trimEnd();
      if (this.#card) this.#inCard(this.#card, text, line.to);
      else this.#tagged(text, line.from, line.to);
      at = line.to + 1;
    }
  }

  #tagged(text: string, from: number, to: number): void {
    const card = CARDS.exec(text);
    if (card) {
      const [, tag = '', inside = ''] = card;
      const { alt, src, url } = attributesOf(inside);
      const words = text.slice(card[0].length).replace(/<[^>]*>/g, '');
      const label = words.trim() || (alt ?? '') || (src ?? url ?? '');
      this.#card = { from, to, tag, label, depth: 0 };
      this.#inCard(this.#card, text, to);
      return;
    }
    const open = OPENING.exec(text);
    if (open) {
      const [, kind = '', attributes = ''] = open;
      this.#open.push({
        kind: kind as Container['kind'],
        from,
        openTo: to,
        closeFrom: to,
        to,
        depth: this.#open.length,
        attributes: attributesOf(attributes),
      });
      return;
    }
    const closed = CLOSING.exec(text)?.[1];
    if (closed === undefined || this.#open.at(-1)?.kind !== closed) return;
    const container = this.#open.pop();
    if (container) this.blocks.containers.push({ ...container, closeFrom: from, to });
  }

  /** A card ends where its tag is closed as often as it was opened. */
  #inCard(card: Card & { depth: number }, text: string, to: number): void {
    const name = card.tag;
    for (const [found] of text.matchAll(new RegExp(`<(/?)${name}(?=[\\s/>])[^>]*>`, 'g'))) {
      if (found.startsWith('</')) card.depth--;
      else if (!found.endsWith('/>')) card.depth++;
    }
    if (card.depth > 0) return;
    this.blocks.cards.push({ from: card.from, to, tag: name, label: card.label });
    this.#card = null;
  }
}

function read(state: EditorState): Blocks {
  const reader = new Reader(state);
  for (let node = syntaxTree(state).topNode.firstChild; node; node = node.nextSibling) {
    reader.node(node);
  }
  const { blocks } = reader;
  blocks.containers.sort((a, b) => a.from - b.from);
  return blocks;
}

/** The blocks of the text as far as it was parsed. Only whole blocks are looked at, never words. */
export const blocksField = StateField.define<Blocks>({
  create: read,
  update(blocks, transaction: Transaction) {
    const same = syntaxTree(transaction.startState) === syntaxTree(transaction.state);
    return same && !transaction.docChanged ? blocks : read(transaction.state);
  },
});
