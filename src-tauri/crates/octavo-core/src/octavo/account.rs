//! Adding, reconnecting and switching accounts.

use std::time::Duration;

use notion_api::{ApiError, Direction, Me, Owner, PageId, SearchRequest};
use octavo_contract::{
    AccountAddLocal, AccountAddToken, AccountChooseParent, AccountKind, AccountReconnect,
    AccountRef, AccountStatus, AccountView, AppState, Empty, Event, ParentPage, ParentPages,
    SyncReport, SyncStatus,
};
use secrecy::SecretString;

use super::Octavo;
use crate::CoreError;
use crate::accounts::{Account, NewAccount};
use crate::vault::Credentials;

/// What an account is called when nobody says.
const LOCAL_NAME: &str = "On this computer";
pub(super) const LONGEST_NAME: usize = 60;

impl Octavo {
    /// Adds an account by a pasted token: Notion is asked whose it is, the token goes to the vault,
    /// then the account exists.
    ///
    /// # Errors
    /// The token is malformed or refused, its person and workspace are here already, Notion cannot be
    /// reached, or the vault cannot keep the token. Then nothing was added.
    pub async fn account_add_token(
        &self,
        request: AccountAddToken,
    ) -> Result<AccountView, CoreError> {
        let token = token_from(&request.token)?;
        let me = self.whose(token.clone()).await?;
        let identity = Identity::of(&me);
        if let Some(known) = self.known(&identity).await? {
            return Err(CoreError::AccountExists(known.name));
        }
        let id = uuid::Uuid::now_v7().to_string();
        self.0.vault.store(&id, &Credentials::pasted(token)).await?;
        let name = name_or(request.name.as_deref(), &identity.name);
        let new = identity.account(id.clone(), name, me.bot_id);
        let account = match self.0.accounts.add(new).await {
            Ok(account) => account,
            Err(error) => {
                // An account that does not exist must not leave its token behind.
                if let Err(left) = self.0.vault.forget(&id).await {
                    tracing::warn!(error = %left, "a token was left in the keychain");
                }
                return Err(error);
            }
        };
        self.added(account, "signed in with a token").await
    }

    /// Adds an account without Notion.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn account_add_local(
        &self,
        request: AccountAddLocal,
    ) -> Result<AccountView, CoreError> {
        let new = NewAccount {
            id: uuid::Uuid::now_v7().to_string(),
            name: name_or(request.name.as_deref(), LOCAL_NAME),
            kind: AccountKind::Local,
            status: AccountStatus::Local,
            workspace_id: None,
            workspace_name: None,
            person_id: None,
            bot_id: None,
        };
        let account = self.0.accounts.add(new).await?;
        self.added(account, "added without Notion").await
    }

    pub(super) async fn added(
        &self,
        account: Account,
        how: &str,
    ) -> Result<AccountView, CoreError> {
        self.0
            .accounts
            .audit(Some(&account.id), "account", how)
            .await;
        self.0.accounts.set_current(&account.id).await?;
        self.engine(&account.id).await?.wake();
        self.tell_accounts();
        Ok(self.view(&account).await)
    }

    /// Gives an account a new token of the same person and workspace. An account without Notion is
    /// connected with it, and its notes go along.
    ///
    /// # Errors
    /// As [`Octavo::account_add_token`], and when the token belongs to somebody else.
    pub async fn account_reconnect(
        &self,
        request: AccountReconnect,
    ) -> Result<AccountView, CoreError> {
        let account = self.0.accounts.find(&request.account).await?;
        let token = token_from(&request.token)?;
        let me = self.whose(token.clone()).await?;
        let identity = Identity::of(&me);
        if account.kind == AccountKind::Local {
            if let Some(known) = self.known(&identity).await? {
                return Err(CoreError::AccountExists(known.name));
            }
            let new = identity.account(account.id, account.name, me.bot_id);
            return self
                .connect(new, &Credentials::pasted(token), "connected with a token")
                .await;
        }
        if identity.workspace_id != account.workspace_id || identity.person_id != account.person_id
        {
            return Err(CoreError::TokenOfAnother);
        }
        self.0
            .vault
            .store(&account.id, &Credentials::pasted(token))
            .await?;
        self.reconnected(&account.id, "signed in again with a token")
            .await
    }

    /// Gives an account without Notion a sign-in, and its notes a way there. Whatever ends the process
    /// in between, each note goes once: they are taken up again with the account's next round.
    pub(super) async fn connect(
        &self,
        new: NewAccount,
        credentials: &Credentials,
        how: &str,
    ) -> Result<AccountView, CoreError> {
        // First the token: an account that says it has one must.
        self.0.vault.store(&new.id, credentials).await?;
        self.0.accounts.connect(&new).await?;
        self.0.clients.drop_client(&new.id).await;
        self.0.accounts.audit(Some(&new.id), "account", how).await;
        let engine = self.engine(&new.id).await?;
        engine.store.send_local().await?;
        engine.unpause();
        engine.wake();
        self.tell_accounts();
        self.send_event(Event::NotesChanged {
            account: new.id.clone(),
        });
        Ok(self.view(&self.0.accounts.find(&new.id).await?).await)
    }

    /// The vault holds something new for the account: everything goes on from there.
    pub(super) async fn reconnected(
        &self,
        account: &str,
        how: &str,
    ) -> Result<AccountView, CoreError> {
        self.0.clients.drop_client(account).await;
        self.0
            .accounts
            .set_status(account, AccountStatus::Connected)
            .await?;
        self.0.accounts.audit(Some(account), "account", how).await;
        let engine = self.engine(account).await?;
        engine.unpause();
        engine.wake();
        self.tell_accounts();
        Ok(self.view(&self.0.accounts.find(account).await?).await)
    }

    async fn whose(&self, token: SecretString) -> Result<Me, CoreError> {
        let client = self.0.clients.with_token(token)?;
        let me = client.me().await;
        if let Err(ApiError::Unauthorized { .. }) = &me {
            self.0
                .accounts
                .audit(None, "token", "refused by Notion")
                .await;
        }
        me.map_err(|error| CoreError::from_notion(error, ""))
    }

    async fn known(&self, identity: &Identity) -> Result<Option<Account>, CoreError> {
        Ok(self.0.accounts.all().await?.into_iter().find(|account| {
            account.workspace_id.is_some()
                && account.workspace_id == identity.workspace_id
                && account.person_id == identity.person_id
                && account.kind == identity.kind
        }))
    }

    /// Makes an account the current one.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn account_switch(&self, request: AccountRef) -> Result<AppState, CoreError> {
        let account = self.0.accounts.find(&request.account).await?;
        self.0.accounts.set_current(&account.id).await?;
        self.look_soon().await;
        self.app_state(Empty {}).await
    }

    /// The pages under which an account's home may be made.
    ///
    /// # Errors
    /// Notion cannot be asked.
    pub async fn account_parent_pages(
        &self,
        request: AccountRef,
    ) -> Result<ParentPages, CoreError> {
        let account = request.account;
        let request = SearchRequest {
            sort_last_edited: Some(Direction::Descending),
            page_size: 100,
            ..SearchRequest::default()
        };
        let request = &request;
        let (_, found) = self
            .asked(
                &account,
                |client| async move { client.search(request).await },
            )
            .await?;
        let pages = found
            .results
            .into_iter()
            .filter(|page| !page.in_trash)
            .map(|page| ParentPage {
                page_id: page.id.to_string(),
                title: if page.title.is_empty() {
                    "Untitled".to_owned()
                } else {
                    page.title
                },
            })
            .collect();
        Ok(ParentPages { pages })
    }

    /// Chooses the page under which an account's home is made.
    ///
    /// # Errors
    /// The page cannot be seen with this account's token.
    pub async fn account_choose_parent(
        &self,
        request: AccountChooseParent,
    ) -> Result<AccountView, CoreError> {
        let page: PageId = request
            .page_id
            .parse()
            .map_err(|_| CoreError::BadRequest("This is not the id of a page.".to_owned()))?;
        let page = &page;
        let (account, found) = self
            .asked(
                &request.account,
                |client| async move { client.page(page).await },
            )
            .await?;
        self.0
            .accounts
            .set_parent(&account.id, &found.id.to_string())
            .await?;
        self.0
            .accounts
            .set_status(&account.id, AccountStatus::Connected)
            .await?;
        let engine = self.engine(&account.id).await?;
        engine.unpause();
        engine.wake();
        self.tell_accounts();
        Ok(self.view(&self.0.accounts.find(&account.id).await?).await)
    }

    /// The account with this id or name; the current one when neither is given.
    ///
    /// # Errors
    /// There is none, or several have the name.
    pub async fn find_account(&self, name_or_id: Option<&str>) -> Result<AccountView, CoreError> {
        let accounts = self.0.accounts.all().await?;
        let Some(wanted) = name_or_id else {
            let current = self
                .0
                .accounts
                .current()
                .await?
                .ok_or(CoreError::NoAccount)?;
            return Ok(self.view(&self.0.accounts.find(&current).await?).await);
        };
        let mut fitting = accounts
            .iter()
            .filter(|account| account.id == wanted || account.name.eq_ignore_ascii_case(wanted));
        match (fitting.next(), fitting.next()) {
            (Some(account), None) => Ok(self.view(account).await),
            (Some(_), Some(_)) => Err(CoreError::AmbiguousAccount(wanted.to_owned())),
            _ => Err(CoreError::NoSuchAccount(wanted.to_owned())),
        }
    }

    /// How an account's exchange with Notion stands.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn sync_status(&self, request: AccountRef) -> Result<SyncStatus, CoreError> {
        self.engine(&request.account).await?.status().await
    }

    /// Sends everything and reads everything now.
    ///
    /// # Errors
    /// The round ended early, in the words of the reason.
    pub async fn sync_now(&self, request: AccountRef) -> Result<SyncReport, CoreError> {
        self.sync_account(request, Duration::from_mins(2)).await
    }

    /// As [`Octavo::sync_now`]; waits at most `limit` for another process that is at it already.
    ///
    /// # Errors
    /// As [`Octavo::sync_now`].
    pub async fn sync_account(
        &self,
        request: AccountRef,
        limit: Duration,
    ) -> Result<SyncReport, CoreError> {
        let engine = self.engine(&request.account).await?;
        self.whole_round(&engine, limit).await
    }
}

/// Who a token belongs to.
pub(super) struct Identity {
    kind: AccountKind,
    name: String,
    pub(super) person_id: Option<String>,
    pub(super) workspace_id: Option<String>,
    workspace_name: Option<String>,
}

impl Identity {
    fn account(self, id: String, name: String, bot_id: String) -> NewAccount {
        NewAccount {
            id,
            name,
            kind: self.kind,
            status: match self.kind {
                AccountKind::InternalToken => AccountStatus::NeedsParent,
                _ => AccountStatus::Connected,
            },
            workspace_id: self.workspace_id,
            workspace_name: self.workspace_name,
            person_id: self.person_id,
            bot_id: Some(bot_id),
        }
    }

    pub(super) fn of(me: &Me) -> Self {
        let (kind, name, person_id) = match &me.owner {
            Owner::Workspace => (AccountKind::InternalToken, None, None),
            Owner::Person { id, name, .. } => {
                (AccountKind::PersonalToken, name.clone(), Some(id.clone()))
            }
            Owner::Unknown => (AccountKind::PersonalToken, me.name.clone(), None),
        };
        Self {
            kind,
            name: name
                .or_else(|| me.workspace_name.clone())
                .or_else(|| me.name.clone())
                .unwrap_or_else(|| "Notion".to_owned()),
            person_id,
            // Without a workspace the bot is the best that tells two authorizations apart.
            workspace_id: me.workspace_id.clone().or_else(|| Some(me.bot_id.clone())),
            workspace_name: me.workspace_name.clone(),
        }
    }
}

fn name_or(wanted: Option<&str>, otherwise: &str) -> String {
    let wanted = wanted
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .unwrap_or(otherwise);
    wanted
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}

/// A token as pasted: blanks around it are forgiven, blanks inside are not. Notion asks not to judge
/// tokens by their pattern (developer changelog of 2024-09-11), so only what no header could carry is
/// refused here.
fn token_from(text: &str) -> Result<SecretString, CoreError> {
    let text = text.trim();
    if text.is_empty() || text.len() > 4096 || !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(CoreError::TokenMalformed);
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_header_could_carry_is_no_token() {
        for text in ["", "   ", "two words", "tök", "a\nb"] {
            assert!(token_from(text).is_err(), "{text:?}");
        }
        assert!(token_from("  ntn_123 \n").is_ok());
    }

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(name_or(Some("  "), "X"), "X");
        assert_eq!(name_or(Some("A\u{7}da"), "X"), "Ada");
        assert_eq!(name_or(Some(&"a".repeat(99)), "X").len(), LONGEST_NAME);
    }
}
