import type { Piece } from '../../lib/contract/generated';

/** How much of what stayed the same is shown beside a change. */
const AROUND = 90;
/** Folding away less than this is not worth a button. */
const WORTH = 160;

/** A run of words on screen; what stayed the same and is far from any change is folded away. */
export type Shown = Piece | { side: 'folded'; text: string; words: number };

/** The last place up to `at` where a word begins, so that no word is cut in two. */
function wordBefore(text: string, at: number): number {
  const found = text.slice(0, at).search(/\s\S*$/u);
  return found < 0 ? at : found + 1;
}

function wordAfter(text: string, at: number): number {
  const found = text.slice(at).search(/\s/u);
  return found < 0 ? at : at + found + 1;
}

export function countWords(text: string): number {
  return text.split(/\s+/u).filter((word) => word !== '').length;
}

/** Folds what stayed the same between changes, and leaves some words around each of them. */
export function fold(pieces: readonly Piece[]): Shown[] {
  return pieces.flatMap((piece, index): Shown[] => {
    const { side, text } = piece;
    if (side !== 'both') return [piece];
    const from = index === 0 ? 0 : wordAfter(text, Math.min(AROUND, text.length));
    const to = index === pieces.length - 1 ? text.length : wordBefore(text, text.length - AROUND);
    if (pieces.length === 1 || to - from < WORTH) return [piece];
    const hidden = text.slice(from, to);
    const parts: Shown[] = [
      { side: 'both', text: text.slice(0, from) },
      { side: 'folded', text: hidden, words: countWords(hidden) },
      { side: 'both', text: text.slice(to) },
    ];
    return parts.filter((part) => part.text !== '');
  });
}
