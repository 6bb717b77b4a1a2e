//! Comments, views, uploads and times out of recorded objects.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ensure, tables::stand_in};
use crate::{
    comments::Comment,
    files::{Failure, Mode, State, Upload},
    ids,
    json::at,
    tables::{database_of, sources_of},
    views::View,
    world::{Stamp, TokenKind, World},
};

fn moment(value: &Value) -> Option<i64> {
    let parsed = value.as_str()?.parse::<Timestamp>().ok()?;
    Some(parsed.as_millisecond())
}

/// Takes the times over. They are whole minutes, so that the order in which lists showed their
/// objects, the newest first, goes into the rest.
pub(super) fn times(world: &mut World, objects: &[Value]) {
    let now = crate::clock::now();
    for (at, object) in objects.iter().enumerate() {
        let Some(id) = object["id"].as_str().and_then(ids::parse) else {
            continue;
        };
        let before = i64::try_from(at).unwrap_or(0) % 60_000;
        let fine = |millis: i64| {
            if millis % 60_000 == 0 {
                // Nothing was made later than now.
                (millis + 59_999 - before).min(now - before)
            } else {
                millis
            }
        };
        let made = moment(&object["created_time"]).map(fine);
        let changed = moment(&object["last_edited_time"]).map(fine);
        // A database of older versions is its data source, too.
        let whole = object["object"] == "database" && object.get("properties").is_some();
        let first = sources_of(world, id).first().copied().filter(|_| whole);
        for id in [Some(id), first].into_iter().flatten() {
            if let Some(record) = world.records.get_mut(&id) {
                record.created = made.unwrap_or(record.created);
                record.edited = changed.unwrap_or(record.edited);
            }
        }
    }
}

/// The bot that replays, whose things these are.
fn bot(world: &World, workspace: Uuid, stamp: Stamp) -> Uuid {
    let internal = world
        .tokens
        .values()
        .find(|token| token.workspace == workspace && token.kind == TokenKind::Internal);
    internal.map_or(stamp.author, |token| token.bot)
}

pub(super) fn comment(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    let parent = &object["parent"];
    let key = parent["type"].as_str().unwrap_or("page_id");
    let Some(about) = parent[key].as_str().and_then(ids::parse) else {
        return;
    };
    if world.get(about).is_none() {
        let stand_in = if key == "block_id" {
            json!({"object": "block", "type": "paragraph",
                   "paragraph": {"rich_text": [], "color": "default"}})
        } else {
            json!({"object": "page"})
        };
        ensure(world, workspace, about, &stand_in, stamp);
    }
    let by_bot = at(object, &["display_name", "type"]) != "user";
    let author = if by_bot {
        bot(world, workspace, stamp)
    } else {
        stamp.author
    };
    let discussion = object["discussion_id"].as_str().and_then(ids::parse);
    let number = world.comments.len();
    let comment = Comment {
        id,
        workspace,
        about,
        discussion: discussion.unwrap_or_else(Uuid::new_v4),
        author,
        created: moment(&object["created_time"]).unwrap_or(stamp.at),
        edited: moment(&object["last_edited_time"]).unwrap_or(stamp.at),
        text: object["rich_text"].as_array().cloned().unwrap_or_default(),
        display_name: None,
        attachments: Vec::new(),
        number,
    };
    world.comments.insert(id, comment);
}

pub(super) fn view(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    let uuid = |value: &Value| value.as_str().and_then(ids::parse);
    let database = uuid(at(object, &["parent", "database_id"]));
    let wanted = uuid(&object["data_source_id"]);
    let source = stand_in(world, workspace, database, wanted, stamp);
    let kind = object["type"].as_str().unwrap_or("table").to_owned();
    let author = bot(world, workspace, stamp);
    let configuration = object.get("configuration").cloned();
    let number = world.views.len();
    let view = View {
        id,
        workspace,
        database: database
            .or_else(|| database_of(world, source))
            .unwrap_or(source),
        source,
        name: object["name"].as_str().unwrap_or_default().to_owned(),
        configuration: configuration.unwrap_or_else(|| json!({"type": kind})),
        kind,
        filter: object["filter"].clone(),
        sorts: object["sorts"].clone(),
        author,
        editor: author,
        created: moment(&object["created_time"]).unwrap_or(stamp.at),
        edited: moment(&object["last_edited_time"]).unwrap_or(stamp.at),
        number,
    };
    world.views.insert(id, view);
}

/// An upload; its time begins now, whenever it was recorded.
pub(super) fn upload(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    let bot = bot(world, workspace, stamp);
    let text = |key: &str| object[key].as_str().map(str::to_owned);
    let count = |key: &str| {
        at(object, &["number_of_parts", key])
            .as_u64()
            .and_then(|number| usize::try_from(number).ok())
    };
    let total = count("total");
    let uploaded = object["status"] == "uploaded";
    let expired = object["status"] == "expired";
    let hour = 60 * 60 * 1000;
    // A list shows the newest first.
    let number = usize::MAX - world.uploads.len();
    let upload = Upload {
        id,
        workspace,
        bot,
        author: bot,
        created: moment(&object["created_time"]).unwrap_or(stamp.at),
        edited: moment(&object["last_edited_time"]).unwrap_or(stamp.at),
        expires: if expired { stamp.at } else { stamp.at + hour },
        mode: match total {
            Some(_) => Mode::MultiPart,
            None if object.get("file_import_result").is_some() => Mode::ExternalUrl,
            None => Mode::SinglePart,
        },
        state: if uploaded {
            State::Uploaded
        } else if object["status"] == "failed" {
            State::Failed(Failure::Download)
        } else {
            State::Pending
        },
        filename: text("filename"),
        content_type: text("content_type"),
        length: object["content_length"].as_u64(),
        parts: total.unwrap_or(1),
        sent: (1..=count("sent").unwrap_or(0)).collect::<BTreeSet<_>>(),
        attached: uploaded && object.get("expiry_time").is_some_and(Value::is_null),
        imported: moment(at(object, &["file_import_result", "imported_time"])),
        number,
    };
    world.uploads.insert(id, upload);
}
