import { editor } from './en.editor';

/** What the editor says, in the language on screen. It is read with the editor. */
export const e: typeof editor = editor;
