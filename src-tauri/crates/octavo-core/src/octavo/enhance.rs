//! Proposals for a note, and taking them over. The words that were there stay in its history.

use notion_markdown::{Block, Document, Kind, Span};
use octavo_contract::{
    EnhanceAccept, Enhancement, NoteRef, NoteView, Proposed, ProposedLink, ProposedReason,
    ProposedText, RevisionReason,
};
use octavo_enhance::{Note, Proposal, Reason, Suggestion};

use super::Octavo;
use super::history::difference;
use super::note::{check_body, checked_tags, checked_title, checked_type, keep};
use crate::CoreError;
use crate::store::{NoteRow, excerpt_of};

const CHANGED: &str = "The note changed since these proposals were made, and they may not fit any \
     more. Nothing was changed; ask for proposals again.";

impl Octavo {
    /// What could be made better of a note, worked out on this computer: a title from its
    /// structure, a type by its words, tags the person uses already, notes it names, a tidier text.
    ///
    /// Nothing is changed and nothing leaves the computer.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn enhance(&self, request: NoteRef) -> Result<Enhancement, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        let mut others = engine.store.corpus().await?;
        let worked_out = tokio::task::spawn_blocking(move || {
            let proposal = others.without(&note, |corpus| {
                octavo_enhance::propose(&looked_at(&note), corpus)
            });
            enhancement(request, &note, proposal)
        });
        let worked_out = worked_out.await;
        worked_out.map_err(|error| CoreError::BadRequest(error.to_string()))
    }

    /// Takes over what the person accepted, in one act. The version before it is kept, with its
    /// type and tags: [`Octavo::note_revert`] to that version brings all of it back.
    ///
    /// # Errors
    /// The note changed since it was looked at: what was accepted may no
    /// longer fit. Or a title, type, tag or body cannot be one. Nothing is changed then.
    pub async fn enhance_accept(&self, request: EnhanceAccept) -> Result<NoteView, CoreError> {
        self.accept(request, None).await
    }

    pub(super) async fn accept(
        &self,
        request: EnhanceAccept,
        act: Option<&str>,
    ) -> Result<NoteView, CoreError> {
        let title = request.title.as_deref().map(checked_title);
        let note_type = checked_type(request.note_type.as_deref())?;
        let tags = checked_tags(&request.tags)?;
        if let Some(body) = &request.body {
            check_body(body)?;
        }
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        if note.version != request.base_version {
            return Err(CoreError::BadRequest(CHANGED.to_owned()));
        }
        let before = note.clone();
        note.title = title.unwrap_or(note.title);
        note.note_type = note_type.or(note.note_type);
        for tag in tags {
            if !note.tags.contains(&tag) {
                note.tags.push(tag);
            }
        }
        let body = request.body.unwrap_or_else(|| note.body.clone());
        let body = with_parts(&body, request.summary.as_deref(), &request.actions);
        check_body(&body)?;
        if body != note.body {
            note.excerpt = excerpt_of(&body);
            note.body = body;
        }
        if differs(&note, &before) {
            write
                .keep_revision(&before, RevisionReason::Enhanced)
                .await?;
            note.version += 1;
            note.edited = engine.store.now();
            keep(&mut write, &mut note, outgoing).await?;
            if let Some(act) = act {
                let versions = (before.version, note.version);
                write.record_act(act, &note.id, versions).await?;
            }
        }
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note.view(&request.account))
    }
}

/// A body with a summary in front of it, as a quotation, and to-dos behind it. Both are plain words: what
/// looks like Markdown in them is none.
fn with_parts(body: &str, summary: Option<&str>, actions: &[String]) -> String {
    let words = |text: &str| {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        vec![Span::text(line)]
    };
    let written = |blocks: Vec<Block>| Document { blocks }.to_body();
    let mut out = String::new();
    if let Some(summary) = summary.filter(|summary| !summary.trim().is_empty()) {
        let quotation = written(vec![Block::new(Kind::Quote(words(summary)))]);
        out.push_str(quotation.trim_end());
        out.push_str("\n\n");
    }
    let todos: Vec<Block> = (actions.iter().filter(|action| !action.trim().is_empty()))
        .map(|action| {
            Block::new(Kind::Todo {
                text: words(action),
                checked: false,
            })
        })
        .collect();
    if todos.is_empty() {
        return out + body;
    }
    out.push_str(body.trim_end());
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    out + &written(todos)
}

/// Whether two states of a note are not the same to its reader.
pub(super) fn differs(one: &NoteRow, other: &NoteRow) -> bool {
    one.title != other.title
        || one.body != other.body
        || one.note_type != other.note_type
        || one.tags != other.tags
}

fn looked_at(note: &NoteRow) -> Note<'_> {
    Note {
        id: &note.id,
        title: &note.title,
        body: &note.body,
        note_type: note.note_type.as_deref(),
        tags: &note.tags,
    }
}

fn enhancement(request: NoteRef, note: &NoteRow, proposal: Proposal) -> Enhancement {
    let links = proposal.links.into_iter().map(|link| ProposedLink {
        note: link.note,
        title: link.title,
        mention: link.mention,
    });
    Enhancement {
        account: request.account,
        note: request.note,
        version: note.version,
        title: proposal.title.map(proposed),
        note_type: proposal.note_type.map(proposed),
        tags: proposal.tags.into_iter().map(proposed).collect(),
        links: links.collect(),
        text: proposal.text.map(|text| ProposedText {
            difference: difference(&note.body, &text.value),
            body: text.value,
            dropped: Vec::new(),
        }),
        summary: None,
        actions: Vec::new(),
        left_out: Vec::new(),
        sent: None,
    }
}

fn proposed(suggestion: Suggestion) -> Proposed {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Proposed {
        value: suggestion.value,
        reason: match suggestion.reason {
            Reason::FirstHeading => ProposedReason::FirstHeading,
            Reason::FirstWords => ProposedReason::FirstWords,
            Reason::Words(words) => ProposedReason::Words { words },
            Reason::Todos(count) => ProposedReason::Todos {
                count: number(count),
            },
            Reason::Facts(count) => ProposedReason::Facts {
                count: number(count),
            },
            Reason::LikeNotes(count) => ProposedReason::LikeNotes {
                count: number(count),
            },
            Reason::Marks => ProposedReason::Marks,
            Reason::Model => ProposedReason::Model,
        },
    }
}
