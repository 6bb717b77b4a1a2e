//! Asking the index of words.

use std::collections::{BTreeMap, HashMap, HashSet};

use octavo_contract::NoteSummary;

use super::Store;
use super::matching::{Meant, Question};
use crate::CoreError;
use crate::search::{Candidate, Place, Query, Term, must_look, rank};

/// Of very broad matches only so many of the newest are ranked.
const BROAD: i64 = 1_000;
/// As many are taken whose title, headings or tags match, however old.
const TITLED: i64 = 200;
/// With fewer hits than this, what was typed may hold a slip.
const FEW: usize = 3;

/// What a query found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The best first.
    pub(crate) hits: Vec<Candidate>,
    /// All words that were looked for, the guessed ones too.
    pub(crate) terms: Vec<Term>,
    /// Words that were found in place of what was typed.
    pub(crate) guesses: Vec<(String, Vec<String>)>,
    /// There are at least so many.
    pub(crate) more: bool,
}

impl Store {
    /// The notes that a query finds, the best first. `outdated` is asked between steps; when it says
    /// yes, nothing is found.
    pub(crate) async fn find(
        &self,
        query: &Query,
        limit: usize,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Result<Findings, CoreError> {
        let typed: Meant = query.terms.iter().map(|term| vec![term.clone()]).collect();
        let mut findings = Findings {
            terms: query.terms.clone(),
            hits: self.best_of(query, &typed, limit + 1, outdated).await?,
            ..Findings::default()
        };
        if findings.hits.len() < FEW && !query.terms.is_empty() && !outdated() {
            self.guess(query, &mut findings, limit, outdated).await?;
        }
        if outdated() {
            return Ok(Findings::default());
        }
        findings.more = findings.hits.len() > limit;
        findings.hits.truncate(limit);
        Ok(findings)
    }

    /// The notes that have the most of it, the best first: a question need not be found whole.
    pub(crate) async fn find_most(
        &self,
        query: &Query,
        limit: usize,
    ) -> Result<Findings, CoreError> {
        let mut findings = self.find(query, limit, &|| false).await?;
        if findings.hits.len() < limit && query.terms.len() > 1 {
            let typed: Meant = query.terms.iter().map(|term| vec![term.clone()]).collect();
            let known: HashSet<i64> = findings.hits.iter().map(|hit| hit.id).collect();
            let mut some = self.some_of(query, &in_pieces(typed), limit).await?;
            some.retain(|hit| !known.contains(&hit.id));
            rank(&mut some, &query.terms, self.now());
            findings.hits.append(&mut some);
            findings.hits.truncate(limit);
        }
        Ok(findings)
    }

    /// At least `most` of the notes that have all of it, if there are, the best first. What the index
    /// cannot say is looked up in the notes, those that may be the best first.
    async fn best_of(
        &self,
        query: &Query,
        meant: &Meant,
        most: usize,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Candidate>, CoreError> {
        let look = must_look(query, meant);
        let mut found = Vec::new();
        let mut below = None;
        loop {
            let question = Question {
                query,
                meant,
                most: BROAD,
                below,
            };
            let (mut hits, next) = self.some_newest(&question).await?;
            rank(&mut hits, &query.terms, self.now());
            if !look {
                return Ok(hits);
            }
            let hits = self.looked_through(&question, hits, most).await?;
            found.extend(hits);
            if next.is_none() || found.len() >= most || outdated() {
                rank(&mut found, &query.terms, self.now());
                return Ok(found);
            }
            below = next;
        }
    }

    /// The newest of the notes that have all of it, with those whose title or headings have it when there
    /// are more; then also the id below which they are.
    async fn some_newest(
        &self,
        question: &Question<'_>,
    ) -> Result<(Vec<Candidate>, Option<i64>), CoreError> {
        let mut hits = self.matching(question).await?;
        if question.meant.is_empty() {
            return Ok((hits, None));
        }
        // All there are: then none is hidden behind newer ones.
        let broad = i64::try_from(hits.len()).unwrap_or_default() >= question.most;
        let least = hits.iter().map(|hit| hit.id).min().filter(|_| broad);
        let anywhere = question.query.place == Place::Anywhere;
        if !anywhere || hits.is_empty() || question.below.is_some() {
            return Ok((hits, least));
        }
        if broad {
            let apart = Question {
                most: TITLED,
                ..*question
            };
            hits.extend(self.matching_apart(&apart).await?);
        }
        let headed = self.matching_headings(question).await?;
        for hit in &mut hits {
            hit.in_headings = headed.contains(&hit.id);
        }
        Ok((hits, least))
    }

    /// Adds what was meant, if what was typed holds slips; then what has at least some of it.
    async fn guess(
        &self,
        query: &Query,
        findings: &mut Findings,
        limit: usize,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), CoreError> {
        let mut meant: Meant = Vec::new();
        for term in &query.terms {
            let mut means = vec![term.clone()];
            if let ([word], false) = (term.words.as_slice(), term.exact) {
                let near = self.near(word).await?;
                means.extend(near.iter().map(|word| Term {
                    words: vec![word.clone()],
                    prefix: false,
                    exact: false,
                }));
                if !near.is_empty() {
                    findings.guesses.push((word.clone(), near));
                }
            }
            meant.push(means);
        }
        if outdated() {
            return Ok(());
        }
        let mut guessed = Vec::new();
        if !findings.guesses.is_empty() {
            guessed = self.best_of(query, &meant, limit + 1, outdated).await?;
        }
        if findings.hits.is_empty() && guessed.is_empty() {
            meant = in_pieces(meant);
            if meant.len() > 1 {
                guessed = self.some_of(query, &meant, limit + 1).await?;
            }
        }
        let known: HashSet<i64> = findings.hits.iter().map(|hit| hit.id).collect();
        guessed.retain(|hit| !known.contains(&hit.id));
        if guessed.is_empty() {
            findings.guesses.clear();
        } else {
            findings.terms = meant.into_iter().flatten().collect();
        }
        for hit in &mut guessed {
            hit.guessed = true;
        }
        findings.hits.append(&mut guessed);
        rank(&mut findings.hits, &query.terms, self.now());
        Ok(())
    }

    /// The notes that have any of it, told how much.
    async fn some_of(
        &self,
        query: &Query,
        meant: &Meant,
        most: usize,
    ) -> Result<Vec<Candidate>, CoreError> {
        let mut found: BTreeMap<i64, Candidate> = BTreeMap::new();
        for means in meant {
            let meant = std::slice::from_ref(means);
            let question = Question {
                query,
                meant,
                most: BROAD,
                below: None,
            };
            let mut hits = self.matching(&question).await?;
            if must_look(query, meant) {
                hits = self.looked_through(&question, hits, most).await?;
            }
            for hit in hits {
                found.entry(hit.id).or_insert(hit).has += 1;
            }
        }
        Ok(found.into_values().collect())
    }

    /// The notes of these ids as rows of a list, with their bodies.
    pub(crate) async fn found(
        &self,
        hits: &[Candidate],
    ) -> Result<Vec<(NoteSummary, String)>, CoreError> {
        let ids: Vec<&str> = hits.iter().map(|hit| hit.note.as_str()).collect();
        let list = serde_json::to_string(&ids).unwrap_or_else(|_| "[]".to_owned());
        let rows: Vec<super::NoteRow> =
            sqlx::query_as("SELECT * FROM note WHERE id IN (SELECT value FROM json_each(?))")
                .bind(list)
                .fetch_all(&self.pool)
                .await
                .map_err(|error| self.error(error))?;
        let mut by_id: HashMap<String, super::NoteRow> =
            rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        // One that went away meanwhile is left out.
        let found = ids.iter().filter_map(|id| by_id.remove(*id));
        Ok(found.map(|row| (row.summary(), row.body)).collect())
    }
}

/// Runs of a script without blanks, and words that hold together by a mark, as the pieces they are
/// of: a slip in a run leaves most of its pairs right. What was in quotation marks stays whole.
fn in_pieces(meant: Meant) -> Meant {
    let mut pieces: Meant = Vec::new();
    for means in meant {
        match means.as_slice() {
            [term] if !term.exact && term.words.len() > 1 => {
                let last = term.words.len() - 1;
                pieces.extend(term.words.iter().enumerate().map(|(at, word)| {
                    vec![Term {
                        words: vec![word.clone()],
                        prefix: term.prefix && at == last,
                        exact: false,
                    }]
                }));
            }
            _ => pieces.push(means),
        }
    }
    pieces
}
