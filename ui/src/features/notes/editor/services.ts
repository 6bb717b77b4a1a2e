import { sentence } from '../../../i18n';
import { e } from '../../../i18n/editor';
import { asWireError } from '../../../lib/host/host';
import type { Session } from '../../../lib/session.svelte';
import type { Keeper } from '../keeper.svelte';

/** A note as the editor offers it. */
export interface Offered {
  id: string;
  title: string;
  type: string | null;
}

/** What the editor asks of the window around it. */
export interface Services {
  /** The other notes of this account, those edited last first. */
  notes(): Offered[];
  /** All tags of this account. */
  tags(): string[];
  /** A link to a note, as it stands in a text. */
  linkTo(note: Offered): Promise<string>;
  /** Opens what a link leads to. */
  follow(address: string, words: string): void;
  /** Formatted text from a clipboard as Markdown. */
  fromHtml(html: string): Promise<string>;
  /** Keeps a file with the note and answers the text that shows it; absent while no host can. */
  attach?: (file: File) => Promise<string>;
  /** Says something that a person should know. */
  tell(words: string): void;
}

/** A title inside of a link's brackets. */
export const bracketless = (title: string) =>
  title.replace(/[[\]\\]/g, '\\$&').replace(/\s+/g, ' ');

export function servicesOf(session: Session, keeper: Keeper): Services {
  const { host } = session;
  const { account } = keeper;
  const tell = (thrown: unknown) => {
    session.tell(sentence(asWireError(thrown)));
  };
  const titled = (title: string) => {
    const wanted = title.trim().toLocaleLowerCase();
    return session.lists.notes.find((note) => note.title.trim().toLocaleLowerCase() === wanted);
  };
  return {
    notes: () =>
      session.lists.notes
        .filter((note) => note.id !== keeper.id && note.title.trim() !== '')
        .map((note) => ({ id: note.id, title: note.title, type: note.note_type })),
    tags: () => [...new Set(session.lists.notes.flatMap((note) => note.tags))].sort(),
    linkTo: async ({ id, title }) => {
      const { page_id: page } = await host.call('note_read', { account, note: id });
      // A note that is not in Notion yet is linked by its title until it is.
      return page === null ? `[[${title}]]` : `[${bracketless(title)}](notion://${page})`;
    },
    follow: (address, words) => {
      if (/^(?:https?|mailto):/i.test(address)) {
        host.call('link_open', { address }).catch(tell);
        return;
      }
      const note = titled(words);
      if (note) void session.openNote(note.id);
      else session.tell(e.noNote(words));
    },
    fromHtml: async (html) => (await host.call('html_to_body', { html })).body,
    tell: (words) => {
      session.tell(words);
    },
  };
}
