//! The control routes of sign-in: what developers register and what people do in Notion's settings.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    model::{Authorization, Connection, Standing, Template},
    redirects,
};
use crate::{
    config::Capabilities,
    control::{Outcome, parse_id, read, refuse},
    json::put,
    world::{UserKind, World, secret},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registration {
    /// A connection that exists and changes; a new one without it.
    client_id: Option<String>,
    name: Option<String>,
    redirect_uris: Option<Vec<String>>,
    /// The named ones change.
    capabilities: Option<Map<String, Value>>,
    /// The only workspaces it can be used in; fixed at creation, as in Notion.
    workspaces: Option<Vec<String>>,
    template: Option<Template>,
    /// A new secret; the old one is dead.
    #[serde(default)]
    rotate_secret: bool,
}

/// `POST /_sim/connection`: registers a public connection, or changes one.
pub(crate) fn connection(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: Registration = read(bytes)?;
    for uri in wanted.redirect_uris.iter().flatten() {
        redirects::check(uri).or_else(refuse)?;
    }
    let mut connection = match &wanted.client_id {
        Some(id) => {
            let known = world.oauth.connections.get(&parse_id(id)?).cloned();
            let Some(known) = known else {
                return refuse("no such connection");
            };
            if wanted.workspaces.is_some() {
                return refuse("where a connection can be used is settled when it is registered");
            }
            known
        }
        None => Connection {
            client_id: Uuid::new_v4(),
            client_secret: secret("secret_"),
            name: "Octavo".to_owned(),
            redirect_uris: Vec::new(),
            capabilities: Capabilities::default(),
            workspaces: selected(world, wanted.workspaces.as_deref())?,
            template: None,
        },
    };
    if let Some(changes) = wanted.capabilities {
        let mut all = json!(connection.capabilities);
        for (name, flag) in changes {
            put(&mut all, &name, flag);
        }
        connection.capabilities =
            serde_json::from_value(all).or_else(|error| refuse(error.to_string()))?;
    }
    connection.name = wanted.name.unwrap_or(connection.name);
    connection.redirect_uris = wanted.redirect_uris.unwrap_or(connection.redirect_uris);
    connection.template = wanted.template.or(connection.template);
    if wanted.rotate_secret {
        connection.client_secret = secret("secret_");
        for space in world.workspaces.values_mut() {
            if space.client_id == connection.client_id {
                space.client_secret.clone_from(&connection.client_secret);
            }
        }
    }
    let shown = present(&connection);
    world
        .oauth
        .connections
        .insert(connection.client_id, connection);
    Ok((shown, true))
}

fn selected(
    world: &World,
    ids: Option<&[String]>,
) -> Result<Option<BTreeSet<Uuid>>, (u16, String)> {
    let Some(ids) = ids else { return Ok(None) };
    let ids = ids.iter().map(|id| parse_id(id));
    let ids = ids.collect::<Result<BTreeSet<Uuid>, _>>()?;
    if ids.iter().all(|id| world.workspaces.contains_key(id)) {
        Ok(Some(ids))
    } else {
        refuse("no such workspace")
    }
}

fn present(connection: &Connection) -> Value {
    json!({
        "client_id": connection.client_id.to_string(),
        "client_secret": connection.client_secret,
        "name": connection.name,
        "redirect_uris": connection.redirect_uris,
        "capabilities": connection.capabilities,
        "workspaces": connection.workspaces,
        "template": connection.template,
    })
}

/// `GET /_sim/connections`: what is registered, and who granted what.
pub(crate) fn list(world: &World) -> Value {
    let oauth = &world.oauth;
    let connections: Vec<Value> = oauth.connections.values().map(present).collect();
    let authorization = |known: &Authorization| {
        let access = oauth.access.values();
        let refresh = oauth.refresh.values();
        json!({
            "bot_id": known.bot.to_string(),
            "client_id": known.client.to_string(),
            "workspace_id": known.account.workspace.to_string(),
            "person_id": known.account.person.to_string(),
            "shared": known.shared,
            "created": known.created,
            "capabilities": known.capabilities,
            "access_tokens": access.filter(|a| a.bot == known.bot && a.lives()).count(),
            "refresh_tokens": refresh
                .filter(|r| r.bot == known.bot && r.standing == Standing::Current)
                .count(),
        })
    };
    let authorizations: Vec<Value> = oauth.authorizations.values().map(authorization).collect();
    json!({"connections": connections, "authorizations": authorizations})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    name: String,
    workspace_id: Option<String>,
}

/// `POST /_sim/person`: one more person in a workspace.
pub(crate) fn person(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: NewPerson = read(bytes)?;
    let workspace = match &wanted.workspace_id {
        Some(id) => parse_id(id)?,
        None => world.primary,
    };
    if !world.workspaces.contains_key(&workspace) {
        return refuse("no such workspace");
    }
    let email = crate::world::address_of(&wanted.name);
    let id = world.add_user(workspace, &wanted.name, UserKind::Person { email });
    Ok((
        json!({"person_id": id.to_string(), "workspace_id": workspace.to_string()}),
        true,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restrict {
    person_id: Option<String>,
    #[serde(default = "yes")]
    restricted: bool,
}

/// `POST /_sim/restrict`: a person's account may not use the API, or may again.
pub(crate) fn restrict(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: Restrict = read(bytes)?;
    let first = world.workspaces.get(&world.primary).map(|s| s.person);
    let person = match &wanted.person_id {
        Some(id) => Some(parse_id(id)?),
        None => first,
    };
    let is_person = |id: &Uuid| {
        let user = world.users.get(id);
        user.is_some_and(|user| matches!(user.kind, UserKind::Person { .. }))
    };
    let Some(person) = person.filter(is_person) else {
        return refuse("no such person");
    };
    if wanted.restricted {
        world.restricted.insert(person);
    } else {
        world.restricted.remove(&person);
    }
    Ok((json!({}), true))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Disconnect {
    bot_id: String,
}

/// `POST /_sim/disconnect`: a person removes the connection; all its tokens are dead.
pub(crate) fn disconnect(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: Disconnect = read(bytes)?;
    if world.oauth.disconnect(parse_id(&wanted.bot_id)?) {
        Ok((json!({}), true))
    } else {
        refuse("no such authorization")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expire {
    token: Option<String>,
    #[serde(default = "yes")]
    revoked: bool,
    /// Personal and internal tokens too.
    #[serde(default = "yes")]
    all: bool,
}

fn yes() -> bool {
    true
}

/// `POST /_sim/expire`: access tokens answer 401 from now on. Refresh tokens stay good.
pub(crate) fn expire(world: &mut World, bytes: &[u8]) -> Outcome {
    let which: Expire = read(bytes)?;
    let named = |secret: &String| which.token.as_ref().is_none_or(|wanted| wanted == secret);
    let mut count = 0;
    for (secret, access) in &mut world.oauth.access {
        if named(secret) {
            access.ended = which.revoked;
            count += 1;
        }
    }
    for (secret, token) in &mut world.tokens {
        if which.all && named(secret) {
            token.revoked = which.revoked;
            count += 1;
        }
    }
    Ok((json!({"tokens": count}), true))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    token: String,
    #[serde(default = "yes")]
    revoked: bool,
}

/// `POST /_sim/revoke_token`: exactly one token, a refresh token among them.
pub(crate) fn revoke(world: &mut World, bytes: &[u8]) -> Outcome {
    let which: Revoke = read(bytes)?;
    if let Some(token) = world.tokens.get_mut(&which.token) {
        token.revoked = which.revoked;
    } else if let Some(access) = world.oauth.access.get_mut(&which.token) {
        access.ended = which.revoked;
    } else if let Some(refresh) = world.oauth.refresh.get_mut(&which.token) {
        refresh.standing = match (which.revoked, refresh.standing) {
            (true, _) => Standing::Revoked,
            (false, Standing::Revoked) => Standing::Current,
            (false, standing) => standing,
        };
    } else {
        return refuse("no such token");
    }
    Ok((json!({}), true))
}
