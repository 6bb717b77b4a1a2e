//! Earlier versions of a note: listed, shown beside the present one, brought back.

use std::time::Duration;

use octavo_contract::{
    NoteHistory, NoteRef, NoteView, Piece, RevisionReason, RevisionRef, RevisionText, Side,
    VersionText,
};
use similar::{ChangeTag, TextDiff};

use super::Octavo;
use super::enhance::differs;
use super::note::keep;
use crate::CoreError;
use crate::store::{Kept, Store, excerpt_of};

/// A difference that takes longer to find is told less finely.
const PATIENCE: Duration = Duration::from_millis(250);

impl Octavo {
    /// What is kept of a note, the newest version first.
    ///
    /// A version is kept before Notion's text or an earlier version takes its place, before two
    /// changes are brought together, and where the person paused. Those of pauses are thinned out
    /// with age; the others stay as long as the note.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_history(&self, request: NoteRef) -> Result<NoteHistory, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        Ok(NoteHistory {
            versions: engine.store.revisions(&note.id).await?,
            titles: engine.store.overruled(&note.id).await?,
            account: request.account,
            note: request.note,
        })
    }

    /// A kept version, whole.
    ///
    /// # Errors
    /// There is no such note in this account, or no such version of it.
    pub async fn note_version(&self, request: RevisionRef) -> Result<VersionText, CoreError> {
        let engine = self.engine(&request.account).await?;
        let kept = revision(&engine.store, &request).await?;
        Ok(VersionText {
            view: kept.view,
            body: kept.body,
        })
    }

    /// A kept version, and what is different in the note now.
    ///
    /// # Errors
    /// There is no such note in this account, or no such version of it.
    pub async fn note_revision(&self, request: RevisionRef) -> Result<RevisionText, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        let kept = revision(&engine.store, &request).await?;
        let (body, present) = (kept.body, note.body);
        let (body, difference) = tokio::task::spawn_blocking(move || {
            let difference = difference(&body, &present);
            (body, difference)
        })
        .await
        .map_err(|error| CoreError::BadRequest(error.to_string()))?;
        Ok(RevisionText {
            view: kept.view,
            body,
            difference,
        })
    }

    /// Brings an earlier version back. The present one is kept, so that this can be undone the same
    /// way.
    ///
    /// # Errors
    /// There is no such note in this account, or no such version of it; or it could not be kept.
    pub async fn note_revert(&self, request: RevisionRef) -> Result<NoteView, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let kept = revision(&engine.store, &request).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        let before = note.clone();
        note.title = kept.view.title;
        note.excerpt = excerpt_of(&kept.body);
        note.body = kept.body;
        if let Some(labels) = kept.labels {
            note.note_type = labels.note_type;
            note.tags = labels.tags;
        }
        if differs(&note, &before) {
            write
                .keep_revision(&before, RevisionReason::Restore)
                .await?;
            note.version += 1;
            note.edited = engine.store.now();
            keep(&mut write, &mut note, outgoing).await?;
        }
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note.view(&request.account))
    }
}

async fn revision(store: &Store, wanted: &RevisionRef) -> Result<Kept, CoreError> {
    let kept = store.revision(&wanted.note, wanted.version).await?;
    kept.ok_or(CoreError::NoSuchVersion)
}

/// From `earlier` to `present`, word by word.
pub(super) fn difference(earlier: &str, present: &str) -> Vec<Piece> {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_words(earlier, present);
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let side = match change.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Gone,
            ChangeTag::Insert => Side::New,
        };
        match pieces.last_mut().filter(|piece| piece.side == side) {
            Some(piece) => piece.text.push_str(change.value()),
            None => pieces.push(Piece {
                side,
                text: change.value().to_owned(),
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn without(pieces: &[Piece], side: Side) -> String {
        let rest = pieces.iter().filter(|piece| piece.side != side);
        rest.map(|piece| piece.text.as_str()).collect()
    }

    proptest! {
        #[test]
        fn a_difference_holds_both_texts(
            earlier in "([a-c\u{e9}]{1,3}[ \n]{0,2}){0,20}",
            present in "([a-c\u{e9}]{1,3}[ \n]{0,2}){0,20}",
        ) {
            let pieces = difference(&earlier, &present);
            prop_assert_eq!(without(&pieces, Side::New), earlier);
            prop_assert_eq!(without(&pieces, Side::Gone), present);
        }
    }

    #[test]
    fn words_are_told_apart_and_not_letters() {
        let pieces = difference("The red fox", "The grey fox");
        let told: Vec<_> = pieces.iter().map(|p| (p.side, p.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (Side::Both, "The "),
                (Side::Gone, "red"),
                (Side::New, "grey"),
                (Side::Both, " fox")
            ]
        );
    }
}
