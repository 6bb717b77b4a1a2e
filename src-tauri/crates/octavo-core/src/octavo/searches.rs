//! Searches to use again, and pages of Notion that are no notes here.

use std::collections::HashSet;

use notion_api::SearchRequest;
use octavo_contract::{
    AccountRef, KeptSearch, KeptSearches, NotionPage, NotionPages, NotionSearch, SearchForget,
    SearchKeep,
};

use super::Octavo;
use crate::store::Store;
use crate::{CoreError, workspace};

/// A search and its name are no longer.
const LONGEST_QUERY: usize = 500;
const LONGEST_NAME: usize = 60;
/// Notion is asked for so many titles at once.
const PAGES: u8 = 50;

impl Octavo {
    /// The searches of an account that can be used again.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn search_kept(&self, request: AccountRef) -> Result<KeptSearches, CoreError> {
        kept(&self.engine(&request.account).await?.store).await
    }

    /// Remembers a search.
    ///
    /// # Errors
    /// There is no such account, or the query or its name is empty or too long.
    pub async fn search_keep(&self, request: SearchKeep) -> Result<KeptSearches, CoreError> {
        let query = request.query.trim();
        let name = request.name.as_deref().map(str::trim);
        let fits = |text: &str, most| {
            !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control)
        };
        if !fits(query, LONGEST_QUERY) || name.is_some_and(|name| !fits(name, LONGEST_NAME)) {
            return Err(CoreError::BadRequest(
                "A search that is kept is one line, and so is its name of at most 60 letters."
                    .to_owned(),
            ));
        }
        let engine = self.engine(&request.account).await?;
        let mut write = engine.store.write().await?;
        write.keep_search(query, name).await?;
        write.commit().await?;
        kept(&engine.store).await
    }

    /// Forgets a search.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn search_forget(&self, request: SearchForget) -> Result<KeptSearches, CoreError> {
        let engine = self.engine(&request.account).await?;
        let mut write = engine.store.write().await?;
        write.forget_search(request.query.trim()).await?;
        write.commit().await?;
        kept(&engine.store).await
    }

    /// Asks Notion for pages with these words in their titles that are no notes here. Notion knows titles
    /// only, and may not know of a page for a while.
    ///
    /// # Errors
    /// The account has no Notion, or Notion cannot be asked.
    pub async fn search_notion(&self, request: NotionSearch) -> Result<NotionPages, CoreError> {
        let query = request.query.trim();
        if query.is_empty() {
            return Ok(NotionPages {
                pages: Vec::new(),
                more: false,
            });
        }
        let asked = SearchRequest {
            query: Some(query.chars().take(LONGEST_QUERY).collect()),
            page_size: PAGES,
            ..SearchRequest::default()
        };
        let asked = &asked;
        let question = |client: notion_api::Client| async move { client.search(asked).await };
        let (account, found) = self.asked(&request.account, question).await?;
        let store = &self.engine(&account.id).await?.store;
        let mut ours: HashSet<String> = store.known_pages().await?.into_iter().collect();
        if let Some(home) = workspace::stored(store).await? {
            ours.insert(home.root.to_string());
            ours.insert(home.contents.to_string());
        }
        let more = found.next_cursor.is_some();
        let pages = found.results.into_iter();
        let pages = pages.filter(|page| !page.in_trash && !ours.contains(&page.id.to_string()));
        Ok(NotionPages {
            pages: pages
                .map(|page| NotionPage {
                    page_id: page.id.to_string(),
                    title: page.title,
                    url: page.url,
                    edited: page.last_edited_time,
                })
                .collect(),
            more,
        })
    }
}

async fn kept(store: &Store) -> Result<KeptSearches, CoreError> {
    let all = store.kept_searches().await?.into_iter();
    let all = all.map(|(query, name)| KeptSearch { query, name });
    let (mut saved, recent): (Vec<_>, Vec<_>) = all.partition(|kept| kept.name.is_some());
    saved.sort_by_cached_key(|kept| kept.name.as_ref().map(|name| name.to_lowercase()));
    Ok(KeptSearches { saved, recent })
}
