import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { MemoryHost, wireError } from '../src/lib/host/memory';
import { account, button, expectAccessible, note, openWindow, show, until } from './support';

const OPEN = 'Open Notion in the browser';
const GOOD = 'octavo://oauth/callback?code=a&state=b';
const alert = () => page.getByRole('alert');
const address = () => page.getByRole('textbox', { name: 'Address from the browser' });
const refusal = wireError('sign_in_failed', 'You did not allow access, so nothing was added.');
const waits = () => document.body.textContent.includes('Waiting for the browser');
const newNote = () => button('New note');

const requests = (host: MemoryHost, command: string) =>
  host.calls.filter((call) => call.command === command).map((call) => call.request);

describe.each(['light', 'dark'])('signing in, in %s', (theme) => {
  it('waits with the short code until the browser comes back', async () => {
    document.documentElement.dataset.theme = theme;
    const host = await openWindow({ state: 'first', broker: true });
    await expectAccessible();
    await button(OPEN).click();
    await expect.element(page.getByText('K7-PLUM')).toBeVisible();
    expect(requests(host, 'sign_in_begin')).toEqual([{ road: 'broker', reconnect: null }]);
    await button('Paste the address').click();
    await expectAccessible();
    host.comeBack();
    await expect.element(newNote()).toBeVisible();
    await expect.element(account('Mary Somerville')).toHaveAttribute('aria-checked', 'true');
  });

  it('through a connection of one’s own', async () => {
    document.documentElement.dataset.theme = theme;
    const host = await openWindow({ state: 'first' });
    await button('Use your own connection').click();
    await expect.element(page.getByText('http://localhost:53683/callback')).toBeVisible();
    const client = page.getByRole('textbox', { name: 'Client ID' });
    const secret = page.getByRole('textbox', { name: 'Client secret' });
    await expect.element(client).toHaveFocus();
    await expect.element(secret).toHaveAttribute('type', 'password');
    await client.fill('3f2a');
    await button('Keep it and open Notion').click();
    await expect.element(alert()).toHaveTextContent(/one word each/);
    await expectAccessible();
    // Nothing typed is lost.
    await expect.element(client).toHaveValue('3f2a');
    await secret.fill('secret_of_mine');
    await userEvent.keyboard('{Enter}');
    await until(waits);
    expect(requests(host, 'connection_set').at(-1)).toEqual({
      client_id: '3f2a',
      client_secret: 'secret_of_mine',
    });
    expect(requests(host, 'sign_in_begin')).toEqual([{ road: 'own_connection', reconnect: null }]);
    // There is no other page to compare a code with.
    expect(document.body.textContent).not.toContain('K7-PLUM');
    expect(document.body.innerHTML).not.toContain('secret_of_mine');
    await expectAccessible();
    host.comeBack();
    await expect.element(newNote()).toBeVisible();
  });
});

describe('a sign-in that waits', () => {
  it('takes a pasted address, and keeps a wrong one in the field', async () => {
    const host = await openWindow({ state: 'first', broker: true });
    await button(OPEN).click();
    await button('Paste the address').click();
    await expect.element(address()).toHaveFocus();
    await address().fill('https://example.org/');
    await userEvent.keyboard('{Enter}');
    await expect.element(alert()).toHaveTextContent(/Copy it whole/);
    await expect.element(address()).toHaveValue('https://example.org/');
    expect(waits()).toBe(true);
    await address().fill(` ${GOOD} `);
    await button('Continue').click();
    await expect.element(account('Mary Somerville')).toBeVisible();
    expect(requests(host, 'sign_in_paste').at(-1)).toEqual({ address: GOOD });
  });

  it('says why it was refused, and begins anew', async () => {
    const host = await openWindow({ state: 'first', broker: true });
    await button(OPEN).click();
    await until(waits);
    host.comeBack(refusal);
    await expect.element(alert()).toHaveTextContent(/did not allow access/);
    expect(waits()).toBe(false);
    await button(OPEN).click();
    await until(waits);
    expect(alert().elements()).toEqual([]);
    host.comeBack();
    await expect.element(newNote()).toBeVisible();
  });

  it('can be cancelled, and the other doors are open', async () => {
    const host = await openWindow({ state: 'first', broker: true });
    await button(OPEN).click();
    await button('Cancel the sign-in').click();
    await expect.element(button(OPEN)).toHaveFocus();
    expect(waits()).toBe(false);
    expect(host.count('sign_in_cancel')).toBe(1);
    await button('Use a personal access token').click();
    await page.getByRole('textbox', { name: 'Token' }).fill('ntn_sample');
    await button('Connect').click();
    await expect.element(account('Ada Lovelace')).toBeVisible();
  });

  it('shows its address when no browser could be opened', async () => {
    const host = new MemoryHost({ state: 'first', broker: true });
    host.browser = false;
    await show(host);
    await button(OPEN).click();
    const byHand = page.getByRole('textbox', { name: /No browser could be opened/ });
    await expect
      .element(byHand)
      .toHaveValue('https://api.notion.com/v1/oauth/authorize?state=memory');
    await expectAccessible();
  });

  it('says why it could not begin', async () => {
    const host = await openWindow({ state: 'first', own: '3f2a' });
    await button('Use your own connection').click();
    host.failing('sign_in_begin', wireError('sign_in_failed', 'The ports are all taken.'));
    await button(OPEN).click();
    await expect.element(alert()).toHaveTextContent('The ports are all taken.');
    host.failing('sign_in_begin', null);
    await button(OPEN).click();
    await until(waits);
    await expect.element(page.getByText('3f2a')).toBeVisible();
  });

  it('goes on while one looks at one’s notes', async () => {
    const host = await openWindow({ broker: true });
    await button('Add an account').click();
    await button(OPEN).click();
    await until(waits);
    await button('Back to your notes').click();
    await expect.element(note('Music from numbers')).toBeVisible();
    await button('Add an account').click();
    await expect.element(page.getByText('K7-PLUM')).toBeVisible();
    await button('Back to your notes').click();
    host.comeBack();
    await expect.element(account('Mary Somerville')).toHaveAttribute('aria-checked', 'true');
  });
});

describe('an account of the browser whose sign-in ended', () => {
  it('is signed in again through the broker', async () => {
    const host = await openWindow({ state: 'sign_in_again', kind: 'oauth', broker: true });
    await expect.element(page.getByText(/no longer accepts this account’s sign-in/)).toBeVisible();
    await button('Sign in again').click();
    await expect.element(page.getByText('K7-PLUM')).toBeVisible();
    expect(requests(host, 'sign_in_begin')).toEqual([{ road: 'broker', reconnect: 'ada' }]);
    await expectAccessible();
    host.comeBack();
    await until(() => !waits() && button('Sign in again').elements().length === 0);
    await expect.element(account('Ada Lovelace')).toHaveAttribute('aria-checked', 'true');
  });

  it('asks for the own connection when there is no other road', async () => {
    const host = await openWindow({ state: 'sign_in_again', kind: 'oauth' });
    await button('Sign in again').click();
    await expect.element(page.getByRole('textbox', { name: 'Client ID' })).toBeVisible();
    await expectAccessible();
    await button('Cancel').click();
    await expect.element(button('Sign in again')).toBeVisible();
    expect(host.count('sign_in_begin')).toBe(0);
  });

  it('says in its banner why it came to nothing', async () => {
    const host = await openWindow({ state: 'sign_in_again', kind: 'oauth', broker: true });
    await button('Sign in again').click();
    await until(waits);
    host.comeBack(refusal);
    await expect.element(alert()).toHaveTextContent(/did not allow access/);
    await button(OPEN).click();
    await until(waits);
  });
});
