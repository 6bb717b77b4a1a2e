//! Language models a person lets look at notes: where they are, what is sent, what came of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, Mark, NoteId};

/// How far an account's notes may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AssistReach {
    /// No model is asked.
    #[default]
    Off,
    /// A model on this computer only.
    ThisComputer,
    /// The one provider that is named.
    Named,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AssistStyle {
    /// As `OpenAI`'s chat completions: many servers.
    Openai,
    /// As Anthropic's messages.
    Anthropic,
}

/// What is set for an account. The key itself never comes out of the keychain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AssistSettings {
    /// The account.
    pub account: AccountId,
    /// How far its notes may go.
    pub reach: AssistReach,
    /// How the server is spoken to.
    pub style: Option<AssistStyle>,
    /// Its address.
    pub address: Option<String>,
    /// The model's name there.
    pub model: Option<String>,
    /// Whether a key is kept for it.
    pub has_key: bool,
    /// The person agreed that notes go there; models on this computer need no such word.
    pub agreed: bool,
}

/// Sets what an account's notes may be shown to. The key travels inwards only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AssistChange {
    /// The account.
    pub account: AccountId,
    /// How far its notes may go.
    pub reach: AssistReach,
    /// How the server is spoken to.
    #[serde(default)]
    pub style: Option<AssistStyle>,
    /// Its address, up to and with `/v1`.
    #[serde(default)]
    pub address: Option<String>,
    /// The model's name there.
    #[serde(default)]
    pub model: Option<String>,
    /// The key, if a new one is given; the one that is kept goes to no other address.
    #[serde(default)]
    pub key: Option<String>,
}

impl std::fmt::Debug for AssistChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssistChange")
            .field("account", &self.account)
            .field("reach", &self.reach)
            .field("style", &self.style)
            .field("address", &self.address)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Servers that answered on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AssistServers {
    /// The servers.
    pub servers: Vec<AssistServer>,
}

/// A server on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AssistServer {
    /// What usually listens there.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The models it has.
    pub models: Vec<String>,
}

/// What a model is to propose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AssistPart {
    /// A title.
    Title,
    /// A type.
    Type,
    /// Tags.
    Tags,
    /// The text, corrected.
    Text,
    /// What it says, in short.
    Summary,
    /// What is to be done.
    Actions,
}

/// Asks the account's model about a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AssistNote {
    /// The account the note belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// What is to be proposed.
    pub parts: Vec<AssistPart>,
    /// A name of the caller's for this request: events carry it, and it can be stopped by it.
    pub request: String,
    /// The person saw where the note goes and agreed.
    #[serde(default)]
    pub agreed: bool,
}

/// Asks a question over an account's notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    /// The account.
    pub account: AccountId,
    /// What is asked.
    pub question: String,
    /// A name of the caller's for this request: events carry it, and it can be stopped by it.
    pub request: String,
    /// Ask the account's model, and not only show the best passages.
    #[serde(default)]
    pub with_model: bool,
    /// The person saw where the passages go and agreed.
    #[serde(default)]
    pub agreed: bool,
}

/// Exactly what would be sent, and to whom. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AssistPreview {
    /// The host it would go to.
    pub host: String,
    /// The model's name there.
    pub model: String,
    /// It would stay on this computer.
    pub local: bool,
    /// The person agreed before; otherwise they have to be asked.
    pub agreed: bool,
    /// What the model is told to do.
    pub system: String,
    /// What it is shown.
    pub text: String,
    /// About how many tokens that is.
    #[ts(type = "number")]
    pub tokens: u64,
}

/// Stops a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AssistStop {
    /// Its name.
    pub request: String,
}

/// What was sent, to whom, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AssistSent {
    /// The host it went to.
    pub host: String,
    /// The model's name there.
    pub model: String,
    /// It stayed on this computer.
    pub local: bool,
    /// When.
    #[ts(type = "number")]
    pub at: crate::UnixMillis,
    /// How many bytes of notes and instructions.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Tokens the server counted as asked.
    #[ts(type = "number | null")]
    pub tokens_in: Option<u64>,
    /// Tokens the server counted as answered.
    #[ts(type = "number | null")]
    pub tokens_out: Option<u64>,
}

/// What was found to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskAnswer {
    /// The best passages of the account's notes, the best first.
    pub passages: Vec<AskPassage>,
    /// What the model says, if one was asked.
    pub answer: Option<String>,
    /// What of the passages it goes by: only words that really stand there.
    pub quotes: Vec<AskQuote>,
    /// What was sent, if anything.
    pub sent: Option<AssistSent>,
}

/// A passage of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskPassage {
    /// The note.
    pub note: NoteId,
    /// Its title.
    pub title: String,
    /// The passage, in one line without Markdown's signs.
    pub text: String,
    /// What of it was asked for.
    pub marks: Vec<Mark>,
}

/// Words of a note that an answer goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskQuote {
    /// The note.
    pub note: NoteId,
    /// The words, as they stand there.
    pub words: String,
}
