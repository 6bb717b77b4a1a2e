//! What the simulated workspace holds, as a person sees it in Notion, and what they do there.

use serde_json::{Value, json};

use crate::text::page_words;
use crate::{Fault, Look, Simulator, patience, wait_until_within};

/// The credentials of one workspace.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// Its id.
    pub id: String,
    /// Acts as the person.
    pub personal_token: String,
    /// Acts as an internal connection.
    pub internal_token: String,
}

impl Workspace {
    pub(crate) fn read(hello: &Value) -> Result<Self, Fault> {
        Ok(Self {
            id: text(hello, "workspace_id")?,
            personal_token: text(hello, "personal_access_token")?,
            internal_token: text(hello, "internal_token")?,
        })
    }
}

/// A page as the simulated workspace has it.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its id, dashed.
    pub id: String,
    /// The id of the page it is under; empty at workspace level.
    pub parent: String,
    /// Its title.
    pub title: String,
    /// Its content in Notion's enhanced Markdown.
    pub markdown: String,
    workspace: String,
    trashed: bool,
}

impl Page {
    fn read(value: &Value) -> Result<Self, Fault> {
        Ok(Self {
            id: text(value, "id")?,
            parent: value
                .get("parent")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            title: text(value, "title")?,
            markdown: text(value, "markdown")?,
            workspace: text(value, "workspace_id")?,
            trashed: value
                .get("in_trash")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
        })
    }

    /// Its id without dashes, as addresses hold it.
    pub fn bare_id(&self) -> String {
        self.id.replace('-', "")
    }

    /// Its words, in order.
    pub fn words(&self) -> Vec<String> {
        page_words(&self.markdown)
    }
}

pub(crate) fn text(value: &Value, name: &str) -> Result<String, Fault> {
    value
        .get(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Fault::Simulator(format!("no {name} in {value}")))
}

impl Simulator {
    /// Founds another workspace with a person of its own.
    pub async fn add_workspace(&self, name: &str, person: &str) -> Result<Workspace, Fault> {
        let body = json!({"name": name, "person": person});
        Workspace::read(&self.control("workspace", Some(body)).await?)
    }

    /// All living pages of a workspace.
    pub async fn pages(&self, workspace: &Workspace) -> Result<Vec<Page>, Fault> {
        let tree = self.control("tree", None).await?;
        let pages = tree
            .get("pages")
            .and_then(Value::as_array)
            .map(Vec::as_slice);
        let pages: Result<Vec<_>, _> = pages.unwrap_or_default().iter().map(Page::read).collect();
        Ok(pages?
            .into_iter()
            .filter(|page| page.workspace == workspace.id && !page.trashed)
            .collect())
    }

    /// All living pages of a workspace with that title.
    pub async fn pages_titled(
        &self,
        workspace: &Workspace,
        title: &str,
    ) -> Result<Vec<Page>, Fault> {
        let pages = self.pages(workspace).await?;
        Ok(pages
            .into_iter()
            .filter(|page| page.title == title)
            .collect())
    }

    /// The one page with that title; none or two are a fault.
    pub async fn only_page(&self, workspace: &Workspace, title: &str) -> Result<Page, Fault> {
        let found = self.pages_titled(workspace, title).await?;
        match <[Page; 1]>::try_from(found) {
            Ok([page]) => Ok(page),
            Err(found) => {
                let all: Vec<_> = self
                    .pages(workspace)
                    .await?
                    .into_iter()
                    .map(|page| page.title)
                    .collect();
                let count = found.len();
                Err(Fault::claim(format!(
                    "{count} pages are titled {title:?}, of all {all:?}"
                )))
            }
        }
    }

    /// Waits until a page with that title is there.
    ///
    /// A page whose making was cut off is made again only when the first request cannot come any more,
    /// which takes 70 s.
    pub async fn page_arrives(&self, workspace: &Workspace, title: &str) -> Result<Page, Fault> {
        wait_until_within(
            patience() * 4,
            &format!("{title:?} is in Notion"),
            async || {
                let mut pages = self.pages(workspace).await?;
                let titles: Vec<_> = pages.iter().map(|page| page.title.clone()).collect();
                pages.retain(|page| page.title == title);
                Ok(pages
                    .pop()
                    .map_or_else(|| Look::NotYet(format!("{titles:?}")), Look::Yes))
            },
        )
        .await
    }

    /// One page by its id.
    pub async fn page(&self, id: &str) -> Result<Page, Fault> {
        Page::read(&self.control(&format!("page/{id}"), None).await?)
    }

    /// A person adds a paragraph at the end of a page.
    pub async fn append_text(&self, page: &str, content: &str) -> Result<(), Fault> {
        let insert = json!({"content": content, "position": "end"});
        self.edit(json!({"page_id": page, "insert_markdown": insert}))
            .await
    }

    /// A person gives a page another title.
    pub async fn rename(&self, page: &str, title: &str) -> Result<(), Fault> {
        self.edit(json!({"page_id": page, "title": title})).await
    }

    async fn edit(&self, what: Value) -> Result<(), Fault> {
        self.control("edit", Some(what)).await.map(drop)
    }

    /// How many requests of that method went to that path and were carried out.
    pub async fn requests(&self, method: &str, path: &str) -> Result<usize, Fault> {
        let log = self.control("log", None).await?;
        let log = log
            .get("requests")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let bare = path.replace('-', "");
        let is = |entry: &Value, name: &str, wanted: &str| {
            let found = entry.get(name).and_then(Value::as_str).unwrap_or_default();
            found.replace('-', "") == wanted
        };
        Ok(log
            .iter()
            .filter(|entry| is(entry, "method", method) && is(entry, "path", &bare))
            .count())
    }
}
