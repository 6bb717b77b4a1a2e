//! `octavo capture`.

use octavo_contract::{NoteCreate, NoteRef};
use octavo_core::Octavo;
use octavo_core::title::{self, Titled};

use crate::{args::Capture, failure::Failure, input, note, output::Outcome};

const NOTHING: &str = "There is nothing to capture: give a text, or pipe one in.";

/// A note to be made.
pub(crate) struct Draft {
    titled: Titled,
    note_type: Option<String>,
    tags: Vec<String>,
}

/// Takes the text from the arguments or from standard input.
pub(crate) fn read(arguments: Capture) -> Result<Draft, Failure> {
    let Capture {
        text,
        title,
        note_type,
        tags,
    } = arguments;
    let given = text.join(" ");
    let text = if given.is_empty() || given == "-" {
        input::text(NOTHING)?
    } else {
        given
    };
    let titled = match title {
        // A title alone is a note too.
        Some(title) => Titled {
            title: title.trim().to_owned(),
            body: text.trim_matches('\n').to_owned(),
        },
        None => title::from_text(&text),
    };
    if titled.title.is_empty() && titled.body.trim().is_empty() {
        return Err(Failure::Usage(NOTHING));
    }
    Ok(Draft {
        titled,
        note_type,
        tags,
    })
}

/// Keeps the note, then sends it as far as that is possible now.
pub(crate) async fn capture(
    core: &Octavo,
    account: Option<&str>,
    draft: Draft,
) -> Result<Outcome, Failure> {
    let account = core.capture_target(account).await?.id;
    let Draft {
        titled: Titled { title, body },
        note_type,
        tags,
    } = draft;
    let create = NoteCreate {
        account,
        title,
        body,
        note_type,
        tags,
    };
    let kept = core.capture(create).await?;
    note::settled(
        core,
        NoteRef {
            account: kept.account,
            note: kept.id,
        },
    )
    .await
}
