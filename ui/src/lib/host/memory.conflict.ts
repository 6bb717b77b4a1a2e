import type { ConflictPart, ConflictView, NoteView } from '../contract/generated';
import { wireError, type Handlers } from './memory';
import { setSync } from './memory.notes';
import type { Histories } from './memory.sync';

/** What settling needs from the core in memory. */
export interface ConflictCore {
  note(account: string, id: string): NoteView;
  say(note: NoteView): void;
  waits(account: string): Parameters<typeof setSync>[1];
}

const part = (
  changed: ConflictPart['changed'],
  base: string,
  mine: string,
  theirs: string,
): ConflictPart => ({ changed, base, mine, theirs });

const same = (text: string) => part('nobody', text, text, text);

/** What a person in Notion and one here may have made of the same note. */
const DRAWN: ConflictPart[] = [
  same('The supplier calls on Monday.'),
  part(
    'both',
    'Ask for a hundred cards of the usual stock.',
    'Ask for two hundred cards of the usual stock.',
    'Ask for a hundred cards of thicker stock, and for a price.',
  ),
  part('here', 'Pay by draft.', 'Pay by draft, within the month.', 'Pay by draft.'),
  same('The last order was late.'),
  part('notion', '', '', '- [ ] Ask Babbage about the width'),
  part('both', 'Charles is told by letter.', '', 'Charles is told by telegram.'),
];

/** The notes that changed in both places, with both texts. */
export class Conflicts {
  readonly #of = new Map<string, Pick<ConflictView, 'title' | 'parts'>>();

  /** Somebody in Notion changed what was changed here. */
  clash(note: NoteView, titles: [base: string, theirs: string] | null = null): void {
    const { title } = note;
    this.#of.set(note.id, {
      title: titles === null ? same(title) : part('both', titles[0], title, titles[1]),
      parts: DRAWN,
    });
    note.body = `${DRAWN.map(({ mine }) => mine)
      .filter((text) => text !== '')
      .join('\n\n')}\n`;
    note.version++;
    setSync(note, { state: 'conflict' });
  }

  commands(
    core: ConflictCore,
    histories: Histories,
  ): Pick<Handlers, 'conflict_show' | 'conflict_settle'> {
    return {
      conflict_show: ({ account, note: id }) => {
        const note = core.note(account, id);
        const found = this.#of.get(id);
        if (!found || note.state !== 'conflict') throw wireError('bad_request');
        return { account, note: id, version: note.version, ...found };
      },
      conflict_settle: ({ account, note: id, base_version, title, body }) => {
        const note = core.note(account, id);
        if (note.state !== 'conflict' || note.version !== base_version) {
          throw wireError('bad_request', 'The note changed meanwhile. Look at both texts again.');
        }
        histories.keep(note, 'merge');
        const theirs = this.#of.get(id);
        if (theirs) {
          histories.keep(
            {
              ...note,
              version: note.version + 1,
              title: theirs.title.theirs,
              body: theirs.parts.map((each) => each.theirs).join('\n\n'),
            },
            'theirs',
          );
        }
        Object.assign(note, { title, body, version: note.version + 2, edited: Date.now() });
        setSync(note, core.waits(account));
        core.say(note);
        return note;
      },
    };
  }
}
