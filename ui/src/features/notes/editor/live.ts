import { syntaxTree } from '@codemirror/language';
import { RangeSet, type EditorState, type Extension, type Range } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import type { SyntaxNodeRef } from '@lezer/common';
import { t } from '../../../i18n';
import { toggleTask } from './commands';

/** Marks are taken out of sight, not out of the text. */
const HIDE = Decoration.replace({});

class Bullet extends WidgetType {
  override eq(): boolean {
    return true;
  }
  override toDOM(): HTMLElement {
    const dot = document.createElement('span');
    dot.className = 'md-bullet';
    dot.textContent = '•';
    return dot;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

class Box extends WidgetType {
  readonly #done: boolean;
  constructor(done: boolean) {
    super();
    this.#done = done;
  }
  override eq(other: Box): boolean {
    return other.#done === this.#done;
  }
  override toDOM(view: EditorView): HTMLElement {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.className = 'md-box';
    box.checked = this.#done;
    // Tab goes through the window, not through every task; Ctrl+Enter checks the one at the caret.
    box.tabIndex = -1;
    box.setAttribute('aria-label', this.#done ? t.note.done : t.note.todo);
    box.addEventListener('mousedown', (event) => {
      event.preventDefault();
    });
    box.addEventListener('click', (event) => {
      event.preventDefault();
      const changes = toggleTask(view.state.doc.lineAt(view.posAtDOM(box)));
      if (changes) view.dispatch({ changes, userEvent: 'input' });
    });
    return box;
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

class Rule extends WidgetType {
  override eq(): boolean {
    return true;
  }
  override toDOM(): HTMLElement {
    const rule = document.createElement('span');
    rule.className = 'md-rule';
    return rule;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

const BULLET = Decoration.replace({ widget: new Bullet() });
const DONE = Decoration.replace({ widget: new Box(true) });
const TODO = Decoration.replace({ widget: new Box(false) });
const RULE = Decoration.replace({ widget: new Rule() });

const mark = (name: string) => Decoration.mark({ class: name });
const INLINE: Record<string, Decoration> = {
  StrongEmphasis: mark('md-strong'),
  Emphasis: mark('md-emphasis'),
  Strikethrough: mark('md-strike'),
  InlineCode: mark('md-code'),
};
const LINK = mark('md-link');
const MENTION = mark('md-mention');
const IMAGE = mark('md-link md-image');
const CHECKED = mark('md-checked');
const DIM = mark('md-mark');
const TAG = mark('md-tag');

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
const ATTRIBUTES = / ?\{(?:[a-z-]+="[^"{}]*" ?)+\}$/;

class Builder {
  readonly #state: EditorState;
  readonly #lines = new Map<number, string[]>();
  readonly ranges: Range<Decoration>[] = [];

  constructor(state: EditorState) {
    this.#state = state;
  }

  /** Whether the selection touches this stretch: then its marks are shown. */
  touched(from: number, to: number): boolean {
    return this.#state.selection.ranges.some((range) => range.from <= to && range.to >= from);
  }

  touchedLine(at: number): boolean {
    const { from, to } = this.#state.doc.lineAt(at);
    return this.touched(from, to);
  }

  text(from: number, to: number): string {
    return this.#state.sliceDoc(from, to);
  }

  add(decoration: Decoration, from: number, to: number): void {
    if (from < to) this.ranges.push(decoration.range(from, to));
  }

  /** A replacement may not reach over the end of a line. */
  replace(decoration: Decoration, from: number, to: number): void {
    const end = Math.min(to, this.#state.doc.lineAt(from).to);
    if (from < end) this.ranges.push(decoration.range(from, end));
  }

  /** Hides a mark and the one blank after it. */
  hideWithBlank(from: number, to: number): void {
    this.replace(HIDE, from, this.text(to, to + 1) === ' ' ? to + 1 : to);
  }

  classed(at: number, name: string): void {
    const { from } = this.#state.doc.lineAt(at);
    const names = this.#lines.get(from);
    if (!names) this.#lines.set(from, [name]);
    else if (!names.includes(name)) names.push(name);
  }

  eachLine(from: number, to: number, visit: (from: number, to: number) => void): void {
    for (let at = from; at <= to;) {
      const found = this.#state.doc.lineAt(at);
      visit(found.from, found.to);
      at = found.to + 1;
    }
  }

  /** Colours and the like at the end of a line are kept, and shown where the caret is. */
  #attributes(start: number, end: number): void {
    const found = ATTRIBUTES.exec(this.text(Math.max(start, end - 200), end));
    if (!found) return;
    const from = end - found[0].length;
    if (this.touched(start, end)) this.add(TAG, from, end);
    else this.replace(HIDE, from, end);
  }

  finishLines(from: number, to: number): void {
    this.eachLine(from, to, (start, end) => {
      const names = this.#lines.get(start)?.join(' ') ?? (start === end ? 'md-blank' : '');
      this.ranges.push((names ? line(names) : PLAIN).range(start));
      if (!names.includes('md-block')) this.#attributes(start, end);
    });
  }
}

function heading(build: Builder, node: SyntaxNodeRef): void {
  const level = node.name.slice(-1);
  build.classed(node.from, `md-heading md-h${level}`);
  if (node.name.startsWith('Setext')) build.classed(node.to, `md-heading md-h${level}`);
}

function link(build: Builder, node: SyntaxNodeRef): void {
  const url = node.node.getChild('URL');
  const marks = node.node.getChildren('LinkMark');
  const [first, second] = marks;
  if (!first || !second || !url) return;
  const mention = build.text(url.from, url.to).startsWith('notion:');
  build.add(node.name === 'Image' ? IMAGE : mention ? MENTION : LINK, first.to, second.from);
  if (build.touched(node.from, node.to) || first.to === second.from) return;
  build.replace(HIDE, first.from, first.to);
  build.replace(HIDE, second.from, node.to);
}

function listMark(build: Builder, node: SyntaxNodeRef): void {
  const item = node.node.parent;
  const task = item?.getChild('Task');
  const depth = depthOf(node);
  build.classed(node.from, `md-item md-item-${Math.min(depth, 6)}`);
  if (task) {
    const box = task.getChild('TaskMarker');
    if (!box) return;
    const done = /x/i.test(build.text(box.from, box.to));
    if (done) build.add(CHECKED, box.to + 1, task.to);
    if (!build.touched(node.from, box.to - 1)) {
      build.replace(HIDE, node.from, box.from);
      build.replace(done ? DONE : TODO, box.from, box.to);
    }
    return;
  }
  const ordered = item?.parent?.name === 'OrderedList';
  if (ordered) build.add(mark('md-number'), node.from, node.to);
  else if (!build.touched(node.from, node.to)) build.replace(BULLET, node.from, node.to);
}

function depthOf(node: SyntaxNodeRef): number {
  let depth = 0;
  for (let up = node.node.parent; up; up = up.parent) if (up.name === 'ListItem') depth++;
  return depth;
}

function fenced(build: Builder, node: SyntaxNodeRef): void {
  const shown = build.touched(node.from, node.to);
  const marks = node.node.getChildren('CodeMark');
  build.eachLine(node.from, node.to, (from, to) => {
    build.classed(from, 'md-block');
    if (from <= node.from) build.classed(from, 'md-block-first');
    if (to >= node.to) build.classed(from, 'md-block-last');
  });
  for (const fence of marks) {
    build.classed(fence.from, 'md-fence');
    if (shown) build.add(DIM, fence.from, fence.to);
    else build.replace(HIDE, fence.from, fence.to);
  }
  const info = node.node.getChild('CodeInfo');
  if (info) build.add(DIM, info.from, info.to);
}

/** What Markdown cannot say stands in tags; they step back behind their words. */
function tags(build: Builder, from: number, to: number): void {
  for (const found of build.text(from, to).matchAll(/<[/!]?[a-z][^<>]*>/gi)) {
    build.add(TAG, from + found.index, from + found.index + found[0].length);
  }
}

function visit(build: Builder, node: SyntaxNodeRef): boolean | undefined {
  const { name, from, to } = node;
  const inline = INLINE[name];
  if (inline) build.add(inline, from, to);
  if (/^(ATX|Setext)Heading\d$/.test(name)) heading(build, node);
  switch (name) {
    case 'HeaderMark':
      if (build.touchedLine(from)) build.add(DIM, from, to);
      else build.hideWithBlank(from, to);
      break;
    case 'EmphasisMark':
    case 'StrikethroughMark':
    case 'CodeMark': {
      const parent = node.node.parent;
      if (!parent || parent.name === 'FencedCode') break;
      if (build.touched(parent.from, parent.to)) build.add(DIM, from, to);
      else build.replace(HIDE, from, to);
      break;
    }
    case 'Link':
    case 'Image':
      link(build, node);
      break;
    case 'URL':
      if (node.node.parent?.name !== 'Link' && node.node.parent?.name !== 'Image')
        build.add(LINK, from, to);
      break;
    case 'ListMark':
      listMark(build, node);
      break;
    case 'Blockquote':
      build.eachLine(from, to, (start) => {
        build.classed(start, 'md-quote');
      });
      break;
    case 'QuoteMark':
      if (build.touchedLine(from)) build.add(DIM, from, to);
      else build.hideWithBlank(from, to);
      break;
    case 'HorizontalRule':
      if (!build.touchedLine(from)) build.replace(RULE, from, to);
      break;
    case 'FencedCode':
      fenced(build, node);
      return false;
    case 'CodeBlock':
    case 'Table':
      build.eachLine(from, to, (start) => {
        build.classed(start, name === 'Table' ? 'md-table' : 'md-block');
      });
      break;
    case 'TableHeader':
      build.add(INLINE.StrongEmphasis ?? DIM, from, to);
      break;
    case 'HTMLBlock':
      tags(build, from, to);
      break;
    case 'HTMLTag':
      build.add(TAG, from, to);
      break;
    case 'TableDelimiter':
    case 'Escape':
      build.add(DIM, from, name === 'Escape' ? from + 1 : to);
      break;
  }
  return undefined;
}

function decorate(view: EditorView): DecorationSet {
  const build = new Builder(view.state);
  const tree = syntaxTree(view.state);
  for (const { from, to } of view.visibleRanges) {
    tree.iterate({ from, to, enter: (node) => visit(build, node) });
  }
  for (const { from, to } of view.visibleRanges) build.finishLines(from, to);
  return RangeSet.of(build.ranges, true);
}

/** Shows Markdown as it will look, and its marks where the caret is. */
export const live: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    #tree: unknown;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
      this.#tree = syntaxTree(view.state);
    }

    update(update: ViewUpdate): void {
      const tree = syntaxTree(update.state);
      const anew =
        update.docChanged || update.viewportChanged || update.selectionSet || tree !== this.#tree;
      if (!anew) return;
      this.#tree = tree;
      // While an input method composes, what it composes in must not be redrawn under it.
      if (update.view.composing && update.docChanged) {
        this.decorations = this.decorations.map(update.changes);
      } else this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
