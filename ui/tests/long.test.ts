import { EditorView } from '@codemirror/view';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { writingOn } from './sheet';
import { text, until } from './support';

const view = () => {
  const found = EditorView.findFromDOM(text().element() as HTMLElement);
  if (!found) throw new Error('no editor');
  return found;
};

/** How many elements of the text are made or changed while something is done. */
async function redrawn(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const observer = new MutationObserver((records) => {
    for (const record of records) count += 1 + record.addedNodes.length;
  });
  observer.observe(text().element(), { childList: true, characterData: true, subtree: true });
  await work();
  await new Promise(requestAnimationFrame);
  count += observer.takeRecords().length;
  observer.disconnect();
  return count;
}

describe('a long note', () => {
  it('of one endless line opens, takes letters and saves them', async () => {
    const endless = '**word** [link](https://e.org) `code` '.repeat(115_000);
    const { body } = await writingOn(endless);
    // Only what is in sight is drawn, and nothing of it is looked through for marks.
    await until(() => text().element().textContent.length < 100_000);
    expect(text().element().querySelectorAll('*').length).toBeLessThan(200);
    await userEvent.keyboard('{Control>}{Home}{/Control}x');
    await until(() => body().startsWith('x**word**'));
    expect(body().length).toBe(endless.length + 1);
    // It is not lost to the arrows either: the end of the line is behind what is not drawn.
    await userEvent.keyboard('{Control>}{End}{/Control}y');
    await until(() => body().endsWith(' y'));
    // On its way down to the end of what is drawn there is more to be had.
    await userEvent.keyboard('{Control>}{Home}{/Control}');
    const around = text().element().closest<HTMLElement>('.page');
    const more = () => text().element().querySelector<HTMLElement>('.md-rest');
    await until(() => {
      if (around && !more()) around.scrollTop += 400;
      return more();
    });
    const left = () => Number(more()?.textContent.replace(/\D/g, ''));
    const before = left();
    more()?.click();
    await until(() => {
      if (around && !more()) around.scrollTop += 400;
      return more() && left() < before - 19_000;
    });
  });

  it('of 20,000 words redraws a line per letter, and asks little of every letter', async () => {
    const paragraph = `${'Some **bold** words, a [link](https://e.org) and *more* of them. '.repeat(5)}\n\n`;
    const { body } = await writingOn(
      Array.from(
        { length: 330 },
        (_, at) => `## Part ${at}\n\n- [ ] do\n- [x] done\n\n${paragraph}`,
      ).join(''),
    );
    await userEvent.keyboard('{Control>}{Home}{/Control}{ArrowDown}{ArrowDown}{End}');
    await until(() => view().hasFocus);
    const before = text().element().querySelectorAll('*').length;
    expect(before).toBeLessThan(2_500);
    const letters = 'abcdefghij';
    const changes = await redrawn(() => userEvent.keyboard(letters));
    expect(changes / letters.length).toBeLessThan(12);
    await until(() => body().includes(`do${letters}`));
  });
});
