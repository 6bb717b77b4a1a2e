//! A question over an account's notes: the best passages, and what a model makes of them.

use jiff::tz::TimeZone;
use octavo_contract::{AskAnswer, AskPassage, AskQuote, AskRequest, AssistPreview};
use octavo_enhance::telling_words;
use octavo_models::{ModelError, object_in};

use super::Octavo;
use super::assist::preview;
use crate::CoreError;
use crate::assist::{over_passages, quotes};
use crate::search::{Parts, Query, passage};
use crate::store::Store;

/// As many notes are looked at.
const NOTES: usize = 8;
/// A question is no longer.
const LONGEST: usize = 1_000;

impl Octavo {
    /// Exactly what [`Octavo::ask`] would send, and to whom. Nothing is sent.
    ///
    /// # Errors
    /// No model is set up, there is no such account, or nothing is asked.
    pub async fn ask_preview(&self, request: AskRequest) -> Result<AssistPreview, CoreError> {
        let engine = self.engine(&request.account).await?;
        let passages = passages(&engine.store, &request.question).await?;
        let chosen = self.chosen(&engine.account, &engine.store).await?;
        Ok(preview(
            &chosen,
            over_passages(&request.question, &sources(&passages)),
        ))
    }

    /// Answers a question by this account's notes: the best passages and, if asked to, what the account's
    /// model says by them. Its quotes are only those that stand in the passages word by word.
    ///
    /// # Errors
    /// There is no such account, or nothing is asked; with a model also as [`Octavo::assist_note`].
    pub async fn ask(&self, request: AskRequest) -> Result<AskAnswer, CoreError> {
        let engine = self.engine(&request.account).await?;
        let passages = passages(&engine.store, &request.question).await?;
        let mut found = AskAnswer {
            passages,
            answer: None,
            quotes: Vec::new(),
            sent: None,
        };
        // Without passages there is nothing a model could answer by, and nothing is sent.
        if !request.with_model || found.passages.is_empty() {
            return Ok(found);
        }
        let sources = sources(&found.passages);
        let ask = over_passages(&request.question, &sources);
        let chosen = self.chosen(&engine.account, &engine.store).await?;
        let sending = (&chosen, request.agreed);
        let asked = (&ask, request.request.as_str());
        let (answer, sent) = self
            .send(&engine.account, &engine.store, sending, asked)
            .await?;
        let object = object_in(&answer.text).ok_or_else(|| ModelError::Nonsense {
            host: sent.host.clone(),
        })?;
        let words = object.get("answer").and_then(serde_json::Value::as_str);
        found.answer = words.map(|words| words.trim().to_owned());
        for (at, words) in quotes(&object, &sources) {
            if let Some(passage) = found.passages.get(at) {
                let note = passage.note.clone();
                found.quotes.push(AskQuote { note, words });
            }
        }
        found.sent = Some(sent);
        Ok(found)
    }
}

fn sources(passages: &[AskPassage]) -> Vec<(String, String)> {
    let source = |passage: &AskPassage| (passage.title.clone(), passage.text.clone());
    passages.iter().map(source).collect()
}

async fn passages(store: &Store, question: &str) -> Result<Vec<AskPassage>, CoreError> {
    if question.trim().is_empty() || question.len() > LONGEST {
        return Err(CoreError::BadRequest(
            "Ask in a sentence of at most 1,000 characters.".to_owned(),
        ));
    }
    let telling = telling_words(question);
    let words = if telling.is_empty() {
        question.to_owned()
    } else {
        telling.join(" ")
    };
    // A question is words, even where it looks like more.
    let words = words.replace([':', '"', '-'], " ");
    let query = Query::read(&words, &TimeZone::UTC);
    let findings = store.find_most(&query, NOTES).await?;
    let rows = store.found(&findings.hits).await?;
    Ok(rows
        .into_iter()
        .map(|(note, body)| {
            let (text, marks) = passage(&Parts::of(&body).text, &findings.terms);
            AskPassage {
                note: note.id,
                title: note.title,
                text,
                marks,
            }
        })
        .collect())
}
