//! What becomes of a note whose request Notion refused.

use notion_api::ApiError;

use super::push::refresh;
use super::{Fault, Link};
use crate::CoreError;
use crate::store::{NoteRow, State, Work};

/// How often a refused update is brought up to date and tried again before it is put aside.
const REFUSALS: u32 = 3;

/// Whether Notion certainly did nothing of a request that ended so.
pub(super) fn nothing_was_done(error: &ApiError) -> bool {
    match error {
        ApiError::Unclear(_)
        | ApiError::Unavailable { .. }
        | ApiError::InvalidAnswer { .. }
        | ApiError::Incomplete { .. } => false,
        ApiError::Unauthorized { .. }
        | ApiError::GrantRefused { .. }
        | ApiError::ClientRefused { .. }
        | ApiError::RestrictedResource { .. }
        | ApiError::BlockLimit { .. }
        | ApiError::Gone { .. }
        | ApiError::NotFound { .. }
        | ApiError::Validation { .. }
        | ApiError::Conflict { .. }
        | ApiError::RateLimited { .. }
        | ApiError::Network { .. }
        | ApiError::Edge { .. }
        | ApiError::InvalidRequest { .. } => true,
    }
}

/// How it goes on with a note after a refusal.
pub(super) enum Refusal {
    /// With the next step.
    TryAgain,
    /// Not at all, until the person says so.
    PutAside,
}

/// A refusal that concerns this note alone: bring it up to date and try again, or put it aside with
/// the reason. Everything else is handed on.
pub(super) async fn refused(
    link: &Link,
    work: &Work,
    note: &NoteRow,
    error: ApiError,
    refusals: &mut u32,
) -> Result<Refusal, Fault> {
    *refusals += 1;
    let again = *refusals < REFUSALS;
    match &error {
        ApiError::Gone { .. } => {
            put_aside(
                link,
                work,
                note,
                "its page, or a page above it, lies in Notion's trash. Restore it there, then try again.",
            )
            .await?;
            Ok(Refusal::PutAside)
        }
        ApiError::BlockLimit { .. } => {
            put_aside(link, work, note, &CoreError::WorkspaceFull.to_string()).await?;
            Ok(Refusal::PutAside)
        }
        ApiError::Validation { .. } if again && note.page_id.is_some() => {
            refresh(link, work, &note.id).await?;
            Ok(Refusal::TryAgain)
        }
        ApiError::Validation { message, .. } | ApiError::InvalidRequest { message } => {
            put_aside(link, work, note, message).await?;
            Ok(Refusal::PutAside)
        }
        ApiError::NotFound { .. } if note.page_id.is_some() => {
            put_aside(
                link,
                work,
                note,
                "its page is not there any more, or is not shared with Octavo. The note is safe here.",
            )
            .await?;
            Ok(Refusal::PutAside)
        }
        ApiError::NotFound { .. } => {
            // The home itself is not there: that concerns the whole account.
            crate::workspace::ensure(&link.store, &link.client, &link.ground).await?;
            if again {
                Ok(Refusal::TryAgain)
            } else {
                Err(error.into())
            }
        }
        _ => Err(error.into()),
    }
}

/// Keeps a note here with the reason why Notion has it not, out of the way of the notes behind it.
pub(super) async fn put_aside(
    link: &Link,
    work: &Work,
    note: &NoteRow,
    reason: &str,
) -> Result<(), Fault> {
    // The reason may quote the note, so the log only says that there is one.
    tracing::warn!(note = %note.id, "put aside");
    let mut write = link.store.write().await?;
    write.remove(work).await?;
    write
        .set_state(&note.id, State::Blocked, Some(reason))
        .await?;
    let note = write.note(&note.id).await?;
    write.commit().await?;
    link.tell(&note);
    Ok(())
}
