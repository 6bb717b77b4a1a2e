import type { VaultStatus } from '../lib/contract/generated';
import { capture, errors } from './en.capture';

const count = new Intl.NumberFormat('en');
const notes = (n: number) => (n === 1 ? '1 note' : `${count.format(n)} notes`);

/** Every sentence the UI says. Other languages have the same shape, so a missing one does not compile. */
export const en = {
  capture,

  app: {
    settingsFailed:
      'The settings could not be opened. Close Octavo and open it again; your notes are safe.',
    paletteFailed: 'The search could not be opened. Your notes are safe; try again.',
    addFailed: 'This view could not be opened. Close Octavo and open it again.',
    tryAgain: 'Try again',
    dismiss: 'Dismiss',
  },

  rail: {
    label: 'Accounts',
    add: 'Add an account',
    capture: 'Quick capture',
    settings: 'Settings',
    settingsHint: 'Settings (Ctrl+,)',
    signInAgain: 'Needs to be signed in again',
    hint: (name: string, key: number) => `${name} (Alt+${key})`,
    waiting: (n: number) => `${notes(n)} waiting to be sent`,
  },

  accountState: {
    local: 'On this computer only',
    connected: 'Connected to Notion',
    offline: 'Notion cannot be reached',
    sign_in_again: 'Needs a new token',
    keychain_unavailable: 'The keychain does not answer',
    needs_parent: 'Needs a page in Notion',
    no_access: 'No access to its pages',
    restricted: 'Not allowed in its workspace',
  },

  sidebar: {
    newNote: 'New note',
    find: 'Search notes',
    findKeys: 'Ctrl+K',
    list: 'Notes',
    pinned: 'Pinned',
    untyped: 'Notes',
    untitled: 'Untitled',
    local: 'On this computer',
    sample: 'Sample workspace',
    count: notes,
    number: (n: number) => count.format(n),
    dot: {
      local: '',
      queued: 'Waiting to send',
      sending: 'Sending',
      synced: '',
      conflict: 'Changed in both places',
      blocked: 'Notion refused this',
    },
    empty: 'No notes yet',
    trash: 'Trash',
    emptyHint: 'What you write is kept on this computer at once.',
    emptyHintNotion:
      'What you write is kept here at once, and then finds its place in your Notion.',
  },

  footer: {
    current: 'Table of Contents is up to date',
    behind: 'Table of Contents is being brought up to date',
    kept: 'Kept on this computer',
    sending: 'Exchanging with Notion…',
    waiting: (n: number) => `${notes(n)} waiting to be sent`,
    paused: (time: string) => `Notion asks to wait until ${time}`,
    blocked: (n: number) => `Notion refused ${notes(n)}`,
    conflicts: (n: number) => `${notes(n)} changed in both places`,
    resting: 'Waiting for Notion',
    pausedHere: 'Sync is paused',
  },

  note: {
    breadcrumb: 'Where this note lives',
    title: 'Title',
    titlePlaceholder: 'Untitled',
    openInNotion: 'Open in Notion',
    trash: 'Move to trash',
    trashed: (title: string) => `“${title}” is in the trash`,
    undo: 'Undo',
    tags: 'Type and tags',
    addTags: 'Add type and tags',
    changeTags: 'Change type and tags',
    none: 'Nothing open',
    noneHint: 'Choose a note on the left, or begin a new one.',
    first: 'Your first note',
    firstHint: 'Press the button and write. It is kept from the first letter on.',
    shortcut: 'Ctrl+N',
    links: 'Links',
    enhance: 'Enhance',
    history: 'History',
    panelFailed:
      'This panel could not be opened. Close Octavo and open it again; your notes are safe.',
    editorFailed:
      'The editor could not be opened. Close Octavo and open it again; your notes are safe.',
  },

  state: {
    local: 'On this computer',
    queued: 'Waiting to send',
    sending: 'Sending',
    synced: (time: string) => `In Notion · ${time}`,
    conflict: 'Changed in both places',
    blocked: (reason: string) => `Notion refused this: ${reason}`,
    writing: 'Writing…',
    unsaved: 'Not saved yet',
  },

  banner: {
    vanished: (count: number) =>
      `${count === 1 ? '1 note' : `${count} notes`} vanished from Notion at once. They are safe here, and nothing is done before you say what becomes of them.`,
    vanishedKeep: 'Keep them and send them again',
    vanishedTrash: 'Move them to the trash here',
    paused: 'Sync is paused. What you write is kept on this computer until you resume it.',
    resume: 'Resume',
    offline: 'Notion cannot be reached. Your notes are safe here and go out as soon as it answers.',
    offlineAction: 'Try now',
    signIn:
      'Notion no longer accepts this account’s token. Your notes are safe here and wait for a new one.',
    signInAction: 'Use a new token',
    browser:
      'Notion no longer accepts this account’s sign-in. Your notes are safe here and wait for a new one.',
    browserAction: 'Sign in again',
    keychainLocked:
      'The system keychain is locked, so Octavo cannot reach this account’s token. Unlock it; your notes are safe here.',
    keychainAbsent:
      'No system keychain answers, so Octavo cannot reach this account’s token. Your notes are safe here and wait.',
    keychainSilent:
      'The system keychain did not give out this account’s token. Your notes are safe here and wait.',
    keychainAction: 'Try again',
    sealed: 'Your sign-ins are locked. Notes wait here safely until you unlock them.',
    sealedAction: 'Unlock…',
    parent:
      'This connection may only write under a page that is shared with it. Choose one, and your notes go there.',
    parentAction: 'Choose a page',
    parentNone:
      'No page is shared with this connection yet. In Notion, open a page’s menu, choose Connections and add this one; then look again.',
    parentLook: 'Look again',
    parentLabel: 'Pages shared with this connection',
    parentLoading: 'Asking Notion which pages are shared…',
    noAccess:
      'Notion no longer lets this account at its pages. Your notes are safe here. Share the page with the connection again, then check.',
    restricted:
      'Notion does not allow this account what Octavo needs. Your notes are safe here. Ask an owner of the workspace, then check.',
    noAccessAction: 'Check again',
    unsaved: (title: string) => `“${title}” is not saved yet: `,
    unsavedNew: 'Your new note is not saved yet: ',
    gone: 'This note is no longer there. What you wrote is still on the screen.',
    keepAsNew: 'Keep as a new note',
    blocked: (reason: string) => `Notion refused this note: ${reason} It is safe on this computer.`,
    blockedAction: 'Send again',
    conflict: 'This note was changed here and in Notion. Both texts are safe.',
    conflictAction: 'Compare both',
    cancel: 'Cancel',
    saved: 'Your text stays here, and Octavo keeps trying.',
  },

  add: {
    keeping: 'Choose where sign-ins are kept',
    heading: 'Write here. Find it in your Notion.',
    headingAgain: 'Add an account',
    lead: 'Octavo keeps every account apart: its own notes, its own key in your system keychain.',
    back: 'Back to your notes',
    tokenTitle: 'Use a personal access token',
    tokenText:
      'Paste one from Notion’s developer page. Octavo reads and writes only what it allows.',
    tokenHome: 'It is kept in your system keychain, never in a file.',
    tokenPage: 'Open Notion’s developer page',
    token: 'Token',
    tokenPlaceholder: 'ntn_…',
    show: 'Show the token',
    hide: 'Hide the token',
    connect: 'Connect',
    connecting: 'Asking Notion whose token this is…',
    localTitle: 'Start without Notion',
    localText: 'Notes stay on this computer, in an account of their own.',
    sample: 'Look around in a sample workspace',
    sampleOpening: 'Preparing the sample workspace…',
  },

  signIn: {
    title: 'Sign in with Notion',
    text: 'Your browser opens, you choose the pages to share, and it brings you back here.',
    open: 'Open Notion in the browser',
    waiting: 'Waiting for the browser…',
    check: 'Check that it shows',
    notBack: 'Did it not come back?',
    paste: 'Paste the address',
    address: 'Address from the browser',
    linkPlaceholder: 'octavo://oauth/callback?…',
    pagePlaceholder: 'http://localhost:53682/callback?…',
    goOn: 'Continue',
    cancel: 'Cancel the sign-in',
    noBrowser: 'No browser could be opened. Open this address in one yourself:',
    byHand: 'Did no browser open? This is the address to open:',
    late: 'This sign-in took longer than ten minutes. Start again.',
    ownTitle: 'Use your own connection',
    ownText: 'Sign in through a public connection that you made in Notion yourself.',
    ownHow:
      'In Notion’s developer portal, under Public connections, make one with these redirect addresses. Then copy its client ID and secret from the Configuration tab.',
    redirects: 'Redirect addresses to register',
    clientId: 'Client ID',
    clientSecret: 'Client secret',
    show: 'Show the secret',
    hide: 'Hide the secret',
    ownOpen: 'Keep it and open Notion',
    ownKnown: 'Your connection:',
    ownChange: 'Use another connection',
  },

  vault: {
    ready: '',
    locked:
      'Your system keychain is locked. Unlock it before you connect, or start without Notion.',
    absent:
      'No system keychain answers on this computer. A token cannot be kept safely without one.',
    this_run_only: 'Tokens are kept for this run only and forgotten when Octavo ends.',
  } satisfies Record<VaultStatus, string>,

  errors,

  dates: { now: 'now' },
};

export type Messages = typeof en;
