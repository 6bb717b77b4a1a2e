//! Signing in with Notion in the browser.

use octavo_contract::{
    AccountKind, AccountStatus, AccountView, ConnectionSet, Empty, Event, SignInPaste, SignInRoad,
    SignInRoads, VaultStatus,
};
use secrecy::SecretString;

use super::Octavo;
use crate::CoreError;
use crate::accounts::{Account, NewAccount};
use crate::oauth::{Arrived, Authorization, Road, Waiting};
use crate::vault::{Credentials, OwnConnection};

impl Octavo {
    /// Begins a sign-in; one that was waiting is over. The caller opens the address in the browser.
    /// With `reconnect` it is that account that is to be signed in again.
    ///
    /// # Errors
    /// No broker is known, no own connection was given, or no port of this computer is free.
    pub async fn sign_in_begin(
        &self,
        road: SignInRoad,
        reconnect: Option<&str>,
    ) -> Result<Waiting, CoreError> {
        if let Some(account) = reconnect {
            self.0.accounts.find(account).await?;
        }
        let road = match road {
            SignInRoad::Broker => {
                let url = self.0.config.broker_url.clone().ok_or_else(|| {
                    CoreError::SignInFailed(
                        "This build of Octavo knows no sign-in page. Use a connection of your own, or \
                         paste a token."
                            .to_owned(),
                    )
                })?;
                self.0.grantor.reach(&url).await?;
                Road::Broker { url }
            }
            SignInRoad::OwnConnection => {
                let own = self.0.vault.connection().await?.ok_or_else(|| {
                    CoreError::SignInFailed(
                        "Enter the id and the secret of your own connection first.".to_owned(),
                    )
                })?;
                Road::Own {
                    id: own.id,
                    secret: own.secret,
                }
            }
        };
        let waiting = self
            .0
            .sign_ins
            .begin(&self.0.grantor, road, reconnect.map(str::to_owned))
            .await?;
        if let Some(saved) = self.0.sign_ins.to_save()
            && let Err(error) = self.0.vault.store_sign_in(&saved).await
        {
            // It can be finished all the same, as long as this process lives.
            tracing::warn!(%error, "a sign-in could not be kept for a later start");
        }
        Ok(waiting)
    }

    /// Ends the wait for the browser.
    pub fn sign_in_cancel(&self) {
        self.0.sign_ins.cancel();
        let core = self.clone();
        self.0
            .tasks
            .spawn(async move { core.forget_saved_sign_in().await });
    }

    async fn forget_saved_sign_in(&self) {
        if let Err(error) = self.0.vault.forget_sign_in().await {
            tracing::warn!(%error, "a sign-in that is over could not be forgotten");
        }
    }

    /// The browser came back to another process than the one that sent it: that sign-in goes on here.
    async fn revive_sign_in(&self, address: &str) -> Result<(), CoreError> {
        // Any program can open an address: it must not make a locked keychain ask for its password.
        let answers = matches!(
            self.0.vault.status().await,
            VaultStatus::Ready | VaultStatus::ThisRunOnly
        );
        if !answers {
            return Ok(());
        }
        let Some(saved) = self.0.vault.sign_in().await? else {
            return Ok(());
        };
        let road = match &saved.broker {
            Some(url) => url.parse().ok().map(|url| Road::Broker { url }),
            None => self.0.vault.connection().await?.map(|own| Road::Own {
                id: own.id,
                secret: own.secret,
            }),
        };
        if let Some(road) = road
            && self.0.sign_ins.revive(saved, road, address)
        {
            tracing::info!("a sign-in of an earlier start goes on");
        }
        Ok(())
    }

    /// The roads by which one can sign in here.
    ///
    /// # Errors
    /// Never; a keychain that does not answer has no connection to offer.
    pub async fn sign_in_roads(&self, _: Empty) -> Result<SignInRoads, CoreError> {
        // Only looked at: a locked keychain would ask for its password, and nobody wished for that.
        let answers = matches!(
            self.0.vault.status().await,
            VaultStatus::Ready | VaultStatus::ThisRunOnly
        );
        let own = if answers {
            self.0.vault.connection().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the own connection could not be read");
                None
            })
        } else {
            None
        };
        Ok(SignInRoads {
            broker: self.0.config.broker_url.is_some(),
            own_connection: own.map(|own| own.id),
            redirects: crate::oauth::redirects(),
        })
    }

    /// Keeps the id and secret of a connection that the person made in Notion, in the vault.
    ///
    /// # Errors
    /// As [`Octavo::set_own_connection`].
    pub async fn connection_set(&self, request: ConnectionSet) -> Result<SignInRoads, CoreError> {
        let secret = SecretString::from(request.client_secret);
        self.set_own_connection(&request.client_id, secret).await?;
        self.sign_in_roads(Empty {}).await
    }

    /// Takes the address that a person copied from the browser.
    ///
    /// # Errors
    /// As [`Octavo::sign_in_finish`].
    pub async fn sign_in_paste(&self, request: SignInPaste) -> Result<AccountView, CoreError> {
        self.sign_in_heard(&request.address).await
    }

    /// As [`Octavo::sign_in_finish`], for every road by which an address comes in: when the wait is
    /// over with it, the windows are told how it ended.
    ///
    /// # Errors
    /// As [`Octavo::sign_in_finish`].
    pub async fn sign_in_heard(&self, address: &str) -> Result<AccountView, CoreError> {
        if !self.0.sign_ins.has_pending()
            && let Err(error) = self.revive_sign_in(address).await
        {
            tracing::warn!(%error, "no earlier sign-in could be looked for");
        }
        let waited = self.0.sign_ins.has_pending();
        let finished = self.sign_in_finish(address).await;
        if waited && !self.0.sign_ins.has_pending() {
            self.forget_saved_sign_in().await;
        }
        let ended = match &finished {
            Ok(account) => Some((Some(account.id.clone()), None)),
            Err(error) if waited && !self.0.sign_ins.has_pending() => {
                Some((None, Some(error.to_wire())))
            }
            // A stranger's address: whoever waits goes on waiting.
            Err(_) => None,
        };
        if let Some((account, error)) = ended {
            let _ignored = self.0.events.send(Event::SignInEnded { account, error });
        }
        finished
    }

    /// Whether Notion, or the broker, is a program on this computer: then its pages are too.
    pub fn signs_in_on_this_computer(&self) -> bool {
        let local =
            |url: &url::Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        local(&self.0.config.notion_url) || self.0.config.broker_url.as_ref().is_some_and(local)
    }

    /// Whether a sign-in waits for the browser.
    pub fn sign_in_is_waiting(&self) -> bool {
        self.0.sign_ins.is_waiting()
    }

    /// Keeps the id and secret of a connection that the person made in Notion, in the vault.
    ///
    /// # Errors
    /// One of them is empty or cannot be sent, or the vault cannot keep them.
    pub async fn set_own_connection(
        &self,
        id: &str,
        secret: SecretString,
    ) -> Result<(), CoreError> {
        use secrecy::ExposeSecret as _;
        let usable = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        if !usable(id.trim()) || !usable(secret.expose_secret().trim()) {
            return Err(CoreError::BadRequest(
                "The id and the secret of a connection are one word each.".to_owned(),
            ));
        }
        let secret = SecretString::from(secret.expose_secret().trim());
        self.0
            .vault
            .store_connection(&OwnConnection {
                id: id.trim().to_owned(),
                secret,
            })
            .await
    }

    /// Takes the address with which the browser came back, by whichever road, and finishes the sign-in
    /// that waits for it.
    ///
    /// # Errors
    /// The address is no callback or belongs to another sign-in, access was refused, the code was used
    /// or expired, or the vault cannot keep the tokens. Then nothing was added.
    pub async fn sign_in_finish(&self, address: &str) -> Result<AccountView, CoreError> {
        let arrived = match self.0.sign_ins.arrive(address) {
            Ok(arrived) => arrived,
            Err(error) => {
                self.0
                    .accounts
                    .audit(None, "callback", &error.to_string())
                    .await;
                return Err(error);
            }
        };
        let proof = arrived
            .verifier
            .as_ref()
            .map(|verifier| (&*arrived.state, verifier));
        let exchanged = self
            .0
            .grantor
            .exchange(&arrived.road, &arrived.code, &arrived.redirect, proof)
            .await;
        let grant = match exchanged {
            Ok(grant) => grant,
            Err(error) => {
                self.0
                    .accounts
                    .audit(None, "exchange", &error.to_string())
                    .await;
                return Err(error.told(&arrived.road));
            }
        };
        let credentials = Credentials {
            access: grant.access,
            refresh: grant.refresh,
            broker: match &arrived.road {
                Road::Broker { url } => Some(url.to_string()),
                Road::Own { .. } => None,
            },
        };
        self.signed_in(&arrived, &grant.authorization, &credentials)
            .await
    }

    /// Gives the tokens to the account they belong to: the one that is signed in again, the one of the
    /// same person and workspace, or a new one.
    async fn signed_in(
        &self,
        arrived: &Arrived,
        authorization: &Authorization,
        credentials: &Credentials,
    ) -> Result<AccountView, CoreError> {
        let person = authorization.person();
        let person_id = person.as_ref().map(|(id, _)| id.clone());
        let same = |account: &Account| {
            account.workspace_id.as_ref() == Some(&authorization.workspace_id)
                && account.person_id == person_id
        };
        let accounts = self.0.accounts.all().await?;
        let known = accounts
            .into_iter()
            .find(|account| account.kind == AccountKind::OAuth && same(account));
        let new = |id: String, name: String| NewAccount {
            id,
            name,
            kind: AccountKind::OAuth,
            status: AccountStatus::Connected,
            workspace_id: Some(authorization.workspace_id.clone()),
            workspace_name: authorization.workspace_name.clone(),
            person_id: person_id.clone(),
            bot_id: Some(authorization.bot_id.clone()),
        };
        if let Some(wanted) = &arrived.reconnect {
            let account = self.0.accounts.find(wanted).await?;
            if account.kind == AccountKind::Local {
                if let Some(known) = known {
                    return Err(CoreError::AccountExists(known.name));
                }
                let how = "connected through the browser";
                let new = new(account.id, account.name);
                return self.connect(new, credentials, how).await;
            }
            if !same(&account) {
                return Err(CoreError::TokenOfAnother);
            }
            return self.signed_in_again(account, credentials).await;
        }
        if let Some(account) = known {
            return self.signed_in_again(account, credentials).await;
        }
        let id = uuid::Uuid::now_v7().to_string();
        self.0.vault.store(&id, credentials).await?;
        let name = person
            .and_then(|(_, name)| name)
            .or_else(|| authorization.workspace_name.clone())
            .unwrap_or_else(|| "Notion".to_owned());
        match self.0.accounts.add(new(id.clone(), name)).await {
            Ok(account) => self.added(account, "signed in through the browser").await,
            Err(error) => {
                // An account that does not exist must not leave its tokens behind.
                if let Err(left) = self.0.vault.forget(&id).await {
                    tracing::warn!(error = %left, "a token was left in the keychain");
                }
                Err(error)
            }
        }
    }

    async fn signed_in_again(
        &self,
        account: Account,
        credentials: &Credentials,
    ) -> Result<AccountView, CoreError> {
        self.0.vault.store(&account.id, credentials).await?;
        self.reconnected(&account.id, "signed in again through the browser")
            .await
    }
}
