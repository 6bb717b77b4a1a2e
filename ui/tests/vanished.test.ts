import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import type { VanishedAnswer } from '../src/lib/contract/generated';
import { MemoryHost } from '../src/lib/host/memory';
import { button, expectAccessible, note, show } from './support';

const question = () => page.getByText(/vanished from Notion at once/);

/** The window while the first notes of the current account are asked about. */
async function asked(): Promise<{ host: MemoryHost; current: string; title: string }> {
  const host = new MemoryHost({});
  const current = host.state().current ?? '';
  const gone = host.notesOf(current).slice(0, 2);
  host.vanished = gone.map(({ id }) => id);
  await show(host);
  await expect.element(question()).toHaveTextContent('2 notes vanished');
  return { host, current, title: gone[0]?.title ?? '' };
}

it.each<[string, VanishedAnswer]>([
  ['Keep them and send them again', 'keep'],
  ['Move them to the trash here', 'trash'],
])('asks about notes that vanished at once: %s', async (action, answer) => {
  const { host, current, title } = await asked();
  await expectAccessible();
  await expect.element(note(title)).toBeVisible();
  await button(action).click();
  await expect.element(question()).not.toBeInTheDocument();
  const call = host.calls.find(({ command }) => command === 'sync_answer');
  expect(call?.request).toEqual({ account: current, answer });
  if (answer === 'trash') await expect.element(note(title)).not.toBeInTheDocument();
  else await expect.element(note(title)).toBeVisible();
});
