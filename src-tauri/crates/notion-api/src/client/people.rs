//! Users, comments, search and tasks.

use std::time::Duration;

use futures::Stream;
use reqwest::Method;
use serde_json::{Map, Value};

use super::Client;
use crate::call::{Body, Call, Safety};
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{
    AsyncTask, Comment, CommentOn, CommentText, Found, List, Me, Page, SearchKind, SearchRequest,
    TaskState, User,
};
use crate::stream::listing;

/// How long to wait before looking at a task again, if Notion does not say.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Client {
    /// Whose token this is. Works with every kind of token and capability.
    pub async fn me(&self) -> Result<Me, ApiError> {
        self.get("/v1/users/me", &["users", "me"], &[]).await
    }

    /// One user.
    pub async fn user(&self, id: &PageId) -> Result<User, ApiError> {
        self.get("/v1/users/{id}", &["users", &id.to_string()], &[])
            .await
    }

    /// One page of the workspace's members and bots, without guests.
    pub async fn users(&self, cursor: Option<&str>) -> Result<List<User>, ApiError> {
        let query: Vec<_> = cursor
            .map(|cursor| ("start_cursor", cursor))
            .into_iter()
            .collect();
        self.get("/v1/users", &["users"], &query).await
    }

    /// The workspace's members and bots, without guests.
    pub fn all_users(&self) -> impl Stream<Item = Result<User, ApiError>> + Send + use<> {
        let client = self.clone();
        listing(move |cursor| {
            let client = client.clone();
            async move { client.users(cursor.as_deref()).await }
        })
    }

    /// One page of the open comments on a page or block.
    pub async fn comments(
        &self,
        on: &PageId,
        cursor: Option<&str>,
    ) -> Result<List<Comment>, ApiError> {
        let on = on.to_string();
        let mut query = vec![("block_id", on.as_str())];
        query.extend(cursor.map(|cursor| ("start_cursor", cursor)));
        self.get("/v1/comments", &["comments"], &query).await
    }

    /// The open comments on a page or block.
    pub fn all_comments(
        &self,
        on: PageId,
    ) -> impl Stream<Item = Result<Comment, ApiError>> + Send + use<> {
        let client = self.clone();
        listing(move |cursor| {
            let client = client.clone();
            async move { client.comments(&on, cursor.as_deref()).await }
        })
    }

    /// One comment.
    pub async fn comment(&self, id: &PageId) -> Result<Comment, ApiError> {
        self.get("/v1/comments/{id}", &["comments", &id.to_string()], &[])
            .await
    }

    /// Writes a comment. Sent once: see [`ApiError::Unclear`].
    pub async fn create_comment(
        &self,
        on: CommentOn,
        text: &CommentText,
    ) -> Result<Comment, ApiError> {
        let body = body([on.to_request(), text.to_request()]);
        self.change(
            Method::POST,
            "/v1/comments",
            &["comments"],
            body,
            Safety::Once,
        )
        .await
    }

    /// Changes one of the token's own comments. Repeated after an unclear end.
    pub async fn update_comment(
        &self,
        id: &PageId,
        text: &CommentText,
    ) -> Result<Comment, ApiError> {
        let path = ["comments", &id.to_string()];
        let body = body([text.to_request()]);
        self.change(
            Method::PATCH,
            "/v1/comments/{id}",
            &path,
            body,
            Safety::Repeatable,
        )
        .await
    }

    /// Deletes one of the token's own comments. Repeated after an unclear end; a comment that is not
    /// there any more is [`ApiError::NotFound`].
    pub async fn delete_comment(&self, id: &PageId) -> Result<Comment, ApiError> {
        let call = Call {
            method: Method::DELETE,
            route: "/v1/comments/{id}",
            path: &["comments", &id.to_string()],
            query: &[],
            body: Body::Empty,
            safety: Safety::Repeatable,
        };
        self.transport.send(call, self.priority).await
    }

    /// One page of a search over titles of pages. Delayed and incomplete by nature: see
    /// [`SearchRequest`].
    pub async fn search(&self, request: &SearchRequest) -> Result<List<Page>, ApiError> {
        let request = SearchRequest {
            kind: SearchKind::Pages,
            ..request.clone()
        };
        self.look_for(request.to_request()).await
    }

    /// One page of a search over titles of pages, data sources or both.
    pub async fn find(&self, request: &SearchRequest) -> Result<List<Found>, ApiError> {
        self.look_for(request.to_request()).await
    }

    /// What a search finds. Its order may change on the way; nothing is listed twice.
    pub fn find_all(
        &self,
        request: SearchRequest,
    ) -> impl Stream<Item = Result<Found, ApiError>> + Send + use<> {
        let client = self.clone();
        listing(move |cursor| {
            let (client, request) = (client.clone(), request.clone());
            async move {
                let cursor = cursor.or(request.cursor.clone());
                client.find(&SearchRequest { cursor, ..request }).await
            }
        })
    }

    async fn look_for<T: crate::model::FromAnswer>(&self, body: Value) -> Result<T, ApiError> {
        self.change(Method::POST, "/v1/search", &["search"], body, Safety::Read)
            .await
    }

    /// How far a task is. Its result is kept for a limited time, then it is
    /// [`ApiError::NotFound`].
    pub async fn task(&self, id: &str) -> Result<AsyncTask, ApiError> {
        self.get("/v1/async_tasks/{id}", &["async_tasks", id], &[])
            .await
    }

    /// Waits until a task is done, as patiently as Notion asks, and returns its result.
    pub async fn finished(&self, task: AsyncTask) -> Result<Value, ApiError> {
        let mut task = task;
        loop {
            match task.state {
                TaskState::Succeeded(result) => return Ok(result),
                TaskState::Failed(error) => return Err(error),
                TaskState::Working(_) => {}
            }
            tokio::time::sleep(task.poll_after.unwrap_or(LOOK_AGAIN)).await;
            task = self.task(&task.id).await?;
        }
    }
}

fn body<const N: usize>(fields: [(&str, Value); N]) -> Value {
    fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect::<Map<_, _>>()
        .into()
}
