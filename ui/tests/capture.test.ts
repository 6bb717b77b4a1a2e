import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { CaptureDraft } from '../src/lib/contract/generated';
import { MemoryHost, wireError, type MemoryOptions } from '../src/lib/host/memory';
import { together } from '../src/features/capture/together';
import { button, expectAccessible, openCapture, showCapture, text, until } from './support';

const alert = () => page.getByRole('alert');
const says = (words: string | RegExp) => expect.element(page.getByText(words)).toBeVisible();
const saved = (host: MemoryHost) =>
  host.calls.filter((call) => call.command === 'capture_save').map((call) => call.request);

const NOTE = 'Ask the supplier about thicker card stock';

describe('typing', () => {
  it('waits for no answer, and keeps what was there before', async () => {
    const host = new MemoryHost({ draft: 'From yesterday' });
    const state = host.hold('capture_state');
    await showCapture(host);
    await expect.element(text()).toHaveFocus();
    await userEvent.keyboard('typed at once');
    (await state).go();
    await expect.element(text()).toHaveValue('From yesterday\ntyped at once');
    await until(() => host.draft.text === 'From yesterday\ntyped at once');
  });

  it('is kept at a pause, and without one as well', async () => {
    const host = await openCapture();
    const draft = host.hold('capture_draft');
    await userEvent.keyboard('one');
    const first = await draft;
    await userEvent.keyboard(' two');
    first.go();
    await until(() => host.draft.text === 'one two');
    expect(host.draft.account).toBe('ada');
    const before = host.count('capture_draft');
    await until(async () => {
      await userEvent.keyboard('x');
      return host.count('capture_draft') > before;
    });
  });

  it('is kept when the window is left', async () => {
    const host = await openCapture();
    await userEvent.keyboard('left');
    window.dispatchEvent(new Event('blur'));
    await until(() => host.draft.text === 'left');
  });

  it('goes on when it cannot be kept, says so, and is kept as soon as it can be', async () => {
    const host = await openCapture();
    host.failing('capture_draft', wireError('disk_full'));
    // The window stays until this was told: only here are these words.
    await userEvent.keyboard('precious{Escape}');
    await expect.element(alert()).toHaveTextContent(/disk is full/);
    await expect.element(text()).toHaveValue('precious');
    expect(host.count('capture_hide')).toBe(0);
    await userEvent.keyboard('{Escape}');
    await until(() => host.count('capture_hide') === 1);
    host.failing('capture_draft', null);
    await until(() => host.draft.text === 'precious');
    await until(() => alert().elements().length === 0);
  });
});

describe('saving', () => {
  it('keeps the note, empties the page and begins the next one', async () => {
    const host = await openCapture();
    await userEvent.keyboard(NOTE);
    const { id } = host.draft;
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(text()).toHaveValue('');
    await expect.element(text()).toHaveFocus();
    await says(`Kept in Ada Lovelace: “${NOTE}”`);
    expect(saved(host)).toEqual([{ id, account: 'ada', text: NOTE }]);
    expect(host.note('ada', id).title).toBe(NOTE);
    await userEvent.keyboard('the next one');
    await until(() => host.draft.text === 'the next one');
    expect(host.draft.id).not.toBe(id);
  });

  it('leaves nothing of a save to a draft that comes late', async () => {
    const host = await openCapture();
    const draft = host.hold('capture_draft');
    await userEvent.keyboard('first');
    const late = await draft;
    await userEvent.keyboard(' all of it{Control>}{Enter}{/Control}');
    expect(host.count('capture_save')).toBe(0);
    late.go();
    await expect.element(text()).toHaveValue('');
    expect(saved(host)).toMatchObject([{ text: 'first all of it' }]);
    expect(host.draft.text).toBe('');
  });

  it('takes what is typed meanwhile into the next note', async () => {
    const host = await openCapture();
    const save = host.hold('capture_save');
    await userEvent.keyboard('one{Control>}{Enter}{/Control}');
    const held = await save;
    await userEvent.keyboard('two');
    held.go();
    await expect.element(text()).toHaveValue('two');
    await until(() => host.draft.text === 'two');
    expect(saved(host)).toMatchObject([{ text: 'one' }]);
  });

  it('keeps what is typed into the middle of it meanwhile', async () => {
    const host = await openCapture();
    const save = host.hold('capture_save');
    await userEvent.keyboard('one two{Control>}{Enter}{/Control}');
    const held = await save;
    await userEvent.keyboard('{Home}zero ');
    held.go();
    await until(() => host.draft.text === 'zero one two');
    await expect.element(text()).toHaveValue('zero one two');
  });

  it('does not keep a text twice whose note is there although the answer got lost', async () => {
    const host = await openCapture();
    const save = host.hold('capture_save');
    await userEvent.keyboard('once{Control>}{Enter}{/Control}');
    const held = await save;
    await host.call('capture_save', held.request as CaptureDraft);
    await userEvent.keyboard(' more');
    held.fail(wireError('internal', 'The answer got lost.'));
    await expect.element(text()).toHaveValue(' more');
    expect(alert().elements()).toEqual([]);
    await says('Kept in Ada Lovelace: “once”');
    expect(host.notesOf('ada').filter((note) => note.title === 'once')).toHaveLength(1);
  });

  it('says that there is nothing to save', async () => {
    const host = await openCapture();
    await userEvent.keyboard('  {Control>}{Enter}{/Control}');
    await says(/nothing to save/);
    await userEvent.keyboard('a');
    await until(() => !document.body.textContent.includes('nothing to save'));
    expect(host.count('capture_save')).toBe(0);
  });

  it('stays with the words when it fails', async () => {
    const host = await openCapture();
    host.failing('capture_save', wireError('disk_full'));
    await userEvent.keyboard('mine');
    await button('Save note').click();
    await expect.element(alert()).toHaveTextContent(/disk is full/);
    await expect.element(text()).toHaveValue('mine');
    await expect.element(text()).toHaveFocus();
    await until(() => host.draft.text === 'mine');
    host.failing('capture_save', null);
    await button('Save note').click();
    await expect.element(text()).toHaveValue('');
    expect(alert().elements()).toEqual([]);
  });

  it('needs an account, and keeps the words until there is one', async () => {
    const host = await openCapture({ state: 'first' });
    await says('No account yet');
    await userEvent.keyboard('early{Control>}{Enter}{/Control}');
    await says(/Add an account in Octavo’s main window first/);
    await until(() => host.draft.text === 'early');
    await host.call('account_add_local', { name: null });
    await says('stays on this computer');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(text()).toHaveValue('');
    expect(saved(host)).toMatchObject([{ text: 'early', account: 'account-2' }]);
  });
});

describe('calling back', () => {
  it('works by keys in the empty text', async () => {
    const host = await openCapture();
    await userEvent.keyboard('called{Control>}{Enter}{/Control}');
    await says('Kept in Ada Lovelace: “called”');
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect.element(text()).toHaveValue('called');
    await until(() => !document.body.textContent.includes('Kept in Ada'));
    expect(host.notesOf('ada').filter((note) => note.title === 'called')).toEqual([]);
  });

  it('leaves those keys to the text once something was typed', async () => {
    const host = await openCapture({ captured: 'called' });
    await userEvent.keyboard('ab{Backspace}{Backspace}{Control>}z{/Control}');
    await expect.element(text()).not.toHaveValue('');
    expect(host.count('capture_undo')).toBe(0);
  });

  it('brings what was typed since together with it', async () => {
    const host = await openCapture({ captured: 'called' });
    await userEvent.keyboard('since');
    await button('Undo').click();
    await expect.element(text()).toHaveValue('called\nsince');
    await expect.element(text()).toHaveFocus();
    await until(() => host.draft.text === 'called\nsince');
  });

  it('says when it is too late', async () => {
    const host = await openCapture();
    await userEvent.keyboard('gone{Control>}{Enter}{/Control}');
    await expect.element(button('Undo')).toBeVisible();
    host.captured = null;
    await button('Undo').click();
    await expect.element(alert()).toHaveTextContent(/already on its way/);
    expect(button('Undo').elements()).toEqual([]);
  });

  it('is offered until its time is over', async () => {
    const host = await openCapture();
    host.settings = { ...host.settings, undo_seconds: 2 };
    await userEvent.keyboard('brief{Control>}{Enter}{/Control}');
    await says('(2 s)');
    await says('(1 s)');
    await until(() => button('Undo').elements().length === 0);
  });
});

describe('the time to call back', () => {
  it('is not counted while nobody looks, and is right when one looks again', async () => {
    const host = await openCapture();
    host.settings.undo_seconds = 1;
    await userEvent.keyboard('brief{Control>}{Enter}{/Control}');
    await expect.element(button('Undo')).toBeVisible();
    const ends = host.captured?.until ?? 0;
    const look = (hidden: boolean) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    look(true);
    await until(() => Date.now() > ends + 50);
    await expect.element(button('Undo')).toBeVisible();
    look(false);
    await until(() => button('Undo').elements().length === 0);
    Reflect.deleteProperty(document, 'hidden');
  });
});

describe('the account', () => {
  it('is switched by keys, and the draft goes with it', async () => {
    const host = await openCapture();
    await says('goes to Personal Assistant');
    await userEvent.keyboard('for the club{Alt>}3{/Alt}');
    await says('stays on this computer');
    await until(() => host.draft.account === 'club' && host.draft.text === 'for the club');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await says('Kept in Club: “for the club”');
    expect(saved(host)).toMatchObject([{ account: 'club' }]);
    await userEvent.keyboard('{Alt>}2{/Alt}');
    await says('waits here until you sign in again');
    await userEvent.keyboard('{Alt>}9{/Alt}');
    await says('Work');
  });

  it('is switched by pressing, and the caret stays in the text', async () => {
    await openCapture();
    await button('switch account').click();
    await says('Work');
    await expect.element(text()).toHaveFocus();
  });

  it('follows what happens to the accounts', async () => {
    const host = await openCapture();
    host.setStatus('ada', 'offline');
    await says('waits here until Notion can be reached');
    await userEvent.keyboard('kept');
    host.forget('ada', null, []);
    await says('Work');
    await expect.element(text()).toHaveValue('kept');
  });
});

describe('coming up again', () => {
  it('shows what the core added, and puts the caret at its end', async () => {
    const host = await openCapture();
    await userEvent.keyboard('typed');
    await until(() => host.draft.text === 'typed');
    await userEvent.keyboard(' and more');
    host.draft = { ...host.draft, text: 'typed\nhttps://example.org/' };
    host.emit({ kind: 'capture_opened' });
    await expect.element(text()).toHaveValue('typed and more\nhttps://example.org/');
    await userEvent.keyboard('!');
    await expect.element(text()).toHaveValue('typed and more\nhttps://example.org/!');
  });

  it('leaves the caret where it was when nothing came', async () => {
    const host = await openCapture();
    await userEvent.keyboard('an idea{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    await until(() => host.draft.text === 'an idea');
    const reads = host.count('capture_state');
    host.emit({ kind: 'capture_opened' });
    await until(() => host.count('capture_state') > reads);
    await userEvent.keyboard('good ');
    await expect.element(text()).toHaveValue('an good idea');
  });

  it('hides at Escape, once the text is kept', async () => {
    const host = await openCapture();
    await userEvent.keyboard('stays{Escape}');
    await until(() => host.count('capture_hide') === 1);
    const order = host.calls.map((call) => call.command);
    expect(order.lastIndexOf('capture_draft')).toBeLessThan(order.indexOf('capture_hide'));
    expect(host.draft.text).toBe('stays');
    await expect.element(text()).toHaveValue('stays');
  });

  it('changes nothing under an input method', async () => {
    const host = await openCapture();
    const field = text().element();
    const send = (type: string) => field.dispatchEvent(new CompositionEvent(type, { data: 'か' }));
    send('compositionstart');
    host.draft = { ...host.draft, text: 'added' };
    const reads = host.count('capture_state');
    host.emit({ kind: 'capture_opened' });
    await until(() => host.count('capture_state') > reads);
    field.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: 'Enter',
        ctrlKey: true,
        isComposing: true,
        bubbles: true,
      }),
    );
    await expect.element(text()).toHaveValue('');
    send('compositionend');
    await expect.element(text()).toHaveValue('added');
    expect(host.count('capture_save')).toBe(0);
  });
});

describe('what is typed here and what the core has', () => {
  it.each([
    ['a', 'a', 'b', 'b'],
    ['a', 'b', 'a', 'b'],
    ['', 'typed', 'prefill', 'prefill\ntyped'],
    ['a', 'ab', 'a\nprefill', 'ab\nprefill'],
    ['a', 'ab', 'called\na', 'called\nab'],
    ['a', 'ab', '', 'ab'],
    ['a', '', 'b', 'b'],
  ])('%j, %j and %j make %j', (base, ours, theirs, both) => {
    expect(together(base, ours, theirs)).toBe(both);
  });
});

const pages: [name: string, options: MemoryOptions][] = [
  ['an empty page', {}],
  ['a typed text', { draft: NOTE }],
  ['the line that calls back', { captured: NOTE }],
  ['no account', { state: 'first' }],
  ['an ended sign-in', { state: 'sign_in_again' }],
];

describe.each(['light', 'dark'])('in %s everyone can use', (theme) => {
  it.each(pages)('%s', async (_, options) => {
    document.documentElement.dataset.theme = theme;
    await openCapture(options);
    await expectAccessible();
  });

  it('an error', async () => {
    document.documentElement.dataset.theme = theme;
    const host = await openCapture({ draft: NOTE });
    host.failing('capture_save', wireError('data_read_only'));
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await expect.element(alert()).toBeVisible();
    await expectAccessible();
  });
});
