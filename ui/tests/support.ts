import axe from 'axe-core';
import { mount, unmount, type Component } from 'svelte';
import { expect } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Host } from '../src/lib/host/host';
import { MemoryHost, type MemoryOptions } from '../src/lib/host/memory';
import Capture from '../src/windows/Capture.svelte';
import Main from '../src/windows/Main.svelte';

const mounted: (() => Promise<void>)[] = [];

/** The main window over a host in memory. */
export async function openWindow(options: MemoryOptions = {}): Promise<MemoryHost> {
  const host = new MemoryHost(options);
  await show(host);
  return host;
}

function put(window: Component<{ host: Host }>, host: MemoryHost): void {
  const target = document.createElement('div');
  target.id = 'app';
  document.body.append(target);
  const shown = mount(window, { target, props: { host } });
  mounted.push(async () => {
    await unmount(shown);
    target.remove();
  });
}

/** The capture window over a host in memory. */
export async function openCapture(options: MemoryOptions = {}): Promise<MemoryHost> {
  const host = new MemoryHost(options);
  await showCapture(host);
  return host;
}

export async function showCapture(host: MemoryHost): Promise<void> {
  put(Capture, host);
  await until(() => document.documentElement.dataset.ready === '1');
}

export async function show(host: MemoryHost): Promise<void> {
  put(Main, host);
  await until(() => document.documentElement.dataset.painted === 'true');
}

export async function removeAll(): Promise<void> {
  await Promise.all(mounted.splice(0).map((remove) => remove()));
}

/** Waits for a condition, never for a time. */
export async function until(condition: () => unknown): Promise<void> {
  await expect.poll(condition, { interval: 10 }).toBeTruthy();
}

export const title = () => page.getByRole('textbox', { name: 'Title', exact: true });
export const text = () => page.getByRole('textbox', { name: 'Note', exact: true });
export const list = () => page.getByRole('listbox', { name: 'Notes' });
export const note = (name: string) => page.getByRole('option', { name, exact: true });
export const button = (name: string) => page.getByRole('button', { name, exact: true });
export const account = (name: string) => page.getByRole('radio', { name, exact: true });

/** Opens a note and puts the caret at the end of its text. */
export async function write(name: string): Promise<void> {
  await note(name).click();
  await expect.element(text()).toBeVisible();
  await text().click();
  await userEvent.keyboard('{Control>}{End}{/Control}');
}

export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  });
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help} — ${nodes.map((node) => node.html).join(' | ')}`,
  );
  expect(found).toEqual([]);
}
