import type {
  AccessEnd,
  AccountKind,
  AssistReach,
  AssistStyle,
  VaultStatus,
  VaultStore,
} from '../lib/contract/generated';

// Apart from the other sentences, because they are read only with the settings.

const count = new Intl.NumberFormat('en');
const notes = (n: number) => (n === 1 ? '1 note' : `${count.format(n)} notes`);
const are = (n: number) => (n === 1 ? 'is' : 'are');

const answers = 'The system’s keychain keeps your sign-ins.';
const silent = 'The system’s keychain does not answer.';
const memory = 'Sign-ins are in memory only: you sign in again when Octavo starts.';
const sealed = 'Your sign-ins are sealed with a passphrase, and unlocked.';

const STATUS: Record<VaultStore, Record<VaultStatus, string>> = {
  keychain: {
    ready: answers,
    locked: 'The system’s keychain is locked. Unlock it with the system’s own tool.',
    absent: silent,
    this_run_only: memory,
  },
  sealed: {
    ready: sealed,
    locked: 'Your sign-ins are sealed. Unlock them to send and receive notes.',
    absent: 'The sealed files cannot be read.',
    this_run_only: memory,
  },
  this_run: { ready: memory, locked: memory, absent: memory, this_run_only: memory },
};

export const settings = {
  title: 'Settings',
  back: 'Back to your notes',
  sections: {
    accounts: 'Accounts',
    vault: 'Safe keeping',
    capture: 'Capture',
    sync: 'Sync',
    assistance: 'Assistance',
    log: 'Security log',
    about: 'About',
  },

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
    connect: 'Connect to Notion',
    check: 'Check the connection',
    checked: (at: string) => `Checked at ${at}.`,
    up: 'Move up',
    down: 'Move down',
    movedTo: (place: number, of: number) => `Now ${place} of ${of}.`,
    capturesGoHere: 'Quick captures go to this account unless another is chosen',
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

  assistance: {
    about:
      'Suggestions and answers come from rules on this computer, which need no model. A model is asked only when you press for it.',
    account: 'For the account',
    reach: 'Which model may be shown notes of this account',
    reaches: {
      off: 'None',
      this_computer: 'One on this computer',
      named: 'One provider',
    } satisfies Record<AssistReach, string>,
    hints: {
      off: 'Nothing leaves Octavo.',
      this_computer: 'A server such as Ollama, LM Studio or llama.cpp. Nothing leaves this device.',
      named: 'Before the first note goes there, you see what is sent and to whom.',
    } satisfies Record<AssistReach, string>,
    style: 'Spoken to like',
    styles: {
      openai: 'OpenAI (and most others)',
      anthropic: 'Anthropic',
    } satisfies Record<AssistStyle, string>,
    look: 'Look for servers',
    looking: 'Looking…',
    none: 'No server answers on this computer. Start one, or write its address.',
    use: (name: string) => `Use ${name}`,
    address: 'Address',
    addressHint: {
      off: '',
      this_computer: 'http://localhost:11434/v1',
      named: 'https://api.example.com/v1',
    } satisfies Record<AssistReach, string>,
    model: 'Model',
    key: 'Key',
    keyKept: 'A key is kept',
    keyHint: 'It is kept where your sign-ins are, and goes to this address only.',
    showKey: 'Show the key',
    hideKey: 'Hide the key',
    save: 'Save',
    forget: 'Forget the key',
    forgotten: 'The key is forgotten.',
    saved: {
      off: 'No model is asked.',
      this_computer: 'Saved. Notes stay on this computer.',
      named: 'Saved. Nothing is sent until you ask for it.',
    } satisfies Record<AssistReach, string>,
  },
  vault: {
    about:
      'A sign-in to Notion is a secret. It is never in a plain file, and never in your notes’ database.',
    status: (store: VaultStore, status: VaultStatus) => STATUS[store][status],
    holds: 'What is kept there',
    where: 'Where sign-ins are kept',
    stores: {
      keychain: 'In the system’s keychain',
      sealed: 'In files that only a passphrase opens',
      this_run: 'Nowhere: only until Octavo ends',
    } satisfies Record<VaultStore, string>,
    hints: {
      keychain: 'The best place, wherever the system has one.',
      sealed: 'For a computer without a keychain. Octavo asks for the passphrase when it starts.',
      this_run: 'You sign in again each time Octavo starts.',
    } satisfies Record<VaultStore, string>,
    move: {
      keychain: 'Move them to the keychain',
      sealed: 'Seal them with this passphrase',
      this_run: 'Keep them in memory only',
    } satisfies Record<VaultStore, string>,
    moved: {
      keychain: 'They are in the keychain now.',
      sealed: 'They are sealed now.',
      this_run: 'They are in memory only now.',
    } satisfies Record<VaultStore, string>,
    passphrase: 'Passphrase',
    newPassphrase: 'A passphrase of eight characters or more',
    again: 'The same once more',
    differ: 'The two are not the same.',
    forgotten:
      'Nobody can find out a forgotten passphrase. All it costs is signing in again: no note is lost.',
    show: 'Show the passphrase',
    hide: 'Hide the passphrase',
    open: 'Unlock',
    opened: 'Unlocked, for as long as Octavo runs.',
    close: 'Lock now',
    closed: 'Locked.',
    cancel: 'Cancel',
    leave: 'Go on without what is there',
    leaveHint:
      'What is kept now does not answer. Without it, these accounts are signed in again; their notes stay.',
  },

  log: {
    about: 'What happened to your sign-ins. It is only ever added to, and never holds a secret.',
    account: 'Account',
    everyAccount: 'All accounts',
    event: 'About',
    everything: 'Everything',
    events: {
      account: 'Account',
      token: 'Token',
      callback: 'Way back from the browser',
      exchange: 'Sign-in',
      vault: 'Safe keeping',
      'model asked': 'Language model asked',
      'model failed': 'Language model failed',
    } as Record<string, string>,
    gone: 'an account that is gone',
    when: 'When',
    what: 'What happened',
    request: 'Notion’s name for the request, to quote in a report',
    nothing: 'Nothing yet.',
    older: (n: number) => `Show older ones (${count.format(n)} more)`,
    export: 'Write into a file',
    exported: (n: number, file: string) =>
      `${n === 1 ? '1 line' : `${count.format(n)} lines`} written to ${file}.`,
  },

  about: {
    version: 'Version',
    folder: 'Where your notes and settings are',
    folderHint: 'Copy this folder to have a backup. A sign-in is never readable in it.',
  },

  sync: {
    pause: 'Exchange notes with Notion',
    pauseHint: 'When it is off, everything is kept on this computer until you turn it on again.',
  },
};
