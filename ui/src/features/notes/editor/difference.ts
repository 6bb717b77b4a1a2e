/** A piece of a text that is replaced by another. */
export interface Change {
  from: number;
  to: number;
  insert: string;
}

/** Beyond this many differing lines the middle is replaced whole: finding the least would take long. */
const MOST_EDITS = 400;

/** The common beginning and end of two texts, never inside a surrogate pair. */
function trim(a: string, b: string): { start: number; end: number } {
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  if (start > 0 && isHigh(a.charCodeAt(start - 1))) start--;
  let end = 0;
  while (
    end < least - start &&
    a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)
  ) {
    end++;
  }
  if (end > 0 && isLow(a.charCodeAt(a.length - end))) end--;
  return { start, end };
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

function lines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** Runs of lines kept by both sides, as pairs of indices, by the shortest edit script. */
function kept(a: string[], b: string[]): [number, number][] | null {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const trail: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= most; edits++) {
    trail.push(new Map(reach));
    const next = new Map(reach);
    for (let k = -edits; k <= edits; k += 2) {
      const down = reach.get(k + 1) ?? -1;
      const right = (reach.get(k - 1) ?? -1) + 1;
      let x = k === -edits || (k !== edits && right - 1 < down) ? down : right;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      next.set(k, x);
      if (x >= a.length && y >= b.length) return walkBack(trail, a.length, b.length);
    }
    reach = next;
  }
  return null;
}

function walkBack(trail: Map<number, number>[], m: number, n: number): [number, number][] {
  const pairs: [number, number][] = [];
  let x = m;
  let y = n;
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const reach = trail[edits];
    if (!reach) break;
    const k = x - y;
    const down = reach.get(k + 1) ?? -1;
    const right = (reach.get(k - 1) ?? -1) + 1;
    const from = k === -edits || (k !== edits && right - 1 < down) ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (reach.get(from) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      pairs.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return pairs.reverse();
}

/**
 * The changes that make `after` of `before`, each as small as it can be, so that a caret between
 * two of them stays where it is.
 */
export function difference(before: string, after: string): Change[] {
  if (before === after) return [];
  const { start, end } = trim(before, after);
  const a = lines(before.slice(start, before.length - end));
  const b = lines(after.slice(start, after.length - end));
  const pairs = kept(a, b);
  const changes: Change[] = [];
  let [i, j, at] = [0, 0, start];
  const close = (toI: number, toJ: number) => {
    const old = a.slice(i, toI).join('');
    const fresh = b.slice(j, toJ).join('');
    if (old !== fresh) {
      const inner = trim(old, fresh);
      changes.push({
        from: at + inner.start,
        to: at + old.length - inner.end,
        insert: fresh.slice(inner.start, fresh.length - inner.end),
      });
    }
    at += old.length;
    i = toI;
    j = toJ;
  };
  for (const [x, y] of pairs ?? []) {
    close(x, y);
    at += a[x]?.length ?? 0;
    i = x + 1;
    j = y + 1;
  }
  close(a.length, b.length);
  return changes;
}
