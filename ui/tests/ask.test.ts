import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { MemoryHost, wireError } from '../src/lib/host/memory';
import { account, button, expectAccessible, note, show, text, title, until } from './support';

const field = () => page.getByRole('combobox');
const row = (name: string | RegExp) =>
  page.getByRole('listbox', { name: 'Results' }).getByRole('option', { name });
const group = (name: string) => page.getByRole('group', { name, exact: true });

async function ask(question: string, model: 'none' | 'here' | 'elsewhere' = 'none') {
  const host = new MemoryHost();
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
  await expect.element(account('Ada Lovelace')).toBeVisible();
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.element(field()).toHaveFocus();
  await field().fill(`?${question}`);
  return host;
}
const withModel = (host: MemoryHost) =>
  host.calls.filter(
    ({ command, request }) => command === 'ask' && (request as { with_model: boolean }).with_model,
  );

it('answers by the best passages without a model, and opens their note', async () => {
  const host = await ask(' How many numbers does the store hold?');
  const passages = group('Best passages');
  await expect
    .element(passages.getByRole('option').first())
    .toHaveTextContent('The store holds a thousand numbers of fifty digits');
  await expect
    .element(page.getByText(/Nothing left this device. No model is chosen/))
    .toBeVisible();
  expect(withModel(host)).toEqual([]);
  expect(host.count('search')).toBe(0);
  await userEvent.keyboard('{Enter}');
  await expect.element(title()).toHaveValue('Analytical engine review');
  await expect.element(text()).toHaveFocus();
});

it('says when no note says anything about it', async () => {
  await ask('zzz');
  await expect.element(page.getByText(/No note says anything about that/)).toBeVisible();
  await field().fill('?');
  await expect.element(page.getByText(/Type a question/)).toBeVisible();
});

it('asks the model when that is chosen, and its quotes open the note', async () => {
  const host = await ask('thicker stock', 'here');
  await expect.element(row('Ask llama3.2: thicker stock')).toBeVisible();
  expect(withModel(host)).toEqual([]);
  await userEvent.keyboard('{Enter}');
  const answer = page.getByRole('region', { name: 'Answer' });
  await expect.element(answer).toHaveTextContent('By your notes: Ask Punch card supplier call');
  await expect.element(page.getByText(/Shown to llama3.2 on this computer/)).toBeVisible();
  await expect.element(field()).toHaveFocus();
  await group('It goes by').getByRole('option').click();
  await expect.element(title()).toHaveValue('Analytical engine review');
});

it('shows what would leave the device before it does', async () => {
  const host = await ask('thicker stock', 'elsewhere');
  await row('Ask large-1: thicker stock').click();
  const preview = page.getByRole('region', { name: 'What would be sent' });
  await expect.element(preview).toHaveTextContent('This would go to large-1 at models.example.com');
  expect(withModel(host)).toEqual([]);
  await userEvent.keyboard('{Escape}');
  await expect.element(preview).not.toBeInTheDocument();
  await expect.element(field()).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await button('Agree and send to models.example.com').click();
  await expect.element(page.getByText(/bytes went to large-1 at models.example.com/)).toBeVisible();
  expect(withModel(host)).toHaveLength(1);
  // Another question does not make that untrue.
  await field().fill('?fifty digits');
  await expect.element(page.getByText(/what was shown to it left this device/)).toBeVisible();
});

it('stops, and says what went wrong', async () => {
  const host = await ask('thicker stock', 'here');
  await expect.element(row(/^Ask llama3.2/)).toBeVisible();
  const first = host.hold('ask');
  await userEvent.keyboard('{Enter}');
  const held = await first;
  await button('Stop').click();
  await expect.element(page.getByText('Stopped.')).toBeVisible();
  expect(host.count('assist_stop')).toBe(1);
  held.go();
  host.failing('ask', wireError('bad_request', 'The model gave no whole answer.'));
  await row(/^Ask llama3.2/).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('no whole answer');
  host.failing('ask', null);
  await row(/^Ask llama3.2/).click();
  await expect.element(page.getByRole('region', { name: 'Answer' })).toBeVisible();
});

it('drops an answer when another question is typed, and stops asking when it is closed', async () => {
  const host = await ask('thicker stock', 'here');
  await row(/^Ask llama3.2/).click();
  await expect.element(page.getByRole('region', { name: 'Answer' })).toBeVisible();
  await field().fill('?fifty digits');
  await expect.element(page.getByRole('region', { name: 'Answer' })).not.toBeInTheDocument();
  await expect.element(row('Ask llama3.2: fifty digits')).toBeVisible();
  const first = host.hold('ask');
  await userEvent.keyboard('{Enter}');
  const held = await first;
  await userEvent.keyboard('{Escape}');
  await expect.element(field()).not.toBeInTheDocument();
  await until(() => host.count('assist_stop') === 1);
  held.go();
});

it('is a command, and so are the panels', async () => {
  await ask('');
  await field().fill('>ask');
  await row(/Ask your notes a question/).click();
  await expect.element(field()).toHaveValue('?');
  await userEvent.keyboard('{Escape}');
  await note('Analytical engine review').click();
  await expect.element(text()).toBeVisible();
  await userEvent.keyboard('{Control>}k{/Control}');
  await field().fill('>links');
  await row(/Show this note’s links/).click();
  await expect.element(page.getByRole('tab', { name: 'Links' })).toHaveFocus();
});

it.each(['light', 'dark'])('everyone can use it in %s', async (theme) => {
  document.documentElement.dataset.theme = theme;
  await ask('thicker stock', 'elsewhere');
  await expect.element(row(/^Ask large-1/)).toBeVisible();
  await expectAccessible();
  await row(/^Ask large-1/).click();
  await expect.element(button('Do not send')).toBeVisible();
  await expectAccessible();
  await button('Agree and send to models.example.com').click();
  await expect.element(page.getByRole('region', { name: 'Answer' })).toBeVisible();
  await expectAccessible();
});
