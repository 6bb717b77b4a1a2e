//! What became of a request that never got its answer.

use std::collections::HashSet;

use notion_api::{ApiError, Direction, PageId, Parent, SearchRequest};
use notion_markdown::Document;

use super::push::{created, refresh};
use super::{Fault, Link, file_place};
use crate::store::{Journal, Sent, Work};
use crate::workspace::{CONTENTS_TITLE, Home};

/// A create without an answer may still be on its way for so long: Notion itself gives up after 55 to
/// 60 s (request limits), and whoever looks before may see nothing and make a second page.
const STILL_ON_ITS_WAY: i64 = 70_000;

/// Finds out what became of a request that never got its answer.
pub(super) async fn settle_unclear(
    link: &Link,
    work: &Work,
    id: &str,
    journal: &Journal,
) -> Result<(), Fault> {
    match &journal.sent {
        Sent::Create {
            title,
            markdown,
            since,
        } => {
            let home = link.home().await?;
            let lost = Lost {
                title,
                words: words(markdown),
                since: *since,
            };
            // Known, but there was no room to note it down.
            let known = link.store.answers.page_of(id).await?;
            let known = known.and_then(|page| page.parse().ok());
            let found = match known {
                Some(page) => Some(page),
                None => lost.in_the_home(link, &home).await?,
            };
            let page = match found {
                Some(page) => Some(page),
                None if waited_long_enough(link, work, journal).await? => {
                    lost.astray(link, &home).await?
                }
                None => {
                    return Err(Fault::Later(
                        "it is not clear yet whether Notion made the page; looking again"
                            .to_owned(),
                    ));
                }
            };
            match page {
                Some(page) => created(link, work, id, page, title, markdown.clone()).await,
                None => settled(link, work).await,
            }
        }
        Sent::File {
            upload,
            address,
            markdown,
        } => file_place::settle(link, work, id, journal.at, (upload, address, markdown)).await,
        // Read before anything is repeated: what arrived shows in the text.
        Sent::Body { .. } => refresh(link, work, id).await,
        // Saying these twice yields the same state.
        Sent::Title { .. } | Sent::Trash { .. } => settled(link, work).await,
    }
}

/// Whether a create that is not there cannot come any more.
async fn waited_long_enough(link: &Link, work: &Work, journal: &Journal) -> Result<bool, Fault> {
    let waited = link.store.now() - journal.at;
    if waited < 0 {
        // The clock was set back: waiting for the old time could take a day. It begins anew.
        let mut write = link.store.write().await?;
        write.journal(work, &journal.sent).await?;
        write.commit().await?;
    }
    Ok(waited >= STILL_ON_ITS_WAY)
}

/// What was sent is settled: there is nothing to find out about it any more.
pub(super) async fn settled(link: &Link, work: &Work) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    write.settle(work).await?;
    Ok(write.commit().await?)
}

fn words(markdown: &str) -> Vec<String> {
    let text = Document::from_enhanced(markdown).plain_text();
    text.split_whitespace().map(str::to_owned).collect()
}

/// How many in a hundred of these words are among `others`.
fn shared(words: &[String], others: &[String]) -> usize {
    let there: HashSet<&String> = others.iter().collect();
    let found = words.iter().filter(|word| there.contains(word)).count();
    found * 100 / words.len().max(1)
}

/// A page that may have been made though its answer never came.
struct Lost<'a> {
    title: &'a str,
    words: Vec<String>,
    /// It is not older, by Notion's clock: this computer's may be an hour off.
    since: i64,
}

impl Lost<'_> {
    /// The page among the newest in the home that no note has yet and that looks most like it. A person
    /// may have found it before us, and written in it or renamed it.
    async fn in_the_home(&self, link: &Link, home: &Home) -> Result<Option<PageId>, Fault> {
        let list = link.client.children(&home.root, None, 100).await?;
        let mut fitting = Vec::new();
        for block in list.results {
            let Some(title) = &block.child_page_title else {
                continue;
            };
            if title.trim() == CONTENTS_TITLE || block.created_time < self.since {
                continue;
            }
            if let Some(likeness) = self.likeness(link, &block.id, title).await? {
                fitting.push((std::cmp::Reverse(likeness), block.created_time, block.id));
            }
        }
        fitting.sort();
        Ok(fitting.into_iter().next().map(|(.., id)| id))
    }

    /// The page where somebody put it who found it before us: in the trash, or out of the home. They may
    /// have renamed it, too.
    async fn astray(&self, link: &Link, home: &Home) -> Result<Option<PageId>, Fault> {
        for in_trash in [true, false] {
            let newest = SearchRequest {
                sort_last_edited: Some(Direction::Descending),
                in_trash: in_trash.then_some(true),
                ..SearchRequest::default()
            };
            let mut pages = link.client.search(&newest).await?.results;
            pages.retain(|page| {
                let at_home = page.parent == Parent::Page(home.root);
                page.in_trash == in_trash && at_home == in_trash && page.created_time >= self.since
            });
            pages.sort_by_key(|page| page.title.trim() != self.title.trim());
            for page in pages {
                if self.likeness(link, &page.id, &page.title).await?.is_some() {
                    return Ok(Some(page.id));
                }
            }
        }
        Ok(None)
    }

    /// How many in a hundred of our words the page has. None if it belongs to a note already, or is not
    /// like ours: it takes nearly all of our words, or half of them where the title is the same or
    /// the page says hardly anything else.
    async fn likeness(
        &self,
        link: &Link,
        page: &PageId,
        title: &str,
    ) -> Result<Option<usize>, Fault> {
        let mapped = link.store.note_of_page(&page.to_string()).await?;
        if mapped.is_some() {
            return Ok(None);
        }
        let text = match link.client.markdown(page).await {
            Ok(answer) => answer.markdown,
            Err(ApiError::NotFound { .. } | ApiError::Gone { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let theirs = words(&text);
        let same_title = title.trim() == self.title.trim();
        if self.words.is_empty() {
            return Ok((same_title && theirs.is_empty()).then_some(100));
        }
        let kept = shared(&self.words, &theirs);
        let ours = shared(&theirs, &self.words);
        // A page that says hardly anything but half of what we sent is ours, cut short.
        let enough = if same_title || ours >= 90 { 50 } else { 90 };
        Ok((kept >= enough).then_some(kept))
    }
}
