/**
 * Brings together what is typed here and what the core has, when both went on from `base`. Nothing
 * of either is given up: what the core added (the text of a link, a note that was called back) comes
 * before or after what is typed, as it does there.
 */
export function together(base: string, ours: string, theirs: string): string {
  if (ours === base || ours === theirs) return theirs;
  if (theirs === base) return ours;
  if (base !== '' && theirs.startsWith(base)) return ours + theirs.slice(base.length);
  if (base !== '' && theirs.endsWith(base)) return theirs.slice(0, -base.length) + ours;
  if (theirs === '') return ours;
  if (ours === '') return theirs;
  return `${theirs.trimEnd()}\n${ours}`;
}
