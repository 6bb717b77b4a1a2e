import { sync } from './en.sync';

/** What the list of what waits says, in the language on screen. It is read when it is opened. */
export const y: typeof sync = sync;
