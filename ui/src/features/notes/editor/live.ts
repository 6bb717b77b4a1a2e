import { foldedRanges, syntaxTree } from '@codemirror/language';
import { RangeSet, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';
import type { SyntaxNodeRef } from '@lezer/common';
import { blocksField } from './blocks';
import { Builder, DIM, HIDE, mark, TAG } from './builder';
import { container, foldableHeading } from './containers';
import { bareAddress, footnote, htmlTag, inlineMath, link, wikiLink } from './inline';
import { listMark } from './lists';
import { quote, quoteMark } from './quotes';
import { RULE } from './widgets';

const INLINE: Record<string, Decoration> = {
  StrongEmphasis: mark('md-strong'),
  Emphasis: mark('md-emphasis'),
  Strikethrough: mark('md-strike'),
  InlineCode: mark('md-code'),
};
const LABEL = mark('md-language');

function heading(build: Builder, node: SyntaxNodeRef): void {
  const level = node.name.slice(-1);
  build.classed(node.from, `md-heading md-h${level}`);
  if (node.name.startsWith('Setext')) build.classed(node.to, 'md-underlined');
  foldableHeading(build, node);
}

/** The marks of a heading: with the blank that parts them from its words, before or behind. */
function headerMark(build: Builder, { from, to, node }: SyntaxNodeRef): void {
  const parent = node.parent;
  if (build.touched(parent?.from ?? from, parent?.to ?? to)) build.add(DIM, from, to);
  else if (parent && parent.from < from && parent.name.startsWith('ATX')) {
    const before = build.text(parent.from, from);
    build.replace(HIDE, from - (before.length - before.trimEnd().length), to);
  } else build.hideWithBlank(from, to);
}

function fenced(build: Builder, node: SyntaxNodeRef): void {
  const shown = build.touched(node.from, node.to);
  build.eachLine(node.from, node.to, (from, to) => {
    build.classed(from, 'md-block');
    if (from <= node.from) build.classed(from, 'md-block-first');
    if (to >= node.to) build.classed(from, 'md-block-last');
  });
  for (const fence of node.node.getChildren('CodeMark')) {
    build.classed(fence.from, 'md-fence');
    build.reveal(shown, fence.from, fence.to);
  }
  const info = node.node.getChild('CodeInfo');
  if (!info) return;
  const name = /^[^\s{]*/.exec(build.text(info.from, info.to))?.[0].length ?? 0;
  build.add(LABEL, info.from, info.from + name);
  if (shown) build.add(TAG, info.from + name, info.to);
  else build.replace(HIDE, info.from + name, info.to);
}

/** What Markdown cannot say stands in tags; they step back behind their words. */
function tags(build: Builder, from: number, to: number): void {
  for (const found of build.text(from, to).matchAll(/<[/!]?[a-z][^<>]*>/gi)) {
    build.add(TAG, from + found.index, from + found.index + found[0].length);
  }
}

type Visit = (build: Builder, node: SyntaxNodeRef) => false | undefined;
const through =
  (visit: (build: Builder, node: SyntaxNodeRef) => void): Visit =>
  (build, node) => {
    visit(build, node);
    return undefined;
  };
const endingIn =
  (visit: (build: Builder, node: SyntaxNodeRef) => void): Visit =>
  (build, node) => {
    visit(build, node);
    return false;
  };

const inlineMark = through((build, { from, to, node }) => {
  const parent = node.parent;
  if (parent && parent.name !== 'FencedCode') {
    build.reveal(build.touched(parent.from, parent.to), from, to);
  }
});
const lines = (name: string) =>
  through((build, { from, to }) => {
    build.eachLine(from, to, (start) => {
      build.classed(start, name);
    });
  });

const VISITS: Record<string, Visit> = {
  HeaderMark: through(headerMark),
  EmphasisMark: inlineMark,
  StrikethroughMark: inlineMark,
  CodeMark: inlineMark,
  Link: through(link),
  Image: through(link),
  WikiLink: endingIn(wikiLink),
  URL: through(bareAddress),
  InlineMath: endingIn(inlineMath),
  Footnote: through(footnote),
  FootnoteText: lines('md-footnote-text'),
  ListMark: through(listMark),
  Blockquote: through(quote),
  QuoteMark: through(quoteMark),
  HorizontalRule: through((build, { from, to }) => {
    if (!build.touchedLine(from)) build.replace(RULE, from, to);
  }),
  FencedCode: endingIn(fenced),
  CodeBlock: lines('md-block'),
  BlockMath: lines('md-block md-math-source'),
  Table: lines('md-table'),
  TableDelimiter: through((build, { from, to }) => {
    build.add(DIM, from, to);
  }),
  HTMLBlock: through((build, { from, to }) => {
    tags(build, from, to);
  }),
  HTMLTag: through(htmlTag),
  Escape: through((build, { from, to }) => {
    build.reveal(build.touched(from, to), from, from + 1);
  }),
};

function visit(build: Builder, node: SyntaxNodeRef): false | undefined {
  const inline = INLINE[node.name];
  if (inline) build.add(inline, node.from, node.to);
  if (/^(ATX|Setext)Heading\d$/.test(node.name)) heading(build, node);
  return VISITS[node.name]?.(build, node);
}

function decorate(view: EditorView): Builder {
  const build = new Builder(view.state);
  const tree = syntaxTree(view.state);
  for (const { from, to } of view.visibleRanges) {
    tree.iterate({ from, to, enter: (node) => visit(build, node) });
    for (const found of view.state.field(blocksField).containers) {
      if (found.from <= to && found.to >= from) container(build, found, from, to);
    }
  }
  for (const { from, to } of view.visibleRanges) build.finishLines(from, to);
  return build;
}

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet = Decoration.none;
    atoms: DecorationSet = Decoration.none;
    #tree: unknown;
    #folds: unknown;

    constructor(view: EditorView) {
      this.#draw(view);
    }

    #draw(view: EditorView): void {
      const { ranges, atoms } = decorate(view);
      this.decorations = RangeSet.of(ranges, true);
      this.atoms = RangeSet.of(atoms, true);
      this.#tree = syntaxTree(view.state);
      this.#folds = foldedRanges(view.state);
    }

    update(update: ViewUpdate): void {
      const anew =
        update.docChanged ||
        update.viewportChanged ||
        update.selectionSet ||
        update.focusChanged ||
        syntaxTree(update.state) !== this.#tree ||
        foldedRanges(update.state) !== this.#folds;
      if (!anew) return;
      // While an input method composes, what it composes in must not be redrawn under it.
      if (update.view.composing && update.docChanged) {
        this.#tree = syntaxTree(update.state);
        this.decorations = this.decorations.map(update.changes);
        this.atoms = this.atoms.map(update.changes);
      } else this.#draw(update.view);
    }
  },
  {
    decorations: (value) => value.decorations,
    provide: (value) =>
      EditorView.atomicRanges.of((view) => view.plugin(value)?.atoms ?? Decoration.none),
  },
);

/** Shows Markdown as it will look, and its marks where the caret is. */
export const live: Extension = [blocksField, plugin];
