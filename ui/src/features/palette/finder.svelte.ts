import type { KeptSearches, SearchAnswer, WireError } from '../../lib/contract/generated';
import { asWireError, type Host } from '../../lib/host/host';

/** So many notes are shown; who wants more types on. */
const LIMIT = 30;

/**
 * Looks for notes while somebody types. One search is under way at a time, and of those that were
 * typed meanwhile only the last follows: each letter is answered as quickly as the core can, and
 * none waits behind searches that nobody wants any more.
 */
export class Finder {
  answer = $state.raw<SearchAnswer | null>(null);
  /** What `answer` answers. */
  answered = $state('');
  failure = $state.raw<WireError | null>(null);
  kept = $state.raw<KeptSearches>({ saved: [], recent: [] });
  readonly #host: Host;
  readonly #account: string | null;
  #busy = false;
  #wanted = '';

  constructor(host: Host, account: string | null) {
    this.#host = host;
    this.#account = account;
  }

  /** Reads the searches that can be used again. */
  async remember(): Promise<void> {
    await this.#keep((account) => this.#host.call('search_kept', { account }));
  }

  look(query: string): void {
    this.#wanted = query;
    if (query === '') {
      this.answer = null;
      this.answered = '';
      this.failure = null;
    } else if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    try {
      for (let query = ''; this.#wanted !== '' && this.#wanted !== query;) {
        query = this.#wanted;
        await this.#ask(query);
      }
    } finally {
      this.#busy = false;
    }
  }

  async #ask(query: string): Promise<void> {
    try {
      const answer = await this.#host.call('search', { account: null, query, limit: LIMIT });
      // What was looked for before shows until the next is there, so that nothing flickers.
      if (answer.outdated || this.#wanted === '') return;
      this.answer = answer;
      this.answered = query;
      this.failure = null;
    } catch (thrown) {
      if (this.#wanted === query) this.failure = asWireError(thrown);
    }
  }

  /** This search led somewhere; with a name it is kept for good. */
  async keep(query: string, name: string | null): Promise<void> {
    await this.#keep((account) => this.#host.call('search_keep', { account, query, name }));
  }

  async forget(query: string): Promise<void> {
    await this.#keep((account) => this.#host.call('search_forget', { account, query }));
  }

  async #keep(work: (account: string) => Promise<KeptSearches>): Promise<void> {
    if (this.#account === null) return;
    try {
      this.kept = await work(this.#account);
    } catch (thrown) {
      this.failure = asWireError(thrown);
    }
  }
}
