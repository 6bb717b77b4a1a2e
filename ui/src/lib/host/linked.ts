import type { MemoryHost } from './memory';

/** What the drawn notes say of each other, so that there is something to see in the panel of links. */
const SAID: Record<number, string> = {
  1: 'Tea at four. We went over the [[Analytical engine review]] and moved the demo to March.\n\nHe will write to [[Luigi Menabrea]].\n',
  4: 'If the Analytical engine review is right, the engine may act on other things than numbers.\n',
  6: '- [ ] Use the loop from [[Analytical engine review]].\n- [ ] Ask after [[Errata]]\n',
};

/** Lets some notes of the first account link to the first one, name it, and lead nowhere. */
export function linked(host: MemoryHost): MemoryHost {
  for (const [index, body] of Object.entries(SAID))
    host.note('ada', `ada-note-${index}`).body = body;
  return host;
}
