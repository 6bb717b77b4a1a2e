import { EditorState, Transaction, type Extension, type TransactionSpec } from '@codemirror/state';
import { keymap, type Command } from '@codemirror/view';
import { blocksField, type Card } from './blocks';

/** A card that ends or begins just where the caret is, or on the line beside it. */
function beside(state: EditorState, at: number, back: boolean): Card | null {
  const line = state.doc.lineAt(at);
  const { cards } = state.field(blocksField);
  const found = cards.find((card) =>
    back
      ? card.to === at || (at === line.from && card.to === at - 1)
      : card.from === at || (at === line.to && card.from === at + 1),
  );
  return found ?? null;
}

/** A card is deleted as the one piece that it is, with the line it stands on. */
const removeCard =
  (back: boolean): Command =>
  (view) => {
    const { main } = view.state.selection;
    const card = main.empty ? beside(view.state, main.head, back) : null;
    if (!card) return false;
    const { length } = view.state.doc;
    const from = card.to === length ? Math.max(0, card.from - 1) : card.from;
    view.dispatch({
      changes: { from, to: Math.min(length, card.to + 1) },
      scrollIntoView: true,
      userEvent: back ? 'delete.backward' : 'delete.forward',
    });
    return true;
  };

/**
 * What is typed at the edge of a card or table goes onto a line of its own: on theirs it would
 * make something else of them.
 */
function apart(transaction: Transaction): TransactionSpec | readonly TransactionSpec[] {
  if (!transaction.docChanged || !transaction.isUserEvent('input')) return transaction;
  const { cards, tables } = transaction.startState.field(blocksField);
  if (cards.length === 0 && tables.length === 0) return transaction;
  let at = -1;
  let text = '';
  let count = 0;
  transaction.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    count++;
    if (fromA === toA) [at, text] = [fromA, inserted.toString()];
  });
  const spans = [...cards, ...tables];
  const after = spans.some((span) => span.to === at);
  const before = spans.some((span) => span.from === at);
  if (count !== 1 || (!after && !before) || text.startsWith('\n') || text.endsWith('\n')) {
    return transaction;
  }
  const insert = after ? `\n${text}` : `${text}\n`;
  const anchor = at + (after ? insert.length : text.length);
  return [{ changes: { from: at, insert }, selection: { anchor }, userEvent: 'input.type' }];
}

/** Keeps what cannot be written here in one piece. */
export const inOnePiece: Extension = [
  EditorState.transactionFilter.of(apart),
  keymap.of([
    { key: 'Backspace', run: removeCard(true) },
    { key: 'Delete', run: removeCard(false) },
  ]),
];
