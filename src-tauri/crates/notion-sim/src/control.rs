//! `/_sim/…`: what tests do to the simulator. See the crate's README for the requests.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Response, StatusCode, request::Parts},
};
use rand::{SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    config::Config,
    edits, http, ids, import,
    json::put,
    markdown,
    oauth::control as oauth,
    sim::{App, Sim},
    world::{Parent, TokenKind, World},
};

/// What a control route answers: JSON and whether the state changed, or a sentence.
pub(crate) type Outcome = Result<(Value, bool), (u16, String)>;

pub(crate) fn refuse<T>(message: impl Into<String>) -> Result<T, (u16, String)> {
    Err((400, message.into()))
}

pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, (u16, String)> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).or_else(|error| refuse(error.to_string()))
}

pub(crate) fn parse_id(text: &str) -> Result<Uuid, (u16, String)> {
    ids::parse(text).map_or_else(|| refuse(format!("{text} is not an id")), Ok)
}

/// Answers a control request; the second value says whether the state changed.
pub(crate) fn handle(app: &App, parts: &Parts, bytes: &[u8]) -> (Response<Body>, bool) {
    let path = parts.uri.path().strip_prefix("/_sim/").unwrap_or_default();
    let mut sim = app.lock();
    let outcome = match (parts.method.as_str(), path) {
        ("GET", "stats") => Ok((stats(&sim), false)),
        ("GET", "log") => Ok((json!({"requests": sim.log}), false)),
        ("GET", "faults") => Ok((sim.faults.json(), false)),
        ("POST", "faults") => read(bytes).map(|request| {
            sim.faults.set(request);
            (sim.faults.json(), false)
        }),
        ("GET", "config") => Ok((json!(sim.world.config), false)),
        ("POST", "config") => configure(&mut sim, bytes),
        ("POST", "workspace") => workspace(&mut sim.world, bytes),
        ("POST", "share") => share(&mut sim.world, bytes),
        ("POST", "expire") => oauth::expire(&mut sim.world, bytes),
        ("POST", "revoke_token") => oauth::revoke(&mut sim.world, bytes),
        ("GET", "connections") => Ok((oauth::list(&sim.world), false)),
        ("POST", "connection") => oauth::connection(&mut sim.world, bytes),
        ("POST", "disconnect") => oauth::disconnect(&mut sim.world, bytes),
        ("POST", "person") => oauth::person(&mut sim.world, bytes),
        ("POST", "restrict") => oauth::restrict(&mut sim.world, bytes),
        ("POST", "reset") => {
            reset(&mut sim, app.sample);
            Ok((json!({}), true))
        }
        ("POST", "import") => import::import(&mut sim.world, bytes),
        ("POST", "edit") => edits::edit(&mut sim.world, bytes),
        ("GET", "tree") => Ok((tree(&sim.world), false)),
        ("GET", path) if path.starts_with("page/") => page(&sim.world, path),
        _ => Err((
            404,
            format!("no control route {} /_sim/{path}", parts.method),
        )),
    };
    drop(sim);
    let (status, body, changed) = match outcome {
        Ok((body, changed)) => (200, body, changed),
        Err((status, message)) => (status, json!({"error": message}), false),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        http::plain(status, "application/json", body.to_string()),
        changed,
    )
}

fn stats(sim: &Sim) -> Value {
    let total: u64 = sim.stats.values().sum();
    json!({"total": total, "requests": sim.stats, "statuses": sim.statuses,
           "faults_fired": sim.faults.fired})
}

/// Changes the named switches; nothing changes if one of them is wrong.
fn configure(sim: &mut Sim, bytes: &[u8]) -> Outcome {
    let mut changes: Map<String, Value> = read(bytes)?;
    let seeded = changes.contains_key("seed");
    let mut config = sim.world.config.clone();
    match changes.remove("skew_seed") {
        None => {}
        Some(seed) => match seed.as_u64() {
            Some(seed) => config.skew(seed),
            None => return refuse("skew_seed is a number from 0 on"),
        },
    }
    let mut all = json!(config);
    for (key, value) in changes {
        if key == "capabilities" && value.is_object() {
            for (name, flag) in value.as_object().into_iter().flatten() {
                if let Some(all) = all.get_mut("capabilities") {
                    put(all, name, flag.clone());
                }
            }
        } else {
            put(&mut all, &key, value);
        }
    }
    let mut config: Config =
        serde_json::from_value(all).or_else(|error| refuse(error.to_string()))?;
    if let Some(at) = &mut config.clock_stands_at_ms {
        *at = (*at).max(sim.world.config.clock_stands_at_ms.unwrap_or(*at));
    }
    if seeded {
        sim.rng = StdRng::seed_from_u64(config.seed);
    }
    sim.world.config = config;
    Ok((json!(sim.world.config), true))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWorkspace {
    name: String,
    person: String,
    icon: Option<String>,
}

fn workspace(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: NewWorkspace = read(bytes)?;
    let new = world.add_workspace(&wanted.name, &wanted.person);
    if let Some(space) = world.workspaces.get_mut(&new.workspace) {
        space.icon = wanted.icon;
    }
    Ok((
        json!({"workspace_id": new.workspace.to_string(), "personal_access_token": new.personal,
               "internal_token": new.internal, "client_id": new.client_id.to_string(),
               "client_secret": new.client_secret}),
        true,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    token: Option<String>,
    workspace_id: Option<String>,
    page_id: String,
    #[serde(default)]
    remove: bool,
}

/// Adds a page to a connection (or removes it), as a person does in the page's menu.
fn share(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: Share = read(bytes)?;
    let page = parse_id(&wanted.page_id)?;
    let Some(record) = world.get(page) else {
        return refuse("no such page");
    };
    let workspace = record.workspace;
    if let Some(id) = &wanted.workspace_id
        && parse_id(id)? != workspace
    {
        return refuse("the page is in another workspace");
    }
    let Some((owner, shared)) = share_list(world, workspace, wanted.token.as_deref()) else {
        return refuse("no such token");
    };
    if owner != workspace {
        return refuse("the page is in another workspace");
    }
    if wanted.remove {
        shared.remove(&page);
    } else {
        shared.insert(page);
    }
    Ok((json!({}), true))
}

/// The pages shared with the connection behind a token, or with a workspace's internal one.
fn share_list<'a>(
    world: &'a mut World,
    workspace: Uuid,
    secret: Option<&str>,
) -> Option<(Uuid, &'a mut BTreeSet<Uuid>)> {
    let access = secret.and_then(|secret| world.oauth.access.get(secret));
    if let Some(bot) = access.map(|access| access.bot) {
        let known = world.oauth.authorizations.get_mut(&bot)?;
        return Some((known.account.workspace, &mut known.shared));
    }
    let (_, token) = world
        .tokens
        .iter_mut()
        .find(|(known, token)| match secret {
            Some(wanted) => *known == wanted,
            None => token.workspace == workspace && token.kind == TokenKind::Internal,
        })?;
    Some((token.workspace, &mut token.shared))
}

fn reset(sim: &mut Sim, sample: bool) {
    sim.world.clear();
    sim.faults = crate::faults::Faults::default();
    sim.stats.clear();
    sim.statuses.clear();
    sim.log.clear();
    sim.windows.clear();
    sim.rng = StdRng::seed_from_u64(sim.world.config.seed);
    if sample {
        let primary = sim.world.primary;
        crate::seed::sample(&mut sim.world, primary);
    }
}

/// What a person sees of one page.
pub(crate) fn describe(world: &World, id: Uuid) -> Option<Value> {
    let record = world.get(id)?;
    let info = record.page.as_ref()?;
    let parent = match record.parent {
        Parent::Workspace => Value::Null,
        Parent::Record(id) => json!(id.to_string()),
    };
    let live: Vec<String> = world
        .child_pages(id)
        .into_iter()
        .map(|child| child.to_string())
        .collect();
    Some(json!({
        "id": id.to_string(),
        "title": world.title(id),
        "icon": info.icon,
        "markdown": markdown::page_markdown(world, None, id).markdown,
        "in_trash": world.is_trashed(id),
        "trashed_itself": record.trashed,
        "is_locked": info.is_locked,
        "parent": parent,
        "parent_page": match record.parent {
            Parent::Workspace => None,
            Parent::Record(parent) => world.page_of(parent).map(|id| id.to_string()),
        },
        "workspace_id": record.workspace.to_string(),
        "children": live,
        "created_ms": record.created,
        "last_edited_ms": record.edited,
        "created_by": record.created_by.to_string(),
        "last_edited_by": record.edited_by.to_string(),
    }))
}

fn page(world: &World, path: &str) -> Outcome {
    let id = parse_id(path.strip_prefix("page/").unwrap_or_default())?;
    describe(world, id).map_or_else(
        || Err((404, "no such page".into())),
        |page| Ok((page, false)),
    )
}

fn tree(world: &World) -> Value {
    let spaces: Vec<Value> = world
        .workspaces
        .values()
        .map(|space| {
            json!({"workspace_id": space.id.to_string(), "name": space.name,
                   "person": world.users.get(&space.person).map(|user| user.name.clone())})
        })
        .collect();
    let mut pages: Vec<Value> = world
        .pages
        .iter()
        .filter_map(|id| describe(world, *id))
        .collect();
    pages.sort_by_key(|page| page["created_ms"].as_i64());
    json!({"workspaces": spaces, "pages": pages})
}
