import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { lines, shown, writingOn } from './sheet';
import { text, until } from './support';

/** The text as it is kept, of a note that was opened with this body. */
async function writing(body: string): Promise<() => string> {
  return (await writingOn(body)).body;
}

const offered = () =>
  [...document.querySelectorAll('.md-offers [role=option]')].map((one) => one.textContent);

describe('lists', () => {
  it('go deeper and back with Tab, with all that hangs in an item, and are counted anew', async () => {
    const body = await writing('1. a\n2. b\n   - c\n3. d');
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{Tab}');
    await until(() => body() === '1. a\n   1. b\n      - c\n2. d');
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    await until(() => body() === '1. a\n2. b\n   - c\n3. d');
  });

  it('leave one level with Enter on an empty item', async () => {
    const body = await writing('- a\n  - b');
    await userEvent.keyboard('{Enter}{Enter}c{Enter}{Enter}d');
    await until(() => body() === '- a\n  - b\n- c\nd');
  });

  it('count on when an item is put between others', async () => {
    const body = await writing('1. a\n2. b\n3. c');
    await userEvent.keyboard('{ArrowUp}{Enter}new');
    await until(() => body() === '1. a\n2. b\n3. new\n4. c');
  });

  it('break a line inside of an item with Shift+Enter', async () => {
    const body = await writing('- [ ] a');
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}b');
    await until(() => body() === '- [ ] a\n  b');
  });

  it('lose the box, the level and the mark one after the other by Backspace', async () => {
    const body = await writing('- a\n  - [ ] b');
    await userEvent.keyboard('{Home}{Backspace}');
    await until(() => body() === '- a\n  - b');
    await userEvent.keyboard('{Backspace}');
    await until(() => body() === '- a\n- b');
    await userEvent.keyboard('{Backspace}');
    await until(() => body() === '- a\nb');
  });

  it('hang at their depth whatever they are in', async () => {
    await writing('> - a\n>   - b\n>     goes on\n\nx');
    await until(() => shown()[1]?.includes('b'));
    expect(lines()[1]?.className).toContain('md-d2');
    expect(lines()[2]?.className).toContain('md-sub');
    expect(
      shown()
        .slice(0, 3)
        .map((line) => line.trim()),
    ).toEqual(['• a', '• b', 'goes on']);
  });
});

describe('marks', () => {
  it('are hidden at both ends of words, and all together when the caret is elsewhere', async () => {
    await writing(
      '## *A* heading ##\n**b** and ~~c~~ and `d` \\* <https://e.org> [f](https://g.org)\n\nend',
    );
    await until(() => shown()[0] === 'A heading');
    expect(shown()[1]).toBe('b and c and d * https://e.org f');
    await userEvent.keyboard('{Control>}{Home}{/Control}');
    // What the caret does not touch stays hidden even on its line.
    await until(() => shown()[0] === '## A heading ##');
  });

  it('of Notion step back: colours, underlines, dates and mentions', async () => {
    await writing(
      'a <span color="red">red</span> <span underline="true">line</span> <mention-date start="2026-12-24"/> <mention-user url="u">Ada</mention-user>\n\nend',
    );
    await until(() => shown()[0] === 'a red line Thu, Dec 24, 2026 Ada');
    expect(document.querySelector('.md-color-red')?.textContent).toBe('red');
  });
});

describe('links', () => {
  it('are followed by a click while their marks are hidden', async () => {
    const { host } = await writingOn('see [there](https://example.org/a) and [[Errata]]\n\nend');
    await until(() => shown()[0] === 'see there and Errata');
    await userEvent.click(page.getByText('there', { exact: true }));
    await until(() => host.count('link_open') === 1);
    expect(host.calls.find((call) => call.command === 'link_open')?.request).toEqual({
      address: 'https://example.org/a',
    });
    await userEvent.click(text().element().querySelector('.md-mention') ?? document.body);
    await until(() => document.querySelector('textarea')?.value === 'Errata');
  });

  it('that lead to nothing known say so', async () => {
    const { host } = await writingOn('see [[Nowhere]]\n\nend');
    await until(() => shown()[0] === 'see Nowhere');
    await userEvent.click(page.getByText('Nowhere', { exact: true }));
    await expect.element(page.getByText(/no note called “Nowhere”/)).toBeVisible();
    expect(host.count('link_open')).toBe(0);
  });

  it('never start a program', async () => {
    const { host } = await writingOn('[x](javascript:alert(1)) [y](file:///etc/passwd)\n\nend');
    await until(() => shown()[0]?.startsWith('x'));
    await userEvent.click(page.getByText('y', { exact: true }));
    await expect.element(page.getByText(/no note called “y”/)).toBeVisible();
    expect(host.count('link_open')).toBe(0);
  });
});

describe('what is offered', () => {
  it('are notes after [[, which become links by their page', async () => {
    const body = await writing('');
    await userEvent.keyboard('see [[[[jac');
    await until(() => offered().some((one) => one.startsWith('Jacquard loom')));
    await userEvent.keyboard('{Enter}');
    await until(() => body() === 'see [Jacquard loom, how it works](notion://page-ada-9)');
  });

  it('are tags after #, and headings are left alone', async () => {
    const body = await writing('');
    await userEvent.keyboard('on #en');
    await expect.element(page.getByRole('option', { name: '#engine' })).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await until(() => body() === 'on #engine ');
    await userEvent.keyboard('{Enter}# ');
    expect(page.getByRole('option', { name: '#engine' }).elements()).toEqual([]);
  });

  it('are days after @', async () => {
    const body = await writing('');
    await userEvent.keyboard('by @2026-12-24');
    await expect.element(page.getByRole('option', { name: /Dec 24/ })).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await until(() => body() === 'by <mention-date start="2026-12-24"/> ');
  });

  it('are blocks after /', async () => {
    const body = await writing('Before');
    await userEvent.keyboard('{Enter}/todo');
    await expect.element(page.getByRole('option', { name: 'To-do' })).toBeVisible();
    await userEvent.keyboard('{Enter}buy cards');
    await until(() => body() === 'Before\n- [ ] buy cards');
    await userEvent.keyboard('{Enter}{Enter}{Enter}/call');
    await until(() => offered()[0] === 'Callout');
    await userEvent.keyboard('{Enter}wet');
    await until(() => body().endsWith('> [!NOTE]\n> wet'));
  });

  it('is nothing in code', async () => {
    const body = await writing('```\n\n```');
    await userEvent.keyboard('{ArrowUp}/todo{Enter}x');
    await until(() => body() === '```\n/todo\nx\n```');
  });
});

describe('the menu of a block', () => {
  it('opens by key, moves and turns blocks, and gives the caret back', async () => {
    const body = await writing('# one\n\ntwo\n\nthree');
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await until(() => body() === '# one\n\nthree\n\ntwo');
    await userEvent.keyboard('{Control>}.{/Control}');
    await expect.element(page.getByRole('menu')).toBeVisible();
    await page.getByRole('menuitem', { name: 'Turn into: Quote' }).click();
    await until(() => body() === '# one\n\n> three\n\ntwo');
    await userEvent.keyboard('!');
    await until(() => body() === '# one\n\n> three!\n\ntwo');
    await userEvent.keyboard('{Control>}.{/Control}');
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await until(() => body() === '# one\n\ntwo');
    await userEvent.keyboard('{Control>}z{/Control}');
    await until(() => body() === '# one\n\n> three!\n\ntwo');
  });
});
