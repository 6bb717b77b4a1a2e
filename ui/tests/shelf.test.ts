import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { MemoryHost } from '../src/lib/host/memory';
import { button, expectAccessible, list, note, show, until } from './support';

const ID = 'ada-note-0';
const TITLE = 'Analytical engine review';

async function opened(prepare: (host: MemoryHost) => void = () => undefined) {
  const host = new MemoryHost();
  prepare(host);
  await show(host);
  await expect.element(list()).toBeVisible();
  return host;
}

it('changes type and tags of a note, and leaves them when one leaves', async () => {
  const host = await opened();
  await note(TITLE).click();
  await button('Change type and tags').click();
  const type = page.getByRole('combobox', { name: 'Type', exact: true });
  await expect.element(type).toHaveFocus();
  await expect.element(type).toHaveValue('Meeting');
  await expectAccessible();
  await type.fill('Idea');
  await page.getByRole('textbox', { name: 'Tags' }).fill('#loom, engine,, 日本、');
  await userEvent.keyboard('{Enter}');
  await until(() => host.note('ada', ID).note_type === 'Idea');
  const chips = page.getByRole('list', { name: 'Type and tags' });
  await expect.element(chips).toHaveTextContent('Idea');
  await expect.element(chips).toHaveTextContent('日本');
  await expect.element(button('Change type and tags')).toHaveFocus();

  await userEvent.keyboard('{Enter}');
  await page.getByRole('textbox', { name: 'Tags' }).fill('nothing of this');
  await userEvent.keyboard('{Escape}');
  await expect.element(button('Change type and tags')).toHaveFocus();
  expect(host.count('note_set')).toBe(1);
});

it('puts a note back from the trash', async () => {
  const host = await opened((made) => {
    made.note('ada', ID).trashed = true;
  });
  await expect.element(note(TITLE)).not.toBeInTheDocument();
  await button('Trash').click();
  await expectAccessible();
  await button(`Put back “${TITLE}”`).click();
  await expect.element(page.getByText('Nothing is in the trash.')).toBeVisible();
  expect(host.note('ada', ID).trashed).toBe(false);
  await userEvent.keyboard('{Escape}');
  await expect.element(note(TITLE)).toBeVisible();
});

it('empties the trash once that is said again', async () => {
  const host = await opened((made) => {
    made.note('ada', ID).trashed = true;
  });
  await button('Trash').click();
  await button('Empty the trash').click();
  await expect.element(button('Keep them')).toHaveFocus();
  await expectAccessible();
  await userEvent.keyboard('{Enter}');
  expect(host.count('trash_empty')).toBe(0);
  await button('Empty the trash').click();
  await button('Delete for good').click();
  await expect.element(page.getByText('1 note deleted.')).toBeVisible();
  expect(host.trashOf('ada')).toEqual([]);
});
