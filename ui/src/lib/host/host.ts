import type { Commands, Event, WireError } from '../contract/generated';

export type CommandName = keyof Commands;
export type RequestOf<C extends CommandName> = Commands[C]['request'];
export type AnswerOf<C extends CommandName> = Commands[C]['answer'];

/**
 * What the UI may ask of whatever carries it. The app's window answers through IPC, the gallery and
 * the component tests from memory; nothing else in the UI knows which.
 */
export interface Host {
  /** Rejects with a {@link WireError}. */
  call<C extends CommandName>(command: C, request: RequestOf<C>): Promise<AnswerOf<C>>;
  /** Hears everything the core says unasked, until the answered function is called. */
  listen(handler: (event: Event) => void): Promise<() => void>;
}

/** Whatever was thrown, as an error the UI can put into words. */
export function asWireError(thrown: unknown): WireError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    const error = thrown as Partial<WireError>;
    return {
      code: error.code ?? 'internal',
      message: String(error.message),
      retry_after_ms: error.retry_after_ms ?? null,
      correlation: error.correlation ?? '',
    };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message, retry_after_ms: null, correlation: '' };
}
