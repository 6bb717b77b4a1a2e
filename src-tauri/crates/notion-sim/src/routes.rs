//! The table of API routes.

use serde_json::Value;

use crate::{
    api::{Answer, Ctx, Need, path_id},
    blockapi, comments,
    error::ApiResult,
    files::api as files,
    markdown, pages, search,
    tables::{databases, query, sources},
    tasks,
    version::Version,
    views,
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
    CreateDatabase,
    Database(String),
    UpdateDatabase(String),
    QueryDatabase(String),
    CreateSource,
    Source(String),
    UpdateSource(String),
    QuerySource(String),
    Templates(String),
    CreateComment,
    Comments,
    Comment(String),
    UpdateComment(String),
    DeleteComment(String),
    Task(String),
    CreateView,
    Views,
    View(String),
    UpdateView(String),
    DeleteView(String),
    AskView(String),
    ViewResults(String, String),
    ForgetResults(String, String),
    Emojis,
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
            ("POST", ["databases"]) => Self::CreateDatabase,
            ("GET", ["databases", id]) => Self::Database(s(id)),
            ("PATCH", ["databases", id]) => Self::UpdateDatabase(s(id)),
            ("POST", ["databases", id, "query"]) => Self::QueryDatabase(s(id)),
            ("POST", ["data_sources"]) => Self::CreateSource,
            ("GET", ["data_sources", id]) => Self::Source(s(id)),
            ("PATCH", ["data_sources", id]) => Self::UpdateSource(s(id)),
            ("POST", ["data_sources", id, "query"]) => Self::QuerySource(s(id)),
            ("GET", ["data_sources", id, "templates"]) => Self::Templates(s(id)),
            ("POST", ["comments"]) => Self::CreateComment,
            ("GET", ["comments"]) => Self::Comments,
            ("GET", ["comments", id]) => Self::Comment(s(id)),
            ("PATCH", ["comments", id]) => Self::UpdateComment(s(id)),
            ("DELETE", ["comments", id]) => Self::DeleteComment(s(id)),
            ("GET", ["async_tasks", id]) => Self::Task(s(id)),
            ("POST", ["views"]) => Self::CreateView,
            ("GET", ["views"]) => Self::Views,
            ("GET", ["views", id]) => Self::View(s(id)),
            ("PATCH", ["views", id]) => Self::UpdateView(s(id)),
            ("DELETE", ["views", id]) => Self::DeleteView(s(id)),
            ("POST", ["views", id, "queries"]) => Self::AskView(s(id)),
            ("GET", ["views", id, "queries", query]) => Self::ViewResults(s(id), s(query)),
            ("DELETE", ["views", id, "queries", query]) => Self::ForgetResults(s(id), s(query)),
            ("GET", ["custom_emojis"]) => Self::Emojis,
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
            Self::CreateDatabase => "/v1/databases",
            Self::Database(_) | Self::UpdateDatabase(_) => "/v1/databases/{id}",
            Self::QueryDatabase(_) => "/v1/databases/{id}/query",
            Self::CreateSource => "/v1/data_sources",
            Self::Source(_) | Self::UpdateSource(_) => "/v1/data_sources/{id}",
            Self::QuerySource(_) => "/v1/data_sources/{id}/query",
            Self::Templates(_) => "/v1/data_sources/{id}/templates",
            Self::CreateComment | Self::Comments => "/v1/comments",
            Self::Comment(_) | Self::UpdateComment(_) | Self::DeleteComment(_) => {
                "/v1/comments/{id}"
            }
            Self::Task(_) => "/v1/async_tasks/{id}",
            Self::CreateView | Self::Views => "/v1/views",
            Self::View(_) | Self::UpdateView(_) | Self::DeleteView(_) => "/v1/views/{id}",
            Self::AskView(_) => "/v1/views/{id}/queries",
            Self::ViewResults(..) | Self::ForgetResults(..) => "/v1/views/{id}/queries/{id}",
            Self::Emojis => "/v1/custom_emojis",
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

    /// Whether the endpoint exists in a version: data sources came with 2025-09-03, and took
    /// queries over.
    pub(crate) fn exists_in(&self, version: Version) -> bool {
        match self {
            Self::QueryDatabase(_) => !version.has_data_sources(),
            Self::CreateSource
            | Self::Source(_)
            | Self::UpdateSource(_)
            | Self::QuerySource(_)
            | Self::Templates(_)
            | Self::CreateView
            | Self::Views
            | Self::View(_)
            | Self::UpdateView(_)
            | Self::DeleteView(_)
            | Self::AskView(_)
            | Self::ViewResults(..)
            | Self::ForgetResults(..) => version.has_data_sources(),
            _ => true,
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
                | Self::CreateDatabase
                | Self::UpdateDatabase(_)
                | Self::QueryDatabase(_)
                | Self::CreateSource
                | Self::UpdateSource(_)
                | Self::QuerySource(_)
                | Self::CreateComment
                | Self::UpdateComment(_)
                | Self::CreateView
                | Self::UpdateView(_)
                | Self::AskView(_)
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
        match self {
            Self::CreatePage if tasks::wanted(ctx)? => tasks::enqueue(ctx, None),
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
            Self::UpdateMarkdown(id) if tasks::wanted(ctx)? => tasks::enqueue(ctx, Some(page(id)?)),
            Self::UpdateMarkdown(id) => markdown::api::update(ctx, page(id)?),
            Self::Block(id) => blockapi::retrieve(ctx, block(id)?),
            Self::UpdateBlock(id) => blockapi::update(ctx, block(id)?),
            Self::DeleteBlock(id) => blockapi::delete(ctx, block(id)?),
            Self::Children(id) => blockapi::children(ctx, block(id)?),
            Self::Append(id) => blockapi::append(ctx, block(id)?),
            Self::Search => search::search(ctx),
            Self::Me => Ok(search::me(ctx)),
            Self::Users => search::users(ctx),
            Self::User(id) => search::user(ctx, path_id(id, "user_id")?),
            _ => self.run_newer(ctx),
        }
    }

    /// What came after pages and blocks.
    fn run_newer(&self, ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
        let database = |id: &str| path_id(id, "database_id");
        let source = |id: &str| path_id(id, "data_source_id");
        let comment = |id: &str| path_id(id, "comment_id");
        let view = |id: &str| path_id(id, "view_id");
        let upload = |id: &str| path_id(id, "file_upload_id");
        match self {
            Self::CreateDatabase => databases::create(ctx),
            Self::Database(id) => databases::retrieve(ctx, database(id)?),
            Self::UpdateDatabase(id) => databases::update(ctx, database(id)?),
            Self::QueryDatabase(id) => databases::old_query(ctx, database(id)?),
            Self::CreateSource => sources::create(ctx),
            Self::Source(id) => sources::retrieve(ctx, source(id)?),
            Self::UpdateSource(id) => sources::update(ctx, source(id)?),
            Self::QuerySource(id) => query::query(ctx, source(id)?),
            Self::Templates(id) => sources::templates(ctx, source(id)?),
            Self::CreateComment => comments::create(ctx),
            Self::Comments => comments::all(ctx),
            Self::Comment(id) => comments::retrieve(ctx, comment(id)?),
            Self::UpdateComment(id) => comments::update(ctx, comment(id)?),
            Self::DeleteComment(id) => comments::delete(ctx, comment(id)?),
            Self::Task(id) => tasks::retrieve(ctx, id),
            Self::CreateView => views::create(ctx),
            Self::Views => views::all(ctx),
            Self::View(id) => views::retrieve(ctx, view(id)?),
            Self::UpdateView(id) => views::update(ctx, view(id)?),
            Self::DeleteView(id) => views::delete(ctx, view(id)?),
            Self::AskView(id) => views::ask(ctx, view(id)?),
            Self::ViewResults(id, query) => {
                views::results(ctx, view(id)?, path_id(query, "query_id")?)
            }
            Self::ForgetResults(id, query) => {
                views::forget(ctx, view(id)?, path_id(query, "query_id")?)
            }
            Self::Emojis => views::emojis(ctx),
            Self::CreateUpload => files::create(ctx),
            Self::Uploads => files::all(ctx),
            Self::Upload(id) => files::retrieve(ctx, upload(id)?),
            Self::SendUpload(id) => files::send(ctx, upload(id)?),
            Self::CompleteUpload(id) => files::complete(ctx, upload(id)?),
            // The rest needs no token and never comes this way.
            _ => Err(crate::error::ApiError::url()),
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
