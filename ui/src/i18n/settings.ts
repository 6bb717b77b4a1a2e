import { settings } from './en.settings';

/** What the settings say, in the language on screen. They are read when they are opened. */
export const s: typeof settings = settings;
