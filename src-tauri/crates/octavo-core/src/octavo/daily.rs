//! Notes made after others: the note of a day, a note after a template, a copy; and adding to one.

use jiff::civil::Date;
use octavo_contract::{
    NoteAppend, NoteCreate, NoteDaily, NoteFromTemplate, NoteRef, NoteSave, NoteView,
};

use super::Octavo;
use crate::CoreError;
use crate::links::key_of;
use crate::store::{NoteRow, Store};

/// Notes of this type are templates.
const TEMPLATE: &str = "Template";
/// The template of daily notes has this title.
const DAILY: &str = "Daily";
/// The type of daily notes.
const JOURNAL: &str = "Journal";

impl Octavo {
    /// Adds a text at the end of a note.
    ///
    /// # Errors
    /// There is no such note in this account, or it could not be kept.
    pub async fn note_append(&self, request: NoteAppend) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        if request.text.trim().is_empty() {
            return Ok(note.view(&request.account));
        }
        let save = NoteSave {
            account: request.account,
            note: request.note,
            base_version: note.version,
            title: note.title,
            body: joined(&note.body, &request.text),
        };
        Ok(self.note_save(save).await?.note)
    }

    /// Makes a copy of a note, with its type and tags, beside it.
    ///
    /// # Errors
    /// There is no such note in this account, or the copy could not be kept.
    pub async fn note_duplicate(&self, request: NoteRef) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        let title = match note.title.as_str() {
            "" => String::new(),
            title => free_title(&engine.store, title).await?,
        };
        let copy = NoteCreate {
            account: request.account,
            title,
            body: note.body,
            note_type: note.note_type,
            tags: note.tags,
        };
        self.note_create(copy).await
    }

    /// The note of a day, made if it is not there: titled with its date, of the type Journal, after
    /// the template "Daily" if there is one.
    ///
    /// # Errors
    /// The day is none, or the note could not be kept.
    pub async fn note_daily(&self, request: NoteDaily) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let day = match request.day.as_deref() {
            None => local(engine.store.now()).date(),
            Some(day) => day.parse().map_err(|_| {
                CoreError::BadRequest(format!(
                    "“{day}” is not a day: write it as year, month and day, like 2026-11-23."
                ))
            })?,
        };
        let text = request.text.unwrap_or_default();
        let title = day.to_string();
        let there = engine.store.titled(&key_of(&title)).await?;
        if let Some(there) = there.into_iter().next() {
            let append = NoteAppend {
                account: request.account,
                note: there.id,
                text,
            };
            return self.note_append(append).await;
        }
        let template = template(&engine.store).await?;
        let now = engine.store.now();
        let (body, tags) = template.map_or_else(Default::default, |template| {
            (filled(&template.body, &title, day, now), template.tags)
        });
        let note = NoteCreate {
            account: request.account,
            title,
            body: joined(&body, &text),
            note_type: Some(JOURNAL.to_owned()),
            tags,
        };
        self.note_create(note).await
    }

    /// Makes a note after a template, in which `{{title}}`, `{{date}}` and `{{time}}` are filled in.
    ///
    /// # Errors
    /// There is no such note in this account, it is no template, or the new one could not be kept.
    pub async fn note_from_template(
        &self,
        request: NoteFromTemplate,
    ) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let template = engine.store.note(&request.template).await?;
        if template.note_type.as_deref() != Some(TEMPLATE) {
            return Err(CoreError::BadRequest(format!(
                "This note is not a template: give it the type {TEMPLATE} first."
            )));
        }
        let now = engine.store.now();
        let note = NoteCreate {
            account: request.account,
            body: filled(&template.body, &request.title, local(now).date(), now),
            title: request.title,
            note_type: None,
            tags: template.tags,
        };
        self.note_create(note).await
    }
}

/// The template of daily notes.
async fn template(store: &Store) -> Result<Option<NoteRow>, CoreError> {
    for named in store.titled(&key_of(DAILY)).await? {
        let note = store.note(&named.id).await?;
        if note.note_type.as_deref() == Some(TEMPLATE) {
            return Ok(Some(note));
        }
    }
    Ok(None)
}

/// "Title 2", or the next number that no note has.
async fn free_title(store: &Store, title: &str) -> Result<String, CoreError> {
    let mut number = 2;
    loop {
        let free = format!("{title} {number}");
        if number > 999 || store.titled(&key_of(&free)).await?.is_empty() {
            return Ok(free);
        }
        number += 1;
    }
}

fn local(now: i64) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(now)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(jiff::tz::TimeZone::system())
}

fn filled(template: &str, title: &str, day: Date, now: i64) -> String {
    let time = local(now).strftime("%H:%M").to_string();
    template
        .replace("{{date}}", &day.to_string())
        .replace("{{time}}", &time)
        .replace("{{title}}", title)
}

/// A text behind another, as a block of its own.
fn joined(body: &str, text: &str) -> String {
    let (body, text) = (body.trim_end_matches('\n'), text.trim_end_matches('\n'));
    match (body.is_empty(), text.trim().is_empty()) {
        (_, true) => body.to_owned(),
        (true, false) => text.to_owned(),
        (false, false) => format!("{body}\n\n{text}"),
    }
}
