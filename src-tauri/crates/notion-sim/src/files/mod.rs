//! File uploads: what was sent, which state it is in, and the signed addresses it is read at.

pub(crate) mod api;
mod mime;
mod multipart;
pub(crate) mod serve;

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::PathBuf,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    clock,
    error::{ApiError, ApiResult},
    ids,
    json::{at, put},
    version::Version,
    world::{NewBlock, Token, UserKind, World},
};

/// How a file arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    SinglePart,
    MultiPart,
    ExternalUrl,
}

/// What has become of an upload. That it expired follows from the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Pending,
    Uploaded,
    /// A file of another address that could not be had.
    Failed(Failure),
}

/// Why a file of another address could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// It is announced there, and does not come.
    Download,
    /// It is larger than the workspace takes.
    TooLarge,
}

impl Failure {
    /// As `file_import_result` tells it ("The file upload object"); the sentences are made up.
    fn json(self) -> Value {
        let (kind, code, message, status) = match self {
            Self::Download => (
                "download_error",
                "download_failed",
                "The file could not be downloaded from the external URL.",
                json!(404),
            ),
            Self::TooLarge => (
                "validation_error",
                "file_too_large",
                "The file is larger than this workspace allows.",
                Value::Null,
            ),
        };
        json!({"type": kind, "code": code, "message": message, "parameter": "external_url",
               "status_code": status})
    }
}

/// One file upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) id: Uuid,
    pub(crate) workspace: Uuid,
    /// The bot that created it; nobody else sees it before it is attached.
    pub(crate) bot: Uuid,
    pub(crate) author: Uuid,
    pub(crate) created: i64,
    pub(crate) edited: i64,
    pub(crate) expires: i64,
    pub(crate) mode: Mode,
    pub(crate) state: State,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    /// Bytes received, of all parts.
    pub(crate) length: Option<u64>,
    pub(crate) parts: usize,
    pub(crate) sent: BTreeSet<usize>,
    /// Once something shows it, it no longer expires.
    pub(crate) attached: bool,
    /// When a file of another address was fetched.
    pub(crate) imported: Option<i64>,
    /// The order of creation.
    pub(crate) number: usize,
}

/// The status a client is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Pending,
    Uploaded,
    Expired,
    Failed,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Uploaded => "uploaded",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

impl Upload {
    fn status(&self, now: i64) -> Status {
        match self.state {
            State::Failed(_) => Status::Failed,
            _ if !self.attached && now >= self.expires => Status::Expired,
            State::Pending => Status::Pending,
            State::Uploaded => Status::Uploaded,
        }
    }

    /// The object of an answer.
    fn json(&self, world: &World, version: Version) -> Value {
        let now = clock::now();
        let rounded = world.config.minute_rounding;
        let status = self.status(now);
        let person = world
            .users
            .get(&self.author)
            .is_some_and(|user| matches!(user.kind, UserKind::Person { .. }));
        let kind = if person { "person" } else { "bot" };
        let expires = !self.attached && !matches!(status, Status::Expired | Status::Failed);
        let edited = if status == Status::Expired {
            self.expires
        } else {
            self.edited
        };
        let mut shown = json!({
            "object": "file_upload",
            "id": self.id.to_string(),
            "created_time": clock::show(self.created, rounded),
            "created_by": {"id": self.author.to_string(), "type": kind},
            "last_edited_time": clock::show(edited, rounded),
            "expiry_time": expires.then(|| clock::show(self.expires, rounded)),
            "in_trash": false,
            "status": status.name(),
            "filename": self.filename,
            "content_type": self.content_type,
            "content_length": self.length,
        });
        if !version.has_position() {
            put(&mut shown, "archived", json!(false));
        }
        if self.mode == Mode::MultiPart {
            let parts = json!({"total": self.parts, "sent": self.sent.len()});
            put(&mut shown, "number_of_parts", parts);
        }
        let address =
            |verb: &str| json!(format!("{}/v1/file_uploads/{}/{verb}", world.base, self.id));
        if status == Status::Pending && self.mode != Mode::ExternalUrl {
            put(&mut shown, "upload_url", address("send"));
            // Recorded: from the first part on.
            if self.mode == Mode::MultiPart && !self.sent.is_empty() {
                put(&mut shown, "complete_url", address("complete"));
            }
        }
        if let Some(at) = self.imported {
            let at = clock::show(at, false).replace('Z', "+00:00");
            let result = match self.state {
                State::Failed(why) => {
                    json!({"type": "error", "error": why.json(), "imported_time": at})
                }
                _ => json!({"type": "success", "success": {}, "imported_time": at}),
            };
            put(&mut shown, "file_import_result", result);
        }
        shown
    }

    pub(crate) fn name(&self) -> &str {
        self.filename.as_deref().unwrap_or("Untitled")
    }
}

/// The bytes of uploads: in memory, or in files beside the state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    folder: Option<PathBuf>,
    parts: HashMap<(Uuid, usize), Vec<u8>>,
}

impl Contents {
    /// Keeps the bytes in a folder from now on.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder: Some(folder),
            parts: HashMap::new(),
        }
    }

    fn write(&mut self, id: Uuid, part: usize, bytes: &[u8]) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            self.parts.insert((id, part), bytes.to_vec());
            return Ok(());
        };
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{id}.{part}"));
        fs::write(&path, bytes)?;
        fs::File::open(&path)?.sync_all()
    }

    /// All parts in order.
    fn read(&self, upload: &Upload) -> io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        for part in 1..=upload.parts {
            match &self.folder {
                Some(folder) => {
                    whole.extend(fs::read(folder.join(format!("{}.{part}", upload.id)))?);
                }
                None => whole.extend(
                    self.parts
                        .get(&(upload.id, part))
                        .ok_or(io::ErrorKind::NotFound)?,
                ),
            }
        }
        Ok(whole)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.parts.clear();
        if let Some(folder) = &self.folder
            && let Err(error) = fs::remove_dir_all(folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the files of a former state could not be removed");
        }
    }
}

/// Every upload a value names, wherever it stands.
fn named(value: &Value, found: &mut Vec<Uuid>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| named(item, found)),
        Value::Object(map) => {
            let id = map
                .get("file_upload")
                .and_then(|upload| upload["id"].as_str());
            found.extend(id.and_then(ids::parse));
            map.values().for_each(|item| named(item, found));
        }
        _ => {}
    }
}

/// Checks that the uploads a value names can be attached, and attaches them.
pub(crate) fn attach(world: &mut World, token: &Token, value: &Value) -> ApiResult<()> {
    let mut wanted = Vec::new();
    named(value, &mut wanted);
    attach_ids(world, token, &wanted)
}

/// The same for blocks and what is below them.
pub(crate) fn attach_blocks(
    world: &mut World,
    token: &Token,
    blocks: &[NewBlock],
) -> ApiResult<()> {
    let mut wanted = Vec::new();
    let mut queue: Vec<&NewBlock> = blocks.iter().collect();
    while let Some(block) = queue.pop() {
        for value in block.value.values() {
            named(value, &mut wanted);
        }
        let own = block
            .value
            .get("file_upload")
            .and_then(|upload| upload["id"].as_str());
        wanted.extend(own.and_then(ids::parse));
        queue.extend(&block.children);
    }
    attach_ids(world, token, &wanted)
}

pub(crate) fn attach_ids(world: &mut World, token: &Token, wanted: &[Uuid]) -> ApiResult<()> {
    let now = clock::now();
    for id in wanted {
        let known = world.uploads.get(id);
        let known =
            known.filter(|u| u.workspace == token.workspace && (u.attached || u.bot == token.bot));
        let Some(upload) = known else {
            return Err(ApiError::new(
                404,
                "object_not_found",
                format!("Could not find file_upload with ID: {id}"),
            ));
        };
        let status = upload.status(now);
        if status != Status::Uploaded {
            return Err(ApiError::validation(format!(
                "File upload {id} is not ready to be attached: its status is `{}`, not `uploaded`.",
                status.name()
            )));
        }
    }
    for id in wanted {
        if let Some(upload) = world.uploads.get_mut(id) {
            upload.attached = true;
        }
    }
    Ok(())
}

/// A signed address and the time it ends.
fn signed(world: &World, upload: &Upload) -> Value {
    let now = clock::now();
    let life = i64::try_from(world.config.file_life_seconds).unwrap_or(3600);
    json!({"url": serve::address(world, upload, now, life),
           "expiry_time": clock::show(now.saturating_add(life.saturating_mul(1000)), false)})
}

/// The same for an upload by its id.
pub(crate) fn file_json(world: &World, id: Uuid) -> Option<Value> {
    world.uploads.get(&id).map(|upload| signed(world, upload))
}

/// How an icon, a cover, a media payload or an entry of a files property is shown: an upload as a
/// file with an address that ends.
pub(crate) fn present(world: &World, value: &Value) -> Value {
    let id = at(value, &["file_upload", "id"])
        .as_str()
        .and_then(ids::parse);
    let Some(file) = id.and_then(|id| file_json(world, id)) else {
        return value.clone();
    };
    let mut shown = value.clone();
    if let Value::Object(map) = &mut shown {
        map.remove("file_upload");
        map.insert("type".into(), json!("file"));
        map.insert("file".into(), file);
    }
    shown
}

/// The file name of an upload.
pub(crate) fn name_of(world: &World, id: &Value) -> Option<String> {
    let id = id.as_str().and_then(ids::parse)?;
    world
        .uploads
        .get(&id)
        .map(|upload| upload.name().to_owned())
}
