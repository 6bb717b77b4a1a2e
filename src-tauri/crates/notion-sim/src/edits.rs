//! `POST /_sim/edit`: a person works in Notion itself.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    blockfields::check_icon,
    control::{Outcome, describe, parse_id, read},
    markdown,
    richtext::from_plain,
    tree::Place,
    world::{PageInfo, Parent, Stamp, Token, TokenKind, World},
};

/// Everything but `page_id` (or `create`) is optional; the steps happen in the order of the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// The page to edit.
    page_id: Option<String>,
    /// Or a new page, edited further by the other fields.
    create: Option<Create>,
    restore: Option<bool>,
    title: Option<String>,
    icon: Option<String>,
    replace_markdown: Option<String>,
    replace: Option<Vec<Replacement>>,
    insert_markdown: Option<Insert>,
    /// A page's id, or `workspace`.
    move_to: Option<String>,
    trash: Option<bool>,
    /// Removes the page for good.
    delete: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    /// A page's id, or `workspace`.
    parent: String,
    workspace_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    old: String,
    new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Insert {
    content: String,
    /// `start` or `end`.
    position: String,
}

fn refuse<T>(message: impl Into<String>) -> Result<T, (u16, String)> {
    Err((400, message.into()))
}

/// A token that can do what the workspace's person can do.
fn person(world: &World, workspace: Uuid) -> Option<(Token, Stamp)> {
    let person = world.workspaces.get(&workspace)?.person;
    let token = world
        .tokens
        .values()
        .find(|token| token.workspace == workspace && token.kind == TokenKind::Personal)?;
    Some((
        Token {
            author: person,
            ..token.clone()
        },
        Stamp::now(person),
    ))
}

fn parent_of(world: &World, name: &str) -> Result<Parent, (u16, String)> {
    if name == "workspace" {
        return Ok(Parent::Workspace);
    }
    let id = parse_id(name)?;
    if world.get(id).is_some_and(|r| r.page.is_some()) {
        Ok(Parent::Record(id))
    } else {
        refuse("no such parent page")
    }
}

fn create(world: &mut World, wanted: &Create) -> Result<Uuid, (u16, String)> {
    let parent = parent_of(world, &wanted.parent)?;
    let workspace = match (parent, &wanted.workspace_id) {
        (Parent::Record(id), _) => world.get(id).map_or(world.primary, |r| r.workspace),
        (Parent::Workspace, Some(id)) => parse_id(id)?,
        (Parent::Workspace, None) => world.primary,
    };
    let Some((_, stamp)) = person(world, workspace) else {
        return refuse("no such workspace");
    };
    Ok(world.add_page(
        parent,
        workspace,
        PageInfo::default(),
        Vec::new(),
        Place::End,
        stamp,
    ))
}

pub(crate) fn edit(world: &mut World, bytes: &[u8]) -> Outcome {
    let edit: Edit = read(bytes)?;
    let id = match (&edit.page_id, &edit.create) {
        (Some(id), None) => parse_id(id)?,
        (None, Some(wanted)) => create(world, wanted)?,
        _ => return refuse("exactly one of page_id and create is needed"),
    };
    let Some(record) = world.get(id).filter(|r| r.page.is_some()) else {
        return refuse("no such page");
    };
    let Some((token, stamp)) = person(world, record.workspace) else {
        return refuse("no such workspace");
    };
    if edit.restore == Some(true) {
        world.set_trashed(id, false, stamp);
    }
    if let Some(title) = &edit.title {
        world.set_title(id, from_plain(title), stamp);
    }
    if let Some(icon) = &edit.icon {
        let icon = check_icon(&json!({"emoji": icon}), "icon").or_else(refuse)?;
        world.touch(id, stamp);
        if let Some(page) = world.records.get_mut(&id).and_then(|r| r.page.as_mut()) {
            page.icon = icon;
        }
    }
    content(world, &token, id, &edit, stamp)?;
    if let Some(target) = &edit.move_to {
        let parent = parent_of(world, target)?;
        if let Parent::Record(target) = parent
            && (target == id || world.ancestors(target).any(|r| r.id == id))
        {
            return refuse("a page cannot be moved into itself");
        }
        world.relocate(id, parent, Place::End, stamp);
    }
    if let Some(trash) = edit.trash {
        world.set_trashed(id, trash, stamp);
    }
    if edit.delete == Some(true) {
        world.remove(id);
        return Ok((json!({}), true));
    }
    Ok((describe(world, id).unwrap_or_default(), true))
}

/// The steps that change a page's body; a person's edits keep the blocks they do not touch.
fn content(
    world: &mut World,
    token: &Token,
    id: Uuid,
    edit: &Edit,
    stamp: Stamp,
) -> Result<(), (u16, String)> {
    let mut text = None;
    let now = |world: &World| markdown::page_markdown(world, None, id).markdown;
    if let Some(markdown) = &edit.replace_markdown {
        text = Some(markdown.clone());
    }
    for pair in edit.replace.iter().flatten() {
        let current = text.unwrap_or_else(|| now(world));
        if !current.contains(&pair.old) {
            return refuse(format!("not in the page: {}", pair.old));
        }
        text = Some(current.replace(&pair.old, &pair.new));
    }
    if let Some(insert) = &edit.insert_markdown {
        let current = text.unwrap_or_else(|| now(world));
        let parts = match insert.position.as_str() {
            "start" => [insert.content.as_str(), &current],
            "end" => [&current, insert.content.as_str()],
            other => return refuse(format!("position is start or end, not {other}")),
        };
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        text = Some(parts.join("\n"));
    }
    let Some(text) = text else { return Ok(()) };
    markdown::api::write(world, token, id, &text, false, true, stamp)
        .or_else(|error| refuse(error.message))
}
