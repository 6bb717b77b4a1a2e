import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { paste, shown, writingOn } from './sheet';
import { expectAccessible, text, until } from './support';

const TABLE = '| Card | Holes |\n| :--- | ---: |\n|V4|  12 |\n| V1 | 7 |';
const cell = (name: string) => page.getByRole('textbox', { name, exact: true });
const grid = () => text().element().querySelector('.md-grid table');
const contents = () =>
  [...(grid()?.querySelectorAll('.md-cell') ?? [])].map((one) => one.textContent);

describe('a table', () => {
  it('is edited cell by cell, and nothing else of its text changes', async () => {
    const { body } = await writingOn(`before\n\n${TABLE}\n\nafter`);
    await until(() => contents().length === 6);
    await cell('Row 1, column 2').click();
    await userEvent.keyboard('{Control>}a{/Control}1|2');
    await until(() => body().includes('|V4|  1\\|2 |\n| V1 | 7 |'));
    expect(body()).toBe(
      'before\n\n| Card | Holes |\n| :--- | ---: |\n|V4|  1\\|2 |\n| V1 | 7 |\n\nafter',
    );
    await userEvent.keyboard('{Control>}z{/Control}');
    await until(() => body() === `before\n\n${TABLE}\n\nafter`);
  });

  it('is walked with Tab, which makes a row behind the last cell', async () => {
    const { body } = await writingOn(`${TABLE}\n\nafter`);
    await until(() => contents().length === 6);
    await cell('Row 2, column 1').click();
    await userEvent.keyboard('{Tab}{Tab}V9{Tab}3');
    await until(() => body().includes('| V1 | 7 |\n| V9 | 3 |\n\nafter'));
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    await expect.element(cell('Row 3, column 1')).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}!');
    await until(() => body().includes('| V9 | 3 |\n!'));
  });

  it('is entered and left with the arrows', async () => {
    await writingOn(`above\n\n${TABLE}\n\nbelow`);
    await until(() => contents().length === 6);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    await expect.element(cell('Row 2, column 1')).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}');
    await expect.element(text()).toHaveFocus();
  });

  it('gets and loses rows and columns, moves and aligns them', async () => {
    const { body } = await writingOn(`${TABLE}\n\nafter`);
    await until(() => contents().length === 6);
    const choose = async (place: string, name: string) => {
      await cell(place).click();
      await userEvent.keyboard('{Shift>}{F10}{/Shift}');
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await choose('Row 1, column 1', 'Insert column after');
    await until(() =>
      body().startsWith('| Card |  | Holes |\n| :--- | --- | ---: |\n| V4 |  | 12 |'),
    );
    await choose('Row 1, column 2', 'Delete column');
    await until(() =>
      body().startsWith('| Card | Holes |\n| :--- | ---: |\n| V4 | 12 |\n| V1 | 7 |'),
    );
    await choose('Row 1, column 1', 'Move row down');
    await until(() => body().includes('| V1 | 7 |\n| V4 | 12 |'));
    await choose('Row 1, column 1', 'Align to the centre');
    await until(() => body().includes('| :---: | ---: |'));
    await choose('Row 1, column 1', 'Delete row');
    await until(() => body() === '| Card | Holes |\n| :---: | ---: |\n| V4 | 12 |\n\nafter');
    await expectAccessible();
  });

  it('takes what comes from elsewhere while the caret is in it', async () => {
    const { host, id, body } = await writingOn(`${TABLE}\n\nafter`);
    await until(() => contents().length === 6);
    await cell('Row 1, column 1').click();
    host.edit('ada', id, { body: body().replace('Card', 'Name').replace('| 7 |', '| 70 |') });
    await until(() => contents().join() === 'Name,Holes,V4,12,V1,70');
    await expect.element(cell('Row 1, column 1')).toHaveFocus();
    await userEvent.keyboard('!');
    await until(() => body().includes('V4!') && body().includes('70'));
  });
});

describe('what only Notion can show', () => {
  const CARD = '<database url="https://app.notion.com/p/1" inline="true">Suppliers</database>';
  const card = () => text().element().querySelector('.md-card');

  it('is one locked piece that typing beside it does not touch', async () => {
    const { body } = await writingOn(`a\n\n${CARD}\n\nb`);
    await until(() => card()?.textContent === 'DatabaseSuppliers');
    await userEvent.keyboard('{Home}{ArrowUp}{ArrowLeft}x');
    await until(() => body() !== `a\n\n${CARD}\n\nb`);
    expect(body().split('\n')).toContain(CARD);
    expect(body().replace('x', '').replaceAll('\n', '')).toBe(`a${CARD}b`);
  });

  it('is deleted as one piece and comes back by undo', async () => {
    const { body } = await writingOn(`a\n\n${CARD}\nb`);
    await until(() => card());
    await userEvent.keyboard('{Home}{Backspace}');
    await until(() => body() === 'a\n\nb');
    await userEvent.keyboard('{Control>}z{/Control}');
    await until(() => body() === `a\n\n${CARD}\nb`);
  });

  it('of several lines is one card', async () => {
    await writingOn(
      '<columns>\n<column>\n\nleft\n\n</column>\n<column>\n\nright\n\n</column>\n</columns>\n\nend',
    );
    await until(() => card()?.textContent === 'Columns');
    expect(shown().join('')).toBe('end');
  });
});

describe('toggles and callouts', () => {
  it('fold and unfold by their triangle and by key', async () => {
    await writingOn('<details>\n<summary>Head</summary>\n\ninside\n\n</details>\n\nend');
    await until(() => shown().includes('Head'));
    await page.getByRole('button', { name: 'Fold', exact: true }).click();
    await until(() => !text().element().textContent.includes('inside'));
    await page.getByRole('button', { name: 'Unfold', exact: true }).click();
    await until(() => text().element().textContent.includes('inside'));
  });

  it('show what they are, and their tags where the caret is', async () => {
    await writingOn('<callout icon="🎯" color="blue_bg">\n\nAim\n\n</callout>\n\nend');
    await until(() => text().element().querySelector('.md-callout-icon')?.textContent === '🎯');
    expect(text().element().querySelectorAll('.md-callout.md-color-blue_bg').length).toBe(5);
    await userEvent.keyboard('{Control>}{Home}{/Control}');
    await until(() => shown()[0]?.startsWith('<callout'));
  });
});

describe('formulas', () => {
  it('are drawn as MathML, prices are not, and wrong ones say so', async () => {
    await writingOn('$a^2$ for $5 and $6\n\n$$\n\\frac{1}{2}\n$$\n\n$\\frac{$\n\nend');
    await until(() => text().element().querySelectorAll('math').length === 2);
    expect(text().element().querySelectorAll('.md-math-wrong').length).toBe(1);
    expect(shown()[0]).toContain('for $5 and $6');
  });
});

describe('code', () => {
  it('is coloured by the grammar of its language', async () => {
    await writingOn('```rust\nfn main() {}\n```\n\nend');
    await until(() => text().element().querySelector('.tok-keyword')?.textContent === 'fn');
  });
});

describe('pasting', () => {
  it('keeps the structure of formatted text', async () => {
    const { host, body } = await writingOn('');
    paste({
      'text/html': '<h2>Plan</h2><ul><li>one</li><li><b>two</b></li></ul>',
      'text/plain': 'Plan one two',
    });
    await until(() => body() === '## Plan\n\n- one\n- **two**');
    expect(host.count('html_to_body')).toBe(1);
    await userEvent.keyboard('{Control>}z{/Control}');
    await until(() => body() === '');
  });

  it('takes the text alone with Shift', async () => {
    const { host, body } = await writingOn('');
    text()
      .element()
      .dispatchEvent(
        new KeyboardEvent('keydown', { key: 'V', ctrlKey: true, shiftKey: true, bubbles: true }),
      );
    paste({ 'text/html': '<h2>Plan</h2>', 'text/plain': 'Plan' });
    await until(() => body() === 'Plan');
    expect(host.count('html_to_body')).toBe(0);
  });

  it('makes a link of an address over selected words', async () => {
    const { body } = await writingOn('words');
    await userEvent.keyboard('{Control>}a{/Control}');
    paste({ 'text/plain': 'https://example.org/' });
    await until(() => body() === '[words](https://example.org/)');
  });

  it('of files does nothing while there is no place for them', async () => {
    const { body } = await writingOn('x');
    paste({}, [new File(['a'], 'a.png', { type: 'image/png' })]);
    await userEvent.keyboard('y');
    await until(() => body() === 'xy');
    expect(document.querySelector('.md-attaching')).toBeNull();
  });
});

describe('finding', () => {
  it('counts, walks and replaces', async () => {
    const { body } = await writingOn('one two one\n\nthree one');
    await userEvent.keyboard('{Control>}f{/Control}');
    await expect.element(page.getByRole('textbox', { name: 'Find' })).toHaveFocus();
    await userEvent.keyboard('one');
    await expect.element(page.getByText('3 found')).toBeVisible();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/^[123] of 3$/)).toBeVisible();
    await page.getByRole('textbox', { name: 'Replace' }).fill('1');
    await page.getByRole('button', { name: 'Replace all' }).click();
    await until(() => body() === '1 two 1\n\nthree 1');
    await expectAccessible();
    await page.getByRole('textbox', { name: 'Find' }).click();
    await userEvent.keyboard('{Escape}');
    await expect.element(text()).toHaveFocus();
  });
});

describe('coming back to a note', () => {
  it('finds the caret and what can be undone where they were', async () => {
    const { host, id, body } = await writingOn('start');
    await userEvent.keyboard(' typed');
    await until(() => body() === 'start typed');
    host.emit({ kind: 'open_note', account: 'ada', note: 'ada-note-4' });
    await until(() => document.querySelector('textarea')?.value === 'Music from numbers');
    host.edit('ada', id, { body: 'Above.\nstart typed' });
    host.emit({ kind: 'open_note', account: 'ada', note: id });
    await until(() => shown().join('|') === 'Above.|start typed');
    (text().element() as HTMLElement).focus();
    await userEvent.keyboard('!');
    await until(() => body() === 'Above.\nstart typed!');
    // Slow fingers make more steps of it; none goes further back than what was typed.
    await until(async () => {
      await userEvent.keyboard('{Control>}z{/Control}');
      return body() === 'Above.\nstart';
    });
  });
});
