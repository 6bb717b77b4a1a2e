import type { Extension } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';

// What finds is fetched when it is first asked for; from then on its own keys answer.
type Find = typeof import('./find');
let coming: Promise<Find> | null = null;

function load(): Promise<Find> {
  coming ??= import('./find').catch((thrown: unknown) => {
    coming = null;
    throw thrown;
  });
  return coming;
}

const open =
  (replacing: boolean) =>
  (view: EditorView): boolean => {
    load().then(
      ({ openFind }) => {
        if (view.dom.isConnected) openFind(view, replacing);
      },
      () => undefined,
    );
    return true;
  };

/** Find (Ctrl+F) and replace (Ctrl+H). */
export const search: Extension = keymap.of([
  { key: 'Mod-f', run: open(false), preventDefault: true },
  { key: 'Mod-h', run: open(true), preventDefault: true },
]);
