//! Four accounts in three workspaces under mixed load: nothing of one is in another, anywhere.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use octavo_contract::{
    AccountAddToken, AccountChooseParent, AccountView, Empty, ErrorCode, LinkSearch, NoteCreate,
    NoteMove, NoteRef, NoteSave, RevisionRef, SearchRequest,
};
use octavo_core::{CoreError, Form, Octavo};
use serde_json::{Value, json};
use support::{World, of};

/// What each account's words, and nobody else's, contain.
const MARKS: [&str; 4] = ["marmalade", "porcupine", "xylophone", "quicksand"];
const ROUNDS: usize = 6;
const SWITCHES: usize = 100;

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn signed_in(core: &Octavo, token: &str, name: &str) -> AccountView {
    core.account_add_token(AccountAddToken {
        token: token.to_owned(),
        name: Some(name.to_owned()),
    })
    .await
    .unwrap()
}

/// A person and an internal connection in the first workspace, a person in each of two others.
async fn four(world: &World, core: &Octavo) -> Vec<AccountView> {
    let mut accounts = vec![signed_in(core, world.sim.personal_access_token(), "One").await];
    let page = world
        .post(
            "/_sim/edit",
            json!({"create": {"parent": "workspace"}, "title": "Team"}),
        )
        .await;
    let page = page["id"].as_str().unwrap().to_owned();
    world.post("/_sim/share", json!({"page_id": page})).await;
    let token = world.sim.announcement().internal_token.clone();
    let account = signed_in(core, &token, "Two").await.id;
    let chosen = core.account_choose_parent(AccountChooseParent {
        account,
        page_id: page,
    });
    accounts.push(chosen.await.unwrap());
    for name in ["Three", "Four"] {
        let made = world
            .post("/_sim/workspace", json!({"name": name, "person": name}))
            .await;
        let token = made["personal_access_token"].as_str().unwrap();
        accounts.push(signed_in(core, token, name).await);
    }
    accounts
}

/// Writes, edits, trashes and syncs in one account, while somebody works in its Notion.
async fn load(world: &World, core: &Octavo, account: &AccountView, mark: &str) {
    let mut pages: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let made = core
            .capture(NoteCreate {
                account: account.id.clone(),
                title: format!("{mark} {round}"),
                body: format!("Words of {mark}, the first."),
                note_type: Some("Idea".to_owned()),
                tags: vec![mark.to_owned()],
            })
            .await
            .unwrap();
        core.sync_now(of(account)).await.unwrap();
        let note = NoteRef {
            account: account.id.clone(),
            note: made.id,
        };
        let now = core.note_read(note.clone()).await.unwrap();
        pages.extend(now.page_id);
        core.note_save(NoteSave {
            account: account.id.clone(),
            note: note.note.clone(),
            base_version: now.version,
            title: now.title,
            body: format!("{}\n\nMore of {mark}.", now.body),
        })
        .await
        .unwrap();
        if round % 3 == 2 {
            core.note_trash(note).await.unwrap();
        }
        if let Some(page) = pages.get(round / 2) {
            let text = format!("From Notion, {mark} {round}.");
            let edit =
                json!({"page_id": page, "insert_markdown": {"content": text, "position": "end"}});
            world.post("/_sim/edit", edit).await;
        }
    }
    core.sync_now(of(account)).await.unwrap();
}

/// Switches at random, by a seed, and looks at once what is shown.
async fn switches(core: &Octavo, accounts: &[AccountView]) {
    let mut seed = 7_u64;
    for _ in 0..SWITCHES {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let at = usize::try_from(seed >> 33).unwrap() % accounts.len();
        let account = &accounts[at];
        let state = core.account_switch(of(account)).await.unwrap();
        assert_eq!(state.current.as_ref(), Some(&account.id));
        let list = core.note_list(of(account)).await.unwrap();
        let strange = list
            .notes
            .iter()
            .find(|note| !note.title.contains(MARKS[at]));
        assert!(strange.is_none(), "{strange:?}");
        let tray = core.tray_state().await.unwrap();
        let strange = tray
            .recent
            .iter()
            .find(|note| !note.title.contains(MARKS[at]));
        assert!(strange.is_none(), "{:?}", strange.map(|note| &note.title));
        tokio::task::yield_now().await;
    }
}

/// The marks that a file contains.
fn marks_in(path: &Path) -> Vec<&'static str> {
    let bytes = std::fs::read(path).unwrap();
    let has = |mark: &&&str| {
        bytes
            .windows(mark.len())
            .any(|window| window == mark.as_bytes())
    };
    MARKS.iter().filter(has).copied().collect()
}

#[tokio::test]
async fn four_accounts_in_three_workspaces_share_nothing() {
    let log = Log::default();
    let sink = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || sink.clone())
        .init();
    let world = World::new().await;
    let core = world.core().await;
    let accounts = four(&world, &core).await;
    let work = |at: usize| load(&world, &core, &accounts[at], MARKS[at]);
    tokio::join!(
        work(0),
        work(1),
        work(2),
        work(3),
        switches(&core, &accounts)
    );

    pages_are_where_they_belong(&world, &core, &accounts).await;
    requests_are_of_one_account_each(&world, &core, &accounts).await;
    files_hold_words_of_one_account_each(&world, &accounts);
    ids_of_one_are_not_found_in_another(&core, &accounts).await;
    words_of_one_find_nothing_in_another(&core, &accounts).await;
    let report = core.isolation(Empty {}).await.unwrap();
    assert!(report.holds, "{report:?}");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains(&accounts[0].id), "the log was listened to");
    // The simulator runs in this process too, and may say whatever it likes.
    let ours = ["octavo_core", "notion_api", "sqlx"];
    let ours = |line: &&str| ours.iter().any(|name| line.contains(name));
    for line in log.lines().filter(ours) {
        let marks: Vec<&&str> = MARKS.iter().filter(|mark| line.contains(**mark)).collect();
        assert!(marks.is_empty(), "words of a note in the log: {line}");
        let named = accounts.iter().filter(|account| line.contains(&account.id));
        assert!(named.count() < 2, "two accounts in one line: {line}");
    }
}

async fn pages_are_where_they_belong(world: &World, core: &Octavo, accounts: &[AccountView]) {
    let pages = world.tree().await;
    for (account, mark) in accounts.iter().zip(MARKS) {
        let own = core.note_list(of(account)).await.unwrap().notes;
        assert_eq!(own.len(), ROUNDS - ROUNDS / 3);
        let mut workspaces = HashSet::new();
        let mut parents = HashSet::new();
        for page in pages.iter().filter(|page| page.to_string().contains(mark)) {
            let title = page["title"].as_str().unwrap();
            workspaces.insert(page["workspace_id"].to_string());
            for other in MARKS.iter().filter(|other| **other != mark) {
                assert!(!page.to_string().contains(other), "{other} is in {title}");
            }
            // The home names the notes that are in it.
            if title.contains(mark) {
                parents.insert(page["parent"].to_string());
            } else {
                assert!(
                    ["Table of Contents", "Personal Assistant"].contains(&title),
                    "{title}"
                );
            }
        }
        assert_eq!(workspaces.len(), 1, "{mark} is in several workspaces");
        assert_eq!(parents.len(), 1, "{mark} has several homes");
    }
}

/// Each token asked for pages of its own account only.
async fn requests_are_of_one_account_each(world: &World, core: &Octavo, accounts: &[AccountView]) {
    let mut owner: HashMap<String, usize> = HashMap::new();
    for (at, account) in accounts.iter().enumerate() {
        for note in core.note_list(of(account)).await.unwrap().notes {
            let note = NoteRef {
                account: account.id.clone(),
                note: note.id,
            };
            let page = core.note_read(note).await.unwrap().page_id.unwrap();
            assert!(owner.insert(page, at).is_none());
        }
    }
    let log = world.get("/_sim/log").await;
    let mut seen: HashMap<String, HashSet<usize>> = HashMap::new();
    for row in log["requests"].as_array().unwrap() {
        let path = row["path"].as_str().unwrap();
        let of = owner.iter().find(|(page, _)| path.contains(page.as_str()));
        if let (Some((_, at)), Value::String(token)) = (of, &row["token"]) {
            seen.entry(token.clone()).or_default().insert(*at);
        }
    }
    assert_eq!(seen.len(), accounts.len(), "{seen:?}");
    assert!(seen.values().all(|of| of.len() == 1), "{seen:?}");
}

/// Databases with their logs, whole: rows, indexes, caches, whatever is in them.
fn files_hold_words_of_one_account_each(world: &World, accounts: &[AccountView]) {
    for (account, mark) in accounts.iter().zip(MARKS) {
        let dir = world.data_dir().join("accounts").join(&account.id);
        let mut own = Vec::new();
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                own.extend(marks_in(&path));
            }
        }
        own.sort_unstable();
        own.dedup();
        assert_eq!(own, [mark]);
    }
    for name in ["app.db", "app.db-wal"] {
        let path = world.data_dir().join(name);
        assert!(!path.exists() || marks_in(&path).is_empty(), "{name}");
    }
}

/// Neither the search nor what is offered behind `[[` knows a note of somebody else.
async fn words_of_one_find_nothing_in_another(core: &Octavo, accounts: &[AccountView]) {
    for (at, account) in accounts.iter().enumerate() {
        core.search_prepare(&account.id).await.unwrap();
        for (other, mark) in MARKS.iter().enumerate() {
            let query = SearchRequest {
                account: Some(account.id.clone()),
                query: (*mark).to_owned(),
                limit: 50,
            };
            let hits = core.search(query).await.unwrap().hits;
            let names = LinkSearch {
                account: account.id.clone(),
                text: (*mark).to_owned(),
            };
            let names = core.link_targets(names).await.unwrap().notes;
            if at == other {
                assert!(!hits.is_empty() && !names.is_empty(), "{mark} in its own");
            }
            let strange = hits
                .iter()
                .find(|hit| hit.account != account.id || !hit.note.title.contains(MARKS[at]));
            assert!(strange.is_none(), "{mark} found {strange:?}");
            let strange = names.iter().find(|name| !name.title.contains(MARKS[at]));
            assert!(strange.is_none(), "{mark} offers {strange:?}");
        }
    }
}

async fn ids_of_one_are_not_found_in_another(core: &Octavo, accounts: &[AccountView]) {
    for (at, owner) in accounts.iter().enumerate() {
        let other = &accounts[(at + 1) % accounts.len()];
        let note = core.note_list(of(owner)).await.unwrap().notes[0].id.clone();
        let crossed = NoteRef {
            account: other.id.clone(),
            note: note.clone(),
        };
        let revision = RevisionRef {
            account: other.id.clone(),
            note: note.clone(),
            version: 1,
        };
        let save = NoteSave {
            account: other.id.clone(),
            note: note.clone(),
            base_version: 1,
            title: String::new(),
            body: String::new(),
        };
        let moving = NoteMove {
            account: other.id.clone(),
            notes: vec![note],
            to: owner.id.clone(),
        };
        let answers: Vec<Result<(), CoreError>> = vec![
            core.note_read(crossed.clone()).await.map(drop),
            core.note_save(save).await.map(drop),
            core.note_trash(crossed.clone()).await.map(drop),
            core.note_restore(crossed.clone()).await.map(drop),
            core.note_flush(crossed.clone()).await.map(drop),
            core.note_retry(crossed.clone()).await.map(drop),
            core.note_address(crossed.clone()).await.map(drop),
            core.note_markdown(crossed.clone(), Form::Body)
                .await
                .map(drop),
            core.note_links(crossed.clone()).await.map(drop),
            core.note_mentions(crossed.clone()).await.map(drop),
            core.note_duplicate(crossed.clone()).await.map(drop),
            core.enhance(crossed.clone()).await.map(drop),
            core.note_history(crossed).await.map(drop),
            core.note_version(revision.clone()).await.map(drop),
            core.note_revision(revision.clone()).await.map(drop),
            core.note_revert(revision).await.map(drop),
            core.note_move_preview(moving.clone()).await.map(drop),
            core.note_move(moving).await.map(drop),
        ];
        for (number, answer) in answers.into_iter().enumerate() {
            let code = answer.unwrap_err().code();
            assert_eq!(code, ErrorCode::NoSuchNote, "the command {number}");
        }
    }
}
