import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { writingOn } from './sheet';
import { expectAccessible, until } from './support';

const told = () => page.getByText(/^Notion cannot hold/);

it('says what Notion cannot hold of a note while it is written, and no longer', async () => {
  const { body } = await writingOn('plain\n\n###### deep');
  await expect.element(told()).toHaveTextContent('one place of this note');
  await told().click();
  await expect.element(page.getByText('Line 3:')).toBeVisible();
  await expect.element(page.getByText(/a heading of level 6/)).toBeVisible();
  await expectAccessible();
  await page.getByRole('textbox', { name: 'Note', exact: true }).click();
  await userEvent.keyboard('{Control>}a{/Control}plain again');
  await until(() => body() === 'plain again');
  await expect.element(told()).not.toBeInTheDocument();
});
