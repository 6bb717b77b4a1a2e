//! Pages and their content.

use futures::Stream;
use reqwest::Method;
use serde_json::{Value, json};

use super::Client;
use crate::call::Safety;
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{
    MarkdownCommand, NewPage, Page, PageMarkdown, PageUpdate, Parent, PropertyItem, PropertyValue,
    Started, set,
};
use crate::stream::listing;

impl Client {
    /// Creates a page. Sent once: see [`ApiError::Unclear`].
    pub async fn create_page(&self, page: &NewPage) -> Result<Page, ApiError> {
        let body = page.to_request();
        self.change(Method::POST, "/v1/pages", &["pages"], body, Safety::Once)
            .await
    }

    /// Creates a page, perhaps after the answer (`allow_async`, only with Markdown). Sent once.
    pub async fn start_page(&self, page: &NewPage) -> Result<Started<Page>, ApiError> {
        let body = allow_async(page.to_request());
        self.change(Method::POST, "/v1/pages", &["pages"], body, Safety::Once)
            .await
    }

    /// A page without its content; also one in the trash.
    pub async fn page(&self, id: &PageId) -> Result<Page, ApiError> {
        self.get("/v1/pages/{id}", &["pages", &id.to_string()], &[])
            .await
    }

    /// Changes a page without its content. Repeated after an unclear end, because repeating yields
    /// the same state (unless it erases); [`ApiError::Unclear`] if the end stays unclear.
    pub async fn update_page(&self, id: &PageId, update: &PageUpdate) -> Result<Page, ApiError> {
        let path = ["pages", &id.to_string()];
        // Erasing again would erase what somebody wrote in between.
        let safety = if update.erase_content {
            Safety::Once
        } else {
            Safety::Repeatable
        };
        let body = update.to_request();
        self.change(Method::PATCH, "/v1/pages/{id}", &path, body, safety)
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

    /// The whole value of one property, or the first page of a long one. `property` is its id.
    pub async fn property(
        &self,
        page: &PageId,
        property: &str,
        cursor: Option<&str>,
    ) -> Result<PropertyValue, ApiError> {
        let page = page.to_string();
        // Ids come encoded, and the path is encoded when it is built.
        let decoded = decoded(property);
        let path = ["pages", &page, "properties", &decoded];
        let mut query = Vec::new();
        query.extend(cursor.map(|cursor| ("start_cursor", cursor)));
        self.get("/v1/pages/{id}/properties/{id}", &path, &query)
            .await
    }

    /// All items of a property, one after the other: its value, or the parts of a long one.
    pub fn all_of_property(
        &self,
        page: PageId,
        property: &str,
    ) -> impl Stream<Item = Result<PropertyItem, ApiError>> + Send + use<> {
        let (client, property) = (self.clone(), property.to_owned());
        listing(move |cursor| {
            let (client, property) = (client.clone(), property.clone());
            async move {
                let value = client.property(&page, &property, cursor.as_deref()).await?;
                Ok(value.into_list())
            }
        })
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

    /// A page's content with the transcripts of recorded meetings in it.
    pub async fn markdown_with_transcripts(&self, id: &PageId) -> Result<PageMarkdown, ApiError> {
        let path = ["pages", &id.to_string(), "markdown"];
        let query = [("include_transcript", "true")];
        self.get("/v1/pages/{id}/markdown", &path, &query).await
    }

    /// Changes a page's content, perhaps after the answer (`allow_async`). Sent once.
    pub async fn start_markdown(
        &self,
        id: &PageId,
        command: &MarkdownCommand,
    ) -> Result<Started<PageMarkdown>, ApiError> {
        let path = ["pages", &id.to_string(), "markdown"];
        let body = allow_async(command.to_request());
        self.change(
            Method::PATCH,
            "/v1/pages/{id}/markdown",
            &path,
            body,
            Safety::Once,
        )
        .await
    }
}

fn allow_async(mut body: Value) -> Value {
    if let Value::Object(body) = &mut body {
        set(body, "allow_async", Some(Value::Bool(true)));
    }
    body
}

/// Undoes percent-encoding; what is none stays.
fn decoded(id: &str) -> String {
    percent_encoding::percent_decode_str(id)
        .decode_utf8()
        .map_or_else(|_| id.to_owned(), Into::into)
}
