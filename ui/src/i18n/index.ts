import { en, type Messages } from './en';

export { sentence } from './capture';

/** The messages of the language on screen. */
export const t: Messages = en;
