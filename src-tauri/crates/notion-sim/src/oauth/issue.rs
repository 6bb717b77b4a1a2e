//! Turning a code into a pair of tokens, and a pair into the next one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::model::{Access, Authorization, Code, Refresh, Standing};
use crate::{
    clock,
    config::Config,
    users,
    world::{UserKind, World, secret},
};

/// A new pair.
pub(crate) struct Pair {
    access: String,
    refresh: Option<String>,
}

/// What an end of a refresh token's life has to say to whoever still uses it.
pub(crate) const STALE: &str = "Invalid refresh token: this token has been revoked.";

impl World {
    /// Carries out what a person agreed to, and starts a chain of pairs.
    pub(crate) fn redeem(&mut self, code: &Code) -> (Uuid, Pair) {
        let bot = self.authorize(code);
        let pair = self.mint(bot, Uuid::new_v4());
        (bot, pair)
    }

    /// Replaces the pair a refresh token belongs to: the old one is dead from here on.
    pub(crate) fn roll(&mut self, used: &str) -> Option<(Uuid, Pair)> {
        let (bot, grant) = self.oauth.refresh.get(used).map(|r| (r.bot, r.grant))?;
        self.oauth.access.retain(|_, access| access.grant != grant);
        let grace = self.config.refresh_grace;
        for (secret, refresh) in &mut self.oauth.refresh {
            if refresh.grant == grant {
                refresh.standing = if grace && secret == used {
                    Standing::Previous
                } else {
                    Standing::Old
                };
            }
        }
        Some((bot, self.mint(bot, grant)))
    }

    fn mint(&mut self, bot: Uuid, grant: Uuid) -> Pair {
        let issued = clock::now();
        let access = secret("ntn_");
        self.oauth.access.insert(
            access.clone(),
            Access {
                bot,
                grant,
                issued,
                expires: access_end(&self.config, issued),
                ended: false,
            },
        );
        let refresh = (!self.config.null_refresh_token).then(|| secret("nrt_"));
        if let Some(refresh) = &refresh {
            let standing = Standing::Current;
            self.oauth.refresh.insert(
                refresh.clone(),
                Refresh {
                    bot,
                    grant,
                    issued,
                    standing,
                },
            );
        }
        Pair { access, refresh }
    }

    /// The account's authorization with the pages that were picked now; made if it is new.
    fn authorize(&mut self, code: &Code) -> Uuid {
        let known = self
            .oauth
            .of_account(code.client, code.account)
            .map(|known| known.bot);
        let bot = known.unwrap_or_else(|| self.add_bot(code));
        let picked: BTreeSet<Uuid> = code.picked.iter().copied().chain(code.template).collect();
        let kept = self.kept_creations(bot, &picked);
        self.oauth.authorizations.insert(
            bot,
            Authorization {
                bot,
                client: code.client,
                account: code.account,
                shared: picked,
                created: kept,
                capabilities: code.capabilities,
            },
        );
        bot
    }

    /// Which of its own pages a connection keeps when a person picks anew.
    fn kept_creations(&self, bot: Uuid, picked: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        let Some(known) = self.oauth.authorizations.get(&bot) else {
            return BTreeSet::new();
        };
        let mut created = known.created.clone();
        if !self.config.keep_created {
            created.retain(|id| {
                picked.contains(id) || self.ancestors(*id).any(|above| picked.contains(&above.id))
            });
        }
        created
    }

    fn add_bot(&mut self, code: &Code) -> Uuid {
        let name = self
            .oauth
            .connections
            .get(&code.client)
            .map(|connection| connection.name.clone())
            .unwrap_or_default();
        let kind = UserKind::Bot {
            owner: Some(code.account.person),
            listed: true,
        };
        self.add_user(code.account.workspace, &name, kind)
    }

    /// The answer of the token endpoint.
    pub(crate) fn present_pair(&self, bot: Uuid, pair: &Pair) -> Value {
        let Some(authorization) = self.oauth.authorizations.get(&bot) else {
            return Value::Null;
        };
        let space = self.workspaces.get(&authorization.account.workspace);
        json!({
            "access_token": pair.access,
            "token_type": "bearer",
            "refresh_token": pair.refresh,
            "bot_id": bot.to_string(),
            "workspace_id": authorization.account.workspace.to_string(),
            "workspace_name": space.map(|space| space.name.as_str()),
            "workspace_icon": space.and_then(|space| space.icon.as_deref()),
            "owner": {"type": "user", "user": users::seen_by(
                self, authorization.account.person, authorization.capabilities)},
            "duplicated_template_id": null,
        })
    }
}

fn access_end(config: &Config, issued: i64) -> Option<i64> {
    let life = i64::try_from(config.token_life_seconds).unwrap_or(i64::MAX);
    (life > 0).then(|| issued.saturating_add(life.saturating_mul(1000)))
}
