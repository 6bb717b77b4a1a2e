import type { AccountStatus, ErrorCode } from '../lib/contract/generated';

// Apart from the other sentences, because the capture window reads these and no more.

export const capture = {
  label: 'Quick capture',
  text: 'Note',
  placeholder: 'Write it down…',
  account: 'Account',
  noAccount: 'No account yet',
  noAccountTarget: 'your text is kept here until there is one',
  goes: (home: string) => `goes to ${home}`,
  home: 'Notion',
  /** Where the note goes, when it does not simply go to its home. */
  waits: {
    local: 'stays on this computer',
    offline: 'waits here until Notion can be reached',
    sign_in_again: 'waits here until you sign in again',
    keychain_unavailable: 'waits here until the keychain answers',
    needs_parent: 'waits here until you choose a page in Notion',
    no_access: 'waits here until Notion lets it in again',
    restricted: 'waits here until an owner of the workspace allows it',
  } satisfies Record<Exclude<AccountStatus, 'connected'>, string>,
  sample: 'Sample workspace',
  switchKeys: (last: number) => `Alt 1–${last}`,
  switch: 'switch account',
  kept: 'Kept on this computer as you type',
  unkept: 'Not kept yet; Octavo goes on trying',
  hideKey: 'Esc',
  hide: 'hide',
  saveKey: 'Ctrl Enter',
  save: 'save',
  saveNote: 'Save note',
  empty: 'Nothing is written yet, so there is nothing to save.',
  addFirst: 'Add an account in Octavo’s main window first. Your text is kept here.',
  captured: (account: string, title: string) => `Kept in ${account}: “${title}”`,
  untitled: 'Untitled',
  undo: 'Undo',
  seconds: (n: number) => `(${n} s)`,
};

/** By code; what is not here is said in the core's own words. */
export const errors = {
  token_refused:
    'Notion refused this token. Check that it is whole and still valid; what you pasted stays in the field.',
  token_malformed:
    'This does not look like a token: it is one word without blanks that begins with ntn_ or secret_. Paste it once more.',
  token_of_another:
    'This token belongs to another person or workspace. Add it as an account of its own, so that nothing is mixed up.',
  account_exists: 'This person and workspace already have an account here. Choose it on the left.',
  offline:
    'Notion cannot be reached. Check the connection and try again; what you typed stays here.',
  rate_limited: 'Notion asks to wait a moment. Try again shortly.',
  keychain_locked:
    'The system keychain is locked, and a token may live nowhere else. Unlock it and try again; what you pasted stays in the field.',
  keychain_absent:
    'No system keychain answers. Start one, such as GNOME Keyring or KWallet, and try again, or choose another place for sign-ins.',
  keychain_silent:
    'The system keychain did not answer in time. It may be asking for its password in another window.',
  data_read_only:
    'Octavo cannot write to its data folder. Nothing is lost on the screen: make the folder writable, and it is saved.',
  disk_full: 'The disk is full. Your text is still on the screen: make room, and it is saved.',
  no_such_account: 'This account is no longer here.',
  not_in_notion: 'This note has no page in Notion yet.',
} satisfies Partial<Record<ErrorCode, string>>;
