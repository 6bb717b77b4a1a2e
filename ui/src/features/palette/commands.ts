import { p } from '../../i18n/palette';
import type { Panel, Session } from '../../lib/session.svelte';

/** What the window does with its own hands: it also moves the caret. */
export interface Doings {
  newNote: () => void;
  settings: () => void;
  trash: () => void;
  open: (account: string, note: string) => void;
}

export interface Command {
  id: keyof typeof p.commands;
  /** What it is called where that depends on what it is done with. */
  name?: string;
  /** The keys that do the same from everywhere. */
  keys?: string;
  run: () => unknown;
}

/** Every command that does something as things stand; the others are left out. */
export function commandsOf(session: Session, doings: Doings): Command[] {
  const { account, open, app } = session;
  if (!account || !app) return [];
  const notion = account.kind !== 'local';
  const paused = app.sync_paused;
  return [
    { id: 'newNote', keys: 'Ctrl+N', run: doings.newNote },
    { id: 'daily', run: () => daily(session, account.id, doings) },
    { id: 'capture', run: () => session.tidings.capture() },
    // The palette itself goes on with the question.
    { id: 'ask', keys: '?', run: () => undefined },
    ...(open?.id == null ? [] : noteCommands(session, open.id, doings)),
    ...(notion ? [{ id: 'syncNow' as const, run: () => session.syncNow() }] : []),
    ...(app.accounts.some(({ kind }) => kind !== 'local')
      ? [
          {
            id: paused ? ('resume' as const) : ('pause' as const),
            run: () => session.pause(!paused),
          },
        ]
      : []),
    { id: 'openTrash', run: () => (session.place = 'trash') },
    { id: 'add', run: () => (session.place = 'adding') },
    { id: 'settings', keys: 'Ctrl+,', run: doings.settings },
  ];
}

/** What can be done with the open note. */
function noteCommands(session: Session, note: string, doings: Doings): Command[] {
  const { account = '', pageId, sync } = session.open ?? {};
  const pinned = session.lists.row(account, note)?.pinned ?? false;
  const pin = () =>
    session.tidings.wish(() =>
      session.host.call('note_set', {
        account,
        note,
        pinned: !pinned,
        note_type: null,
        tags: null,
      }),
    );
  const duplicate = () =>
    session.tidings.wish(async () => {
      await session.flush();
      const copy = await session.host.call('note_duplicate', { account, note });
      doings.open(account, copy.id);
    });
  const others = (session.app?.accounts ?? []).filter(({ id }) => id !== account);
  const beside = (panel: Panel) => () => {
    session.place = 'notes';
    session.panel = panel;
    session.panelAsked = true;
  };
  return [
    { id: 'links', keys: 'Ctrl+Shift+L', run: beside('links') },
    { id: 'enhance', keys: 'Ctrl+Shift+E', run: beside('enhance') },
    { id: 'history', keys: 'Ctrl+Shift+H', run: beside('history') },
    { id: pinned ? 'unpin' : 'pin', run: pin },
    { id: 'duplicate', run: duplicate },
    ...others.map((to) => ({
      id: 'moveTo' as const,
      name: p.moveTo(to.name),
      run: () => (session.moving = { account, note, to: to.id }),
    })),
    ...(pageId == null ? [] : [{ id: 'openInNotion' as const, run: () => session.openInNotion() }]),
    ...(sync?.state === 'blocked'
      ? [{ id: 'sendAgain' as const, run: () => session.retryOpen() }]
      : []),
    { id: 'trash', run: doings.trash },
  ];
}

function daily(session: Session, account: string, doings: Doings) {
  return session.tidings.wish(async () => {
    const note = await session.host.call('note_daily', { account, day: null, text: null });
    doings.open(account, note.id);
  });
}
