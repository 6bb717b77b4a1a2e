//! How people sign in, and what becomes of their tokens.

use octavo_contract::{
    AccountAddToken, AccountReconnect, AccountStatus, AccountView, Empty, SignInRoad,
};
use octavo_core::{CoreError, Octavo};
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use crate::TortureError;
use crate::drive::{End, Plan};
use crate::stage::{Stage, text};

/// How a desk has signed in.
#[derive(Debug, Clone)]
pub(crate) enum SignIn {
    /// A token was pasted.
    Pasted(String),
    /// Through the browser, in the workspace with this id. Its tokens roll.
    Browser(String),
}

/// The broker's page, for a connection of the simulator.
pub(crate) async fn broker(
    sim: &notion_sim::Running,
) -> Result<octavo_broker::Running, TortureError> {
    let hello = sim.announcement().clone();
    let keys = octavo_broker::StateKeys::from_bytes([vec![7; 32]])?;
    let mut config = octavo_broker::Config::new(
        hello.client_id,
        SecretString::from(hello.client_secret),
        keys,
        address(sim.url())?,
    );
    // Virtual hours pass in seconds: a limit by the minute would be met at once.
    config.rate.per_minute = std::num::NonZeroU32::MAX;
    config.rate.burst = std::num::NonZeroU32::MAX;
    let broker = octavo_broker::Broker::start(config).await?;
    let back = format!("{}/callback", broker.url().trim_end_matches('/'));
    sim.register_redirects(&[back]).await?;
    Ok(broker)
}

pub(crate) fn address(text: &str) -> Result<Url, TortureError> {
    text.parse().map_err(|_| refused("an address", text))
}

fn refused(what: &str, answer: &str) -> TortureError {
    TortureError::Refused {
        what: what.to_owned(),
        answer: answer.to_owned(),
    }
}

impl Stage {
    /// Adds an account to an install, or gives one its tokens again. None if it was not to be.
    pub(crate) async fn signed_in(
        &mut self,
        install: usize,
        core: Octavo,
        how: &SignIn,
        account: Option<String>,
    ) -> Result<Option<AccountView>, TortureError> {
        let signed_in = match how {
            SignIn::Pasted(token) => {
                let token = token.clone();
                let pasted = Box::pin(async move {
                    if let Some(account) = account {
                        let reconnect = AccountReconnect { account, token };
                        core.account_reconnect(reconnect).await
                    } else {
                        let add = AccountAddToken { token, name: None };
                        core.account_add_token(add).await
                    }
                });
                self.drive(install, Plan::default(), pasted).await?
            }
            SignIn::Browser(workspace) => {
                let (http, workspace) = (self.http.clone(), workspace.clone());
                let page = address(self.broker.url())?;
                let browser =
                    Box::pin(
                        async move { browser(&core, &http, &page, &workspace, account).await },
                    );
                match self.drive(install, Plan::default(), browser).await? {
                    End::Done(done) => End::Done(done?),
                    End::Killed => End::Killed,
                }
            }
        };
        match signed_in {
            End::Done(Ok(account)) => Ok(Some(account)),
            End::Done(Err(error)) => {
                tracing::info!(%error, "not signed in");
                Ok(None)
            }
            End::Killed => Ok(None),
        }
    }

    /// Whoever has to signs in again: what was pasted is pasted again, as it is good again, and the
    /// browser is gone through where Octavo asks for it.
    pub(crate) async fn sign_in(&mut self) -> Result<(), TortureError> {
        self.control("expire", &json!({"revoked": false})).await?;
        for desk in 0..self.desks.len() {
            if !self.is_busy(desk) {
                self.sign_in_where_asked(desk).await?;
            }
        }
        Ok(())
    }

    /// A person does what Octavo asks for.
    pub(crate) async fn sign_in_where_asked(&mut self, desk: usize) -> Result<(), TortureError> {
        let Some((install, core, account)) = self.at(desk) else {
            return Ok(());
        };
        let state = core.app_state(Empty {}).await?;
        let asks = state
            .accounts
            .iter()
            .any(|known| known.id == account && known.status == AccountStatus::SignInAgain);
        let Some(how) = self.desks.get(desk).map(|desk| desk.sign_in.clone()) else {
            return Ok(());
        };
        if asks {
            self.signed_in(install, core, &how, Some(account)).await?;
        }
        Ok(())
    }

    /// A person takes the access of a desk away in Notion.
    pub(crate) async fn withdraw(&mut self, desk: usize) -> Result<(), TortureError> {
        let Some(SignIn::Browser(workspace)) = self.desks.get(desk).map(|desk| &desk.sign_in)
        else {
            return Ok(());
        };
        let workspace = workspace.clone();
        let known = self.control("connections", &Value::Null).await?;
        let granted = known.get("authorizations").and_then(Value::as_array);
        for grant in granted.into_iter().flatten() {
            if text(grant, "workspace_id") == workspace {
                let gone = json!({"bot_id": text(grant, "bot_id")});
                self.control("disconnect", &gone).await?;
            }
        }
        Ok(())
    }
}

/// A person's way through the browser: the consent page, all pages ticked, and back.
async fn browser(
    core: &Octavo,
    http: &reqwest::Client,
    page: &Url,
    workspace: &str,
    account: Option<String>,
) -> Result<Result<AccountView, CoreError>, TortureError> {
    let waiting = core
        .sign_in_begin(SignInRoad::Broker, account.as_deref())
        .await;
    let waiting = match waiting {
        Ok(waiting) => waiting,
        Err(error) => return Ok(Err(error)),
    };
    // The browser goes its own way to the page, not the install's.
    let mut start = waiting.address;
    let there = start.set_host(page.host_str()).is_ok() && start.set_port(page.port()).is_ok();
    if !there {
        return Err(refused("the broker's page", page.as_str()));
    }
    let page = http.get(start).send().await?;
    let mut asked = page.url().clone();
    let chooser = page.text().await?;
    // The person of that workspace; where there is one only, nobody is asked.
    let keys = chooser.split("<option value=\"").skip(1);
    let mut keys = keys.filter_map(|rest| rest.split('"').next());
    let form = match keys.find(|key| key.starts_with(workspace)) {
        Some(key) => {
            asked.query_pairs_mut().append_pair("account", key);
            http.get(asked.clone()).send().await?.text().await?
        }
        None => chooser,
    };
    let mut fields = filled_in(&form);
    fields.push(("decision".to_owned(), "allow".to_owned()));
    let encoded = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let consent = asked.join("/consent");
    let consent = consent.map_err(|_| refused("the consent page", asked.as_str()))?;
    let landed = http
        .post(consent)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded)
        .send()
        .await?
        .text()
        .await?;
    let (_, link) = landed
        .split_once("octavo://")
        .ok_or_else(|| refused("to be sent back to the app", &landed))?;
    let link = link.split('"').next().unwrap_or_default();
    let link = format!("octavo://{}", link.replace("&amp;", "&"));
    Ok(core.sign_in_finish(&link).await)
}

/// Names and values of a page's last form: its hidden fields, and every page that can be ticked.
fn filled_in(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form").next().unwrap_or_default();
    let asked = |tag: &&str| tag.contains("type=\"hidden\"") || tag.contains("name=\"page\"");
    let fields = form.split('<').filter(asked);
    fields
        .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
        .collect()
}

fn attribute(tag: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    let value = tag
        .split_once(&start)
        .and_then(|(_, rest)| rest.split('"').next());
    value
        .unwrap_or_default()
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
}
