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
        let (account, answer) = self.answered(account, question).await?;
        match answer {
            Ok(answer) => Ok((account, answer)),
            Err(error) => Err(CoreError::from_notion(error, &account.name)),
        }
    }

    /// As [`Octavo::asked`], with Notion's refusal as it came.
    pub(super) async fn answered<T: Send, F: Future<Output = Result<T, ApiError>> + Send>(
        &self,
        account: &str,
        question: impl Fn(Client) -> F + Send + Sync,
    ) -> Result<(Account, Result<T, ApiError>), CoreError> {
        let account = self.in_notion(account).await?;
        let clients = &self.0.clients;
        let held = clients.held(&account).await?;
        let answer = question(held.client.clone()).await;
        let Err(ApiError::Unauthorized { request_id, .. }) = &answer else {
            return Ok((account, answer));
        };
        let dir = self.0.config.account_dir(&account.id);
        let renewed = clients.renew(&account.id, &dir, &held).await?;
        let outcome = match renewed {
            Renewed::Yes => "renewed, new pair stored",
            Renewed::SignInAgain => "refused by Notion",
        };
        let accounts = &self.0.accounts;
        accounts
            .audit_request(Some(&account.id), "token", outcome, request_id.as_deref())
            .await;
        if renewed == Renewed::SignInAgain {
            return Ok((account, answer));
        }
        let answer = question(clients.of(&account).await?).await;
        Ok((account, answer))
    }
}
