//! The sample workspace: Ada Lovelace's notes, for people who look around before they sign in.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    clock, ids, markdown,
    richtext::from_plain,
    seed_notes::{NOTES, Note, ORDINARY},
    tree::Place,
    world::{PageInfo, Parent, Stamp, World},
};

const MINUTE: i64 = 60_000;

fn emoji(symbol: &str) -> Value {
    json!({"type": "emoji", "emoji": symbol})
}

fn info(title: &str, icon: &str) -> PageInfo {
    PageInfo {
        title: from_plain(title).into(),
        icon: emoji(icon),
        ..PageInfo::default()
    }
}

/// Fills an empty workspace.
pub(crate) fn sample(world: &mut World, workspace: Uuid) {
    let Some(person) = world.workspaces.get(&workspace).map(|w| w.person) else {
        return;
    };
    let now = clock::now();
    let at = |minutes: i64| Stamp {
        author: person,
        at: now - minutes * MINUTE,
    };
    for (title, icon, minutes, text) in ORDINARY {
        let page = world.add_page(
            Parent::Workspace,
            workspace,
            info(title, icon),
            Vec::new(),
            Place::End,
            at(*minutes),
        );
        fill(world, page, text, at(*minutes));
    }
    let oldest = at(90 * 24 * 60);
    let (home, contents, pages) = assistant(world, workspace, oldest, &at);
    for (note, page) in &pages {
        let text = link(note.text, &pages);
        fill(
            world,
            *page,
            &format!("{}\n{text}", heading(note)),
            at(note.minutes),
        );
    }
    let text = table_of_contents(&pages, now);
    fill(world, contents, &text, at(0));
    if let Some(record) = world.records.get_mut(&home) {
        record.edited = oldest.at;
    }
}

/// The assistant's page, its table of contents, and its notes, still empty.
fn assistant(
    world: &mut World,
    workspace: Uuid,
    oldest: Stamp,
    at: &dyn Fn(i64) -> Stamp,
) -> (Uuid, Uuid, Vec<(&'static Note, Uuid)>) {
    let home = world.add_page(
        Parent::Workspace,
        workspace,
        info("Personal Assistant", "🗂️"),
        markdown::parse(
            "Notes from Octavo live here, one page each. The Table of Contents lists them all.",
        ),
        Place::End,
        oldest,
    );
    let contents = world.add_page(
        Parent::Record(home),
        workspace,
        info("Table of Contents", "📑"),
        Vec::new(),
        Place::End,
        oldest,
    );
    let mut pages: Vec<(&'static Note, Uuid)> = Vec::new();
    let mut notes: Vec<&'static Note> = NOTES.iter().collect();
    notes.sort_by_key(|note| -note.minutes);
    for note in notes {
        let page = world.add_page(
            Parent::Record(home),
            workspace,
            info(note.title, note.icon),
            Vec::new(),
            Place::After(contents),
            at(note.minutes),
        );
        pages.push((note, page));
    }
    (home, contents, pages)
}

fn fill(world: &mut World, page: Uuid, text: &str, stamp: Stamp) {
    let blocks = markdown::parse(text);
    markdown::place_blocks(world, page, blocks, stamp);
}

/// The grey line that carries type and tags.
fn heading(note: &Note) -> String {
    format!("{} · {} {{color=\"gray\"}}", note.kind, note.tags)
}

fn mention(id: Uuid) -> String {
    format!("<mention-page url=\"{}\"/>", ids::page_url(id))
}

/// Replaces `[[Title]]` by a mention of the note of that title.
fn link(text: &str, pages: &[(&Note, Uuid)]) -> String {
    let mut linked = text.to_owned();
    for (note, id) in pages {
        linked = linked.replace(&format!("[[{}]]", note.title), &mention(*id));
    }
    linked
}

/// One toggle heading per type, one line per note, newest first.
fn table_of_contents(pages: &[(&Note, Uuid)], now: i64) -> String {
    let mut lines =
        vec!["Every note under Personal Assistant, by type. Kept up to date by Octavo.".to_owned()];
    for kind in ["Meeting", "Idea", "Task", "Reference"] {
        lines.push(format!("## {kind} {{toggle=\"true\"}}"));
        let mut of_kind: Vec<_> = pages.iter().filter(|(note, _)| note.kind == kind).collect();
        of_kind.sort_by_key(|(note, _)| note.minutes);
        for (note, id) in of_kind {
            let day = clock::show(now - note.minutes * MINUTE, true);
            let day = day.split('T').next().unwrap_or_default();
            lines.push(format!("\t{} {} · {day}", mention(*id), note.tags));
        }
    }
    lines.join("\n")
}
