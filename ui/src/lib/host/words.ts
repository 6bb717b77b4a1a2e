import type { Piece } from '../contract/generated';

/** Words with the white space behind them. */
const wordsOf = (text: string): string[] => text.match(/\S+\s*|^\s+/gu) ?? [];

/** From one text to another, word by word: by the longest run of words that both have. */
export function difference(earlier: string, present: string): Piece[] {
  const a = wordsOf(earlier);
  const b = wordsOf(present);
  const longest = a.map(() => new Array<number>(b.length + 1).fill(0));
  longest.push(new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = longest[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  const add = (side: Piece['side'], text: string) => {
    const last = pieces.at(-1);
    if (last?.side === side) last.text += text;
    else pieces.push({ side, text });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      add('both', a[i++] ?? '');
      j++;
    } else if (i < a.length && at(i + 1, j) >= at(i, j + 1)) add('gone', a[i++] ?? '');
    else add('new', b[j++] ?? '');
  }
  return pieces;
}
