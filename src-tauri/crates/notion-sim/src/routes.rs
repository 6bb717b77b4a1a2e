//! The table of API routes.

use serde_json::Value;

use crate::{
    api::{Answer, Ctx, Need, path_id},
    blockapi,
    error::ApiResult,
    files::api as files,
    markdown, pages, search,
};

/// An endpoint together with the variable parts of its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    CreatePage,
    Page(String),
    UpdatePage(String),
    MovePage(String),
    Property(String, String),
    Markdown(String),
    UpdateMarkdown(String),
    Block(String),
    UpdateBlock(String),
    DeleteBlock(String),
    Children(String),
    Append(String),
    Search,
    CreateUpload,
    Uploads,
    Upload(String),
    SendUpload(String),
    CompleteUpload(String),
    Me,
    Users,
    User(String),
    Authorize,
    /// The consent page's form, at an address of its own.
    Consent,
    OauthToken,
    OauthIntrospect,
    OauthRevoke,
}

impl Route {
    /// The route of a method and path. One trailing slash counts for nothing.
    pub(crate) fn find(method: &str, path: &str) -> Option<Self> {
        if (method, path) == ("POST", "/consent") {
            return Some(Self::Consent);
        }
        let path = path.strip_prefix("/v1/")?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let method = if method == "HEAD" { "GET" } else { method };
        let s = |text: &&str| (*text).to_owned();
        Some(match (method, parts.as_slice()) {
            ("POST", ["pages"]) => Self::CreatePage,
            ("GET", ["pages", id]) => Self::Page(s(id)),
            ("PATCH", ["pages", id]) => Self::UpdatePage(s(id)),
            ("POST", ["pages", id, "move"]) => Self::MovePage(s(id)),
            ("GET", ["pages", id, "properties", name]) => Self::Property(s(id), s(name)),
            ("GET", ["pages", id, "markdown"]) => Self::Markdown(s(id)),
            ("PATCH", ["pages", id, "markdown"]) => Self::UpdateMarkdown(s(id)),
            ("GET", ["blocks", id]) => Self::Block(s(id)),
            ("PATCH", ["blocks", id]) => Self::UpdateBlock(s(id)),
            ("DELETE", ["blocks", id]) => Self::DeleteBlock(s(id)),
            ("GET", ["blocks", id, "children"]) => Self::Children(s(id)),
            ("PATCH", ["blocks", id, "children"]) => Self::Append(s(id)),
            ("POST", ["search"]) => Self::Search,
            ("POST", ["file_uploads"]) => Self::CreateUpload,
            ("GET", ["file_uploads"]) => Self::Uploads,
            ("GET", ["file_uploads", id]) => Self::Upload(s(id)),
            ("POST", ["file_uploads", id, "send"]) => Self::SendUpload(s(id)),
            ("POST", ["file_uploads", id, "complete"]) => Self::CompleteUpload(s(id)),
            ("GET", ["users", "me"]) => Self::Me,
            ("GET", ["users"]) => Self::Users,
            ("GET", ["users", id]) => Self::User(s(id)),
            ("GET", ["oauth", "authorize"]) => Self::Authorize,
            ("POST", ["oauth", "token"]) => Self::OauthToken,
            ("POST", ["oauth", "introspect"]) => Self::OauthIntrospect,
            ("POST", ["oauth", "revoke"]) => Self::OauthRevoke,
            _ => return None,
        })
    }

    /// The path with its ids replaced, for statistics.
    pub(crate) fn template(&self) -> &'static str {
        match self {
            Self::CreatePage => "/v1/pages",
            Self::Page(_) | Self::UpdatePage(_) => "/v1/pages/{id}",
            Self::MovePage(_) => "/v1/pages/{id}/move",
            Self::Property(..) => "/v1/pages/{id}/properties/{property_id}",
            Self::Markdown(_) | Self::UpdateMarkdown(_) => "/v1/pages/{id}/markdown",
            Self::Block(_) | Self::UpdateBlock(_) | Self::DeleteBlock(_) => "/v1/blocks/{id}",
            Self::Children(_) | Self::Append(_) => "/v1/blocks/{id}/children",
            Self::Search => "/v1/search",
            Self::CreateUpload | Self::Uploads => "/v1/file_uploads",
            Self::Upload(_) => "/v1/file_uploads/{id}",
            Self::SendUpload(_) => "/v1/file_uploads/{id}/send",
            Self::CompleteUpload(_) => "/v1/file_uploads/{id}/complete",
            Self::Me => "/v1/users/me",
            Self::Users => "/v1/users",
            Self::User(_) => "/v1/users/{id}",
            Self::Authorize => "/v1/oauth/authorize",
            Self::Consent => "/consent",
            Self::OauthToken => "/v1/oauth/token",
            Self::OauthIntrospect => "/v1/oauth/introspect",
            Self::OauthRevoke => "/v1/oauth/revoke",
        }
    }

    /// Whether the endpoint reads a JSON body.
    pub(crate) fn has_body(&self) -> bool {
        matches!(
            self,
            Self::CreatePage
                | Self::UpdatePage(_)
                | Self::MovePage(_)
                | Self::UpdateMarkdown(_)
                | Self::UpdateBlock(_)
                | Self::Append(_)
                | Self::Search
                | Self::CreateUpload
                | Self::CompleteUpload(_)
        )
    }

    /// Whether the endpoint reads a multipart form.
    pub(crate) fn has_form(&self) -> bool {
        matches!(self, Self::SendUpload(_))
    }

    /// Whether a browser comes here: no credential, and a page instead of JSON.
    pub(crate) fn is_for_browsers(&self) -> bool {
        matches!(self, Self::Authorize | Self::Consent)
    }

    /// Whether a client proves itself here with its id and secret instead of a token.
    pub(crate) fn is_for_clients(&self) -> bool {
        matches!(
            self,
            Self::OauthToken | Self::OauthIntrospect | Self::OauthRevoke
        )
    }

    /// Runs the endpoint.
    pub(crate) fn run(&self, ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
        let page = |id: &str| path_id(id, "page_id");
        let block = |id: &str| path_id(id, "block_id");
        let upload = |id: &str| path_id(id, "file_upload_id");
        match self {
            Self::CreatePage => pages::create(ctx),
            Self::Page(id) => pages::retrieve(ctx, page(id)?),
            Self::UpdatePage(id) => pages::update(ctx, page(id)?),
            Self::MovePage(id) => pages::relocate(ctx, page(id)?),
            Self::Property(id, name) => pages::property(ctx, page(id)?, name),
            Self::Markdown(id) => {
                let id = page(id)?;
                ctx.require(Need::Read)?;
                markdown::api::read(ctx, id)
            }
            Self::UpdateMarkdown(id) => markdown::api::update(ctx, page(id)?),
            Self::Block(id) => blockapi::retrieve(ctx, block(id)?),
            Self::UpdateBlock(id) => blockapi::update(ctx, block(id)?),
            Self::DeleteBlock(id) => blockapi::delete(ctx, block(id)?),
            Self::Children(id) => blockapi::children(ctx, block(id)?),
            Self::Append(id) => blockapi::append(ctx, block(id)?),
            Self::Search => search::search(ctx),
            Self::CreateUpload => files::create(ctx),
            Self::Uploads => files::all(ctx),
            Self::Upload(id) => files::retrieve(ctx, upload(id)?),
            Self::SendUpload(id) => files::send(ctx, upload(id)?),
            Self::CompleteUpload(id) => files::complete(ctx, upload(id)?),
            Self::Me => Ok(search::me(ctx)),
            Self::Users => search::users(ctx),
            Self::User(id) => search::user(ctx, path_id(id, "user_id")?),
            // These need no token and never come this way.
            Self::Authorize
            | Self::Consent
            | Self::OauthToken
            | Self::OauthIntrospect
            | Self::OauthRevoke => Err(crate::error::ApiError::url()),
        }
    }
}

/// Reads a body: absent is an empty object, anything but an object is refused.
pub(crate) fn parse_body(bytes: &[u8]) -> ApiResult<serde_json::Map<String, Value>> {
    use crate::error::{ApiError, should_be};
    if bytes.len() > 500 * 1024 {
        return Err(ApiError::validation(format!(
            "Request body is too large: the limit is 500 KB, it was {} bytes.",
            bytes.len()
        )));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(serde_json::Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(ApiError::body(should_be("body", "an object", Some(&other)))),
        Err(_) => Err(ApiError::new(
            400,
            "invalid_json",
            "Error parsing JSON body.",
        )),
    }
}
