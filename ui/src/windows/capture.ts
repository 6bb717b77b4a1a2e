import '../design/base.css';
import { mount } from 'svelte';
import { tauriHost } from '../lib/host/tauri';
import Capture from './Capture.svelte';

const target = document.getElementById('app');
if (target) mount(Capture, { target, props: { host: tauriHost } });
