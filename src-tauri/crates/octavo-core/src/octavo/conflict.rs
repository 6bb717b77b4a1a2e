//! Notes that changed in both places: looked at part by part, and settled.

use notion_markdown::{canonical, enhanced_to_body};
use octavo_contract::{
    ConflictPart, ConflictSettle, ConflictView, NoteRef, NoteView, RevisionReason,
};

use super::Octavo;
use super::note::{check_body, checked_title, keep};
use crate::CoreError;
use crate::page_text::PageText;
use crate::store::{NoteRow, State, Store, excerpt_of};
use crate::together::{changed, parts};

impl Octavo {
    /// A note that changed in both places: what both last agreed on, what was written here, and what
    /// Notion has, part by part.
    ///
    /// # Errors
    /// There is no such note in this account, or it did not change in both places.
    pub async fn conflict_show(&self, request: NoteRef) -> Result<ConflictView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        let (title, [base, mine, theirs]) = sides(&engine.store, &note).await?;
        let parts = tokio::task::spawn_blocking(move || parts(&base, &mine, &theirs))
            .await
            .map_err(|error| CoreError::BadRequest(error.to_string()))?;
        Ok(ConflictView {
            account: request.account,
            note: request.note,
            version: note.version,
            title,
            parts,
        })
    }

    /// Makes of a note that changed in both places what the person chose. What it was before, and what
    /// Notion has, stay in its history.
    ///
    /// # Errors
    /// There is no such note in this account, or it is not any more what was looked at; or it could
    /// not be kept.
    pub async fn conflict_settle(&self, request: ConflictSettle) -> Result<NoteView, CoreError> {
        let title = checked_title(&request.title);
        check_body(&request.body)?;
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        if note.state != State::Conflict || note.version != request.base_version {
            return Err(CoreError::BadRequest(
                "The note changed meanwhile. Look at both texts again.".to_owned(),
            ));
        }
        write.keep_revision(&note, RevisionReason::Merge).await?;
        if let Some(base) = &note.base {
            let theirs = NoteRow {
                title: base.title.clone(),
                body: body_of(&PageText::of_page(&base.markdown)),
                version: note.version + 1,
                ..note.clone()
            };
            write.keep_revision(&theirs, RevisionReason::Theirs).await?;
        }
        let body = write.with_links(&note.id, &request.body).await?;
        note.body = body.unwrap_or(request.body);
        note.excerpt = excerpt_of(&note.body);
        note.title = title;
        note.version += 2;
        note.edited = engine.store.now();
        // Where Notion's was chosen throughout, nothing is left to send.
        note.state = State::Synced;
        note.state_reason = None;
        keep(&mut write, &mut note, outgoing).await?;
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note.view(&request.account))
    }
}

/// A page's text as the editor shows it, in the one spelling by which texts are compared.
fn body_of(text: &PageText) -> String {
    enhanced_to_body(&canonical(&text.rest))
}

/// The title in its three states, and the text: agreed on, here, in Notion.
async fn sides(store: &Store, note: &NoteRow) -> Result<(ConflictPart, [String; 3]), CoreError> {
    let (Some(base), true) = (&note.base, note.state == State::Conflict) else {
        return Err(CoreError::BadRequest(
            "This note did not change in both places (any more).".to_owned(),
        ));
    };
    let theirs = body_of(&PageText::of_page(&base.markdown));
    let Some(ancestor) = store.ancestor(&note.id).await? else {
        // It came to be so before what both agreed on was kept: the two texts are there.
        let mine = body_of(&PageText::of_note(note));
        let title = title_of("", &note.title, &base.title);
        return Ok((title, [String::new(), mine, theirs]));
    };
    let mine = match store.revision(&note.id, ancestor.view.version).await? {
        Some(kept) => PageText::of_note(&NoteRow {
            body: kept.body,
            ..note.clone()
        }),
        // Only its title differs.
        None => PageText::of_note(note),
    };
    let title = title_of(&ancestor.view.title, &note.title, &base.title);
    Ok((title, [ancestor.body, body_of(&mine), theirs]))
}

fn title_of(base: &str, mine: &str, theirs: &str) -> ConflictPart {
    ConflictPart {
        changed: changed(base, mine, theirs),
        base: base.to_owned(),
        mine: mine.to_owned(),
        theirs: theirs.to_owned(),
    }
}
