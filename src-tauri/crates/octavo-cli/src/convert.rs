//! `octavo convert`: from one notation of a note to another, without an account.

use clap::ValueEnum;
use notion_markdown::{Document, Loss, Request, plan_json, plan_told};
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

/// Reads standard input and converts it; `as_json` says that what is lost is wanted beside the result.
pub(crate) fn convert(arguments: &Convert, as_json: bool) -> Result<Outcome, Failure> {
    let text = input::text(PIPE_TEXT)?;
    let (mut document, mut losses) = read(arguments.from, &text)?;
    let shown = matches!(arguments.to, Target::Blocks | Target::Plan | Target::Html);
    if shown && matches!(arguments.from, Source::Enhanced) {
        document = document.with_code_lines();
    }
    let (written, more) = write(arguments.to, &document);
    losses.extend(more);
    losses.sort_by_key(Loss::place);
    let outcome = if as_json {
        let result = match arguments.to {
            Target::Blocks => Value::Array(document.to_blocks().blocks),
            Target::Plan => plan_json(&plan_told(&document.to_blocks().blocks).value),
            _ => Value::String(written),
        };
        let told = losses
            .iter()
            .map(|loss| json!({ "where": loss.r#where, "what": loss.what }));
        let told: Vec<Value> = told.collect();
        Outcome::new(json!({ "result": result, "losses": told }), "")?
    } else {
        Outcome::new((), written)?
    };
    Ok(losses
        .iter()
        .fold(outcome, |outcome, loss| outcome.remark(loss.to_string())))
}

fn read(from: Source, text: &str) -> Result<(Document, Vec<Loss>), Failure> {
    let read = match from {
        Source::Markdown => Document::read_body(text),
        Source::Enhanced => Document::read_enhanced(text),
        Source::Blocks => Document::read_blocks_json(text)
            .map_err(|error| Failure::NotReadable(error.to_string()))?,
    };
    Ok((read.value, read.losses))
}

/// What is printed, and what it does not say.
fn write(to: Target, document: &Document) -> (String, Vec<Loss>) {
    let written = match to {
        Target::Markdown => return (document.to_body(), Vec::new()),
        Target::Enhanced => document.enhanced(),
        Target::Html => document.html(),
        Target::Blocks => document.to_blocks_json(),
        Target::Plan => {
            let written = document.to_requests();
            let requests: Vec<String> = written.value.iter().map(Request::to_json).collect();
            return (format!("[{}]", requests.join(",")), written.losses);
        }
    };
    (written.value, written.losses)
}
