//! What a model proposes for a note.

use std::collections::BTreeMap;

use octavo_contract::{
    AssistNote, AssistPreview, Enhancement, NoteSummary, Proposed, ProposedReason, ProposedText,
};
use octavo_enhance::{Answered, Note, Suggestion, answered};
use octavo_models::{Ask, ModelError, object_in};

use super::Octavo;
use super::assist::preview;
use super::history::difference;
use crate::CoreError;
use crate::assist::{LONGEST, MOST_NAMES, Shown, about_note, wanted};
use crate::store::{NoteRow, Store};

impl Octavo {
    /// Exactly what [`Octavo::assist_note`] would send, and to whom. Nothing is sent.
    ///
    /// # Errors
    /// No model is set up, there is no such note, or it is too long.
    pub async fn assist_preview(&self, request: AssistNote) -> Result<AssistPreview, CoreError> {
        let engine = self.engine(&request.account).await?;
        let (_, ask) = question(&engine.store, &request).await?;
        let chosen = self.chosen(&engine.account, &engine.store).await?;
        Ok(preview(&chosen, ask))
    }

    /// Shows one note to the account's model and gives what it proposes, checked. Nothing is changed; what
    /// stands in the note or in the answer can do no more than be proposed for this note.
    ///
    /// # Errors
    /// No model is set up, the person has not agreed, there is no such note, or the model gave no whole
    /// answer.
    pub async fn assist_note(&self, request: AssistNote) -> Result<Enhancement, CoreError> {
        let engine = self.engine(&request.account).await?;
        let (note, ask) = question(&engine.store, &request).await?;
        let chosen = self.chosen(&engine.account, &engine.store).await?;
        let sending = (&chosen, request.agreed);
        let asked = (&ask, request.request.as_str());
        let (answer, sent) = self
            .send(&engine.account, &engine.store, sending, asked)
            .await?;
        let object = object_in(&answer.text).ok_or_else(|| ModelError::Nonsense {
            host: sent.host.clone(),
        })?;
        let mut want = wanted(&request.parts);
        // The end of a text that broke off is missing.
        want.text &= !answer.at_limit;
        let looked_at = Note {
            id: &note.id,
            title: &note.title,
            body: &note.body,
            note_type: note.note_type.as_deref(),
            tags: &note.tags,
        };
        let found = answered(&looked_at, &object, want);
        let mut proposed = enhancement(request, &note, found);
        if answer.at_limit {
            proposed
                .left_out
                .push("The answer broke off at its limit.".to_owned());
        }
        proposed.sent = Some(sent);
        Ok(proposed)
    }
}

async fn question(store: &Store, request: &AssistNote) -> Result<(NoteRow, Ask), CoreError> {
    if request.parts.is_empty() {
        return Err(CoreError::BadRequest(
            "Choose what is to be proposed.".to_owned(),
        ));
    }
    let note = store.note(&request.note).await?;
    if note.body.len() > LONGEST {
        return Err(CoreError::BadRequest(
            "This note is too long to be shown to a model: it holds more than 100,000 characters."
                .to_owned(),
        ));
    }
    let others = store.list().await?;
    let tags = often(others.iter().flat_map(|other| &other.tags));
    let types = often(
        others
            .iter()
            .filter_map(|other: &NoteSummary| other.note_type.as_ref()),
    );
    let shown = Shown {
        title: &note.title,
        body: &note.body,
        note_type: note.note_type.as_deref(),
        tags: &note.tags,
        known_tags: &tags,
        known_types: &types,
    };
    let ask = about_note(&shown, &request.parts);
    Ok((note, ask))
}

/// The names that come most often.
fn often<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut times: BTreeMap<&String, usize> = BTreeMap::new();
    for name in names {
        *times.entry(name).or_default() += 1;
    }
    let mut names: Vec<(usize, &String)> = times
        .into_iter()
        .map(|(name, times)| (times, name))
        .collect();
    names.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    names
        .into_iter()
        .take(MOST_NAMES)
        .map(|(_, name)| name.clone())
        .collect()
}

fn enhancement(request: AssistNote, note: &NoteRow, found: Answered) -> Enhancement {
    let proposed = |suggestion: Suggestion| Proposed {
        value: suggestion.value,
        reason: ProposedReason::Model,
    };
    Enhancement {
        account: request.account,
        note: request.note,
        version: note.version,
        title: found.title.map(proposed),
        note_type: found.note_type.map(proposed),
        tags: found.tags.into_iter().map(proposed).collect(),
        links: Vec::new(),
        text: found.text.map(|body| ProposedText {
            difference: difference(&note.body, &body),
            body,
            dropped: found.dropped,
        }),
        summary: found.summary,
        actions: found.actions,
        left_out: found.left_out,
        sent: None,
    }
}
