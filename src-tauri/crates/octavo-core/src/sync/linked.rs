//! The "Linked from" section of a note's page, brought in line with the links.
//!
//! Reconciled like the contents page: read, work out what the section should be, send the difference.
//! Nothing is journalled, because nothing is ever replayed. Whatever stops it concerns the section
//! alone and never the note.

use std::collections::HashSet;

use notion_api::{ApiError, PageId, PageMarkdown};
use octavo_contract::RevisionReason;

use super::change::{change, send};
use super::push::is_behind;
use super::{Fault, Link};
use crate::CoreError;
use crate::absorb::{Absorbed, Remote, absorb};
use crate::links::with_backlinks;
use crate::store::{LINKED_FROM_OFF, NoteRow, PRIORITY_EDIT, State, Store, Work};

/// A page that changes under our hands is read again this often in one go.
const ATTEMPTS: usize = 3;

/// What a page's section is to list.
struct Wanted {
    pages: Vec<PageId>,
    known: HashSet<PageId>,
}

impl Wanted {
    async fn read(store: &Store, note: &str) -> Result<Self, CoreError> {
        let parsed = |ids: Vec<String>| ids.into_iter().filter_map(|id| id.parse().ok());
        let pages = if store.meta(LINKED_FROM_OFF).await?.is_some() {
            Vec::new()
        } else {
            parsed(store.linking_pages(note).await?).collect()
        };
        let known = parsed(store.known_pages().await?).collect();
        Ok(Self { pages, known })
    }

    fn text(&self, current: &str) -> String {
        with_backlinks(current, &self.pages, &self.known)
    }
}

/// Brings the section of one note's page in line.
pub(crate) async fn push_links(link: &Link, id: &str) -> Result<(), Fault> {
    let note = link.store.note(id).await?;
    let base = note.base.as_ref().filter(|base| !base.trashed);
    let page = note.page_id.as_deref().and_then(|page| page.parse().ok());
    let (Some(base), Some(page)) = (base, page) else {
        return done(link, id).await;
    };
    if note.trashed {
        return done(link, id).await;
    }
    let wanted = Wanted::read(&link.store, id).await?;
    if wanted.text(&base.markdown) == base.markdown {
        return done(link, id).await;
    }
    let of_note = link.store.outbox_item(&Work::Note(id.to_owned())).await?;
    if of_note.is_some_and(|item| item.journal.is_some()) {
        return Err(Fault::Later(
            "what became of the note's last request is not known yet".to_owned(),
        ));
    }
    match bring(link, id, &page, &wanted).await {
        Err(Fault::Api(
            ApiError::Gone { .. }
            | ApiError::NotFound { .. }
            | ApiError::Validation { .. }
            | ApiError::InvalidRequest { .. }
            | ApiError::BlockLimit { .. },
        )) => {
            tracing::info!(note = %id, "its list of backlinks stays as it is in Notion");
            done(link, id).await
        }
        other => other,
    }
}

async fn bring(link: &Link, id: &str, page: &PageId, wanted: &Wanted) -> Result<(), Fault> {
    for _ in 0..ATTEMPTS {
        let now = link.client.markdown(page).await?;
        if now.truncated {
            break;
        }
        let Some(change) = change(&now.markdown, &wanted.text(&now.markdown))? else {
            confirmed(link, id, now).await?;
            break;
        };
        if let Some(after) = send(&link.client, page, &now.markdown, &change).await? {
            if !after.truncated {
                confirmed(link, id, after).await?;
            }
            break;
        }
    }
    done(link, id).await
}

/// Takes over the page as it is now. A person may have written on it meanwhile.
async fn confirmed(link: &Link, id: &str, page: PageMarkdown) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let before = write.note(id).await?;
    let mut note: NoteRow = before.clone();
    let Some(ancestor) = note.base.clone() else {
        return Ok(write.commit().await?);
    };
    let remote = Remote {
        title: None,
        markdown: page.markdown,
    };
    if absorb(&mut note, &ancestor, &remote) != Absorbed::Unchanged {
        write.keep_revision(&before, RevisionReason::Notion).await?;
        write.keep_ancestor(&before, &note, &ancestor).await?;
    }
    write.put(&note).await?;
    if is_behind(&note) && note.state == State::Synced {
        let now = write.now();
        let work = Work::Note(id.to_owned());
        write.enqueue(&work, PRIORITY_EDIT, now, 0).await?;
        write.set_state(id, State::Queued, None).await?;
    }
    let note = write.note(id).await?;
    write.commit().await?;
    if note != before {
        link.tell(&note);
    }
    Ok(())
}

async fn done(link: &Link, id: &str) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    write.remove(&Work::Links(id.to_owned())).await?;
    Ok(write.commit().await?)
}
