//! The browser's part: what `/v1/oauth/authorize` is asked, and what a person decides.
//!
//! The page's form goes to `/consent`, which exists for that form only. Nothing is kept between
//! the two: the form repeats the request, and it is checked again.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, request::Parts},
};
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    model::{Account, Code, Connection},
    page, redirects,
};
use crate::{
    clock, http, ids, markdown,
    richtext::from_plain,
    routes::Route,
    tree::Place,
    world::{PageInfo, Parent, Stamp, UserKind, World, secret},
};

/// What the browser gets, and whether the state changed.
pub(crate) struct Shown {
    pub(crate) response: Response<Body>,
    pub(crate) changed: bool,
}

/// A request that cannot go back to the app: a sentence for the person.
type Checked<T> = Result<T, String>;

/// The fields of a query or a form.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// A field that may be there once.
    fn one(&self, name: &str) -> Checked<Option<&str>> {
        let mut found = self.all(name);
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            _ => Err(format!("The parameter {name} is there more than once.")),
        }
    }

    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A sign-in as an app asked for it.
pub(crate) struct Asked {
    pub(crate) connection: Connection,
    /// As it was brought.
    pub(crate) redirect_uri: Option<String>,
    /// Where the answer goes.
    target: String,
    pub(crate) state: Option<String>,
    /// Whoever can agree, and who is chosen.
    pub(crate) accounts: Vec<Account>,
    pub(crate) account: Account,
}

/// How a form names an account.
pub(crate) fn account_key(account: Account) -> String {
    format!("{}.{}", account.workspace, account.person)
}

/// Answers `GET /v1/oauth/authorize` and the form.
pub(crate) fn handle(world: &mut World, route: &Route, parts: &Parts, bytes: &[u8]) -> Shown {
    let shown = if *route == Route::Consent {
        let fields = Fields::parse(bytes);
        asked(world, &fields).and_then(|asked| decide(world, &fields, &asked))
    } else {
        let fields = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        asked(world, &fields).map(|asked| Shown {
            response: html(StatusCode::OK, page::consent(world, &asked)),
            changed: false,
        })
    };
    shown.unwrap_or_else(|sentence| Shown {
        response: html(StatusCode::BAD_REQUEST, page::problem(&sentence)),
        changed: false,
    })
}

fn asked(world: &World, fields: &Fields) -> Checked<Asked> {
    let client = fields
        .one("client_id")?
        .ok_or("The parameter client_id is missing.")?;
    let connection = Uuid::try_parse(client)
        .ok()
        .and_then(|id| world.oauth.connections.get(&id))
        .cloned()
        .ok_or("No connection has this client_id.")?;
    for (name, wanted) in [("response_type", "code"), ("owner", "user")] {
        match fields.one(name)? {
            Some(value) if value == wanted => {}
            None => return Err(format!("The parameter {name} is missing.")),
            Some(_) => {
                return Err(format!(
                    "The parameter {name} must be \u{201c}{wanted}\u{201d}."
                ));
            }
        }
    }
    let redirect_uri = fields.one("redirect_uri")?.map(str::to_owned);
    let target = target(&connection, redirect_uri.as_deref())?;
    let accounts = accounts(world, &connection);
    let first = accounts
        .first()
        .copied()
        .ok_or("Nobody here can use this connection.")?;
    let account = match fields.one("account")? {
        None => first,
        Some(key) => accounts
            .iter()
            .copied()
            .find(|account| account_key(*account) == key)
            .ok_or("This account is not there.")?,
    };
    Ok(Asked {
        connection,
        redirect_uri,
        target,
        state: fields.one("state")?.map(str::to_owned),
        accounts,
        account,
    })
}

/// The registered address that is meant, equal character for character.
fn target(connection: &Connection, given: Option<&str>) -> Checked<String> {
    match (given, connection.redirect_uris.as_slice()) {
        (Some(given), known) if known.iter().any(|uri| uri == given) => Ok(given.to_owned()),
        (Some(_), _) => Err("This redirect_uri is not registered for the connection.".into()),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err("The parameter redirect_uri is missing.".into()),
    }
}

/// Everybody in every workspace the connection can be used in, in the order of joining.
fn accounts(world: &World, connection: &Connection) -> Vec<Account> {
    let mut people: Vec<_> = world
        .users
        .values()
        .filter(|user| {
            let workspace = &user.workspace;
            matches!(user.kind, UserKind::Person { .. })
                && world.workspaces.contains_key(workspace)
                && connection
                    .workspaces
                    .as_ref()
                    .is_none_or(|allowed| allowed.contains(workspace))
        })
        .collect();
    people.sort_by_key(|user| (user.joined, user.id));
    people
        .into_iter()
        .map(|user| Account {
            workspace: user.workspace,
            person: user.id,
        })
        .collect()
}

/// Carries out Allow or Cancel.
fn decide(world: &mut World, fields: &Fields, asked: &Asked) -> Checked<Shown> {
    let state = asked.state.as_deref();
    match fields.one("decision")? {
        Some("allow") => {
            let code = grant(world, fields, asked)?;
            Ok(Shown {
                response: back(&asked.target, ("code", &code), state),
                changed: true,
            })
        }
        Some("cancel") => Ok(Shown {
            response: back(&asked.target, ("error", "access_denied"), state),
            changed: false,
        }),
        _ => Err("Neither Allow nor Cancel was chosen.".into()),
    }
}

/// A code for what was ticked.
fn grant(world: &mut World, fields: &Fields, asked: &Asked) -> Checked<String> {
    let mut picked = BTreeSet::new();
    for text in fields.all("page") {
        let page = ids::parse(text).and_then(|id| world.get(id));
        let page = page.filter(|page| {
            page.page.is_some()
                && page.workspace == asked.account.workspace
                && !world.is_trashed(page.id)
        });
        picked.insert(
            page.ok_or("A page that was ticked is not there (any more).")?
                .id,
        );
    }
    let template = match fields.one("template")? {
        Some("duplicate") => duplicate(world, asked),
        _ => None,
    };
    let life = i64::try_from(world.config.code_life_seconds).unwrap_or(i64::MAX);
    let code = Code {
        client: asked.connection.client_id,
        account: asked.account,
        redirect_uri: asked.redirect_uri.clone(),
        picked,
        template,
        capabilities: asked.connection.capabilities,
        expires: clock::now().saturating_add(life.saturating_mul(1000)),
        used: false,
    };
    let name = secret("");
    world.oauth.codes.insert(name.clone(), code);
    Ok(name)
}

/// Copies the connection's template into the person's workspace.
fn duplicate(world: &mut World, asked: &Asked) -> Option<Uuid> {
    let template = asked.connection.template.as_ref()?;
    let info = PageInfo {
        title: from_plain(&template.title).into(),
        ..PageInfo::default()
    };
    Some(world.add_page(
        Parent::Workspace,
        asked.account.workspace,
        info,
        markdown::parse(&template.markdown),
        Place::End,
        Stamp::now(asked.account.person),
    ))
}

fn back(target: &str, outcome: (&str, &str), state: Option<&str>) -> Response<Body> {
    let parameters: Vec<(&str, &str)> = std::iter::once(outcome)
        .chain(state.map(|state| ("state", state)))
        .collect();
    let address = redirects::with_parameters(target, &parameters);
    let mut response = http::plain(StatusCode::SEE_OTHER, "text/plain", "");
    // Registered addresses and form encoding leave nothing that a header could not carry, except
    // letters beyond ASCII in the address itself.
    if let Ok(location) = HeaderValue::from_bytes(address.as_bytes()) {
        response.headers_mut().insert("location", location);
    }
    private(&mut response);
    response
}

fn html(status: StatusCode, text: String) -> Response<Body> {
    let mut response = http::plain(status, "text/html; charset=utf-8", text);
    private(&mut response);
    // No `form-action`: browsers apply it to where the answer redirects, which is the app.
    response.headers_mut().insert(
        "content-security-policy",
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        ),
    );
    response
}

fn private(response: &mut Response<Body>) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
}
