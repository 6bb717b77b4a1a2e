//! Changes that search-and-replace pairs cannot say go to Notion as operations on single blocks: each once,
//! whatever happens to the request or its answer.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use notion_markdown::{Update, body_to_enhanced, canonical, diff};
use notion_sim::{Options, Running, Seed, Simulator};
use octavo_contract::{
    AccountAddToken, AccountRef, AccountView, NoteCreate, NoteRef, NoteSave, NoteView, SyncState,
};
use octavo_core::{Clock, Config, Octavo, VaultKind};
use serde_json::{Value, json};
use tempfile::TempDir;

struct World {
    sim: Running,
    http: reqwest::Client,
    clock: Clock,
    core: Octavo,
    account: AccountView,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let options = Options {
            port: 0,
            state: None,
            seed: Seed::Empty,
            control: true,
        };
        let sim = Simulator::start(options).await.unwrap();
        let dir = TempDir::new().unwrap();
        let clock = Clock::standing_at(jiff::Timestamp::now().as_millisecond());
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
        let token = AccountAddToken {
            token: sim.personal_access_token().to_owned(),
            name: None,
        };
        let account = core.account_add_token(token).await.unwrap();
        let world = Self {
            sim,
            http: reqwest::Client::new(),
            clock,
            core,
            account,
            _dir: dir,
        };
        let limit = json!({ "rate_limit": { "requests": 1_000_000, "window_seconds": 1 } });
        world.post("/_sim/config", limit).await;
        world
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.sim.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.sim.url());
        let answer = self.http.get(url).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The text of the one living page with this title.
    async fn page(&self, title: &str) -> String {
        let tree = self.get("/_sim/tree").await;
        let pages = tree["pages"].as_array().unwrap().iter();
        let living = pages.filter(|page| page["in_trash"] != true && page["title"] == title);
        let found: Vec<&str> = living
            .map(|page| page["markdown"].as_str().unwrap())
            .collect();
        assert_eq!(found.len(), 1, "pages titled {title}");
        found[0].to_owned()
    }

    /// How many requests were made by this method to routes that begin and end so.
    async fn requests(&self, method: &str, begin: &str, end: &str) -> usize {
        let log = self.get("/_sim/log").await;
        let rows = log.as_array().or_else(|| log["requests"].as_array());
        let fits = |row: &&Value| {
            let path = row["path"].as_str().unwrap_or_default();
            row["method"] == method && path.starts_with(begin) && path.ends_with(end)
        };
        rows.unwrap().iter().filter(fits).count()
    }

    async fn status(&self) -> octavo_contract::SyncStatus {
        self.core.sync_status(self.of()).await.unwrap()
    }

    fn of(&self) -> AccountRef {
        AccountRef {
            account: self.account.id.clone(),
        }
    }

    /// Goes round until nothing is left to send, letting the clock run so that what was put back comes up.
    async fn settle(&self) {
        for _ in 0..30 {
            let done = self.core.sync_now(self.of()).await;
            let status = self.status().await;
            if done.is_ok() && status.waiting == 0 && status.contents_current {
                return;
            }
            self.clock.advance(40_000);
        }
        panic!("never settled: {:?}", self.status().await);
    }

    /// Notes with these titles and this body, in Notion as well.
    async fn made(&self, titles: &[String], body: &str) -> Vec<NoteView> {
        let mut made = Vec::new();
        for title in titles {
            let note = NoteCreate {
                account: self.account.id.clone(),
                title: title.clone(),
                body: body.to_owned(),
                note_type: None,
                tags: Vec::new(),
            };
            made.push(self.core.capture(note).await.unwrap());
        }
        self.settle().await;
        for note in &mut made {
            *note = self.read(note).await;
        }
        made
    }

    async fn read(&self, note: &NoteView) -> NoteView {
        let note = NoteRef {
            account: note.account.clone(),
            note: note.id.clone(),
        };
        self.core.note_read(note).await.unwrap()
    }

    async fn save(&self, note: &NoteView, body: &str) {
        let save = NoteSave {
            account: note.account.clone(),
            note: note.id.clone(),
            base_version: note.version,
            title: note.title.clone(),
            body: body.to_owned(),
        };
        self.core.note_save(save).await.unwrap();
    }

    /// Lets the request to the block API after so many others go wrong, of those with this method, if one is
    /// given.
    async fn fault(&self, method: Option<&str>, after: usize, fault: &str) {
        let rule = |fault: &str, times: usize| json!({ "method": method, "path": "/v1/blocks/", "fault": fault, "times": times, "delay_ms": 0 });
        let rules = [rule("slow", after), rule(fault, 1)];
        self.post("/_sim/faults", json!({ "rules": rules })).await;
    }

    /// How many requests met a rule since it was set.
    async fn fired(&self) -> u64 {
        self.get("/_sim/faults").await["fired"].as_u64().unwrap()
    }
}

/// Lines that are all alike give no unique anchor between pictures.
const PICTURE: &str = "![p](https://e.example/p.png)";

/// A body, and what becomes of it: things put in, put in the place of others, changed where they stand, taken
/// out, and put in deeper than a request reaches.
fn changes() -> Vec<(&'static str, String, String)> {
    let p = PICTURE;
    let deep = "- one\n  - two\n    - three\n      - four\n        - five";
    let lines =
        |middle: &str| format!("{p}\n\nsame line\n\n{p}\n\n{middle}\n\n{p}\n\nsame line\n\n{p}");
    vec![
        (
            "put in",
            [p; 4].join("\n\n"),
            format!("{p}\n\nnew\n\n{p}\n\n- and\n  - more\n\n{p}\n\n{p}"),
        ),
        (
            "put in deep",
            [p; 4].join("\n\n"),
            format!("{p}\n\n{deep}\n\n{p}\n\n{p}\n\nend\n\n{p}"),
        ),
        (
            "put in the place of others",
            lines("same line"),
            lines("another thing\n\n# Title\n\n1. a\n2. b"),
        ),
        ("changed", lines("same line"), lines("same line, longer")),
        (
            "taken out",
            [p, "same line", p, "same line", p, "same line", p].join("\n\n"),
            [p, "same line", p, p, "same line", p].join("\n\n"),
        ),
    ]
}

/// Whether what is in Notion and what is here both say what was wanted, once.
async fn arrived(world: &World, note: &NoteView, wanted: &str, story: &str) {
    let shown = world.page(&note.title).await;
    let enhanced = body_to_enhanced(wanted);
    assert_eq!(
        canonical(&shown),
        canonical(&enhanced),
        "in Notion: {story}"
    );
    let now = world.read(note).await;
    assert_eq!(now.body.trim(), wanted.trim(), "here: {story}");
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{story}: {:?}",
        now.sync
    );
}

#[tokio::test]
async fn what_pairs_cannot_say_goes_out_block_by_block() {
    let world = World::new().await;
    for (name, base, wanted) in changes() {
        let update = diff(&body_to_enhanced(&base), &body_to_enhanced(&wanted));
        let Update::Blocks(update) = update else {
            panic!("{name}: expected blocks, got {update:?}");
        };
        let note = world.made(&[name.to_owned()], &base).await.remove(0);
        let blocks = async || {
            world.requests("PATCH", "/v1/blocks/", "").await
                + world.requests("DELETE", "/v1/blocks/", "").await
        };
        let texts = async || world.requests("PATCH", "/v1/pages/", "/markdown").await;
        world.save(&note, &wanted).await;
        let (blocks_before, texts_before) = (blocks().await, texts().await);
        world.settle().await;
        arrived(&world, &note, &wanted, name).await;
        assert_eq!(
            blocks().await - blocks_before,
            update.requests.len(),
            "{name}: each operation once"
        );
        // The contents page is not among them: the title is the same.
        assert_eq!(texts().await, texts_before, "{name}: nothing as text");
    }
}

/// Whatever request is cut off, and whether or not it was carried out: nothing is lost, nothing doubled.
async fn survives(fault: &str, methods: &[Option<&str>]) {
    for (name, base, wanted) in changes() {
        let mut met = 0;
        for method in methods {
            met += survived(fault, *method, (name, &base, &wanted)).await;
        }
        assert!(met > 0, "{name}: no request went wrong");
    }
}

/// How many requests went wrong, one after the other.
async fn survived(
    fault: &str,
    method: Option<&str>,
    (name, base, wanted): (&str, &str, &str),
) -> usize {
    let world = World::new().await;
    let mut met = 0;
    let titles: Vec<String> = (0..10).map(|after| format!("{name} {after}")).collect();
    let notes = world.made(&titles, base).await;
    for (after, note) in notes.iter().enumerate() {
        world.save(note, wanted).await;
        world.fault(method, after, fault).await;
        world.settle().await;
        let fired = world.fired().await;
        world.post("/_sim/faults", json!({ "rules": [] })).await;
        let story = format!("{name}, {fault} after {after} requests");
        arrived(&world, note, wanted, &story).await;
        if fired <= after as u64 {
            break;
        }
        met += 1;
    }
    assert!(met < notes.len(), "{name}: there may be more requests");
    met
}

#[tokio::test]
async fn a_lost_answer_doubles_nothing() {
    survives("cut_after_commit", &[None]).await;
}

#[tokio::test]
async fn a_503_after_commit_doubles_nothing() {
    // Of writes: there is nothing to commit in a reading, and the client waits before it reads again.
    survives("503_after_commit", &[Some("PATCH"), Some("DELETE")]).await;
}

#[tokio::test]
async fn a_lost_request_loses_nothing() {
    survives("cut_before", &[None]).await;
}
