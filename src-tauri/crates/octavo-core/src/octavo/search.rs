//! Finding notes, in one account or in all.

use std::sync::PoisonError;

use jiff::tz::TimeZone;
use octavo_contract::{SearchAnswer, SearchGuess, SearchHit, SearchRequest};

use super::Octavo;
use crate::CoreError;
use crate::search::{Parts, Query, marks, snippet};
use crate::store::{Findings, KnownWords, Store};

/// Nobody looks at more.
const MOST: u32 = 200;

impl Octavo {
    /// Finds notes. No query is wrong: what cannot be read as more is read as words.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchAnswer, CoreError> {
        self.search_unless(request, &|| false).await
    }

    /// Finds notes while a person types: a search that the same window began before this one gives up,
    /// and says so in its answer. Searches of other windows go on.
    ///
    /// # Errors
    /// As [`Octavo::search`].
    pub async fn search_as_typed(
        &self,
        window: &str,
        request: SearchRequest,
    ) -> Result<SearchAnswer, CoreError> {
        let newest = || {
            let searches = &self.0.searches;
            searches.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let mine = {
            let mut newest = newest();
            let number = newest.entry(window.to_owned()).or_default();
            *number += 1;
            *number
        };
        let outdated = || newest().get(window) != Some(&mine);
        self.search_unless(request, &outdated).await
    }

    /// Takes all notes of an account into the index that are not in it yet, as they are when the index
    /// was made by an update. Nothing needs this: a search finds what is in it so far.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be written to.
    pub async fn search_prepare(&self, account: &str) -> Result<(), CoreError> {
        let engine = self.engine(account).await?;
        finish_index(&engine.store, &|| false).await
    }

    async fn search_unless(
        &self,
        request: SearchRequest,
        outdated: &(dyn Fn() -> bool + Sync),
    ) -> Result<SearchAnswer, CoreError> {
        let query = Query::read(&request.query, &TimeZone::system());
        let limit = usize::try_from(request.limit.min(MOST)).unwrap_or_default();
        let accounts = if let Some(account) = request.account {
            vec![account]
        } else {
            let all = self.0.accounts.all().await?;
            all.into_iter().map(|account| account.id).collect()
        };
        let mut answer = SearchAnswer {
            hits: Vec::new(),
            more: false,
            guesses: Vec::new(),
            not_indexed: 0,
            outdated: false,
        };
        if query.is_empty() {
            return Ok(answer);
        }
        let mut lists = Vec::new();
        for account in accounts {
            let engine = self.engine(&account).await?;
            let findings = engine.store.find(&query, limit, outdated).await?;
            if outdated() {
                answer.outdated = true;
                return Ok(answer);
            }
            let missing = engine.store.not_indexed().await?;
            answer.not_indexed += u32::try_from(missing).unwrap_or_default();
            answer.more |= findings.more;
            lists.push(shown(&engine.store, &account, &findings).await?);
            for (typed, meant) in findings.guesses {
                answer.guesses.push(SearchGuess { typed, meant });
            }
        }
        answer.hits = in_turns(lists);
        answer.more |= answer.hits.len() > limit;
        answer.hits.truncate(limit);
        Ok(answer)
    }
}

/// The best of each list, then the second of each: places in different accounts cannot be compared.
fn in_turns(lists: Vec<Vec<SearchHit>>) -> Vec<SearchHit> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut hits = Vec::new();
    loop {
        let before = hits.len();
        hits.extend(lists.iter_mut().filter_map(Iterator::next));
        if hits.len() == before {
            return hits;
        }
    }
}

/// Takes notes into the index until none is left.
pub(crate) async fn finish_index(
    store: &Store,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), CoreError> {
    // Whoever comes second waits, and finds it done.
    let _one = store.indexing.lock().await;
    let mut known = KnownWords::new();
    while !stop() && store.index_some(&mut known).await? {}
    Ok(())
}

async fn shown(
    store: &Store,
    account: &str,
    findings: &Findings,
) -> Result<Vec<SearchHit>, CoreError> {
    let rows = store.found(&findings.hits).await?;
    let hits = rows.into_iter().map(|(note, body)| {
        let (snippet, snippet_marks) = snippet(&Parts::of(&body).text, &findings.terms);
        SearchHit {
            account: account.to_owned(),
            title_marks: marks(&note.title, &findings.terms),
            note,
            snippet,
            snippet_marks,
        }
    });
    Ok(hits.collect())
}
