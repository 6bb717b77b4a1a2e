//! What has to hold once everything has settled.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use notion_markdown::Document;
use serde_json::Value;

use crate::TortureError;
use crate::act::Weather;
use crate::desk::Row;
use crate::drive::Plan;
use crate::ledger::{birth_of, words};
use crate::person::Seen;
use crate::stage::Stage;

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is wrong, in words; empty if nothing is.
    pub failures: Vec<String>,
    /// Notes that were born.
    pub notes: usize,
    /// Words that were written.
    pub words: usize,
    /// Words that only a history holds.
    pub in_history: usize,
    /// Requests that reached Notion.
    pub requests: u64,
}

/// Rounds in which everything has to come to rest.
const ROUNDS: usize = 24;
/// As long as this, a person presses "try again" on what did not go through.
const RETRIES: usize = 8;
/// Everybody waits this long between two rounds.
const BETWEEN: i64 = 65_000;
/// A quiet hour, and the steps in which it passes.
const HOUR: i64 = 3_600_000;
const MOMENT: i64 = 30_000;
/// More requests than this in a quiet hour are too many for one install that only looks.
const QUIET_REQUESTS: u64 = 120;

/// What the simulator counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) all: u64,
    writes: u64,
}

/// Everything there is, at the end.
struct End {
    pages: Vec<Seen>,
    desks: Vec<Held>,
    homes: BTreeSet<String>,
}

/// What a desk holds.
struct Held {
    space: usize,
    rows: Vec<Row>,
    history: Vec<String>,
}

impl Stage {
    /// Faults end, everybody signs in, and rounds are made until nothing more happens. Then it is
    /// compared.
    pub(crate) async fn settle(mut self) -> Result<Verdict, TortureError> {
        self.weather(&Weather::default()).await?;
        self.search(0, 0).await?;
        self.make_room()?;
        self.quiet().await?;
        self.sign_in().await?;
        let mut verdict = Verdict::default();
        if !self.come_to_rest().await? {
            let told = self.unrest().await?;
            verdict
                .failures
                .push(format!("it never came to rest: {told}"));
        }
        let end = self.end().await?;
        self.compare(&end, &mut verdict);
        verdict.failures.extend(self.quiet_hour().await?);
        verdict.requests = self.count().await?.all;
        Ok(verdict)
    }

    async fn come_to_rest(&mut self) -> Result<bool, TortureError> {
        let mut before = self.count().await?;
        let mut still = 0;
        for round in 0..ROUNDS {
            for desk in 0..self.desks.len() {
                if round < RETRIES {
                    self.sign_in_where_asked(desk).await?;
                    self.retry(desk).await?;
                }
                self.round(desk, Plan::default()).await?;
            }
            self.time.pass(BETWEEN).await?;
            let now = self.count().await?;
            still = if now.writes == before.writes {
                still + 1
            } else {
                0
            };
            before = now;
            // What waits may wait for a time, such as that in which a lost create could still arrive.
            if still >= 2 && self.unrest().await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What still waits.
    async fn unrest(&mut self) -> Result<String, TortureError> {
        let mut told = Vec::new();
        for desk in 0..self.desks.len() {
            let waiting = self.outbox(desk).await?;
            if !waiting.is_empty() {
                told.push(format!("desk {desk} waits for {waiting:?}"));
            }
        }
        Ok(told.join("; "))
    }

    pub(crate) async fn count(&self) -> Result<Count, TortureError> {
        let stats = self.control("stats", &Value::Null).await?;
        let requests = stats.get("requests").and_then(Value::as_object);
        let mut count = Count::default();
        for (route, times) in requests.into_iter().flatten() {
            let times = times.as_u64().unwrap_or(0);
            count.all += times;
            if !route.starts_with("GET ") && !route.ends_with("/search") {
                count.writes += times;
            }
        }
        Ok(count)
    }

    async fn end(&mut self) -> Result<End, TortureError> {
        let mut desks = Vec::new();
        for desk in 0..self.desks.len() {
            desks.push(Held {
                space: self.desks.get(desk).map_or(0, |desk| desk.space),
                rows: self.rows(desk).await?,
                history: self.history(desk).await?,
            });
        }
        let mut homes = BTreeSet::from([self.elsewhere.clone()]);
        for desk in 0..self.desks.len() {
            homes.extend(self.home(desk).await?);
        }
        let pages = self.pages().await?;
        Ok(End {
            pages,
            desks,
            homes,
        })
    }

    fn compare(&self, end: &End, verdict: &mut Verdict) {
        let failures = &mut verdict.failures;
        once_in_notion(end, failures);
        for (number, desk) in end.desks.iter().enumerate() {
            once_here(end, number, desk, failures);
            alike(end, number, desk, failures);
        }
        listed(end, failures);
        for (word, entry) in self.ledger.iter() {
            verdict.words += 1;
            verdict.notes += usize::from(entry.birth);
            match end.place_of(word, entry.space) {
                Place::Elsewhere(where_found) => {
                    failures.push(format!("{word} is in another account: {where_found}"));
                }
                Place::Text => {}
                Place::History => verdict.in_history += 1,
                Place::Nowhere if entry.removed => {}
                Place::Nowhere => failures.push(format!("{word} is lost")),
            }
        }
    }

    /// An hour in which nobody does anything, with everything running as it does in real life.
    async fn quiet_hour(&mut self) -> Result<Vec<String>, TortureError> {
        let before = self.count().await?;
        for install in &self.installs {
            install.core.start();
        }
        for _ in 0..HOUR / MOMENT {
            self.time.pass(MOMENT).await?;
            self.calm().await;
        }
        let after = self.count().await?;
        let mut failures = Vec::new();
        if after.writes != before.writes {
            let times = after.writes - before.writes;
            failures.push(format!("in a quiet hour {times} writes were sent"));
        }
        let asked = after.all - before.all;
        if asked > QUIET_REQUESTS * self.desks.len() as u64 {
            failures.push(format!("in a quiet hour {asked} requests were sent"));
        }
        let cores: Vec<_> = self
            .installs
            .iter()
            .map(|install| install.core.clone())
            .collect();
        for core in cores {
            let shutdown = Box::pin(async move { core.shutdown(Duration::ZERO).await });
            self.drive(usize::MAX, Plan::default(), shutdown).await?;
        }
        Ok(failures)
    }
}

/// Where a word was found.
enum Place {
    /// In a workspace it does not belong to.
    Elsewhere(String),
    /// In a title or a text.
    Text,
    /// In a history only.
    History,
    Nowhere,
}

impl End {
    fn place_of(&self, word: &str, space: usize) -> Place {
        let mut place = Place::Nowhere;
        for page in &self.pages {
            if page.markdown.contains(word) || page.title.contains(word) {
                if page.space != space {
                    return Place::Elsewhere(page.title.clone());
                }
                place = Place::Text;
            }
        }
        for desk in &self.desks {
            let rows = desk.rows.iter();
            for row in rows.filter(|row| row.body.contains(word) || row.title.contains(word)) {
                if desk.space != space {
                    return Place::Elsewhere(row.title.clone());
                }
                place = Place::Text;
            }
        }
        let own = self.desks.iter().filter(|desk| desk.space == space);
        let mut kept = own.flat_map(|desk| &desk.history);
        match place {
            Place::Nowhere if kept.any(|text| text.contains(word)) => Place::History,
            place => place,
        }
    }

    fn notes(&self) -> impl Iterator<Item = &Seen> {
        let notes = self.pages.iter();
        notes.filter(|page| !self.homes.contains(&page.id))
    }
}

fn once_in_notion(end: &End, failures: &mut Vec<String>) {
    let mut pages: BTreeMap<u32, u32> = BTreeMap::new();
    for page in end.notes() {
        match page.birth {
            Some(birth) => *pages.entry(birth).or_default() += 1,
            None => failures.push(format!(
                "a page that nobody made: {} {:?}",
                page.title, page.markdown
            )),
        }
    }
    for (birth, times) in pages {
        if times != 1 {
            failures.push(format!("N{birth}q is {times} times in Notion"));
        }
    }
}

fn once_here(end: &End, number: usize, desk: &Held, failures: &mut Vec<String>) {
    let mut rows: BTreeMap<u32, u32> = BTreeMap::new();
    for row in &desk.rows {
        match birth_of(&row.body) {
            Some(birth) => *rows.entry(birth).or_default() += 1,
            None => failures.push(format!(
                "desk {number} has a note that nobody made: {} {:?}",
                row.title, row.body
            )),
        }
    }
    for (birth, times) in &rows {
        if *times != 1 {
            failures.push(format!("desk {number} has N{birth}q {times} times"));
        }
    }
    let ours = end.notes().filter(|page| page.space == desk.space);
    for birth in ours.filter_map(|page| page.birth) {
        if !rows.contains_key(&birth) && !moved_before_it_was_seen(end, birth) {
            failures.push(format!("desk {number} does not have N{birth}q"));
        }
    }
}

/// A page that left the home, or went into the trash, before an install ever saw it is none of its
/// business.
fn moved_before_it_was_seen(end: &End, birth: u32) -> bool {
    let mut pages = end.notes().filter(|page| page.birth == Some(birth));
    pages.all(|page| page.trashed || !end.is_at_home(page))
}

impl End {
    fn is_at_home(&self, page: &Seen) -> bool {
        let parent = self.pages.iter().find(|home| home.id == page.parent);
        parent.is_some_and(|home| home.title != "Elsewhere")
    }
}

/// Every note is the same here and in Notion.
fn alike(end: &End, number: usize, desk: &Held, failures: &mut Vec<String>) {
    for row in &desk.rows {
        let name = birth_of(&row.body).map_or_else(|| row.title.clone(), |n| format!("N{n}q"));
        let Some(page) = &row.page else {
            if !row.trashed {
                failures.push(format!(
                    "desk {number}: {name} never came to Notion ({})",
                    row.state
                ));
            }
            continue;
        };
        let Some(page) = end.pages.iter().find(|seen| seen.id == *page) else {
            failures.push(format!("desk {number}: the page of {name} is not there"));
            continue;
        };
        if row.state == "blocked" {
            if !page.trashed {
                let reason = row.reason.as_deref().unwrap_or_default();
                failures.push(format!("desk {number}: {name} is blocked: {reason}"));
            }
            continue;
        }
        let mut differs = |what: &str, here: &str, there: &str| {
            if here != there {
                failures.push(format!(
                    "desk {number}: the {what} of {name} is {here:?} here and {there:?} in Notion"
                ));
            }
        };
        differs("trash", &row.trashed.to_string(), &page.trashed.to_string());
        if row.trashed && page.trashed {
            // What lies in the trash is brought up to date when somebody takes it out.
            continue;
        }
        differs("title", &row.title, &page.title);
        differs(
            "text",
            &visible(&Document::from_body(&row.body)),
            &visible(&Document::from_enhanced(&page.markdown)),
        );
    }
}

fn visible(document: &Document) -> String {
    let text = document.plain_text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The contents page names every living note once.
fn listed(end: &End, failures: &mut Vec<String>) {
    for contents in end.pages.iter().filter(|page| {
        page.title == "Table of Contents" && end.homes.contains(&page.id) && !page.trashed
    }) {
        for note in end.notes().filter(|note| note.space == contents.space) {
            let times = contents.markdown.matches(&note.id.replace('-', "")).count();
            let wanted = usize::from(!note.trashed);
            // Where it could not be sent, it lives on although its page lies in the trash.
            let lives_on = end
                .desks
                .iter()
                .flat_map(|desk| &desk.rows)
                .any(|row| row.state == "blocked" && row.page.as_ref() == Some(&note.id));
            if times != wanted && end.is_at_home(note) && !lives_on {
                failures.push(format!(
                    "{:?} is {times} times in the contents, not {wanted}:\n{}",
                    words(&note.markdown).next(),
                    contents.markdown
                ));
            }
        }
    }
}
