import { isolateHistory } from '@codemirror/commands';
import { Prec, type Extension, type TransactionSpec } from '@codemirror/state';
import { EditorView, keymap, ViewPlugin, type PluginValue } from '@codemirror/view';
import { e } from '../../../i18n/editor.more';
import { turned, type Kind } from './kinds';
import { openMenu, type Item } from './menu';
import { doubled, moved, removed, unitAt } from './units';

/** What a block of one line can be turned into by its menu. */
const TURNS: Kind[] = [
  'text',
  'heading1',
  'heading2',
  'heading3',
  'todo',
  'bullet',
  'number',
  'quote',
  'callout',
  'toggle',
  'code',
];

/** Opens the menu of the block at a place of the text. */
function showMenu(view: EditorView, anchor: HTMLElement, at: number): void {
  const { state } = view;
  const unit = unitAt(state, at);
  if (!unit) return;
  const run = (spec: TransactionSpec | null) => () => {
    // What was chosen from a menu is undone by itself.
    if (spec) view.dispatch(spec, { annotations: isolateHistory.of('full') });
    view.focus();
  };
  const line = state.doc.lineAt(at);
  const single = unit.from >= line.from && unit.to <= line.to && !/^[|<]/.test(line.text);
  const turns = TURNS.map((kind): Item => {
    const spec = turned(state, kind, at);
    return { label: `${e.blocks.turn}: ${e.blocks[kind]}`, run: run(spec) };
  });
  openMenu(anchor, e.blocks.handle, [
    { label: e.blocks.up, disabled: !unit.before, run: run(moved(state, at, false)) },
    { label: e.blocks.down, disabled: !unit.after, run: run(moved(state, at, true)) },
    { label: e.blocks.double, run: run(doubled(state, at)) },
    { label: e.blocks.remove, run: run(removed(state, at)) },
    ...(single ? [{ label: '' }, ...turns] : []),
  ]);
}

/** A handle beside the block under the pointer. */
class Handle implements PluginValue {
  readonly #view: EditorView;
  readonly #button = document.createElement('button');
  #at = 0;

  constructor(view: EditorView) {
    this.#view = view;
    const button = this.#button;
    button.type = 'button';
    button.className = 'md-handle';
    button.hidden = true;
    // By keyboard the same menu opens with Ctrl+. where the caret is.
    button.tabIndex = -1;
    button.textContent = '⠿';
    button.setAttribute('aria-label', e.blocks.handle);
    button.setAttribute('aria-haspopup', 'menu');
    button.addEventListener('mousedown', (event) => {
      event.preventDefault();
    });
    button.addEventListener('click', () => {
      showMenu(view, button, Math.min(this.#at, view.state.doc.length));
    });
    view.dom.append(button);
  }

  readonly follow = (event: MouseEvent): void => {
    const view = this.#view;
    const block = view.lineBlockAtHeight(event.clientY - view.documentTop);
    const at = unitAt(view.state, block.from)?.from ?? block.from;
    this.#at = at;
    const empty = view.state.doc.lineAt(at).length === 0;
    this.#button.hidden = empty;
    if (empty) return;
    const top = view.lineBlockAt(at).top + view.documentTop - view.dom.getBoundingClientRect().top;
    this.#button.style.top = `${top}px`;
  };

  destroy(): void {
    this.#button.remove();
  }
}

const handles = ViewPlugin.fromClass(Handle, {
  eventHandlers: {
    mousemove(event) {
      this.follow(event);
    },
  },
});

const byKey = (view: EditorView): boolean => {
  const at = view.state.selection.main.head;
  const { node } = view.domAtPos(at);
  const anchor = node instanceof HTMLElement ? node : node.parentElement;
  showMenu(view, anchor ?? view.contentDOM, at);
  return true;
};

const move = (down: boolean) => (view: EditorView) => {
  const spec = moved(view.state, view.state.selection.main.head, down);
  if (spec) view.dispatch(spec);
  return true;
};

/** Blocks are moved, doubled, deleted and turned into others by their handle or by keys. */
export const handle: Extension = [
  handles,
  Prec.high(
    keymap.of([
      { key: 'Mod-.', run: byKey },
      { key: 'Alt-ArrowUp', run: move(false) },
      { key: 'Alt-ArrowDown', run: move(true) },
    ]),
  ),
];
