//! Links between notes: what a note links to, what links to it, and what leads nowhere.

use std::collections::BTreeSet;

use notion_api::PageId;
use octavo_contract::{
    AccountRef, Backlink, BrokenLink, LinkMake, LinkReport, LinkSearch, LinkState, LinkedFrom,
    LinkedFromChange, NoteLink, NoteLinks, NoteMentions, NoteName, NoteNames, NoteRef, NoteView,
};

use super::Octavo;
use super::note::keep;
use crate::CoreError;
use crate::links::{first_mention, key_of, sentences_with};
use crate::store::{
    BackRow, LINKED_FROM_OFF, LinkRow, NamedRow, PRIORITY_LINKS, Store, Work, excerpt_of,
};

/// So many notes are offered for what was typed.
const OFFERED: i64 = 20;
/// A shorter title stands in too many texts by accident.
const SHORTEST: usize = 3;

impl Octavo {
    /// What a note links to, and what links to it.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_links(&self, request: NoteRef) -> Result<NoteLinks, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        let mut outgoing = Vec::new();
        for row in engine.store.links_of(&note.id).await? {
            outgoing.push(link(&engine.store, row).await?);
        }
        Ok(NoteLinks {
            backlinks: grouped(engine.store.backlinks(&note.id).await?),
            outgoing,
            note: note.id,
        })
    }

    /// The notes that have a note's title in their text without linking to it.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_mentions(&self, request: NoteRef) -> Result<NoteMentions, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        let title = note.title.trim();
        let mut mentions = Vec::new();
        if title.chars().count() >= SHORTEST {
            for (id, named, excerpt, body) in engine.store.bodies_with(&note.id, title).await? {
                let sentences = sentences_with(&body, title);
                if !sentences.is_empty() {
                    let from = name(id, &named, &excerpt);
                    mentions.push(Backlink { from, sentences });
                }
            }
        }
        Ok(NoteMentions {
            note: note.id,
            mentions,
        })
    }

    /// The links of an account that lead nowhere, and its notes without links.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn link_report(&self, request: AccountRef) -> Result<LinkReport, CoreError> {
        let engine = self.engine(&request.account).await?;
        let mut broken = Vec::new();
        for row in engine.store.broken_links().await? {
            let source = engine.store.note(&row.source).await?;
            let link = link(&engine.store, row).await?;
            if link.state.is_broken() {
                let from = name(source.id, &source.title, &source.excerpt);
                broken.push(BrokenLink { from, link });
            }
        }
        let orphans = engine.store.orphans().await?;
        Ok(LinkReport {
            account: request.account,
            broken,
            orphans: orphans.into_iter().map(named).collect(),
        })
    }

    /// Notes to link to: those whose title begins with what was typed, then those that have it
    /// somewhere.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn link_targets(&self, request: LinkSearch) -> Result<NoteNames, CoreError> {
        let engine = self.engine(&request.account).await?;
        let found = engine.store.title_like(&request.text, OFFERED).await?;
        Ok(NoteNames {
            notes: found.into_iter().map(named).collect(),
        })
    }

    /// Says which note a `[[Title]]` means; without a name, makes a link of the first place where the
    /// target's title stands in the note's text.
    ///
    /// # Errors
    /// There is no such note in this account, or no such place in the note.
    pub async fn link_make(&self, request: LinkMake) -> Result<NoteView, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        let target = write.note(&request.target).await?;
        let written = match &request.name {
            Some(name) => has_name(&note.body, name).then(|| note.body.clone()),
            None => first_mention(&note.body, &target.title),
        };
        let Some(body) = written else {
            let wanted = request.name.as_ref().unwrap_or(&target.title);
            return Err(CoreError::BadRequest(format!(
                "“{wanted}” does not stand in this note's text where it could become a link."
            )));
        };
        let key = key_of(request.name.as_ref().unwrap_or(&target.title));
        write.remember_name(&note.id, &key, &target.id).await?;
        let body = write.with_links(&note.id, &body).await?.unwrap_or(body);
        if body != note.body {
            write.keep_at_pause(&note, &body).await?;
            note.excerpt = excerpt_of(&body);
            note.body = body;
            note.version += 1;
            note.edited = engine.store.now();
        }
        write.links_stale(&note.id).await?;
        keep(&mut write, &mut note, outgoing).await?;
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note.view(&request.account))
    }

    /// Switches the "Linked from" sections of an account's pages in Notion. Switched off, they go
    /// from Notion with the next exchange.
    ///
    /// # Errors
    /// There is no such account, or it could not be kept.
    pub async fn linked_from(&self, request: LinkedFromChange) -> Result<LinkedFrom, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let was_on = engine.store.meta(LINKED_FROM_OFF).await?.is_none();
        let on = request.on.unwrap_or(was_on);
        if on != was_on {
            if on {
                engine.store.remove_meta(LINKED_FROM_OFF).await?;
            } else {
                engine.store.set_meta(LINKED_FROM_OFF, "yes").await?;
            }
        }
        if outgoing && on != was_on {
            let mut due: BTreeSet<String> =
                engine.store.with_section().await?.into_iter().collect();
            if on {
                due.extend(engine.store.linked_notes().await?);
            }
            let mut write = engine.store.write().await?;
            let now = write.now();
            for note in due {
                let work = Work::Links(note);
                write.enqueue(&work, PRIORITY_LINKS, now, 0).await?;
            }
            write.commit().await?;
            engine.wake();
        }
        Ok(LinkedFrom { on })
    }

    /// Makes an account's links anew from the texts of its notes.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be written to.
    pub async fn links_rebuild(&self, request: AccountRef) -> Result<(), CoreError> {
        self.engine(&request.account)
            .await?
            .store
            .rebuild_links()
            .await
    }
}

fn has_name(body: &str, name: &str) -> bool {
    let key = key_of(name);
    notion_markdown::note_names(body)
        .iter()
        .any(|found| key_of(&found.name) == key)
}

/// A link with all that is known of its target.
async fn link(store: &Store, row: LinkRow) -> Result<NoteLink, CoreError> {
    let mut candidates = Vec::new();
    let state = match (&row.note, row.trashed) {
        (Some(_), Some(true)) => LinkState::Trashed,
        (Some(_), _) => LinkState::Note,
        (None, _) if row.gone.is_some() => LinkState::Gone,
        (None, _) if row.page.is_some() => LinkState::Outside,
        (None, _) => {
            let titled = store.titled(&key_of(&row.name)).await?;
            candidates = titled.into_iter().map(named).collect();
            if candidates.len() > 1 {
                LinkState::Ambiguous
            } else {
                LinkState::Unknown
            }
        }
    };
    let page: Option<PageId> = row.page.as_deref().and_then(|page| page.parse().ok());
    let target = row.note.map(|note| {
        let title = row.title.as_deref().unwrap_or_default();
        name(note, title, row.excerpt.as_deref().unwrap_or_default())
    });
    Ok(NoteLink {
        text: row.name,
        sentence: row.context,
        state,
        target,
        address: page.map(|page| format!("https://app.notion.com/p/{}", page.undashed())),
        candidates,
    })
}

fn grouped(rows: Vec<BackRow>) -> Vec<Backlink> {
    let mut backlinks: Vec<Backlink> = Vec::new();
    for row in rows {
        match backlinks.last_mut() {
            Some(last) if last.from.note == row.id => {
                if !last.sentences.contains(&row.context) {
                    last.sentences.push(row.context);
                }
            }
            _ => backlinks.push(Backlink {
                from: name(row.id, &row.title, &row.excerpt),
                sentences: vec![row.context],
            }),
        }
    }
    backlinks
}

fn named(row: NamedRow) -> NoteName {
    name(row.id, &row.title, &row.excerpt)
}

fn name(note: String, title: &str, excerpt: &str) -> NoteName {
    let title = if title.is_empty() { excerpt } else { title };
    NoteName {
        note,
        title: title.to_owned(),
    }
}
