//! The Table of Contents: shown, divided otherwise, checked.

use std::collections::BTreeMap;

use octavo_contract::{
    AccountKind, AccountRef, ContentsDrift, ContentsLine, ContentsRequest, ContentsSection,
    ContentsView, Empty,
};

use super::Octavo;
use crate::CoreError;
use crate::store::Listed;
use crate::sync::{contents_by, contents_changed, contents_facts, set_contents_by};
use crate::toc::{Heading, sections};

impl Octavo {
    /// An account's Table of Contents, from the notes as they are here.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn contents(&self, request: ContentsRequest) -> Result<ContentsView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let in_notion = contents_by(&engine.store).await?;
        let by = request.by.unwrap_or(in_notion);
        let mut found: BTreeMap<Heading, Vec<ContentsLine>> = BTreeMap::new();
        for note in engine.store.listed().await? {
            if note.trashed {
                continue;
            }
            for title in sections(by, &contents_facts(&note)) {
                let section = found.entry(Heading::new(title)).or_default();
                section.push(line(&note));
            }
        }
        let sections = found.into_iter().map(|(heading, lines)| ContentsSection {
            title: heading.title().to_owned(),
            lines,
        });
        Ok(ContentsView {
            by,
            in_notion,
            sections: sections.collect(),
        })
    }

    /// Divides the page in Notion by something else; it is rewritten with the next exchange. Without a
    /// division the page is only brought up to date.
    ///
    /// # Errors
    /// There is no such account, or it could not be kept.
    pub async fn contents_rebuild(&self, request: ContentsRequest) -> Result<Empty, CoreError> {
        let engine = self.engine(&request.account).await?;
        if let Some(by) = request.by {
            set_contents_by(&engine.store, by).await?;
        }
        if self.0.accounts.find(&request.account).await?.kind != AccountKind::Local {
            let mut write = engine.store.write().await?;
            contents_changed(&mut write, engine.store.now()).await?;
            write.commit().await?;
            engine.wake();
        }
        Ok(Empty {})
    }

    /// What is wrong on the page in Notion: lines that somebody took out there, for example. The next
    /// exchange that concerns the page mends it, and so does [`Octavo::contents_rebuild`].
    ///
    /// # Errors
    /// Notion cannot be asked, or the account has none.
    pub async fn contents_drift(&self, request: AccountRef) -> Result<ContentsDrift, CoreError> {
        self.client(&request.account).await?;
        self.engine(&request.account).await?.contents_drift().await
    }
}

fn line(note: &Listed) -> ContentsLine {
    ContentsLine {
        note: note.id.clone(),
        title: if note.title.is_empty() {
            note.excerpt.clone()
        } else {
            note.title.clone()
        },
        tags: note.tags(),
        created: note.created,
        in_notion: note.page_id.is_some(),
    }
}
