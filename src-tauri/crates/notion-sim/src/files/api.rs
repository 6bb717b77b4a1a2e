//! `/v1/file_uploads`.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::{Failure, Mode, State, Status, Upload, mime, multipart};
use crate::{
    api::{Answer, Ctx, bad_cursor, list},
    clock,
    error::{ApiError, ApiResult, missing, should_be},
    ids,
};

/// One part, and a whole file that comes in one.
const PART_LIMIT: u64 = 20 * 1024 * 1024;
/// A part that is not the last.
const PART_LEAST: u64 = 5 * 1024 * 1024;
/// The largest file of a workspace that does not pay.
const FREE_LIMIT: u64 = 5 * 1024 * 1024;
const NAME_LIMIT: usize = 900;

const KEYS: &[&str] = &[
    "mode",
    "filename",
    "content_type",
    "number_of_parts",
    "external_url",
];

fn mode(ctx: &Ctx<'_>) -> ApiResult<Mode> {
    match ctx.text("mode")?.as_deref() {
        None | Some("single_part") => Ok(Mode::SinglePart),
        Some("multi_part") => Ok(Mode::MultiPart),
        Some("external_url") => Ok(Mode::ExternalUrl),
        Some(other) => Err(ApiError::body(should_be(
            "body.mode",
            "`\"single_part\"`, `\"multi_part\"`, or `\"external_url\"`",
            Some(&json!(other)),
        ))),
    }
}

/// The name and type of a new file, as far as they are known.
fn describe(ctx: &Ctx<'_>) -> ApiResult<(Option<String>, Option<String>)> {
    let (mut name, mut kind) = (ctx.text("filename")?, ctx.text("content_type")?);
    if let Some(kind) = kind.as_deref().filter(|kind| !mime::is_known(kind)) {
        return Err(ApiError::validation(format!(
            "Content type \"{kind}\" is not supported for file uploads."
        )));
    }
    if let Some(given) = &mut name {
        check_name(given, kind.as_deref())?;
        if !given.contains('.')
            && let Some(extension) = kind.as_deref().and_then(mime::extension)
        {
            *given = format!("{given}.{extension}");
        }
        kind = kind.or_else(|| mime::of_name(given).map(str::to_owned));
    }
    Ok((name, kind))
}

fn check_name(name: &str, kind: Option<&str>) -> ApiResult<()> {
    if name.is_empty() || name.len() > NAME_LIMIT {
        return Err(ApiError::body(format!(
            "body.filename should be between 1 and {NAME_LIMIT} bytes long, instead was `{}`.",
            name.len()
        )));
    }
    if name.contains('.') {
        if mime::of_name(name).is_some() {
            return Ok(());
        }
    } else if kind.is_some() {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "Filename \"{name}\" must have an extension that is supported, or a content type from \
         which it follows."
    )))
}

/// `POST /v1/file_uploads`
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    ctx.only(KEYS)?;
    let mode = mode(ctx)?;
    let (filename, content_type) = describe(ctx)?;
    let parts = parts(ctx, mode)?;
    if mode == Mode::MultiPart && filename.is_none() {
        return Err(ApiError::body(missing("body.filename")));
    }
    // "Sending larger files": paid workspaces only. The size that a workspace tells names its plan.
    if mode == Mode::MultiPart && ctx.world.config.max_file_upload_size_in_bytes <= FREE_LIMIT {
        return Err(ApiError::validation(
            "Multi-part file uploads are not available for workspaces on the Free plan.",
        ));
    }
    let fetched = if mode == Mode::ExternalUrl {
        Some(fetch(ctx)?)
    } else {
        None
    };
    let stamp = ctx.stamp();
    let id = ids::fresh(ctx.token.workspace);
    let life = i64::try_from(ctx.world.config.upload_life_seconds).unwrap_or(3600);
    let mut upload = Upload {
        id,
        workspace: ctx.token.workspace,
        bot: ctx.token.bot,
        author: stamp.author,
        created: stamp.at,
        edited: stamp.at,
        expires: stamp.at.saturating_add(life.saturating_mul(1000)),
        mode,
        state: State::Pending,
        filename,
        content_type,
        length: None,
        parts,
        sent: BTreeSet::new(),
        attached: false,
        imported: None,
        number: ctx.world.uploads.len(),
    };
    // The answer is given before the file is fetched.
    let shown = upload.json(ctx.world, ctx.version);
    if let Some(content) = fetched {
        upload.state = receive(ctx, &mut upload, content.as_deref())?;
        upload.imported = Some(stamp.at);
        if upload.content_type.is_none() {
            upload.content_type = Some("text/plain".to_owned());
        }
    }
    ctx.world.uploads.insert(id, upload);
    Ok(Answer::wrote(shown))
}

fn parts(ctx: &Ctx<'_>, mode: Mode) -> ApiResult<usize> {
    let path = "body.number_of_parts";
    if mode != Mode::MultiPart {
        return Ok(1);
    }
    let Some(value) = ctx.body.get("number_of_parts") else {
        return Err(ApiError::body(missing(path)));
    };
    match value.as_u64() {
        Some(number @ 1..=10_000) => Ok(usize::try_from(number).unwrap_or(1)),
        _ => Err(ApiError::body(should_be(
            path,
            "an integer between `1` and `10000`",
            Some(value),
        ))),
    }
}

/// The content of another address: only what the switch `external_files` holds can be fetched.
fn fetch(ctx: &Ctx<'_>) -> ApiResult<Option<String>> {
    let Some(address) = ctx.text("external_url")? else {
        return Err(ApiError::body(missing("body.external_url")));
    };
    if ctx.body.get("filename").is_none() {
        return Err(ApiError::body(missing("body.filename")));
    }
    let known = ctx.world.config.external_files.get(&address);
    let known = known.filter(|_| address.starts_with("https://"));
    known.cloned().ok_or_else(|| {
        // Recorded.
        ApiError::validation(
            "Failed to fetch the headers of the external URL. Ensure it's a valid, publicly \
             accessible URL and try again.",
        )
    })
}

/// Keeps a fetched file, if it came and is not too large.
fn receive(ctx: &mut Ctx<'_>, upload: &mut Upload, content: Option<&str>) -> ApiResult<State> {
    let Some(content) = content else {
        return Ok(State::Failed(Failure::Download));
    };
    if content.len() as u64 > ctx.world.config.max_file_upload_size_in_bytes {
        return Ok(State::Failed(Failure::TooLarge));
    }
    store(ctx, upload, 1, content.as_bytes())?;
    Ok(State::Uploaded)
}

/// One's own upload.
fn own(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Upload> {
    let known = ctx.world.uploads.get(&id);
    known
        .filter(|upload| upload.bot == ctx.token.bot)
        .cloned()
        .ok_or_else(|| {
            ApiError::new(
                404,
                "object_not_found",
                format!("Could not find file_upload with ID: {id}"),
            )
        })
}

fn pending(upload: &Upload) -> ApiResult<()> {
    let status = upload.status(clock::now());
    if status == Status::Pending && upload.mode != Mode::ExternalUrl {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "File upload {} cannot be sent to: its status is `{}`, not `pending`.",
        upload.id,
        status.name()
    )))
}

/// `POST /v1/file_uploads/{id}/send`
pub(crate) fn send(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let Some(boundary) = multipart::boundary(&ctx.incoming.content_type) else {
        return Err(ApiError::validation(
            "Content-Type should be `multipart/form-data` with a boundary.",
        ));
    };
    let bytes = ctx.incoming.bytes.clone();
    let form = multipart::parse(&bytes, &boundary)
        .ok_or_else(|| ApiError::validation("The multipart form could not be read."))?;
    let Some(file) = form.file else {
        return Err(ApiError::body(missing("body.file")));
    };
    let mut upload = own(ctx, id)?;
    pending(&upload)?;
    let part = part_number(&upload, &form.fields)?;
    check_kind(&upload, file.content_type.as_deref())?;
    check_size(ctx, &upload, part, file.bytes.len() as u64)?;
    if upload.filename.is_none() {
        upload.filename.clone_from(&file.filename);
    }
    if upload.content_type.is_none() {
        let by_name = file.filename.as_deref().and_then(mime::of_name);
        upload.content_type = file
            .content_type
            .clone()
            .or_else(|| by_name.map(str::to_owned));
    }
    store(ctx, &mut upload, part, file.bytes)?;
    if upload.mode == Mode::SinglePart {
        upload.state = State::Uploaded;
    }
    upload.edited = clock::now();
    let shown = upload.json(ctx.world, ctx.version);
    ctx.world.uploads.insert(id, upload);
    Ok(Answer::wrote(shown))
}

/// The type of what is sent must be the one that was announced.
fn check_kind(upload: &Upload, sent: Option<&str>) -> ApiResult<()> {
    let (Some(announced), Some(sent)) = (upload.content_type.as_deref(), sent) else {
        let unknown = sent.filter(|kind| !mime::is_known(kind) && upload.filename.is_none());
        return unknown.map_or(Ok(()), |kind| {
            Err(ApiError::validation(format!(
                "Content type \"{kind}\" is not supported for file uploads."
            )))
        });
    };
    let general = mime::bare(sent) == "application/octet-stream" || upload.mode == Mode::MultiPart;
    let implied = upload
        .filename
        .as_deref()
        .is_some_and(|name| mime::fits(name, sent));
    if general || implied || mime::bare(announced) == mime::bare(sent) {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "Content type of the file should be `{announced}`, instead was `{sent}`."
    )))
}

fn part_number(upload: &Upload, fields: &[(String, String)]) -> ApiResult<usize> {
    let given = fields
        .iter()
        .find(|(name, _)| name == "part_number")
        .map(|(_, value)| value);
    if upload.mode != Mode::MultiPart {
        return match given {
            None => Ok(1),
            Some(value) => Err(ApiError::body(crate::error::not_present(
                "body.part_number",
                &json!(value),
            ))),
        };
    }
    let Some(value) = given else {
        return Err(ApiError::body(missing("body.part_number")));
    };
    match value.parse::<usize>() {
        Ok(number) if (1..=upload.parts).contains(&number) => Ok(number),
        _ => Err(ApiError::body(should_be(
            "body.part_number",
            &format!("an integer between `1` and `{}`", upload.parts),
            Some(&json!(value)),
        ))),
    }
}

fn check_size(ctx: &Ctx<'_>, upload: &Upload, part: usize, size: u64) -> ApiResult<()> {
    if size > PART_LIMIT {
        return Err(ApiError::validation(format!(
            "A part of a file should be ≤ `{PART_LIMIT}` bytes, instead was `{size}`."
        )));
    }
    if part < upload.parts && size < PART_LEAST {
        return Err(ApiError::validation(format!(
            "A part of a file that is not the last should be ≥ `{PART_LEAST}` bytes, instead was \
             `{size}`."
        )));
    }
    let whole = upload.length.unwrap_or(0).saturating_add(size);
    let limit = ctx.world.config.max_file_upload_size_in_bytes;
    if whole > limit {
        return Err(ApiError::validation(format!(
            "File size of `{whole}` bytes exceeds the limit of `{limit}` bytes of this workspace."
        )));
    }
    Ok(())
}

fn store(ctx: &mut Ctx<'_>, upload: &mut Upload, part: usize, bytes: &[u8]) -> ApiResult<()> {
    ctx.world
        .contents
        .write(upload.id, part, bytes)
        .map_err(|error| {
            tracing::error!(%error, "a file that was sent could not be kept");
            // An outage of the storage is told like this.
            ApiError::conflict()
        })?;
    if upload.sent.insert(part) {
        upload.length = Some(upload.length.unwrap_or(0) + bytes.len() as u64);
    }
    Ok(())
}

/// `POST /v1/file_uploads/{id}/complete`
pub(crate) fn complete(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let mut upload = own(ctx, id)?;
    if upload.mode != Mode::MultiPart {
        return Err(ApiError::validation(format!(
            "File upload {id} cannot be completed: only uploads of mode `multi_part` are."
        )));
    }
    pending(&upload)?;
    if upload.sent.len() < upload.parts {
        return Err(ApiError::validation(format!(
            "File upload {id} cannot be completed: {} of {} parts were sent.",
            upload.sent.len(),
            upload.parts
        )));
    }
    upload.state = State::Uploaded;
    upload.edited = clock::now();
    let shown = upload.json(ctx.world, ctx.version);
    ctx.world.uploads.insert(id, upload);
    Ok(Answer::wrote(shown))
}

/// `GET /v1/file_uploads/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    Ok(Answer::read(own(ctx, id)?.json(ctx.world, ctx.version)))
}

/// `GET /v1/file_uploads`, the newest first.
pub(crate) fn all(ctx: &Ctx<'_>) -> ApiResult<Answer> {
    let (size, cursor) = ctx.paging_of_query()?;
    let wanted = ctx.query_value("status");
    if let Some(status) = wanted
        && !["pending", "uploaded", "expired", "failed"].contains(&status)
    {
        return Err(ApiError::query(&should_be(
            "query.status",
            "`\"pending\"`, `\"uploaded\"`, `\"expired\"`, `\"failed\"`, or `undefined`",
            Some(&json!(status)),
        )));
    }
    let now = clock::now();
    let mut found: Vec<&Upload> = ctx
        .world
        .uploads
        .values()
        .filter(|upload| upload.bot == ctx.token.bot)
        .filter(|upload| wanted.is_none_or(|status| upload.status(now).name() == status))
        .collect();
    found.sort_by_key(|upload| std::cmp::Reverse((upload.created, upload.number)));
    if let Some(text) = cursor {
        let id = ids::parse(&text);
        let at = found.iter().position(|upload| Some(upload.id) == id);
        found = found.split_off(at.ok_or_else(|| bad_cursor(&text))?);
    }
    let next = found.get(size).map(|upload| upload.id.to_string());
    let shown = |upload: &&Upload| upload.json(ctx.world, ctx.version);
    let results = found.iter().take(size).map(shown).collect();
    Ok(Answer::read(list("file_upload", results, next)))
}
