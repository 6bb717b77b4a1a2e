import type { EditorState, Range } from '@codemirror/state';
import { Decoration } from '@codemirror/view';
import { touched } from './focus';

export const mark = (name: string) => Decoration.mark({ class: name });

/** Marks are taken out of sight, not out of the text. */
export const HIDE = Decoration.replace({});
export const DIM = mark('md-mark');
export const TAG = mark('md-tag');

// Each line finds its own direction, so that right-to-left paragraphs stand as they should.
const lineOf = (name = '') =>
  Decoration.line({ attributes: name === '' ? { dir: 'auto' } : { dir: 'auto', class: name } });
const PLAIN = lineOf();
const kinds = new Map<string, Decoration>();
function line(name: string): Decoration {
  let kind = kinds.get(name);
  if (!kind) kinds.set(name, (kind = lineOf(name)));
  return kind;
}

/** What Notion says about a block, as a body carries it: `{color="red"}`. */
const ATTRIBUTES = / ?\{((?:[a-z-]+="[^"{}]*" ?)+)\}$/;
const COLOR = /color="([a-z]+(?:_bg)?)"/;

/** The class of one of Notion's colours, of letters or of what is behind them. */
export function colorClass(color: string | undefined): string {
  return color !== undefined && /^[a-z]{3,6}(_bg)?$/.test(color) ? `md-color-${color}` : '';
}

/** Collects the decorations of what is in sight. */
export class Builder {
  readonly state: EditorState;
  readonly #lines = new Map<number, string[]>();
  readonly ranges: Range<Decoration>[] = [];
  /** What the caret steps over in one go. */
  readonly atoms: Range<Decoration>[] = [];

  constructor(state: EditorState) {
    this.state = state;
  }

  /** Whether the selection touches this stretch: then its marks are shown. */
  touched(from: number, to: number): boolean {
    return touched(this.state, from, to);
  }

  touchedLine(at: number): boolean {
    const { from, to } = this.state.doc.lineAt(at);
    return this.touched(from, to);
  }

  text(from: number, to: number): string {
    return this.state.sliceDoc(from, to);
  }

  add(decoration: Decoration, from: number, to: number): void {
    if (from < to) this.ranges.push(decoration.range(from, to));
  }

  /** A replacement may not reach over the end of a line. */
  replace(decoration: Decoration, from: number, to: number): void {
    const end = Math.min(to, this.state.doc.lineAt(from).to);
    if (from < end) this.ranges.push(decoration.range(from, end));
  }

  /** Hides a stretch for good: the caret steps over it. */
  skip(from: number, to: number): void {
    if (from >= to) return;
    this.ranges.push(HIDE.range(from, to));
    this.atoms.push(HIDE.range(from, to));
  }

  /** Shows a mark where the caret is, and hides it elsewhere. */
  reveal(shown: boolean, from: number, to: number): void {
    if (shown) this.add(DIM, from, to);
    else this.replace(HIDE, from, to);
  }

  /** Hides a mark and the one blank after it. */
  hideWithBlank(from: number, to: number): void {
    this.replace(HIDE, from, this.text(to, to + 1) === ' ' ? to + 1 : to);
  }

  classed(at: number, name: string): void {
    if (name === '') return;
    const { from } = this.state.doc.lineAt(at);
    const names = this.#lines.get(from);
    if (!names) this.#lines.set(from, [name]);
    else if (!names.includes(name)) names.push(name);
  }

  eachLine(from: number, to: number, visit: (from: number, to: number) => void): void {
    for (let at = from; at <= to;) {
      const found = this.state.doc.lineAt(at);
      visit(found.from, found.to);
      at = found.to + 1;
    }
  }

  /** Colours and the like at the end of a line are kept, and shown where the caret is. */
  #attributes(start: number, end: number): void {
    const found = ATTRIBUTES.exec(this.text(Math.max(start, end - 200), end));
    if (!found) return;
    const from = end - found[0].length;
    this.classed(start, colorClass(COLOR.exec(found[1] ?? '')?.[1]));
    if (this.touched(start, end)) this.add(TAG, from, end);
    else this.replace(HIDE, from, end);
  }

  finishLines(from: number, to: number): void {
    this.eachLine(from, to, (start, end) => {
      if (!this.#lines.get(start)?.includes('md-block')) this.#attributes(start, end);
      const names = this.#lines.get(start)?.join(' ') ?? (start === end ? 'md-blank' : '');
      this.ranges.push((names ? line(names) : PLAIN).range(start));
    });
  }
}
