//! The Table of Contents page, brought in line with the notes.

use std::collections::HashSet;

use notion_api::{ApiError, PageId, PageMarkdown};
use octavo_contract::{ContentsBy, ContentsDrift};

use super::change::{change, send};
use super::{Fault, Link};
use crate::CoreError;
use crate::store::{Listed, Store, Work, to_json};
use crate::toc::{Entry, Facts, Reconciled, reconciled};
use crate::workspace;

/// A page that changes under our hands is read again this often in one go.
const ATTEMPTS: usize = 3;
/// So many lines go into one request: far below Notion's 1,000 blocks and 500 KB (request limits),
/// whatever a person wrote behind them.
const LINES: usize = 500;
/// What the page is divided by.
const BY: &str = "contents_by";

/// What an account's page is divided by.
pub(crate) async fn contents_by(store: &Store) -> Result<ContentsBy, CoreError> {
    let chosen = store.meta(BY).await?;
    Ok(chosen
        .and_then(|by| serde_json::from_str(&by).ok())
        .unwrap_or_default())
}

/// Divides an account's page by something else from now on.
pub(crate) async fn set_contents_by(store: &Store, by: ContentsBy) -> Result<(), CoreError> {
    store.set_meta(BY, &to_json(&by)?).await
}

/// Where a note is listed.
pub(crate) fn facts(note: &Listed) -> Facts {
    let made =
        jiff::Timestamp::from_millisecond(note.created).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Facts {
        note_type: note.note_type.clone(),
        tags: note.tags(),
        // The same everywhere: two computers in two zones must not take turns at it.
        day: made.to_zoned(jiff::tz::TimeZone::UTC).date(),
    }
}

/// The notes as the page should list them.
struct Wanted {
    entries: Vec<Entry>,
    /// Every page that is or was a note of ours.
    ours: HashSet<PageId>,
    by: ContentsBy,
}

impl Wanted {
    async fn read(store: &Store) -> Result<Self, CoreError> {
        let mut wanted = Self {
            entries: Vec::new(),
            ours: HashSet::new(),
            by: contents_by(store).await?,
        };
        for note in store.listed().await? {
            let Some(page) = note.page_id.as_deref().and_then(|id| id.parse().ok()) else {
                continue;
            };
            wanted.ours.insert(page);
            if !note.trashed {
                let facts = facts(&note);
                wanted.entries.push(Entry { page, facts });
            }
        }
        Ok(wanted)
    }

    fn step(&self, current: &str, lines: usize) -> Reconciled {
        reconciled(current, &self.entries, &self.ours, self.by, lines)
    }
}

/// Reads the contents page, works out what it should be, and writes the difference, in several
/// requests when it is large.
pub(crate) async fn push_contents(link: &Link) -> Result<(), Fault> {
    push_by(link, LINES).await
}

pub(crate) async fn push_by(link: &Link, lines: usize) -> Result<(), Fault> {
    let contents = link.home().await?.contents;
    let wanted = Wanted::read(&link.store).await?;
    let mut page = read(link, &contents).await?;
    let mut attempts = ATTEMPTS;
    loop {
        let step = wanted.step(&page.markdown, lines);
        let Some(change) = change(&page.markdown, &step.text)? else {
            return done(link).await;
        };
        let refused = match send(&link.client, &contents, &page.markdown, &change).await {
            Ok(Some(_)) if step.complete => return done(link).await,
            Ok(Some(after)) => {
                page = whole(after)?;
                attempts = ATTEMPTS;
                continue;
            }
            // Somebody wrote in between: read again.
            Ok(None) => Fault::Later(String::new()),
            Err(Fault::Api(ApiError::Gone { .. })) => {
                workspace::forget_contents(&link.store).await?;
                return Err(Fault::Later(
                    "the contents page is in the trash; making it anew".to_owned(),
                ));
            }
            Err(fault @ Fault::Api(ApiError::Validation { .. })) => fault,
            Err(fault) => return Err(fault),
        };
        attempts -= 1;
        if attempts == 0 {
            return Err(refused);
        }
        page = read(link, &contents).await?;
    }
}

/// What is wrong on the page at the moment.
pub(crate) async fn drift(link: &Link) -> Result<ContentsDrift, Fault> {
    let contents = link.home().await?.contents;
    let page = read(link, &contents).await?;
    let wanted = Wanted::read(&link.store).await?;
    Ok(wanted.step(&page.markdown, usize::MAX).mended)
}

async fn read(link: &Link, contents: &PageId) -> Result<PageMarkdown, Fault> {
    match link.client.markdown(contents).await {
        Err(ApiError::NotFound { .. }) => {
            workspace::forget_contents(&link.store).await?;
            Err(Fault::Later(
                "the contents page is gone; making it anew".to_owned(),
            ))
        }
        answer => whole(answer?),
    }
}

/// From a page of which Notion shows only a part nobody can tell what is missing.
fn whole(page: PageMarkdown) -> Result<PageMarkdown, Fault> {
    if page.truncated {
        return Err(Fault::Api(ApiError::InvalidRequest {
            message:
                "Notion shows only a part of the contents page, so its lines cannot be checked. \
                      It is brought up to date when the page is shorter."
                    .to_owned(),
        }));
    }
    Ok(page)
}

async fn done(link: &Link) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    write.remove(&Work::Contents).await?;
    Ok(write.commit().await?)
}
