//! Notes that move to another account while everything goes wrong. A restart is a new core on the same
//! folder and the same vault, which only a test in here can arrange.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use octavo_contract::{
    AccountAddLocal, AccountAddToken, AccountKind, AccountReconnect, AccountRef, AccountStatus,
    AccountView, ErrorCode, NoteCreate, NoteMove, NoteMoved, NoteRef, NoteSave, NoteView,
    SyncState,
};
use serde_json::{Value, json};

use super::Octavo;
use super::removal_tests::World;

const LIMIT: Duration = Duration::from_secs(30);
/// More often than this no move of one note waits.
const MOST_STEPS: usize = 20_000;

/// A world with a person in one workspace and another one in a second.
struct Two {
    world: World,
    core: Octavo,
    here: AccountView,
    there: AccountView,
}

impl Two {
    async fn new() -> Self {
        let world = World::new().await;
        let core = world.core().await;
        let here = with_token(&core, world.sim.personal_access_token()).await;
        let body = json!({"name": "Harbour", "person": "Grace"});
        let answer = world
            .http
            .post(format!("{}/_sim/workspace", world.sim.url()))
            .json(&body)
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        let token = answer["personal_access_token"].as_str().unwrap();
        let there = with_token(&core, token).await;
        Self {
            world,
            core,
            here,
            there,
        }
    }

    fn moving(&self, notes: &[&NoteView]) -> NoteMove {
        NoteMove {
            account: self.here.id.clone(),
            notes: notes.iter().map(|note| note.id.clone()).collect(),
            to: self.there.id.clone(),
        }
    }

    async fn moved(&self, notes: &[&NoteView]) -> NoteMoved {
        let moved = self.core.note_move_within(self.moving(notes), LIMIT).await;
        moved.unwrap()
    }

    /// Moves a note, and stops after it was polled so often; answers whether it had arrived.
    async fn moved_but_cut_off(&self, note: &NoteView, polls: usize) -> bool {
        let mut moving = pin!(self.core.note_move_within(self.moving(&[note]), LIMIT));
        let mut polled = 0;
        std::future::poll_fn(|context| {
            polled += 1;
            if polled > polls {
                return Poll::Ready(false);
            }
            moving.as_mut().poll(context).map(|moved| moved.is_ok())
        })
        .await
    }

    /// Every page that has this title and is not in the trash, with its Markdown.
    async fn pages(&self, title: &str) -> Vec<String> {
        pages(&self.world, title).await
    }
}

async fn pages(world: &World, title: &str) -> Vec<String> {
    let url = format!("{}/_sim/tree", world.sim.url());
    let tree: Value = world
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let pages = tree["pages"].as_array().unwrap().iter();
    pages
        .filter(|page| page["title"] == title && page["in_trash"] != true)
        .map(|page| page["markdown"].as_str().unwrap_or_default().to_owned())
        .collect()
}

async fn with_token(core: &Octavo, token: &str) -> AccountView {
    let token = token.to_owned();
    let added = core.account_add_token(AccountAddToken { token, name: None });
    added.await.unwrap()
}

async fn write(core: &Octavo, account: &AccountView, title: &str, body: &str) -> NoteView {
    core.capture(NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: body.to_owned(),
        note_type: Some("Idea".to_owned()),
        tags: vec!["turin".to_owned()],
    })
    .await
    .unwrap()
}

fn of(account: &AccountView) -> AccountRef {
    AccountRef {
        account: account.id.clone(),
    }
}

async fn read(core: &Octavo, account: &AccountView, note: &str) -> NoteView {
    let note = NoteRef {
        account: account.id.clone(),
        note: note.to_owned(),
    };
    core.note_read(note).await.unwrap()
}

async fn titles(core: &Octavo, account: &AccountView) -> Vec<String> {
    let list = core.note_list(of(account)).await.unwrap();
    let mut titles: Vec<String> = list.notes.into_iter().map(|note| note.title).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn a_note_is_there_before_it_leaves() {
    let two = Two::new().await;
    let core = &two.core;
    let note = write(core, &two.here, "Mill", "The *mill*.").await;
    core.sync_now(of(&two.here)).await.unwrap();
    let moved = two.moved(&[&note]).await;
    assert_eq!(
        (moved.arrived.len(), moved.going.len()),
        (1, 0),
        "{moved:?}"
    );
    let became = read(core, &two.there, &moved.arrived[0].became).await;
    assert_eq!((&*became.title, &*became.body), ("Mill", "The *mill*."));
    assert_eq!(became.tags, ["turin"]);
    assert_eq!(became.created, note.created);
    assert!(matches!(became.sync, SyncState::Synced { .. }));
    assert!(read(core, &two.here, &note.id).await.trashed);
    core.sync_now(of(&two.here)).await.unwrap();
    assert_eq!(
        two.pages("Mill").await.len(),
        1,
        "one lives, one is in the trash"
    );
    assert!(
        core.note_moving(of(&two.here))
            .await
            .unwrap()
            .notes
            .is_empty()
    );
    // And back again: a note of its own, with nothing left of the first way.
    let back = NoteMove {
        account: two.there.id.clone(),
        notes: vec![became.id.clone()],
        to: two.here.id.clone(),
    };
    let back = core.note_move_within(back, LIMIT).await.unwrap();
    assert_eq!(back.arrived.len(), 1, "{back:?}");
    assert_eq!(titles(core, &two.here).await, ["Mill"]);
    assert!(titles(core, &two.there).await.is_empty());
}

#[tokio::test]
async fn links_become_addresses_and_stay_links_among_those_that_go_along() {
    let two = Two::new().await;
    let core = &two.core;
    let stays = write(core, &two.here, "Store", "Here.").await;
    let goes = write(core, &two.here, "Wheel", "Turns.").await;
    core.sync_now(of(&two.here)).await.unwrap();
    let page = |id: &str| {
        let (two, id) = (&two, id.to_owned());
        async move { read(&two.core, &two.here, &id).await.page_id.unwrap() }
    };
    let (stays_page, goes_page) = (page(&stays.id).await, page(&goes.id).await);
    let body = format!("[Store](notion://{stays_page}), [Wheel](notion://{goes_page}).");
    let note = write(core, &two.here, "Mill", &body).await;
    core.sync_now(of(&two.here)).await.unwrap();
    let preview = core.note_move_preview(two.moving(&[&note, &goes])).await;
    let preview = preview.unwrap();
    assert_eq!(
        (preview.movable, preview.plain_links),
        (2, 1),
        "{preview:?}"
    );
    let alone = core.note_move_preview(two.moving(&[&note])).await.unwrap();
    assert_eq!(alone.plain_links, 2);

    let moved = two.moved(&[&note, &goes]).await;
    assert_eq!(moved.arrived.len(), 2, "{moved:?}");
    let became = |from: &NoteView| {
        let found = moved.arrived.iter().find(|arrived| arrived.note == from.id);
        found.unwrap().became.clone()
    };
    let wheel = read(core, &two.there, &became(&goes))
        .await
        .page_id
        .unwrap();
    let mill = read(core, &two.there, &became(&note)).await;
    let address = format!("https://app.notion.com/p/{}", stays_page.replace('-', ""));
    assert_eq!(
        mill.body,
        format!("[Store]({address}), [Wheel](notion://{wheel}).")
    );
}

#[tokio::test]
async fn what_cannot_be_confirmed_does_not_leave() {
    let two = Two::new().await;
    let core = &two.core;
    let note = write(core, &two.here, "Mill", "The mill.").await;
    core.sync_now(of(&two.here)).await.unwrap();
    core.sync_now(of(&two.there)).await.unwrap();
    let rule = json!({"method": "POST", "path": "/v1/pages", "fault": "429", "probability": 1.0, "retry_after": 1});
    let faults = json!({"rules": [rule], "seed": 1});
    two.world.post("/_sim/faults", faults).await;
    let moving = two.moving(&[&note]);
    let moved = core
        .note_move_within(moving, Duration::from_millis(300))
        .await;
    let moved = moved.unwrap();
    assert_eq!(
        (moved.arrived.len(), moved.going.len()),
        (0, 1),
        "{moved:?}"
    );
    assert!(!read(core, &two.here, &note.id).await.trashed);
    // It is written on meanwhile, here and in Notion.
    let now = read(core, &two.here, &note.id).await;
    core.note_save(NoteSave {
        account: two.here.id.clone(),
        note: note.id.clone(),
        base_version: now.version,
        title: "Mill".to_owned(),
        body: "The mill.\n\nIt turns.".to_owned(),
    })
    .await
    .unwrap();
    core.sync_now(of(&two.here)).await.unwrap();
    let page = now.page_id.unwrap();
    let edit =
        json!({"page_id": page, "insert_markdown": {"content": "From Notion.", "position": "end"}});
    two.world.post("/_sim/edit", edit).await;
    two.world.post("/_sim/faults", json!({"rules": []})).await;
    // The last try was cut off when the time was over: whether it arrived is seen after a while.
    two.world.clock.advance(120_000);
    let moved = two.moved(&[&note]).await;
    assert_eq!(moved.arrived.len(), 1, "{moved:?}");
    let became = read(core, &two.there, &moved.arrived[0].became).await;
    assert_eq!(
        became.body.trim_end(),
        "The mill.\n\nIt turns.\n\nFrom Notion."
    );
    let found = two.pages("Mill").await;
    core.sync_now(of(&two.here)).await.unwrap();
    assert!(
        found.iter().any(|page| page.contains("From Notion.")),
        "{found:?}"
    );
    assert_eq!(two.pages("Mill").await.len(), 1);
}

#[tokio::test]
async fn a_move_goes_on_wherever_it_was_cut_off() {
    let mut two = Two::new().await;
    let mut polls = 1;
    let mut cut = 0;
    loop {
        let title = format!("Mill {polls}");
        let note = write(&two.core, &two.here, &title, "The mill.").await;
        two.core.sync_now(of(&two.here)).await.unwrap();
        let done = two.moved_but_cut_off(&note, polls).await;
        // As after a restart.
        two.core.shutdown(Duration::ZERO).await;
        two.core = two.world.core().await;
        let core = &two.core;
        let alive = titles(core, &two.here).await.contains(&title)
            || titles(core, &two.there).await.contains(&title);
        assert!(alive, "after {polls} polls the note is nowhere");
        for _ in 0..10 {
            // What was cut off in the middle of a request is cleared up after a while.
            two.world.clock.advance(60_000);
            let engine = core.engine(&two.here.id).await.unwrap();
            core.go_on_moving(&engine).await.unwrap();
            let going = core.note_moving(of(&two.here)).await.unwrap().notes;
            if going.is_empty() {
                break;
            }
            core.sync_now(of(&two.there)).await.unwrap();
        }
        assert!(
            core.note_moving(of(&two.here))
                .await
                .unwrap()
                .notes
                .is_empty()
        );
        let here = titles(core, &two.here).await.contains(&title);
        core.sync_now(of(&two.here)).await.unwrap();
        core.sync_now(of(&two.there)).await.unwrap();
        let there = titles(core, &two.there).await;
        let copies = there.iter().filter(|other| **other == title).count();
        // Cut off before it was written down, it never moved.
        assert_eq!(copies, usize::from(!here), "after {polls} polls");
        assert_eq!(
            pages(&two.world, &title).await.len(),
            1,
            "after {polls} polls"
        );
        if done {
            break;
        }
        cut += 1;
        polls += 1 + polls / 3;
        assert!(polls < MOST_STEPS, "it never ends");
    }
    assert!(cut > 8, "{cut}");
}

#[tokio::test]
async fn a_local_account_is_connected_later_and_its_notes_go_along_once() {
    let world = World::new().await;
    let core = world.core().await;
    let name = Some("Diary".to_owned());
    let local = core
        .account_add_local(AccountAddLocal { name })
        .await
        .unwrap();
    write(&core, &local, "Mill", "The mill.").await;
    let trashed = write(&core, &local, "Gone", "Nobody wants it.").await;
    core.note_trash(NoteRef {
        account: local.id.clone(),
        note: trashed.id,
    })
    .await
    .unwrap();
    let request = AccountReconnect {
        account: local.id.clone(),
        token: world.sim.personal_access_token().to_owned(),
    };
    let connected = core.account_reconnect(request.clone()).await.unwrap();
    assert_eq!(connected.id, local.id);
    assert_eq!(connected.name, "Diary");
    assert_eq!(connected.kind, AccountKind::PersonalToken);
    assert_eq!(
        (connected.status, connected.waiting),
        (AccountStatus::Connected, 1)
    );
    core.sync_now(of(&local)).await.unwrap();
    core.account_reconnect(request).await.unwrap();
    core.sync_now(of(&local)).await.unwrap();
    assert_eq!(pages(&world, "Mill").await.len(), 1);
    assert!(pages(&world, "Gone").await.is_empty());
    // A second local account cannot become the same person in the same workspace.
    let other = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .unwrap();
    let refused = core.account_reconnect(AccountReconnect {
        account: other.id.clone(),
        token: world.sim.personal_access_token().to_owned(),
    });
    assert_eq!(refused.await.unwrap_err().code(), ErrorCode::AccountExists);
    // Its notes can move there instead.
    let note = write(&core, &other, "Store", "The store.").await;
    let moved = core.note_move_within(
        NoteMove {
            account: other.id.clone(),
            notes: vec![note.id],
            to: local.id.clone(),
        },
        LIMIT,
    );
    assert_eq!(moved.await.unwrap().arrived.len(), 1);
    assert_eq!(pages(&world, "Store").await.len(), 1);
}

#[tokio::test]
async fn a_connection_that_was_cut_off_takes_the_notes_along_later() {
    let world = World::new().await;
    let core = world.core().await;
    let local = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .unwrap();
    write(&core, &local, "Mill", "The mill.").await;
    // What a process leaves behind that ends before the notes are put into the outbox.
    let signed_in = with_token(&core, world.sim.personal_access_token()).await;
    let held = world
        .vault
        .credentials(&signed_in.id)
        .await
        .unwrap()
        .unwrap();
    world.vault.store(&local.id, &held).await.unwrap();
    let pool = &core.0.accounts.pool;
    sqlx::query("UPDATE account SET kind = 'personal_token', status = 'connected' WHERE id = ?")
        .bind(&local.id)
        .execute(pool)
        .await
        .unwrap();
    core.shutdown(Duration::ZERO).await;
    let core = world.core().await;
    core.sync_now(of(&local)).await.unwrap();
    assert_eq!(pages(&world, "Mill").await.len(), 1);
}

#[tokio::test]
async fn what_is_not_there_cannot_move() {
    let two = Two::new().await;
    let core = &two.core;
    let note = write(core, &two.there, "Mill", "The mill.").await;
    let strange = core.note_move(two.moving(&[&note])).await.unwrap_err();
    assert_eq!(strange.code(), ErrorCode::NoSuchNote);
    let own = NoteMove {
        to: two.here.id.clone(),
        ..two.moving(&[])
    };
    let refused = core.note_move(own).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadRequest);
    let held = write(
        core,
        &two.here,
        "Held",
        "<page url=\"https://www.notion.so/11111111111141118111111111111111\">Sub</page>",
    )
    .await;
    let moved = core.note_move(two.moving(&[&held])).await.unwrap();
    assert_eq!((moved.staying.len(), moved.going.len()), (1, 0));
    assert!(!read(core, &two.here, &held.id).await.trashed);
}
