import type { AssistPreview, AssistSettings, WireError } from './contract/generated';
import { asWireError, type Host } from './host/host';

let serial = 0;

/** That a model on another computer was asked. */
export interface Left {
  model: string;
  host: string;
  at: number;
}

/**
 * One account's model: what it is, what would be sent to it, and an answer that is under way.
 *
 * Nothing is sent but by `run`, which is called for a press of a person. What would leave the device
 * for the first time is shown before.
 */
export class Asking {
  settings = $state.raw<AssistSettings | null>(null);
  /** What would be sent, as long as somebody looks at it. */
  preview = $state.raw<AssistPreview | null>(null);
  busy = $state(false);
  /** How many characters have come of the answer. */
  heard = $state(0);
  stopped = $state(false);
  problem = $state.raw<WireError | null>(null);
  /** The last time something left the device, also when its answer was stopped or came to nothing. */
  left = $state.raw<Left | null>(null);
  readonly #host: Host;
  readonly #account: string;
  #request: string | null = null;
  #stop: (() => void) | null = null;
  #ended = false;

  constructor(host: Host, account: string) {
    this.#host = host;
    this.#account = account;
  }

  /** The model's name, if one may be asked. */
  get model(): string | null {
    const { settings } = this;
    return settings === null || settings.reach === 'off' ? null : (settings.model ?? '');
  }

  async start(): Promise<void> {
    const stop = await this.#host.listen((event) => {
      if (event.kind === 'assist_heard' && event.request === this.#request)
        this.heard += event.text.length;
    });
    if (this.#ended) stop();
    else this.#stop = stop;
  }

  /** Nobody waits for the answer any more. */
  end(): void {
    this.#ended = true;
    this.#stop?.();
    void this.stop();
  }

  async load(): Promise<void> {
    try {
      this.settings = await this.#host.call('assist_settings', { account: this.#account });
    } catch (thrown) {
      this.problem = asWireError(thrown);
    }
  }

  async look(work: (request: string) => Promise<AssistPreview>): Promise<AssistPreview | null> {
    this.problem = null;
    try {
      this.preview = await work(`look-${++serial}`);
      return this.preview;
    } catch (thrown) {
      this.problem = asWireError(thrown);
      return null;
    }
  }

  /** Runs what asks the model; `null` when it was stopped or came to nothing. */
  async run<T>(work: (request: string) => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    const request = `ask-${Date.now()}-${++serial}`;
    this.#request = request;
    this.busy = true;
    this.heard = 0;
    this.stopped = false;
    this.problem = null;
    this.preview = null;
    this.#remember();
    try {
      const answer = await work(request);
      return this.#awaits(request) ? answer : null;
    } catch (thrown) {
      // Who stopped it knows why it ended.
      if (this.#awaits(request)) this.problem = asWireError(thrown);
      return null;
    } finally {
      if (this.#awaits(request)) {
        this.#request = null;
        this.busy = false;
        if (!this.#ended) void this.load();
      }
    }
  }

  #remember(): void {
    const { settings } = this;
    if (settings === null || settings.reach === 'this_computer') return;
    const { address, model } = settings;
    const host = address !== null && URL.canParse(address) ? new URL(address).host : '';
    this.left = { model: model ?? '', host, at: Date.now() };
  }

  /** It was neither stopped nor followed by another. */
  #awaits(request: string): boolean {
    return this.#request === request;
  }

  /** Stops what is under way; what comes of it still is not looked at. */
  async stop(): Promise<void> {
    const request = this.#request;
    if (request === null) return;
    this.#request = null;
    this.busy = false;
    this.stopped = true;
    try {
      await this.#host.call('assist_stop', { request });
    } catch (thrown) {
      this.problem = asWireError(thrown);
    }
  }
}
