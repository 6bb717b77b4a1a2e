import type { Piece } from '../../lib/contract/generated';

/** What stays, or one change: words that go, words that come, or both. */
export type Part =
  { kind: 'same'; text: string } | { kind: 'change'; index: number; gone: string; added: string };
export type Change = Extract<Part, { kind: 'change' }>;

/** Words that go and come at the same place are one change. */
export function partsOf(pieces: readonly Piece[]): Part[] {
  const parts: Part[] = [];
  let index = 0;
  for (const { side, text } of pieces) {
    if (side === 'both') {
      parts.push({ kind: 'same', text });
      continue;
    }
    let last = parts.at(-1);
    if (last?.kind !== 'change') {
      last = { kind: 'change', index: index++, gone: '', added: '' };
      parts.push(last);
    }
    if (side === 'gone') last.gone += text;
    else last.added += text;
  }
  return parts;
}

export function changesOf(parts: readonly Part[]): Change[] {
  return parts.filter((part) => part.kind === 'change');
}

/** The text with those changes that are taken, and without the others. */
export function textWith(parts: readonly Part[], taken: (index: number) => boolean): string {
  return parts
    .map((part) => (part.kind === 'same' ? part.text : taken(part.index) ? part.added : part.gone))
    .join('');
}

/** So much of what stands around a change is shown beside it. */
const AROUND = 40;

/** A change with some words before and behind it, to be looked at by itself. */
export function aroundOf(parts: readonly Part[], change: Change): Piece[] {
  const at = parts.indexOf(change);
  const textAt = (place: number) => {
    const part = parts[place];
    return part?.kind === 'same' ? part.text : '';
  };
  const before = textAt(at - 1);
  const behind = textAt(at + 1);
  const start = before.length > AROUND ? before.indexOf(' ', before.length - AROUND) + 1 : 0;
  const space = behind.indexOf(' ', AROUND);
  const end = behind.length > AROUND && space !== -1 ? space : behind.length;
  const pieces: Piece[] = [
    { side: 'both', text: (start > 0 ? '…' : '') + before.slice(start) },
    { side: 'gone', text: change.gone },
    { side: 'new', text: change.added },
    { side: 'both', text: behind.slice(0, end) + (end < behind.length ? '…' : '') },
  ];
  return pieces.filter(({ text }) => text !== '');
}

/** Puts a new text in the place of the one before it, in a body that got something around it. */
export function inPlace(body: string, before: string, text: string): string | null {
  const kept = before.trimEnd();
  const at = body.indexOf(kept);
  if (kept === '' || at === -1) return body === before ? text : null;
  const behind = body.slice(at + kept.length);
  return body.slice(0, at) + (behind.trim() === '' ? text : text.trimEnd() + behind);
}
