//! Pages that are not in the home any more: what is thrown away in Notion is thrown away here, unless
//! it is so much that the person has to say so.

use std::collections::HashSet;

use notion_api::{ApiError, Page, PageId};
use octavo_contract::VanishedAnswer;
use serde::{Deserialize, Serialize};

use super::push::{contents_changed, is_behind};
use super::{Fault, Link};
use crate::CoreError;
use crate::store::{Listed, PRIORITY_EDIT, State, Store, Work, Write, to_json};

/// More vanished notes than this at once are not believed, nor more than a fifth of an account's
/// notes; a few may always go.
const MOST_VANISHED: usize = 10;
const FEW: usize = 3;
/// More pages that are not listed than this are not even asked for one by one.
const MOST_LOOKED_AFTER: usize = 50;
/// The pages that live outside the home, as far as is known.
const MOVED: &str = "moved_pages";
/// The question that is open, and its answer until it is carried out.
const QUESTION: &str = "vanished_pages";

/// Pages that vanished at once, about which the person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    /// When it was seen first.
    pub(crate) at: i64,
    /// The pages.
    pub(crate) pages: Vec<String>,
    /// What the person said. It stays here until every page was dealt with.
    pub(crate) answer: Option<VanishedAnswer>,
}

/// What became of a page that is not listed.
enum Fate {
    Trashed,
    OutOfSight,
    /// A person moved it out of the home: it is not gone.
    Elsewhere(Box<Page>),
}

/// The question, if there is one.
pub(crate) async fn question(store: &Store) -> Result<Option<Question>, CoreError> {
    Ok(read(store.meta(QUESTION).await?))
}

fn read(json: Option<String>) -> Option<Question> {
    json.and_then(|json| serde_json::from_str(&json).ok())
}

/// Writes the person's answer down; the next walk carries it out. `false` when nothing is asked.
pub(crate) async fn answer(
    write: &mut Write<'_>,
    answer: VanishedAnswer,
) -> Result<bool, CoreError> {
    let Some(mut open) = read(write.meta(QUESTION).await?) else {
        return Ok(false);
    };
    // One that is being carried out stays as it was given: half of each would be neither.
    open.answer.get_or_insert(answer);
    write.put_meta(QUESTION, &to_json(&open)?).await?;
    Ok(true)
}

/// Looks after the notes whose page a walk did not meet: trashed in Notion, moved away, or out of
/// sight. `before` are the notes from before the walk: what was sent meanwhile it could not meet. Answers the
/// pages that were moved away, as Notion shows them now.
pub(super) async fn look_after(
    link: &Link,
    before: &HashSet<String>,
    present: &HashSet<String>,
) -> Result<Vec<Page>, Fault> {
    let open = carry_out(link).await?;
    let listed = link.store.listed().await?;
    let lives = |note: &&Listed| !note.trashed && note.page_id.is_some();
    let living = listed.iter().filter(lives).count();
    let mut missing = missing(listed, present);
    missing.retain(|page| before.contains(page));
    let moved = link.store.meta(MOVED).await?;
    let moved: HashSet<String> = moved
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default();
    let new = missing.iter().filter(|id| !moved.contains(*id)).count();
    if new > MOST_LOOKED_AFTER {
        let unknown = missing.into_iter().filter(|id| !moved.contains(id));
        ask(link, open, unknown.collect()).await?;
        return Ok(Vec::new());
    }
    let mut pages = Vec::new();
    let mut elsewhere = HashSet::new();
    let mut gone = Vec::new();
    for page_id in missing {
        match fate(link, &page_id).await? {
            Some(Fate::Elsewhere(page)) => {
                elsewhere.insert(page_id);
                pages.push(*page);
            }
            Some(fate) => gone.push((page_id, fate)),
            None => {}
        }
    }
    if elsewhere != moved {
        link.store.set_meta(MOVED, &to_json(&elsewhere)?).await?;
    }
    let many = gone.len() > FEW && gone.len() * 5 > living;
    // A few fewer than before is no answer: what was asked about waits for one.
    if gone.len() > MOST_VANISHED || many || (open.is_some() && !gone.is_empty()) {
        let gone = gone.into_iter().map(|(page_id, _)| page_id);
        ask(link, open, gone.collect()).await?;
        return Ok(pages);
    }
    if open.is_some() {
        withdraw(link).await?;
    }
    for (page_id, fate) in gone {
        match fate {
            Fate::Trashed => trashed_in_notion(link, &page_id).await?,
            Fate::OutOfSight => out_of_sight(link, &page_id).await?,
            Fate::Elsewhere(_) => {}
        }
    }
    Ok(pages)
}

/// The pages of living notes that were not met. Those that will be taken out of Notion's trash, and
/// those that are known to be out of sight, are no news.
fn missing(listed: Vec<Listed>, present: &HashSet<String>) -> Vec<String> {
    let news = |note: &Listed| !note.trashed && !note.base_trashed && note.state != "blocked";
    listed
        .into_iter()
        .filter(news)
        .filter_map(|note| note.page_id)
        .filter(|page| !present.contains(page))
        .collect()
}

async fn fate(link: &Link, page_id: &str) -> Result<Option<Fate>, Fault> {
    let Ok(page) = page_id.parse::<PageId>() else {
        return Ok(None);
    };
    match link.client.page(&page).await {
        Ok(found) if found.in_trash => Ok(Some(Fate::Trashed)),
        Ok(found) => Ok(Some(Fate::Elsewhere(Box::new(found)))),
        Err(ApiError::NotFound { .. }) => Ok(Some(Fate::OutOfSight)),
        Err(error) => Err(error.into()),
    }
}

async fn ask(link: &Link, open: Option<Question>, pages: Vec<String>) -> Result<(), Fault> {
    tracing::warn!(
        missing = pages.len(),
        "too many notes vanished at once: the person is asked"
    );
    let asked = Question {
        at: open.map_or_else(|| link.store.now(), |open| open.at),
        pages,
        answer: None,
    };
    let mut write = link.store.write().await?;
    // An answer that came while this walk looked is not overwritten.
    let answered = read(write.meta(QUESTION).await?).is_some_and(|now| now.answer.is_some());
    if !answered {
        write.put_meta(QUESTION, &to_json(&asked)?).await?;
    }
    Ok(write.commit().await?)
}

async fn withdraw(link: &Link) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    write.drop_meta(QUESTION).await?;
    Ok(write.commit().await?)
}

/// Does what the person said about pages that vanished; answers the question that is still open. Each
/// page is looked at once more, as Notion may have changed since, and a run that dies goes on with
/// what is left.
async fn carry_out(link: &Link) -> Result<Option<Question>, Fault> {
    let Some(open) = question(&link.store).await? else {
        return Ok(None);
    };
    let Some(answer) = open.answer else {
        return Ok(Some(open));
    };
    for page_id in &open.pages {
        match (fate(link, page_id).await?, answer) {
            (Some(Fate::Trashed), VanishedAnswer::Keep) => send_again(link, page_id).await?,
            (Some(Fate::Trashed), VanishedAnswer::Trash) => {
                trashed_in_notion(link, page_id).await?;
            }
            // A page out of sight is never a deletion, whatever is answered.
            (Some(Fate::OutOfSight), _) => out_of_sight(link, page_id).await?,
            (Some(Fate::Elsewhere(_)) | None, _) => {}
        }
    }
    withdraw(link).await?;
    Ok(None)
}

/// Takes a page out of Notion's trash, as the person wishes to keep its note.
async fn send_again(link: &Link, page_id: &str) -> Result<(), Fault> {
    let Some(note) = link.store.note_of_page(page_id).await? else {
        return Ok(());
    };
    let mut write = link.store.write().await?;
    let mut note = write.note(&note.id).await?;
    if note.trashed {
        return Ok(write.commit().await?);
    }
    if let Some(base) = note.base.as_mut() {
        base.trashed = true;
    }
    note.state = State::Queued;
    note.state_reason = None;
    write.put(&note).await?;
    let now = link.store.now();
    let work = Work::Note(note.id.clone());
    write.enqueue(&work, PRIORITY_EDIT, now, 0).await?;
    write.commit().await?;
    link.tell(&note);
    Ok(())
}

async fn trashed_in_notion(link: &Link, page_id: &str) -> Result<(), Fault> {
    let Some(note) = link.store.note_of_page(page_id).await? else {
        return Ok(());
    };
    let mut write = link.store.write().await?;
    let mut note = write.note(&note.id).await?;
    // Words that never reached Notion are not thrown away with the page.
    if is_behind(&note) {
        return Ok(write.commit().await?);
    }
    note.trashed = true;
    if let Some(base) = note.base.as_mut() {
        base.trashed = true;
    }
    write.put(&note).await?;
    contents_changed(&mut write, link.store.now()).await?;
    write.commit().await?;
    link.tally.pull();
    link.tell(&note);
    Ok(())
}

async fn out_of_sight(link: &Link, page_id: &str) -> Result<(), Fault> {
    let Some(note) = link.store.note_of_page(page_id).await? else {
        return Ok(());
    };
    let mut write = link.store.write().await?;
    write
        .set_state(
            &note.id,
            State::Blocked,
            Some("Octavo cannot see its page in Notion any more. The note is safe here."),
        )
        .await?;
    let note = write.note(&note.id).await?;
    write.commit().await?;
    link.tell(&note);
    Ok(())
}
