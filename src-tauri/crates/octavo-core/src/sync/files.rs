//! Files of notes on their way to Notion: announced, sent piece by piece, put where they stand.
//!
//! Every step is written down with the note when it is confirmed, so that a file goes on where it broke
//! off. An upload is used for one place only: whether it is attached tells whether it got there.

use std::path::{Path, PathBuf};

use notion_api::{ApiError, FilePart, FileUpload, NewFileUpload, PageId, UploadStatus};
use octavo_contract::FileView;

use super::file_place::place;
use super::{Fault, Link};
use crate::CoreError;
use crate::files::{Place, Placed, references, size, word};
use crate::store::{NoteRow, Work};

/// A file up to this length goes in one piece; longer ones in pieces of it. Parts are 5 to 20 MB long
/// ("Sending larger files"), and so much of a file is in memory.
const PIECE: u64 = 10 << 20;
/// An upload that nothing shows ends after an hour ("Working with files and media").
const FRESH: i64 = 50 * 60 * 1000;

/// Takes the next step with a file of a note.
pub(super) async fn step(
    link: &Link,
    work: &Work,
    note: &NoteRow,
    address: &str,
) -> Result<(), Fault> {
    let entry = note
        .files
        .iter()
        .find(|file| file.address == address && matches!(file.place, Place::Sending { .. }));
    let Some(Place::Sending {
        upload,
        at,
        parts,
        sent,
        whole,
    }) = entry.map(|entry| entry.place.clone())
    else {
        return announce(link, note, address).await;
    };
    let Ok(id) = upload.parse::<PageId>() else {
        return keep(link, &note.id, address, None).await;
    };
    if link.store.now() - at > FRESH && ended(link, &id).await? {
        return keep(link, &note.id, address, None).await;
    }
    if whole {
        return place(link, work, note, address, &upload).await;
    }
    let Some((path, view)) = kept(link, address).await? else {
        return stays(link, note, address, &gone(address)).await;
    };
    let going = Going {
        link,
        note: &note.id,
        address,
        id,
        at,
        parts,
    };
    match going.send(&path, &view, sent).await {
        Err(Fault::Api(ApiError::Validation { .. } | ApiError::NotFound { .. })) => {
            going.refused(note, &view).await
        }
        other => other,
    }
}

/// Where a file lies, and what it is.
async fn kept(link: &Link, address: &str) -> Result<Option<(PathBuf, FileView)>, Fault> {
    let Some(reference) = references(address).into_iter().next() else {
        return Ok(None);
    };
    let files = link.store.files();
    let found = tokio::task::spawn_blocking(move || {
        let path = files.find(&reference.hash)?;
        Some((path, files.view(&reference)?))
    });
    found
        .await
        .map_err(|error| Fault::Core(CoreError::BadRequest(error.to_string())))
}

/// Tells Notion that a file comes; or finds that it cannot.
async fn announce(link: &Link, note: &NoteRow, address: &str) -> Result<(), Fault> {
    let Some((_, view)) = kept(link, address).await? else {
        return stays(link, note, address, &gone(address)).await;
    };
    let bytes = u64::try_from(view.bytes).unwrap_or_default();
    let limit = link.client.me().await?.max_file_upload_size;
    if let Some(limit) = limit.filter(|limit| bytes > *limit) {
        let why = format!("it is larger than this workspace takes ({})", size(limit));
        return stays(link, note, address, &line(&view, &why)).await;
    }
    let parts = u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX);
    let (filename, content_type) = (view.name.clone(), view.media_type.clone());
    let new = if parts > 1 {
        NewFileUpload::MultiPart {
            filename,
            content_type,
            number_of_parts: parts,
        }
    } else {
        NewFileUpload::SinglePart {
            filename,
            content_type,
        }
    };
    // One that was announced without our knowing ends by itself, unseen.
    let upload = match link.client.create_file_upload(&new).await {
        Err(ApiError::Validation { .. }) => {
            let why = "Notion does not take files of this kind";
            return stays(link, note, address, &line(&view, why)).await;
        }
        answer => answer?,
    };
    let place = Place::Sending {
        upload: upload.id.to_string(),
        at: link.store.now(),
        parts,
        sent: 0,
        whole: false,
    };
    keep(link, &note.id, address, Some(place)).await
}

/// Whether an upload that waited long is of no use any more.
async fn ended(link: &Link, id: &PageId) -> Result<bool, Fault> {
    Ok(match status(link, id).await? {
        None => true,
        Some(upload) => !matches!(
            upload.status,
            UploadStatus::Pending | UploadStatus::Uploaded
        ),
    })
}

pub(super) async fn status(link: &Link, id: &PageId) -> Result<Option<FileUpload>, Fault> {
    match link.client.file_upload(id).await {
        Err(ApiError::NotFound { .. } | ApiError::Gone { .. }) => Ok(None),
        answer => Ok(Some(answer?)),
    }
}

/// A file whose pieces are being sent.
struct Going<'a> {
    link: &'a Link,
    note: &'a str,
    address: &'a str,
    id: PageId,
    at: i64,
    parts: u32,
}

impl Going<'_> {
    async fn send(&self, path: &Path, view: &FileView, sent: u32) -> Result<(), Fault> {
        for number in sent..self.parts {
            let piece = piece(path, u64::from(number) * PIECE).await?;
            let part = FilePart {
                content: &piece,
                filename: &view.name,
                content_type: &view.media_type,
                part_number: (self.parts > 1).then_some(number + 1),
            };
            self.link.client.send_file(&self.id, part).await?;
            let whole = self.parts == 1;
            self.remember(number + 1, whole).await?;
        }
        if self.parts > 1 {
            match self.link.client.complete_file_upload(&self.id).await {
                Ok(_) => {}
                // An earlier attempt whose answer was lost may have done it.
                Err(error) => {
                    let upload = status(self.link, &self.id).await?;
                    if upload.is_none_or(|upload| upload.status != UploadStatus::Uploaded) {
                        return Err(error.into());
                    }
                }
            }
        }
        self.remember(self.parts, true).await
    }

    async fn remember(&self, sent: u32, whole: bool) -> Result<(), Fault> {
        let place = Place::Sending {
            upload: self.id.to_string(),
            at: self.at,
            parts: self.parts,
            sent,
            whole,
        };
        keep(self.link, self.note, self.address, Some(place)).await
    }

    /// Notion did not take a piece: the upload is over, was taken before, or the file is not wanted.
    async fn refused(&self, note: &NoteRow, view: &FileView) -> Result<(), Fault> {
        match status(self.link, &self.id)
            .await?
            .map(|upload| upload.status)
        {
            Some(UploadStatus::Uploaded) => self.remember(self.parts, true).await,
            Some(UploadStatus::Pending) => {
                let why = "Notion did not take it";
                stays(self.link, note, self.address, &line(view, why)).await
            }
            _ => keep(self.link, self.note, self.address, None).await,
        }
    }
}

/// The bytes of a file from `at` on, as many as go at once.
async fn piece(path: &Path, at: u64) -> Result<Vec<u8>, Fault> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        use std::io::{Read as _, Seek as _};
        let read = || {
            let mut file = std::fs::File::open(&path)?;
            file.seek(std::io::SeekFrom::Start(at))?;
            let mut piece = Vec::new();
            file.take(PIECE).read_to_end(&mut piece)?;
            Ok(piece)
        };
        read().map_err(|error| CoreError::file(&path, error))
    });
    let read = read
        .await
        .map_err(|error| CoreError::BadRequest(error.to_string()))?;
    Ok(read?)
}

fn line(view: &FileView, why: &str) -> String {
    let bytes = u64::try_from(view.bytes).unwrap_or_default();
    let (word, size) = (word(view.kind), size(bytes));
    format!(
        "The {word} \u{201c}{}\u{201d} ({size}) is only on the computer where it was added: {why}.",
        view.name
    )
}

fn gone(address: &str) -> String {
    let reference = references(address).into_iter().next();
    let name = reference.map_or_else(|| address.to_owned(), |reference| reference.name);
    format!("The file \u{201c}{name}\u{201d} is not in Notion, and not on this computer any more.")
}

/// The file stays here; the page gets a line that says so.
async fn stays(link: &Link, note: &NoteRow, address: &str, line: &str) -> Result<(), Fault> {
    let known = |file: &Placed| {
        file.address != address
            && matches!(&file.place, Place::Stays { line: other } if other == line)
    };
    let mut line = line.to_owned();
    if note.files.iter().any(known) {
        // Two files of one name and length have lines of their own.
        let hash = references(address)
            .into_iter()
            .next()
            .map(|known| known.hash);
        let mark = hash.as_deref().and_then(|hash| hash.get(..8));
        line = format!("{line} ({})", mark.unwrap_or("2"));
    }
    tracing::info!(note = %note.id, "a file stays here");
    keep(link, &note.id, address, Some(Place::Stays { line })).await
}

/// Writes down where a file of a note is.
async fn keep(link: &Link, id: &str, address: &str, place: Option<Place>) -> Result<(), Fault> {
    let mut write = link.store.write().await?;
    let mut note = write.note(id).await?;
    put(&mut note, address, place);
    write.put(&note).await?;
    write.commit().await?;
    Ok(())
}

/// A file that is on the page keeps its entry: the same content may come once more.
pub(super) fn put(note: &mut NoteRow, address: &str, place: Option<Place>) {
    note.files
        .retain(|file| file.address != address || matches!(file.place, Place::There { .. }));
    let address = address.to_owned();
    note.files
        .extend(place.map(|place| Placed { address, place }));
}
