import type { EditorState, Extension } from '@codemirror/state';
import { ViewPlugin, type EditorView, type PluginValue, type ViewUpdate } from '@codemirror/view';
import { e } from '../../../i18n/editor.more';

/** Counting rests until typing does: it reads the whole text. */
const PAUSE = 400;
/** A text beyond this is not counted while one writes in it. */
const LONGEST = 3_000_000;

/** How many words a text has, whatever it is written in: also where no blank parts them. */
export function words(text: string): number {
  let count = 0;
  const spoken = text
    .replace(/<[^<>\n]{1,500}>|\]\([^()\s]{1,2000}\)|\{[a-z-]+="[^"{}\n]*"\}/g, ' ')
    // A letter of these stands for a word.
    .replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu, () => {
      count++;
      return ' ';
    });
  return count + (spoken.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu)?.length ?? 0);
}

function wordsOf(state: EditorState): string {
  const { main } = state.selection;
  if (!main.empty) return e.count.selected(words(state.sliceDoc(main.from, main.to)));
  return `${e.count.words(words(state.doc.toString()))} · ${e.count.characters(state.doc.length)}`;
}

class Length implements PluginValue {
  readonly #place = document.createElement('div');
  readonly #view: EditorView;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(view: EditorView) {
    this.#view = view;
    this.#place.className = 'md-length';
    this.#place.setAttribute('role', 'note');
    this.#place.setAttribute('aria-label', e.count.label);
    view.dom.append(this.#place);
    this.#count();
  }

  #count(): void {
    const { state } = this.#view;
    const text = state.doc.length > LONGEST ? e.count.characters(state.doc.length) : wordsOf(state);
    this.#place.textContent = state.doc.length === 0 ? '' : text;
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged && !update.selectionSet) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#count();
    }, PAUSE);
  }

  destroy(): void {
    clearTimeout(this.#soon);
    this.#place.remove();
  }
}

/** The length of the note, or of what is selected in it, below its text. */
export const length: Extension = ViewPlugin.fromClass(Length);
