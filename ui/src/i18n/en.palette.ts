// Apart from the other sentences, because they are read only with the palette.

const count = new Intl.NumberFormat('en');

export const palette = {
  label: 'Find and do',
  field: 'Search notes, accounts and commands',
  placeholder: 'Search notes, or type > for commands',
  results: 'Results',
  groups: {
    kept: 'Kept searches',
    recent: 'Recent searches',
    notes: 'Notes',
    accounts: 'Accounts',
    commands: 'Commands',
  },
  untitled: 'Untitled',
  inAccount: (name: string) => `in ${name}`,
  switchTo: 'Switch to',
  keep: (query: string) => `Keep the search “${query}”`,
  forgetKeys: 'Shift+Delete forgets it',
  guessed: (typed: string, meant: string) => `Also looked for “${meant}” in place of “${typed}”.`,
  indexing: (n: number) =>
    `${n === 1 ? '1 note is' : `${count.format(n)} notes are`} still being read and may be missing here.`,
  more: 'There are more. Type on to narrow them down.',
  nothing: (query: string) => `Nothing is called “${query}” or says so.`,
  found: (n: number) => (n === 1 ? '1 result' : `${count.format(n)} results`),
  moveTo: (account: string) => `Move this note to ${account}`,
  move: {
    title: (note: string, account: string) => `Move “${note}” to ${account}?`,
    how: 'It is made there first. When it has arrived, it goes to the trash here.',
    plain: (n: number) =>
      `${n === 1 ? 'A link' : `${count.format(n)} links`} in it to other notes of this account ${n === 1 ? 'becomes a plain address' : 'become plain addresses'}.`,
    looking: 'Looking what that would mean…',
    working: 'Moving the note…',
    cancel: 'Cancel',
    confirm: 'Move',
    arrived: (note: string, account: string) => `“${note}” is in ${account} now.`,
    going: (note: string, account: string, why: string) =>
      `“${note}” is on its way to ${account}: ${why}`,
  },
  commands: {
    newNote: 'New note',
    daily: 'Open today’s note',
    capture: 'Quick capture',
    pin: 'Pin this note',
    unpin: 'Unpin this note',
    duplicate: 'Duplicate this note',
    openInNotion: 'Open this note in Notion',
    sendAgain: 'Send this note again',
    moveTo: 'Move this note to another account',
    trash: 'Move this note to the trash',
    syncNow: 'Exchange with Notion now',
    pause: 'Pause the exchange with Notion',
    resume: 'Resume the exchange with Notion',
    add: 'Add an account',
    settings: 'Settings',
  },
};
