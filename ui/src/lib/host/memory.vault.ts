import type {
  AccountCheck,
  AccountView,
  AuditEntry,
  Standing,
  VaultStatus,
  VaultStore,
  VaultView,
} from '../contract/generated';
import { wireError, type Handlers } from './memory';
import type { Core } from './memory.more';

export type VaultCommand =
  | 'account_order'
  | 'account_default'
  | 'account_check'
  | 'accounts_check'
  | 'homes_ensure'
  | 'vault_state'
  | 'vault_choose'
  | 'vault_open'
  | 'vault_close'
  | 'audit_log'
  | 'audit_export';

/** What these commands change. */
export interface Keeper extends Core {
  vault: VaultStatus;
  store: VaultStore;
  passphrase: string | null;
  audited: AuditEntry[];
  defaultAccount: string | null;
  reorder(ids: string[]): void;
}

const WORDS: Record<Standing, string> = {
  local: 'Its notes stay on this computer.',
  connected: 'Notion knows it, and its home can be read.',
  offline: 'Notion does not answer.',
  sign_in_again: 'Notion does not take its token.',
  no_access: 'Octavo can no longer see its home page in Notion.',
  restricted: 'Notion keeps it from what Octavo needs.',
  keychain_unavailable: 'The keychain does not answer.',
  needs_parent: 'A page has to be chosen first.',
};

export function vaultCommands(core: Keeper): Pick<Handlers, VaultCommand> {
  const check = (account: AccountView): AccountCheck => ({
    account: account.id,
    name: account.name,
    standing: account.status,
    words: WORDS[account.status],
    at: Date.now(),
  });
  const checks = () => ({ accounts: core.accounts.map(check) });
  const held = () => core.accounts.filter((account) => account.kind !== 'local');
  const view = (): VaultView => ({
    store: core.store,
    status: core.vault,
    holds:
      core.vault === 'ready' || core.vault === 'this_run_only'
        ? held().map(({ id, name }) => ({ account: id, what: `the sign-in of ${name}` }))
        : [],
  });
  const audited: Handlers['audit_log'] = ({ account, event, since, until }) => ({
    entries: core.audited.filter(
      (entry) =>
        (account === undefined || entry.account === account || entry.name === account) &&
        (event === undefined || entry.event === event) &&
        (since === undefined || entry.at >= since) &&
        (until === undefined || entry.at < until),
    ),
  });
  return {
    account_order: ({ accounts }) => {
      accounts.forEach((id) => core.account(id));
      core.reorder(accounts);
      return core.state();
    },
    account_default: ({ account }) => {
      core.defaultAccount = account === null ? null : core.account(account).id;
      return core.state();
    },
    account_check: ({ account }) => check(core.account(account)),
    accounts_check: checks,
    homes_ensure: checks,
    vault_state: view,
    vault_choose: ({ store, passphrase }) => {
      if (store === 'sealed' && (passphrase ?? '').length < 8)
        throw wireError('bad_request', 'A passphrase has at least eight characters.');
      core.store = store;
      core.passphrase = store === 'sealed' ? passphrase : null;
      core.vault = store === 'this_run' ? 'this_run_only' : 'ready';
      return view();
    },
    vault_open: ({ passphrase }) => {
      if (core.passphrase !== null && core.passphrase !== passphrase)
        throw wireError('bad_request', 'This is not the passphrase.');
      core.vault = 'ready';
      return view();
    },
    vault_close: () => {
      if (core.store === 'sealed') core.vault = 'locked';
      return view();
    },
    audit_log: audited,
    audit_export: (ask) => ({
      file: '/home/ada/Documents/Octavo/Octavo security log.jsonl',
      entries: audited(ask).entries.length,
    }),
  };
}
