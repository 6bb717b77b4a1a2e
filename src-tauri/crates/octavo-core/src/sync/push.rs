//! From here to Notion, one note at a time.

use notion_api::{ApiError, NewPage, PageId, PageUpdate, Parent, Position};
use notion_markdown::canonical;
use octavo_contract::RevisionReason;

use super::change::{Arrival, arrival, send};
use super::refusal::{Refusal, nothing_was_done, refused};
use super::stage::{beginning, most_stages, stage};
use super::unclear::{settle_unclear, settled};
use super::{Fault, Link, files};
use crate::CoreError;
use crate::absorb::{Absorbed, Remote, absorb};
use crate::files::references;
use crate::page_text::{next_file, page_markdown};
use crate::store::{Base, Journal, NoteRow, PRIORITY_CONTENTS, Sent, State, Work};

/// A burst of changes is brought to the contents page at once.
const CONTENTS_PAUSE: i64 = 3_000;
const CONTENTS_PATIENCE: i64 = 20_000;
/// More steps than a note can need: a guard against going round in circles.
const MOST_STEPS: usize = 12;
/// Announced, sent, put there; and once more, where an upload ended in between.
const MOST_STEPS_OF_A_FILE: usize = 6;

/// The next request that brings a note's page to the note's state.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Create,
    Restore,
    Title,
    Body { wanted: String },
    File { address: String },
    Trash,
    Nothing,
}

fn next_step(note: &NoteRow) -> Step {
    let Some(base) = note.base.as_ref().filter(|_| note.page_id.is_some()) else {
        // A note that was trashed before it was ever sent has no business in Notion.
        return if note.trashed {
            Step::Nothing
        } else {
            Step::Create
        };
    };
    if base.trashed && !note.trashed {
        return Step::Restore;
    }
    if base.trashed {
        return Step::Nothing;
    }
    if note.title != base.title {
        return Step::Title;
    }
    let wanted = page_markdown(note);
    if canonical(&wanted) != canonical(&base.markdown) {
        return Step::Body { wanted };
    }
    if note.trashed {
        return Step::Trash;
    }
    // The words first: files may take their time.
    match next_file(note) {
        Some(address) => Step::File { address },
        None => Step::Nothing,
    }
}

/// Whether anything of this note is not in Notion yet.
pub(crate) fn is_behind(note: &NoteRow) -> bool {
    next_step(note) != Step::Nothing
}

fn most_steps(note: &NoteRow, room: usize) -> usize {
    let files = references(&note.body).len();
    MOST_STEPS + most_stages(&note.body, room) + files * MOST_STEPS_OF_A_FILE
}

/// Brings one note's page to the note's state.
pub(crate) async fn push_note(link: &Link, id: &str) -> Result<(), Fault> {
    let work = Work::Note(id.to_owned());
    let journal = link
        .store
        .outbox_item(&work)
        .await?
        .and_then(|item| item.journal);
    if let Some(journal) = journal {
        settle_unclear(link, &work, id, &journal).await?;
    }
    let mut refusals = 0;
    let mut sent_something = false;
    let mut steps = 0;
    loop {
        let note = link.store.note(id).await?;
        if steps >= most_steps(&note, link.room) {
            break;
        }
        steps += 1;
        let step = next_step(&note);
        if step == Step::Nothing {
            finish(link, &work, id).await?;
            if sent_something {
                link.tally.push();
            }
            return Ok(());
        }
        sent_something = true;
        match take_step(link, &work, &note, step).await {
            Ok(Then::GoOn) => {}
            Ok(Then::Ask) => return Ok(()),
            Err(Fault::Api(error)) => {
                if nothing_was_done(&error) {
                    // Nothing to find out about it later, and nothing to wait for.
                    settled(link, &work).await?;
                }
                match refused(link, &work, &note, error, &mut refusals).await? {
                    Refusal::TryAgain => {}
                    Refusal::PutAside => return Ok(()),
                }
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::Later("the note keeps changing in Notion".to_owned()))
}

/// What comes after a step.
enum Then {
    GoOn,
    /// The person has to see something first.
    Ask,
}

async fn take_step(link: &Link, work: &Work, note: &NoteRow, step: Step) -> Result<Then, Fault> {
    match step {
        Step::Create => create(link, work, note).await?,
        Step::Restore => set_trashed(link, work, note, false).await?,
        Step::Trash => set_trashed(link, work, note, true).await?,
        Step::Title => return retitle(link, work, note).await,
        Step::Body { wanted } => update(link, work, note, wanted).await?,
        Step::File { address } => files::step(link, work, note, &address).await?,
        Step::Nothing => {}
    }
    Ok(Then::GoOn)
}

/// Writes down what is about to be sent, before it is.
pub(super) async fn journal(
    link: &Link,
    work: &Work,
    note: &NoteRow,
    sent: Sent,
) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    write.journal(work, &sent).await?;
    let note = write.note(&note.id).await?;
    write.commit().await?;
    link.tell(&note);
    Ok(())
}

async fn create(link: &Link, work: &Work, note: &NoteRow) -> Result<(), Fault> {
    let home = link.home().await?;
    // What does not fit follows as changes of the page.
    let bare = NoteRow {
        files: Vec::new(),
        ..note.clone()
    };
    let markdown = beginning(&page_markdown(&bare), link.room);
    let sent = Sent::Create {
        title: note.title.clone(),
        markdown: markdown.clone(),
        since: minute(super::pull::newest_seen(&link.store).await?),
    };
    journal(link, work, note, sent).await?;
    let mut page = NewPage::new(Parent::Page(home.root), note.title.clone());
    page.markdown = Some(markdown.clone()).filter(|text| !text.is_empty());
    page.position = Some(Position::AfterBlock(home.contents));
    let answer = match link.client.create_page(&page).await {
        Err(ApiError::Validation { message, .. }) if message.contains("after_block") => {
            // Somebody moved the contents page out of the home: then the beginning will do.
            page.position = Some(Position::PageStart);
            link.client.create_page(&page).await
        }
        answer => answer,
    };
    match answer {
        Ok(made) => created(link, work, &note.id, made.id, &note.title, markdown).await,
        Err(ApiError::Unclear(unclear)) => match unclear.committed_resource_id {
            Some(made) => created(link, work, &note.id, made, &note.title, markdown).await,
            None => Err(ApiError::Unclear(unclear).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// Notion may round times down to the minute (developer changelog).
fn minute(millis: i64) -> i64 {
    millis - millis.rem_euclid(60_000)
}

/// Stores that a page exists for the note. What was sent is the base until the page is read.
pub(super) async fn created(
    link: &Link,
    work: &Work,
    id: &str,
    page: PageId,
    title: &str,
    markdown: String,
) -> Result<(), Fault> {
    if let Err(fault) = note_down(link, work, id, page, title, markdown).await {
        // Most likely the disk is full. Until it is not, nobody must forget which page is whose.
        if let Err(error) = link.store.answers.keep(id, &page.to_string()).await {
            tracing::error!(%error, "a page that was made could not be noted down");
        }
        return Err(fault);
    }
    if let Err(error) = link.store.answers.forget(id).await {
        // It says nothing that is not true.
        tracing::warn!(%error, "what was put by for a full disk is still there");
    }
    Ok(())
}

async fn note_down(
    link: &Link,
    work: &Work,
    id: &str,
    page: PageId,
    title: &str,
    markdown: String,
) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let mut note = write.note(id).await?;
    note.page_id = Some(page.to_string());
    // A page that is new has no file of an earlier one.
    note.files.clear();
    note.base = Some(Base {
        title: title.to_owned(),
        markdown,
        trashed: false,
        provisional: true,
    });
    note.confirmed_at = Some(link.store.now());
    write.put(&note).await?;
    write.settle(work).await?;
    contents_changed(&mut write, link.store.now()).await?;
    write.commit().await?;
    Ok(())
}

/// The contents page is out of date.
pub(crate) async fn contents_changed(
    write: &mut crate::store::Write<'_>,
    now: i64,
) -> Result<(), CoreError> {
    write
        .enqueue(
            &Work::Contents,
            PRIORITY_CONTENTS,
            now + CONTENTS_PAUSE,
            CONTENTS_PATIENCE,
        )
        .await
}

pub(super) fn page_of(note: &NoteRow) -> Result<PageId, Fault> {
    note.page_id
        .as_deref()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Fault::Core(CoreError::NotInNotion))
}

async fn retitle(link: &Link, work: &Work, note: &NoteRow) -> Result<Then, Fault> {
    let page = page_of(note)?;
    // A new title replaces whatever is there, without a guard: what a person has called the page since
    // it was last read is looked at first.
    let theirs = link.client.page(&page).await?.title;
    let known = note.base.as_ref().is_none_or(|base| base.title == theirs);
    if !known && theirs != note.title {
        renamed_there(link, work, note, theirs).await?;
        return Ok(Then::Ask);
    }
    journal(
        link,
        work,
        note,
        Sent::Title {
            title: note.title.clone(),
        },
    )
    .await?;
    let update = PageUpdate {
        title: Some(note.title.clone()),
        ..PageUpdate::default()
    };
    link.client.update_page(&page, &update).await?;
    confirm(link, work, &note.id, |base| {
        base.title.clone_from(&note.title);
    })
    .await?;
    Ok(Then::GoOn)
}

/// Both sides renamed the page: their title is kept, and the person is told before ours replaces it.
async fn renamed_there(
    link: &Link,
    work: &Work,
    note: &NoteRow,
    theirs: String,
) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let mut now = write.note(&note.id).await?;
    let before = now.clone();
    write.keep_overruled(&now, &theirs).await?;
    now.state = State::Conflict;
    now.state_reason = Some(titles_differ(&theirs));
    if let Some(agreed) = &before.base {
        write.keep_ancestor(&before, &now, agreed).await?;
    }
    if let Some(base) = now.base.as_mut() {
        base.title = theirs;
    }
    write.put(&now).await?;
    write.remove(work).await?;
    write.commit().await?;
    link.tell(&now);
    Ok(())
}

/// The sentence for a note that has one title here and another one in Notion.
pub(super) fn titles_differ(theirs: &str) -> String {
    format!(
        "Its title was changed in both places. In Notion it is \u{201c}{theirs}\u{201d}; that title \
         is kept in its history. Sending the note again replaces it with yours."
    )
}

async fn set_trashed(link: &Link, work: &Work, note: &NoteRow, trashed: bool) -> Result<(), Fault> {
    journal(link, work, note, Sent::Trash { trashed }).await?;
    let update = PageUpdate {
        in_trash: Some(trashed),
        ..PageUpdate::default()
    };
    match link.client.update_page(&page_of(note)?, &update).await {
        // A page that is gone for good is as trashed as can be.
        Err(ApiError::NotFound { .. }) if trashed => {}
        answer => {
            answer?;
        }
    }
    confirm(link, work, &note.id, |base| base.trashed = trashed).await?;
    let mut write = link.store.write().await?;
    contents_changed(&mut write, link.store.now()).await?;
    Ok(write.commit().await?)
}

/// Stores what an answer confirmed.
async fn confirm(
    link: &Link,
    work: &Work,
    id: &str,
    change: impl FnOnce(&mut Base) + Send,
) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let mut note = write.note(id).await?;
    if let Some(base) = note.base.as_mut() {
        change(base);
    }
    note.confirmed_at = Some(link.store.now());
    write.put(&note).await?;
    write.settle(work).await?;
    write.commit().await?;
    Ok(())
}

async fn update(link: &Link, work: &Work, note: &NoteRow, wanted: String) -> Result<(), Fault> {
    let Some(base) = note.base.clone() else {
        return Ok(());
    };
    let Some(stage) = stage(&base.markdown, &wanted, link.room)? else {
        // Equal but for spelling: the base may as well say it our way.
        return confirm(link, work, &note.id, |base| base.markdown = wanted).await;
    };
    let sent = Base {
        markdown: stage.text,
        provisional: true,
        ..base.clone()
    };
    journal(
        link,
        work,
        note,
        Sent::Body {
            markdown: sent.markdown.clone(),
        },
    )
    .await?;
    let page = page_of(note)?;
    let Some(answer) = send(&link.client, &page, &base.markdown, &stage.change).await? else {
        // Somebody wrote in between.
        return refresh(link, work, &note.id).await;
    };
    let complete = !answer.truncated;
    let remote = Remote {
        title: None,
        markdown: answer.markdown,
    };
    let mut write = link.store.write().await?;
    let mut now = write.note(&note.id).await?;
    if complete {
        let before = now.clone();
        if absorb(&mut now, &sent, &remote) != Absorbed::Unchanged {
            write.keep_revision(&before, RevisionReason::Notion).await?;
            write.keep_ancestor(&before, &now, &sent).await?;
        }
    } else {
        now.base = Some(sent);
    }
    now.confirmed_at = Some(link.store.now());
    write.put(&now).await?;
    write.settle(work).await?;
    write.commit().await?;
    Ok(())
}

/// Nothing is left to send: the row goes, in the same step that says so. A note that changed in the
/// meantime keeps its row.
async fn finish(link: &Link, work: &Work, id: &str) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let note = write.note(id).await?;
    if next_step(&note) != Step::Nothing {
        return Ok(write.commit().await?);
    }
    write.remove(work).await?;
    if note.state != State::Conflict {
        write.set_state(id, State::Synced, None).await?;
    }
    let note = write.note(id).await?;
    write.commit().await?;
    link.tell(&note);
    Ok(())
}

/// Reads the page and brings the note together with it. The note may have something left to send
/// afterwards.
pub(super) async fn refresh(link: &Link, work: &Work, id: &str) -> Result<(), Fault> {
    let note = link.store.note(id).await?;
    let page = page_of(&note)?;
    let answer = link.client.markdown(&page).await?;
    if answer.truncated {
        return Err(Fault::Later(
            "the page is too long to be read whole".to_owned(),
        ));
    }
    let remote = Remote {
        title: None,
        markdown: answer.markdown,
    };
    let item = link.store.outbox_item(work).await?;
    let sent = match item.and_then(|item| item.journal) {
        Some(Journal {
            sent: Sent::Body { markdown },
            ..
        }) => Some(markdown),
        _ => None,
    };
    let mut write = link.store.write().await?;
    let mut note = write.note(id).await?;
    if let Some(ancestor) = note.base.clone() {
        let before = note.clone();
        let came = |sent: &str| arrival(&ancestor.markdown, sent, &remote.markdown);
        let own = sent.as_deref().map(came);
        if own == Some(Arrival::Halfway) {
            // Only half of our own change is there: the rest follows from what is there now.
            note.base = Some(Base {
                markdown: remote.markdown,
                provisional: false,
                ..ancestor
            });
        } else {
            // What arrived of ours is nobody else's change.
            let ancestor = match sent.filter(|_| own == Some(Arrival::Whole)) {
                Some(markdown) => Base {
                    markdown,
                    provisional: true,
                    ..ancestor
                },
                None => ancestor,
            };
            if absorb(&mut note, &ancestor, &remote) != Absorbed::Unchanged {
                write.keep_revision(&before, RevisionReason::Notion).await?;
                write.keep_ancestor(&before, &note, &ancestor).await?;
            }
        }
    }
    write.put(&note).await?;
    write.settle(work).await?;
    write.commit().await?;
    link.tell(&note);
    Ok(())
}
