import type {
  AccessEnd,
  AccountRemoval,
  AccountView,
  AppState,
  CaptureDraft,
  Captured,
  CaptureView,
  Event,
  NoteView,
  Settings,
} from '../contract/generated';
import { PALETTE, wireError, type Handlers } from './memory';

const WEEK = 7 * 24 * 3_600_000;

/** What the doors of the app need from the core in memory. */
export interface Core {
  readonly accounts: AccountView[];
  paused: boolean;
  readonly held: Set<string>;
  notices: string[];
  draft: CaptureDraft;
  captured: Captured | null;
  settings: Settings;
  state(): AppState;
  account(id: string): AccountView;
  notesOf(account: string): NoteView[];
  fresh(): string;
  change(id: string, change: Partial<AccountView>): AccountView;
  create(
    request: { account: string; title: string; body: string; note_type: null; tags: string[] },
    id: string,
  ): NoteView;
  unmake(account: string, id: string): void;
  forget(id: string, to: string | null, moved: string[]): void;
  emit(event: Event): void;
}

type AccountCommand = 'account_palette' | 'account_change' | 'account_removal' | 'account_remove';
type CaptureCommand =
  | 'capture_state'
  | 'capture_draft'
  | 'capture_save'
  | 'capture_undo'
  | 'capture_hide'
  | 'capture_open';
type SettingsCommand = 'settings_read' | 'settings_change' | 'notices_take' | 'sync_pause';
export type MoreCommand = AccountCommand | CaptureCommand | SettingsCommand;

export function accountCommands(core: Core): Pick<Handlers, AccountCommand> {
  const onlyHere = (id: string) =>
    core.notesOf(id).filter((note) => note.state !== 'synced' && note.state !== 'sending');
  const removal = (id: string): AccountRemoval => ({
    account: core.account(id).id,
    notes: core.notesOf(id).length,
    only_here: onlyHere(id).length,
    access: accessOf(core.account(id)),
  });
  return {
    account_palette: () => ({ colors: PALETTE }),
    account_change: ({ account, name, color }) => {
      if (name !== null && (name.trim() === '' || name.length > 60))
        throw wireError('bad_request', 'A name has 1 to 60 characters.');
      return core.change(account, {
        ...(name === null ? {} : { name: name.trim() }),
        ...(color === null ? {} : { color }),
      });
    },
    account_removal: ({ account }) => removal(account),
    account_remove: ({ account: id, keep }) => {
      const account = core.account(id);
      const here = onlyHere(id).map((note) => note.id);
      if (here.length > 0 && keep.how === 'nothing')
        throw wireError(
          'only_here',
          'Some notes are on this computer only. Nothing was removed: choose what becomes of them.',
        );
      if (keep.how === 'send_first' && account.status !== 'connected') throw wireError('offline');
      core.forget(id, keep.how === 'move' ? keep.to : null, here);
      return {
        name: account.name,
        exported_to: keep.how === 'export' ? `/home/ada/Documents/Octavo/${account.name}` : null,
        moved: keep.how === 'move' ? here.length : 0,
        rests_in: `/home/ada/.local/share/octavo/trash/${id}`,
        rests_until: Date.now() + WEEK,
        access: accessOf(account),
      };
    },
  };
}

function accessOf(account: AccountView): AccessEnd {
  if (account.kind === 'local') return 'none';
  if (account.kind !== 'oauth') return 'by_hand';
  return account.status === 'offline' ? 'revoked_later' : 'revoked';
}

export function captureCommands(core: Core): Pick<Handlers, CaptureCommand> {
  const view = (): CaptureView => {
    if (core.captured && core.captured.until <= Date.now()) core.captured = null;
    return {
      accounts: core.accounts,
      draft: core.draft,
      undo: core.captured,
      sample: false,
    };
  };
  return {
    capture_state: view,
    capture_draft: (draft) => {
      core.draft = draft;
      return {};
    },
    capture_save: ({ id, account, text }) => {
      if (account === null) throw wireError('no_such_account');
      const [first = '', ...rest] = text.trim().split('\n');
      const title = first.replace(/^#+ /, '');
      const body = rest.join('\n').trim();
      core.create(
        { account: core.account(account).id, title, body, note_type: null, tags: [] },
        id,
      );
      const until = Date.now() + core.settings.undo_seconds * 1_000;
      core.captured = { account, note: id, title, until };
      core.draft = { id: core.fresh(), account, text: '' };
      core.emit({ kind: 'captured', captured: core.captured });
      return core.captured;
    },
    capture_undo: ({ account, note: id }) => {
      const note = core.notesOf(account).find((own) => own.id === id);
      if (core.captured?.note !== id || !note || note.state === 'sending')
        throw wireError(
          'too_late',
          'This note is already on its way to Notion. Open it in the main window to change it or to move it to the trash.',
        );
      core.unmake(account, id);
      core.captured = null;
      const text = [note.title, note.body, core.draft.text].filter(Boolean).join('\n');
      core.draft = { id: core.fresh(), account, text };
      core.emit({ kind: 'capture_opened' });
      return view();
    },
    capture_hide: () => ({}),
    capture_open: () => {
      core.emit({ kind: 'capture_opened' });
      return {};
    },
  };
}

export function settingsCommands(core: Core): Pick<Handlers, SettingsCommand> {
  return {
    settings_read: () => core.settings,
    settings_change: ({ shortcut, ...change }) => {
      if (shortcut === 'Ctrl+Alt+T')
        throw wireError(
          'shortcut_refused',
          'Another program already has Ctrl+Alt+T. The old keys stay; choose others.',
        );
      core.settings = { ...core.settings, ...change };
      if (shortcut !== undefined)
        core.settings.shortcut = { keys: shortcut === '' ? null : shortcut, trouble: null };
      core.emit({ kind: 'settings_changed' });
      return core.settings;
    },
    notices_take: () => {
      const notices = core.notices;
      core.notices = [];
      return { notices };
    },
    sync_pause: ({ account, paused }) => {
      if (account !== undefined) {
        if (paused) core.held.add(core.account(account).id);
        else core.held.delete(core.account(account).id);
        return core.state();
      }
      core.paused = paused;
      core.emit({ kind: 'accounts_changed' });
      return core.state();
    },
  };
}
