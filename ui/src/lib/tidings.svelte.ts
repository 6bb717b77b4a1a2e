import { sentence } from '../i18n';
import type { Captured } from './contract/generated';
import { asWireError, type Host } from './host/host';

/** Something that was just trashed and can come back. */
export interface Trashed {
  account: string;
  note: string;
  title: string;
}

/** Something that was just done and can be undone. */
export interface Offer {
  words: string;
  action: string;
  undo: () => Promise<unknown>;
}

/** What comes up in the window without having been asked for, until it is dismissed. */
export class Tidings {
  /** Sentences that came up outside of any wish, until they are dismissed. */
  notices = $state.raw<string[]>([]);
  /** A note that was captured and can still be called back. */
  captured = $state.raw<Captured | null>(null);
  /** What was done last beside a note, as long as it can be undone by one press. */
  offered = $state.raw<Offer | null>(null);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  tell(notice: string): void {
    if (!this.notices.includes(notice)) this.notices = [...this.notices, notice];
  }

  dismiss(notice: string): void {
    this.notices = this.notices.filter((other) => other !== notice);
  }

  /** Says what was done, with a way back. */
  offer(words: string, action: string, undo: () => Promise<unknown>): void {
    this.offered = { words, action, undo };
  }

  /** Takes the last thing back. */
  async takeBack(): Promise<void> {
    const offered = this.offered;
    this.offered = null;
    if (offered) await this.wish(offered.undo);
  }

  /** Takes what the core has to say to whoever looks first. */
  async read(): Promise<void> {
    try {
      const { notices } = await this.#host.call('notices_take', {});
      const known = new Set(this.notices);
      const fresh = notices.filter((notice) => !known.has(notice));
      if (fresh.length > 0) this.notices = [...this.notices, ...new Set(fresh)];
    } catch {
      // They are still there, and taken with the next ones.
    }
  }

  hearOfCaptured(captured: Captured): void {
    this.captured = captured.until > Date.now() ? captured : null;
  }

  /** Takes back the note that was captured last; the capture window comes up with it. */
  async callBack(): Promise<void> {
    const captured = this.captured;
    if (!captured) return;
    this.captured = null;
    const { account, note } = captured;
    await this.wish(() => this.#host.call('capture_undo', { account, note }));
  }

  /** Brings the capture window up. */
  async capture(): Promise<void> {
    await this.wish(() => this.#host.call('capture_open', {}));
  }

  /** Does what was wished for; what goes wrong is told. */
  async wish(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.tell(sentence(asWireError(thrown)));
    }
  }
}
