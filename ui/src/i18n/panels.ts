import { panels } from './en.panels';

/** What the panels beside a note say, in the language on screen. They are read when one is opened. */
export const p: typeof panels = panels;
