import '../design/base.css';
import { mount } from 'svelte';
import { tauriHost } from '../lib/host/tauri';
import Main from './Main.svelte';

const target = document.getElementById('app');
if (target) mount(Main, { target, props: { host: tauriHost } });
