import { Decoration, type EditorView, WidgetType } from '@codemirror/view';
import { e } from '../../../i18n/editor';
import { toggleTask } from './commands';

/** Something small that stands in the text and says nothing but what it is. */
class Sign extends WidgetType {
  readonly #name: string;
  readonly #text: string;
  constructor(name: string, text = '') {
    super();
    this.#name = name;
    this.#text = text;
  }
  override eq(other: Sign): boolean {
    return other.#name === this.#name && other.#text === this.#text;
  }
  override toDOM(): HTMLElement {
    const sign = document.createElement('span');
    sign.className = this.#name;
    sign.textContent = this.#text;
    return sign;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

export const sign = (name: string, text = '') =>
  Decoration.replace({ widget: new Sign(name, text) });

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
    box.setAttribute('aria-label', this.#done ? e.done : e.todo);
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

class Picture extends WidgetType {
  readonly #source: string;
  readonly #words: string;
  constructor(source: string, words: string) {
    super();
    this.#source = source;
    this.#words = words;
  }
  override eq(other: Picture): boolean {
    return other.#source === this.#source && other.#words === this.#words;
  }
  override toDOM(view: EditorView): HTMLElement {
    const picture = document.createElement('img');
    picture.className = 'md-picture';
    picture.alt = this.#words || e.picture;
    picture.addEventListener('load', () => {
      view.requestMeasure();
    });
    picture.src = this.#source;
    return picture;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

export const BULLET = sign('md-bullet', '•');
export const RULE = sign('md-rule');
export const DONE = Decoration.replace({ widget: new Box(true) });
export const TODO = Decoration.replace({ widget: new Box(false) });
export const picture = (source: string, words: string) =>
  Decoration.replace({ widget: new Picture(source, words) });
