import {
  RangeSet,
  StateField,
  type EditorState,
  type Extension,
  type Range,
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  keymap,
  WidgetType,
  type Command,
  type DecorationSet,
} from '@codemirror/view';
import { e } from '../../../i18n/editor.more';
import { blocksField, type Card, type Span } from './blocks';
import { touched } from './focus';
import { mathWidget } from './math';
import { readTable } from './table';
import { focusCell, tableView } from './table-view';

/** Beyond this a table is shown as the text it is. */
const LONGEST_TABLE = 200_000;

class CardView extends WidgetType {
  readonly #card: Card;
  constructor(card: Card) {
    super();
    this.#card = card;
  }
  override eq(other: CardView): boolean {
    return other.#card.tag === this.#card.tag && other.#card.label === this.#card.label;
  }
  override toDOM(): HTMLElement {
    const { tag, label } = this.#card;
    const card = document.createElement('div');
    card.className = 'md-card';
    card.setAttribute('role', 'note');
    card.title = e.card.locked;
    const name = document.createElement('span');
    name.className = 'md-card-name';
    const kind = tag === 'unknown' ? label.replaceAll('_', ' ') : '';
    name.textContent = e.card.names[tag] ?? (kind || e.card.unknown);
    card.append(name);
    if (tag !== 'unknown' && label !== '') {
      const words = document.createElement('span');
      words.className = 'md-card-words';
      words.dir = 'auto';
      words.textContent = label;
      card.append(words);
    }
    return card;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

interface Widgets {
  shown: DecorationSet;
  /** What the caret steps over, and is deleted as one piece. */
  atoms: DecorationSet;
}

/** What is drawn instead of whole lines must begin and end with them. */
function wholeLines(state: EditorState, { from, to }: Span): boolean {
  return state.doc.lineAt(from).from === from && state.doc.lineAt(to).to === to;
}

function drawn(state: EditorState): Widgets {
  const { tables, cards, formulas } = state.field(blocksField);
  const atoms: Range<Decoration>[] = [];
  const shown: Range<Decoration>[] = [];
  const put = (span: Span, widget: WidgetType) => {
    if (!wholeLines(state, span)) return;
    const range = Decoration.replace({ widget, block: true }).range(span.from, span.to);
    shown.push(range);
    atoms.push(range);
  };
  for (const span of tables) {
    const table = span.to - span.from < LONGEST_TABLE ? readTable(state, span) : null;
    if (table) put(span, tableView(table, state.sliceDoc(span.from, span.to)));
  }
  for (const card of cards) put(card, new CardView(card));
  for (const { from, to } of formulas) {
    const tex = state.sliceDoc(from, to).replace(/^\$\$|\$\$\s*$/g, '');
    const widget = mathWidget(tex);
    if (!touched(state, from, to)) {
      shown.push(Decoration.replace({ widget, block: true }).range(from, to));
    } else shown.push(Decoration.widget({ widget, block: true, side: 1 }).range(to));
  }
  return { shown: RangeSet.of(shown, true), atoms: RangeSet.of(atoms, true) };
}

const field = StateField.define<Widgets>({
  create: drawn,
  update(widgets, transaction) {
    const { startState, state } = transaction;
    const same = startState.field(blocksField) === state.field(blocksField);
    const still = !transaction.selection && transaction.effects.length === 0;
    if (same && (still || state.field(blocksField).formulas.length === 0)) return widgets;
    return drawn(state);
  },
  provide: (self) => [
    EditorView.decorations.from(self, (value) => value.shown),
    EditorView.atomicRanges.of((view) => view.state.field(self).atoms),
  ],
});

/** The arrows go from the text into the first or last row of a table. */
const intoTable =
  (by: -1 | 1): Command =>
  (view) => {
    const { main } = view.state.selection;
    const { tables } = view.state.field(blocksField);
    if (!main.empty || tables.length === 0) return false;
    const line = view.state.doc.lineAt(main.head);
    const next = view.moveVertically(main, by > 0).head;
    if (next >= line.from && next <= line.to && next !== main.head) return false;
    const table = tables.find((span) =>
      by > 0 ? span.from === line.to + 1 : span.to === line.from - 1,
    );
    if (!table) return false;
    const { node } = view.domAtPos(table.from);
    const dom = [...view.contentDOM.querySelectorAll<HTMLElement>('.md-grid')].find(
      (grid) => view.posAtDOM(grid) === table.from,
    );
    if (!dom || !node.isConnected) return false;
    const rows = dom.querySelectorAll('tr').length;
    return focusCell(dom, { row: by > 0 ? 0 : rows - 1, column: 0 });
  };

/** Tables, formulas and what only Notion can show, drawn instead of their text. */
export const blockWidgets: Extension = [
  field,
  keymap.of([
    { key: 'ArrowDown', run: intoTable(1) },
    { key: 'ArrowUp', run: intoTable(-1) },
  ]),
];
