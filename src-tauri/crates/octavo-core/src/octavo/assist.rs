//! The model of an account: which one, whether the person agreed, and sending to it.
//!
//! Nothing is ever sent unasked: only the methods a person calls by name send, only to the address that is
//! set, and to another computer only after the person agreed to that address. What is sent is what the
//! previews show, and the audit log tells of every sending before it begins.

use std::sync::PoisonError;
use std::time::Duration;

use octavo_contract::{
    AccountRef, AssistChange, AssistPreview, AssistReach, AssistSent, AssistServer, AssistServers,
    AssistSettings, AssistStop, AssistStyle, Empty, Event,
};
use octavo_models::{Answer, Ask, Endpoint, LOCAL_SERVERS, ModelError, Models, Patience, Style};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::Octavo;
use crate::CoreError;
use crate::store::{Store, to_json};

/// The key of `meta` under which an account's choice stands.
const CHOICE: &str = "assist";
/// A server on this computer answers at once or is not there.
const LOCAL_PATIENCE: Duration = Duration::from_secs(2);

/// What is kept of a choice. The key of the model is in the keychain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Choice {
    reach: AssistReach,
    style: Option<AssistStyle>,
    address: Option<String>,
    model: Option<String>,
    /// The address the person agreed to.
    agreed_to: Option<String>,
    /// The address for which a key is kept.
    key_for: Option<String>,
}

/// A model that may be asked now.
pub(super) struct Chosen {
    pub(super) endpoint: Endpoint,
    pub(super) agreed: bool,
}

impl Octavo {
    /// What is set for an account.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn assist_settings(&self, request: AccountRef) -> Result<AssistSettings, CoreError> {
        let engine = self.engine(&request.account).await?;
        let choice = choice(&engine.store).await?;
        Ok(AssistSettings {
            account: engine.account.clone(),
            reach: choice.reach,
            has_key: choice.key_for.is_some() && choice.key_for == choice.address,
            agreed: agreed(&choice),
            style: choice.style,
            address: choice.address,
            model: choice.model,
        })
    }

    /// Sets which model an account's notes may be shown to. A key that is kept goes to the address it was
    /// given for and to no other; so does what the person agreed to.
    ///
    /// # Errors
    /// The address cannot be one, the model has no name, or the keychain does not take the key. Nothing is
    /// changed then.
    pub async fn assist_change(&self, change: AssistChange) -> Result<AssistSettings, CoreError> {
        let engine = self.engine(&change.account).await?;
        let account = engine.account.clone();
        let before = choice(&engine.store).await?;
        let mut after = Choice {
            reach: change.reach,
            style: change.style.or(before.style),
            address: change.address.or_else(|| before.address.clone()),
            model: change.model.or_else(|| before.model.clone()),
            ..before
        };
        if after.reach != AssistReach::Off {
            let endpoint = endpoint_of(&after, None)?;
            after.address = Some(endpoint.address().to_owned());
        }
        let key = change.key.as_deref().map(str::trim);
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            if !key.chars().all(|c| c.is_ascii_graphic()) {
                return Err(CoreError::Model(ModelError::BadKey));
            }
            let key = SecretString::from(key.to_owned());
            self.0.vault.store_assist_key(&account, key).await?;
            after.key_for.clone_from(&after.address);
        } else if after.key_for.is_some() && (key.is_some() || after.key_for != after.address) {
            self.0.vault.forget_assist_key(&account).await?;
            after.key_for = None;
        }
        if after.agreed_to != after.address {
            after.agreed_to = None;
        }
        engine.store.set_meta(CHOICE, &to_json(&after)?).await?;
        self.assist_settings(AccountRef { account }).await
    }

    /// The servers that answer on this computer where such servers usually listen. They are asked for
    /// their models and shown nothing.
    ///
    /// # Errors
    /// None so far.
    pub async fn assist_servers(&self, _: Empty) -> Result<AssistServers, CoreError> {
        let models = Models::new(Patience {
            silence: LOCAL_PATIENCE,
            ..Patience::default()
        })?;
        let found = LOCAL_SERVERS.map(|(name, address)| {
            let models = models.clone();
            async move {
                let endpoint = Endpoint::new(Style::OpenAi, address, "", None).ok()?;
                Some(AssistServer {
                    name: name.to_owned(),
                    address: address.to_owned(),
                    models: models.list(&endpoint).await.ok()?,
                })
            }
        });
        let found = futures::future::join_all(found).await;
        Ok(AssistServers {
            servers: found.into_iter().flatten().collect(),
        })
    }

    /// The models that the account's server has, by their names there. It is shown nothing.
    ///
    /// # Errors
    /// No model is set up, or its server does not answer or does not take the key.
    pub async fn assist_models(&self, request: AccountRef) -> Result<Vec<String>, CoreError> {
        let engine = self.engine(&request.account).await?;
        let chosen = self.chosen(&engine.account, &engine.store).await?;
        let models = Models::new(Patience::default())?;
        Ok(models.list(&chosen.endpoint).await?)
    }

    /// Keeps that the person agrees to notes of this account going to the address that is set, until
    /// another one is. Nothing is sent.
    ///
    /// # Errors
    /// No model is set up.
    pub async fn assist_agree(&self, request: AccountRef) -> Result<AssistSettings, CoreError> {
        let engine = self.engine(&request.account).await?;
        let chosen = self.chosen(&engine.account, &engine.store).await?;
        let agreed = Choice {
            agreed_to: Some(chosen.endpoint.address().to_owned()),
            ..choice(&engine.store).await?
        };
        engine.store.set_meta(CHOICE, &to_json(&agreed)?).await?;
        self.assist_settings(request).await
    }

    /// Stops a request. One that is over already, or never was, is no error.
    ///
    /// # Errors
    /// None so far.
    #[expect(clippy::unused_async, reason = "a command like all others")]
    pub async fn assist_stop(&self, stop: AssistStop) -> Result<Empty, CoreError> {
        let running = self
            .0
            .assists
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = running.get(&stop.request) {
            token.cancel();
        }
        Ok(Empty {})
    }

    /// The model that an account's notes may be shown to.
    pub(super) async fn chosen(&self, account: &str, store: &Store) -> Result<Chosen, CoreError> {
        let choice = choice(store).await?;
        if choice.reach == AssistReach::Off {
            return Err(CoreError::BadRequest(
                "No model is set up for this account, so none was asked. Choose one in the settings."
                    .to_owned(),
            ));
        }
        let key = if choice.key_for.is_some() && choice.key_for == choice.address {
            self.0.vault.assist_key(account).await?
        } else {
            None
        };
        Ok(Chosen {
            endpoint: endpoint_of(&choice, key)?,
            agreed: agreed(&choice),
        })
    }

    /// Sends a question to a model and gives its answer, telling the windows of each piece.
    pub(super) async fn send(
        &self,
        account: &str,
        store: &Store,
        (chosen, agrees): (&Chosen, bool),
        (ask, name): (&Ask, &str),
    ) -> Result<(Answer, AssistSent), CoreError> {
        let endpoint = &chosen.endpoint;
        if !chosen.agreed {
            if !agrees {
                return Err(CoreError::BadRequest(format!(
                    "Nothing was sent: agree first that notes of this account may go to {}.",
                    endpoint.host()
                )));
            }
            let agreed = Choice {
                agreed_to: Some(endpoint.address().to_owned()),
                ..choice(store).await?
            };
            store.set_meta(CHOICE, &to_json(&agreed)?).await?;
        }
        let mut sent = AssistSent {
            host: endpoint.host(),
            model: endpoint.model().to_owned(),
            local: endpoint.is_local(),
            at: self.0.clock.now(),
            bytes: u64::try_from(ask.system.len() + ask.question.len()).unwrap_or(u64::MAX),
            tokens_in: None,
            tokens_out: None,
        };
        let what = format!("{} bytes to {} ({})", sent.bytes, sent.host, sent.model);
        let audit = &self.0.accounts;
        audit.audit(Some(account), "model asked", &what).await;
        let running = self.running(name)?;
        let mut heard = |text: &str| {
            self.send_event(Event::AssistHeard {
                request: name.to_owned(),
                text: text.to_owned(),
            });
        };
        let models = Models::new(Patience::default())?;
        let answer = models.ask(endpoint, ask, &running.stop, &mut heard).await;
        drop(running);
        if let Err(error) = &answer {
            audit
                .audit(Some(account), "model failed", &error.to_string())
                .await;
        }
        let answer = answer?;
        sent.tokens_in = answer.tokens_in;
        sent.tokens_out = answer.tokens_out;
        Ok((answer, sent))
    }

    /// Makes a request one that can be stopped by its name.
    fn running(&self, name: &str) -> Result<Running<'_>, CoreError> {
        let stop = self.0.stop.child_token();
        let mut running = self
            .0
            .assists
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(name) {
            return Err(CoreError::BadRequest(
                "A request of this name is running already.".to_owned(),
            ));
        }
        running.insert(name.to_owned(), stop.clone());
        Ok(Running {
            core: self,
            name: name.to_owned(),
            stop,
        })
    }
}

/// A request while it runs.
struct Running<'a> {
    core: &'a Octavo,
    name: String,
    stop: CancellationToken,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let assists = &self.core.0.assists;
        let mut running = assists.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.name);
    }
}

/// What a sending would be, for the person to look at.
pub(super) fn preview(chosen: &Chosen, ask: Ask) -> AssistPreview {
    AssistPreview {
        host: chosen.endpoint.host(),
        model: chosen.endpoint.model().to_owned(),
        local: chosen.endpoint.is_local(),
        agreed: chosen.agreed,
        tokens: octavo_models::estimated_tokens(&ask.system)
            + octavo_models::estimated_tokens(&ask.question),
        system: ask.system,
        text: ask.question,
    }
}

/// Whether the vault may hold a key of the account with these notes.
pub(super) async fn may_have_key(store: &Store) -> bool {
    choice(store)
        .await
        .map_or(true, |choice| choice.key_for.is_some())
}

async fn choice(store: &Store) -> Result<Choice, CoreError> {
    let kept = store.meta(CHOICE).await?;
    // What cannot be read counts as off: nothing is sent by mistake.
    Ok(kept
        .and_then(|kept| serde_json::from_str(&kept).ok())
        .unwrap_or_default())
}

/// Whether notes may go there without asking the person again.
fn agreed(choice: &Choice) -> bool {
    let local = endpoint_of(choice, None).is_ok_and(|endpoint| endpoint.is_local());
    local || (choice.agreed_to.is_some() && choice.agreed_to == choice.address)
}

fn endpoint_of(choice: &Choice, key: Option<SecretString>) -> Result<Endpoint, CoreError> {
    let bad = |words: &str| CoreError::BadRequest(words.to_owned());
    let style = match choice.style.unwrap_or(AssistStyle::Openai) {
        AssistStyle::Openai => Style::OpenAi,
        AssistStyle::Anthropic => Style::Anthropic,
    };
    let address = choice.address.as_deref().unwrap_or_default();
    let model = choice.model.as_deref().unwrap_or_default();
    let endpoint = Endpoint::new(style, address, model, key)?;
    if endpoint.model().is_empty() {
        return Err(bad(
            "The model needs a name: the one its server knows it by.",
        ));
    }
    if choice.reach == AssistReach::ThisComputer && !endpoint.is_local() {
        return Err(bad(
            "This address is another computer's. Notes of this account stay on this one; choose a named \
             provider if they may leave it.",
        ));
    }
    Ok(endpoint)
}
