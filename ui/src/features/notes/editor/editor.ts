import './editor.css';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { Annotation, ChangeSet, EditorState, Prec, Transaction } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import type { Body, Keeper, Surface } from '../keeper.svelte';
import { continueMarkup, removeMarkup, toggleTasks, wrapIn } from './commands';
import { difference } from './difference';
import { markdown } from './language';
import { live } from './live';

export interface EditorHandle {
  focus(): void;
  close(): void;
}

/** Marks a change that was not typed here. */
const brought = Annotation.define<boolean>();

const keys = Prec.high(
  keymap.of([
    { key: 'Enter', run: continueMarkup },
    { key: 'Backspace', run: removeMarkup },
    { key: 'Mod-Enter', run: toggleTasks },
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
    const changes = theirs.map(since);
    if (!changes.empty) {
      view.dispatch({
        changes,
        annotations: [brought.of(true), Transaction.addToHistory.of(false)],
      });
    }
    return view.state.doc;
  }
}

/** Opens the editor for a note, and closes it without losing a letter. */
export function openEditor(
  parent: HTMLElement,
  keeper: Keeper,
  words: { label: string; placeholder: string },
  goUp: () => void,
): EditorHandle {
  const pane = new Pane();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: keeper.body.toString(),
      extensions: [
        EditorView.cspNonce.of(nonce()),
        EditorState.lineSeparator.of('\n'),
        history(),
        keys,
        keymap.of([
          { key: 'ArrowUp', run: (target) => leaveUpwards(target, goUp) },
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        markdown,
        live,
        placeholder(words.placeholder),
        EditorView.lineWrapping,
        EditorView.perLineTextDirection.of(true),
        EditorView.contentAttributes.of({
          'aria-label': words.label,
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
      ],
    }),
  });
  pane.view = view;
  keeper.attach(pane);
  return {
    focus: () => {
      view.focus();
    },
    close: () => {
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
