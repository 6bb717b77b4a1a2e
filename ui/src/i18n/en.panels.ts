import type { RevisionReason } from '../lib/contract/generated';
import type { Panel } from '../lib/session.svelte';
import { enhance } from './en.enhance';
import { links } from './en.links';

// Apart from the other sentences, because they are read only with the panels.

const count = new Intl.NumberFormat('en');
const words = (n: number) => (n === 1 ? '1 word' : `${count.format(n)} words`);
const characters = (n: number) => (n === 1 ? '1 character' : `${count.format(n)} characters`);

export const panels = {
  tabs: { links: 'Links', enhance: 'Enhance', history: 'History' } satisfies Record<Panel, string>,
  keys: {
    links: 'Ctrl+Shift+L',
    enhance: 'Ctrl+Shift+E',
    history: 'Ctrl+Shift+H',
  } satisfies Record<Panel, string>,
  close: 'Close the panel',
  tryAgain: 'Try again',

  links,
  enhance,

  difference: {
    same: 'Both texts are the same.',
    unchanged: (n: number) => `${words(n)} unchanged`,
    gone: 'Taken away: ',
    added: 'Added: ',
  },

  history: {
    unsaved: 'Earlier versions are kept here once the note is saved.',
    loading: 'Looking for earlier versions…',
    none: 'No earlier versions yet',
    noneHint:
      'A version is kept when you pause and write on, and before anything else takes its place.',
    list: 'Earlier versions',
    reason: {
      pause: 'Before you wrote on',
      notion: 'Before Notion’s text came',
      merge: 'Before two changes were brought together',
      moved: 'Before it was moved here',
      restore: 'Before an earlier version came back',
      enhanced: 'Before a suggestion was taken',
      imported: 'Before its file was imported again',
      theirs: 'What Notion had when you chose',
    } satisfies Record<RevisionReason, string>,
    /** Those that are never thinned out. */
    lasting: 'Kept for good',
    thinned: 'Versions of pauses become fewer with age; the others stay as long as the note.',
    characters,
    untitled: 'Untitled',
    titled: (title: string) => `Titled “${title}”`,
    back: 'All versions',
    show: 'What is shown',
    changes: 'What changed since',
    whole: 'Whole text',
    changesHint: 'Struck out: only in this version. Marked: only in the note as it is now.',
    titleThen: 'Its title was',
    restore: 'Restore this version',
    restoring: 'Restoring…',
    restoreHint: 'The note as it is now is kept here, too.',
    present: 'The note is the same as this version.',
    restored: (when: string) => `The version of ${when} is back`,
    undo: 'Undo',
    titles: 'Titles from Notion that gave way to yours',
    useTitle: 'Use this title',
    useTitleOf: (title: string) => `Use this title: “${title}”`,
    unreadable: 'The text cannot be shown.',
  },
};
