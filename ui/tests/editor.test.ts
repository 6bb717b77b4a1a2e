import { describe, expect, it } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { difference } from '../src/features/notes/editor/difference';
import { button, openWindow, text, until } from './support';

/** An open editor with this text, typed as it is. */
async function typed(keys: string) {
  const host = await openWindow({ notes: 0 });
  await button('New note').click();
  await text().click();
  await userEvent.keyboard(keys);
  return host;
}

const saved = (host: Awaited<ReturnType<typeof typed>>) => host.notesOf('ada')[0]?.body;

describe('the editor', () => {
  it('goes on with a list and leaves it on an empty item', async () => {
    const host = await typed('- one{Enter}two{Enter}{Enter}after');
    await until(() => saved(host) === '- one\n- two\nafter');
  });

  it('counts on and makes new tasks unchecked', async () => {
    const host = await typed('9. a{Enter}b{Enter}{Enter}- [[x] c{Enter}d');
    await until(() => saved(host) === '9. a\n10. b\n- [x] c\n- [ ] d');
  });

  it('checks a task by click and by key', async () => {
    const host = await typed('- [[ ] card{Enter}{Enter}x');
    const box = () => text().element().querySelector<HTMLInputElement>('input[type=checkbox]');
    await until(() => box()?.checked === false);
    box()?.click();
    await until(() => saved(host)?.startsWith('- [x] card'));
    await userEvent.keyboard('{ArrowUp}{Control>}{Enter}{/Control}');
    await until(() => saved(host)?.startsWith('- [ ] card'));
  });

  it('hides marks where the caret is not', async () => {
    await typed('## Plan{Enter}some **bold** word');
    const heading = () => text().element().querySelector('.md-h2');
    await until(() => heading()?.textContent === 'Plan');
    await until(() => text().element().textContent.includes('some bold word'));
    await userEvent.keyboard('{ArrowUp}');
    await until(() => heading()?.textContent === '## Plan');
  });

  it('keeps what Markdown cannot say, out of sight', async () => {
    const host = await typed('Red words {{color="red"}{Enter}end');
    const first = () => text().element().querySelector('.cm-line')?.textContent;
    await until(() => first() === 'Red words');
    await until(() => saved(host) === 'Red words {color="red"}\nend');
    await userEvent.keyboard('{ArrowUp}');
    await until(() => first() === 'Red words {color="red"}');
  });

  it('wraps the selection and takes the marks off again', async () => {
    const host = await typed('word{Control>}a{/Control}{Control>}b{/Control}');
    await until(() => saved(host) === '**word**');
    await userEvent.keyboard('{Control>}b{/Control}');
    await until(() => saved(host) === 'word');
  });

  it('finds the direction of each line', async () => {
    await typed('שלום{Enter}hello');
    const lines = () => [...text().element().querySelectorAll<HTMLElement>('.cm-line')];
    await until(() => lines().length === 2);
    expect(lines().map((line) => getComputedStyle(line).direction)).toEqual(['rtl', 'ltr']);
  });

  it('takes what an input method composes, letter by letter and whole', async () => {
    const host = await typed('a');
    const ime = cdp() as unknown as { send(name: string, options: unknown): Promise<unknown> };
    for (const part of ['に', 'にほ', 'にほん']) {
      await ime.send('Input.imeSetComposition', {
        text: part,
        selectionStart: part.length,
        selectionEnd: part.length,
      });
    }
    await ime.send('Input.insertText', { text: '日本' });
    await until(() => saved(host) === 'a日本');
    expect(text().element().textContent).toBe('a日本');
  });

  it('lets Tab move the focus', async () => {
    await typed('x');
    await userEvent.keyboard('{Tab}');
    expect(text().element()).not.toBe(document.activeElement);
    await until(() => text().element().textContent === 'x');
  });
});

describe('the smallest difference', () => {
  const apply = (before: string, after: string) => {
    let result = before;
    for (const { from, to, insert } of difference(before, after).reverse()) {
      result = result.slice(0, from) + insert + result.slice(to);
    }
    return result;
  };

  it('touches only what differs', () => {
    expect(difference('one\ntwo\nthree\nfour\n', 'ONE\ntwo\nthree\nfive\n')).toEqual([
      { from: 0, to: 3, insert: 'ONE' },
      { from: 15, to: 18, insert: 'ive' },
    ]);
  });

  it('never cuts a character in two', () => {
    expect(difference('a😀', 'a😁')).toEqual([{ from: 1, to: 3, insert: '😁' }]);
  });

  it('leads from any text to any other', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const some = () =>
      Array.from({ length: random(14) }, () => 'ab\n😀c'[random(6)] ?? '\n').join('');
    for (let round = 0; round < 3_000; round++) {
      const [before, after] = [some() + '\n' + some(), some() + '\n' + some()];
      expect(apply(before, after), `seed ${seed}`).toBe(after);
    }
  });

  it('stays quick where everything differs', () => {
    const lines = (mark: string) =>
      Array.from({ length: 5_000 }, (_, i) => `${mark}${i}\n`).join('');
    expect(apply(lines('a'), lines('b'))).toBe(lines('b'));
  });
});
