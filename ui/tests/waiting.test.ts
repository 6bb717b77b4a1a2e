import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { wireError, type MemoryOptions } from '../src/lib/host/memory';
import { button, expectAccessible, list, note, openWindow, text, until } from './support';

const card = () => page.getByRole('dialog', { name: 'What waits for Notion' });
const rows = () => card().getByRole('listitem');
const refused = () => page.getByRole('button', { name: /^Notion refused this/ });

async function open(options: MemoryOptions = {}, before?: string) {
  const host = await openWindow(options);
  if (before !== undefined) host.held.add(before);
  await note('Punch card supplier call').click();
  await expect.element(text()).toBeVisible();
  await button('Waiting to send').click();
  await expect.element(card()).toBeVisible();
  await expect.element(rows().first()).toBeVisible();
  return host;
}

describe('what waits', () => {
  it('is told with its reason, and the focus goes there and back', async () => {
    await open();
    await expect.element(page.getByRole('heading', { name: 'What waits' })).toHaveFocus();
    expect(rows().elements()).toHaveLength(2);
    await expect.element(rows().first()).toHaveTextContent('Punch card supplier call');
    await expect.element(rows().last()).toHaveTextContent('The page was locked in Notion.');
    await userEvent.keyboard('{Escape}');
    await expect.element(card()).not.toBeInTheDocument();
    await expect.element(button('Waiting to send')).toHaveFocus();
  });

  it('is sent note by note, also after a refusal', async () => {
    const host = await open();
    await button('Send again: “Answer Menabrea”').click();
    await expect.element(card()).toHaveTextContent('“Answer Menabrea” is next to go.');
    expect(host.note('ada', 'ada-note-7').state).toBe('queued');
    await expect.element(button('Send now: “Answer Menabrea”')).toBeVisible();
  });

  it('goes with a count, and leaves the list as it goes', async () => {
    const host = await open();
    const held = host.hold('sync_now');
    await button('Send all now').click();
    const sending = await held;
    await expect.element(card()).toHaveTextContent('0 of 1 thing sent');
    host.confirm('ada', 'ada-note-2', Date.now());
    await expect.element(card()).toHaveTextContent('1 of 1 thing sent');
    await expect.element(page.getByRole('progressbar')).toHaveAttribute('max', '1');
    expect(rows().elements()).toHaveLength(1);
    sending.go();
    await expect.element(card()).toHaveTextContent('Everything that could be sent is in Notion.');
  });

  it('says why it could not go', async () => {
    const host = await open();
    host.failing('sync_now', wireError('offline'));
    await button('Send all now').click();
    await expect.element(card().getByRole('alert')).toBeVisible();
    expect(rows().elements()).toHaveLength(2);
  });

  it('is paused and goes on, for all accounts', async () => {
    const host = await open();
    await button('Pause sync').click();
    await expect.element(card()).toHaveTextContent('Sync is paused.');
    expect(host.paused).toBe(true);
    await expect.element(button('Send all now')).not.toBeInTheDocument();
    await button('Resume sync').click();
    await expect.element(button('Send all now')).toBeVisible();
    expect(host.paused).toBe(false);
  });

  it('goes on where only this account was paused', async () => {
    const host = await open({}, 'ada');
    await expect.element(card()).toHaveTextContent('Sync of this account is paused.');
    await button('Resume sync').click();
    await expect.element(button('Pause sync')).toBeVisible();
    expect(host.held.size).toBe(0);
  });

  it('leads to the note', async () => {
    await open();
    await page.getByRole('button', { name: 'Answer Menabrea', exact: true }).click();
    await expect.element(card()).not.toBeInTheDocument();
    await expect.element(refused()).toBeVisible();
  });

  it('is left by a press beside it', async () => {
    await open();
    await note('Reading list').click();
    await expect.element(card()).not.toBeInTheDocument();
  });

  it.each(['light', 'dark'])('can be used by everyone in %s', async (theme) => {
    document.documentElement.dataset.theme = theme;
    await open({ state: 'offline' });
    await expect.element(card()).toHaveTextContent('Notion cannot be reached.');
    await expectAccessible();
  });
});

it('names the row under the keys only while it is drawn', async () => {
  await openWindow({ notes: 10_000 });
  const box = list().element();
  await list().click({ position: { x: 60, y: 60 } });
  const named = () => box.getAttribute('aria-activedescendant');
  await until(() => named() !== null);
  expect(document.getElementById(named() ?? '')).not.toBeNull();
  box.scrollTop = 100_000;
  await until(() => named() === null);
  await userEvent.keyboard('{ArrowDown}');
  await until(() => named() !== null && document.getElementById(named() ?? '') !== null);
});
