import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { MemoryHost, wireError } from '../src/lib/host/memory';
import { account, button, expectAccessible, note, openWindow, show, title, until } from './support';

const alert = () => page.getByRole('alert');
const save = (host: MemoryHost, text: string, to = 'ada') =>
  host.call('capture_save', { ...host.draft, account: to, text });

describe('a note that was captured', () => {
  it('appears, and is called back from the main window', async () => {
    const host = await openWindow();
    await save(host, 'Caught in passing');
    await expect.element(note('Caught in passing')).toBeVisible();
    await expect.element(page.getByText('Kept in Ada Lovelace: “Caught in passing”')).toBeVisible();
    await expectAccessible();
    await button('Undo').click();
    await until(() => note('Caught in passing').elements().length === 0);
    expect(button('Undo').elements()).toEqual([]);
    expect(host.draft.text).toBe('Caught in passing');
  });

  it('is offered for another account too, until its time is over', async () => {
    const host = await openWindow();
    host.settings.undo_seconds = 1;
    await save(host, 'For the club', 'club');
    await expect.element(page.getByText('Kept in Club: “For the club”')).toBeVisible();
    await until(() => button('Undo').elements().length === 0);
  });

  it('says when it was too late', async () => {
    const host = await openWindow();
    await save(host, 'On its way');
    host.failing('capture_undo', wireError('too_late', 'This note is already on its way.'));
    await button('Undo').click();
    await expect.element(alert()).toHaveTextContent('This note is already on its way.');
    await expect.element(note('On its way')).toBeVisible();
  });

  it('is shown when the shell asks for it, whatever is on screen', async () => {
    const host = await openWindow();
    await button('Settings').click();
    await expect.element(page.getByRole('heading', { name: 'Accounts' })).toBeVisible();
    host.emit({ kind: 'open_note', account: 'club', note: 'club-note-0' });
    await expect.element(title()).toHaveValue('Chess on Thursdays');
    await expect.element(account('Club')).toHaveAttribute('aria-checked', 'true');
  });
});

describe('the capture button', () => {
  it('brings the capture window up, or says why it cannot', async () => {
    const host = await openWindow();
    await button('Quick capture').click();
    await until(() => host.count('capture_open') === 1);
    host.failing('capture_open', wireError('internal', 'No window could be made.'));
    await button('Quick capture').click();
    await expect.element(alert()).toHaveTextContent('No window could be made.');
  });
});

describe('what is to be told', () => {
  it('is told at the start and later, until it is dismissed', async () => {
    const host = new MemoryHost();
    host.notices = ['Nobody waits for this sign-in any more. Start it again.'];
    await show(host);
    await expect.element(alert()).toHaveTextContent(/Nobody waits/);
    host.notices = ['Another program has Ctrl+Shift+Space.'];
    host.emit({ kind: 'notices_changed' });
    await until(() => alert().elements().length === 2);
    await expectAccessible();
    await button('Dismiss').first().click();
    await until(() => alert().elements().length === 1);
    await expect.element(alert()).toHaveTextContent(/Another program/);
  });

  it('is told before there is any account', async () => {
    const host = new MemoryHost({ state: 'first' });
    host.notices = ['Nobody waits for this sign-in any more. Start it again.'];
    await show(host);
    await expect.element(alert()).toHaveTextContent(/Nobody waits/);
  });
});

describe('what is typed behind one door', () => {
  it('is still there after a look behind another', async () => {
    await openWindow({ state: 'first', broker: true });
    await button('Use a personal access token').click();
    await page.getByRole('textbox', { name: 'Token' }).fill('ntn_half');
    await button('Use your own connection').click();
    await page.getByRole('textbox', { name: 'Client ID' }).fill('3f2a');
    await page.getByRole('textbox', { name: 'Client secret' }).fill('mine');
    await button('Use a personal access token').click();
    await expect.element(page.getByRole('textbox', { name: 'Token' })).toHaveValue('ntn_half');
    await button('Use your own connection').click();
    await expect.element(page.getByRole('textbox', { name: 'Client ID' })).toHaveValue('3f2a');
    await expect.element(page.getByRole('textbox', { name: 'Client secret' })).toHaveValue('mine');
  });

  it('so is a pasted address', async () => {
    await openWindow({ broker: true });
    await button('Add an account').click();
    await button('Open Notion in the browser').click();
    await button('Paste the address').click();
    await page.getByRole('textbox', { name: 'Address from the browser' }).fill('octavo://oa');
    await button('Use a personal access token').click();
    await button('Sign in with Notion').click();
    const address = page.getByRole('textbox', { name: 'Address from the browser' });
    await expect.element(address).toHaveValue('octavo://oa');
    await userEvent.keyboard('{Escape}');
    await expect.element(note('Music from numbers')).toBeVisible();
  });
});
