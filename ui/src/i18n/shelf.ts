import { labels, trash } from './en.shelf';

/** What the trash and the labels of a note say, in the language on screen. */
export const f: { trash: typeof trash; labels: typeof labels } = { trash, labels };
