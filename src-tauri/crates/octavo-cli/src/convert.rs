//! `octavo convert`: from one notation of a note to another, without an account.

use clap::ValueEnum;
use notion_markdown::{Document, Loss, plan, plan_json};
use serde_json::{Value, json};

use crate::{failure::Failure, input, output::Outcome};

const PIPE_TEXT: &str = "The text to convert is read from standard input: pipe it in, for example \
     `octavo convert --from markdown --to enhanced < note.md`.";

/// What `convert` is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    /// How standard input is written.
    #[arg(long, value_enum)]
    from: Source,
    /// How standard output is to be written.
    #[arg(long, value_enum)]
    to: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Source {
    /// The text as Octavo keeps it.
    Markdown,
    /// Notion's enhanced Markdown.
    Enhanced,
    /// A JSON array of blocks, as Notion's API gives or takes them.
    Blocks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The text as Octavo keeps it.
    Markdown,
    /// Notion's enhanced Markdown.
    Enhanced,
    /// A JSON array of blocks, as a request carries them.
    Blocks,
    /// The requests that create the blocks within Notion's limits.
    Plan,
    /// HTML that is safe to show.
    Html,
}

/// Reads standard input and converts it.
pub(crate) fn convert(arguments: &Convert) -> Result<Outcome, Failure> {
    let text = input::text(PIPE_TEXT)?;
    let (document, mut losses) = read(arguments.from, &text)?;
    let (value, more) = write(arguments.to, &document);
    losses.extend(more);
    let told: Vec<Value> = losses
        .iter()
        .map(|loss| json!({ "where": loss.r#where, "what": loss.what }))
        .collect();
    let words = match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let outcome = Outcome::new(json!({ "result": value, "losses": told }), words)?;
    Ok(losses
        .iter()
        .fold(outcome, |outcome, loss| outcome.remark(loss.to_string())))
}

fn read(from: Source, text: &str) -> Result<(Document, Vec<Loss>), Failure> {
    let read = match from {
        Source::Markdown => Document::read_body(text),
        Source::Enhanced => return Ok((Document::from_enhanced(text), Vec::new())),
        Source::Blocks => Document::read_blocks_json(text)
            .map_err(|error| Failure::Internal(format!("what came in is not blocks; {error}")))?,
    };
    Ok((read.value, read.losses))
}

fn write(to: Target, document: &Document) -> (Value, Vec<Loss>) {
    match to {
        Target::Markdown => (json!(document.to_body()), Vec::new()),
        Target::Enhanced => {
            let written = document.enhanced();
            (json!(written.value), written.losses)
        }
        Target::Html => {
            let written = document.html();
            (json!(written.value), written.losses)
        }
        Target::Blocks | Target::Plan => {
            let written = document.to_blocks();
            let value = if to == Target::Plan {
                plan_json(&plan(&written.blocks))
            } else {
                Value::Array(written.blocks)
            };
            (value, written.losses)
        }
    }
}
