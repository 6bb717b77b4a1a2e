//! From Notion to here.

use std::collections::HashSet;

use notion_api::{Direction, Page, PageId, Parent, SearchRequest};
use octavo_contract::{Event, RevisionReason};
use tokio::time::Instant;

use super::push::{contents_changed, is_behind, titles_differ};
use super::{Fault, Link};
use crate::CoreError;
use crate::absorb::{Absorbed, Remote, absorb};
use crate::page_text::PageText;
use crate::store::{Base, NewNote, NoteRow, PRIORITY_EDIT, State, Store, Work, Write, excerpt_of};
use crate::workspace::Home;

const WATERMARK: &str = "pull_watermark";
/// Search may show a page late, and its times may be rounded: look this far behind the watermark.
const OVERLAP: i64 = 120_000;

/// A page as a listing shows it.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) id: PageId,
    title: String,
    created: i64,
    pub(crate) last_edited: i64,
}

impl Seen {
    pub(crate) fn of(page: Page) -> Self {
        Self {
            id: page.id,
            title: page.title,
            created: page.created_time,
            last_edited: page.last_edited_time,
        }
    }
}

/// The pages that were read in one round. A page that changed in this very minute is read again when the
/// minute is over, as it may have changed once more; but not twice in a row.
pub(crate) type Read = HashSet<PageId>;

/// The newest time Notion ever showed, by its own clock: what it makes from now on is not older.
pub(crate) async fn newest_seen(store: &Store) -> Result<i64, CoreError> {
    let newest = store.meta(WATERMARK).await?;
    Ok(newest.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// What a look found, and how far it goes.
pub(crate) struct Found {
    /// Pages of ours that may have changed.
    pub(crate) pages: Vec<Seen>,
    /// Where the next search goes on, if this one has to.
    pub(crate) next: Option<String>,
    /// The newest time on it.
    pub(crate) newest: i64,
}

/// One page of a search for what changed since `watermark`, newest first.
pub(crate) async fn search(
    link: &Link,
    home: &Home,
    watermark: i64,
    cursor: Option<&str>,
) -> Result<Found, Fault> {
    let request = SearchRequest {
        sort_last_edited: Some(Direction::Descending),
        page_size: 50,
        cursor: cursor.map(str::to_owned),
        ..SearchRequest::default()
    };
    let list = link.client.search(&request).await?;
    let mut found = Found {
        pages: Vec::new(),
        next: list.next_cursor.filter(|_| list.has_more),
        newest: 0,
    };
    for page in list.results {
        found.newest = found.newest.max(page.last_edited_time);
        if page.last_edited_time < watermark - OVERLAP {
            found.next = None;
            break;
        }
        let page_id = page.id.to_string();
        let ours = page.parent == Parent::Page(home.root)
            || link.store.note_of_page(&page_id).await?.is_some();
        if ours && !page.in_trash {
            found.pages.push(Seen::of(page));
        }
    }
    Ok(found)
}

/// Keeps how far a whole look went.
pub(crate) async fn looked(link: &Link, newest: i64) -> Result<(), Fault> {
    Ok(link.store.set_meta(WATERMARK, &newest.to_string()).await?)
}

/// One page of the listing of the home, and where the next one begins.
pub(crate) async fn list(
    link: &Link,
    home: &Home,
    cursor: Option<&str>,
) -> Result<(Vec<Seen>, Option<String>), Fault> {
    let list = link.client.children(&home.root, cursor, 100).await?;
    let pages = list.results.into_iter().filter_map(|block| {
        Some(Seen {
            title: block.child_page_title?,
            id: block.id,
            created: block.created_time,
            last_edited: block.last_edited_time,
        })
    });
    Ok((pages.collect(), list.next_cursor.filter(|_| list.has_more)))
}

/// A page as it was when it was asked for.
pub(crate) struct Reading {
    known: Option<NoteRow>,
    seen: Seen,
    asked: Instant,
    remote: Remote,
}

/// Reads a page if it changed since it was last read. Writes nothing: it may be broken off at any time.
pub(crate) async fn read(
    link: &Link,
    home: &Home,
    seen: &Seen,
    read: &Read,
) -> Result<Option<Reading>, Fault> {
    let page_id = seen.id.to_string();
    if seen.id == home.root || seen.id == home.contents || read.contains(&seen.id) {
        return Ok(None);
    }
    let known = link.store.note_of_page(&page_id).await?;
    if link.store.was_read(&page_id, seen.last_edited).await? && known.is_some() {
        return Ok(None);
    }
    let unsettled = match &known {
        // What became of the last request is found out first.
        Some(note) => link
            .store
            .outbox_item(&Work::Note(note.id.clone()))
            .await?
            .is_some_and(|item| item.journal.is_some()),
        // An unknown page may be one of ours whose answer never came.
        None => link.store.create_unsettled().await?,
    };
    if unsettled {
        return Ok(None);
    }
    let in_trash_here = known.as_ref().is_some_and(|note| {
        let base = note.base.as_ref();
        note.trashed && base.is_some_and(|base| base.trashed)
    });
    // Search may be late: a page that was just thrown away must not come back by that.
    if in_trash_here && link.client.page(&seen.id).await?.in_trash {
        return Ok(None);
    }
    let asked = Instant::now();
    let answer = link.client.markdown(&seen.id).await?;
    if answer.truncated && known.is_some() {
        tracing::warn!(page = %seen.id, "the page is too long to be read whole: left as it is here");
        return Ok(None);
    }
    Ok(Some(Reading {
        known,
        seen: seen.clone(),
        asked,
        remote: Remote {
            title: Some(seen.title.clone()),
            markdown: answer.markdown,
        },
    }))
}

/// Takes over what was read.
pub(crate) async fn settle(link: &Link, reading: Reading, read: &mut Read) -> Result<(), Fault> {
    read.insert(reading.seen.id);
    let Reading {
        known,
        seen,
        asked,
        remote,
    } = reading;
    match known {
        Some(note) => changed(link, &note.id, &seen, asked, &remote).await,
        None => import(link, &seen, asked, remote).await,
    }
}

async fn changed(
    link: &Link,
    id: &str,
    seen: &Seen,
    asked: Instant,
    remote: &Remote,
) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let before = write.note(id).await?;
    let mut note = before.clone();
    let Some(mut ancestor) = note.base.clone() else {
        return Ok(write.commit().await?);
    };
    // It is listed among the living, so a person took it out of the trash there.
    let restored = ancestor.trashed && note.trashed;
    ancestor.trashed = false;
    let outcome = absorb(&mut note, &ancestor, remote);
    if restored {
        note.trashed = false;
    }
    let renamed = note.title != before.title;
    let overruled = remote
        .title
        .as_ref()
        .filter(|title| **title != ancestor.title && **title != note.title);
    if let Some(title) = overruled {
        keep_both_titles(&mut write, &before, &mut note, title).await?;
    }
    if overruled.is_some() || outcome != Absorbed::Unchanged {
        write.keep_revision(&before, RevisionReason::Notion).await?;
    }
    write.keep_ancestor(&before, &note, &ancestor).await?;
    if outcome != Absorbed::Unchanged {
        note.edited = note.edited.max(seen.last_edited);
    }
    note.confirmed_at = Some(link.store.now());
    let behind = is_behind(&note);
    if note.state == State::Blocked && !behind {
        note.state = State::Synced;
        note.state_reason = None;
    }
    write.put(&note).await?;
    write
        .mark_seen(&seen.id.to_string(), seen.last_edited, asked)
        .await?;
    if behind && note.state != State::Conflict && note.state != State::Blocked {
        let now = link.store.now();
        write
            .enqueue(&Work::Note(id.to_owned()), PRIORITY_EDIT, now, 0)
            .await?;
        write.set_state(id, State::Queued, None).await?;
    }
    if before.note_type != note.note_type || before.tags != note.tags || renamed || restored {
        contents_changed(&mut write, link.store.now()).await?;
    }
    let note = write.note(id).await?;
    write.commit().await?;
    if outcome != Absorbed::Unchanged || restored {
        link.tally.pull();
    }
    if note != before {
        link.tell(&note);
    }
    Ok(())
}

/// Both sides renamed it: ours stays, theirs is kept in the history, and the person is told before one
/// replaces the other in Notion.
async fn keep_both_titles(
    write: &mut Write<'_>,
    before: &NoteRow,
    note: &mut NoteRow,
    theirs: &str,
) -> Result<(), CoreError> {
    write.keep_overruled(before, theirs).await?;
    note.version = note.version.max(before.version + 1);
    note.state = State::Conflict;
    note.state_reason = Some(titles_differ(theirs));
    Ok(())
}

/// A page that somebody made in the home becomes a note.
async fn import(link: &Link, seen: &Seen, asked: Instant, remote: Remote) -> Result<(), Fault> {
    let text = PageText::of_page(&remote.markdown);
    let new = NewNote {
        id: None,
        title: seen.title.clone(),
        body: notion_markdown::enhanced_to_body(&text.rest),
        note_type: text.note_type,
        tags: text.tags,
    };
    let mut write = link.store.write().await?;
    let id = write.insert(&new, State::Synced).await?;
    let mut note: NoteRow = write.note(&id).await?;
    note.created = seen.created;
    note.edited = seen.last_edited;
    note.page_id = Some(seen.id.to_string());
    note.confirmed_at = Some(link.store.now());
    note.excerpt = excerpt_of(&note.body);
    note.base = Some(Base {
        title: seen.title.clone(),
        markdown: remote.markdown,
        trashed: false,
        provisional: false,
    });
    write.put(&note).await?;
    write
        .mark_seen(&seen.id.to_string(), seen.last_edited, asked)
        .await?;
    contents_changed(&mut write, link.store.now()).await?;
    write.commit().await?;
    link.tally.pull();
    let _ignored = link.events.send(Event::NotesChanged {
        account: link.account.clone(),
    });
    Ok(())
}
