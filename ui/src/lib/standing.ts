import type { AppState, SyncStatus } from './contract/generated';

/** The app's state with what was heard about the exchange of one account. */
export function withStatus(app: AppState, status: SyncStatus): AppState {
  return {
    ...app,
    accounts: app.accounts.map((account) =>
      account.id === status.account
        ? { ...account, status: status.status, waiting: status.waiting }
        : account,
    ),
  };
}
