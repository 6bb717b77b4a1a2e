import { palette } from './en.palette';

/** What the palette says, in the language on screen. It is read when it is opened. */
export const p: typeof palette = palette;
