//! Rows of `revision`: versions of a note that something took the place of.

use notion_markdown::{canonical, enhanced_to_body};
use octavo_contract::{OverruledTitle, RevisionReason, RevisionView};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Base, NoteRow, State, Store, Write, to_json};
use crate::CoreError;
use crate::page_text::PageText;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
const QUARTER: i64 = 90 * DAY;

/// A text that rested this long is worth keeping when the person writes on.
const REST: i64 = 2 * MINUTE;
/// Who writes without a rest has a version kept this often.
const SPELL: i64 = 10 * MINUTE;

/// A change that takes away this many bytes is more than correcting what was just typed …
const MUCH: usize = 200;
/// … and so is one that takes away half of a text that has at least this many.
const SHORT: usize = 40;

const REASONS: [(RevisionReason, &str); 8] = [
    (RevisionReason::Pause, "pause"),
    (RevisionReason::Notion, "notion"),
    (RevisionReason::Merge, "merge"),
    (RevisionReason::Moved, "moved"),
    (RevisionReason::Restore, "restore"),
    (RevisionReason::Enhanced, "enhanced"),
    (RevisionReason::Imported, "imported"),
    (RevisionReason::Theirs, "theirs"),
];

fn name_of(reason: RevisionReason) -> &'static str {
    REASONS
        .iter()
        .find(|(known, _)| *known == reason)
        .map_or("pause", |(_, name)| name)
}

fn reason_of(name: &str) -> RevisionReason {
    // One that a later Octavo knows is kept as long as those that are never thinned out.
    REASONS
        .iter()
        .find(|(_, known)| *known == name)
        .map_or(RevisionReason::Merge, |(reason, _)| *reason)
}

/// Why a row stands here that keeps but a title: followed by that title, as several may come while the
/// note stays as it is.
const OVERRULED: &str = "renamed";

/// Why a row stands here that is no version of the note, but what both sides agreed on before they
/// changed it: with the version that the note had then.
const ANCESTOR: &str = "ancestor";

/// A kept version with its body.
pub(crate) struct Kept {
    pub(crate) view: RevisionView,
    pub(crate) body: String,
    /// Its type and tags, if they were written down.
    pub(crate) labels: Option<Labels>,
}

/// What a note is called by besides its title.
pub(crate) struct Labels {
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
}

fn labels_of(row: &SqliteRow) -> sqlx::Result<Option<Labels>> {
    let tags: Option<String> = row.try_get("tags")?;
    let note_type = row.try_get("note_type")?;
    Ok(tags.map(|tags| Labels {
        note_type,
        tags: serde_json::from_str(&tags).unwrap_or_default(),
    }))
}

fn view_of(row: &SqliteRow) -> sqlx::Result<RevisionView> {
    Ok(RevisionView {
        version: row.try_get("version")?,
        at: row.try_get("at")?,
        reason: reason_of(row.try_get("reason")?),
        title: row.try_get("title")?,
        characters: row
            .try_get::<i64, _>("characters")?
            .try_into()
            .unwrap_or_default(),
    })
}

impl Store {
    /// What is kept of a note, the newest first. A version that was kept for two reasons stands here
    /// once, with the first.
    pub(crate) async fn revisions(&self, note: &str) -> Result<Vec<RevisionView>, CoreError> {
        let rows = sqlx::query(
            "SELECT version, min(at) AS at, reason, title, length(body) AS characters \
             FROM revision \
             WHERE note = ?1 AND substr(reason, 1, length(?2)) <> ?2 AND reason <> ?3 \
             GROUP BY version ORDER BY version DESC",
        )
        .bind(note)
        .bind(OVERRULED)
        .bind(ANCESTOR)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        rows.iter()
            .map(view_of)
            .collect::<sqlx::Result<_>>()
            .map_err(|error| self.error(error))
    }

    /// What a note was at `version`, if that was kept.
    pub(crate) async fn revision(
        &self,
        note: &str,
        version: i64,
    ) -> Result<Option<Kept>, CoreError> {
        let row = sqlx::query(
            "SELECT version, at, reason, title, body, note_type, tags, length(body) AS characters \
             FROM revision \
             WHERE note = ?1 AND version = ?2 AND substr(reason, 1, length(?3)) <> ?3 \
             AND reason <> ?4 ORDER BY at LIMIT 1",
        )
        .bind(note)
        .bind(version)
        .bind(OVERRULED)
        .bind(ANCESTOR)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        self.kept_of(row.as_ref())
    }

    /// What both sides agreed on before they changed a note, and the version it had then.
    pub(crate) async fn ancestor(&self, note: &str) -> Result<Option<Kept>, CoreError> {
        let row = sqlx::query(
            "SELECT version, at, reason, title, body, note_type, tags, length(body) AS characters \
             FROM revision WHERE note = ? AND reason = ?",
        )
        .bind(note)
        .bind(ANCESTOR)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        self.kept_of(row.as_ref())
    }

    fn kept_of(&self, row: Option<&SqliteRow>) -> Result<Option<Kept>, CoreError> {
        row.map(|row| {
            Ok(Kept {
                view: view_of(row)?,
                body: row.try_get("body")?,
                labels: labels_of(row)?,
            })
        })
        .transpose()
        .map_err(|error: sqlx::Error| self.error(error))
    }

    /// Titles that Notion had and that ours replaced, the newest first.
    pub(crate) async fn overruled(&self, note: &str) -> Result<Vec<OverruledTitle>, CoreError> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT at, title FROM revision WHERE note = ?1 AND substr(reason, 1, length(?2)) = ?2 \
             ORDER BY at DESC",
        )
        .bind(note)
        .bind(OVERRULED)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        let titles = rows.into_iter();
        Ok(titles
            .map(|(at, title)| OverruledTitle { at, title })
            .collect())
    }
}

impl Write<'_> {
    /// Keeps the note's present title and body before something other than typing replaces them.
    pub(crate) async fn keep_revision(
        &mut self,
        note: &NoteRow,
        reason: RevisionReason,
    ) -> Result<(), CoreError> {
        self.keep_as(note, name_of(reason)).await
    }

    /// Keeps a title that Notion had and that ours will replace.
    pub(crate) async fn keep_overruled(
        &mut self,
        note: &NoteRow,
        title: &str,
    ) -> Result<(), CoreError> {
        let theirs = NoteRow {
            title: title.to_owned(),
            ..note.clone()
        };
        self.keep_as(&theirs, &format!("{OVERRULED} {title}")).await
    }

    /// Keeps what both sides agreed on, if the change from `before` to `now` is how the note came to be
    /// different in both places.
    pub(crate) async fn keep_ancestor(
        &mut self,
        before: &NoteRow,
        now: &NoteRow,
        agreed: &Base,
    ) -> Result<(), CoreError> {
        if now.state != State::Conflict || before.state == State::Conflict {
            return Ok(());
        }
        self.run(
            sqlx::query("DELETE FROM revision WHERE note = ? AND reason = ?")
                .bind(&now.id)
                .bind(ANCESTOR),
        )
        .await?;
        let text = PageText::of_page(&agreed.markdown);
        let ancestor = NoteRow {
            title: agreed.title.clone(),
            body: enhanced_to_body(&canonical(&text.rest)),
            note_type: text.note_type,
            tags: text.tags,
            ..before.clone()
        };
        self.keep_as(&ancestor, ANCESTOR).await
    }

    async fn keep_as(&mut self, note: &NoteRow, reason: &str) -> Result<(), CoreError> {
        let tags = to_json(&note.tags)?;
        self.run(
            sqlx::query(
                "INSERT OR IGNORE INTO revision \
                 (note, version, title, body, at, reason, note_type, tags) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(&note.id)
            .bind(note.version)
            .bind(&note.title)
            .bind(&note.body)
            .bind(self.store.now())
            .bind(reason)
            .bind(&note.note_type)
            .bind(tags),
        )
        .await?;
        Ok(())
    }

    /// Keeps the note's present title and body, which the person is about to replace by `body`, if they
    /// rested for a while, if the last kept ones are old, or if much of them goes away.
    pub(crate) async fn keep_at_pause(
        &mut self,
        note: &NoteRow,
        body: &str,
    ) -> Result<(), CoreError> {
        if note.title.is_empty() && note.body.is_empty() {
            return Ok(());
        }
        let now = self.store.now();
        let last: Option<i64> = sqlx::query_scalar("SELECT max(at) FROM revision WHERE note = ?")
            .bind(&note.id)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
        let rested = now - note.edited >= REST;
        let long_ago = now - last.unwrap_or(note.created) >= SPELL;
        if rested || long_ago || takes_away_much(&note.body, body) {
            self.keep_revision(note, RevisionReason::Pause).await?;
            self.thin_out(&note.id).await?;
        }
        Ok(())
    }

    /// Lets go of what was kept at pauses and stands too close to its neighbours for its age.
    async fn thin_out(&mut self, note: &str) -> Result<(), CoreError> {
        let kept: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT version, at FROM revision WHERE note = ? AND reason = ? ORDER BY at, version",
        )
        .bind(note)
        .bind(name_of(RevisionReason::Pause))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        for version in outlived(&kept, self.store.now()) {
            self.run(
                sqlx::query("DELETE FROM revision WHERE note = ? AND version = ? AND reason = ?")
                    .bind(note)
                    .bind(version)
                    .bind(name_of(RevisionReason::Pause)),
            )
            .await?;
        }
        Ok(())
    }
}

/// Whether going from `before` to `after` takes away more than a correction does.
fn takes_away_much(before: &str, after: &str) -> bool {
    let (before, after) = (before.as_bytes(), after.as_bytes());
    let same = |(a, b): &(&u8, &u8)| a == b;
    let head = before.iter().zip(after).take_while(same).count();
    // What both texts begin with is not counted again at the end.
    let rest = before.len().min(after.len()) - head;
    let tail = (before.iter().rev().zip(after.iter().rev()))
        .take(rest)
        .take_while(same)
        .count();
    let gone = before.len().saturating_sub(head + tail);
    gone >= MUCH || (before.len() >= SHORT && gone * 2 >= before.len())
}

/// How close two kept versions of that age may be.
fn spacing(age: i64) -> i64 {
    match age {
        age if age < DAY => 0,
        age if age < WEEK => HOUR,
        age if age < QUARTER => DAY,
        _ => WEEK,
    }
}

/// The versions to let go of, of those kept (version and moment, the oldest first): of each stretch of
/// time the last one stays, as it holds the most.
fn outlived(kept: &[(i64, i64)], now: i64) -> Vec<i64> {
    let same_stretch = |(older, newer): (i64, i64)| {
        let spacing = spacing(now - older);
        spacing > 0 && older.div_euclid(spacing) == newer.div_euclid(spacing)
    };
    kept.iter()
        .zip(kept.iter().skip(1))
        .filter(|((_, older), (_, newer))| same_stretch((*older, *newer)))
        .map(|((version, _), _)| *version)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn stay(kept: &[(i64, i64)], now: i64) -> Vec<(i64, i64)> {
        let gone: BTreeSet<_> = outlived(kept, now).into_iter().collect();
        let rest = kept.iter().filter(|(version, _)| !gone.contains(version));
        rest.copied().collect()
    }

    #[test]
    fn a_day_is_kept_whole_and_a_year_in_weeks() {
        let now = 4_000 * DAY;
        let every = |step: i64, from: i64, to: i64| -> Vec<(i64, i64)> {
            let moments = (0..).map(|i| now - from + i * step);
            moments
                .take_while(|at| *at < now - to)
                .enumerate()
                .map(|(version, at)| (i64::try_from(version).unwrap(), at))
                .collect()
        };
        let today = every(REST, DAY - 1, 0);
        assert_eq!(stay(&today, now), today);
        let week = every(10 * MINUTE, 7 * DAY - 1, DAY);
        let hours = stay(&week, now).len();
        assert!((143..=146).contains(&hours), "{hours} of six days in hours");
        let year = every(HOUR, 365 * DAY, 90 * DAY);
        let weeks = stay(&year, now).len();
        assert!((39..=41).contains(&weeks), "{weeks} of 275 days in weeks");
    }

    #[test]
    fn corrections_are_told_from_removals() {
        let text = "Forty bytes of text, and then a few more.";
        assert!(!takes_away_much(text, &text.replace("few", "couple")));
        assert!(!takes_away_much("teh", "the"));
        assert!(!takes_away_much(text, &format!("{text} And on.")));
        assert!(takes_away_much(text, ""));
        assert!(takes_away_much(text, "Something else entirely"));
        let long = text.repeat(100);
        assert!(takes_away_much(&long, &text.repeat(90)));
        assert!(!takes_away_much(&long, &text.repeat(99)));
    }

    proptest! {
        #[test]
        fn thinning_out_twice_changes_nothing_and_the_newest_stays(
            mut moments in prop::collection::vec(0..400 * DAY, 1..60),
        ) {
            moments.sort_unstable();
            let kept: Vec<_> = (1_i64..).zip(moments).collect();
            let now = 400 * DAY;
            let once = stay(&kept, now);
            prop_assert_eq!(&stay(&once, now), &once);
            prop_assert_eq!(once.last(), kept.last());
        }
    }
}
