import { expect } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { MemoryHost } from '../src/lib/host/memory';
import { openWindow, text, until } from './support';

export interface Sheet {
  host: MemoryHost;
  id: string;
  body: () => string;
}

/** An open editor over a note with this body, with the caret at its end. */
export async function writingOn(body: string): Promise<Sheet> {
  const host = await openWindow();
  const made = host.create({ account: 'ada', title: 'Sheet', body, note_type: null, tags: [] });
  host.emit({ kind: 'open_note', account: 'ada', note: made.id });
  await until(() => document.querySelector('textarea')?.value === 'Sheet');
  await expect.element(text()).toBeVisible();
  await until(() => document.querySelector('.md-handle'));
  (text().element() as HTMLElement).focus();
  await userEvent.keyboard('{Control>}{End}{/Control}');
  return { host, id: made.id, body: () => host.note('ada', made.id).body };
}

export const lines = () => [...text().element().querySelectorAll<HTMLElement>('.cm-line')];
export const shown = () => lines().map((line) => line.textContent);

/** Pastes as a browser would, with what is on the clipboard. */
export function paste(types: Record<string, string>, files: File[] = []): void {
  const data = new DataTransfer();
  for (const [type, value] of Object.entries(types)) data.setData(type, value);
  for (const file of files) data.items.add(file);
  const event = new ClipboardEvent('paste', {
    clipboardData: data,
    bubbles: true,
    cancelable: true,
  });
  text().element().dispatchEvent(event);
}
