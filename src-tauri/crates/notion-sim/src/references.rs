//! What rich text refers to: pages that a token may not see, and addresses that Notion may not take.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use crate::{
    api::Ctx,
    error::{ApiError, ApiResult},
    ids,
    json::at,
    world::{NewBlock, Token, World},
};

/// Kinds of mentions that name something in the tree of records.
const NAMED: [&str; 2] = ["page", "database"];

/// Everything that rich text mentions, wherever it stands in a value.
fn mentioned(value: &Value, found: &mut BTreeSet<(&'static str, Uuid)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| mentioned(item, found)),
        Value::Object(map) => {
            if let Some(mention) = map.get("mention") {
                found.extend(NAMED.iter().filter_map(|kind| {
                    let id = at(mention, &[kind, "id"]).as_str().and_then(ids::parse);
                    id.map(|id| (*kind, id))
                }));
            }
            map.values().for_each(|item| mentioned(item, found));
        }
        _ => {}
    }
}

fn mentioned_in(blocks: &[NewBlock], found: &mut BTreeSet<(&'static str, Uuid)>) {
    for block in blocks {
        block.value.values().for_each(|item| mentioned(item, found));
        mentioned_in(&block.children, found);
    }
}

/// Links that are neither absolute web addresses nor refused everywhere.
fn has_odd_link(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_odd_link),
        Value::Object(map) => {
            let url = map
                .get("text")
                .and_then(|text| at(text, &["link", "url"]).as_str());
            url.is_some_and(|url| !is_web(url)) || map.values().any(has_odd_link)
        }
        _ => false,
    }
}

/// An absolute web address.
pub(crate) fn is_web(url: &str) -> bool {
    url::Url::parse(url)
        .is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
}

impl World {
    /// Whether whoever asks at the moment must not know what a record is called.
    pub(crate) fn hides(&self, id: Uuid) -> bool {
        let viewer = self.viewer.as_ref();
        viewer.is_some_and(|token| self.get(id).is_some() && !self.can_see(token, id))
    }

    /// The first mention that a token may not make, among those that `before` does not have yet.
    fn hidden(
        &self,
        token: &Token,
        wanted: &BTreeSet<(&'static str, Uuid)>,
        before: &BTreeSet<(&'static str, Uuid)>,
    ) -> Option<(&'static str, Uuid)> {
        if self.config.hidden_mentions {
            return None;
        }
        let fresh = wanted.difference(before);
        fresh.copied().find(|(_, id)| !self.can_see(token, *id))
    }

    /// Refuses Markdown that newly mentions what the token does not see; what the records below
    /// `at` mention already may stay.
    pub(crate) fn check_markdown_mentions(
        &self,
        token: &Token,
        at: Uuid,
        blocks: &[NewBlock],
    ) -> ApiResult<()> {
        let (mut wanted, mut before) = (BTreeSet::new(), BTreeSet::new());
        mentioned_in(blocks, &mut wanted);
        if wanted.iter().all(|(_, id)| self.can_see(token, *id)) {
            return Ok(());
        }
        let mut queue = vec![at];
        while let Some(record) = queue.pop().and_then(|id| self.get(id)) {
            record
                .value
                .values()
                .for_each(|item| mentioned(item, &mut before));
            queue.extend(&record.children);
        }
        match self.hidden(token, &wanted, &before) {
            Some((kind, id)) => Err(ApiError::validation(format!(
                "Could not find the {kind} {id} that the markdown mentions."
            ))),
            None => Ok(()),
        }
    }
}

impl Ctx<'_> {
    /// Refuses a body whose rich text refers to what must not be referred to; what the record
    /// `changed` mentions already may stay.
    pub(crate) fn check_references(&self, changed: Option<Uuid>) -> ApiResult<()> {
        if !self.world.config.odd_links && self.body.values().any(has_odd_link) {
            return Err(ApiError::body("Invalid URL for link."));
        }
        let (mut wanted, mut before) = (BTreeSet::new(), BTreeSet::new());
        self.body
            .values()
            .for_each(|item| mentioned(item, &mut wanted));
        if wanted.is_empty() {
            return Ok(());
        }
        if let Some(record) = changed.and_then(|id| self.world.get(id)) {
            record
                .value
                .values()
                .for_each(|item| mentioned(item, &mut before));
            if let Some(page) = &record.page {
                page.title
                    .iter()
                    .for_each(|item| mentioned(item, &mut before));
                page.properties
                    .values()
                    .for_each(|item| mentioned(item, &mut before));
            }
        }
        match self.world.hidden(&self.token, &wanted, &before) {
            Some((kind, id)) => Err(self.not_found(kind, id)),
            None => Ok(()),
        }
    }
}
