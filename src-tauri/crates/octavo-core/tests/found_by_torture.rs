//! What the torture of sync found, each as a small story: the real core against the simulator.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use notion_sim::{Options, Running, Seed, Simulator};
use octavo_contract::{
    AccountAddToken, AccountRef, AccountView, NoteCreate, NoteRef, NoteSave, NoteView, SyncAnswer,
    SyncPause, SyncState, VanishedAnswer,
};
use octavo_core::{Clock, Config, Octavo, VaultKind};
use serde_json::{Value, json};
use tempfile::TempDir;

/// One install and the simulator.
struct World {
    sim: Running,
    http: reqwest::Client,
    clock: Clock,
    core: Octavo,
    account: AccountView,
    dir: TempDir,
}

impl World {
    /// An account with its home, whose clock is this far ahead of Notion's.
    async fn ahead(millis: i64) -> Self {
        let options = Options {
            port: 0,
            state: None,
            seed: Seed::Empty,
            control: true,
        };
        let sim = Simulator::start(options).await.unwrap();
        let clock = Clock::standing_at(jiff::Timestamp::now().as_millisecond() + millis);
        let dir = TempDir::new().unwrap();
        let config = Config {
            data_dir: dir.path().join("data"),
            notion_url: sim.url().parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: None,
            broker_url: None,
            sample: false,
            request_room: Config::REQUEST_ROOM,
        };
        let core = Octavo::open_at(config, clock.clone()).await.unwrap();
        let token = sim.personal_access_token().to_owned();
        let add = AccountAddToken { token, name: None };
        let account = core.account_add_token(add).await.unwrap();
        let world = Self {
            sim,
            http: reqwest::Client::new(),
            clock,
            core,
            account,
            dir,
        };
        world.settled().await;
        world
    }

    fn account(&self) -> AccountRef {
        AccountRef {
            account: self.account.id.clone(),
        }
    }

    async fn post(&self, route: &str, body: Value) -> Value {
        let url = format!("{}/_sim/{route}", self.sim.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{route} {body}");
        answer.json().await.unwrap_or(Value::Null)
    }

    /// The next request of this method and path ends so.
    async fn fault(&self, method: &str, path: &str, fault: &str) {
        let rule = json!({"method": method, "path": path, "fault": fault, "times": 1});
        self.post("faults", json!({"rules": [rule]})).await;
    }

    /// Every page that is no page of Octavo's own.
    async fn pages(&self) -> Vec<Value> {
        let url = format!("{}/_sim/tree", self.sim.url());
        let tree: Value = self
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let mut pages = tree["pages"].as_array().unwrap().clone();
        pages.retain(|page| {
            !["Personal Assistant", "Table of Contents", "Elsewhere"]
                .contains(&page["title"].as_str().unwrap())
        });
        pages
    }

    async fn captured(&self, title: &str, body: &str) -> NoteView {
        let new = NoteCreate {
            account: self.account.id.clone(),
            title: title.to_owned(),
            body: body.to_owned(),
            note_type: None,
            tags: Vec::new(),
        };
        self.core.capture(new).await.unwrap()
    }

    /// A note whose page was made, but whose answer never came; nor could it be looked for yet.
    async fn captured_without_an_answer(&self) -> (NoteView, String) {
        let note = self.captured("Mill", "One and two and three.").await;
        let rules = json!([
            {"method": "POST", "path": "/v1/pages", "fault": "cut_after_commit", "times": 1},
            {"method": "GET", "path": "/v1/blocks", "fault": "html_403", "times": 1000},
        ]);
        self.post("faults", json!({"rules": rules})).await;
        let _unclear = self.core.sync_now(self.account()).await;
        self.post("faults", json!({"rules": []})).await;
        let pages = self.pages().await;
        assert_eq!(pages.len(), 1, "the page was made");
        assert_eq!(self.now(&note).await.page_id, None, "it was found already");
        (note, pages[0]["id"].as_str().unwrap().to_owned())
    }

    async fn now(&self, note: &NoteView) -> NoteView {
        self.core.note_read(named(note)).await.unwrap()
    }

    async fn renamed(&self, note: &NoteView, title: &str) {
        let now = self.now(note).await;
        let save = NoteSave {
            account: now.account,
            note: now.id,
            base_version: now.version,
            title: title.to_owned(),
            body: now.body,
        };
        self.core.note_save(save).await.unwrap();
    }

    /// Goes round until nothing waits.
    async fn settled(&self) {
        for _ in 0..20 {
            let done = self.core.sync_now(self.account()).await;
            let status = self.core.sync_status(self.account()).await.unwrap();
            if done.is_ok() && status.waiting == 0 && status.contents_current {
                return;
            }
            self.clock.advance(40_000);
        }
        panic!("it never settles");
    }

    /// Whether a text is in the history of this note.
    async fn remembers(&self, words: &str) -> bool {
        let file = self.dir.path().join("data/accounts");
        let file = file.join(&self.account.id).join("notes.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM revision WHERE title = ?1 OR body = ?1)")
            .bind(words)
            .fetch_one(&pool)
            .await
            .unwrap()
    }
}

fn named(note: &NoteView) -> NoteRef {
    NoteRef {
        account: note.account.clone(),
        note: note.id.clone(),
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_never_doubles_a_note() {
    for hours in [-25, -1, 1, 25] {
        let world = World::ahead(hours * 3_600_000).await;
        world.captured_without_an_answer().await;
        world.settled().await;
        assert_eq!(world.pages().await.len(), 1, "{hours} hours ahead");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_hold_a_note_for_a_day() {
    let world = World::ahead(0).await;
    let note = world.captured("Mill", "One and two and three.").await;
    world.fault("POST", "/v1/pages", "cut_before").await;
    let _unclear = world.core.sync_now(world.account()).await;
    world.clock.advance(-86_400_000);
    world.settled().await;
    assert!(world.now(&note).await.page_id.is_some());
    assert_eq!(world.pages().await.len(), 1);
}

#[tokio::test]
async fn a_create_that_is_still_on_its_way_is_waited_for() {
    let world = World::ahead(0).await;
    world.captured("Mill", "One and two and three.").await;
    world.fault("POST", "/v1/pages", "cut_before").await;
    let _unclear = world.core.sync_now(world.account()).await;
    // Notion gives up after 55 to 60 s, so until then the page may still come.
    world.clock.advance(59_000);
    let _early = world.core.sync_now(world.account()).await;
    assert!(world.pages().await.is_empty(), "sent again too early");
    world.clock.advance(20_000);
    world.settled().await;
    assert_eq!(world.pages().await.len(), 1);
}

#[tokio::test]
async fn a_create_that_was_refused_outright_is_not_waited_for() {
    let world = World::ahead(0).await;
    world.captured("Mill", "One and two and three.").await;
    world.fault("POST", "/v1/pages", "409").await;
    let _refused = world.core.sync_now(world.account()).await;
    world.clock.advance(5_000);
    let _sent = world.core.sync_now(world.account()).await;
    assert_eq!(world.pages().await.len(), 1);
}

#[tokio::test]
async fn a_page_that_a_person_changed_before_us_is_known_again() {
    let changes = [
        json!({"title": "A mill"}),
        json!({"insert_markdown": {"content": "And four.", "position": "end"}}),
        json!({"replace": [{"old": "two and", "new": "five or"}]}),
        json!({"trash": true}),
        json!({"move_to": "workspace"}),
        json!({"title": "A mill", "trash": true}),
        json!({"title": "A mill", "move_to": "workspace"}),
        // The body of the note is "One and two and three.".
        json!({"title": "A mill", "replace_markdown": "One and two and"}),
    ];
    for change in changes {
        let world = World::ahead(0).await;
        let (note, page) = world.captured_without_an_answer().await;
        let mut edit = change.clone();
        edit["page_id"] = json!(page);
        world.post("edit", edit).await;
        world.settled().await;
        let pages = world.pages().await;
        assert_eq!(pages.len(), 1, "{change}: {pages:?}");
        let now = world.now(&note).await;
        assert_eq!(now.page_id.as_deref(), Some(&*page), "{change}");
        assert_eq!(now.trashed, change["trash"] == true, "{change}");
    }
}

#[tokio::test]
async fn another_note_is_never_taken_for_a_lost_one() {
    let world = World::ahead(0).await;
    let note = world.captured("Mill", "One and two and three.").await;
    world.fault("POST", "/v1/pages", "cut_before").await;
    let _unclear = world.core.sync_now(world.account()).await;
    let home = world.core.note_list(world.account()).await.unwrap();
    assert_eq!(home.notes.len(), 1);
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
    let root = tree["pages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|page| page["title"] == "Personal Assistant")
        .unwrap();
    let theirs = json!({
        "create": {"parent": root["id"]},
        "title": "Mill",
        "replace_markdown": "Grinds corn since 1802.",
    });
    world.post("edit", theirs).await;
    world.settled().await;
    assert_eq!(world.pages().await.len(), 2);
    assert_eq!(world.now(&note).await.body.trim(), "One and two and three.");
}

#[tokio::test]
async fn a_title_given_in_notion_that_ours_replaces_is_remembered() {
    // Seen before ours is sent, and not seen before.
    for seen in [true, false] {
        let world = World::ahead(0).await;
        let note = world.captured("Mill", "One.").await;
        world.settled().await;
        let page = world.now(&note).await.page_id.unwrap();
        world.renamed(&note, "Ours").await;
        let theirs = json!({"page_id": page, "title": "Theirs"});
        if seen {
            world.fault("PATCH", "/v1/pages", "503_before").await;
        }
        world.post("edit", theirs).await;
        world.settled().await;
        // Nothing is replaced there before the person has seen it.
        let now = world.now(&note).await;
        assert_eq!(now.title, "Ours");
        assert_eq!(now.sync, SyncState::Conflict, "seen first: {seen}");
        assert_eq!(world.pages().await[0]["title"], "Theirs");
        let items = world.core.sync_items(world.account()).await.unwrap().items;
        let reason = items[0].why.clone().unwrap();
        assert!(reason.contains("Theirs"), "{reason}");
        let history = world.core.note_history(named(&note)).await.unwrap();
        assert_eq!(history.titles[0].title, "Theirs", "seen first: {seen}");

        world.core.note_retry(named(&note)).await.unwrap();
        world.settled().await;
        assert_eq!(world.pages().await[0]["title"], "Ours");
        assert!(world.remembers("Theirs").await, "seen first: {seen}");
    }
}

#[tokio::test]
async fn a_second_edit_in_the_same_minute_is_read_whatever_our_clock_says() {
    for ahead in [0, 3_600_000] {
        let world = World::ahead(ahead).await;
        let note = world.captured("Mill", "One.").await;
        world.settled().await;
        let page = world.now(&note).await.page_id.unwrap();
        for word in ["two", "three"] {
            let insert = json!({"content": word, "position": "end"});
            world
                .post("edit", json!({"page_id": page, "insert_markdown": insert}))
                .await;
            world.settled().await;
            let body = world.now(&note).await.body;
            assert!(body.contains(word), "{ahead} ms ahead: {body}");
        }
    }
}

#[tokio::test]
async fn an_edit_of_a_page_that_was_moved_away_is_read_though_search_omits_it() {
    let world = World::ahead(0).await;
    let note = world.captured("Mill", "One.").await;
    world.settled().await;
    let page = world.now(&note).await.page_id.unwrap();
    world
        .post("edit", json!({"page_id": page, "move_to": "workspace"}))
        .await;
    world.settled().await;
    world
        .post("config", json!({"search_omit_probability": 1.0}))
        .await;
    let insert = json!({"content": "two", "position": "end"});
    world
        .post("edit", json!({"page_id": page, "insert_markdown": insert}))
        .await;
    world.settled().await;
    let body = world.now(&note).await.body;
    assert!(body.contains("two"), "{body}");
}

#[tokio::test]
async fn what_was_moved_away_does_not_hide_what_is_thrown_away() {
    let world = World::ahead(0).await;
    let mut pages = Vec::new();
    for number in 0..6 {
        let note = world.captured(&format!("Mill {number}"), "One.").await;
        world.settled().await;
        pages.push((world.now(&note).await.page_id.unwrap(), note));
    }
    // One after the other, as a person tidies up: never many at once.
    for (page, _) in &pages[..4] {
        world
            .post("edit", json!({"page_id": page, "move_to": "workspace"}))
            .await;
        world.settled().await;
    }
    let (page, note) = &pages[4];
    world
        .post("edit", json!({"page_id": page, "trash": true}))
        .await;
    world.settled().await;
    assert!(world.now(note).await.trashed);
}

/// Six notes in Notion, of which five are thrown away there at once.
async fn five_of_six_thrown_away() -> (World, Vec<(String, NoteView)>) {
    let world = World::ahead(0).await;
    let mut notes = Vec::new();
    for number in 0..6 {
        let note = world.captured(&format!("Mill {number}"), "One.").await;
        world.settled().await;
        notes.push((world.now(&note).await.page_id.unwrap(), note));
    }
    notes.truncate(5);
    for (page, _) in &notes {
        world
            .post("edit", json!({"page_id": page, "trash": true}))
            .await;
    }
    world.settled().await;
    let status = world.core.sync_status(world.account()).await.unwrap();
    assert_eq!(status.vanished, 5);
    let asked = world.core.sync_vanished(world.account()).await.unwrap();
    assert_eq!(asked.notes.len(), 5);
    for (_, note) in &notes {
        assert!(!world.now(note).await.trashed, "nobody has answered yet");
    }
    (world, notes)
}

#[tokio::test]
async fn many_notes_that_vanish_at_once_are_asked_about_and_what_is_said_is_done() {
    for answer in [VanishedAnswer::Keep, VanishedAnswer::Trash] {
        let (world, notes) = five_of_six_thrown_away().await;
        // Someone takes two back there: too few now to ask, but what was asked waits for its answer.
        for (page, _) in &notes[..2] {
            world
                .post("edit", json!({"page_id": page, "trash": false}))
                .await;
        }
        world.settled().await;
        assert!(!world.now(&notes[4].1).await.trashed, "{answer:?}");
        let account = world.account.id.clone();
        let said = SyncAnswer { account, answer };
        world.core.sync_answer(said.clone()).await.unwrap();
        world.settled().await;
        let status = world.core.sync_status(world.account()).await.unwrap();
        assert_eq!(status.vanished, 0, "{answer:?}");
        let trash = answer == VanishedAnswer::Trash;
        for (number, (_, note)) in notes.iter().enumerate() {
            let now = world.now(note).await;
            assert_eq!(now.trashed, trash && number >= 2, "{answer:?} {number}");
        }
        for page in world.pages().await {
            let title = page["title"].as_str().unwrap();
            let late = ["Mill 2", "Mill 3", "Mill 4"].contains(&title);
            assert_eq!(page["in_trash"] == true, trash && late, "{answer:?} {page}");
        }
        assert!(world.core.sync_answer(said).await.is_err(), "asked no more");
    }
}

#[tokio::test]
async fn one_account_is_paused_until_it_is_resumed() {
    let world = World::ahead(0).await;
    let pause = |paused| SyncPause {
        account: Some(world.account.id.clone()),
        paused,
    };
    world.core.sync_pause(pause(true)).await.unwrap();
    let note = world.captured("Mill", "One.").await;
    assert!(world.core.sync_status(world.account()).await.unwrap().held);
    let limit = std::time::Duration::from_mins(1);
    let kept = world.core.settle(named(&note), limit).await.unwrap();
    assert_eq!(kept.sync, SyncState::Queued);
    let items = world.core.sync_items(world.account()).await.unwrap().items;
    assert_eq!(items[0].note.as_ref(), Some(&note.id));
    world.core.sync_pause(pause(false)).await.unwrap();
    world.settled().await;
    assert!(world.now(&note).await.page_id.is_some());
}
