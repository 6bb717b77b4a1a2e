import '../design/base.css';
import { mount } from 'svelte';
import { MemoryHost, wireError } from '../lib/host/memory';
import { linked } from '../lib/host/linked';
import type { Scenario } from '../lib/host/sample';
import Capture from '../windows/Capture.svelte';
import Main from '../windows/Main.svelte';
import Gallery from './Gallery.svelte';
import { WRITING } from './writing';

// `?screen=main&notes=10000&theme=dark&state=offline` shows one whole screen, for pictures;
// `press=Settings&press=Manage Work` presses these first; without a screen everything is shown side
// by side; `type` types into the field that comes up.
const wish = new URLSearchParams(location.search);
const theme = wish.get('theme');
if (theme) document.documentElement.dataset.theme = theme;

const target = document.getElementById('app');

/** Presses what has these names, one after the other, as soon as it is there. */
function press([name, ...rest]: string[]): void {
  if (name === undefined) return;
  const named = [...document.querySelectorAll<HTMLElement>('button, label')].find((element) =>
    (element.ariaLabel ?? element.textContent).trim().startsWith(name),
  );
  named?.click();
  setTimeout(press, 30, named ? rest : [name, ...rest]);
}

/** Presses a kept version, as soon as it is there. */
function pressVersion(version: string): void {
  const row = document.querySelector<HTMLElement>(`[data-version="${version}"]`);
  if (row) row.click();
  else setTimeout(pressVersion, 30, version);
}

function whenPainted(work: () => void): void {
  if (document.documentElement.dataset.painted === 'true') work();
  else setTimeout(whenPainted, 30, work);
}

/** Types into the field that has the caret, as soon as one has. */
function type(text: string): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement)) {
    setTimeout(type, 30, text);
    return;
  }
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function openWriting(host: MemoryHost): void {
  const note = host.create({
    account: 'ada',
    title: 'Everything that can be written',
    body: WRITING,
    note_type: 'Reference',
    tags: ['engine'],
  });
  whenPainted(() => {
    host.emit({ kind: 'open_note', account: 'ada', note: note.id });
  });
}

const screen = wish.get('screen');
if (target && (screen === 'main' || screen === 'capture')) {
  const notes = wish.get('notes');
  const vault = wish.get('vault');
  const host = new MemoryHost({
    notes: notes === null ? undefined : Number(notes),
    state: (wish.get('state') ?? 'calm') as Scenario,
    broker: wish.has('broker'),
    kind: wish.has('oauth') ? 'oauth' : undefined,
    vault:
      vault === 'locked' || vault === 'absent' || vault === 'this_run_only' ? vault : undefined,
    draft: wish.get('draft') ?? undefined,
    captured: wish.get('captured') ?? undefined,
  });
  if (wish.has('linked')) linked(host);
  const model = wish.get('model');
  if (model === 'here' || model === 'elsewhere') {
    void host.call('assist_change', {
      account: 'ada',
      reach: model === 'here' ? 'this_computer' : 'named',
      style: 'openai',
      address: model === 'here' ? 'http://localhost:11434/v1' : 'https://models.example.com/v1',
      model: model === 'here' ? 'llama3.2' : 'large-1',
      key: null,
    });
  }
  host.audited = [
    ['account', 'added with a token', 'ada', 'Ada Lovelace'],
    ['token', 'renewed, new pair stored', 'ada', 'Ada Lovelace'],
    ['token', 'refused by Notion', 'work', 'Work'],
    ['vault', 'tokens are in the keychain', null, null],
  ].map(([event, outcome, account, name], number) => ({
    at: Date.UTC(2026, 10, 20, 9, 12 + number * 7, 3),
    event: event ?? '',
    outcome: outcome ?? '',
    account: account ?? null,
    name: name ?? null,
    request: number === 2 ? 'b4f1-77' : null,
  }));
  if (wish.has('clash')) {
    host.conflicts.clash(host.note('ada', 'ada-note-2'), ['Supplier', 'Card supplier, Monday']);
  }
  if (wish.has('held')) host.held.add('ada');
  if (wish.has('notice'))
    host.notices = ['Nobody waits for this sign-in any more. Start it again under Add an account.'];
  if (wish.has('trouble')) {
    host.settings.shortcut.trouble =
      'Another program has these keys. Choose others, or bind the command below in your desktop’s settings.';
    host.settings.tray_trouble = 'This desktop shows no tray, so closing the window quits Octavo.';
    host.settings.start_at_login_trouble = 'The folder for programs at login cannot be written.';
  }
  if (wish.has('full')) host.failing('capture_save', wireError('disk_full'));
  mount(screen === 'main' ? Main : Capture, { target, props: { host } });
  const opened = wish.get('open');
  if (opened !== null)
    whenPainted(() => {
      host.emit({ kind: 'open_note', account: 'ada', note: opened });
    });
  press(wish.getAll('press'));
  const version = wish.get('version');
  if (version !== null) pressVersion(version);
  const typed = wish.get('type');
  if (typed !== null) type(typed);
  // `writing` opens a note with something of everything that can be written.
  if (wish.has('writing')) openWriting(host);
  if (wish.has('full')) {
    // As if it were to be saved, for which there is no room.
    setTimeout(() => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
    }, 100);
  }
} else if (target) mount(Gallery, { target });
