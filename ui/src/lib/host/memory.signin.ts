import type {
  AccountKind,
  AccountStatus,
  AccountView,
  Event,
  SignInRoads,
  SignInView,
  VaultStatus,
  WireError,
} from '../contract/generated';
import { wireError, type Handlers } from './memory';

/** What adding accounts and signing in needs from the core in memory. */
export interface SignInCore {
  readonly accounts: AccountView[];
  /** The token that Notion takes. */
  readonly token: string;
  readonly vault: VaultStatus;
  /** A browser can be started. */
  readonly browser: boolean;
  account(id: string): AccountView;
  add(account: Pick<AccountView, 'name' | 'kind' | 'status' | 'workspace_name'>): AccountView;
  setStatus(account: string, status: AccountStatus, kind?: AccountKind): void;
  emit(event: Event): void;
}

type SignInCommand =
  | 'account_add_token'
  | 'account_add_local'
  | 'account_reconnect'
  | 'account_parent_pages'
  | 'account_choose_parent'
  | 'sign_in_roads'
  | 'sign_in_begin'
  | 'sign_in_paste'
  | 'sign_in_cancel'
  | 'connection_set';

/** The roads to an account, and the sign-in that waits. */
export class SignIns {
  readonly #core: SignInCore;
  #roads: SignInRoads;
  /** The sign-in that waits: for a new account, or to sign one in again. */
  #signingIn: { reconnect: string | null } | null = null;

  constructor(core: SignInCore, broker: boolean, own: string | null) {
    this.#core = core;
    this.#roads = {
      broker,
      own_connection: own,
      redirects: [53682, 53683, 53684].map((port) => `http://localhost:${port}/callback`),
    };
  }

  #checkToken(token: string): void {
    if (!/^[\x21-\x7e]+$/.test(token)) throw wireError('token_malformed');
    if (this.#core.vault === 'locked') throw wireError('keychain_locked');
    if (this.#core.vault === 'absent') throw wireError('keychain_absent');
    if (token !== this.#core.token) throw wireError('token_refused');
  }

  /** The browser comes back by itself, with access or without. */
  comeBack(error: WireError | null = null): void {
    const account = error ? null : this.#signedIn().id;
    this.#signingIn = null;
    this.#core.emit({ kind: 'sign_in_ended', account, error });
  }

  #signedIn(): AccountView {
    const waited = this.#signingIn;
    if (!waited) throw wireError('sign_in_failed', 'No sign-in is waiting for this address.');
    this.#signingIn = null;
    if (waited.reconnect !== null) {
      this.#core.setStatus(waited.reconnect, 'connected');
      return this.#core.account(waited.reconnect);
    }
    return this.#core.add({
      name: 'Mary Somerville',
      kind: 'oauth',
      status: 'connected',
      workspace_name: 'Mary’s Notion',
    });
  }

  commands(): Pick<Handlers, SignInCommand> {
    return {
      account_add_token: ({ token, name }) => {
        this.#checkToken(token);
        if (this.#core.accounts.some((account) => account.name === 'Ada Lovelace'))
          throw wireError('account_exists');
        return this.#core.add({
          name: name ?? 'Ada Lovelace',
          kind: 'personal_token',
          status: 'connected',
          workspace_name: 'Ada’s Notion',
        });
      },
      account_add_local: ({ name }) =>
        this.#core.add({
          name: name?.trim() ? name : 'On this computer',
          kind: 'local',
          status: 'local',
          workspace_name: null,
        }),
      account_reconnect: ({ account, token }) => {
        const { kind } = this.#core.account(account);
        this.#checkToken(token);
        this.#core.setStatus(account, 'connected', kind === 'local' ? 'personal_token' : kind);
        return this.#core.account(account);
      },
      account_parent_pages: () => ({
        pages: [
          { page_id: 'parent-1', title: 'Team notes' },
          { page_id: 'parent-2', title: 'Engine room' },
        ],
      }),
      account_choose_parent: ({ account }) => {
        this.#core.setStatus(account, 'connected');
        return this.#core.account(account);
      },
      sign_in_roads: () => this.#roads,
      sign_in_begin: ({ road, reconnect }) => {
        this.#signingIn = { reconnect };
        const view: SignInView = {
          words: road === 'broker' ? 'K7-PLUM' : null,
          until: Date.now() + 600_000,
          browser_opened: this.#core.browser,
          address: 'https://api.notion.com/v1/oauth/authorize?state=memory',
        };
        return view;
      },
      sign_in_paste: ({ address }) => {
        if (!address.includes('/callback?code='))
          throw wireError('sign_in_failed', 'Octavo cannot use this address. Copy it whole.');
        const account = this.#signedIn();
        this.#core.emit({ kind: 'sign_in_ended', account: account.id, error: null });
        return account;
      },
      sign_in_cancel: () => {
        this.#signingIn = null;
        return {};
      },
      connection_set: ({ client_id, client_secret }) => {
        if (client_id === '' || client_secret === '')
          throw wireError(
            'bad_request',
            'The id and the secret of a connection are one word each.',
          );
        this.#roads = { ...this.#roads, own_connection: client_id };
        return this.#roads;
      },
    };
  }
}
