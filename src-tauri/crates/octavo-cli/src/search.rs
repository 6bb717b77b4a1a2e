//! `octavo search`

use clap::Args;
use octavo_contract::{Mark, SearchAnswer, SearchHit, SearchRequest};
use octavo_core::Octavo;

use crate::{failure::Failure, output::Outcome, words};

#[derive(Debug, Args)]
#[command(after_help = QUERIES)]
pub(crate) struct Search {
    /// What to look for.
    #[arg(value_name = "QUERY", required = true, allow_hyphen_values = true)]
    pub(crate) query: Vec<String>,
    /// At most so many notes.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: u32,
    /// Looks in all accounts.
    #[arg(long)]
    pub(crate) all_accounts: bool,
}

const QUERIES: &str = "\
In a query:
  mill wheel        both words; the last one may go on
  \"steam mill\"      these words in this order
  -coal             not this word
  tag:turin  type:idea
  in:title          only there; also heading, body, tags, links, files, trash
  before:2026-05  after:2026  on:2026-05-15
  has:task          also open, done, link, file, image, code, table, heading, tag, type
  is:conflict       also pinned, blocked, waiting, synced, local, untitled, trashed";

/// `search QUERY`
pub(crate) async fn search(
    core: &Octavo,
    account: Option<&str>,
    asked: Search,
) -> Result<Outcome, Failure> {
    let account = if asked.all_accounts {
        None
    } else {
        Some(core.find_account(account).await?.id)
    };
    // Nothing goes on after this command: an index that is not whole is made whole first.
    if let Some(account) = &account {
        core.search_prepare(account).await?;
    } else {
        for account in core.app_state(octavo_contract::Empty {}).await?.accounts {
            core.search_prepare(&account.id).await?;
        }
    }
    let request = SearchRequest {
        account,
        query: asked.query.join(" "),
        limit: asked.limit,
    };
    let answer = core.search(request).await?;
    let lines: String = answer.hits.iter().map(line).collect();
    let mut outcome = Outcome::new(&answer, lines)?;
    if answer.hits.is_empty() {
        outcome = outcome.remark("Nothing was found.");
    }
    for remark in guesses(&answer) {
        outcome = outcome.remark(remark);
    }
    if answer.more {
        outcome = outcome.remark("There is more: ask for it with --limit.");
    }
    Ok(outcome)
}

fn guesses(answer: &SearchAnswer) -> impl Iterator<Item = String> {
    answer.guesses.iter().map(|guess| {
        format!(
            "Also looked for {} beside {}.",
            guess.meant.join(", "),
            guess.typed
        )
    })
}

fn line(hit: &SearchHit) -> String {
    let note = &hit.note;
    let title = if note.title.is_empty() {
        "(no title)".to_owned()
    } else {
        marked(&note.title, &hit.title_marks)
    };
    let snippet = marked(&hit.snippet, &hit.snippet_marks);
    format!(
        "{}  {}  {title}\n    {snippet}\n",
        note.id,
        words::moment(note.edited)
    )
}

/// A text with its marks as people see them where there are no colours.
fn marked(text: &str, marks: &[Mark]) -> String {
    let mut out = String::new();
    let mut unit = 0;
    for c in text.chars() {
        if marks.iter().any(|mark| mark.start == unit) {
            out.push('*');
        }
        out.push(c);
        unit += if c.len_utf16() == 2 { 2 } else { 1 };
        if marks.iter().any(|mark| mark.end == unit) {
            out.push('*');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_around_what_was_found() {
        let marks = [Mark { start: 3, end: 7 }];
        assert_eq!(marked("😀 mill", &marks), "😀 *mill*");
    }
}
