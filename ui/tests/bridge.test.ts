import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';

/**
 * The pages that the sign-in broker shows in a person's browser, in an iframe with their own style. The
 * broker's tests hold the kept copies to what it answers.
 */
const broker = '../../src-tauri/crates/octavo-broker';
const pages = import.meta.glob<string>('../../src-tauri/crates/octavo-broker/tests/pages/*.html', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const styles = import.meta.glob<string>('../../src-tauri/crates/octavo-broker/assets/bridge.css', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const dark = '@media (prefers-color-scheme: dark)';
const themes: [name: string, media: string][] = [
  ['light', '@media not all'],
  ['dark', '@media all'],
];

type Framed = Window & { axe: typeof axe; eval: (source: string) => unknown };

async function shown(path: string, media: string, width: number): Promise<Framed> {
  const style = styles[`${broker}/assets/bridge.css`];
  expect(style).toContain(dark);
  const frame = document.createElement('iframe');
  frame.title = 'The page';
  frame.width = String(width);
  frame.height = '700';
  const linked = '<link rel="stylesheet" href="bridge.css">';
  const page = pages[path]?.replace(linked, `<style>${style?.replace(dark, media) ?? ''}</style>`);
  // The page has to do without its script.
  frame.srcdoc = page?.replace(/<script.*<\/script>/, '') ?? '';
  const loaded = new Promise((resolve) => {
    frame.addEventListener('load', resolve, { once: true });
  });
  document.body.append(frame);
  await loaded;
  const inside = frame.contentWindow as Framed | null;
  if (!inside) throw new Error('the frame shows nothing');
  inside.eval(axe.source);
  return inside;
}

afterEach(() => {
  for (const frame of document.querySelectorAll('iframe')) frame.remove();
});

describe.each(themes)('a page of the broker, in %s', (_, media) => {
  it.each(Object.keys(pages))('%s', async (path) => {
    const inside = await shown(path, media, 390);
    const { documentElement } = inside.document;
    expect(documentElement.querySelector('h1')?.textContent).toBeTruthy();
    const { violations } = await inside.axe.run(inside.document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
    expect(documentElement.scrollWidth).toBeLessThanOrEqual(390);
  });
});

it('holds three pages in each language', () => {
  expect(Object.keys(pages)).toHaveLength(6);
});
