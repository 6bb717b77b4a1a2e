import { p } from '../../i18n/panels';
import type {
  AssistPart,
  EnhanceAccept,
  Enhancement,
  NoteView,
  ProposedLink,
  WireError,
} from '../../lib/contract/generated';
import { Asking } from '../../lib/asking.svelte';
import { asWireError } from '../../lib/host/host';
import type { Session } from '../../lib/session.svelte';
import type { Keeper } from '../notes/keeper.svelte';
import { inPlace } from './hunks';

const PARTS: AssistPart[] = ['title', 'type', 'tags', 'text', 'summary', 'actions'];

/** What of a note can be accepted at once. */
export type Accepted = Partial<
  Pick<EnhanceAccept, 'title' | 'note_type' | 'tags' | 'body' | 'summary' | 'actions'>
>;
export type Card = 'title' | 'type' | 'tags' | 'summary' | 'actions' | 'text' | `link ${string}`;

/** The proposals for one note, and which of them were looked at. */
export class Enhancing {
  found = $state.raw<Enhancement | null>(null);
  /** Accepted, or left as it is. */
  settled = $state.raw<readonly Card[]>([]);
  /** The note became another one than the proposals are for. */
  outdated = $state(false);
  problem = $state.raw<WireError | null>(null);
  busy = $state(false);
  readonly asking: Asking;
  readonly #session: Session;
  readonly #keeper: Keeper;
  /** The version that the proposals fit, and its text as it was looked at and as it is. */
  #version = 0;
  #looked = '';
  #body = '';
  #turn = 0;

  constructor(session: Session, keeper: Keeper) {
    this.#session = session;
    this.#keeper = keeper;
    this.asking = new Asking(session.host, keeper.account);
  }

  get #note(): { account: string; note: string } {
    return { account: this.#keeper.account, note: this.#keeper.id ?? '' };
  }

  /** Works out on this computer what could be better. */
  async load(): Promise<void> {
    if (this.#keeper.id === null) return;
    const turn = ++this.#turn;
    try {
      await this.#keeper.flush();
      const found = await this.#session.host.call('enhance', this.#note);
      if (turn === this.#turn) this.#take(found);
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asWireError(thrown);
    }
  }

  /** The note may have changed: what the rules said is worked out anew, what a model said is not. */
  check(): void {
    if (this.found === null) void this.load();
    else if (this.#keeper.version > this.#version && !this.busy) {
      if (this.found.sent === null && this.settled.length === 0) void this.load();
      else this.outdated = true;
    }
  }

  /** Shows what would be sent. */
  async preview(): Promise<void> {
    await this.#keeper.flush();
    await this.asking.look((request) =>
      this.#session.host.call('assist_preview', {
        ...this.#note,
        parts: PARTS,
        request,
        agreed: false,
      }),
    );
  }

  /** Asks the model; what would leave the device for the first time is shown before. */
  async ask(agreed = false): Promise<void> {
    const { settings } = this.asking;
    if (settings === null) return;
    if (!settings.agreed && !agreed) {
      await this.preview();
      // Models on this computer need no such word.
      if (this.asking.preview?.agreed !== true) return;
    }
    await this.#keeper.flush();
    const said = await this.asking.run((request) =>
      this.#session.host.call('assist_note', { ...this.#note, parts: PARTS, request, agreed }),
    );
    if (said === null) return;
    const rules = this.found?.version === said.version ? this.found : null;
    this.#turn++;
    this.#take({
      ...said,
      title: said.title ?? rules?.title ?? null,
      note_type: said.note_type ?? rules?.note_type ?? null,
      tags: said.tags.length > 0 ? said.tags : (rules?.tags ?? []),
      links: said.links.length > 0 ? said.links : (rules?.links ?? []),
      text: said.text ?? rules?.text ?? null,
    });
  }

  keep(card: Card): void {
    this.settled = [...this.settled, card];
  }

  /** Takes a proposal over, with a way back. */
  async accept(card: Card, name: string, what: Accepted): Promise<boolean> {
    return await this.#change(card, name, async () => {
      const { host } = this.#session;
      const before = this.#version;
      let { body = null } = what;
      if (body !== null) {
        body = inPlace(this.#body, this.#looked, body);
        if (body === null) {
          this.outdated = true;
          return null;
        }
      }
      const after = await host.call('enhance_accept', {
        ...this.#note,
        base_version: before,
        title: null,
        note_type: null,
        tags: [],
        summary: null,
        actions: [],
        ...what,
        body,
      });
      return [after, () => host.call('note_revert', { ...this.#note, version: before })];
    });
  }

  /** Links the note with one that it names, or that reads like it. */
  async link(card: Card, name: string, { note, title, mention }: ProposedLink): Promise<boolean> {
    return await this.#change(card, name, async () => {
      const { host } = this.#session;
      const before = await host.call('note_read', this.#note);
      const bringBack = async (base_version: number) => {
        const { title: was, body } = before;
        const saved = await host.call('note_save', {
          ...this.#note,
          base_version,
          title: was,
          body,
        });
        return saved.note;
      };
      const make = () => host.call('link_make', { ...this.#note, name: null, target: note });
      if (mention !== null) {
        const after = await make();
        return [after, () => bringBack(after.version)];
      }
      const named = await host.call('note_append', { ...this.#note, text: title });
      try {
        const after = await make();
        return [after, () => bringBack(after.version)];
      } catch (thrown) {
        // A title that is no link says nothing there.
        await this.#follow(await bringBack(named.version));
        throw thrown;
      }
    });
  }

  async #change(
    card: Card,
    name: string,
    work: () => Promise<[NoteView, () => Promise<NoteView>] | null>,
  ): Promise<boolean> {
    const keeper = this.#keeper;
    if (this.busy) return false;
    this.busy = true;
    try {
      await keeper.flush();
      // What cannot be saved is not to be replaced: the banner over the note says why.
      if (keeper.dirty) return false;
      if (keeper.version > this.#version) {
        this.outdated = true;
        return false;
      }
      const done = await work();
      if (done === null) return false;
      const [after, undo] = done;
      await this.#follow(after);
      this.keep(card);
      this.#session.tidings.offer(p.enhance.accepted(name), p.enhance.undo, async () => {
        // What changes the note meanwhile is this, and makes nothing outdated.
        this.busy = true;
        try {
          await keeper.flush();
          await this.#follow(await undo());
          this.settled = this.settled.filter((other) => other !== card);
        } finally {
          this.busy = false;
        }
      });
      return true;
    } catch (thrown) {
      this.problem = asWireError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** The note is another one by what was accepted, and the other proposals still fit it. */
  async #follow(note: NoteView): Promise<void> {
    this.#version = note.version;
    this.#body = note.body;
    await this.#keeper.catchUp(true);
  }

  #take(found: Enhancement): void {
    const { title, noteType, tags } = this.#keeper;
    // What the note has already is nothing to accept.
    this.found = {
      ...found,
      title: found.title?.value === title ? null : found.title,
      note_type: found.note_type?.value === noteType ? null : found.note_type,
      tags: found.tags.filter(({ value }) => !tags.includes(value)),
    };
    this.settled = [];
    this.problem = null;
    this.#version = found.version;
    // The difference begins at the very text that was looked at.
    const before = found.text?.difference.filter(({ side }) => side !== 'new');
    this.#looked = this.#body =
      before?.map(({ text }) => text).join('') ?? this.#keeper.body.toString();
    this.outdated = this.#keeper.version > found.version;
  }
}
