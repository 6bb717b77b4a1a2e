//! Operations on the tree of records: find, insert, trash, move, walk.

use std::borrow::Cow;

use serde_json::Value;
use uuid::Uuid;

use crate::{
    error::{ApiError, ApiResult},
    world::{NewBlock, PageInfo, Parent, Record, Stamp, Token, TokenKind, World},
};

/// Where new children go among those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Start,
    End,
    After(Uuid),
}

impl World {
    pub(crate) fn get(&self, id: Uuid) -> Option<&Record> {
        self.records.get(&id)
    }

    /// The records from the one above `id` up to the workspace.
    pub(crate) fn ancestors(&self, id: Uuid) -> impl Iterator<Item = &Record> {
        let mut next = self.get(id).map(|r| r.parent);
        std::iter::from_fn(move || match next {
            Some(Parent::Record(id)) => {
                let record = self.get(id)?;
                next = Some(record.parent);
                Some(record)
            }
            _ => None,
        })
    }

    /// Whether `token` may see `id`: the same workspace, and for a connection a shared subtree or
    /// one that it created.
    pub(crate) fn can_see(&self, token: &Token, id: Uuid) -> bool {
        let Some(record) = self.get(id) else {
            return false;
        };
        if record.workspace != token.workspace {
            return false;
        }
        let granted = |id: &Uuid| token.shared.contains(id) || token.created.contains(id);
        token.kind == TokenKind::Personal
            || granted(&id)
            || self.ancestors(id).any(|above| granted(&above.id))
    }

    /// In the trash, by itself or with something above it.
    pub(crate) fn is_trashed(&self, id: Uuid) -> bool {
        self.get(id).is_some_and(|r| r.trashed) || self.ancestors(id).any(|r| r.trashed)
    }

    /// Children that are not in the trash by themselves, in order.
    pub(crate) fn live_children(&self, id: Uuid) -> impl Iterator<Item = &Record> {
        self.get(id)
            .map(|r| r.children.as_slice())
            .unwrap_or_default()
            .iter()
            .filter_map(|child| self.get(*child))
            .filter(|r| !r.trashed)
    }

    /// Refuses writes to what is in the trash, and below it.
    pub(crate) fn check_editable(&self, id: Uuid) -> ApiResult<()> {
        let Some(record) = self.get(id) else {
            return Ok(());
        };
        if record.trashed {
            return Err(ApiError::validation(
                "Can't edit block that is archived. You must unarchive the block before editing.",
            ));
        }
        if self.ancestors(id).any(|r| r.trashed) {
            let what = if record.page.is_some() {
                "page"
            } else {
                "block"
            };
            return Err(ApiError::validation(format!(
                "Can't edit page on block with an archived ancestor. You must unarchive the \
                 ancestor before editing {what}."
            )));
        }
        Ok(())
    }

    /// The page a record is on (itself, for a page).
    pub(crate) fn page_of(&self, id: Uuid) -> Option<Uuid> {
        let own = self.get(id)?;
        if own.page.is_some() {
            return Some(id);
        }
        self.ancestors(id).find(|r| r.page.is_some()).map(|r| r.id)
    }

    /// Marks a record alone as edited.
    pub(crate) fn mark(&mut self, id: Uuid, stamp: Stamp) {
        if let Some(record) = self.records.get_mut(&id) {
            record.edited = stamp.at;
            record.edited_by = stamp.author;
        }
    }

    /// Marks a record and the page it is on as edited.
    pub(crate) fn touch(&mut self, id: Uuid, stamp: Stamp) {
        let page = self.page_of(id);
        for id in [Some(id), page].into_iter().flatten() {
            if let Some(record) = self.records.get_mut(&id) {
                record.edited = stamp.at;
                record.edited_by = stamp.author;
            }
        }
    }

    fn siblings_mut(&mut self, parent: Parent, workspace: Uuid) -> Option<&mut Vec<Uuid>> {
        match parent {
            Parent::Record(id) => self.records.get_mut(&id).map(|r| &mut r.children),
            Parent::Workspace => self.workspaces.get_mut(&workspace).map(|w| &mut w.roots),
        }
    }

    /// Puts existing records into a parent's list.
    pub(crate) fn link(&mut self, parent: Parent, workspace: Uuid, ids: &[Uuid], place: Place) {
        let Some(list) = self.siblings_mut(parent, workspace) else {
            return;
        };
        let at = match place {
            Place::Start => 0,
            Place::End => list.len(),
            Place::After(id) => list
                .iter()
                .position(|x| *x == id)
                .map_or(list.len(), |at| at + 1),
        };
        list.splice(at..at, ids.iter().copied());
    }

    fn unlink(&mut self, id: Uuid) {
        let Some((parent, workspace)) = self.get(id).map(|r| (r.parent, r.workspace)) else {
            return;
        };
        if let Some(list) = self.siblings_mut(parent, workspace) {
            list.retain(|x| *x != id);
        }
    }

    /// Creates one record without linking it into its parent.
    pub(crate) fn insert(
        &mut self,
        parent: Parent,
        workspace: Uuid,
        block: NewBlock,
        stamp: Stamp,
    ) -> Uuid {
        let id = self.new_id(workspace);
        self.insert_as(id, parent, workspace, block, None, stamp);
        id
    }

    /// Creates a record under a given id, with everything below it.
    pub(crate) fn insert_as(
        &mut self,
        id: Uuid,
        parent: Parent,
        workspace: Uuid,
        block: NewBlock,
        page: Option<PageInfo>,
        stamp: Stamp,
    ) {
        let is_page = page.is_some();
        self.records.insert(
            id,
            Record {
                id,
                workspace,
                parent,
                kind: block.kind,
                value: block.value,
                children: Vec::new(),
                trashed: false,
                created: stamp.at,
                edited: stamp.at,
                created_by: stamp.author,
                edited_by: stamp.author,
                page,
                database: None,
                source: None,
            },
        );
        if is_page {
            self.pages.insert(id);
        }
        self.add_children(id, block.children, Place::End, stamp);
    }

    /// Creates blocks below `parent` and answers the ids of the first level.
    pub(crate) fn add_children(
        &mut self,
        parent: Uuid,
        blocks: Vec<NewBlock>,
        place: Place,
        stamp: Stamp,
    ) -> Vec<Uuid> {
        let Some(workspace) = self.get(parent).map(|r| r.workspace) else {
            return Vec::new();
        };
        let mut ids = Vec::with_capacity(blocks.len());
        for block in blocks {
            ids.push(self.insert(Parent::Record(parent), workspace, block, stamp));
        }
        self.link(Parent::Record(parent), workspace, &ids, place);
        ids
    }

    /// Creates a page and links it.
    pub(crate) fn add_page(
        &mut self,
        parent: Parent,
        workspace: Uuid,
        info: PageInfo,
        children: Vec<NewBlock>,
        place: Place,
        stamp: Stamp,
    ) -> Uuid {
        let id = self.new_id(workspace);
        let block = NewBlock {
            kind: "child_page".into(),
            children,
            ..NewBlock::default()
        };
        self.insert_as(id, parent, workspace, block, Some(info), stamp);
        self.link(parent, workspace, &[id], place);
        id
    }

    /// Into the trash, or out of it. What is below follows without being marked itself.
    pub(crate) fn set_trashed(&mut self, id: Uuid, trashed: bool, stamp: Stamp) {
        self.touch(id, stamp);
        if let Some(record) = self.records.get_mut(&id) {
            record.trashed = trashed;
        }
    }

    /// Removes a record for good, with everything below it.
    pub(crate) fn remove(&mut self, id: Uuid) {
        self.unlink(id);
        let mut queue = vec![id];
        while let Some(next) = queue.pop() {
            self.pages.remove(&next);
            self.sources.remove(&next);
            if let Some(record) = self.records.remove(&next) {
                queue.extend(record.children);
            }
        }
    }

    /// Hangs an existing page below another parent.
    pub(crate) fn relocate(&mut self, id: Uuid, parent: Parent, place: Place, stamp: Stamp) {
        let Some(workspace) = self.get(id).map(|r| r.workspace) else {
            return;
        };
        self.unlink(id);
        if let Some(record) = self.records.get_mut(&id) {
            record.parent = parent;
            record.edited = stamp.at;
            record.edited_by = stamp.author;
        }
        self.link(parent, workspace, &[id], place);
    }

    /// The title of a page, a database or a data source as plain text.
    pub(crate) fn title(&self, id: Uuid) -> String {
        self.get(id)
            .map(|record| self.title_of(record).into_owned())
            .unwrap_or_default()
    }

    /// The same, without a copy where the title stands in one piece.
    pub(crate) fn title_of<'a>(&self, record: &'a Record) -> Cow<'a, str> {
        let title: &[Value] = match (&record.page, &record.source, &record.database) {
            (Some(page), ..) => match page.title.plain() {
                Some(plain) => return Cow::Borrowed(plain),
                None => &page.title,
            },
            (_, Some(source), _) => &source.head.title,
            (.., Some(database)) => &database.title,
            _ => return Cow::Borrowed(""),
        };
        Cow::Owned(crate::richtext::plain(self, title))
    }

    /// Changes a title, and remembers the old one for a lagging search.
    pub(crate) fn set_title(&mut self, id: Uuid, title: Vec<Value>, stamp: Stamp) {
        let old = self.title(id);
        self.touch(id, stamp);
        if let Some(page) = self.records.get_mut(&id).and_then(|r| r.page.as_mut()) {
            page.title = title.into();
            page.former = Some((old, stamp.at));
        }
    }

    /// The address on the web of what is published, by itself or with a page above it.
    pub(crate) fn public_url(&self, record: &Record) -> Option<String> {
        let site = std::iter::once(record)
            .chain(self.ancestors(record.id))
            .find_map(|above| above.page.as_ref()?.published.as_ref())?;
        let address = crate::ids::slug_url(&self.title(record.id), record.id);
        Some(format!("{site}/{}", address.rsplit('/').next()?))
    }

    /// Child pages and databases below a record, not looking into them, trash left out.
    pub(crate) fn child_pages(&self, id: Uuid) -> Vec<Uuid> {
        let mut found = Vec::new();
        let mut queue = vec![id];
        while let Some(next) = queue.pop() {
            for child in self.live_children(next) {
                if child.page.is_some() || child.kind == "child_database" {
                    found.push(child.id);
                } else {
                    queue.push(child.id);
                }
            }
        }
        found
    }
}
