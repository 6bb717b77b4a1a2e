//! What a person asks Notion for, beside the exchange of notes.

use notion_api::{ApiError, Client};
use octavo_contract::AccountKind;

use super::Octavo;
use crate::CoreError;
use crate::accounts::Account;
use crate::oauth::Renewed;

impl Octavo {
    /// An account that has a Notion.
    pub(super) async fn in_notion(&self, account: &str) -> Result<Account, CoreError> {
        let account = self.0.accounts.find(account).await?;
        if account.kind == AccountKind::Local {
            return Err(CoreError::BadRequest(
                "This account has no Notion.".to_owned(),
            ));
        }
        Ok(account)
    }

    /// Asks Notion in an account's name. A token that is refused is renewed once, if it can be.
    pub(super) async fn asked<T: Send, F: Future<Output = Result<T, ApiError>> + Send>(
        &self,
        account: &str,
        question: impl Fn(Client) -> F + Send + Sync,
    ) -> Result<(Account, T), CoreError> {
        let account = self.in_notion(account).await?;
        let clients = &self.0.clients;
        let held = clients.held(&account).await?;
        let mut answer = question(held.client.clone()).await;
        if let Err(ApiError::Unauthorized { .. }) = &answer {
            let dir = self.0.config.account_dir(&account.id);
            if clients.renew(&account.id, &dir, &held).await? == Renewed::Yes {
                answer = question(clients.of(&account).await?).await;
            }
        }
        match answer {
            Ok(answer) => Ok((account, answer)),
            Err(error) => Err(CoreError::from_notion(error, &account.name)),
        }
    }
}
