//! Notes of any size reach Notion in several requests, each once, whatever breaks in between; a note that
//! Notion has no room for waits with its sentence and holds up no other.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fmt::Write as _;

use notion_markdown::{body_to_enhanced, canonical};
use octavo_contract::{
    AccountAddToken, AccountChooseParent, AccountView, NoteCreate, NoteRef, NoteSave, NoteView,
    SyncState,
};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};

/// Numbered paragraphs of all sorts of signs, as many as it takes.
fn long(bytes: usize, name: &str) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        let _infallible = write!(
            text,
            "{name} {number} turns the mill \"as ever\", \u{fc}ber {number} stones & *more* \u{1f600}. {}\n\n",
            "It grinds slowly, and says so. ".repeat(20)
        );
    }
    text.trim_end().to_owned()
}

fn named(note: &NoteView) -> NoteRef {
    NoteRef {
        account: note.account.clone(),
        note: note.id.clone(),
    }
}

async fn captured(core: &Octavo, account: &AccountView, title: &str, body: &str) -> NoteView {
    let new = NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: body.to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    core.capture(new).await.unwrap()
}

async fn save(core: &Octavo, note: &NoteView, body: &str) {
    let now = core.note_read(named(note)).await.unwrap();
    let save = NoteSave {
        account: now.account,
        note: now.id,
        base_version: now.version,
        title: now.title,
        body: body.to_owned(),
    };
    core.note_save(save).await.unwrap();
}

/// Goes round until nothing waits; every round with a core of its own, as after a kill, if `killed`.
async fn settle(world: &World, mut core: Octavo, account: &AccountView, killed: bool) -> Octavo {
    for _ in 0..40 {
        let done = core.sync_now(of(account)).await;
        let status = core.sync_status(of(account)).await.unwrap();
        if done.is_ok() && status.waiting == 0 && status.contents_current {
            return core;
        }
        world.clock.advance(40_000);
        if killed {
            drop(core);
            core = world.core().await;
        }
    }
    panic!("never settled: {:?}", core.sync_status(of(account)).await);
}

async fn shown(world: &World, title: &str) -> String {
    let tree = world.tree().await;
    let found: Vec<&Value> = tree
        .iter()
        .filter(|page| page.get("title").unwrap() == title && page.get("in_trash").unwrap() != true)
        .collect();
    assert_eq!(found.len(), 1, "pages titled {title}");
    let page = found.first().unwrap();
    page.get("markdown").unwrap().as_str().unwrap().to_owned()
}

async fn arrived(world: &World, core: &Octavo, note: &NoteView, wanted: &str, story: &str) {
    let there = canonical(&shown(world, &note.title).await);
    let here = canonical(&body_to_enhanced(wanted));
    // Not assert_eq: nobody reads two million letters.
    let differs = there.lines().zip(here.lines()).position(|(a, b)| a != b);
    assert!(
        there == here,
        "{story}: in Notion, line {differs:?} of {} and {}",
        there.lines().count(),
        here.lines().count()
    );
    let now = core.note_read(named(note)).await.unwrap();
    assert!(now.body.trim() == wanted.trim(), "{story}: here");
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{story}: {:?}",
        now.sync
    );
}

/// What one request carries here: so little that many are needed, so that every one of them can go wrong.
const ROOM: usize = 6_000;

/// Requests carry little, and none waits for its turn: what is looked at here is what is sent, not when.
async fn narrow() -> World {
    let world = World {
        room: ROOM,
        ..World::remembering().await
    };
    let limit = json!({"rate_limit": {"requests": 1_000_000, "window_seconds": 1}});
    world.post("/_sim/config", limit).await;
    world
}

/// Requests that write a page's text, by the simulator's log.
async fn writes(world: &World) -> usize {
    let log = world.get("/_sim/log").await;
    let rows = log
        .as_array()
        .or_else(|| log.get("requests")?.as_array())
        .unwrap();
    let writes = rows.iter().filter(|row| {
        let path = row.get("path").and_then(Value::as_str).unwrap_or_default();
        row.get("method").unwrap() == "PATCH" && path.ends_with("/markdown")
    });
    writes.count()
}

#[tokio::test]
async fn a_note_of_many_requests_is_made_grows_and_shrinks() {
    let world = narrow().await;
    let (core, account) = world.signed_in().await;
    let core = settle(&world, core, &account, false).await;
    let body = long(5 * ROOM, "Alpha");
    let note = captured(&core, &account, "Mill", &body).await;
    let before = writes(&world).await;
    let core = settle(&world, core, &account, false).await;
    arrived(&world, &core, &note, &body, "made").await;
    let made = writes(&world).await - before;
    assert!((4..=10).contains(&made), "{made} requests");
    let longer = format!("{}\n\n{body}\n\nthe end", long(2 * ROOM, "Beta"));
    save(&core, &note, &longer).await;
    let core = settle(&world, core, &account, false).await;
    arrived(&world, &core, &note, &longer, "grown").await;
    let other = long(3 * ROOM / 2, "Gamma");
    save(&core, &note, &other).await;
    let core = settle(&world, core, &account, false).await;
    arrived(&world, &core, &note, &other, "replaced").await;
}

#[tokio::test]
async fn a_single_block_may_be_as_long_as_it_likes() {
    let world = narrow().await;
    let (core, account) = world.signed_in().await;
    let core = settle(&world, core, &account, false).await;
    let lines = long(2 * ROOM, "code").replace("\n\n", "\n");
    let body = format!("before\n\n```text\n{lines}\n```\n\nafter");
    let note = captured(&core, &account, "Code", &body).await;
    let core = settle(&world, core, &account, false).await;
    arrived(&world, &core, &note, &body, "code").await;
}

/// Whatever request of the plan goes wrong, and whoever is killed over it: nothing lost, nothing doubled.
async fn survives(fault: &str) {
    let world = narrow().await;
    let (mut core, account) = world.signed_in().await;
    core = settle(&world, core, &account, false).await;
    let body = long(5 * ROOM, "Alpha");
    let longer = format!("{}\n\n{body}", long(2 * ROOM, "Beta"));
    for after in 0.. {
        let rule = |method: &str, path: &str, fault: &str, times: usize| json!({"method": method, "path": path, "fault": fault, "times": times, "delay_ms": 0});
        // The first request makes the page, the others change it.
        let mut rules = Vec::new();
        if after == 0 {
            rules.push(rule("POST", "/v1/pages", fault, 1));
        } else {
            rules.push(rule("PATCH", "/v1/pages", "slow", after - 1));
            rules.push(rule("PATCH", "/v1/pages", fault, 1));
        }
        let note = captured(&core, &account, &format!("Mill {after}"), &body).await;
        world.post("/_sim/faults", json!({"rules": rules})).await;
        core = settle(&world, core, &account, true).await;
        let story = format!("{fault} at request {after}");
        arrived(&world, &core, &note, &body, &story).await;
        save(&core, &note, &longer).await;
        core = settle(&world, core, &account, true).await;
        let fired = world
            .get("/_sim/faults")
            .await
            .get("fired")
            .unwrap()
            .as_u64()
            .unwrap();
        world.post("/_sim/faults", json!({"rules": []})).await;
        arrived(&world, &core, &note, &longer, &story).await;
        if fired < after.max(1) as u64 {
            assert!(after > 5, "only {after} requests went wrong");
            return;
        }
    }
}

#[tokio::test]
async fn a_plan_survives_lost_answers() {
    survives("cut_after_commit").await;
}

#[tokio::test]
async fn a_plan_survives_503_after_commit() {
    survives("503_after_commit").await;
}

#[tokio::test]
async fn a_plan_survives_lost_requests() {
    survives("cut_before").await;
}

/// An account held to the limit of its workspace: an internal connection, at home under a page shared with it.
async fn limited(world: &World) -> (Octavo, AccountView) {
    let core = world.core().await;
    let token = world.sim.internal_token().to_owned();
    let add = AccountAddToken {
        token: token.clone(),
        name: None,
    };
    let account = core.account_add_token(add).await.unwrap();
    let made = world
        .http
        .post(format!("{}/v1/pages", world.sim.url()))
        .bearer_auth(world.sim.personal_access_token())
        .header("Notion-Version", "2026-03-11")
        .json(&json!({"parent": {"type": "workspace", "workspace": true}, "markdown": "# Shared"}))
        .send()
        .await
        .unwrap();
    let made: Value = made.json().await.unwrap();
    let page = made.get("id").unwrap().as_str().unwrap().to_owned();
    let share = json!({"token": token, "page_id": page});
    world.post("/_sim/share", share).await;
    let choose = AccountChooseParent {
        account: account.id.clone(),
        page_id: page,
    };
    let account = core.account_choose_parent(choose).await.unwrap();
    (core, account)
}

#[tokio::test]
async fn a_full_workspace_puts_the_note_aside_and_holds_up_no_other() {
    let world = World::new().await;
    let (core, account) = limited(&world).await;
    let first = captured(&core, &account, "First", "One.").await;
    let core = settle(&world, core, &account, false).await;
    world.post("/_sim/config", json!({"block_limit": 1})).await;
    let refused = captured(&core, &account, "Second", "Two.").await;
    // What adds nothing still goes through, though its turn comes later.
    let now = core.note_read(named(&first)).await.unwrap();
    let retitled = NoteSave {
        account: now.account,
        note: now.id,
        base_version: now.version,
        title: "First of all".to_owned(),
        body: now.body,
    };
    core.note_save(retitled).await.unwrap();
    for _ in 0..3 {
        let _contents_are_refused = core.sync_now(of(&account)).await;
        world.clock.advance(40_000);
    }
    let SyncState::Blocked { reason } = core.note_read(named(&refused)).await.unwrap().sync else {
        panic!("not put aside");
    };
    assert!(reason.contains("full"), "{reason}");
    let other = core.note_read(named(&first)).await.unwrap().sync;
    assert!(matches!(other, SyncState::Synced { .. }), "{other:?}");
    assert!(shown(&world, "First of all").await.contains("One."));
    world
        .post("/_sim/config", json!({"block_limit": null}))
        .await;
    core.note_retry(named(&refused)).await.unwrap();
    let core = settle(&world, core, &account, false).await;
    arrived(&world, &core, &refused, "Two.", "room again").await;
}
