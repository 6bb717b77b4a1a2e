import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  openSearchPanel,
  replaceAll,
  replaceNext,
  search,
  searchKeymap,
  searchPanelOpen,
  SearchQuery,
  setSearchQuery,
} from '@codemirror/search';
import { StateEffect } from '@codemirror/state';
import { EditorView, keymap, type Command, type Panel, type ViewUpdate } from '@codemirror/view';
import { e } from '../../../i18n/editor.more';

const w = e.find;
/** More matches than this are not counted. */
const MOST = 5_000;

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  about: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), about);
}

/** How often what is sought occurs, and the how-manieth of these is selected. */
function counted(view: EditorView, query: SearchQuery): string {
  if (query.search === '') return '';
  if (!query.valid) return w.wrong;
  const { from, to } = view.state.selection.main;
  const cursor = query.getCursor(view.state);
  let [count, at] = [0, 0];
  for (let next = cursor.next(); next.done !== true; next = cursor.next()) {
    count++;
    if (next.value.from === from && next.value.to === to) at = count;
    if (count >= MOST) return w.many(MOST);
  }
  if (count === 0) return w.none;
  return at > 0 ? w.count(at, count) : w.found(count);
}

class FindPanel implements Panel {
  readonly dom = element('div', { className: 'md-find' });
  readonly top = true;
  readonly #view: EditorView;
  readonly #find = element('input', { type: 'text', className: 'md-find-field' });
  readonly #replace = element('input', { type: 'text', className: 'md-find-field' });
  readonly #status = element('span', { className: 'md-find-count' });
  readonly #switches: [name: 'caseSensitive' | 'wholeWord' | 'regexp', button: HTMLElement][];
  #query: SearchQuery;

  constructor(view: EditorView) {
    this.#view = view;
    this.#query = getSearchQuery(view.state);
    this.dom.setAttribute('role', 'search');
    this.#status.setAttribute('role', 'status');
    this.#switches = [
      [
        'caseSensitive',
        this.#button('Aa', w.matchCase, () => {
          this.#turn('caseSensitive');
        }),
      ],
      [
        'wholeWord',
        this.#button('W', w.words, () => {
          this.#turn('wholeWord');
        }),
      ],
      [
        'regexp',
        this.#button('.*', w.expression, () => {
          this.#turn('regexp');
        }),
      ],
    ];
    for (const [field, name] of [
      [this.#find, w.find],
      [this.#replace, w.replace],
    ] as const) {
      field.placeholder = name;
      field.setAttribute('aria-label', name);
      field.addEventListener('input', () => {
        this.#commit({});
      });
    }
    this.#find.setAttribute('main-field', 'true');
    this.#layOut();
    this.dom.addEventListener('keydown', (event) => {
      this.#key(event);
    });
    this.#show();
  }

  #layOut(): void {
    const run = (command: Command) => () => command(this.#view);
    const row = (...parts: HTMLElement[]) => {
      const line = element('div', { className: 'md-find-row' });
      line.append(...parts);
      return line;
    };
    this.dom.append(
      row(
        this.#find,
        ...this.#switches.map(([, button]) => button),
        this.#button('↑', w.previous, run(findPrevious)),
        this.#button('↓', w.next, run(findNext)),
        this.#status,
        this.#button('×', w.close, () => {
          this.#close();
        }),
      ),
      row(
        this.#replace,
        this.#button(w.one, w.one, run(replaceNext)),
        this.#button(w.all, w.all, run(replaceAll)),
      ),
    );
  }

  #button(text: string, name: string, work: () => void): HTMLElement {
    const button = element('button', { type: 'button', textContent: text, title: name });
    if (text !== name) button.setAttribute('aria-label', name);
    button.addEventListener('click', work);
    return button;
  }

  #turn(name: 'caseSensitive' | 'wholeWord' | 'regexp'): void {
    this.#commit({ [name]: !this.#query[name] });
  }

  #commit(change: Partial<Record<'caseSensitive' | 'wholeWord' | 'regexp', boolean>>): void {
    const { caseSensitive, wholeWord, regexp } = this.#query;
    const query = new SearchQuery({
      search: this.#find.value,
      replace: this.#replace.value,
      caseSensitive,
      wholeWord,
      regexp,
      ...change,
    });
    if (!query.eq(this.#query)) this.#view.dispatch({ effects: setSearchQuery.of(query) });
  }

  #close(): void {
    closeSearchPanel(this.#view);
    this.#view.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape') this.#close();
    else if (event.key === 'Enter' && event.target === this.#find) {
      (event.shiftKey ? findPrevious : findNext)(this.#view);
    } else if (event.key === 'Enter' && event.target === this.#replace) replaceNext(this.#view);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What is sought was changed, here or by another way. */
  #show(): void {
    const query = this.#query;
    if (this.#find.value !== query.search) this.#find.value = query.search;
    if (this.#replace.value !== query.replace) this.#replace.value = query.replace;
    for (const [name, button] of this.#switches) {
      button.setAttribute('aria-pressed', String(query[name]));
    }
    this.#status.textContent = counted(this.#view, query);
  }

  update(update: ViewUpdate): void {
    const query = getSearchQuery(update.state);
    if (query === this.#query && !update.docChanged && !update.selectionSet) return;
    this.#query = query;
    this.#show();
  }

  mount(): void {
    this.#find.select();
  }

  focus(replacing: boolean): void {
    (replacing && this.#find.value !== '' ? this.#replace : this.#find).focus();
  }
}

const panels = new WeakMap<EditorView, FindPanel>();

const extension = [
  search({
    top: true,
    createPanel: (view) => {
      const panel = new FindPanel(view);
      panels.set(view, panel);
      return panel;
    },
    // What is found stands well inside of the window.
    scrollToMatch: (range) => EditorView.scrollIntoView(range, { y: 'center' }),
  }),
  keymap.of(searchKeymap),
];

/** Shows the bar that finds and replaces, over the text. */
export function openFind(view: EditorView, replacing: boolean): void {
  // Asked for whether it is there: the panel's own state is in the editor only after the first time.
  if (panels.get(view) === undefined) {
    view.dispatch({ effects: StateEffect.appendConfig.of(extension) });
  }
  if (!searchPanelOpen(view.state) || !replacing) openSearchPanel(view);
  panels.get(view)?.focus(replacing);
}
