import { losses } from './en.losses';

/** What Notion cannot hold of a note, in the language on screen. */
export const y: typeof losses = losses;
