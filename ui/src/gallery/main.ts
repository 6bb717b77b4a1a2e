import '../design/base.css';
import { mount } from 'svelte';
import { MemoryHost } from '../lib/host/memory';
import type { Scenario } from '../lib/host/sample';
import Main from '../windows/Main.svelte';
import Gallery from './Gallery.svelte';

// `?screen=main&notes=10000&theme=dark&state=offline` shows one whole screen, for pictures;
// without a screen everything is shown side by side.
const wish = new URLSearchParams(location.search);
const theme = wish.get('theme');
if (theme) document.documentElement.dataset.theme = theme;

const target = document.getElementById('app');
if (target && wish.get('screen') === 'main') {
  const notes = wish.get('notes');
  const vault = wish.get('vault');
  const host = new MemoryHost({
    notes: notes === null ? undefined : Number(notes),
    state: (wish.get('state') ?? 'calm') as Scenario,
    broker: wish.has('broker'),
    kind: wish.has('oauth') ? 'oauth' : undefined,
    vault:
      vault === 'locked' || vault === 'absent' || vault === 'this_run_only' ? vault : undefined,
  });
  mount(Main, { target, props: { host } });
} else if (target) mount(Gallery, { target });
