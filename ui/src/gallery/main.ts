import '../design/base.css';
import { mount } from 'svelte';
import { MemoryHost, wireError } from '../lib/host/memory';
import type { Scenario } from '../lib/host/sample';
import Capture from '../windows/Capture.svelte';
import Main from '../windows/Main.svelte';
import Gallery from './Gallery.svelte';

// `?screen=main&notes=10000&theme=dark&state=offline` shows one whole screen, for pictures;
// without a screen everything is shown side by side.
const wish = new URLSearchParams(location.search);
const theme = wish.get('theme');
if (theme) document.documentElement.dataset.theme = theme;

const target = document.getElementById('app');
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
  if (wish.has('full')) host.failing('capture_save', wireError('disk_full'));
  mount(screen === 'main' ? Main : Capture, { target, props: { host } });
  if (wish.has('full')) {
    // As if it were to be saved, for which there is no room.
    setTimeout(() => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
    }, 100);
  }
} else if (target) mount(Gallery, { target });
