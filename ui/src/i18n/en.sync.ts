import type { SyncState } from '../lib/contract/generated';

// Apart from the other sentences, because they are read only with the list of what waits.

const count = new Intl.NumberFormat('en');
const things = (n: number) => (n === 1 ? '1 thing' : `${count.format(n)} things`);

export const sync = {
  title: 'What waits for Notion',
  titleOf: (name: string) => `What waits in ${name}`,
  close: 'Close',
  loading: 'Looking what waits…',
  none: 'Nothing waits. Everything is in Notion as it is here.',
  list: 'Waiting',
  contents: 'Table of Contents',
  untitled: 'Untitled',
  state: {
    local: 'On this computer',
    queued: 'Waiting to send',
    sending: 'Sending',
    synced: 'In Notion',
    conflict: 'Changed here and in Notion; both texts are safe.',
    blocked: 'Notion refused this:',
  } satisfies Record<SyncState['state'], string>,
  until: (time: string) => `Next try at ${time}.`,
  tried: (n: number) => (n === 1 ? 'Tried once.' : `Tried ${count.format(n)} times.`),
  held: 'Sync is paused. What you write is kept here until you resume it.',
  heldOne: 'Sync of this account is paused. What you write is kept here until you resume it.',
  asked: (time: string) => `Notion asks to wait until ${time}.`,
  open: (title: string) => `Open “${title}”`,
  send: 'Send now',
  sendOf: (title: string) => `Send now: “${title}”`,
  again: 'Send again',
  againOf: (title: string) => `Send again: “${title}”`,
  onItsWay: (title: string) => `“${title}” is next to go.`,
  sendAll: 'Send all now',
  sending: 'Sending and looking…',
  progress: (done: number, all: number) => `${count.format(done)} of ${things(all)} sent`,
  done: 'Everything that could be sent is in Notion.',
  pause: 'Pause sync',
  resume: 'Resume sync',
  tryAgain: 'Try again',
};
