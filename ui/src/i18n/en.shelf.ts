// Apart from the other sentences, because they are read only with the trash and with a note's labels.

const count = new Intl.NumberFormat('en');
const notes = (n: number) => (n === 1 ? '1 note' : `${count.format(n)} notes`);

export const trash = {
  title: 'Trash',
  of: (name: string) => `Notes that were thrown away in ${name}.`,
  back: 'Back to your notes',
  loading: 'Looking what is in the trash…',
  none: 'Nothing is in the trash.',
  list: 'Notes in the trash',
  untitled: 'Untitled',
  restore: 'Put back',
  restoreOf: (title: string) => `Put back “${title}”`,
  restored: (title: string) => `“${title}” is back among your notes.`,
  empty: 'Empty the trash',
  ask: (n: number) => `${notes(n)} will be gone from this computer for good.`,
  askNotion: 'In Notion they stay in the trash, where Notion keeps them for a while.',
  yes: 'Delete for good',
  no: 'Keep them',
  emptied: (n: number) => `${notes(n)} deleted.`,
  kept: (n: number) =>
    n === 1
      ? '1 note stays until Notion has it in its trash too.'
      : `${count.format(n)} notes stay until Notion has them in its trash too.`,
};

export const labels = {
  form: 'Type and tags',
  type: 'Type',
  typeHint: 'Idea, Meeting, Task…',
  tags: 'Tags',
  tagsHint: 'with commas between them',
  save: 'Save',
  cancel: 'Cancel',
};
