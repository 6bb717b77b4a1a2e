import type { AccessEnd, AccountKind } from '../lib/contract/generated';

// Apart from the other sentences, because they are read only with the settings.

const count = new Intl.NumberFormat('en');
const notes = (n: number) => (n === 1 ? '1 note' : `${count.format(n)} notes`);
const are = (n: number) => (n === 1 ? 'is' : 'are');

export const settings = {
  title: 'Settings',
  back: 'Back to your notes',
  sections: { accounts: 'Accounts', capture: 'Capture', sync: 'Sync' },

  accounts: {
    localOnly: 'on this computer only',
    kind: {
      local: 'Not in Notion',
      personal_token: 'Personal access token',
      oauth: 'Signed in through the browser',
      internal_token: 'Token of an internal connection',
    } satisfies Record<AccountKind, string>,
    state: {
      connected: 'connected to Notion',
      offline: 'Notion cannot be reached',
      keychain_unavailable: 'the keychain that holds its token does not answer',
      no_access: 'Notion no longer lets it at its pages',
      restricted: 'Notion does not allow it what Octavo needs',
    },
    ended: (n: number) =>
      n === 0
        ? 'Notion ended this sign-in. Your notes are safe here.'
        : `Notion ended this sign-in. ${notes(n)} ${n === 1 ? 'waits' : 'wait'} here safely until you sign in again.`,
    needsParent: 'This connection needs a page in Notion before its notes can go there.',
    waiting: (n: number) => `${notes(n)} waiting to be sent`,
    nothingWaits: 'nothing waits',
    manage: 'Manage',
    manageOf: (name: string) => `Manage ${name}`,
    signIn: 'Sign in again',
    token: 'Use a new token',
    parent: 'Choose a page',
    name: 'Name',
    keepName: 'Rename',
    color: 'Colour',
    /** By the colours of the palette. */
    colors: {
      '#2f6f5e': 'Green',
      '#7a4a9e': 'Violet',
      '#b0622b': 'Copper',
      '#2c5f94': 'Blue',
      '#9a3b5c': 'Raspberry',
      '#5b6b2a': 'Olive',
      '#3f5a74': 'Slate',
      '#8a4b2f': 'Brown',
    } as Record<string, string>,
    colorNumber: (n: number) => `Colour ${n}`,
    remove: 'Remove from this computer…',
    add: 'Add an account',
  },

  removal: {
    title: (name: string) => `Remove “${name}” from this computer?`,
    looking: 'Looking what is only here…',
    stays: 'Its pages in Notion stay as they are.',
    rests: 'Its data here rests for seven days and is then deleted.',
    access: {
      none: '',
      revoked: 'Octavo ends its access to Notion.',
      revoked_later: 'Notion cannot be told now that its access ends; Octavo goes on until it is.',
      by_hand:
        'Its token was pasted, so only you can end it: delete it in Notion’s developer portal, where it was made.',
    } satisfies Record<AccessEnd, string>,
    page: 'Open Notion’s developer page',
    question: (n: number) =>
      `${notes(n)} ${are(n)} on this computer only. What shall become of ${n === 1 ? 'it' : 'them'}?`,
    send: 'Send to Notion first',
    sendHint: 'When one cannot be sent, nothing is removed.',
    move: 'Move to another account',
    moveTo: 'Account they move to',
    export: 'Export as Markdown files',
    exportHint: 'All its notes are written into a folder, which you are told.',
    choose: 'Choose one of these first.',
    cancel: 'Cancel',
    confirm: {
      nothing: 'Remove',
      send_first: 'Send, then remove',
      move: 'Move, then remove',
      export: 'Export, then remove',
    },
    working: {
      nothing: 'Removing the account…',
      send_first: 'Sending its notes to Notion…',
      move: 'Moving its notes…',
      export: 'Writing its notes into files…',
    },
    done: (name: string) => `“${name}” was removed from this computer.`,
    moved: (n: number) => `${notes(n)} moved along.`,
    exported: (folder: string) => `Its notes are in ${folder}.`,
    resting: (folder: string, until: string) => `Its data rests in ${folder} until ${until}.`,
  },

  capture: {
    shortcut: 'Keys that open the capture window from everywhere',
    off: 'Turned off',
    change: 'Change',
    recording: 'Press the new keys…',
    recordingHint: 'Esc leaves them as they are, Backspace turns them off.',
    needsMore: 'Add Ctrl, Alt or Super, so that these keys do not get in the way of typing.',
    works: 'These keys work everywhere.',
    command: 'Command for your desktop’s own keyboard settings',
    commandHint: 'It does the same, wherever Octavo may not listen to keys itself.',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'It could not be copied. It is selected: press Ctrl+C.',
    undo: 'Time to call a captured note back',
    seconds: 'seconds',
    undoHint: 'It is sent only then. From 0, which sends at once, to 60.',
    undoWrong: 'This is a whole number from 0 to 60.',
    login: 'Start Octavo at login',
    loginHint: 'It waits in the tray, so that the keys work at once.',
    tray: 'Keep running in the tray when the window is closed',
    trayHint: 'Quit from the tray’s menu.',
  },

  sync: {
    pause: 'Exchange notes with Notion',
    pauseHint: 'When it is off, everything is kept on this computer until you turn it on again.',
  },
};
