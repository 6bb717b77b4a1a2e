import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { wireError, type MemoryHost } from '../src/lib/host/memory';
import { button, expectAccessible, note, openWindow, title, until } from './support';

const dialog = () => page.getByRole('dialog', { name: /Move “Analytical engine review” to Club/ });
const field = () => page.getByRole('combobox', { name: 'Search notes, accounts and commands' });

async function asked(): Promise<MemoryHost> {
  const host = await openWindow();
  await note('Analytical engine review').click();
  await expect.element(title()).toHaveValue('Analytical engine review');
  await userEvent.keyboard('{Control>}k{/Control}');
  await field().fill('>move this note to club');
  await userEvent.keyboard('{Enter}');
  await expect.element(dialog()).toBeVisible();
  return host;
}

describe('moving the open note to another account', () => {
  it('says what it means first, and is done by keys', async () => {
    const host = await asked();
    await expect.element(dialog()).toHaveTextContent(/It is made there first/);
    await expectAccessible();
    expect(host.count('note_move')).toBe(0);
    await expect.element(button('Move')).toHaveAttribute('aria-disabled', 'false');
    (button('Move').element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect
      .element(page.getByText('“Analytical engine review” is in Club now.'))
      .toBeVisible();
    expect(host.notesOf('club').map((own) => own.title)).toContain('Analytical engine review');
    await until(() => note('Analytical engine review').elements().length === 0);
    await expect.element(dialog()).not.toBeInTheDocument();
  });

  it('can be left, and then nothing has moved', async () => {
    const host = await asked();
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog()).not.toBeInTheDocument();
    expect(host.count('note_move')).toBe(0);
    await expect.element(title()).toHaveValue('Analytical engine review');
  });

  it('says why it cannot be done', async () => {
    const host = await asked();
    host.failing('note_move', wireError('offline', 'Notion cannot be reached.'));
    await button('Move').click();
    await expect
      .element(page.getByRole('alert').filter({ hasText: 'Notion cannot be reached.' }))
      .toBeVisible();
    await expect.element(dialog()).toBeVisible();
    await button('Cancel').click();
    await expect.element(note('Analytical engine review')).toBeVisible();
  });
});
