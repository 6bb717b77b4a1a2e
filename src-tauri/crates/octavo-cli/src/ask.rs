//! `octavo ask`

use clap::Args;
use octavo_contract::{AskAnswer, AskRequest, AssistPreview, AssistSent};
use octavo_core::Octavo;

use crate::{failure::Failure, output::Outcome, words};

#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// The question.
    #[arg(value_name = "QUESTION", required = true)]
    pub(crate) question: Vec<String>,
    /// Shows the passages to the account's model and prints its answer.
    #[arg(long)]
    pub(crate) model: bool,
    /// Prints what would be sent to the model, and to whom; nothing is sent.
    #[arg(long, conflicts_with = "model")]
    pub(crate) preview: bool,
}

/// `ask QUESTION`
pub(crate) async fn ask(
    core: &Octavo,
    account: Option<&str>,
    asked: Ask,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    // Nothing goes on after this command: an index that is not whole is made whole first.
    core.search_prepare(&account).await?;
    let request = AskRequest {
        account,
        question: asked.question.join(" "),
        request: "ask".to_owned(),
        with_model: asked.model,
        agreed: false,
    };
    if asked.preview {
        let preview = core.ask_preview(request).await?;
        return Outcome::new(&preview, previewed(&preview));
    }
    let answer = core.ask(request).await?;
    let mut outcome = Outcome::new(&answer, said(&answer))?;
    if answer.passages.is_empty() {
        outcome = outcome.remark("No note says anything of that.");
    }
    if let Some(sent) = &answer.sent {
        outcome = outcome.remark(what_was_sent(sent));
    }
    Ok(outcome)
}

fn said(answer: &AskAnswer) -> String {
    let mut out = String::new();
    if let Some(words) = &answer.answer {
        out.extend([words, "\n\n"]);
        for quote in &answer.quotes {
            out.extend(["  “", &quote.words, "”  ", &quote.note, "\n"]);
        }
        out.push('\n');
    }
    for passage in &answer.passages {
        let title = words::text_or(&passage.title, "(no title)");
        out.extend([&passage.note, "  ", title, "\n    ", &passage.text, "\n"]);
    }
    out
}

/// What would be sent, in words.
pub(crate) fn previewed(preview: &AssistPreview) -> String {
    let place = if preview.local {
        "stays on this computer"
    } else if preview.agreed {
        "leaves this computer; you agreed to it"
    } else {
        "leaves this computer; agree first: octavo models agree"
    };
    format!(
        "To {} ({}), about {} tokens; this {place}.\n\n{}\n\n{}\n",
        preview.host, preview.model, preview.tokens, preview.system, preview.text
    )
}

/// What was sent, in words.
pub(crate) fn what_was_sent(sent: &AssistSent) -> String {
    let place = if sent.local {
        "which is on this computer"
    } else {
        "which is another computer"
    };
    let tokens = match (sent.tokens_in, sent.tokens_out) {
        (Some(asked), Some(answered)) => format!("; it counted {asked} + {answered} tokens"),
        _ => String::new(),
    };
    format!(
        "{} bytes went to {} ({}), {place}{tokens}.",
        sent.bytes, sent.host, sent.model
    )
}
