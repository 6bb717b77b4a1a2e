import { editorMore } from './en.editor.more';

/** What the editor's menus and bars say, in the language on screen. */
export const e: typeof editorMore = editorMore;
