import { Decoration, type EditorView, WidgetType } from '@codemirror/view';
import { e } from '../../../i18n/editor';

type Katex = typeof import('katex').default;
let katex: Katex | null = null;
let coming: Promise<Katex> | null = null;

/** Formulas are drawn by what is fetched with the first of them. */
function load(): Promise<Katex> {
  coming ??= import('katex').then(
    (module) => (katex = module.default),
    (thrown: unknown) => {
      coming = null;
      throw thrown;
    },
  );
  return coming;
}

function draw(into: HTMLElement, tex: string, block: boolean, with_: Katex): void {
  try {
    // MathML needs neither styles nor fonts of its own, and is what screen readers read.
    with_.render(tex, into, { output: 'mathml', displayMode: block, maxExpand: 200, maxSize: 40 });
  } catch {
    into.textContent = tex.trim();
    into.classList.add('md-math-wrong');
    into.title = e.formulaWrong;
  }
}

class Formula extends WidgetType {
  readonly #tex: string;
  readonly #block: boolean;
  constructor(tex: string, block: boolean) {
    super();
    this.#tex = tex;
    this.#block = block;
  }
  override eq(other: Formula): boolean {
    return other.#tex === this.#tex && other.#block === this.#block;
  }
  override toDOM(view: EditorView): HTMLElement {
    const place = document.createElement(this.#block ? 'div' : 'span');
    place.className = this.#block ? 'md-math md-math-block' : 'md-math';
    if (katex) draw(place, this.#tex, this.#block, katex);
    else {
      place.textContent = this.#tex.trim();
      load().then(
        (loaded) => {
          place.textContent = '';
          draw(place, this.#tex, this.#block, loaded);
          view.requestMeasure();
        },
        () => undefined,
      );
    }
    return place;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

export const mathWidget = (tex: string) => new Formula(tex, true);
export const mathSign = (tex: string, block: boolean) =>
  Decoration.replace({ widget: new Formula(tex, block) });
