//! The account's home in Notion: a "Personal Assistant" page and the "Table of Contents" in it.
//!
//! Ids are stored before the next step is taken, a page is made only when looking found none, and
//! a request without an answer is looked into before it is repeated: one install never makes two
//! homes.

use notion_api::{
    ApiError, Client, Direction, NewPage, Page, PageId, Parent, Position, SearchRequest,
};
use serde::{Deserialize, Serialize};

use crate::CoreError;
use crate::store::{Store, to_json};
use crate::sync::Fault;

/// The titles a new home gets.
pub(crate) const ROOT_TITLE: &str = "Personal Assistant";
pub(crate) const CONTENTS_TITLE: &str = "Table of Contents";

const ROOT_WELCOME: &str =
    "Notes written in Octavo live on this page, and the Table of Contents lists them.";
const CONTENTS_WELCOME: &str = "Every note by its type. Octavo keeps the lines that begin with a \
     link to a note; everything else on this page is yours.";

const ROOT: &str = "root_page_id";
const ROOT_NAME: &str = "root_title";
const CONTENTS: &str = "contents_page_id";
const ROOT_PLACE: &str = "root_parent";
const ROOT_PENDING: &str = "root_pending";

/// After an unclear end a new page may take this long until search shows it.
const SEARCH_LAG: i64 = 30_000;
/// How many pages of search results are looked through for a home.
const SEARCH_PAGES: usize = 20;
/// This computer's clock and Notion's may differ by this much, and Notion may round to the minute.
const CLOCK_SKEW: i64 = 120_000;

/// The home's two pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) root: PageId,
    pub(crate) contents: PageId,
}

/// Where a new root page may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ground {
    /// At workspace level, in the person's private section.
    Workspace,
    /// Under this page.
    Under(PageId),
    /// Nowhere until the person chooses a page.
    NotChosen,
}

#[derive(Serialize, Deserialize)]
struct Pending {
    at: i64,
}

/// What is stored of the home, without asking Notion.
pub(crate) async fn stored(store: &Store) -> Result<Option<Home>, CoreError> {
    let root = store.meta(ROOT).await?.and_then(|id| id.parse().ok());
    let contents = store.meta(CONTENTS).await?.and_then(|id| id.parse().ok());
    Ok(root
        .zip(contents)
        .map(|(root, contents)| Home { root, contents }))
}

/// The root page's title as last seen.
pub(crate) async fn title(store: &Store) -> Result<String, CoreError> {
    Ok(store
        .meta(ROOT_NAME)
        .await?
        .unwrap_or_else(|| ROOT_TITLE.to_owned()))
}

/// Makes sure the home exists: finds it by its stored ids, adopts one that is there, or makes it.
pub(crate) async fn ensure(store: &Store, client: &Client, ground: &Ground) -> Result<Home, Fault> {
    let root = match stored_id(store, ROOT).await? {
        Some(root) => verified(store, client, root).await?,
        None => found_or_made(store, client, ground).await?,
    };
    let contents = if let Some(contents) = stored_id(store, CONTENTS).await? {
        contents
    } else {
        let contents = contents_page(client, &root).await?;
        store.set_meta(CONTENTS, &contents.to_string()).await?;
        contents
    };
    Ok(Home { root, contents })
}

/// Forgets the contents page, so that the next [`ensure`] finds or makes one.
pub(crate) async fn forget_contents(store: &Store) -> Result<(), CoreError> {
    store.remove_meta(CONTENTS).await
}

/// Forgets the home: the next [`ensure`] makes a new one.
pub(crate) async fn forget(store: &Store) -> Result<(), CoreError> {
    for key in [ROOT, CONTENTS, ROOT_NAME, ROOT_PLACE] {
        store.remove_meta(key).await?;
    }
    Ok(())
}

/// From now on the home is this page; its contents page is found or made by the next [`ensure`].
pub(crate) async fn use_root(store: &Store, root: &PageId) -> Result<(), CoreError> {
    forget(store).await?;
    store.set_meta(ROOT, &root.to_string()).await
}

/// Whether the home lies in another place than when it was looked at last; remembers where it lies.
pub(crate) async fn moved(store: &Store, place: &str) -> Result<bool, CoreError> {
    let before = store.meta(ROOT_PLACE).await?;
    if before.as_deref() == Some(place) {
        return Ok(false);
    }
    store.set_meta(ROOT_PLACE, place).await?;
    Ok(before.is_some())
}

/// Pages beside `root` that look like a home: titled like it, with a contents page in them.
pub(crate) async fn others_like(
    client: &Client,
    root: &Page,
    title: &str,
) -> Result<Vec<Page>, ApiError> {
    let request = SearchRequest {
        query: Some(ROOT_TITLE.to_owned()),
        sort_last_edited: Some(Direction::Descending),
        page_size: 100,
        ..SearchRequest::default()
    };
    let mut others = Vec::new();
    for page in client.search(&request).await?.results {
        let named = page.title.trim() == ROOT_TITLE || page.title == title;
        if page.id == root.id || page.in_trash || !named {
            continue;
        }
        let children = client.children(&page.id, None, 100).await?.results;
        let has_contents = children.iter().any(|block| {
            !block.in_trash && block.child_page_title.as_deref() == Some(CONTENTS_TITLE)
        });
        if has_contents {
            others.push(page);
        }
    }
    Ok(others)
}

async fn stored_id(store: &Store, key: &str) -> Result<Option<PageId>, CoreError> {
    Ok(store.meta(key).await?.and_then(|id| id.parse().ok()))
}

async fn verified(store: &Store, client: &Client, root: PageId) -> Result<PageId, Fault> {
    match client.page(&root).await {
        Ok(page) if page.in_trash => Err(Fault::NoAccess(
            "Your home page lies in Notion's trash. Restore it there and Octavo goes on; your notes \
             are safe here."
                .to_owned(),
        )),
        Ok(page) => {
            if !page.title.is_empty() {
                store.set_meta(ROOT_NAME, &page.title).await?;
            }
            if store.meta(ROOT_PLACE).await?.is_none() {
                let place = match &page.parent {
                    Parent::Page(parent) => parent.to_string(),
                    _ => String::new(),
                };
                store.set_meta(ROOT_PLACE, &place).await?;
            }
            Ok(root)
        }
        Err(ApiError::NotFound { .. }) => Err(Fault::NoAccess(
            "Octavo can no longer see your home page in Notion. Share it with this connection again; \
             your notes are safe here."
                .to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}

async fn found_or_made(store: &Store, client: &Client, ground: &Ground) -> Result<PageId, Fault> {
    let parent = match ground {
        Ground::Workspace => Parent::Workspace,
        Ground::Under(page) => Parent::Page(*page),
        Ground::NotChosen => return Err(Fault::NeedsParent),
    };
    let pending: Option<Pending> = store
        .meta(ROOT_PENDING)
        .await?
        .and_then(|json| serde_json::from_str(&json).ok());
    if let Some(root) = candidate(client, &parent, pending.as_ref()).await? {
        return adopt(store, root).await;
    }
    if pending.is_some_and(|pending| store.now() - pending.at < SEARCH_LAG) {
        return Err(Fault::Later(
            "It is not clear yet whether Notion made the home page; looking again.".to_owned(),
        ));
    }
    make_root(store, client, parent).await
}

async fn adopt(store: &Store, root: PageId) -> Result<PageId, Fault> {
    store.set_meta(ROOT, &root.to_string()).await?;
    store.remove_meta(ROOT_PENDING).await?;
    Ok(root)
}

async fn make_root(store: &Store, client: &Client, parent: Parent) -> Result<PageId, Fault> {
    let pending = to_json(&Pending { at: store.now() })?;
    store.set_meta(ROOT_PENDING, &pending).await?;
    let mut page = NewPage::new(parent, ROOT_TITLE);
    page.markdown = Some(ROOT_WELCOME.to_owned());
    match client.create_page(&page).await {
        Ok(made) => adopt(store, made.id).await,
        Err(ApiError::Unclear(unclear)) => match unclear.committed_resource_id {
            Some(made) => adopt(store, made).await,
            None => Err(ApiError::Unclear(unclear).into()),
        },
        Err(error) => {
            // A clear refusal: nothing was made.
            store.remove_meta(ROOT_PENDING).await?;
            Err(error.into())
        }
    }
}

/// A home that is already there: titled exactly so, in the right place, not in the trash. Of several
/// the one with a contents page wins, then the older, then the smaller id.
async fn candidate(
    client: &Client,
    parent: &Parent,
    pending: Option<&Pending>,
) -> Result<Option<PageId>, Fault> {
    let mut request = SearchRequest {
        query: Some(ROOT_TITLE.to_owned()),
        sort_last_edited: Some(Direction::Descending),
        page_size: 100,
        ..SearchRequest::default()
    };
    // Search answers every page that has one of the words in its title, so the one that is meant may
    // lie behind many others.
    let mut fitting: Vec<Page> = Vec::new();
    for _ in 0..SEARCH_PAGES {
        let list = client.search(&request).await?;
        fitting.extend(list.results.into_iter().filter(|page| {
            page.title.trim() == ROOT_TITLE
                && !page.in_trash
                && page.parent == *parent
                && pending.is_none_or(|sent| page.created_time >= sent.at - CLOCK_SKEW)
        }));
        match list.next_cursor {
            Some(next) if list.has_more => request.cursor = Some(next),
            _ => break,
        }
    }
    fitting.sort_by(|a, b| (a.created_time, &a.id).cmp(&(b.created_time, &b.id)));
    for page in &fitting {
        if child_titled(client, &page.id, CONTENTS_TITLE)
            .await?
            .is_some()
        {
            return Ok(Some(page.id));
        }
    }
    Ok(fitting.into_iter().next().map(|page| page.id))
}

/// The contents page below `root`, made if it is not there. Listing children is exact, so an unclear
/// end is settled by looking once more.
async fn contents_page(client: &Client, root: &PageId) -> Result<PageId, Fault> {
    if let Some(contents) = child_titled(client, root, CONTENTS_TITLE).await? {
        return Ok(contents);
    }
    let mut page = NewPage::new(Parent::Page(*root), CONTENTS_TITLE);
    page.markdown = Some(CONTENTS_WELCOME.to_owned());
    page.position = Some(Position::PageStart);
    match client.create_page(&page).await {
        Ok(made) => Ok(made.id),
        Err(ApiError::Unclear(unclear)) => {
            match child_titled(client, root, CONTENTS_TITLE).await? {
                Some(made) => Ok(made),
                None => Err(ApiError::Unclear(unclear).into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

async fn child_titled(
    client: &Client,
    parent: &PageId,
    title: &str,
) -> Result<Option<PageId>, Fault> {
    let mut cursor: Option<String> = None;
    loop {
        let list = client.children(parent, cursor.as_deref(), 100).await?;
        let found = list.results.into_iter().find(|block| {
            !block.in_trash && block.child_page_title.as_deref().map(str::trim) == Some(title)
        });
        if let Some(block) = found {
            return Ok(Some(block.id));
        }
        match list.next_cursor {
            Some(next) if list.has_more => cursor = Some(next),
            _ => return Ok(None),
        }
    }
}
