import type { EditorHandle, openEditor } from './editor';

export type { EditorHandle };

let loaded: Promise<{ openEditor: typeof openEditor }> | null = null;

/** The editor is a piece of its own, fetched at first use and kept. */
export function loadEditor(): Promise<{ openEditor: typeof openEditor }> {
  loaded ??= import('./editor').catch((thrown: unknown) => {
    loaded = null;
    throw thrown;
  });
  return loaded;
}
