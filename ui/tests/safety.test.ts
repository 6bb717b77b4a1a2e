import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { AuditEntry } from '../src/lib/contract/generated';
import { MemoryHost, wireError, type MemoryOptions } from '../src/lib/host/memory';
import { account, button, expectAccessible, show, until } from './support';

const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const alert = () => page.getByRole('alert');
const manage = (name: string) => button(`Manage ${name}`);
const field = (name: string | RegExp) => page.getByRole('textbox', { name });
const choice = (name: RegExp) => page.getByRole('radio', { name });
const lines = () =>
  page
    .getByRole('row')
    .elements()
    .slice(1)
    .map((row) => row.textContent.replace(/\s+/g, ' ').trim());
const last = (host: MemoryHost, command: string) =>
  host.calls.findLast((call) => call.command === command)?.request;

const entry = (at: number, over: Partial<AuditEntry>): AuditEntry => ({
  at,
  account: 'ada',
  name: 'Ada Lovelace',
  event: 'token',
  outcome: 'renewed, new pair stored',
  request: null,
  ...over,
});

async function settings(section: string, options: MemoryOptions = {}, host?: MemoryHost) {
  const own = host ?? new MemoryHost(options);
  await show(own);
  await button('Settings').click();
  await button(section).click();
  await expect.element(heading(section)).toBeVisible();
  return own;
}

describe('the security log', () => {
  const began = Date.UTC(2026, 10, 20, 9, 12, 3);
  const told = () => {
    const host = new MemoryHost();
    host.audited = [
      entry(began, { event: 'account', outcome: 'added with a token' }),
      entry(began + 1000, { account: 'gone', name: null, outcome: 'refused by Notion' }),
      entry(began + 2000, { account: 'work', name: 'Work', request: 'req-77' }),
      entry(began + 3000, { account: null, name: null, event: 'vault', outcome: 'sealed' }),
    ];
    return host;
  };

  it('shows the newest first, of all accounts, gone ones too', async () => {
    await settings('Security log', {}, told());
    await until(() => lines().length === 4);
    expect(lines()[0]).toMatch(/Safe keeping sealed$/);
    expect(lines()[1]).toMatch(/WorkToken renewed, new pair stored req-77$/);
    expect(lines()[2]).toMatch(/an account that is goneToken refused by Notion$/);
    expect(lines()[3]).toMatch(/Ada LovelaceAccount added with a token$/);
  });

  it('is filtered, and what is on screen is written into a file', async () => {
    const host = await settings('Security log', {}, told());
    await page.getByRole('combobox', { name: 'About' }).selectOptions('Token');
    await until(() => lines().length === 2);
    await page.getByRole('combobox', { name: 'Account', exact: true }).selectOptions('Work');
    await until(() => lines().length === 1);
    await button('Write into a file').click();
    await expect.element(page.getByText(/1 line written to .*security log/)).toBeVisible();
    expect(last(host, 'audit_export')).toEqual({ account: 'work', event: 'token' });
  });

  it('shows older ones when asked', async () => {
    const host = new MemoryHost();
    host.audited = Array.from({ length: 250 }, (_, number) => entry(began + number * 1000, {}));
    await settings('Security log', {}, host);
    await until(() => lines().length === 100);
    await button('Show older ones (150 more)').click();
    await button('Show older ones (50 more)').click();
    await until(() => lines().length === 250);
  });

  it('says why it cannot be read, and reads again', async () => {
    const host = told();
    host.failing('audit_log', wireError('internal', 'The log does not answer.'));
    await settings('Security log', {}, host);
    await expect.element(alert()).toHaveTextContent('The log does not answer.');
    host.failing('audit_log', null);
    await button('Try again').click();
    await until(() => lines().length === 4);
  });
});

describe('what keeps the sign-ins', () => {
  it('can be sealed with a passphrase that is typed twice', async () => {
    const host = await settings('Safe keeping');
    await choice(/passphrase opens/).click();
    await field(/eight characters/).fill('a mill in the rain');
    await field(/once more/).fill('a mill in the snow');
    await button('Seal them with this passphrase').click();
    await expect.element(alert()).toHaveTextContent('The two are not the same.');
    expect(host.count('vault_choose')).toBe(0);
    await field(/once more/).fill('a mill in the rain');
    await button('Seal them with this passphrase').click();
    await expect.element(page.getByText('They are sealed now.')).toBeVisible();
    expect(last(host, 'vault_choose')).toEqual({
      store: 'sealed',
      passphrase: 'a mill in the rain',
      leave_behind: false,
    });
    expect(field(/eight characters/).elements()).toEqual([]);
  });

  it('says what is wrong with a passphrase, and keeps everything as it was', async () => {
    const host = await settings('Safe keeping');
    await choice(/passphrase opens/).click();
    await field(/eight characters/).fill('short');
    await field(/once more/).fill('short');
    await button('Seal them with this passphrase').click();
    await expect.element(alert()).toHaveTextContent(/at least eight characters/);
    expect(host.store).toBe('keychain');
    await button('Cancel').click();
    await expect.element(choice(/system’s keychain/)).toBeChecked();
  });

  it('is unlocked from the banner', async () => {
    const host = new MemoryHost({ state: 'keychain_unavailable', vault: 'locked' });
    host.store = 'sealed';
    host.passphrase = 'a mill in the rain';
    await show(host);
    await button('Unlock…').click();
    await expect.element(heading('Safe keeping')).toBeVisible();
    await field('Passphrase').fill('a mill in the sun');
    await userEvent.keyboard('{Enter}');
    await expect.element(alert()).toHaveTextContent('This is not the passphrase.');
    await field('Passphrase').fill('a mill in the rain');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/^Unlocked/)).toBeVisible();
    await button('Lock now').click();
    await expect.element(field('Passphrase')).toBeVisible();
  });

  it('is chosen before the first account where there is no keychain', async () => {
    const host = new MemoryHost({ state: 'first', vault: 'absent' });
    await show(host);
    await button('Choose where sign-ins are kept').click();
    await choice(/passphrase opens/).click();
    await field(/eight characters/).fill('a mill in the rain');
    await field(/once more/).fill('a mill in the rain');
    await button('Seal them with this passphrase').click();
    await expect.element(page.getByText('They are sealed now.')).toBeVisible();
    await expectAccessible();
    await field('Token').fill('ntn_sample');
    await button('Connect').click();
    await until(() => host.accounts.length === 1);
  });

  it('leaves behind what a place does not give out, when that is wished', async () => {
    const host = new MemoryHost({ vault: 'absent' });
    await settings('Safe keeping', {}, host);
    await choice(/until Octavo ends/).click();
    host.failing('vault_choose', wireError('keychain_absent'));
    await button('Keep them in memory only').click();
    await expect.element(alert()).toBeVisible();
    host.failing('vault_choose', null);
    await button('Go on without what is there').click();
    await expect.element(page.getByText('They are in memory only now.')).toBeVisible();
    expect(last(host, 'vault_choose')).toMatchObject({ store: 'this_run', leave_behind: true });
  });
});

describe('an account among others', () => {
  it('is looked at, put elsewhere, and given the captures', async () => {
    const host = await settings('Accounts');
    await manage('Work').click();
    await button('Check the connection').click();
    await expect
      .element(page.getByText(/Notion does not take its token\. Checked at/))
      .toBeVisible();
    await button('Move up').click();
    await expect.element(page.getByText('Now 1 of 3.')).toBeVisible();
    expect(last(host, 'account_order')).toEqual({ accounts: ['work', 'ada', 'club'] });
    await expect.element(button('Move up')).toHaveAttribute('aria-disabled', 'true');
    const box = page.getByRole('checkbox', { name: /Quick captures go to this account/ });
    await box.click();
    await expect.element(box).toBeChecked();
    expect(host.defaultAccount).toBe('work');
    await box.click();
    await until(() => host.defaultAccount === null);
  });

  it('without Notion is connected later', async () => {
    const host = await settings('Accounts');
    await button('Connect to Notion').click();
    await field('Token').fill('ntn_sample');
    await button('Connect').click();
    await until(() => host.account('club').status === 'connected');
    expect(last(host, 'account_reconnect')).toEqual({ account: 'club', token: 'ntn_sample' });
    await until(() => button('Connect to Notion').elements().length === 0);
    await expect.element(account('Club')).toBeVisible();
  });
});

describe.each(['light', 'dark'])('in %s everyone can use', (theme) => {
  it.each(['Safe keeping', 'Security log', 'About'])('%s', async (section) => {
    document.documentElement.dataset.theme = theme;
    const host = new MemoryHost();
    host.audited = [entry(Date.now(), { request: 'req-1' })];
    await settings(section, {}, host);
    if (section === 'Safe keeping') {
      await choice(/passphrase opens/).click();
      await expect.element(field(/once more/)).toBeVisible();
    }
    await expectAccessible();
  });
});
