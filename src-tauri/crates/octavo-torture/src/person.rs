//! What a person does in Notion, and what a new note holds.

use serde_json::{Value, json};

use crate::TortureError;
use crate::act::{Edit, Person};
use crate::ledger::{Ledger, birth_of, words};
use crate::stage::{Stage, nth, text};
use crate::text::edited;

/// Title and text of a new note, with a word to know it by.
pub(crate) fn page(
    ledger: &mut Ledger,
    letter: char,
    space: usize,
    mut salt: u64,
    gap: &str,
) -> (String, String) {
    let title = format!("Title {}", ledger.word(letter, space));
    let mut body = format!("{} is its name", ledger.birth(space));
    let signs = ["", "", "- ", "- [ ] ", "## ", "> ", "1. "];
    // Never so little that one edit leaves nothing to know it by.
    for _ in 0..2 + salt % 4 {
        salt /= 7;
        let words = [
            ledger.word(letter, space),
            ledger.word(letter, space),
            ledger.word(letter, space),
        ];
        let sign = usize::try_from(salt % 8).unwrap_or(0);
        body.push_str(gap);
        if let Some(sign) = signs.get(sign) {
            body.push_str(sign);
            body.push_str(&words.join(" and "));
        } else {
            body.push_str("```text\n");
            body.push_str(&words.join("\n"));
            body.push_str("\n```");
        }
    }
    (title, body)
}

/// A page as a person sees it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) markdown: String,
    pub(crate) trashed: bool,
    pub(crate) space: usize,
    pub(crate) parent: String,
    /// The number of the word it is known by; none for those that are no notes.
    pub(crate) birth: Option<u32>,
}

impl Stage {
    /// All pages of all workspaces, those that are notes in the order of their birth.
    pub(crate) async fn pages(&self) -> Result<Vec<Seen>, TortureError> {
        let tree = self.control("tree", &Value::Null).await?;
        let pages = tree.get("pages").and_then(Value::as_array);
        let mut seen: Vec<Seen> = pages
            .into_iter()
            .flatten()
            .map(|page| {
                let markdown = text(page, "markdown");
                Seen {
                    id: text(page, "id"),
                    title: text(page, "title"),
                    trashed: page.get("in_trash") == Some(&json!(true)),
                    space: usize::from(text(page, "workspace_id") != self.sim.workspace_id()),
                    parent: text(page, "parent"),
                    birth: birth_of(&markdown),
                    markdown,
                }
            })
            .collect();
        seen.sort_by_key(|page| page.birth);
        Ok(seen)
    }

    /// The pages with these titles that no note has: a home, a contents page.
    pub(crate) async fn titled(&self, title: &str) -> Result<Vec<Seen>, TortureError> {
        let mut pages = self.pages().await?;
        pages.retain(|page| page.title == title && page.birth.is_none());
        Ok(pages)
    }

    async fn chosen(&self, pick: u32, trashed: bool) -> Result<Option<Seen>, TortureError> {
        let mut pages = self.pages().await?;
        pages.retain(|page| page.birth.is_some() && page.trashed == trashed);
        Ok(nth(&pages, pick).cloned())
    }

    pub(crate) async fn person(&mut self, person: &Person) -> Result<(), TortureError> {
        match person {
            Person::Write { pick, edit, place } => {
                let Some(page) = self.chosen(*pick, false).await? else {
                    return Ok(());
                };
                let word = self.ledger.word('P', page.space);
                let new = edited(&page.markdown, *edit, *place as usize, &word, "\n");
                if new.is_none() || matches!(edit, Edit::Drop | Edit::DropLine) {
                    self.ledger.forget(&word);
                }
                let Some(new) = new else { return Ok(()) };
                self.ledger.remove(new.removed);
                self.edit(&json!({"page_id": page.id, "replace_markdown": new.text}))
                    .await
            }
            Person::Retitle { pick } => {
                let Some(page) = self.chosen(*pick, false).await? else {
                    return Ok(());
                };
                let word = self.ledger.word('P', page.space);
                self.ledger.remove(words(&page.title));
                self.edit(&json!({"page_id": page.id, "title": format!("Title {word}")}))
                    .await
            }
            Person::Trash { pick, trashed } => {
                let Some(page) = self.chosen(*pick, !trashed).await? else {
                    return Ok(());
                };
                if *trashed && self.many_thrown_away(page.space).await? {
                    return Ok(());
                }
                let act = if *trashed { "trash" } else { "restore" };
                self.edit(&json!({"page_id": page.id, act: true})).await
            }
            Person::Move { pick, out } => self.relocate(*pick, *out).await,
            Person::Page { salt } => {
                let homes = self.titled("Personal Assistant").await?;
                let Some(home) = nth(&homes, u32::try_from(salt % 97).unwrap_or(0)) else {
                    return Ok(());
                };
                let (title, body) = page(&mut self.ledger, 'P', home.space, *salt, "\n");
                let new = json!({
                    "create": {"parent": home.id},
                    "title": title,
                    "replace_markdown": body,
                });
                self.edit(&new).await
            }
            Person::OwnBlock { contents, end } => self.own_block(*contents, *end).await,
        }
    }

    async fn relocate(&self, pick: u32, out: bool) -> Result<(), TortureError> {
        let Some(page) = self.chosen(pick, false).await? else {
            return Ok(());
        };
        let homes = self.titled("Personal Assistant").await?;
        // The page outside is of the first workspace, and no page leaves its own.
        let Some(home) = homes.iter().find(|home| home.space == page.space) else {
            return Ok(());
        };
        let target = if out && page.space == 0 {
            &self.elsewhere
        } else {
            &home.id
        };
        if *target == page.parent {
            return Ok(());
        }
        self.edit(&json!({"page_id": page.id, "move_to": target}))
            .await
    }

    async fn own_block(&mut self, contents: bool, end: bool) -> Result<(), TortureError> {
        let title = if contents {
            "Table of Contents"
        } else {
            "Personal Assistant"
        };
        let pages = self.titled(title).await?;
        let Some(page) = pages.iter().find(|page| page.space == 0 && !page.trashed) else {
            return Ok(());
        };
        let word = self.ledger.word('P', page.space);
        let position = if end { "end" } else { "start" };
        let insert = json!({"content": format!("My own {word}"), "position": position});
        self.edit(&json!({"page_id": page.id, "insert_markdown": insert}))
            .await
    }

    async fn edit(&self, edit: &Value) -> Result<(), TortureError> {
        tracing::info!(%edit, "a person");
        self.control("edit", edit).await.map(|_| ())
    }
}
