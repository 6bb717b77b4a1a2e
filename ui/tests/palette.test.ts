import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { matches, piecesOf } from '../src/features/palette/marks';
import { wireError, type MemoryHost } from '../src/lib/host/memory';
import { account, button, expectAccessible, note, openWindow, text, title, until } from './support';

const field = () =>
  page.getByRole('combobox', { name: 'Search notes, accounts and commands', exact: true });
const row = (name: string | RegExp) =>
  page.getByRole('listbox', { name: 'Results' }).getByRole('option', { name });
const chosen = () =>
  document.querySelector('[role="dialog"], dialog')?.querySelector('[aria-selected="true"]')
    ?.textContent ?? '';

async function find(typed: string): Promise<void> {
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.element(field()).toHaveFocus();
  if (typed !== '') await field().fill(typed);
}

async function open(options: Parameters<typeof openWindow>[0] = {}): Promise<MemoryHost> {
  const host = await openWindow(options);
  await expect.element(account('Ada Lovelace')).toBeVisible();
  return host;
}

describe('the palette', () => {
  it('finds notes and opens the one that Enter chooses', async () => {
    const host = await open();
    await find('analytical engine rev');
    await expect.element(row(/Analytical engine review/)).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expect.element(title()).toHaveValue('Analytical engine review');
    await expect.element(text()).toHaveFocus();
    await expect.element(field()).not.toBeInTheDocument();
    await until(() => host.count('search_keep') === 1);
  });

  it('goes through all rows with the arrow keys, and round', async () => {
    await open();
    await find('');
    const first = chosen();
    await userEvent.keyboard('{ArrowUp}');
    await until(() => chosen().includes('Settings'));
    await userEvent.keyboard('{ArrowDown}');
    await until(() => chosen() === first);
  });

  it('does commands, and shows only those that do something', async () => {
    await open();
    await find('>');
    await expect.element(row(/^New note/)).toBeVisible();
    await expect.element(row('Pin this note')).not.toBeInTheDocument();
    await field().fill('>new');
    await userEvent.keyboard('{Enter}');
    await expect.element(title()).toHaveFocus();
  });

  it('pins the open note and can take that back', async () => {
    const host = await open();
    await note('Analytical engine review').click();
    await expect.element(text()).toBeVisible();
    await find('>pin');
    await row('Pin this note').click();
    await until(() => host.count('note_set') === 1);
    await find('>unpin');
    await expect.element(row('Unpin this note')).toBeVisible();
  });

  it('switches to another account', async () => {
    await open();
    await find('work');
    await row(/Switch to Work/).click();
    await expect.element(account('Work')).toBeChecked();
  });

  it('offers the last searches again, keeps and forgets them', async () => {
    await open();
    await find('engine');
    await row('Keep the search “engine”').click();
    await expect.element(row('Keep the search “engine”')).not.toBeInTheDocument();
    await field().fill('');
    await expect.element(row('engine')).toBeVisible();
    await row('engine').click();
    await expect.element(field()).toHaveValue('engine');
    await field().fill('');
    await expect.element(row('engine')).toBeVisible();
    await until(() => chosen().includes('engine'));
    await userEvent.keyboard('{Shift>}{Delete}{/Shift}');
    await expect.element(row('engine')).not.toBeInTheDocument();
  });

  it('asks once for what was typed while a search was under way', async () => {
    const host = await open();
    const first = host.hold('search');
    await find('e');
    const held = await first;
    for (const typed of ['en', 'eng', 'engin', 'engine rev']) await field().fill(typed);
    held.go();
    await expect.element(row(/Analytical engine review/)).toBeVisible();
    const asked = host.calls.filter(({ command }) => command === 'search');
    expect(asked.map(({ request }) => (request as { query: string }).query)).toEqual([
      'e',
      'engine rev',
    ]);
  });

  it('says what went wrong, and when there is nothing', async () => {
    const host = await open();
    await find('zzz');
    await expect.element(page.getByText('Nothing is called “zzz” or says so.')).toBeVisible();
    host.failing('search', wireError('internal', 'The index cannot be read.'));
    await field().fill('zzzz');
    await until(() => document.querySelector('dialog .wrong') !== null);
  });

  it('is left by Esc, and by its keys', async () => {
    await open();
    await find('');
    await userEvent.keyboard('{Escape}');
    await expect.element(field()).not.toBeInTheDocument();
    await button('Search notes').click();
    await expect.element(field()).toHaveFocus();
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.element(field()).not.toBeInTheDocument();
  });

  it.each(['light', 'dark'])('can be used by everyone in %s', async (theme) => {
    document.documentElement.dataset.theme = theme;
    await open({ notes: 10_000 });
    await find('');
    await expectAccessible();
    await field().fill('note');
    await until(() => document.querySelector('dialog .snippet') !== null);
    await expectAccessible();
  });
});

it('marks the beginnings of words, wherever they stand', () => {
  expect(matches('New note', ['no', 'new'])).toEqual([
    { start: 0, end: 3 },
    { start: 4, end: 6 },
  ]);
  expect(matches('New note', ['ote'])).toBeNull();
  expect(piecesOf('New note', [{ start: 4, end: 6 }])).toEqual([
    { text: 'New ', found: false },
    { text: 'no', found: true },
    { text: 'te', found: false },
  ]);
});
