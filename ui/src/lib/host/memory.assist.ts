import type { AssistServer, KeptSearch, KeptSearches } from '../contract/generated';
import type { Handlers } from './memory';

/** The commands about searches to use again, and the servers that could be asked. */
export type AssistCommand =
  'search_kept' | 'search_keep' | 'search_forget' | 'search_notion' | 'assist_servers';

/** What answers beside the memory is what `servers` says. */
export function assistCommands(servers: AssistServer[]): Pick<Handlers, AssistCommand> {
  /** The searches to use again, by account, the newest first. */
  const kept = new Map<string, KeptSearch[]>();
  const keptOf = (account: string): KeptSearches => {
    const all = kept.get(account) ?? [];
    return {
      saved: all.filter(({ name }) => name !== null),
      recent: all.filter(({ name }) => name === null),
    };
  };
  return {
    search_kept: ({ account }) => keptOf(account),
    search_keep: ({ account, query, name }) => {
      const before = kept.get(account) ?? [];
      const known = before.find((search) => search.query === query);
      const rest = before.filter((search) => search !== known);
      kept.set(account, [{ query, name: name ?? known?.name ?? null }, ...rest]);
      return keptOf(account);
    },
    search_forget: ({ account, query }) => {
      const rest = (kept.get(account) ?? []).filter((search) => search.query !== query);
      kept.set(account, rest);
      return keptOf(account);
    },
    search_notion: () => ({ pages: [], more: false }),
    assist_servers: () => ({ servers }),
  };
}
