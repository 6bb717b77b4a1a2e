//! What a state must survive.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    richtext::from_plain,
    tree::Place,
    world::{NewBlock, PageInfo, Parent, Stamp},
};

fn stamp() -> Stamp {
    Stamp {
        author: Uuid::nil(),
        at: 0,
    }
}

fn page(world: &mut World, parent: Parent, title: &str) -> Uuid {
    let info = PageInfo {
        title: from_plain(title).into(),
        ..PageInfo::default()
    };
    let workspace = world.primary;
    world.add_page(parent, workspace, info, Vec::new(), Place::End, stamp())
}

fn fresh() -> World {
    let mut world = World::default();
    world.primary = world.add_workspace("w", "p").workspace;
    world.rebuild_indexes();
    world
}

fn text(world: &World) -> Value {
    serde_json::to_value(world).unwrap()
}

#[test]
fn journals_give_back_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let mut world = fresh();
    let mut persisted = Persisted::of(&mut world).unwrap();
    let mut journal = Journal::begin(&path, &world).unwrap();
    let home = page(&mut world, Parent::Workspace, "home");
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    for at in 0..200 {
        let child = page(&mut world, Parent::Record(home), &format!("page {at}"));
        world.add_children(
            child,
            vec![NewBlock::new("divider", json!({}))],
            Place::Start,
            stamp(),
        );
        journal
            .append(&persisted.line(&mut world).unwrap())
            .unwrap();
    }
    // From the middle, from the end, and the whole list.
    let children = world.get(home).unwrap().children.clone();
    world.remove(children[100]);
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    world.relocate(children[3], Parent::Workspace, Place::Start, stamp());
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    for child in children.iter().skip(20) {
        world.remove(*child);
    }
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    world.config.search_lag_ms = 7;
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    page(&mut world, Parent::Record(home), "late");
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    assert_eq!(
        persisted.line(&mut world).unwrap(),
        b"",
        "nothing changed since"
    );
    let loaded = load(&path).unwrap().unwrap();
    assert_eq!(text(&loaded), text(&world));
    // The same again from a last snapshot, and with a further journal after it.
    journal.close(&world).unwrap();
    assert_eq!(text(&load(&path).unwrap().unwrap()), text(&world));
    page(&mut world, Parent::Workspace, "last");
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    assert_eq!(text(&load(&path).unwrap().unwrap()), text(&world));
}

#[test]
fn a_torn_line_was_never_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let mut world = fresh();
    let mut persisted = Persisted::of(&mut world).unwrap();
    let mut journal = Journal::begin(&path, &world).unwrap();
    page(&mut world, Parent::Workspace, "kept");
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    let before = text(&world);
    page(&mut world, Parent::Workspace, "torn");
    let line = persisted.line(&mut world).unwrap();
    journal.append(&line[..line.len() / 2]).unwrap();
    drop(journal);
    let mut world = load(&path).unwrap().unwrap();
    assert_eq!(text(&world), before);
    // Whoever goes on from there begins anew.
    let mut persisted = Persisted::of(&mut world).unwrap();
    let mut journal = Journal::begin(&path, &world).unwrap();
    page(&mut world, Parent::Workspace, "after");
    journal
        .append(&persisted.line(&mut world).unwrap())
        .unwrap();
    assert_eq!(text(&load(&path).unwrap().unwrap()), text(&world));
}

#[test]
fn folding_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let mut world = fresh();
    let mut persisted = Persisted::of(&mut world).unwrap();
    let mut journal = Journal::begin(&path, &world).unwrap();
    let long = "x".repeat(100_000);
    let mut folds = 0;
    for at in 0..200 {
        page(&mut world, Parent::Workspace, &format!("{at} {long}"));
        let number = journal.number;
        journal
            .append(&persisted.line(&mut world).unwrap())
            .unwrap();
        folds += journal.number - number;
    }
    assert!(folds > 0, "the journal was never folded");
    // A state is read when no writer is at work any more.
    journal.settle().unwrap();
    assert_eq!(text(&load(&path).unwrap().unwrap()), text(&world));
    journal.close(&world).unwrap();
    assert_eq!(
        journals(&path).unwrap(),
        [journal.number],
        "old journals are gone"
    );
    assert_eq!(text(&load(&path).unwrap().unwrap()), text(&world));
}

#[test]
fn journals_without_a_snapshot_are_no_state() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    fs::write(journal_of(&path, 4), "{}\n").unwrap();
    assert!(load(&path).unwrap().is_none());
    assert!(journals(&path).unwrap().is_empty());
}
