import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { ErrorCode } from '../src/lib/contract/generated';
import { wireError } from '../src/lib/host/memory';
import { account, button, list, note, openWindow, text, title, until, write } from './support';

const token = () => page.getByRole('textbox', { name: 'Token' });
const alert = () => page.getByRole('alert');

describe('the first start', () => {
  it('connects with a pasted token and shows the empty account', async () => {
    const host = await openWindow({ state: 'first' });
    await token().fill('  ntn_sample ');
    await userEvent.keyboard('{Enter}');
    await expect.element(button('New note')).toBeVisible();
    await expect.element(account('Ada Lovelace')).toHaveAttribute('aria-checked', 'true');
    const added = host.calls.find((call) => call.command === 'account_add_token');
    expect(added?.request).toEqual({ token: 'ntn_sample', name: null });
  });

  it.each<[ErrorCode, RegExp]>([
    ['token_refused', /Notion refused this token/],
    ['token_malformed', /does not look like a token/],
    ['offline', /cannot be reached/],
    ['account_exists', /already have an account/],
    ['keychain_locked', /keychain is locked/],
    ['keychain_absent', /No system keychain/],
    ['internal', /In the core’s own words/],
  ])('says in a sentence what %s means and keeps what was typed', async (code, sentence) => {
    const host = await openWindow({ state: 'first' });
    host.failing('account_add_token', wireError(code, 'In the core’s own words.'));
    await token().fill('ntn_mine');
    await button('Connect').click();
    await expect.element(alert()).toHaveTextContent(sentence);
    expect(document.body.textContent).not.toContain(code);
    await expect.element(token()).toHaveValue('ntn_mine');
    // No door is a dead end: the same one works when the reason is gone.
    host.failing('account_add_token', null);
    await token().fill('ntn_sample');
    await button('Connect').click();
    await expect.element(button('New note')).toBeVisible();
  });

  it('hides the token until it is asked to show it', async () => {
    await openWindow({ state: 'first' });
    await expect.element(token()).toHaveAttribute('type', 'password');
    await button('Show the token').click();
    await expect.element(token()).toHaveAttribute('type', 'text');
  });

  it('starts without Notion', async () => {
    await openWindow({ state: 'first' });
    await button('Start without Notion').click();
    await expect.element(account('On this computer')).toBeVisible();
  });

  it('looks around in the sample workspace', async () => {
    const host = await openWindow({ state: 'first' });
    await button('Look around in a sample workspace').click();
    await expect.element(note('Music from numbers')).toBeVisible();
    expect(host.count('sample_open')).toBe(1);
  });
});

describe('another account', () => {
  it('is added from the rail, and there is a way back', async () => {
    await openWindow();
    await button('Add an account').click();
    await expect.element(token()).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(list()).toBeVisible();
    await button('Add an account').click();
    await button('Back to your notes').click();
    await expect.element(list()).toBeVisible();
    await button('Add an account').click();
    await button('Start without Notion').click();
    await expect.element(account('On this computer')).toHaveAttribute('aria-checked', 'true');
    await expect.element(page.getByRole('heading', { name: 'Your first note' })).toBeVisible();
  });
});

describe('switching', () => {
  it('changes everything on screen, and comes back to the open note', async () => {
    await openWindow();
    await note('Music from numbers').click();
    await expect.element(title()).toHaveValue('Music from numbers');
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await expect.element(note('Mill drawings')).toBeVisible();
    expect(note('Music from numbers').elements()).toEqual([]);
    expect(title().elements()).toEqual([]);
    await expect.element(button('Use a new token')).toBeVisible();
    await account('Ada Lovelace').click();
    await expect.element(title()).toHaveValue('Music from numbers');
    expect(button('Use a new token').elements()).toEqual([]);
  });

  it('ignores answers of the account that was left', async () => {
    const host = await openWindow();
    const read = host.hold('note_read');
    await note('Music from numbers').click();
    const late = await read;
    const listed = host.hold('note_list');
    await account('Work').click();
    const workList = await listed;
    await account('Club').click();
    await expect.element(note('Chess on Thursdays')).toBeVisible();
    late.go();
    workList.go();
    await host.call('app_state', {});
    await expect.element(note('Chess on Thursdays')).toBeVisible();
    expect(note('Mill drawings').elements()).toEqual([]);
    expect(title().elements()).toEqual([]);
  });

  it('in the middle of a save loses nothing', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    const held = host.hold('note_save');
    await userEvent.keyboard('one');
    const save = await held;
    await userEvent.keyboard(' two');
    await account('Club').click();
    await expect.element(note('Chess on Thursdays')).toBeVisible();
    save.go();
    await until(() => host.note('ada', 'ada-note-4').body.endsWith('one two'));
    await until(() => host.count('note_flush') > 0);
    await account('Ada Lovelace').click();
    await expect.element(text()).toHaveTextContent(/one two$/);
  });

  it('goes back when the core refuses it', async () => {
    const host = await openWindow();
    host.failing('account_switch', wireError('data_read_only'));
    await account('Club').click();
    await expect.element(alert()).toHaveTextContent(/cannot write/);
    await expect.element(account('Ada Lovelace')).toHaveAttribute('aria-checked', 'true');
    await expect.element(note('Music from numbers')).toBeVisible();
  });
});

describe('what stands between an account and Notion', () => {
  it('a refused token is replaced where it is told', async () => {
    await openWindow({ state: 'sign_in_again' });
    await button('Use a new token').click();
    await token().fill('ntn_old');
    await button('Connect').click();
    await expect.element(alert()).toHaveTextContent(/refused this token/);
    await token().fill('ntn_sample');
    await button('Connect').click();
    await until(() => token().elements().length === 0);
  });

  it('a parent page is chosen', async () => {
    const host = await openWindow({ state: 'needs_parent' });
    await button('Choose a page').click();
    await button('Engine room').click();
    await until(() => button('Engine room').elements().length === 0);
    const chosen = host.calls.find((call) => call.command === 'account_choose_parent');
    expect(chosen?.request).toEqual({ account: 'ada', page_id: 'parent-2' });
  });

  it('being offline comes and goes with events', async () => {
    const host = await openWindow();
    host.setStatus('ada', 'offline');
    await button('Try now').click();
    await expect.element(alert()).toHaveTextContent(/cannot be reached/);
    host.setStatus('ada', 'connected');
    await until(() => button('Try now').elements().length === 0);
  });
});
