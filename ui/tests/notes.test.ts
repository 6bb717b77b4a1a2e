import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { NoteSave } from '../src/lib/contract/generated';
import { MemoryHost, wireError } from '../src/lib/host/memory';
import { button, list, note, openWindow, show, text, title, until, write } from './support';

const MUSIC = 'ada-note-4';
const saves = (host: MemoryHost) =>
  host.calls.filter((call) => call.command === 'note_save').map((call) => call.request as NoteSave);
const body = (host: MemoryHost, id = MUSIC) => host.note('ada', id).body;

describe('a note saves by itself', () => {
  it('after a pause, and names the version it began from', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    await userEvent.keyboard('first');
    await until(() => body(host).endsWith('first'));
    await userEvent.keyboard(' second');
    await until(() => body(host).endsWith('first second'));
    const bases = saves(host).map((save) => save.base_version);
    expect(bases).toEqual(bases.map((_, index) => index + 1));
  });

  it('one save after the other, and the last has every letter', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    const held = host.hold('note_save');
    await userEvent.keyboard('a');
    const first = await held;
    await userEvent.keyboard('bc');
    await button('New note').click();
    expect(saves(host)).toHaveLength(1);
    first.go();
    await until(() => body(host).endsWith('abc'));
    expect(saves(host).map((save) => save.base_version)).toEqual([1, 2]);
  });

  it('while typing goes on without a pause', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    await until(async () => {
      await userEvent.keyboard('x');
      return saves(host).length > 0;
    });
    expect(body(host)).toMatch(/x$/);
  });

  it('and the chip never says more than is on the disk', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    const chip = page.getByRole('status').first();
    await expect.element(chip).toHaveTextContent(/^In Notion/);
    const held = host.hold('note_save');
    await userEvent.keyboard('a');
    await expect.element(chip).toHaveTextContent('Writing…');
    const save = await held;
    await expect.element(chip).toHaveTextContent('Writing…');
    save.go();
    await expect.element(chip).toHaveTextContent('Waiting to send');
  });

  it('a title alone is saved too', async () => {
    const host = await openWindow();
    await note('Music from numbers').click();
    await title().fill('Music from engines');
    await until(() => host.note('ada', MUSIC).title === 'Music from engines');
    await expect.element(note('Music from engines')).toBeVisible();
  });

  it('when it cannot be saved it says so, keeps the text and tries again', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    host.failing('note_save', wireError('disk_full'));
    await userEvent.keyboard('precious');
    await expect.element(page.getByRole('alert')).toHaveTextContent(/The disk is full/);
    await expect.element(page.getByRole('status').first()).toHaveTextContent('Not saved yet');
    await expect.element(text()).toHaveTextContent(/precious$/);
    host.failing('note_save', null);
    await until(() => body(host).endsWith('precious'));
    await until(() => page.getByRole('alert').elements().length === 0);
  });

  it('left behind unsaved it stays in sight until it is saved', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    host.failing('note_save', wireError('disk_full'));
    await userEvent.keyboard('precious');
    await note('Weekly with Charles').click();
    await expect.element(title()).toHaveValue('Weekly with Charles');
    await expect.element(page.getByRole('alert')).toHaveTextContent(/“Music from numbers”/);
    await note('Music from numbers').click();
    await expect.element(text()).toHaveTextContent(/precious$/);
    host.failing('note_save', null);
    await button('Try again').click();
    await until(() => body(host).endsWith('precious'));
  });

  it('at once when the window loses the focus, and is let go to Notion', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    await userEvent.keyboard('z');
    window.dispatchEvent(new Event('blur'));
    await until(() => host.count('note_flush') === 1);
    expect(body(host).endsWith('z')).toBe(true);
  });

  it('one that went away becomes a new note when asked', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    host.failing('note_save', wireError('no_such_note'));
    await userEvent.keyboard('more');
    await button('Keep as a new note').click();
    await until(() => host.count('note_create') === 1);
    await until(() =>
      host.notesOf('ada').some((kept) => kept.id.startsWith('new') && kept.body.endsWith('more')),
    );
  });
});

describe('a new note', () => {
  it('is made by its first letter, with the caret in the title', async () => {
    const host = await openWindow({ notes: 0 });
    await userEvent.keyboard('{Control>}n{/Control}');
    await expect.element(title()).toHaveFocus();
    expect(host.count('note_create')).toBe(0);
    await userEvent.keyboard('Gears{Enter}');
    await expect.element(text()).toHaveFocus();
    await userEvent.keyboard('turn');
    await until(() => host.notesOf('ada')[0]?.body === 'turn');
    expect(host.count('note_create')).toBe(1);
    expect(host.notesOf('ada')).toHaveLength(1);
    expect(host.notesOf('ada')[0]?.title).toBe('Gears');
    await expect.element(note('Gears')).toHaveAttribute('aria-selected', 'true');
    await expect.element(page.getByRole('status').first()).toHaveTextContent('Waiting to send');
  });

  it('that cannot be made keeps its text and is made once', async () => {
    const host = await openWindow({ notes: 0 });
    host.failing('note_create', wireError('data_read_only'));
    await button('New note').click();
    await userEvent.keyboard('Gears');
    await expect.element(page.getByRole('alert')).toHaveTextContent(/cannot write/);
    host.failing('note_create', null);
    await until(() => host.notesOf('ada')[0]?.title === 'Gears');
    await until(() => page.getByRole('alert').elements().length === 0);
    expect(host.notesOf('ada')).toHaveLength(1);
  });

  it('leaves nothing behind when nothing was typed', async () => {
    const host = await openWindow();
    await button('New note').click();
    await note('Music from numbers').click();
    await expect.element(title()).toHaveValue('Music from numbers');
    expect(host.count('note_create')).toBe(0);
  });
});

describe('what comes from elsewhere', () => {
  it('is merged in by a save, and the caret stays in its words', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    const held = host.hold('note_save');
    await userEvent.keyboard('mine');
    const save = await held;
    // Between the request and its answer the note changes in Notion.
    const before = host.note('ada', MUSIC);
    before.version++;
    before.body = `Theirs.\n${before.body}`;
    await userEvent.keyboard(' and more');
    save.go();
    await expect.element(text()).toHaveTextContent(/^Theirs\..*mine and more$/);
    await userEvent.keyboard('!');
    await until(() => body(host).startsWith('Theirs.') && body(host).endsWith('mine and more!'));
    // Undo takes back what was typed here, not what came.
    await userEvent.keyboard('{Control>}zzzz{/Control}');
    await expect.element(text()).toHaveTextContent(/^Theirs\./);
  });

  it('replaces an untouched text in place', async () => {
    const host = await openWindow();
    await write('Music from numbers');
    host.edit('ada', MUSIC, { body: `Above.\n${body(host)}`, title: 'Music, renamed' });
    await expect.element(text()).toHaveTextContent(/^Above\./);
    await expect.element(title()).toHaveValue('Music, renamed');
    await userEvent.keyboard('here');
    await until(() => body(host).startsWith('Above.') && body(host).endsWith('here'));
    expect(saves(host).at(-1)?.base_version).toBe(2);
  });

  it('shows the state in words and the way into Notion', async () => {
    const host = await openWindow();
    await note('Punch card supplier call').click();
    const chip = page.getByRole('status').first();
    await expect.element(chip).toHaveTextContent('Waiting to send');
    expect(button('Open in Notion').elements()).toEqual([]);
    host.confirm('ada', 'ada-note-2', new Date().setHours(12, 4, 0, 0));
    await expect.element(chip).toHaveTextContent('In Notion · 12:04');
    await button('Open in Notion').click();
    await until(() => host.count('note_open_in_notion') === 1);
  });
});

describe('the trash', () => {
  it('can be undone', async () => {
    const host = await openWindow();
    await note('Music from numbers').click();
    await button('Move to trash').click();
    await until(() => note('Music from numbers').elements().length === 0);
    expect(host.note('ada', MUSIC).trashed).toBe(true);
    await button('Undo').click();
    await expect.element(title()).toHaveValue('Music from numbers');
    expect(host.note('ada', MUSIC).trashed).toBe(false);
  });
});

describe('the list', () => {
  it('that cannot be read says so, and not that there is nothing', async () => {
    const host = new MemoryHost();
    host.failing('note_list', wireError('database_corrupt', 'These notes are damaged.'));
    await show(host);
    await expect.element(page.getByRole('alert')).toHaveTextContent('These notes are damaged.');
    expect(page.getByText('No notes yet').elements()).toEqual([]);
    host.failing('note_list', null);
    await button('Try again').click();
    await expect.element(note('Music from numbers')).toBeVisible();
  });

  it('takes a burst of changes in its stride', async () => {
    const host = await openWindow({ notes: 10_000 });
    const read = host.count('note_list');
    for (let index = 0; index < 500; index++) {
      host.edit('ada', `ada-note-${9_000 + index}`, { title: `Changed ${index}` });
    }
    await expect.element(note('Changed 499')).toBeVisible();
    // Not once for each of them.
    expect(host.count('note_list') - read).toBeLessThan(50);
  });

  it('holds ten thousand notes with few elements and goes to the last by key', async () => {
    await openWindow({ notes: 10_000 });
    await expect.element(page.getByText('10,000 notes')).toBeVisible();
    const box = list().element();
    const few = () => box.querySelectorAll('[role=option]').length;
    expect(few()).toBeLessThan(70);
    (box as HTMLElement).focus();
    await userEvent.keyboard('{End}');
    await until(() => box.querySelector('[aria-posinset="10000"]'));
    expect(few()).toBeLessThan(70);
    const last = box.getAttribute('aria-activedescendant');
    expect(document.getElementById(last ?? '')).not.toBeNull();
    await userEvent.keyboard('{ArrowUp}{Enter}');
    await expect.element(text()).toHaveFocus();
    const selected = box.querySelector('[aria-selected=true]');
    expect(selected?.getAttribute('aria-posinset')).toBe('9999');
    expect(document.querySelector('textarea')?.value).toBe(selected?.getAttribute('aria-label'));
  });

  it('draws only what is in sight while ten thousand notes scroll by', async () => {
    await openWindow({ notes: 10_000 });
    const box = list().element() as HTMLElement;
    const seen = new Set<string>();
    for (let step = 0; step < 60; step++) {
      box.scrollTop += 3_700;
      await new Promise(requestAnimationFrame);
      await until(() => {
        const rows = [...box.querySelectorAll('[role=option]')];
        const first = rows[0]?.getAttribute('aria-posinset');
        return rows.length >= 10 && first != null && !seen.has(first) && seen.add(first);
      });
      expect(box.querySelectorAll('[role=option]').length).toBeLessThan(100);
    }
  });

  it('groups by type', async () => {
    await openWindow();
    const groups = list().element().querySelectorAll('[role=group]');
    const names = [...groups].map((group) => group.getAttribute('aria-label'));
    expect(names).toEqual(['Pinned', 'Notes', 'Idea', 'Meeting', 'Reference', 'Task']);
  });
});
