//! `octavo note history`

use octavo_contract::{
    NoteRef, OverruledTitle, Piece, RevisionReason, RevisionRef, RevisionView, Side,
};
use octavo_core::Octavo;

use crate::{
    args::History,
    failure::Failure,
    note::{named, settled},
    output::Outcome,
    words,
};

/// `note history`
pub(crate) async fn history(
    core: &Octavo,
    account: Option<&str>,
    asked: History,
) -> Result<Outcome, Failure> {
    let note = named(core, account, asked.id).await?;
    let one = |version| RevisionRef {
        account: note.account.clone(),
        note: note.note.clone(),
        version,
    };
    if let Some(version) = asked.restore {
        core.note_revert(one(version)).await?;
        return settled(core, note).await;
    }
    if let Some(version) = asked.show {
        let kept = core.note_version(one(version)).await?;
        let words = kept.body.clone();
        return Outcome::new(kept, words);
    }
    if let Some(version) = asked.diff {
        let kept = core.note_revision(one(version)).await?;
        let words = marked(&kept.difference);
        return Outcome::new(kept, words);
    }
    list(core, note).await
}

async fn list(core: &Octavo, note: NoteRef) -> Result<Outcome, Failure> {
    let history = core.note_history(note).await?;
    let words: String = history.versions.iter().map(line).collect();
    let titles: String = history.titles.iter().map(title).collect();
    let outcome = Outcome::new(&history, words + &titles)?;
    Ok(
        if history.versions.is_empty() && history.titles.is_empty() {
            outcome.remark("Nothing but the present text is kept of this note so far.")
        } else {
            outcome
        },
    )
}

fn line(version: &RevisionView) -> String {
    let title = words::text_or(&version.title, "(no title)");
    format!(
        "{:>5}  {}  {title}  {} characters, {}\n",
        version.version,
        words::moment(version.at),
        version.characters,
        why(version.reason)
    )
}

fn title(overruled: &OverruledTitle) -> String {
    format!(
        "       {}  {}  (its title in Notion, before yours replaced it)\n",
        words::moment(overruled.at),
        overruled.title
    )
}

fn why(reason: RevisionReason) -> &'static str {
    match reason {
        RevisionReason::Pause => "before you wrote on",
        RevisionReason::Notion => "before Notion's text came",
        RevisionReason::Merge => "before two changes were brought together",
        RevisionReason::Moved => "before it was moved here",
        RevisionReason::Restore => "before an earlier version came back",
        RevisionReason::Enhanced => "before a proposal was accepted",
        RevisionReason::Imported => "before its file was imported again",
        RevisionReason::Theirs => "what Notion had when you chose",
    }
}

/// The notation of `git diff --word-diff`.
pub(crate) fn marked(difference: &[Piece]) -> String {
    difference
        .iter()
        .map(|Piece { side, text }| match side {
            Side::Both => text.clone(),
            Side::Gone => format!("[-{text}-]"),
            Side::New => format!("{{+{text}+}}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_and_what_came_is_marked() {
        let piece = |side, text: &str| Piece {
            side,
            text: text.to_owned(),
        };
        let difference = [
            piece(Side::Both, "a "),
            piece(Side::Gone, "red"),
            piece(Side::New, "grey"),
            piece(Side::Both, " fox"),
        ];
        assert_eq!(marked(&difference), "a [-red-]{+grey+} fox");
    }
}
