import { conflict } from './en.conflict';

/** What the comparison of both texts says, in the language on screen. */
export const c: typeof conflict = conflict;
