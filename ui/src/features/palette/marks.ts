import type { Mark } from '../../lib/contract/generated';

/** A stretch of a text, found or not. */
export interface Piece {
  text: string;
  found: boolean;
}

/** Cuts a text at its marks, which are in order and apart from each other. */
export function piecesOf(text: string, marks: readonly Mark[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    if (start > at) pieces.push({ text: text.slice(at, start), found: false });
    pieces.push({ text: text.slice(start, end), found: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), found: false });
  return pieces;
}

/** Where words stand in a name: each begins a word of it, in any order. `null`: one is missing. */
export function matches(name: string, words: readonly string[]): Mark[] | null {
  const small = name.toLocaleLowerCase();
  // What is as long in both is marked; where lower case is longer or shorter, it is only found.
  const markable = small.length === name.length;
  const marks: Mark[] = [];
  for (const word of words) {
    const start = beginningOf(small, word);
    if (start === -1) return null;
    const end = start + word.length;
    if (markable && !marks.some((mark) => start < mark.end && mark.start < end))
      marks.push({ start, end });
  }
  return marks.sort((a, b) => a.start - b.start);
}

function beginningOf(name: string, word: string): number {
  let at = name.indexOf(word);
  while (at > 0 && /[\p{L}\p{N}]/u.test(name.charAt(at - 1))) at = name.indexOf(word, at + 1);
  return at;
}
