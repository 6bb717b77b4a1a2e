import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { aroundOf, changesOf, inPlace, partsOf, textWith } from '../src/features/panels/hunks';
import { MemoryHost, wireError } from '../src/lib/host/memory';
import { difference } from '../src/lib/host/words';
import { button, expectAccessible, note, show, text, title, until } from './support';

const ID = 'ada-note-0';
const E = '{Control>}{Shift>}E{/Shift}{/Control}';
const tab = (name: string) => page.getByRole('tab', { name });
const cards = () => page.getByRole('list', { name: 'Suggestions' });
const card = (name: string) => cards().getByRole('listitem', { name, exact: true });
const body = (host: MemoryHost) => host.note('ada', ID).body;

async function enhance(
  model: 'none' | 'here' | 'elsewhere' = 'none',
  prepare: (host: MemoryHost) => void = () => undefined,
) {
  const host = new MemoryHost();
  prepare(host);
  if (model !== 'none') {
    await host.call('assist_change', {
      account: 'ada',
      reach: model === 'here' ? 'this_computer' : 'named',
      style: 'openai',
      address: model === 'here' ? 'http://localhost:11434/v1' : 'https://models.example.com/v1',
      model: model === 'here' ? 'llama3.2' : 'large-1',
      key: null,
    });
  }
  await show(host);
  await note('Analytical engine review').click();
  await expect.element(text()).toBeVisible();
  await userEvent.keyboard(E);
  await expect.element(tab('Enhance')).toHaveFocus();
  return host;
}

async function asked(model: 'here' | 'elsewhere' = 'here') {
  const host = await enhance(model);
  await button(`Ask ${model === 'here' ? 'llama3.2' : 'large-1'}`).click();
  if (model === 'here') await expect.element(card('Title')).toBeVisible();
  return host;
}

it('looks by rules alone where no model is chosen, and sends nothing', async () => {
  const host = await enhance();
  await expect.element(page.getByText('Nothing to suggest')).toBeVisible();
  await expect.element(page.getByText(/Nothing left this device/)).toBeVisible();
  await expect.element(button('What would be sent')).not.toBeInTheDocument();
  expect(host.count('assist_note')).toBe(0);
  expect(host.count('assist_preview')).toBe(0);
  await button('Open the settings').click();
  await expect.element(page.getByRole('navigation', { name: 'Settings' })).toBeVisible();
});

it('proposes by rules, and links a note that is named with a way back', async () => {
  const host = await enhance('none', (made) => {
    made.note('ada', ID).note_type = null;
    made.note('ada', ID).body += '\nErrata come later.  \n';
  });
  await expect.element(card('Type')).toHaveTextContent('It has 3 to-dos.');
  await button('Accept: Type').click();
  await until(() => host.note('ada', ID).note_type === 'Task');
  await expect.element(card('Type')).not.toBeInTheDocument();
  await button('Accept: Link to “Errata”').click();
  await until(() => body(host).includes('[Errata](notion://ada-note-12)'));
  await button('Undo').click();
  await until(() => !body(host).includes('[Errata]'));
  await expect.element(card('Link to “Errata”')).toBeVisible();
  await expect.element(card('Text')).toBeVisible();
});

it('links a note that only reads alike, behind the text', async () => {
  const host = await enhance('none', (made) => {
    made.note('ada', 'ada-note-12').tags = ['engine', 'turin'];
  });
  const before = body(host);
  await expect.element(card('Link to “Errata”')).toHaveTextContent('reads like this note');
  await button('Accept: Link to “Errata”').click();
  await until(() => body(host).endsWith('\n\n[Errata](notion://ada-note-12)'));
  await button('Undo').click();
  await until(() => body(host) === before);
  host.failing('link_make', wireError('bad_request', 'It cannot become a link.'));
  await button('Accept: Link to “Errata”').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('It cannot become a link.');
  expect(body(host)).toBe(before);
});

it('asks a model on this computer, and says what was shown to it', async () => {
  const host = await asked();
  await expect.element(page.getByText(/Suggested by llama3.2 on this computer/)).toBeVisible();
  await expect
    .element(page.getByText(/Shown to llama3.2 on this computer, .*Nothing left this device/))
    .toBeVisible();
  expect(card('Title').element().querySelector('del')?.textContent).toContain(
    'Analytical engine review',
  );
  await button('Accept: Title').click();
  await expect.element(title()).toHaveValue('Analytical engine: mill, store and the card decks');
  await expect.element(card('Title')).not.toBeInTheDocument();
  await button('Undo').click();
  await expect.element(title()).toHaveValue('Analytical engine review');
  await expect.element(card('Title')).toBeVisible();
  expect(host.note('ada', ID).title).toBe('Analytical engine review');
});

it('takes an edited proposal, by keys alone', async () => {
  const host = await asked();
  await button('Edit: Tags').click();
  const field = page.getByRole('textbox', { name: 'Tags' });
  await expect.element(field).toHaveFocus();
  await field.fill('review, cards');
  await userEvent.keyboard('{Enter}');
  await until(() => host.note('ada', ID).tags.includes('cards'));
  expect(host.note('ada', ID).tags).toEqual(['engine', 'turin', 'review', 'cards']);
  await until(() => document.activeElement?.closest('.cards') != null);
  await button('Edit: Summary').click();
  await userEvent.keyboard('{Escape}');
  await expect.element(button('Edit: Summary')).toHaveFocus();
  await button('Keep mine: Summary').click();
  await expect.element(card('Summary')).not.toBeInTheDocument();
  expect(body(host)).not.toContain('> The store');
});

it('takes single changes of the text, after a summary was put in front of it', async () => {
  const host = await asked();
  await button('Accept: Summary').click();
  await until(() => body(host).startsWith('> The store holds the numbers'));
  await button('Accept: To do').click();
  await until(() => body(host).endsWith('- [ ] Write the table before the lecture\n'));
  await expect.element(button('Accept all 4')).toBeVisible();
  await button('Review one by one').click();
  await page.getByRole('checkbox', { name: 'Take change 2 of 4' }).click();
  await button('Accept 3 changes').click();
  await until(() => body(host).includes('1,000 numbers of fifty digits'));
  expect(body(host)).toContain('all four operations');
  expect(body(host)).toContain('> The store holds the numbers');
  expect(body(host)).toContain('- [ ] Order thicker cards');
  await until(() => text().element().textContent.includes('1,000 numbers'));
});

it('shows what would leave the device before it does, and asks once', async () => {
  const host = await asked('elsewhere');
  const preview = page.getByRole('region', { name: 'What would be sent' });
  await expect
    .element(preview.getByRole('heading'))
    .toHaveTextContent('This would go to large-1 at models.example.com');
  await expect.element(preview).toHaveTextContent('Charles walked through the mill');
  expect(host.count('assist_note')).toBe(0);
  await userEvent.keyboard('{Escape}');
  await expect.element(preview).not.toBeInTheDocument();
  await expect.element(button('What would be sent')).toHaveFocus();
  await button('Ask large-1').click();
  await button('Agree and send to models.example.com').click();
  await expect.element(card('Title')).toBeVisible();
  await expect
    .element(page.getByText(/bytes went to large-1 at models\.example\.com, /))
    .toBeVisible();
  await until(() => document.activeElement !== document.body);
  await button('Ask large-1 again').click();
  await until(() => host.count('assist_note') === 2);
});

it('says how far the model is, and stops it', async () => {
  const host = await enhance('here');
  const first = host.hold('assist_note');
  await button('Ask llama3.2').click();
  const held = await first;
  const { request } = held.request as { request: string };
  host.emit({ kind: 'assist_heard', request: 'another', text: 'of no interest' });
  host.emit({ kind: 'assist_heard', request, text: '{"title": "The' });
  await expect.element(page.getByText(/is writing: 14 characters so far/)).toBeVisible();
  await button('Stop').click();
  await expect.element(page.getByText('Stopped.')).toBeVisible();
  expect(host.calls.at(-1)).toEqual({ command: 'assist_stop', request: { request } });
  held.go();
  await button('Ask llama3.2').click();
  await expect.element(card('Title')).toBeVisible();
});

it('does not say that nothing left when an answer was stopped', async () => {
  const host = await asked('elsewhere');
  const first = host.hold('assist_note');
  await button('Agree and send to models.example.com').click();
  const held = await first;
  await button('Stop').click();
  await expect
    .element(page.getByText(/large-1 at models\.example\.com was asked, .* left this device/))
    .toBeVisible();
  await expect.element(page.getByText(/Nothing left/)).not.toBeInTheDocument();
  held.go();
});

it('says what went wrong, and that nothing was changed', async () => {
  const host = await enhance('here');
  host.failing('assist_note', wireError('bad_request', 'The model gave no whole answer.'));
  await button('Ask llama3.2').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('no whole answer');
  host.failing('assist_note', null);
  await button('Ask llama3.2').click();
  await expect.element(card('Title')).toBeVisible();
});

it('takes nothing over into a note that became another one', async () => {
  const host = await asked();
  host.edit('ada', ID, { body: 'Another text.' });
  await expect.element(page.getByText(/The note changed since/)).toBeVisible();
  await expect.element(button('Accept: Title')).toHaveAttribute('aria-disabled', 'true');
  expect(host.count('enhance_accept')).toBe(0);
  await button('Look again').click();
  await expect.element(page.getByText('Nothing to suggest')).toBeVisible();
});

it('does not replace what could not be saved', async () => {
  const host = await asked();
  host.failing('note_save', wireError('disk_full'));
  await text().click();
  await userEvent.keyboard('More.');
  await button('Accept: Title').click();
  await expect.element(page.getByRole('alert').first()).toBeVisible();
  expect(host.count('enhance_accept')).toBe(0);
  host.failing('note_save', null);
});

it.each(['light', 'dark'])('everyone can use it in %s', async (theme) => {
  document.documentElement.dataset.theme = theme;
  await asked('elsewhere');
  await expect.element(button('Do not send')).toBeVisible();
  await expectAccessible();
  await button('Agree and send to models.example.com').click();
  await expect.element(card('Text')).toBeVisible();
  await button('Review one by one').click();
  await button('Edit: To do').click();
  await expectAccessible();
});

it('makes any of the texts between two, and no other', () => {
  const before = 'one two three four five six';
  const parts = partsOf(difference(before, 'one 2 three 4 five six seven'));
  expect(textWith(parts, () => false)).toBe(before);
  expect(textWith(parts, () => true)).toBe('one 2 three 4 five six seven');
  const [first, second] = changesOf(parts);
  expect(textWith(parts, (index) => index === second?.index)).toBe('one two three 4 five six');
  expect(first && aroundOf(parts, first).map(({ side }) => side)).toEqual([
    'both',
    'gone',
    'new',
    'both',
  ]);
});

it('puts a text where the one before stands, and nowhere else', () => {
  expect(inPlace('> In short\n\nold\n', 'old\n', 'new\n')).toBe('> In short\n\nnew\n');
  expect(inPlace('old\n\n- [ ] do\n', 'old\n', 'new\n')).toBe('new\n\n- [ ] do\n');
  expect(inPlace('another', 'old', 'new')).toBeNull();
  expect(inPlace('', '', 'new')).toBe('new');
});
