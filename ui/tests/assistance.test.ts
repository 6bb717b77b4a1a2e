import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { MemoryHost } from '../src/lib/host/memory';
import { button, expectAccessible, show, until } from './support';

const radio = (name: string) => page.getByRole('radio', { name, exact: true });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });

async function opened(host = new MemoryHost()): Promise<MemoryHost> {
  await show(host);
  await button('Settings').click();
  await page.getByRole('navigation', { name: 'Settings' }).getByText('Assistance').click();
  await expect.element(radio('None')).toBeChecked();
  return host;
}
const settings = (host: MemoryHost, account = 'ada') => host.call('assist_settings', { account });

it('takes a server that is found on this computer', async () => {
  const host = new MemoryHost();
  host.servers.push({
    name: 'Ollama',
    address: 'http://localhost:11434/v1',
    models: ['llama3.2', 'qwen3'],
  });
  await opened(host);
  await radio('One on this computer').click();
  await button('Use Ollama').click();
  await expectAccessible();
  await button('Save').click();
  await expect.element(page.getByText('Notes stay on this computer.')).toBeVisible();
  expect(await settings(host)).toMatchObject({
    reach: 'this_computer',
    address: 'http://localhost:11434/v1',
    model: 'llama3.2',
    has_key: false,
  });
  await radio('None').click();
  await expect.element(page.getByText('No model is asked.')).toBeVisible();
  expect((await settings(host)).reach).toBe('off');
});

it('says when no server answers', async () => {
  await opened();
  await radio('One on this computer').click();
  await expect.element(page.getByText(/No server answers on this computer/)).toBeVisible();
});

it('keeps a key for one address of one account, and shows it nowhere', async () => {
  const host = await opened();
  await radio('One provider').click();
  await page.getByRole('combobox', { name: 'Spoken to like' }).selectOptions('anthropic');
  await field('Address').fill('https://models.example.com/v1');
  await page.getByRole('combobox', { name: 'Model' }).fill('large-1');
  await field('Key').fill('sk-secret');
  await expectAccessible();
  await button('Save').click();
  await expect.element(page.getByText('Nothing is sent until you ask for it.')).toBeVisible();
  expect(await settings(host)).toMatchObject({ style: 'anthropic', has_key: true, agreed: false });
  await expect.element(field('Key')).toHaveValue('');
  expect(document.body.innerHTML).not.toContain('sk-secret');
  await field('Address').fill('https://elsewhere.example.com/v1');
  await expect.element(button('Forget the key')).not.toBeInTheDocument();
  await field('Address').fill('https://models.example.com/v1');
  await button('Forget the key').click();
  await until(async () => !(await settings(host)).has_key);
  const accounts = page.getByRole('combobox', { name: 'For the account' });
  await accounts.selectOptions(host.state().accounts[1]?.name ?? '');
  await expect.element(radio('None')).toBeChecked();
});
