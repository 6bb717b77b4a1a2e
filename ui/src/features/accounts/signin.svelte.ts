import { t } from '../../i18n';
import type {
  Event,
  SignInRoad,
  SignInRoads,
  SignInView,
  WireError,
} from '../../lib/contract/generated';
import { asWireError, type Host } from '../../lib/host/host';

/** A sign-in as it stands; `account` is the one that is to be signed in again. */
interface Waiting extends SignInView {
  road: SignInRoad;
  account: string | null;
}

/** Longer than any timer of a browser counts. */
const LONGEST = 2 ** 31 - 1;

/**
 * The one sign-in that may wait for the browser. It belongs to the window, not to a view: it goes on
 * waiting while the person looks elsewhere.
 */
export class SignIn {
  /** Absent until they were asked for. */
  roads = $state.raw<SignInRoads | null>(null);
  waiting = $state.raw<Waiting | null>(null);
  /** Why the last one came to nothing. */
  error = $state.raw<WireError | null>(null);
  /** For which account the last one was begun. */
  account = $state<string | null>(null);
  busy = $state(false);

  readonly host: Host;
  #done: (account: string, again: boolean) => Promise<void>;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, done: (account: string, again: boolean) => Promise<void>) {
    this.host = host;
    this.#done = done;
  }

  /** The road that needs nothing more from the person, if there is one. */
  get road(): SignInRoad | null {
    if (this.roads?.broker) return 'broker';
    return this.roads?.own_connection == null ? null : 'own_connection';
  }

  async load(): Promise<void> {
    try {
      this.roads = await this.host.call('sign_in_roads', {});
    } catch {
      // Then the doors that need no browser are there.
      this.roads ??= { broker: false, own_connection: null, redirects: [] };
    }
  }

  async begin(road: SignInRoad, account: string | null): Promise<void> {
    await this.#try(account, async () => {
      const view = await this.host.call('sign_in_begin', { road, reconnect: account });
      this.#wait({ ...view, road, account });
    });
  }

  /** Keeps the connection and goes on with it. True once it is kept. */
  async useOwn(id: string, secret: string, account: string | null): Promise<boolean> {
    const kept = await this.#try(account, async () => {
      const connection = { client_id: id, client_secret: secret };
      this.roads = await this.host.call('connection_set', connection);
    });
    if (kept) await this.begin('own_connection', account);
    return kept;
  }

  /** True when the address was the right one. */
  async paste(address: string): Promise<boolean> {
    return this.#try(this.account, async () => {
      const account = await this.host.call('sign_in_paste', { address });
      await this.#finish(account.id);
    });
  }

  async cancel(): Promise<void> {
    this.#wait(null);
    this.error = null;
    try {
      await this.host.call('sign_in_cancel', {});
    } catch (thrown) {
      this.error = asWireError(thrown);
    }
  }

  hear({ account, error }: Extract<Event, { kind: 'sign_in_ended' }>): void {
    if (!this.waiting) return;
    if (account !== null) void this.#finish(account);
    else {
      this.#wait(null);
      this.error = error;
    }
  }

  stop(): void {
    clearTimeout(this.#late);
  }

  async #try(account: string | null, work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    this.account = account;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.error = asWireError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #wait(waiting: Waiting | null): void {
    clearTimeout(this.#late);
    this.waiting = waiting;
    if (!waiting) return;
    const left = Math.min(Math.max(waiting.until - Date.now(), 0), LONGEST);
    this.#late = setTimeout(() => {
      this.#wait(null);
      const late = { code: 'sign_in_failed', message: t.signIn.late } as const;
      this.error = { ...late, retry_after_ms: null, correlation: '' };
    }, left);
  }

  /** The answer to a pasted address and the event may both say so. */
  async #finish(account: string): Promise<void> {
    const waited = this.waiting;
    if (!waited) return;
    this.#wait(null);
    this.error = null;
    await this.#done(account, waited.account !== null);
  }
}
