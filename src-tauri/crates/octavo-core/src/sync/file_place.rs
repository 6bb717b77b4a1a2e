//! A file that Notion has gets its place on the page of its note, once.

use notion_api::{PageId, UploadStatus};
use notion_markdown::{BlockRequest, block_update};
use octavo_contract::RevisionReason;

use super::change::{Change, refused, send};
use super::files::{put, status};
use super::push::{journal, page_of, refresh};
use super::unclear::settled;
use super::{Fault, Link};
use crate::absorb::{Absorbed, Remote, absorb};
use crate::files::{Place, addresses, unplaced, unsigned, with_upload};
use crate::page_text::page_with;
use crate::store::{Base, NoteRow, Sent, Work};

/// A request without an answer may still be on its way for so long (request limits).
const STILL_ON_ITS_WAY: i64 = 70_000;

/// Puts an upload where the file stands in the note.
pub(super) async fn place(
    link: &Link,
    work: &Work,
    note: &NoteRow,
    address: &str,
    upload: &str,
) -> Result<(), Fault> {
    let Some(base) = note.base.clone() else {
        return Ok(());
    };
    let markdown = page_with(note, Some(address));
    let mut update =
        block_update(&base.markdown, &markdown).map_err(|refusal| refused(refusal.to_string()))?;
    let mut shown = false;
    for request in &mut update.requests {
        if let BlockRequest::Insert { children, .. } = request {
            shown |= children
                .iter_mut()
                .any(|child| with_upload(child, address, upload));
        }
    }
    if !shown {
        return Err(refused(
            "one of its files stands where Notion cannot show it. Put it on a line of its own."
                .to_owned(),
        ));
    }
    let sent = Sent::File {
        upload: upload.to_owned(),
        address: address.to_owned(),
        markdown: markdown.clone(),
    };
    journal(link, work, note, sent).await?;
    let page = page_of(note)?;
    let change = Change::Blocks(Box::new(update));
    match send(&link.client, &page, &base.markdown, &change).await? {
        Some(answer) if !answer.truncated => {
            arrived(link, work, &note.id, address, &markdown, answer.markdown).await
        }
        Some(_) => Err(too_long()),
        // Somebody wrote in between.
        None => {
            settled(link, work).await?;
            refresh(link, work, &note.id).await
        }
    }
}

fn too_long() -> Fault {
    Fault::Later("the page is too long to be read whole".to_owned())
}

/// The file is on the page, whose text is now `remote`: learns its address there.
async fn arrived(
    link: &Link,
    work: &Work,
    id: &str,
    address: &str,
    sent: &str,
    remote: String,
) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let mut note = write.note(id).await?;
    let Some(base) = note.base.clone() else {
        return Ok(write.commit().await?);
    };
    let before = note.clone();
    let url = new_address(&base.markdown, &remote, address);
    let mut markdown = sent.to_owned();
    // One that is not there any more was taken away by somebody, and goes here too.
    if let Some(url) = url {
        markdown = markdown.replacen(&unplaced(address), &url, 1);
        let url = unsigned(&url).to_owned();
        put(&mut note, address, Some(Place::There { url }));
    }
    let sent = Base {
        markdown,
        provisional: true,
        ..base
    };
    note.base = Some(sent.clone());
    let remote = Remote {
        title: None,
        markdown: remote,
    };
    if absorb(&mut note, &sent, &remote) != Absorbed::Unchanged {
        write.keep_revision(&before, RevisionReason::Notion).await?;
    }
    note.confirmed_at = Some(link.store.now());
    write.put(&note).await?;
    write.settle(work).await?;
    write.commit().await?;
    Ok(())
}

/// The address that a page has now and had not before; rather one with the file's name.
fn new_address(before: &str, now: &str, address: &str) -> Option<String> {
    let known = addresses(before);
    let known: Vec<&str> = known.iter().map(|url| unsigned(url)).collect();
    let mut new = addresses(now);
    new.retain(|url| !known.contains(&unsigned(url)) && unsigned(url) != url);
    let name = address.rsplit('/').next().unwrap_or_default();
    let named = new.iter().position(|url| unsigned(url).ends_with(name));
    (!new.is_empty()).then(|| new.swap_remove(named.unwrap_or(0)))
}

/// Finds out whether a file got to its place though the answer never came.
pub(super) async fn settle(
    link: &Link,
    work: &Work,
    id: &str,
    at: i64,
    sent: (&str, &str, &str),
) -> Result<(), Fault> {
    let (upload, address, markdown) = sent;
    let Ok(upload) = upload.parse::<PageId>() else {
        return settled(link, work).await;
    };
    let known = status(link, &upload).await?;
    // "An attached upload no longer expires."
    let attached = known
        .as_ref()
        .is_some_and(|upload| upload.status == UploadStatus::Uploaded && upload.expiry_time == 0);
    if attached {
        let note = link.store.note(id).await?;
        let answer = link.client.markdown(&page_of(&note)?).await?;
        if answer.truncated {
            return Err(too_long());
        }
        return arrived(link, work, id, address, markdown, answer.markdown).await;
    }
    if known.is_some() && (0..STILL_ON_ITS_WAY).contains(&(link.store.now() - at)) {
        return Err(Fault::Later(
            "it is not clear yet whether Notion has the file; looking again".to_owned(),
        ));
    }
    settled(link, work).await
}
