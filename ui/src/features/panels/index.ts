export { default as ConflictView } from './ConflictView.svelte';
export { default as Panels } from './Panels.svelte';
