import type { AskAnswer, WireError } from '../../lib/contract/generated';
import { Asking } from '../../lib/asking.svelte';
import { asWireError, type Host } from '../../lib/host/host';
import type { Answered } from './entries';

/**
 * Answers a question by the notes of one account: while it is typed by their best passages, which
 * are looked for on this computer alone; by the account's model only when somebody chooses that.
 */
export class Asker {
  passages = $state.raw<AskAnswer['passages']>([]);
  /** The question that the passages belong to. */
  looked = $state('');
  /** What the model says, until another question is typed. */
  answer = $state.raw<AskAnswer | null>(null);
  failure = $state.raw<WireError | null>(null);
  readonly account: string;
  readonly asking: Asking;
  readonly #host: Host;
  #wanted = '';
  #busy = false;
  #begun = false;

  constructor(host: Host, account: string) {
    this.#host = host;
    this.account = account;
    this.asking = new Asking(host, account);
  }

  /** What is shown under the question. */
  get found(): Omit<Answered, 'question'> {
    const { answer, asking } = this;
    return {
      model: answer !== null || asking.busy || this.passages.length === 0 ? null : asking.model,
      quotes: answer?.quotes ?? [],
      passages: this.passages,
    };
  }

  /** Another question is typed; `null`: none at all. */
  look(question: string | null): void {
    if (question !== null && !this.#begun) {
      this.#begun = true;
      void this.asking.start();
      void this.asking.load();
    }
    if (question !== this.#wanted) {
      void this.asking.stop();
      this.asking.preview = null;
      this.asking.problem = null;
      this.asking.stopped = false;
      this.answer = null;
    }
    this.#wanted = question ?? '';
    if (this.#wanted === '') {
      this.passages = [];
      this.looked = '';
      this.failure = null;
    } else if (!this.#busy) void this.#run();
  }

  /** Shows what would be sent. */
  async preview(): Promise<void> {
    await this.asking.look((request) => this.#host.call('ask_preview', this.#ask(request, false)));
  }

  /** Asks the model; what would leave the device for the first time is shown before. */
  async ask(agreed: boolean): Promise<void> {
    const { settings } = this.asking;
    if (settings === null || this.#wanted === '') return;
    if (!settings.agreed && !agreed) {
      await this.preview();
      // Models on this computer need no such word.
      if (this.asking.preview?.agreed !== true) return;
    }
    const answer = await this.asking.run((request) =>
      this.#host.call('ask', this.#ask(request, true, agreed)),
    );
    if (answer === null) return;
    this.answer = answer;
    this.passages = answer.passages;
  }

  end(): void {
    if (this.#begun) this.asking.end();
  }

  #ask(request: string, with_model: boolean, agreed = false) {
    return { account: this.account, question: this.#wanted, request, with_model, agreed };
  }

  /** One question is looked for at a time, and of those typed meanwhile only the last. */
  async #run(): Promise<void> {
    this.#busy = true;
    for (let question = ''; this.#wanted !== '' && this.#wanted !== question;) {
      question = this.#wanted;
      try {
        const found = await this.#host.call('ask', this.#ask('', false));
        if (this.#wanted === '') break;
        this.looked = question;
        this.passages = found.passages;
        this.failure = null;
      } catch (thrown) {
        if (this.#wanted === question) this.failure = asWireError(thrown);
      }
    }
    this.#busy = false;
  }
}
