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
        self.in_notion(&request.account).await?;
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

#[cfg(test)]
mod tests {
    use notion_sim::{Options, Simulator};
    use octavo_contract::{AccountAddToken, AccountRef, ContentsBy, NoteCreate};
    use serde_json::json;

    use super::*;
    use crate::sync::{contents_drift, push_contents_by};
    use crate::{Config, VaultKind};

    /// Every request so far that changed what is on a page.
    async fn writes(sim: &notion_sim::Running) -> u64 {
        let stats = reqwest::get(format!("{}/_sim/stats", sim.url())).await;
        let stats: serde_json::Value = stats.unwrap().json().await.unwrap();
        let routes = stats["requests"].as_object().unwrap();
        let writes = routes
            .iter()
            .filter(|(route, _)| route.starts_with("PATCH") || route.starts_with("DELETE"));
        writes.filter_map(|(_, count)| count.as_u64()).sum()
    }

    #[tokio::test]
    async fn a_long_page_is_written_in_several_requests() {
        let sim = Simulator::start(Options::default()).await.unwrap();
        let dir = tempfile::TempDir::new().unwrap();
        let config = Config {
            data_dir: dir.path().join("data"),
            notion_url: sim.url().parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: None,
            broker_url: None,
            sample: false,
            request_room: Config::REQUEST_ROOM,
        };
        let core = Octavo::open(config).await.unwrap();
        let token = sim.personal_access_token().to_owned();
        let add = AccountAddToken { token, name: None };
        let account = core.account_add_token(add).await.unwrap();
        for n in 0..7 {
            let note = json!({"account": account.id, "title": format!("{n}"), "body": ""});
            let note: NoteCreate = serde_json::from_value(note).unwrap();
            core.capture(note).await.unwrap();
        }
        let request = AccountRef {
            account: account.id.clone(),
        };
        core.sync_now(request).await.unwrap();

        let engine = core.engine(&account.id).await.unwrap();
        let row = core.0.accounts.find(&account.id).await.unwrap();
        let link = engine.link(&row, core.0.clients.of(&row).await.unwrap());
        set_contents_by(&link.store, ContentsBy::Tag).await.unwrap();
        let before = writes(&sim).await;
        push_contents_by(&link, 3).await.unwrap();
        // Taken out and put in by threes.
        assert_eq!(writes(&sim).await - before, 6);
        assert_eq!(
            contents_drift(&link).await.unwrap(),
            ContentsDrift::default()
        );
    }
}
