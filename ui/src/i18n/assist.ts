import { assist } from './en.assist';

/** What is said of models, in the language on screen. */
export const a: typeof assist = assist;
