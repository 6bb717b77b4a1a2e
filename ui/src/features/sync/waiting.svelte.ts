import { y } from '../../i18n/sync';
import type { SyncItem, SyncStatus, WireError } from '../../lib/contract/generated';
import { asWireError } from '../../lib/host/host';
import type { Session } from '../../lib/session.svelte';

/** What of one account is not in Notion as it is here, and what can be done about it. */
export class Waiting {
  items = $state.raw<SyncItem[] | null>(null);
  status = $state.raw<SyncStatus | null>(null);
  problem = $state.raw<WireError | null>(null);
  /** What came of the last wish, in words. */
  said = $state('');
  /** How many waited when everything was asked to go, as long as it is going. */
  sending = $state<number | null>(null);
  readonly account: string;
  readonly #session: Session;
  #turn = 0;
  #stop: (() => void) | null = null;
  #ended = false;

  constructor(session: Session, account: string) {
    this.#session = session;
    this.account = account;
  }

  /** Reads the list, and reads it again whenever the exchange moves on. */
  start(): void {
    void this.load();
    void this.#session.host
      .listen((event) => {
        if (event.kind === 'sync_changed' && event.status.account === this.account)
          void this.load();
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
    this.#stop?.();
  }

  /** How many have gone since everything was asked to go. */
  get sent(): number {
    return Math.max(0, (this.sending ?? 0) - (this.status?.waiting ?? 0));
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    const { account } = this;
    try {
      const [{ items }, status] = await Promise.all([
        this.#session.host.call('sync_items', { account }),
        this.#session.host.call('sync_status', { account }),
      ]);
      if (turn !== this.#turn) return;
      this.items = items;
      this.status = status;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asWireError(thrown);
    }
  }

  /** Sends everything and looks for changes in Notion. */
  async sendAll(): Promise<void> {
    if (this.sending !== null) return;
    this.sending = this.status?.waiting ?? 0;
    await this.#wish(async () => {
      await this.#session.host.call('sync_now', { account: this.account });
      this.said = y.done;
    });
    this.sending = null;
  }

  /** Puts one note first, also one that Notion refused. */
  async send(note: string, title: string): Promise<void> {
    await this.#wish(async () => {
      await this.#session.host.call('note_retry', { account: this.account, note });
      this.said = y.onItsWay(title);
    });
  }

  /** Pauses the exchange of all accounts; goes on with it, also where only this one was paused. */
  async pause(paused: boolean): Promise<void> {
    await this.#wish(async () => {
      if (paused || this.#session.app?.sync_paused) await this.#session.pause(paused);
      else await this.#session.host.call('sync_pause', { account: this.account, paused });
      this.said = '';
    });
  }

  async #wish(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    this.said = '';
    try {
      await work();
    } catch (thrown) {
      this.problem = asWireError(thrown);
    }
    if (!this.#ended) await this.load();
  }
}
