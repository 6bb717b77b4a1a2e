//! From Notion to here.

use std::cmp::Reverse;
use std::collections::HashSet;

use notion_api::{Direction, Page, PageId, Parent, SearchRequest};
use octavo_contract::{Event, RevisionReason};
use tokio::time::Instant;

use super::push::{contents_changed, is_behind, titles_differ};
use super::{Fault, Link, vanished};
use crate::CoreError;
use crate::absorb::{Absorbed, Remote, absorb};
use crate::page_text::PageText;
use crate::store::{Base, NewNote, NoteRow, PRIORITY_EDIT, State, Store, Work, Write, excerpt_of};
use crate::workspace::Home;

const WATERMARK: &str = "pull_watermark";
/// Search may show a page late, and its times may be rounded: look this far behind the watermark.
const OVERLAP: i64 = 120_000;
/// Pages of search results in one look; what lies behind them is found by the walk.
const SEARCH_PAGES: usize = 3;
/// A page as a listing shows it.
struct Seen {
    id: PageId,
    title: String,
    created: i64,
    last_edited: i64,
}

impl Seen {
    fn of(page: Page) -> Self {
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

/// Looks for pages that changed since the last look.
pub(crate) async fn poll(link: &Link, home: &Home, read: &mut Read) -> Result<(), Fault> {
    let watermark = newest_seen(&link.store).await?;
    let mut newest = watermark;
    let mut request = SearchRequest {
        sort_last_edited: Some(Direction::Descending),
        page_size: 50,
        ..SearchRequest::default()
    };
    'looking: for _ in 0..SEARCH_PAGES {
        let list = link.client.search(&request).await?;
        for page in list.results {
            newest = newest.max(page.last_edited_time);
            if page.last_edited_time < watermark - OVERLAP {
                break 'looking;
            }
            let ours = page.parent == Parent::Page(home.root)
                || link
                    .store
                    .note_of_page(&page.id.to_string())
                    .await?
                    .is_some();
            if ours && !page.in_trash {
                take(link, home, Seen::of(page), read).await?;
            }
        }
        match list.next_cursor {
            Some(next) if list.has_more => request.cursor = Some(next),
            _ => break,
        }
    }
    link.store.set_meta(WATERMARK, &newest.to_string()).await?;
    Ok(())
}

/// Goes through every page of the home: finds what search omits, and what is gone.
pub(crate) async fn walk(link: &Link, home: &Home, read: &mut Read) -> Result<(), Fault> {
    let mut present = HashSet::new();
    let mut pages = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let list = link
            .client
            .children(&home.root, cursor.as_deref(), 100)
            .await?;
        for block in list.results {
            let Some(title) = block.child_page_title else {
                continue;
            };
            present.insert(block.id.to_string());
            pages.push(Seen {
                id: block.id,
                title,
                created: block.created_time,
                last_edited: block.last_edited_time,
            });
        }
        match list.next_cursor {
            Some(next) if list.has_more => cursor = Some(next),
            _ => break,
        }
    }
    // What was written last is what a person looks for first: a first sync is useful at once.
    pages.sort_by_key(|page| Reverse(page.last_edited));
    for page in pages {
        take(link, home, page, read).await?;
    }
    // Search may omit what was moved away, too, and nothing else would meet it.
    for page in vanished::look_after(link, &present).await? {
        take(link, home, Seen::of(page), read).await?;
    }
    Ok(())
}

/// Takes a page over if it changed since it was last read.
async fn take(link: &Link, home: &Home, seen: Seen, read: &mut Read) -> Result<(), Fault> {
    let page_id = seen.id.to_string();
    if seen.id == home.root || seen.id == home.contents || read.contains(&seen.id) {
        return Ok(());
    }
    let known = link.store.note_of_page(&page_id).await?;
    if link.store.was_read(&page_id, seen.last_edited).await? && known.is_some() {
        return Ok(());
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
        return Ok(());
    }
    let in_trash_here = known.as_ref().is_some_and(|note| {
        let base = note.base.as_ref();
        note.trashed && base.is_some_and(|base| base.trashed)
    });
    // Search may be late: a page that was just thrown away must not come back by that.
    if in_trash_here && link.client.page(&seen.id).await?.in_trash {
        return Ok(());
    }
    let asked = Instant::now();
    let answer = link.client.markdown(&seen.id).await?;
    read.insert(seen.id);
    if answer.truncated && known.is_some() {
        tracing::warn!(page = %seen.id, "the page is too long to be read whole: left as it is here");
        return Ok(());
    }
    let remote = Remote {
        title: Some(seen.title.clone()),
        markdown: answer.markdown,
    };
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
