//! Which account a new note goes to when nobody names one.

use octavo_contract::{AccountDefault, AccountId, AccountView, AppState, Empty};

use super::Octavo;
use super::capture::WINDOW;
use crate::CoreError;

/// The account that was chosen for all new notes.
const DEFAULT: &str = "default_account";
/// The account that was last chosen in the capture window.
pub(super) const LAST_CHOSEN: &str = "capture_account";

impl Octavo {
    /// Chooses the account that new notes go to unless another is named: the capture window begins
    /// with it, and the command line writes into it. Without one it is the account that was used last.
    ///
    /// # Errors
    /// There is no such account, or the database cannot be written. Then nothing was changed.
    pub async fn account_default(&self, request: AccountDefault) -> Result<AppState, CoreError> {
        let accounts = &self.0.accounts;
        let chosen = match request.account {
            Some(account) => Some(accounts.find(&account).await?.id),
            None => None,
        };
        let turn = self.drafting().await;
        accounts.set_setting(DEFAULT, chosen.as_deref()).await?;
        // An empty window is for the chosen account too; one with words in it was meant for its own.
        if let Some(mut draft) = accounts.draft(WINDOW).await?
            && draft.text.is_empty()
            && draft.added.is_empty()
        {
            draft.account = self.target().await?;
            accounts.put_draft(WINDOW, &draft).await?;
        }
        drop(turn);
        self.tell_accounts();
        self.app_state(Empty {}).await
    }

    /// The account that was chosen for new notes.
    pub(super) async fn default_account(&self) -> Result<Option<AccountId>, CoreError> {
        let Some(chosen) = self.0.accounts.setting(DEFAULT).await? else {
            return Ok(None);
        };
        match self.0.accounts.find(&chosen).await {
            Ok(account) => Ok(Some(account.id)),
            Err(CoreError::NoSuchAccount(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The account with this id or name; where neither is given, the one that was chosen for new notes,
    /// else the current one.
    ///
    /// # Errors
    /// There is none, or several have the name.
    pub async fn capture_target(&self, name_or_id: Option<&str>) -> Result<AccountView, CoreError> {
        let chosen = match name_or_id {
            Some(_) => None,
            None => self.default_account().await?,
        };
        self.find_account(name_or_id.or(chosen.as_deref())).await
    }

    /// The account that was chosen for new notes, else the one that the capture window had last, else
    /// the current one.
    pub(super) async fn target(&self) -> Result<Option<AccountId>, CoreError> {
        if let Some(chosen) = self.default_account().await? {
            return Ok(Some(chosen));
        }
        let accounts = &self.0.accounts;
        if let Some(chosen) = accounts.setting(LAST_CHOSEN).await?
            && accounts.find(&chosen).await.is_ok()
        {
            return Ok(Some(chosen));
        }
        accounts.current().await
    }
}
