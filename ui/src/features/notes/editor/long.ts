import { RangeSet, StateEffect, StateField, type EditorState, type Line } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';
import { e } from '../../../i18n/editor';
import { LONGEST_LINE } from './language';

// A browser lays a line out as a whole, which takes seconds for one of millions of letters. Such a
// line is drawn from its beginning, and the rest of it when it is asked for.
const SHOWN = 20_000;
const showMore = StateEffect.define<number>();

class Rest extends WidgetType {
  readonly #length: number;
  constructor(length: number) {
    super();
    this.#length = length;
  }
  override eq(other: Rest): boolean {
    return other.#length === this.#length;
  }
  override toDOM(view: EditorView): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'md-rest';
    button.textContent = e.rest(this.#length);
    button.addEventListener('click', () => {
      view.dispatch({ effects: showMore.of(view.posAtDOM(button)) });
    });
    return button;
  }
}

function cut(line: Line, from: number, into: ReturnType<typeof rest>[]): void {
  if (line.length > LONGEST_LINE && from < line.to) into.push(rest(from, line.to));
}

const rest = (from: number, to: number) =>
  Decoration.replace({ widget: new Rest(to - from) }).range(from, to);

function isCut(hidden: DecorationSet, line: Line): boolean {
  const next = hidden.iter(line.from);
  return next.value !== null && next.from <= line.to;
}

function all(state: EditorState): DecorationSet {
  const found: ReturnType<typeof rest>[] = [];
  for (let at = 0; state.doc.length > LONGEST_LINE && at <= state.doc.length;) {
    const line = state.doc.lineAt(at);
    cut(line, line.from + SHOWN, found);
    at = line.to + 1;
  }
  return RangeSet.of(found);
}

const field = StateField.define<DecorationSet>({
  create: all,
  update(hidden, { state, changes, docChanged, effects }) {
    let now = hidden.map(changes);
    if (docChanged) {
      changes.iterChangedRanges((_a, _b, from, to) => {
        const add: ReturnType<typeof rest>[] = [];
        for (let at = from; at <= to;) {
          const line = state.doc.lineAt(at);
          if (!isCut(now, line)) cut(line, line.from + SHOWN, add);
          at = line.to + 1;
        }
        if (add.length > 0) now = now.update({ add });
      });
    }
    for (const effect of effects) {
      if (!effect.is(showMore)) continue;
      const line = state.doc.lineAt(effect.value);
      const add: ReturnType<typeof rest>[] = [];
      cut(line, effect.value + SHOWN, add);
      now = now.update({ filter: (from) => from < line.from || from > line.to, add });
    }
    return now;
  },
  provide: (self) => [
    EditorView.decorations.from(self),
    EditorView.atomicRanges.of((view) => view.state.field(self)),
  ],
});

/** Bounds how much of an endless line is drawn. */
export const longLines = field;
