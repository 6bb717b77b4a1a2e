//! Connections, what people granted to them, and the tokens that came of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock,
    config::Capabilities,
    world::{Token, TokenKind, World},
};

/// A page that people may duplicate instead of choosing pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) markdown: String,
}

/// A public connection as its developer registered it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) client_id: Uuid,
    pub(crate) client_secret: String,
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) capabilities: Capabilities,
    /// The only workspaces it can be used in; any if absent.
    pub(crate) workspaces: Option<BTreeSet<Uuid>>,
    pub(crate) template: Option<Template>,
}

/// Who uses a connection where: a second sign-in of the same person is the same account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) workspace: Uuid,
    pub(crate) person: Uuid,
}

/// What a person agreed to; it counts from the moment the code is exchanged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) client: Uuid,
    pub(crate) account: Account,
    /// As the browser brought it; absent if the only registered one was meant.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) picked: BTreeSet<Uuid>,
    pub(crate) template: Option<Uuid>,
    pub(crate) capabilities: Capabilities,
    pub(crate) expires: i64,
    pub(crate) used: bool,
}

/// A connection at work for one person in one workspace. Its bot's id names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Authorization {
    pub(crate) bot: Uuid,
    pub(crate) client: Uuid,
    pub(crate) account: Account,
    /// Pages that were ticked.
    pub(crate) shared: BTreeSet<Uuid>,
    /// Pages it created.
    pub(crate) created: BTreeSet<Uuid>,
    /// As they were shown when the person agreed.
    pub(crate) capabilities: Capabilities,
}

/// An access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) bot: Uuid,
    /// The chain of pairs that began with one code.
    pub(crate) grant: Uuid,
    pub(crate) issued: i64,
    pub(crate) expires: Option<i64>,
    /// Ended from outside; a refresh gets going again.
    pub(crate) ended: bool,
}

/// What a refresh token is still good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    Current,
    /// The one before, which a grace mode still takes.
    Previous,
    /// Rolled away; kept, because its replay means something.
    Old,
    /// Its whole grant was taken back.
    Revoked,
}

/// A refresh token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub(crate) bot: Uuid,
    pub(crate) grant: Uuid,
    pub(crate) issued: i64,
    pub(crate) standing: Standing,
}

/// Everything about sign-in that outlives a restart.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Oauth {
    pub(crate) connections: BTreeMap<Uuid, Connection>,
    /// Redirects the first connection was started with; a reset returns to them.
    pub(crate) start_redirects: Vec<String>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) authorizations: BTreeMap<Uuid, Authorization>,
    pub(crate) access: BTreeMap<String, Access>,
    pub(crate) refresh: BTreeMap<String, Refresh>,
}

impl Access {
    pub(crate) fn lives(&self) -> bool {
        !self.ended && self.expires.is_none_or(|end| clock::now() < end)
    }
}

impl Oauth {
    /// Whether a sign-in came through a connection for selected workspaces only.
    pub(crate) fn is_restricted(&self, bot: Uuid) -> bool {
        let authorization = self.authorizations.get(&bot);
        let client = authorization.and_then(|found| self.connections.get(&found.client));
        client.is_some_and(|connection| connection.workspaces.is_some())
    }

    /// The authorization of an account, if it signed in before.
    pub(crate) fn of_account(&self, client: Uuid, account: Account) -> Option<&Authorization> {
        self.authorizations
            .values()
            .find(|known| known.client == client && known.account == account)
    }

    /// Ends all tokens of a grant for good.
    pub(crate) fn revoke_grant(&mut self, grant: Uuid) {
        self.access.retain(|_, access| access.grant != grant);
        for refresh in self.refresh.values_mut().filter(|r| r.grant == grant) {
            refresh.standing = Standing::Revoked;
        }
    }

    /// The person removes the connection in Notion's settings.
    pub(crate) fn disconnect(&mut self, bot: Uuid) -> bool {
        let known = self.authorizations.remove(&bot).is_some();
        self.access.retain(|_, access| access.bot != bot);
        for refresh in self.refresh.values_mut().filter(|r| r.bot == bot) {
            refresh.standing = Standing::Revoked;
        }
        known
    }
}

impl World {
    /// The token behind a secret, if it is good today.
    pub(crate) fn token(&self, secret: &str) -> Option<Token> {
        if let Some(token) = self.tokens.get(secret) {
            return (!token.revoked).then(|| token.clone());
        }
        let access = self.oauth.access.get(secret).filter(|a| a.lives())?;
        let authorization = self.oauth.authorizations.get(&access.bot)?;
        Some(Token {
            kind: TokenKind::Public,
            workspace: authorization.account.workspace,
            bot: authorization.bot,
            author: authorization.bot,
            shared: authorization.shared.clone(),
            created: authorization.created.clone(),
            capabilities: Some(authorization.capabilities),
            revoked: false,
        })
    }

    /// Whether a token acts for a person whose account may not use the API. Internal connections
    /// act for nobody.
    pub(crate) fn is_restricted(&self, token: &Token) -> bool {
        let person = match token.kind {
            TokenKind::Internal => None,
            TokenKind::Personal => Some(token.author),
            TokenKind::Public => {
                let known = self.oauth.authorizations.get(&token.bot);
                known.map(|known| known.account.person)
            }
        };
        person.is_some_and(|person| self.restricted.contains(&person))
    }

    /// Gives every workspace's own connection its entry; states from before have none.
    pub(crate) fn register_connections(&mut self) {
        for space in self.workspaces.values() {
            self.oauth
                .connections
                .entry(space.client_id)
                .or_insert_with(|| Connection {
                    client_id: space.client_id,
                    client_secret: space.client_secret.clone(),
                    name: "Octavo".to_owned(),
                    redirect_uris: Vec::new(),
                    capabilities: Capabilities::default(),
                    workspaces: None,
                    template: None,
                });
        }
    }

    /// Drops everything people granted, and all connections but the first workspace's own.
    pub(crate) fn clear_oauth(&mut self) {
        let start_redirects = std::mem::take(&mut self.oauth.start_redirects);
        self.oauth = Oauth::default();
        self.register_connections();
        for connection in self.oauth.connections.values_mut() {
            connection.redirect_uris.clone_from(&start_redirects);
        }
        self.oauth.start_redirects = start_redirects;
    }

    /// Registers redirects of the first workspace's connection, as far as they are new.
    pub(crate) fn add_start_redirects(&mut self, uris: &[String]) -> Result<(), String> {
        uris.iter()
            .try_for_each(|uri| super::redirects::check(uri))?;
        let client = self.workspaces.get(&self.primary).map(|s| s.client_id);
        let connection = client.and_then(|id| self.oauth.connections.get_mut(&id));
        let lists = [
            connection.map(|connection| &mut connection.redirect_uris),
            Some(&mut self.oauth.start_redirects),
        ];
        for list in lists.into_iter().flatten() {
            for uri in uris {
                if !list.contains(uri) {
                    list.push(uri.clone());
                }
            }
        }
        Ok(())
    }
}
