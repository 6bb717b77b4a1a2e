import type { ProposedReason } from '../lib/contract/generated';

// Apart from the other sentences, because they are read only with the panels.

const count = new Intl.NumberFormat('en');
const changes = (n: number) => (n === 1 ? '1 change' : `${count.format(n)} changes`);
const times = (n: number, one: string, many: string) =>
  n === 1 ? `1 ${one}` : `${count.format(n)} ${many}`;

function reason(of: ProposedReason): string {
  switch (of.reason) {
    case 'first_heading':
      return 'From its first heading.';
    case 'first_words':
      return 'From its first words.';
    case 'words':
      return `By its words: ${of.words.join(', ')}.`;
    case 'todos':
      return `It has ${times(of.count, 'to-do', 'to-dos')}.`;
    case 'facts':
      return `It holds ${times(of.count, 'fact', 'facts')}.`;
    case 'like_notes':
      return `Like ${times(of.count, 'other note', 'other notes')}.`;
    case 'marks':
      return 'It is marked so in the text.';
    case 'model':
      return '';
  }
}

export const enhance = {
  unsaved: 'Suggestions come once the note is saved.',
  looking: 'Looking at the note on this computer…',
  byRules: 'Suggested by rules on this computer.',
  byModel: (model: string, local: boolean) =>
    local ? `Suggested by ${model} on this computer.` : `Suggested by ${model}.`,
  original: 'Your original stays in History.',
  ask: (model: string) => `Ask ${model}`,
  askAgain: (model: string) => `Ask ${model} again`,
  noModel: 'No model is chosen for this account, and none is asked.',
  settings: 'Open the settings',
  none: 'Nothing to suggest',
  noneHint: 'The note has all that the rules would give it.',
  settled: 'Everything is looked at.',
  again: 'Look again',
  outdated: 'The note changed since these suggestions were made, and they may not fit any more.',
  cards: 'Suggestions',
  accept: 'Accept',
  keep: 'Keep mine',
  edit: 'Edit',
  cancel: 'Do not edit',
  acceptOf: (what: string) => `Accept: ${what}`,
  keepOf: (what: string) => `Keep mine: ${what}`,
  editOf: (what: string) => `Edit: ${what}`,
  title: 'Title',
  type: 'Type',
  tags: 'Tags',
  tagsHint: 'Tags to add, with commas between them',
  summary: 'Summary',
  summaryHint: 'It goes in front of the text, as a quotation.',
  actions: 'To do',
  actionsHint: 'Each line goes behind the text, as a to-do.',
  link: 'Link',
  linkTo: (title: string) => `Link to “${title}”`,
  linkAlike: 'It reads like this note. A link goes behind the text.',
  text: 'Text',
  acceptAll: (n: number) => (n === 1 ? 'Accept' : `Accept all ${count.format(n)}`),
  acceptSome: (n: number) => `Accept ${changes(n)}`,
  oneByOne: 'Review one by one',
  take: (n: number, of: number) => `Take change ${count.format(n)} of ${count.format(of)}`,
  dropped: (words: string) => `No longer in it: ${words}`,
  leftOut: 'Left out of the answer',
  accepted: (what: string) => `${what}: accepted`,
  undo: 'Undo',
  reason,
};
