import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { MemoryHost } from '../src/lib/host/memory';
import { button, expectAccessible, note, show, text, until } from './support';

const ID = 'ada-note-2';
const part = (n: string) => page.getByRole('group', { name: new RegExp(`^${n}`) });

async function comparing(): Promise<MemoryHost> {
  const host = new MemoryHost();
  host.conflicts.clash(host.note('ada', ID), ['Supplier', 'Card supplier, Monday']);
  await show(host);
  await note('Punch card supplier call').click();
  await button('Compare both').click();
  await expect.element(page.getByText('3 parts are left to choose')).toBeVisible();
  return host;
}

const settled = (host: MemoryHost) =>
  host.calls.find(({ command }) => command === 'conflict_settle')?.request;

it('shows what was, what is here and what Notion has, and keeps the choice by keys alone', async () => {
  const host = await comparing();
  await expect.element(part('Title')).toHaveFocus();
  await expect.element(button('Keep this')).toHaveAttribute('aria-disabled', 'true');
  await userEvent.keyboard('2');
  await userEvent.keyboard('{ArrowDown}3');
  await expect.element(part('Part 2')).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}e');
  await expect.element(page.getByRole('textbox', { name: 'Your own words' })).toHaveFocus();
  await userEvent.keyboard('Charles knows.');
  await expect.element(page.getByText('Everything is chosen.')).toBeVisible();
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await until(() => settled(host) !== undefined);
  expect(settled(host)).toMatchObject({
    title: 'Card supplier, Monday',
    body: [
      'The supplier calls on Monday.',
      'Ask for two hundred cards of the usual stock.',
      'Ask for a hundred cards of thicker stock, and for a price.',
      'Pay by draft, within the month.',
      'The last order was late.',
      '- [ ] Ask Babbage about the width',
      'Charles knows.\n',
    ].join('\n\n'),
  });
  await expect.element(text()).toHaveFocus();
  await until(() => text().element().textContent.includes('Charles knows.'));
});

it('throws nothing away: it can be undone, and both texts are in the history', async () => {
  const host = await comparing();
  const before = host.note('ada', ID).body;
  await button('Notion’s everywhere').click();
  await button('Keep this').click();
  await until(() => host.note('ada', ID).body.includes('telegram'));
  await button('Undo').click();
  await until(() => host.note('ada', ID).body === before);
  const kept = await host.call('note_history', { account: 'ada', note: ID });
  expect(kept.versions.map(({ reason }) => reason)).toEqual(['restore', 'theirs', 'merge']);
});

it('does nothing when the note changed meanwhile, and looks again', async () => {
  const host = await comparing();
  await button('Yours everywhere').click();
  host.note('ada', ID).version++;
  await button('Keep this').click();
  await expect.element(page.getByRole('alert')).toBeVisible();
  await button('Try again').click();
  await expect.element(page.getByText('3 parts are left to choose')).toBeVisible();
});

it('is left with Esc, and nothing is settled', async () => {
  const host = await comparing();
  await userEvent.keyboard('{Escape}');
  await expect.element(button('Compare both')).toBeVisible();
  await expect.element(text()).toBeVisible();
  expect(settled(host)).toBeUndefined();
});

it.each(['light', 'dark'])('everyone can use it in %s', async (theme) => {
  document.documentElement.dataset.theme = theme;
  await comparing();
  await expectAccessible();
  await part('Part 2').getByRole('button', { name: 'Edit' }).click();
  await expect.element(page.getByRole('textbox', { name: 'Your own words' })).toBeVisible();
  await expectAccessible();
});

it.each([
  [800, 600],
  [400, 300],
])('holds at %i × %i', async (width, height) => {
  const host = await comparing();
  await page.viewport(width, height);
  try {
    const { right } = part('Part 2').element().getBoundingClientRect();
    expect(right).toBeLessThanOrEqual(width);
    await button('Notion’s everywhere').click();
    await button('Keep this').click();
    await until(() => settled(host) !== undefined);
  } finally {
    await page.viewport(1180, 780);
  }
});
