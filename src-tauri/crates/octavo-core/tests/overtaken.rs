//! A person writes in a block in Notion in the very moment in which Octavo is about to replace it, or to
//! take it out. Notion knows no condition for that: nobody's words are lost all the same.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::{Arc, Mutex};

use octavo_contract::{AccountView, NoteCreate, NoteRef, NoteSave, NoteView};
use octavo_core::{Config, Octavo};
use serde_json::json;
use support::passage::{self, Then};
use support::{World, of};

/// So little fits into a request that what is here goes block by block.
const ROOM: usize = 120;

struct Desk {
    world: World,
    core: Octavo,
    account: AccountView,
    then: Arc<Mutex<Option<Then>>>,
}

impl Desk {
    async fn new() -> Self {
        let mut world = World::remembering().await;
        world.room = ROOM;
        let then = Arc::default();
        let way = passage::open(world.sim.url(), Arc::clone(&then)).await;
        let config = Config {
            notion_url: way.parse().unwrap(),
            ..world.config()
        };
        let core = Octavo::open_at(config, world.clock.clone()).await.unwrap();
        let token = octavo_contract::AccountAddToken {
            token: world.sim.personal_access_token().to_owned(),
            name: None,
        };
        let account = core.account_add_token(token).await.unwrap();
        Self {
            world,
            core,
            account,
            then,
        }
    }

    async fn settle(&self) {
        for _ in 0..20 {
            let done = self.core.sync_now(of(&self.account)).await;
            let status = self.core.sync_status(of(&self.account)).await.unwrap();
            if done.is_ok() && status.waiting == 0 && status.contents_current {
                return;
            }
            self.world.clock.advance(70_000);
        }
        let items = self.core.sync_items(of(&self.account)).await;
        panic!("never settled: {items:?}");
    }

    async fn captured(&self, body: &str) -> NoteView {
        let note = NoteCreate {
            account: self.account.id.clone(),
            title: "A note".to_owned(),
            body: body.to_owned(),
            note_type: None,
            tags: Vec::new(),
        };
        let note = self.core.capture(note).await.unwrap();
        self.settle().await;
        self.read(&note).await
    }

    async fn read(&self, note: &NoteView) -> NoteView {
        let note = NoteRef {
            account: note.account.clone(),
            note: note.id.clone(),
        };
        self.core.note_read(note).await.unwrap()
    }

    async fn save(&self, note: &NoteView, body: String) {
        let save = NoteSave {
            account: note.account.clone(),
            note: note.id.clone(),
            base_version: note.version,
            title: note.title.clone(),
            body,
        };
        self.core.note_save(save).await.unwrap();
    }

    /// Id and text of the note's page.
    async fn page(&self) -> (String, String) {
        let pages = self.world.tree().await;
        let page = pages.iter().find(|page| page["title"] == "A note").unwrap();
        let text = |name: &str| page[name].as_str().unwrap().to_owned();
        (text("id"), text("markdown"))
    }

    /// Once a request like this was answered, a person gives the page this text.
    async fn person_then_writes(&self, begin: String, end: &'static str, text: &str) {
        let (page, _) = self.page().await;
        let body = json!({"page_id": page, "replace_markdown": text});
        let url = format!("{}/_sim/edit", self.world.sim.url());
        *self.then.lock().unwrap() = Some(Then {
            begin,
            end,
            url,
            body,
        });
    }

    fn has_written(&self) -> bool {
        self.then.lock().unwrap().is_none()
    }

    async fn both_say(&self, note: &NoteView, words: &[&str]) {
        let (_, there) = self.page().await;
        let here = self.read(note).await.body;
        for word in words {
            assert!(there.contains(word), "{word} is not in Notion: {there}");
            assert!(here.contains(word), "{word} is not here: {here}");
        }
    }
}

const CODE: &str = "A first line of words\n\n```text\none line of the code\ntwo lines of the code\nthree lines of the code\n```";

#[tokio::test]
async fn words_written_in_a_block_that_is_about_to_be_replaced_stay() {
    // Right after the page, and right after its blocks were read.
    for end in ["/markdown HTTP/1.1", "/children?page_size=100 HTTP/1.1"] {
        let desk = Desk::new().await;
        let note = desk.captured(CODE).await;
        let (page, text) = desk.page().await;
        let theirs = text.replace("two lines", "theirs two lines");
        assert_ne!(theirs, text);
        let kind = if end.starts_with("/markdown") {
            "pages"
        } else {
            "blocks"
        };
        desk.person_then_writes(format!("GET /v1/{kind}/{page}"), end, &theirs)
            .await;
        desk.save(
            &note,
            note.body
                .replace("three lines of the code", "mine three and a half lines"),
        )
        .await;
        desk.settle().await;
        assert!(desk.has_written(), "{end}: it did not go block by block");
        desk.both_say(&note, &["theirs", "mine three", "one line"])
            .await;
    }
}

#[tokio::test]
async fn words_written_in_a_block_that_is_about_to_be_taken_out_stay() {
    let desk = Desk::new().await;
    let long =
        "A line of so many words that no request can carry it and another one beside it, too";
    let code = |name: &str| format!("```text\n{name} of the code, {long}\n```");
    let body = ["first", "second", "third"].map(code).join("\n\n");
    let note = desk.captured(&body).await;
    let (page, text) = desk.page().await;
    let theirs = text.replace("second of the code", "second of theirs");
    assert_ne!(theirs, text);
    desk.person_then_writes(
        format!("GET /v1/blocks/{page}"),
        "/children?page_size=100 HTTP/1.1",
        &theirs,
    )
    .await;
    let without = [code("first"), code("third")].join("\n\n");
    desk.save(&note, without).await;
    desk.settle().await;
    assert!(desk.has_written(), "it did not go block by block");
    desk.both_say(&note, &["first of", "second of theirs", "third of"])
        .await;
}
