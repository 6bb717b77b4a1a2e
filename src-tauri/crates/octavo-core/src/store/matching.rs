//! One question to the index of words.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use sqlx::QueryBuilder;

use super::Store;
use crate::CoreError;
use crate::search::{Candidate, Filter, Looked, Place, Query, Term, fits, token, whole_title};

/// The terms of a query, each with what it may mean.
pub(super) type Meant = Vec<Vec<Term>>;

/// What is asked of the index.
pub(super) struct Question<'a> {
    pub(super) query: &'a Query,
    pub(super) meant: &'a [Vec<Term>],
    /// Of so many matches the newest are taken.
    pub(super) most: i64,
    /// Only matches below this id are wanted.
    pub(super) below: Option<i64>,
}

/// Which matches are wanted.
#[derive(Clone, Copy)]
enum Which {
    At(Place),
    /// Whose title is just that.
    Titled,
    /// Whose title begins with that.
    Begun,
}

impl Store {
    /// The newest of the notes that have all of it, in no order.
    pub(super) async fn matching(
        &self,
        question: &Question<'_>,
    ) -> Result<Vec<Candidate>, CoreError> {
        self.ask_index(
            question,
            &[(Which::At(question.query.place), question.most)],
        )
        .await
    }

    /// As many of those that have it in the title, in headings or as tags, however old they are.
    pub(super) async fn matching_apart(
        &self,
        question: &Question<'_>,
    ) -> Result<Vec<Candidate>, CoreError> {
        let most = question.most;
        let which = [
            (Which::At(Place::Headings), most),
            (Which::Titled, most),
            (Which::Begun, most),
            (Which::At(Place::Title), most),
            (Which::At(Place::Tags), most),
        ];
        self.ask_index(question, &which).await
    }

    /// Which of the notes that have all of it have it in their headings, the newest so many.
    pub(super) async fn matching_headings(
        &self,
        question: &Question<'_>,
    ) -> Result<HashSet<i64>, CoreError> {
        let mut sql = QueryBuilder::new(
            "SELECT json_group_array(rowid) FROM (SELECT rowid FROM note_fts WHERE note_fts MATCH ",
        );
        sql.push_bind(expression(question.query, question.meant, Place::Headings));
        sql.push(" ORDER BY rowid DESC LIMIT ");
        sql.push_bind(question.most);
        sql.push(")");
        let rows: String = sql
            .build_query_scalar()
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        serde_json::from_str(&rows).map_err(|error| CoreError::BadRequest(error.to_string()))
    }

    async fn ask_index(
        &self,
        question: &Question<'_>,
        which: &[(Which, i64)],
    ) -> Result<Vec<Candidate>, CoreError> {
        // As one value: a row at a time costs more than finding it.
        let mut sql = QueryBuilder::new(
            "SELECT json_group_array(json_array(id, note, title, tags, edited, pinned, place)) FROM (",
        );
        for (at, (which, most)) in which.iter().enumerate() {
            sql.push(if at > 0 { " UNION ALL " } else { "" });
            push_matches(&mut sql, question, *which, *most);
        }
        sql.push(")");
        let rows: String = sql
            .build_query_scalar()
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        candidates(&rows)
    }

    /// Those of the notes in which words stand side by side where they have to; `hits` in their order,
    /// up to `most`.
    pub(super) async fn looked_through(
        &self,
        question: &Question<'_>,
        hits: Vec<Candidate>,
        most: usize,
    ) -> Result<Vec<Candidate>, CoreError> {
        const AT_ONCE: usize = 128;
        let mut found = Vec::new();
        for hits in hits.chunks(AT_ONCE) {
            if found.len() >= most {
                break;
            }
            let texts = self.texts(hits).await?;
            let (query, meant) = (question.query.clone(), question.meant.to_vec());
            let look = move || -> HashSet<String> {
                let fitting =
                    |(id, note): (String, Looked)| fits(&query, &meant, &note).then_some(id);
                texts.into_iter().filter_map(fitting).collect()
            };
            let fitting = tokio::task::spawn_blocking(look).await;
            let fitting = fitting.map_err(|error| CoreError::BadRequest(error.to_string()))?;
            found.extend(
                hits.iter()
                    .filter(|hit| fitting.contains(&hit.note))
                    .cloned(),
            );
        }
        Ok(found)
    }

    async fn texts(&self, hits: &[Candidate]) -> Result<HashMap<String, Looked>, CoreError> {
        let ids: Vec<&str> = hits.iter().map(|hit| hit.note.as_str()).collect();
        let rows: Vec<(String, String, String, String, Option<String>)> = sqlx::query_as(
            "SELECT id, title, body, tags, note_type FROM note \
             WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(super::to_json(&ids)?)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        let looked = |(id, title, body, tags, kind): (String, _, _, String, Option<String>)| {
            let tags: Vec<String> = serde_json::from_str(&tags).unwrap_or_default();
            let note = Looked {
                title,
                body,
                tags: tags.join(" "),
                kind: kind.unwrap_or_default(),
            };
            (id, note)
        };
        Ok(rows.into_iter().map(looked).collect())
    }
}

fn push_matches(
    sql: &mut QueryBuilder<sqlx::Sqlite>,
    question: &Question<'_>,
    which: Which,
    most: i64,
) {
    let query = question.query;
    let (words, place) = match which {
        Which::At(place) => (expression(query, question.meant, place), place),
        Which::Titled => (titled(question.meant), Place::Title),
        Which::Begun => (format!("{} *", titled(question.meant)), Place::Title),
    };
    sql.push("SELECT * FROM (SELECT s.id, s.note, s.title, s.tags, s.edited, s.pinned, ");
    sql.push_bind(i64::from(place == Place::Headings));
    sql.push(" AS place FROM ");
    let filters_only = question.meant.is_empty();
    if filters_only {
        sql.push("search_note s WHERE s.trashed = ");
        sql.push_bind(query.trashed);
        if !words.is_empty() {
            sql.push(" AND s.id NOT IN (SELECT rowid FROM note_fts WHERE note_fts MATCH ");
            sql.push_bind(words);
            sql.push(")");
        }
    } else {
        sql.push("note_fts f CROSS JOIN search_note s ON s.id = f.rowid WHERE note_fts MATCH ");
        sql.push_bind(words);
        sql.push(" AND s.trashed = ");
        sql.push_bind(query.trashed);
    }
    if let Some(below) = question.below {
        sql.push(if filters_only {
            " AND s.id < "
        } else {
            " AND f.rowid < "
        });
        sql.push_bind(below);
    }
    for (wanted, filter) in &query.filters {
        sql.push(if *wanted { " AND (" } else { " AND NOT (" });
        push_filter(sql, filter);
        sql.push(")");
    }
    sql.push(if filters_only {
        " ORDER BY s.edited DESC LIMIT "
    } else {
        " ORDER BY f.rowid DESC LIMIT "
    });
    sql.push_bind(most);
    sql.push(")");
}

/// The words as FTS5 reads them (<https://sqlite.org/fts5.html>, section 3). Folded words hold neither
/// quotation marks nor anything else that means something to it. Without wanted words, those that
/// must not be.
fn expression(query: &Query, meant: &[Vec<Term>], place: Place) -> String {
    let wanted = conjunction(meant, place);
    let mut not = String::new();
    // Several words that must not stand together may well be there.
    for term in query.not.iter().filter(|term| term.words.len() == 1) {
        let or = if not.is_empty() { "" } else { " OR " };
        let _ = write!(not, "{or}{}", together(term, Place::Anywhere));
    }
    match (wanted.is_empty(), not.is_empty()) {
        (true, _) => not,
        (false, true) => wanted,
        (false, false) => format!("({wanted}) NOT ({not})"),
    }
}

fn conjunction(meant: &[Vec<Term>], place: Place) -> String {
    let mut out = String::new();
    for means in meant {
        let and = if out.is_empty() { "" } else { " AND " };
        let _ = write!(out, "{and}(");
        for (at, term) in means.iter().enumerate() {
            let or = if at > 0 { " OR " } else { "" };
            let _ = write!(out, "{or}{}", together(term, place));
        }
        out.push(')');
    }
    out
}

fn together(term: &Term, place: Place) -> String {
    let mut out = String::from("(");
    let last = term.words.len().saturating_sub(1);
    for (at, word) in term.words.iter().enumerate() {
        let and = if at > 0 { " AND " } else { "" };
        let star = if at == last && term.prefix { " *" } else { "" };
        let _ = write!(out, "{and}\"{}\"{star}", token(place, word));
    }
    out.push(')');
    out
}

/// The words as the whole of a title.
fn titled(meant: &[Vec<Term>]) -> String {
    let words: Vec<&str> = (meant.iter().filter_map(|means| means.first()))
        .flat_map(|term| term.words.iter().map(String::as_str))
        .collect();
    let whole = whole_title(&words.join(" "));
    format!("\"{whole}\"")
}

/// The rows of one answer, as SQLite wrote them.
fn candidates(rows: &str) -> Result<Vec<Candidate>, CoreError> {
    type Row = (i64, String, String, String, i64, i64, i64);
    let rows: Vec<Row> =
        serde_json::from_str(rows).map_err(|error| CoreError::BadRequest(error.to_string()))?;
    let candidates =
        rows.into_iter().map(
            |(id, note, title, tags, edited, pinned, headed)| Candidate {
                id,
                note,
                title,
                tags,
                edited,
                pinned: pinned != 0,
                in_headings: headed != 0,
                guessed: false,
                has: 0,
            },
        );
    Ok(candidates.collect())
}

fn push_filter(sql: &mut QueryBuilder<sqlx::Sqlite>, filter: &Filter) {
    match filter {
        Filter::Tag(tag) => {
            // `tag:a` finds the tag and what is below it, a/b.
            sql.push("instr(' ' || s.tags || ' ', ' ' || ");
            sql.push_bind(tag.clone());
            sql.push(" || ' ') OR instr(' ' || s.tags, ' ' || ");
            sql.push_bind(tag.clone());
            sql.push(" || '/')");
        }
        Filter::Kind(kind) => {
            sql.push("s.kind = ");
            sql.push_bind(kind.clone());
        }
        Filter::Before(moment) => {
            sql.push("s.edited < ");
            sql.push_bind(*moment);
        }
        Filter::After(moment) => {
            sql.push("s.edited >= ");
            sql.push_bind(*moment);
        }
        Filter::Has(flag) => {
            sql.push("s.flags & ");
            sql.push_bind(*flag);
        }
        Filter::HasTag => {
            sql.push("s.tags <> ''");
        }
        Filter::HasKind => {
            sql.push("s.kind <> ''");
        }
        Filter::Pinned => {
            sql.push("s.pinned");
        }
        Filter::Untitled => {
            sql.push("s.title = ''");
        }
        Filter::State(states) => {
            let list = serde_json::to_string(states).unwrap_or_default();
            sql.push("s.state IN (SELECT value FROM json_each(");
            sql.push_bind(list);
            sql.push("))");
        }
    }
}
