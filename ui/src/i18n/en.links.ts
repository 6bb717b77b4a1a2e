import type { LinkState } from '../lib/contract/generated';

// Apart from the other sentences, because they are read only with the panels.

const count = new Intl.NumberFormat('en');

export const links = {
  unsaved: 'Links are shown here once the note is saved.',
  loading: 'Looking for links…',
  untitled: 'Untitled',
  number: (n: number) => count.format(n),
  from: 'Linked from',
  to: 'Links to',
  mentioned: 'Mentioned, not linked',
  broken: 'Lead nowhere',
  none: 'No links yet',
  noneHint: 'Type [[ in the text to link to another note. Notes that link here are shown, too.',
  more: (n: number) => (n === 1 ? 'and one more place' : `and ${count.format(n)} more places`),
  inNotion: 'in Notion',
  state: {
    note: '',
    outside: '',
    trashed: 'It is in the trash.',
    gone: 'It was deleted for good.',
    unknown: 'No note has this title.',
    ambiguous: 'Several notes have this title. Which one is meant?',
  } satisfies Record<LinkState, string>,
  link: 'Link',
  linkOf: (title: string) => `Link to this note from “${title}”`,
  linking: 'Linking…',
  linked: (title: string) => `“${title}” links here now`,
  undo: 'Undo',
  make: 'Make this note',
  makeOf: (title: string) => `Make the note “${title}”`,
  made: (title: string) => `“${title}” is a note now`,
  restore: 'Take it out of the trash',
  restoreOf: (title: string) => `Take “${title}” out of the trash`,
  choose: (title: string, number: number) => `${title} (${count.format(number)})`,
  all: 'In the whole account',
  allLoading: 'Looking through all notes…',
  allBroken: 'Links that lead nowhere',
  allBrokenNone: 'Every link leads somewhere.',
  orphans: 'Notes without links',
  orphansNone: 'Every note has a link.',
  showAll: (n: number) => `Show all ${count.format(n)}`,
  section: '“Linked from” in Notion',
  sectionHint:
    'Pages in Notion that are linked to get a list of those links at their end. Switched off, these lists go from Notion, too.',
};
