import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { pressOf } from '../src/features/settings/keys';
import { MemoryHost, wireError, type MemoryOptions } from '../src/lib/host/memory';
import { account, button, expectAccessible, list, note, openWindow, show, until } from './support';

const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const alert = () => page.getByRole('alert');
const radio = (name: string | RegExp) => page.getByRole('radio', { name });
const dialog = () => page.getByRole('dialog');
const manage = (name: string) => button(`Manage ${name}`);
const last = (host: MemoryHost, command: string) =>
  host.calls.findLast((call) => call.command === command)?.request;

async function openSettings(options: MemoryOptions = {}, host = new MemoryHost(options)) {
  await show(host);
  await button('Settings').click();
  await expect.element(heading('Accounts')).toBeVisible();
  return host;
}

async function openCaptureSettings(host = new MemoryHost()) {
  await openSettings({}, host);
  await button('Capture').click();
  await expect.element(heading('Capture')).toBeVisible();
  return host;
}

async function remove(name: string) {
  await manage(name).click();
  await button('Remove from this computer…').click();
  await expect.element(dialog()).toBeVisible();
  await until(() => !document.body.textContent.includes('Looking what is only here'));
}

describe('the settings', () => {
  it('open and close by keys', async () => {
    await openWindow();
    await userEvent.keyboard('{Control>},{/Control}');
    await expect.element(heading('Accounts')).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(list()).toHaveFocus();
    await userEvent.keyboard('{Control>},{/Control}');
    await expect.element(heading('Accounts')).toBeVisible();
    await account('Club').click();
    await expect.element(note('Chess on Thursdays')).toBeVisible();
  });

  it('say why they cannot be read, and read again', async () => {
    const host = new MemoryHost();
    host.failing('settings_read', wireError('internal', 'The settings do not answer.'));
    await openSettings({}, host);
    await expect.element(alert()).toHaveTextContent('The settings do not answer.');
    host.failing('settings_read', null);
    await button('Try again').click();
    await until(() => alert().elements().length === 0);
  });
});

describe('an account', () => {
  it('is renamed, and a wrong name is explained', async () => {
    const host = await openSettings();
    await manage('Work').click();
    const name = page.getByRole('textbox', { name: 'Name' });
    await name.fill('   ');
    await userEvent.keyboard('{Enter}');
    await expect.element(alert()).toHaveTextContent(/1 to 60 characters/);
    await name.fill('Mill');
    await userEvent.keyboard('{Enter}');
    await expect.element(manage('Mill')).toBeVisible();
    expect(last(host, 'account_change')).toEqual({ account: 'work', name: 'Mill', color: null });
    await name.fill('Something else');
    await userEvent.keyboard('{Escape}');
    await expect.element(name).toHaveValue('Mill');
    await expect.element(heading('Accounts')).toBeVisible();
  });

  it('gets another colour by keys', async () => {
    const host = await openSettings();
    await manage('Ada Lovelace').click();
    await expect.element(radio('Green')).toBeChecked();
    (radio('Green').element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await until(() => host.account('ada').color === '#7a4a9e');
    await expect.element(radio('Violet')).toBeChecked();
  });

  it('is signed in again where it says so', async () => {
    const host = await openSettings();
    await expect.element(page.getByText(/3 notes wait here safely/)).toBeVisible();
    await button('Use a new token').click();
    await page.getByRole('textbox', { name: 'Token' }).fill('ntn_sample');
    await button('Connect').click();
    await until(() => host.account('work').status === 'connected');
    await until(() => button('Use a new token').elements().length === 0);
  });

  it('of the browser is signed in again through it', async () => {
    const host = await openSettings({ state: 'sign_in_again', kind: 'oauth', broker: true });
    await button('Sign in again').click();
    await expect.element(page.getByText('K7-PLUM')).toBeVisible();
    expect(last(host, 'sign_in_begin')).toEqual({ road: 'broker', reconnect: 'ada' });
    host.comeBack();
    await until(() => !document.body.textContent.includes('K7-PLUM'));
    await expect.element(heading('Accounts')).toBeVisible();
  });
});

describe('removing an account', () => {
  it('asks what becomes of the notes that are only here', async () => {
    const host = await openSettings();
    await remove('Work');
    await expect.element(page.getByText(/pages in Notion stay/)).toBeVisible();
    await expect.element(page.getByText(/3 notes are on this computer only/)).toBeVisible();
    // Its sign-in ended, so nothing can be sent.
    expect(radio('Send to Notion first').elements()).toEqual([]);
    await button('Remove').click();
    await expect.element(alert()).toHaveTextContent(/Choose one of these/);
    expect(host.count('account_remove')).toBe(0);
    await radio('Move to another account').click();
    await page.getByRole('combobox', { name: 'Account they move to' }).selectOptions('Club');
    await button('Move, then remove').click();
    await until(() => dialog().elements().length === 0);
    await expect.element(alert()).toHaveTextContent(/“Work” was removed.*3 notes moved along/);
    expect(last(host, 'account_remove')).toEqual({
      account: 'work',
      keep: { how: 'move', to: 'club' },
    });
    await until(() => account('Work').elements().length === 0);
    expect(host.notesOf('club').map((own) => own.title)).toContain('Mill drawings');
  });

  it('exports, and says where to', async () => {
    const host = await openSettings();
    await remove('Club');
    await expect.element(page.getByText(/2 notes are on this computer only/)).toBeVisible();
    expect(document.body.textContent).not.toContain('pages in Notion stay');
    await radio(/Export as Markdown files/).click();
    await button('Export, then remove').click();
    await expect.element(alert()).toHaveTextContent('/home/ada/Documents/Octavo/Club');
    expect(last(host, 'account_remove')).toEqual({ account: 'club', keep: { how: 'export' } });
  });

  it('sends first, says that it is at it, and removes nothing when that fails', async () => {
    const host = await openSettings();
    await remove('Ada Lovelace');
    await radio(/Send to Notion first/).click();
    const held = host.hold('account_remove');
    await button('Send, then remove').click();
    const sending = await held;
    await expect.element(page.getByText('Sending its notes to Notion…')).toBeVisible();
    // It cannot be left in the middle.
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog()).toBeVisible();
    sending.fail(wireError('offline'));
    await expect.element(alert()).toHaveTextContent(/cannot be reached/);
    await button('Send, then remove').click();
    await until(() => account('Ada Lovelace').elements().length === 0);
    // The next account is on screen, and the settings stay.
    await expect.element(account('Work')).toHaveAttribute('aria-checked', 'true');
    await expect.element(heading('Accounts')).toBeVisible();
  });

  it('asks nothing when everything is in Notion', async () => {
    const host = await openSettings({ notes: 1 });
    await remove('Ada Lovelace');
    expect(page.getByRole('dialog').getByRole('radio').elements()).toEqual([]);
    await button('Remove').click();
    await until(() => host.count('account_remove') === 1);
    expect(last(host, 'account_remove')).toEqual({ account: 'ada', keep: { how: 'nothing' } });
  });

  it('says where a pasted token ends, and that of the browser ends by itself', async () => {
    const host = await openSettings({ state: 'connected', kind: 'oauth' });
    await remove('Ada Lovelace');
    await expect.element(page.getByText('Octavo ends its access to Notion.')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await until(() => dialog().elements().length === 0);
    await expect.element(button('Remove from this computer…')).toHaveFocus();
    await expect.element(heading('Accounts')).toBeVisible();
    await manage('Ada Lovelace').click();
    await remove('Work');
    await expect.element(page.getByText(/only you can end it/)).toBeVisible();
    await button('Open Notion’s developer page').click();
    await until(() => host.count('token_page_open') === 1);
  });

  it('is done by keys alone', async () => {
    const host = await openWindow();
    const tabTo = async (name: string) => {
      for (let step = 0; step < 40; step++) {
        await userEvent.keyboard('{Tab}');
        const at = document.activeElement as HTMLElement | null;
        if ((at?.ariaLabel ?? at?.textContent ?? '').trim().startsWith(name)) return;
      }
      expect.fail(`No way by Tab to ${name}`);
    };
    await userEvent.keyboard('{Control>},{/Control}');
    await expect.element(heading('Accounts')).toHaveFocus();
    await tabTo('Manage Work');
    await userEvent.keyboard('{Enter}');
    await tabTo('Remove from');
    await userEvent.keyboard('{Enter}');
    await expect.element(radio('Move to another account')).toBeVisible();
    await tabTo('Remove');
    await userEvent.keyboard('{Enter}');
    // Asked for a choice, the caret is where it is made.
    await expect.element(radio('Move to another account')).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(radio(/Export as Markdown files/)).toBeChecked();
    await tabTo('Export, then remove');
    await userEvent.keyboard('{Enter}');
    await until(() => dialog().elements().length === 0);
    await expect.element(heading('Accounts')).toHaveFocus();
    expect(last(host, 'account_remove')).toEqual({ account: 'work', keep: { how: 'export' } });
  });

  it('of the last one comes back to the doors', async () => {
    const host = new MemoryHost({ state: 'first' });
    await host.call('account_add_local', { name: null });
    await openSettings({}, host);
    await remove('On this computer');
    await button('Remove').click();
    await expect.element(heading('Write here. Find it in your Notion.')).toBeVisible();
    await expect.element(alert()).toHaveTextContent(/was removed/);
    await button('Dismiss').click();
    await until(() => alert().elements().length === 0);
  });
});

describe('the shortcut', () => {
  const keys = () => page.getByRole('button', { name: /Keys that open/ });

  it('is recorded as it is pressed', async () => {
    const host = await openCaptureSettings();
    await keys().click();
    await expect.element(keys()).toHaveTextContent('Press the new keys…');
    await userEvent.keyboard('a');
    await expect.element(page.getByText(/Add Ctrl, Alt or Super/)).toBeVisible();
    // Keys that mean something in this window mean nothing now.
    await userEvent.keyboard('{Control>}{Alt>}1{/Alt}{/Control}');
    await expect.element(keys()).toHaveTextContent('Ctrl+Alt+1');
    expect(last(host, 'settings_change')).toEqual({ shortcut: 'Ctrl+Alt+1' });
    await expect.element(keys()).toHaveFocus();
  });

  it('stays at Escape, and is turned off by Backspace', async () => {
    const host = await openCaptureSettings();
    await keys().click();
    await userEvent.keyboard('{Escape}');
    await expect.element(keys()).toHaveTextContent('Ctrl+Shift+Space');
    await expect.element(heading('Capture')).toBeVisible();
    expect(host.count('settings_change')).toBe(0);
    await keys().click();
    await userEvent.keyboard('{Backspace}');
    await expect.element(keys()).toHaveTextContent('Turned off');
    expect(last(host, 'settings_change')).toEqual({ shortcut: '' });
  });

  it('says that another program has these keys, and keeps the old ones', async () => {
    await openCaptureSettings();
    await keys().click();
    await userEvent.keyboard('{Control>}{Alt>}t{/Alt}{/Control}');
    await expect.element(alert()).toHaveTextContent(/Another program already has/);
    await expect.element(keys()).toHaveTextContent('Ctrl+Shift+Space');
  });

  it('says why it does nothing, and follows when that changes', async () => {
    const host = new MemoryHost();
    const trouble = 'This desktop gives no keys to programs. Bind the command below instead.';
    host.settings.shortcut.trouble = trouble;
    await openCaptureSettings(host);
    await expect.element(page.getByText(trouble)).toBeVisible();
    const command = page.getByRole('textbox', { name: /Command for your desktop/ });
    await expect.element(command).toHaveValue('octavo-desktop --capture');
    host.settings.shortcut.trouble = null;
    host.emit({ kind: 'settings_changed' });
    await expect.element(page.getByText('These keys work everywhere.')).toBeVisible();
  });

  it.each([
    [{ key: ' ', code: 'Space', ctrlKey: true, shiftKey: true }, 'whole', 'Ctrl+Shift+Space'],
    [{ key: 'å', code: 'KeyA', altKey: true }, 'whole', 'Alt+A'],
    [{ key: '!', code: 'Digit1', ctrlKey: true, shiftKey: true }, 'whole', 'Ctrl+Shift+1'],
    [{ key: 'F9', code: 'F9' }, 'whole', 'F9'],
    [{ key: 'ArrowUp', code: 'ArrowUp', metaKey: true }, 'whole', 'Super+Up'],
    [{ key: 'A', code: 'KeyA', shiftKey: true }, 'bare', 'Shift+A'],
    [{ key: 'Shift', code: 'ShiftLeft', ctrlKey: true, shiftKey: true }, 'part', 'Ctrl+Shift'],
  ])('%j is %s: %s', (event, kind, words) => {
    const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };
    expect(pressOf({ ...none, ...event })).toEqual({ kind, keys: words });
  });
});

describe('the other settings', () => {
  it('the time to call back is a number of seconds', async () => {
    const host = await openCaptureSettings();
    const seconds = page.getByRole('spinbutton', { name: /Time to call/ });
    await seconds.fill('90');
    await userEvent.keyboard('{Enter}');
    await expect.element(alert()).toHaveTextContent(/from 0 to 60/);
    expect(host.count('settings_change')).toBe(0);
    await seconds.fill('30');
    await userEvent.keyboard('{Enter}');
    await until(() => host.settings.undo_seconds === 30);
    expect(alert().elements()).toEqual([]);
  });

  it('switches show what is so, not what was wished', async () => {
    const host = await openCaptureSettings();
    const login = page.getByRole('switch', { name: 'Start Octavo at login' });
    await login.click();
    await until(() => host.settings.start_at_login);
    await expect.element(login).toBeChecked();
    host.failing('settings_change', wireError('data_read_only'));
    await login.click();
    await expect.element(alert()).toHaveTextContent(/cannot write/);
    await expect.element(login).toBeChecked();
  });

  it('say what this computer cannot do', async () => {
    const host = new MemoryHost();
    host.settings.tray_trouble = 'This desktop shows no tray.';
    host.settings.start_at_login_trouble = 'The folder for programs at login cannot be written.';
    await openCaptureSettings(host);
    const tray = page.getByRole('switch', { name: /Keep running in the tray/ });
    await expect.element(tray).toHaveAccessibleDescription(/shows no tray/);
    await expect.element(page.getByRole('switch', { name: /at login/ })).toBeDisabled();
  });

  it('sync is paused, and resumed where the notes are', async () => {
    const host = await openSettings();
    await button('Sync').click();
    const sync = page.getByRole('switch', { name: 'Exchange notes with Notion' });
    await expect.element(sync).toBeChecked();
    await sync.click();
    await until(() => host.paused);
    await expect.element(sync).not.toBeChecked();
    await button('Back to your notes').click();
    await button('Resume').click();
    await until(() => !host.paused && button('Resume').elements().length === 0);
  });
});

describe.each(['light', 'dark'])('in %s everyone can use', (theme) => {
  it('each section, and an account that is managed', async () => {
    document.documentElement.dataset.theme = theme;
    await openSettings();
    await expectAccessible();
    await manage('Work').click();
    await button('Use a new token').click();
    await expectAccessible();
    await button('Capture').click();
    await expectAccessible();
    await button('Sync').click();
    await expectAccessible();
  });

  it('capture settings with all their troubles', async () => {
    document.documentElement.dataset.theme = theme;
    const host = new MemoryHost();
    host.settings.shortcut.trouble = 'Another program has these keys.';
    host.settings.tray_trouble = 'This desktop shows no tray.';
    host.settings.start_at_login_trouble = 'It cannot be set here.';
    await openCaptureSettings(host);
    await page.getByRole('button', { name: /Keys that open/ }).click();
    await userEvent.keyboard('{Control>}{Alt>}t{/Alt}{/Control}');
    await expect.element(alert()).toBeVisible();
    await expectAccessible();
  });

  it.each(['Ada Lovelace', 'Work', 'Club'])('the removal of %s', async (name) => {
    document.documentElement.dataset.theme = theme;
    await openSettings();
    await remove(name);
    await expectAccessible();
    await page.getByRole('dialog').getByRole('radio', { name: /Move/ }).click();
    await expectAccessible();
  });
});
