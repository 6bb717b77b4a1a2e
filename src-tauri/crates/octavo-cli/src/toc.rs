//! `octavo toc`

use octavo_contract::{AccountRef, ContentsDrift, ContentsLine, ContentsRequest, ContentsSection};
use octavo_core::Octavo;

use crate::{
    args::{Toc, TocBy},
    failure::Failure,
    output::{Exit, Outcome},
    words,
};

/// Prints the Table of Contents; with `--check` compares the page in Notion, with `--rebuild` writes it.
pub(crate) async fn toc(
    core: &Octavo,
    account: Option<&str>,
    asked: &Toc,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    let by = asked.by.map(TocBy::of);
    if asked.check {
        let drift = core.contents_drift(AccountRef { account }).await?;
        return Ok(
            Outcome::new(drift, said(&drift))?.exit(if drift.lines() == 0 {
                Exit::Done
            } else {
                Exit::NotInNotionYet
            }),
        );
    }
    let request = ContentsRequest { account, by };
    if asked.rebuild {
        core.contents_rebuild(request.clone()).await?;
        let account = request.account.clone();
        core.sync_now(AccountRef { account }).await?;
    }
    let view = core.contents(request).await?;
    let words: String = view.sections.iter().map(section).collect();
    let outcome = Outcome::new(&view, words)?;
    Ok(if view.sections.is_empty() {
        outcome.remark("There are no notes yet.")
    } else {
        outcome
    })
}

fn section(section: &ContentsSection) -> String {
    let lines = section.lines.iter().map(line);
    format!("{}\n{}", section.title, lines.collect::<String>())
}

fn line(line: &ContentsLine) -> String {
    let title = words::text_or(&line.title, "(empty)");
    let mut out = format!("  {}  {}  {title}", line.note, words::moment(line.created));
    for tag in &line.tags {
        out.push_str(" #");
        out.push_str(tag);
    }
    out.push('\n');
    out
}

fn said(drift: &ContentsDrift) -> String {
    if drift.lines() == 0 {
        return "The page in Notion lists every note as it should.".to_owned();
    }
    let mut parts = Vec::new();
    for (count, what) in [
        (drift.missing, "missing"),
        (drift.stale, "out of date"),
        (drift.doubled, "there twice"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", words::count(count, "line")));
        }
    }
    format!(
        "On the page in Notion: {}. `octavo toc --rebuild` mends it.",
        parts.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_words() {
        assert!(said(&ContentsDrift::default()).contains("as it should"));
        let drift = ContentsDrift {
            missing: 2,
            stale: 0,
            doubled: 1,
        };
        assert!(
            said(&drift).starts_with("On the page in Notion: 2 lines missing, 1 line there twice.")
        );
    }
}
