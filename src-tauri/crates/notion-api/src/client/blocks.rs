//! Blocks.

use std::collections::HashSet;

use futures::Stream;
use reqwest::Method;
use serde_json::{Value, json};

use super::Client;
use crate::call::{Body, Call, Safety};
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{Block, List, Position};
use crate::stream::listing;

impl Client {
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

    /// Replaces the given fields of a block (`{"<type>": {…}}`), whatever they say: Notion knows no
    /// condition here. So it is sent at once or not at all, and never again by itself, neither after
    /// an unclear end nor when Notion asks to wait: look at the block before, each time.
    pub async fn update_block(&self, id: &PageId, fields: &Value) -> Result<Block, ApiError> {
        let path = ["blocks", &id.to_string()];
        let body = fields.clone();
        self.change(
            Method::PATCH,
            "/v1/blocks/{id}",
            &path,
            body,
            Safety::Overwrites,
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
            body: Body::Empty,
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

    /// Takes a block out of the trash again, with all that is in it. Repeated after an unclear end.
    pub async fn restore_block(&self, id: &PageId) -> Result<Block, ApiError> {
        let path = ["blocks", &id.to_string()];
        self.change(
            Method::PATCH,
            "/v1/blocks/{id}",
            &path,
            json!({"in_trash": false}),
            Safety::Repeatable,
        )
        .await
    }

    /// The children of a page or block, one level deep, in order, read as they are wanted.
    pub fn children_stream(
        &self,
        id: PageId,
    ) -> impl Stream<Item = Result<Block, ApiError>> + Send + use<> {
        let client = self.clone();
        listing(move |cursor| {
            let client = client.clone();
            async move { client.children(&id, cursor.as_deref(), 100).await }
        })
    }
}
