//! How much is asked of Notion: one body write for each note that was made or changed here, one body
//! read for each that changed there, next to nothing when nothing happens.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use octavo_contract::{AccountView, NoteCreate, NoteRef, NoteSave, NoteView};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};

const NOTES: usize = 12;

/// Goes round until nothing waits, letting the clock run so that what was put back comes up.
async fn settled(world: &World, core: &Octavo, account: &AccountView) {
    for _ in 0..20 {
        let done = core.sync_now(of(account)).await;
        let status = core.sync_status(of(account)).await.unwrap();
        if done.is_ok() && status.waiting == 0 && status.contents_current {
            return;
        }
        world.clock.advance(40_000);
    }
    panic!("never settled: {:?}", core.sync_status(of(account)).await);
}

/// What was asked of Notion since the last call, by method and the kind of route.
struct Asked {
    seen: usize,
}

impl Asked {
    async fn from_now(world: &World) -> Self {
        let mut asked = Self { seen: 0 };
        asked.since(world).await;
        asked
    }

    async fn since(&mut self, world: &World) -> Vec<(String, String)> {
        let log = world.get("/_sim/log").await;
        let rows = log.as_array().or_else(|| log.get("requests")?.as_array());
        let rows = rows.unwrap();
        let text = |row: &Value, key: &str| row.get(key).unwrap().as_str().unwrap().to_owned();
        let new = rows.iter().skip(self.seen);
        let new = new.map(|row| (text(row, "method"), text(row, "path")));
        let new: Vec<_> = new.filter(|(_, path)| path.starts_with("/v1/")).collect();
        self.seen = rows.len();
        new
    }
}

/// Requests by this method to routes of pages whose path ends so, but not to these pages.
fn count(asked: &[(String, String)], method: &str, end: &str, not: &[String]) -> usize {
    let mine = asked.iter().filter(|(by, path)| {
        by == method
            && path.starts_with("/v1/pages")
            && path.ends_with(end)
            && !not.iter().any(|id| path.replace('-', "").contains(id))
    });
    mine.count()
}

/// The pages of the home that are no notes.
async fn home(world: &World) -> Vec<String> {
    let tree = world.tree().await;
    let named = |page: &&Value| {
        let title = page.get("title").unwrap();
        title == "Personal Assistant" || title == "Table of Contents"
    };
    let ids = tree.iter().filter(named);
    let ids = ids.map(|page| page.get("id").unwrap().as_str().unwrap().replace('-', ""));
    ids.collect()
}

async fn captured(core: &Octavo, account: &AccountView) -> Vec<NoteView> {
    let mut notes = Vec::new();
    for number in 0..NOTES {
        let new = NoteCreate {
            account: account.id.clone(),
            title: format!("Mill {number}"),
            body: format!("It grinds {number}.\n\nSlowly."),
            note_type: None,
            tags: Vec::new(),
        };
        notes.push(core.capture(new).await.unwrap());
    }
    notes
}

async fn read(core: &Octavo, note: &NoteView) -> NoteView {
    let named = NoteRef {
        account: note.account.clone(),
        note: note.id.clone(),
    };
    core.note_read(named).await.unwrap()
}

#[tokio::test]
async fn a_note_is_written_once_and_read_once() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    settled(&world, &core, &account).await;
    let home = home(&world).await;
    let mut asked = Asked::from_now(&world).await;

    let notes = captured(&core, &account).await;
    settled(&world, &core, &account).await;
    let made = asked.since(&world).await;
    assert_eq!(count(&made, "POST", "/v1/pages", &[]), NOTES);
    assert_eq!(count(&made, "PATCH", "/markdown", &home), 0, "{made:#?}");

    // Whatever is read of them for the first time is read.
    world.clock.advance(120_000);
    settled(&world, &core, &account).await;
    asked.since(&world).await;

    for note in &notes {
        let now = read(&core, note).await;
        let save = NoteSave {
            account: now.account,
            note: now.id,
            base_version: now.version,
            title: now.title,
            body: now.body.replace("Slowly.", "Slowly, and well."),
        };
        core.note_save(save).await.unwrap();
    }
    settled(&world, &core, &account).await;
    let changed = asked.since(&world).await;
    assert_eq!(count(&changed, "PATCH", "/markdown", &home), NOTES);
    assert_eq!(count(&changed, "POST", "/v1/pages", &[]), 0);

    world.clock.advance(120_000);
    settled(&world, &core, &account).await;
    asked.since(&world).await;

    for note in &notes {
        let page = read(&core, note).await.page_id.unwrap();
        let edit = json!({"page_id": page, "replace": [{"old": "well.", "new": "for ever."}]});
        world.post("/_sim/edit", edit).await;
    }
    settled(&world, &core, &account).await;
    let pulled = asked.since(&world).await;
    assert_eq!(
        count(&pulled, "GET", "/markdown", &home),
        NOTES,
        "{pulled:#?}"
    );
    assert_eq!(count(&pulled, "PATCH", "/markdown", &home), 0);
    for note in &notes {
        assert!(read(&core, note).await.body.contains("for ever."));
    }
}
