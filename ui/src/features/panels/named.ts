/** A stretch of a sentence. */
export interface Part {
  text: string;
  found: boolean;
}

/** So much of a long sentence stays before the name in it. */
const BEFORE = 60;

/** Cuts a sentence where a name stands in it; what is far before the name is left out. */
export function named(sentence: string, name: string): Part[] {
  const wanted = name.trim().toLocaleLowerCase();
  const small = sentence.toLocaleLowerCase();
  const parts: Part[] = [];
  let at = 0;
  // Where lower case is longer or shorter, places in it are none in the sentence.
  if (wanted !== '' && small.length === sentence.length) {
    for (let next = small.indexOf(wanted); next !== -1; next = small.indexOf(wanted, at)) {
      if (next > at) parts.push({ text: sentence.slice(at, next), found: false });
      at = next + wanted.length;
      parts.push({ text: sentence.slice(next, at), found: true });
    }
  }
  if (at < sentence.length) parts.push({ text: sentence.slice(at), found: false });
  const [first, second] = parts;
  if (first && second && !first.found && first.text.length > BEFORE * 1.5) {
    const cut = first.text.indexOf(' ', first.text.length - BEFORE);
    if (cut !== -1) first.text = `…${first.text.slice(cut + 1)}`;
  }
  return parts;
}
