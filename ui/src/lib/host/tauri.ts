import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Event } from '../contract/generated';
import { asWireError, type AnswerOf, type CommandName, type Host } from './host';

/** The app's own window. The only file that knows Tauri. */
export const tauriHost: Host = {
  async call<C extends CommandName>(command: C, request: unknown): Promise<AnswerOf<C>> {
    try {
      return await invoke<AnswerOf<C>>(command, { request });
    } catch (thrown) {
      throw asWireError(thrown);
    }
  },
  async listen(handler) {
    return listen<Event>('octavo', (event) => {
      handler(event.payload);
    });
  },
};
