// Apart from the other sentences, because they are read only with the editor.

export const editor = {
  label: 'Note',
  rest: (n: number) => `${n.toLocaleString('en')} more characters in this line. Show more`,
  placeholder: 'Type / for blocks, [[ to link a note',
  done: 'Done',
  todo: 'To do',
  openLink: 'Ctrl+click or Alt+Enter opens this',
  noNote: (title: string) => `There is no note called “${title}” on this computer.`,
  callouts: {
    NOTE: 'Note',
    TIP: 'Tip',
    IMPORTANT: 'Important',
    WARNING: 'Warning',
    CAUTION: 'Caution',
  } as Record<string, string>,
  fold: 'Fold',
  unfold: 'Unfold',
  folded: 'Folded text. Open it',
  formulaWrong: 'This formula cannot be read',
  picture: 'Picture',
};
