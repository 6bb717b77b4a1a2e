//! The calls.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::budget::{Budget, Priority};
use crate::config::ClientConfig;
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{
    Block, FromAnswer, List, MarkdownCommand, Me, NewPage, Page, PageMarkdown, PageUpdate, Parent,
    Position, SearchRequest,
};
use crate::transport::{Call, Safety, Transport};

/// Notion as one access token sees it. Clones are cheap and share connections, budget and counter.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    priority: Priority,
}

impl Client {
    /// A client with connections of its own; none is opened yet.
    pub fn new(config: ClientConfig) -> Result<Self, ApiError> {
        let transport = Arc::new(Transport::new(config)?);
        Ok(Self {
            transport,
            priority: Priority::default(),
        })
    }

    /// The same connections and budget with another token, counting from zero: after a refresh.
    pub fn with_token(&self, token: SecretString) -> Result<Self, ApiError> {
        let transport = Arc::new(self.transport.with_token(token)?);
        Ok(Self {
            transport,
            priority: self.priority,
        })
    }

    /// The same client, whose requests leave the last of the budget to others.
    #[must_use]
    pub fn with_priority(&self, priority: Priority) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            priority,
        }
    }

    /// Requests sent since creation, repetitions included.
    pub fn requests_made(&self) -> u64 {
        self.transport.requests.load(Ordering::Relaxed)
    }

    /// The budget, to watch it or to share it.
    pub fn budget(&self) -> &Budget {
        &self.transport.budget
    }

    /// Until when the client keeps silent because Notion asked for it.
    pub fn paused_until(&self) -> Option<Instant> {
        self.transport.budget.paused_until()
    }

    /// For how much longer the client keeps silent because Notion asked for it.
    pub fn paused_for(&self) -> Option<Duration> {
        self.paused_until()
            .map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Whose token this is. Works with every kind of token and capability.
    pub async fn me(&self) -> Result<Me, ApiError> {
        self.get("/v1/users/me", &["users", "me"], &[]).await
    }

    /// Creates a page. Sent once: see [`ApiError::Unclear`].
    pub async fn create_page(&self, page: &NewPage) -> Result<Page, ApiError> {
        let body = page.to_request();
        self.change(Method::POST, "/v1/pages", &["pages"], body, Safety::Once)
            .await
    }

    /// A page without its content; also one in the trash.
    pub async fn page(&self, id: &PageId) -> Result<Page, ApiError> {
        self.get("/v1/pages/{id}", &["pages", &id.to_string()], &[])
            .await
    }

    /// Changes title, icon or trash state. Repeated after an unclear end, because repeating yields
    /// the same state; [`ApiError::Unclear`] if the end stays unclear.
    pub async fn update_page(&self, id: &PageId, update: &PageUpdate) -> Result<Page, ApiError> {
        let path = ["pages", &id.to_string()];
        let body = update.to_request();
        self.change(
            Method::PATCH,
            "/v1/pages/{id}",
            &path,
            body,
            Safety::Repeatable,
        )
        .await
    }

    /// Moves a page below another page or data source, never to the top of the workspace.
    pub async fn move_page(&self, id: &PageId, parent: &Parent) -> Result<Page, ApiError> {
        let path = ["pages", &id.to_string(), "move"];
        let body = json!({"parent": parent.to_request()});
        self.change(
            Method::POST,
            "/v1/pages/{id}/move",
            &path,
            body,
            Safety::Repeatable,
        )
        .await
    }

    /// A page's content; also that of a block, for the missing parts of a truncated page.
    pub async fn markdown(&self, id: &PageId) -> Result<PageMarkdown, ApiError> {
        self.get(
            "/v1/pages/{id}/markdown",
            &["pages", &id.to_string(), "markdown"],
            &[],
        )
        .await
    }

    /// Changes a page's content and returns the whole of it. Sent once: see [`ApiError::Unclear`].
    pub async fn update_markdown(
        &self,
        id: &PageId,
        command: &MarkdownCommand,
    ) -> Result<PageMarkdown, ApiError> {
        let path = ["pages", &id.to_string(), "markdown"];
        let body = command.to_request();
        self.change(
            Method::PATCH,
            "/v1/pages/{id}/markdown",
            &path,
            body,
            Safety::Once,
        )
        .await
    }

    /// One page of the children of a page or block, one level deep, in order.
    pub async fn children(
        &self,
        id: &PageId,
        cursor: Option<&str>,
        page_size: u8,
    ) -> Result<List<Block>, ApiError> {
        let path = ["blocks", &id.to_string(), "children"];
        let size = page_size.clamp(1, 100).to_string();
        let mut query = vec![("page_size", size.as_str())];
        query.extend(cursor.map(|cursor| ("start_cursor", cursor)));
        self.get("/v1/blocks/{id}/children", &path, &query).await
    }

    /// All children of a page or block, one level deep, in order. Starts again when the cursor dies
    /// on the way.
    pub async fn all_children(&self, id: &PageId) -> Result<Vec<Block>, ApiError> {
        let mut restarts = 0;
        let mut blocks: Vec<Block> = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            match self.children(id, cursor.as_deref(), 100).await {
                Ok(mut page) => {
                    blocks.append(&mut page.results);
                    match page.next_cursor {
                        // A cursor that leads to itself would lead there forever.
                        Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                        _ => break,
                    }
                }
                Err(error) if error.is_stale_cursor() && cursor.is_some() && restarts < 3 => {
                    restarts += 1;
                    blocks.clear();
                    cursor = None;
                }
                Err(error) => return Err(error),
            }
        }
        // What moved while the pages were read is listed twice.
        let mut seen = HashSet::new();
        blocks.retain(|block| seen.insert(block.id));
        Ok(blocks)
    }

    /// Appends up to 100 blocks, two levels deep, and returns the new first-level ones in order.
    /// Sent once: see [`ApiError::Unclear`].
    pub async fn append_children(
        &self,
        id: &PageId,
        children: &[Value],
        position: Option<Position>,
    ) -> Result<List<Block>, ApiError> {
        let path = ["blocks", &id.to_string(), "children"];
        let mut body = json!({"children": children});
        if let (Value::Object(body), Some(position)) = (&mut body, position) {
            body.insert("position".to_owned(), position.to_request("start", "end"));
        }
        self.change(
            Method::PATCH,
            "/v1/blocks/{id}/children",
            &path,
            body,
            Safety::Once,
        )
        .await
    }

    /// One block.
    pub async fn block(&self, id: &PageId) -> Result<Block, ApiError> {
        self.get("/v1/blocks/{id}", &["blocks", &id.to_string()], &[])
            .await
    }

    /// Replaces the given fields of a block (`{"<type>": {…}}`). Repeated after an unclear end.
    pub async fn update_block(&self, id: &PageId, fields: &Value) -> Result<Block, ApiError> {
        let path = ["blocks", &id.to_string()];
        let body = fields.clone();
        self.change(
            Method::PATCH,
            "/v1/blocks/{id}",
            &path,
            body,
            Safety::Repeatable,
        )
        .await
    }

    /// Moves a block to the trash, or finds it there. Repeated after an unclear end.
    pub async fn delete_block(&self, id: &PageId) -> Result<Block, ApiError> {
        let call = Call {
            method: Method::DELETE,
            route: "/v1/blocks/{id}",
            path: &["blocks", &id.to_string()],
            query: &[],
            body: None,
            safety: Safety::Repeatable,
        };
        match self.transport.send(call, self.priority).await {
            // An attempt whose answer was lost may have done it already.
            Err(refusal @ ApiError::Gone { .. }) => {
                let block = self.block(id).await?;
                if block.in_trash {
                    Ok(block)
                } else {
                    Err(refusal)
                }
            }
            result => result,
        }
    }

    /// One page of a search over titles. Delayed and incomplete by nature: see [`SearchRequest`].
    pub async fn search(&self, request: &SearchRequest) -> Result<List<Page>, ApiError> {
        let body = request.to_request();
        self.change(Method::POST, "/v1/search", &["search"], body, Safety::Read)
            .await
    }

    async fn get<T: FromAnswer>(
        &self,
        route: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ApiError> {
        let safety = Safety::Read;
        let call = Call {
            method: Method::GET,
            route,
            path,
            query,
            body: None,
            safety,
        };
        self.transport.send(call, self.priority).await
    }

    async fn change<T: FromAnswer>(
        &self,
        method: Method,
        route: &'static str,
        path: &[&str],
        body: Value,
        safety: Safety,
    ) -> Result<T, ApiError> {
        let call = Call {
            method,
            route,
            path,
            query: &[],
            body: Some(body),
            safety,
        };
        self.transport.send(call, self.priority).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("requests_made", &self.requests_made())
            .field("budget", self.budget())
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}
