//! Words that are a slip away from what was typed.

use super::Store;
use crate::CoreError;
use crate::search::{distance, slips};

/// How many words a slip may mean.
const GUESSES: usize = 6;

impl Store {
    /// Words there are that lie a slip or two from this one, the nearest first.
    pub(super) async fn near(&self, word: &str) -> Result<Vec<String>, CoreError> {
        let letters: Vec<char> = word.chars().collect();
        let most = slips(letters.len());
        if most == 0 || letters.iter().any(|c| !c.is_alphabetic()) {
            return Ok(Vec::new());
        }
        // With one slip, the first or the last half of the word is right; a swap across the middle
        // leaves neither, unless the halves leave out the middle.
        let half = (letters.len() - 1) / 2;
        let head: String = letters.iter().take(half).collect();
        let tail: String = letters.iter().rev().take(half).collect();
        let beyond = |text: &str| format!("{text}\u{10FFFF}");
        // As one value: a row at a time costs more than finding it. Words hold no blanks.
        let found: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(word, ' ') FROM ( \
             SELECT word FROM search_word WHERE word >= ?1 AND word < ?2 \
             AND length(word) BETWEEN ?5 AND ?6 \
             UNION SELECT word FROM search_word WHERE back >= ?3 AND back < ?4 \
             AND length(word) BETWEEN ?5 AND ?6)",
        )
        .bind(&head)
        .bind(beyond(&head))
        .bind(&tail)
        .bind(beyond(&tail))
        .bind(i64::try_from(letters.len() - most).unwrap_or_default())
        .bind(i64::try_from(letters.len() + most).unwrap_or_default())
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        let found = found.unwrap_or_default();
        let mut near: Vec<(usize, &str)> = (found.split(' '))
            .filter_map(|other| Some((distance(&letters, other, most)?, other)))
            .filter(|(slips, _)| *slips > 0)
            .collect();
        near.sort_unstable();
        let best = near.first().map_or(0, |(slips, _)| *slips);
        near.retain(|(slips, _)| *slips == best);
        Ok(near
            .into_iter()
            .take(GUESSES)
            .map(|(_, word)| word.to_owned())
            .collect())
    }
}
