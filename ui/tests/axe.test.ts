import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import type { MemoryOptions } from '../src/lib/host/memory';
import { WRITING } from '../src/gallery/writing';
import { writingOn } from './sheet';
import { button, expectAccessible, note, openWindow, text } from './support';

const screens: [name: string, options: MemoryOptions][] = [
  ['many notes', {}],
  ['no notes', { notes: 0 }],
  ['ten thousand notes', { notes: 10_000 }],
  ['first start', { state: 'first' }],
  ['first start with a broker', { state: 'first', broker: true }],
  ['first start without a keychain', { state: 'first', vault: 'absent' }],
  ['offline', { state: 'offline' }],
  ['a refused token', { state: 'sign_in_again' }],
  ['a sign-in that ended', { state: 'sign_in_again', kind: 'oauth' }],
  ['a locked keychain', { state: 'keychain_unavailable' }],
  ['a missing parent page', { state: 'needs_parent' }],
  ['no access', { state: 'no_access' }],
  ['an account without Notion', { state: 'local' }],
  ['a database that cannot be opened', { state: 'broken' }],
];

describe.each(['light', 'dark'])('in %s everyone can use', (theme) => {
  it.each(screens)('%s', async (_, options) => {
    document.documentElement.dataset.theme = theme;
    await openWindow(options);
    await expectAccessible();
  });

  it('an open note', async () => {
    document.documentElement.dataset.theme = theme;
    await openWindow();
    await note('Analytical engine review').click();
    await expect.element(text()).toBeVisible();
    await expectAccessible();
  });

  it('a note with everything that can be written', async () => {
    document.documentElement.dataset.theme = theme;
    await writingOn(WRITING);
    await expectAccessible();
  });

  it('a note that Notion refused', async () => {
    document.documentElement.dataset.theme = theme;
    await openWindow();
    await note('Answer Menabrea').click();
    await expect.element(button('Send again')).toBeVisible();
    await expectAccessible();
  });

  it('the view for another account, and the choice of a page', async () => {
    document.documentElement.dataset.theme = theme;
    await openWindow({ state: 'needs_parent' });
    await button('Choose a page').click();
    await expect.element(button('Engine room')).toBeVisible();
    await expectAccessible();
    await button('Add an account').click();
    await expect.element(page.getByRole('textbox', { name: 'Token' })).toBeVisible();
    await expectAccessible();
  });

  it('the forms that banners open', async () => {
    document.documentElement.dataset.theme = theme;
    await openWindow({ state: 'sign_in_again' });
    await button('Use a new token').click();
    await page.getByRole('textbox', { name: 'Token' }).fill('wrong');
    await button('Connect').click();
    await expect.element(page.getByRole('alert')).toBeVisible();
    await expectAccessible();
  });
});
