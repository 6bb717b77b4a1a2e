//! The Table of Contents page, brought in line with the notes.

use std::collections::HashSet;

use notion_api::{ApiError, PageId};

use super::change::{change, send};
use super::{Fault, Link};
use crate::store::{Listed, Work};
use crate::toc::{Entry, reconciled};
use crate::workspace;

/// A page that changes under our hands is read again this often in one go.
const ATTEMPTS: usize = 3;

/// Reads the contents page, works out what it should be, and writes the difference.
pub(crate) async fn push_contents(link: &Link) -> Result<(), Fault> {
    let home = link.home().await?;
    let listed = link.store.listed().await?;
    let entries: Vec<Entry> = listed
        .iter()
        .filter(|note| !note.trashed)
        .filter_map(entry)
        .collect();
    let ours: HashSet<PageId> = listed
        .iter()
        .filter_map(|note| note.page_id.parse().ok())
        .collect();
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let page = match link.client.markdown(&home.contents).await {
            Err(ApiError::NotFound { .. }) => {
                workspace::forget_contents(&link.store).await?;
                return Err(Fault::Later(
                    "the contents page is gone; making it anew".to_owned(),
                ));
            }
            answer => answer?,
        };
        let wanted = reconciled(&page.markdown, &entries, &ours);
        let Some(change) = change(&page.markdown, &wanted)? else {
            return done(link).await;
        };
        match send(&link.client, &home.contents, &page.markdown, &change).await {
            Ok(Some(_)) => return done(link).await,
            // Somebody wrote in between: read again.
            Ok(None) => {}
            Err(Fault::Api(ApiError::Gone { .. })) => {
                workspace::forget_contents(&link.store).await?;
                return Err(Fault::Later(
                    "the contents page is in the trash; making it anew".to_owned(),
                ));
            }
            Err(Fault::Api(error @ ApiError::Validation { .. })) => last = Some(error),
            Err(fault) => return Err(fault),
        }
    }
    Err(last.map_or_else(|| Fault::Later(String::new()), Fault::Api))
}

async fn done(link: &Link) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    write.remove(&Work::Contents).await?;
    Ok(write.commit().await?)
}

fn entry(note: &Listed) -> Option<Entry> {
    let made = jiff::Timestamp::from_millisecond(note.created).ok()?;
    Some(Entry {
        page: note.page_id.parse().ok()?,
        note_type: note.note_type.clone(),
        tags: note.tags(),
        day: made.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    })
}
