import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { fold } from '../src/features/panels/pieces';
import { difference } from '../src/lib/host/words';
import type { MemoryOptions } from '../src/lib/host/memory';
import { button, expectAccessible, note, openWindow, text, title, until } from './support';

const ID = 'ada-note-0';
const tab = (name: string) => page.getByRole('tab', { name });
const versions = () => page.getByRole('list', { name: 'Earlier versions' });
const row = (words: RegExp) => versions().getByRole('button', { name: words });
const H = '{Control>}{Shift>}H{/Shift}{/Control}';

async function history(options: MemoryOptions = {}) {
  const host = await openWindow(options);
  await note('Analytical engine review').click();
  await expect.element(text()).toBeVisible();
  await userEvent.keyboard(H);
  await expect.element(versions()).toBeVisible();
  return host;
}

it('comes and goes by the keyboard, and gives the caret back', async () => {
  await history();
  await expect.element(tab('History')).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(tab('History')).not.toBeInTheDocument();
  await expect.element(text()).toHaveFocus();
  await userEvent.keyboard(H);
  await expect.element(tab('History')).toHaveFocus();
});

it('marks what was kept before a merge', async () => {
  await history();
  await expect.element(row(/brought together/)).toHaveTextContent('Kept for good');
  expect(row(/wrote on/).elements()).toHaveLength(2);
  await expect.element(row(/wrote on/).first()).not.toHaveTextContent('Kept for good');
});

it('shows word by word what changed since, and the whole text', async () => {
  await history();
  await row(/brought together/).click();
  const changes = page.getByRole('region', { name: 'What changed since' });
  await expect.element(changes).toBeVisible();
  const struck = () => [...changes.element().querySelectorAll('del')].map((el) => el.textContent);
  expect(struck()).toEqual(['Taken away: one ', 'Taken away: forty ']);
  await changes.getByRole('button', { name: /unchanged/ }).click();
  await expect.element(changes).toHaveTextContent('Two card decks');
  await page.getByRole('radio', { name: 'Whole text' }).click();
  await expect
    .element(page.getByRole('region', { name: 'Whole text' }))
    .toHaveTextContent('The store holds one thousand numbers');
});

it('brings a version back by keys alone, and undoes it', async () => {
  const host = await history();
  const before = host.note('ada', ID).body;
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await expect.element(button('Restore this version')).toBeVisible();
  await userEvent.tab();
  await expect.element(button('Restore this version')).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(/is back$/)).toBeVisible();
  expect(host.note('ada', ID).body).toContain('one thousand');
  await until(() => text().element().textContent.includes('one thousand'));
  await expect.element(row(/earlier version came back/)).toBeVisible();
  await button('Undo').click();
  await until(() => host.note('ada', ID).body === before);
  await until(() => !text().element().textContent.includes('one thousand'));
});

it('keeps what is typed but not saved before another version takes its place', async () => {
  const host = await history();
  await text().click();
  await userEvent.keyboard('{Control>}{End}{/Control}Just typed.');
  await row(/brought together/).click();
  await button('Restore this version').click();
  await expect.element(page.getByText(/is back$/)).toBeVisible();
  await button('Undo').click();
  await until(() => host.note('ada', ID).body.includes('Just typed.'));
});

it('does not replace what could not be saved', async () => {
  const host = await history();
  await row(/brought together/).click();
  await expect.element(button('Restore this version')).toBeVisible();
  host.failing('note_save', {
    code: 'disk_full',
    message: 'full',
    retry_after_ms: null,
    correlation: '',
  });
  await text().click();
  await userEvent.keyboard('More.');
  await button('Restore this version').click();
  await expect.element(page.getByRole('alert').first()).toBeVisible();
  expect(host.count('note_revert')).toBe(0);
  host.failing('note_save', null);
});

it('gives a title back that gave way to the one written here', async () => {
  const host = await history();
  await button('Use this title: “Review of the engine”').click();
  await until(() => host.note('ada', ID).title === 'Review of the engine');
  await expect.element(title()).toHaveValue('Review of the engine');
  await button('Undo').click();
  await until(() => host.note('ada', ID).title === 'Analytical engine review');
});

it('says when nothing is kept yet', async () => {
  await openWindow();
  await note('Music from numbers').click();
  await button('History').click();
  await expect.element(page.getByText('No earlier versions yet')).toBeVisible();
  await expectAccessible();
});

it('says what went wrong, and tries again', async () => {
  const host = await openWindow();
  host.failing('note_history', {
    code: 'disk_full',
    message: 'The disk is full.',
    retry_after_ms: null,
    correlation: '',
  });
  await note('Analytical engine review').click();
  await button('History').click();
  await expect.element(button('Try again')).toBeVisible();
  host.failing('note_history', null);
  await button('Try again').click();
  await expect.element(versions()).toBeVisible();
});

it.each(['light', 'dark'])('everyone can use it in %s', async (theme) => {
  document.documentElement.dataset.theme = theme;
  await history();
  await expectAccessible();
  await row(/brought together/).click();
  await expect.element(button('Restore this version')).toBeVisible();
  await expectAccessible();
  await button('Restore this version').click();
  await expect.element(button('Undo')).toBeVisible();
  await expectAccessible();
});

it.each([
  [800, 600],
  [400, 300],
])('holds at %i × %i', async (width, height) => {
  await page.viewport(width, height);
  try {
    await openWindow();
    await note('Analytical engine review').click();
    await userEvent.keyboard(H);
    await expect.element(versions()).toBeVisible();
    const { left, right } = versions().element().getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(60);
    expect(right).toBeLessThanOrEqual(width);
    expect(right - left).toBeGreaterThan(200);
    await row(/brought together/).click();
    await expect.element(button('Restore this version')).toBeVisible();
    await expectAccessible();
  } finally {
    await page.viewport(1180, 780);
  }
});

it('folds what stayed the same, and loses no letter by it', () => {
  const same = 'word '.repeat(200);
  const pieces = difference(`red ${same}end`, `blue ${same}start`);
  const shown = fold(pieces);
  expect(shown.map(({ text: words }) => words).join('')).toBe(
    pieces.map(({ text: words }) => words).join(''),
  );
  const folded = shown.find((part) => part.side === 'folded');
  expect(folded && 'words' in folded && folded.words).toBeGreaterThan(150);
});
