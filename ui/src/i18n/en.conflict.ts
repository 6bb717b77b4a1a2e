import type { ConflictSide } from '../lib/contract/generated';

// Apart from the other sentences, because they are read only when both texts are compared.

export const conflict = {
  title: 'Changed in both places',
  lead: 'This note was changed here and in Notion. Choose what it shall say, part by part. What it was, and what Notion has, stays in its history.',
  loading: 'Comparing both texts…',
  back: 'Back to the note',
  tryAgain: 'Try again',
  keys: 'Up and Down go from part to part; 1 takes yours, 2 takes Notion’s, 3 takes both, E edits.',
  name: 'Title',
  part: (n: number, of: number) => `Part ${n} of ${of}`,
  changed: {
    nobody: 'The same in both places',
    here: 'Changed here only',
    notion: 'Changed in Notion only',
    both: 'Changed in both places',
  } satisfies Record<ConflictSide, string>,
  base: 'Before',
  mine: 'Yours',
  theirs: 'Notion’s',
  absent: 'Not there',
  take: 'What the note shall say here',
  choice: { mine: 'Yours', theirs: 'Notion’s', both: 'Both', edited: 'Edited' },
  edit: 'Edit',
  editing: 'Your own words for this part',
  left: (n: number) => (n === 1 ? '1 part is left to choose' : `${n} parts are left to choose`),
  ready: 'Everything is chosen.',
  settle: 'Keep this',
  settling: 'Keeping…',
  allMine: 'Yours everywhere',
  allTheirs: 'Notion’s everywhere',
  same: (n: number) => (n === 1 ? '1 part is the same' : `${n} parts are the same`),
  settled: 'Both texts are one again',
  undo: 'Undo',
};
