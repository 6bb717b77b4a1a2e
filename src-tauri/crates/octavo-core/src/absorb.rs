//! Bringing together what a note is here and what its page is in Notion. Pure: no database, no
//! network.

use notion_markdown::{Document, Merge, canonical, merge};

use crate::files::{body_of, inward};
use crate::links::split_section;
use crate::page_text::PageText;
use crate::store::{Base, NoteRow, State, excerpt_of};

/// What Notion shows of a page now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    /// Its title; absent when the answer did not carry one.
    pub(crate) title: Option<String>,
    /// Its enhanced Markdown, tag line included.
    pub(crate) markdown: String,
}

/// What bringing both together came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absorbed {
    /// Notion has nothing new.
    Unchanged,
    /// Notion's change was taken over; here nothing had changed.
    Taken,
    /// Both had changed, in different places (or in the same way).
    Merged,
    /// Both had changed the same place: both are in the body now.
    Conflict,
}

/// The words over the part of a body that Notion had instead of ours.
const ALSO_CHANGED: &str = "Changed in Notion at the same time";

/// Takes `remote` into `note`. `ancestor` is what both sides last agreed on. Afterwards `note.base` is
/// what Notion has; whether anything is left to send is for the caller to see.
pub(crate) fn absorb(note: &mut NoteRow, ancestor: &Base, remote: &Remote) -> Absorbed {
    let title = absorb_title(note, ancestor, remote);
    let text = absorb_text(note, ancestor, remote);
    note.base = Some(Base {
        title: remote
            .title
            .clone()
            .unwrap_or_else(|| ancestor.title.clone()),
        markdown: remote.markdown.clone(),
        trashed: ancestor.trashed,
        provisional: false,
    });
    let outcome = if text == Absorbed::Unchanged {
        title
    } else {
        text
    };
    if outcome != Absorbed::Unchanged {
        note.version += 1;
        note.excerpt = excerpt_of(&note.body);
    }
    if outcome == Absorbed::Conflict {
        note.state = State::Conflict;
        note.state_reason = None;
    }
    outcome
}

fn absorb_title(note: &mut NoteRow, ancestor: &Base, remote: &Remote) -> Absorbed {
    match &remote.title {
        // Both changed the title: the one written here goes on, as a person expects of what they see.
        Some(title) if *title != ancestor.title && note.title == ancestor.title => {
            note.title.clone_from(title);
            Absorbed::Taken
        }
        _ => Absorbed::Unchanged,
    }
}

fn absorb_text(note: &mut NoteRow, ancestor: &Base, remote: &Remote) -> Absorbed {
    // Lists of backlinks are ours, and kept elsewhere.
    let (remote_text, _) = split_section(&remote.markdown);
    let (base_text, _) = split_section(&ancestor.markdown);
    let mine = PageText::of_note(note);
    // Where the page has but words for a file, the file is meant.
    let remote_text = inward(&remote_text, &note.files, &mine.rest);
    let base_text = inward(&base_text, &note.files, &mine.rest);
    let theirs_canonical = canonical(&remote_text);
    let base_canonical = canonical(&base_text);
    if theirs_canonical == base_canonical {
        return Absorbed::Unchanged;
    }
    let mine_canonical = canonical(&mine.to_markdown());
    if mine_canonical == theirs_canonical {
        return Absorbed::Unchanged;
    }
    // The first reading of what was sent: the same words in Notion's own spelling are no change.
    if ancestor.provisional && words(&remote_text) == words(&base_text) {
        return if mine_canonical == base_canonical {
            take(note, &PageText::of_page(&remote_text));
            Absorbed::Taken
        } else {
            Absorbed::Unchanged
        };
    }
    let theirs = PageText::of_page(&remote_text);
    if mine_canonical == base_canonical {
        take(note, &theirs);
        return Absorbed::Taken;
    }
    bring_together(note, &PageText::of_page(&base_text), &mine, &theirs)
}

fn words(markdown: &str) -> Vec<String> {
    let text = Document::from_enhanced(markdown).plain_text();
    text.split_whitespace().map(str::to_owned).collect()
}

fn take(note: &mut NoteRow, theirs: &PageText) {
    note.note_type.clone_from(&theirs.note_type);
    note.tags.clone_from(&theirs.tags);
    if canonical(&PageText::of_note(note).rest) != canonical(&theirs.rest) {
        note.body = body_of(&theirs.rest, &note.files);
    }
}

fn bring_together(
    note: &mut NoteRow,
    base: &PageText,
    mine: &PageText,
    theirs: &PageText,
) -> Absorbed {
    if mine.note_type == base.note_type {
        note.note_type.clone_from(&theirs.note_type);
    }
    note.tags = tags_together(&base.tags, &mine.tags, &theirs.tags);
    match merge(
        &canonical(&base.rest),
        &canonical(&mine.rest),
        &canonical(&theirs.rest),
    ) {
        Merge::Clean(text) => {
            note.body = body_of(&text, &note.files);
            Absorbed::Merged
        }
        Merge::Conflict { mine_kept, regions } => {
            let mut text = mine_kept;
            for region in &regions {
                if region.theirs.trim().is_empty() {
                    continue;
                }
                text.push_str("\n<details>\n<summary>");
                text.push_str(ALSO_CHANGED);
                text.push_str("</summary>");
                for line in region.theirs.lines() {
                    text.push_str("\n\t");
                    text.push_str(line);
                }
                text.push_str("\n</details>");
            }
            note.body = body_of(&text, &note.files);
            Absorbed::Conflict
        }
    }
}

/// The tags of both sides: what one of them added is there, what one of them took away is not.
fn tags_together(base: &[String], mine: &[String], theirs: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = mine
        .iter()
        .filter(|tag| theirs.contains(tag) || !base.contains(tag))
        .cloned()
        .collect();
    let added = theirs.iter().filter(|tag| !base.contains(tag));
    for tag in added {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// Brings together a save that began from an older version with the note as it is now. Answers the
/// new title and body.
pub(crate) fn merge_save(
    began: Option<(String, String)>,
    now: (&str, &str),
    saved: (&str, &str),
) -> (String, String) {
    let Some((base_title, base_body)) = began else {
        // What the typing began from is not known any more: nothing may be lost, so both stay.
        return (saved.0.to_owned(), format!("{}\n\n{}", saved.1, now.1));
    };
    let title = if saved.0 == base_title {
        now.0
    } else {
        saved.0
    };
    let body = if saved.1 == base_body {
        now.1.to_owned()
    } else {
        match merge(&base_body, saved.1, now.1) {
            Merge::Clean(text) => text,
            Merge::Conflict { mine_kept, regions } => {
                let mut text = mine_kept;
                for region in regions
                    .iter()
                    .filter(|region| !region.theirs.trim().is_empty())
                {
                    text.push_str("\n\n");
                    text.push_str(&region.theirs);
                }
                text
            }
        }
    };
    (title.to_owned(), body)
}
