import { p } from '../../i18n/panels';
import type {
  LinkReport,
  NoteLink,
  NoteLinks,
  NoteMentions,
  NoteName,
  NoteView,
  WireError,
} from '../../lib/contract/generated';
import { asWireError } from '../../lib/host/host';
import type { Session } from '../../lib/session.svelte';
import type { Keeper } from '../notes/keeper.svelte';

/** Changes that follow one another sooner are looked at together. */
const REST = 250;

/** What one note links to, what links to it, and what the account's links leave to be done. */
export class Links {
  links = $state.raw<NoteLinks | null>(null);
  mentions = $state.raw<NoteMentions | null>(null);
  report = $state.raw<LinkReport | null>(null);
  /** Pages in Notion get a "Linked from" section. */
  section = $state<boolean | null>(null);
  problem = $state.raw<WireError | null>(null);
  /** The note in which a link is being made. */
  busy = $state<string | null>(null);
  readonly #session: Session;
  readonly #keeper: Keeper;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reporting = false;
  #stop: (() => void) | null = null;
  #ended = false;

  constructor(session: Session, keeper: Keeper) {
    this.#session = session;
    this.#keeper = keeper;
  }

  /** Reads the links again whenever a note of the account changes: each may link here. */
  start(): void {
    const { account } = this.#keeper;
    void this.#session.host
      .listen((event) => {
        if (
          (event.kind === 'note_changed' || event.kind === 'notes_changed') &&
          event.account === account
        )
          this.#soon();
      })
      .then(
        (stop) => {
          if (this.#ended) stop();
          else this.#stop = stop;
        },
        (thrown: unknown) => (this.problem = asWireError(thrown)),
      );
  }

  stop(): void {
    this.#ended = true;
    this.#turn++;
    clearTimeout(this.#timer);
    this.#stop?.();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REST);
  }

  async load(): Promise<void> {
    const { account, id } = this.#keeper;
    if (id === null) return;
    const turn = ++this.#turn;
    const { host } = this.#session;
    try {
      const note = { account, note: id };
      const [links, mentions, report] = await Promise.all([
        host.call('note_links', note),
        host.call('note_mentions', note),
        this.#reporting ? host.call('link_report', { account }) : null,
      ]);
      if (turn !== this.#turn) return;
      this.links = links;
      this.mentions = mentions;
      if (report) this.report = report;
      this.problem = null;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asWireError(thrown);
    }
  }

  /** Looks at the links of the whole account, and from now on with every change. */
  async loadAll(notion: boolean): Promise<void> {
    this.#reporting = true;
    const { account } = this.#keeper;
    await this.load();
    if (!notion) return;
    try {
      this.section = (await this.#session.host.call('linked_from', { account, on: null })).on;
    } catch (thrown) {
      this.problem = asWireError(thrown);
    }
  }

  leaveAll(): void {
    this.#reporting = false;
  }

  async turnSection(on: boolean): Promise<void> {
    const { account } = this.#keeper;
    this.section = (await this.#session.host.call('linked_from', { account, on })).on;
  }

  /** Makes the place where another note names this one a link. */
  async link(from: NoteName): Promise<boolean> {
    const { account, id } = this.#keeper;
    if (id === null) return false;
    const note = from.note;
    return await this.#do(note, async () => {
      const { host } = this.#session;
      const before = await host.call('note_read', { account, note });
      const after = await host.call('link_make', { account, note, name: null, target: id });
      this.#session.tidings.offer(p.links.linked(from.title), p.links.undo, () =>
        this.#bringBack(before, after),
      );
    });
  }

  /** Says which note a title between brackets means. */
  async choose(link: NoteLink, from: string, target: string): Promise<boolean> {
    const { account } = this.#keeper;
    return await this.#do(from, () =>
      this.#session.host.call('link_make', { account, note: from, name: link.text, target }),
    );
  }

  /** Makes the note that a title between brackets asks for. */
  async make(link: NoteLink, from: string): Promise<boolean> {
    const { account } = this.#keeper;
    return await this.#do(from, async () => {
      const { host, tidings } = this.#session;
      const made = await host.call('note_create', {
        account,
        title: link.text,
        body: '',
        note_type: null,
        tags: [],
      });
      // The only note of this title is meant in any case.
      await host
        .call('link_make', { account, note: from, name: link.text, target: made.id })
        .catch(() => undefined);
      tidings.offer(p.links.made(link.text), p.links.undo, () =>
        host.call('note_trash', { account, note: made.id }),
      );
    });
  }

  async restore(note: string): Promise<boolean> {
    const { account } = this.#keeper;
    return await this.#do(note, () => this.#session.host.call('note_restore', { account, note }));
  }

  /** The text as it was, unless it was changed since: then both are brought together. */
  async #bringBack(before: NoteView, after: NoteView): Promise<void> {
    const { account, id, title, body } = before;
    await this.#session.host.call('note_save', {
      account,
      note: id,
      base_version: after.version,
      title,
      body,
    });
    await this.#session.open?.catchUp(true);
  }

  async #do(where: string, work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = where;
    let done = false;
    // What is typed anywhere is part of the text that gets the link.
    await this.#session.flush();
    await this.#session.tidings.wish(async () => {
      await work();
      done = true;
    });
    await this.load();
    void this.#keeper.catchUp(true);
    this.busy = null;
    return done;
  }
}
