import './editor.css';
import './blocks.css';
import './colors.css';
import './menus.css';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { codeFolding } from '@codemirror/language';
import {
  Annotation,
  ChangeSet,
  Compartment,
  EditorState,
  Prec,
  Transaction,
  type Extension,
} from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { e } from '../../../i18n/editor';
import type { Session } from '../../../lib/session.svelte';
import type { Body, Keeper, Surface } from '../keeper.svelte';
import {
  breakLine,
  continueMarkup,
  removeMarkup,
  toggleTasks,
  toTextStart,
  wrapIn,
} from './commands';
import { toggleFold } from './containers';
import { difference } from './difference';
import { focus } from './focus';
import { colors } from './highlight';
import { indentItems, outdentItems } from './indent';
import { markdown } from './language';
import { live } from './live';
import { longLines } from './long';
import * as places from './places';

export interface EditorHandle {
  focus(): void;
  close(): void;
}

/** Marks a change that was not typed here. */
const brought = Annotation.define<boolean>();

const keys = Prec.high(
  keymap.of([
    { key: 'Enter', run: continueMarkup, shift: breakLine },
    { key: 'Backspace', run: removeMarkup },
    { key: 'Home', run: toTextStart(false), shift: toTextStart(true) },
    // Only in a list: elsewhere Tab goes on through the window.
    { key: 'Tab', run: indentItems, shift: outdentItems },
    { key: 'Mod-Enter', run: toggleTasks },
    { key: 'Mod-Enter', run: (view) => toggleFold(view, view.state.selection.main.head) },
    { key: 'Mod-b', run: wrapIn('**') },
    { key: 'Mod-i', run: wrapIn('*') },
    { key: 'Mod-e', run: wrapIn('`') },
    { key: 'Mod-Shift-x', run: wrapIn('~~') },
  ]),
);

/** The nonce of the page's one style element, by which the editor's own styles are let in. */
function nonce(): string {
  return document.querySelector('style')?.nonce ?? '';
}

/** The editor as its keeper sees it: what was typed since the mark is known as a change. */
class Pane implements Surface {
  view: EditorView | null = null;
  #marked = '';
  #since: ChangeSet | null = null;

  get composing(): boolean {
    return this.view?.composing ?? false;
  }

  mark(): void {
    if (!this.view) return;
    this.#marked = this.view.state.doc.toString();
    this.#since = ChangeSet.empty(this.view.state.doc.length);
  }

  follow(changes: ChangeSet): void {
    this.#since = this.#since?.compose(changes) ?? null;
  }

  takeOver(body: string): Body {
    const { view } = this;
    const since = this.#since;
    if (!view || !since) return body;
    const theirs = ChangeSet.of(difference(this.#marked, body), this.#marked.length);
    bring(view, theirs.map(since));
    return view.state.doc;
  }
}

/** Changes the text by what comes from elsewhere: the caret stays, and undo does not reach it. */
function bring(view: EditorView, changes: ChangeSet): void {
  if (changes.empty) return;
  view.dispatch({
    changes,
    annotations: [brought.of(true), Transaction.addToHistory.of(false)],
  });
}

/** What is fetched once the text can be written in: tables, completion, pasting and finding. */
const later = new Compartment();
let moreFor: typeof import('./more').moreFor | null = null;

async function fetchMore(view: EditorView, session: Session, keeper: Keeper): Promise<void> {
  if (moreFor) return;
  try {
    ({ moreFor } = await import('./more'));
    const more = moreFor(session, keeper);
    if (view.dom.isConnected) view.dispatch({ effects: later.reconfigure(more) });
  } catch {
    // The text can be written without it; the next note that is opened asks again.
  }
}

function extensionsFor(session: Session, keeper: Keeper, pane: Pane, goUp: () => void): Extension {
  return [
    EditorView.cspNonce.of(nonce()),
    EditorState.lineSeparator.of('\n'),
    later.of(moreFor?.(session, keeper) ?? []),
    history(),
    keys,
    keymap.of([
      { key: 'ArrowUp', run: (target) => leaveUpwards(target, goUp) },
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    markdown,
    colors,
    focus,
    codeFolding({ placeholderText: '⋯' }),
    EditorState.phrases.of({ unfold: e.folded }),
    live,
    longLines,
    placeholder(e.placeholder),
    EditorView.lineWrapping,
    EditorView.perLineTextDirection.of(true),
    EditorView.contentAttributes.of({
      'aria-label': e.label,
      spellcheck: 'true',
      autocorrect: 'on',
      autocapitalize: 'sentences',
    }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      pane.follow(update.changes);
      const typed = update.transactions.some(
        (transaction) => transaction.docChanged && !transaction.annotation(brought),
      );
      if (typed) keeper.typeBody(update.state.doc);
    }),
    EditorView.domEventHandlers({
      compositionend: () => {
        // What changed elsewhere waited for the word to be finished.
        setTimeout(() => void keeper.catchUp());
      },
    }),
  ];
}

/** Opens the editor for a note, and closes it without losing a letter. */
export function openEditor(
  parent: HTMLElement,
  session: Session,
  keeper: Keeper,
  goUp: () => void,
): EditorHandle {
  const pane = new Pane();
  const extensions = extensionsFor(session, keeper, pane, goUp);
  const body = keeper.body.toString();
  const name = () => `${keeper.account}/${keeper.id ?? ''}`;
  const left = keeper.id === null ? null : places.comeBack(session, name(), extensions);
  const view = new EditorView({
    parent,
    state: left?.state ?? EditorState.create({ doc: body, extensions }),
  });
  if (left) {
    const known = view.state.doc.toString();
    // It may have changed meanwhile, in Notion or in another window.
    bring(view, ChangeSet.of(difference(known, body), known.length));
    const around = places.scrolling(parent);
    requestAnimationFrame(() => {
      if (around && view.dom.isConnected) around.scrollTop = left.scroll;
    });
  }
  pane.view = view;
  keeper.attach(pane);
  void fetchMore(view, session, keeper);
  return {
    focus: () => {
      view.focus();
    },
    close: () => {
      if (keeper.id !== null) {
        places.leave(session, name(), view.state, places.scrolling(parent)?.scrollTop ?? 0);
      }
      keeper.detach(pane);
      pane.view = null;
      view.destroy();
    },
  };
}

/** From the first line the caret goes up into the title. */
function leaveUpwards(view: EditorView, goUp: () => void): boolean {
  const { main } = view.state.selection;
  if (!main.empty || view.moveVertically(main, false).head !== 0 || main.head !== 0) return false;
  goUp();
  return true;
}
