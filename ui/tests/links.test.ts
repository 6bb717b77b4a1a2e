import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { named } from '../src/features/panels/named';
import { linked } from '../src/lib/host/linked';
import { MemoryHost, wireError, type MemoryOptions } from '../src/lib/host/memory';
import { button, expectAccessible, note, openWindow, show, text, title, until } from './support';

const L = '{Control>}{Shift>}L{/Shift}{/Control}';
const tab = (name: string) => page.getByRole('tab', { name });
const part = (name: string) => page.getByRole('list', { name, exact: true });

async function links(
  options: MemoryOptions = {},
  prepare: (host: MemoryHost) => void = () => undefined,
) {
  const host = linked(new MemoryHost(options));
  prepare(host);
  await show(host);
  await note('Analytical engine review').click();
  await expect.element(text()).toBeVisible();
  await userEvent.keyboard(L);
  await expect.element(tab('Links')).toHaveFocus();
  await expect.element(part('Links to')).toBeVisible();
  return host;
}

it('shows what the note links to, and what links to it with the passage', async () => {
  await links();
  const from = part('Linked from').getByRole('button');
  expect(from.elements()).toHaveLength(2);
  await expect
    .element(from.first())
    .toHaveTextContent('We went over the Analytical engine review and moved the demo to March.');
  expect(from.first().element().querySelector('strong')?.textContent).toBe(
    'Analytical engine review',
  );
  const to = part('Links to').getByRole('button');
  expect(to.elements().map((each) => each.textContent.replace(/\s+/g, ' ').trim())).toEqual([
    'Jacquard loom, how it works',
    'ベルヌーイ数の計算',
    'Punch card supplier call · Waiting to send',
  ]);
});

it('goes through the notes by keys alone, and stays open', async () => {
  await links();
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(part('Linked from').getByRole('button').last()).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(title()).toHaveValue('Prepare the Turin lecture');
  await expect.element(part('Links to')).toHaveTextContent('Analytical engine review');
  await expect.element(tab('Links')).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(text()).toHaveFocus();
});

it('goes on to the history with the arrow keys', async () => {
  await links();
  await userEvent.keyboard('{End}');
  await expect.element(tab('History')).toHaveFocus();
  await expect.element(tab('History')).toHaveAttribute('aria-selected', 'true');
});

it('makes a link of a mention, and takes that back', async () => {
  const host = await links();
  const before = host.note('ada', 'ada-note-4').body;
  await expect.element(part('Mentioned, not linked')).toHaveTextContent('Music from numbers');
  await button('Link to this note from “Music from numbers”').click();
  await expect.element(part('Linked from')).toHaveTextContent('Music from numbers');
  await expect.element(part('Mentioned, not linked')).not.toBeInTheDocument();
  expect(host.note('ada', 'ada-note-4').body).not.toBe(before);
  await button('Undo').click();
  await until(() => host.note('ada', 'ada-note-4').body === before);
  await expect.element(part('Mentioned, not linked')).toBeVisible();
});

it('mends what leads nowhere: a new note, the trash, a choice', async () => {
  const host = await links({}, (made) => {
    made.note('ada', 'ada-note-0').body += '\n[[Errata]], [[Somerville]] and [[Reading list]]\n';
    made.note('ada', 'ada-note-12').trashed = true;
    made.note('ada', 'ada-note-3').title = 'Reading list';
  });
  const broken = part('Lead nowhere');
  await expect.element(broken).toHaveTextContent('It is in the trash.');
  await button('Take “Errata” out of the trash').click();
  await until(() => !host.note('ada', 'ada-note-12').trashed);
  await button('Make the note “Somerville”').click();
  await until(() => host.notesOf('ada').some((each) => each.title === 'Somerville'));
  await broken.getByRole('button', { name: 'Reading list (2)' }).click();
  await expect.element(broken).not.toBeInTheDocument();
  await expect.element(part('Links to')).toHaveTextContent('Somerville');
  expect(host.note('ada', 'ada-note-0').body).toContain('[Reading list](notion://ada-note-8)');
});

it('hears of links that are made elsewhere', async () => {
  const host = await links();
  host.edit('ada', 'ada-note-9', { body: 'As told in [[Analytical engine review]].' });
  await expect.element(part('Linked from')).toHaveTextContent('Jacquard loom, how it works');
});

it('shows what the account’s links leave to be done', async () => {
  const host = await links();
  await page.getByText('In the whole account').click();
  await expect.element(page.getByRole('heading', { name: /Notes without links/ })).toBeVisible();
  await expect.element(button('Make the note “Luigi Menabrea”')).toBeVisible();
  await button('Somerville, on the sciences').click();
  await expect.element(title()).toHaveValue('Somerville, on the sciences');
  await expect.element(page.getByText('No links yet')).toBeVisible();
  expect(host.count('link_report')).toBeGreaterThan(0);
});

it('switches the section in Notion, and says when that fails', async () => {
  const host = await links();
  await page.getByText('In the whole account').click();
  const box = page.getByRole('switch', { name: '“Linked from” in Notion' });
  await expect.element(box).toBeChecked();
  await box.click();
  await expect.element(box).not.toBeChecked();
  host.failing('linked_from', wireError('disk_full'));
  await box.click();
  await expect.element(page.getByRole('alert')).toBeVisible();
  await expect.element(box).not.toBeChecked();
});

it('has no such switch where there is no Notion', async () => {
  await links({ state: 'local' });
  await page.getByText('In the whole account').click();
  await expect.element(page.getByRole('heading', { name: /Notes without links/ })).toBeVisible();
  await expect.element(page.getByRole('switch')).not.toBeInTheDocument();
});

it('says what went wrong, and tries again', async () => {
  const host = await openWindow();
  host.failing('note_mentions', wireError('database_corrupt'));
  await note('Analytical engine review').click();
  await button('Links').click();
  await expect.element(button('Try again')).toBeVisible();
  host.failing('note_mentions', null);
  await button('Try again').click();
  await expect.element(part('Links to')).toBeVisible();
});

it.each(['light', 'dark'])('everyone can use it in %s', async (theme) => {
  document.documentElement.dataset.theme = theme;
  await links();
  await expectAccessible();
  await page.getByText('In the whole account').click();
  await expect.element(page.getByRole('switch')).toBeVisible();
  await expectAccessible();
});

it('marks a name in its sentence, and shortens what is far before it', () => {
  expect(named('See Errata.', 'errata')).toEqual([
    { text: 'See ', found: false },
    { text: 'Errata', found: true },
    { text: '.', found: false },
  ]);
  const [first] = named(`${'word '.repeat(50)}Errata`, 'Errata');
  expect(first?.text).toMatch(/^…word /);
  expect(first?.text.length).toBeLessThan(70);
  expect(named('İstanbul', 'x')).toEqual([{ text: 'İstanbul', found: false }]);
});
