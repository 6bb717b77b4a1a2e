//! Links between notes, from both sides, and the lists of backlinks in Notion.

#![expect(clippy::unwrap_used, reason = "a test")]

mod support;

use octavo_contract::{
    AccountView, LinkMake, LinkState, LinkedFromChange, NoteCreate, NoteLinks, NoteRef, NoteSave,
    NoteView,
};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};

/// A signed-in core on a world, with short words for what the tests do.
struct Desk {
    world: World,
    core: Octavo,
    account: AccountView,
}

impl Desk {
    async fn new() -> Self {
        let world = World::new().await;
        let (core, account) = world.signed_in().await;
        Self {
            world,
            core,
            account,
        }
    }

    async fn write(&self, title: &str, body: &str) -> NoteView {
        let note = NoteCreate {
            account: self.account.id.clone(),
            title: title.to_owned(),
            body: body.to_owned(),
            note_type: None,
            tags: Vec::new(),
        };
        self.core.capture(note).await.unwrap()
    }

    fn named(&self, note: &NoteView) -> NoteRef {
        NoteRef {
            account: self.account.id.clone(),
            note: note.id.clone(),
        }
    }

    async fn now(&self, note: &NoteView) -> NoteView {
        self.core.note_read(self.named(note)).await.unwrap()
    }

    async fn save(&self, note: &NoteView, title: &str, body: &str) -> NoteView {
        let note = self.now(note).await;
        let save = NoteSave {
            account: self.account.id.clone(),
            note: note.id,
            base_version: note.version,
            title: title.to_owned(),
            body: body.to_owned(),
        };
        self.core.note_save(save).await.unwrap().note
    }

    async fn links(&self, note: &NoteView) -> NoteLinks {
        self.core.note_links(self.named(note)).await.unwrap()
    }

    /// Exchanges until nothing waits; a minute passes in between.
    async fn sync(&self) {
        for _ in 0..2 {
            self.core.sync_now(of(&self.account)).await.unwrap();
            self.world.clock.advance(70_000);
        }
    }

    async fn edit(&self, note: &NoteView, mut edit: Value) {
        let page = self.now(note).await.page_id.unwrap();
        let fields = edit.as_object_mut().unwrap();
        fields.insert("page_id".to_owned(), json!(page));
        self.world.post("/_sim/edit", edit).await;
    }

    /// What Notion shows of a note's page.
    async fn page(&self, note: &NoteView) -> String {
        let page = self.now(note).await.page_id.unwrap();
        let answer = self
            .world
            .http
            .get(format!("{}/v1/pages/{page}/markdown", self.world.sim.url()))
            .bearer_auth(self.world.sim.personal_access_token())
            .header("Notion-Version", "2026-03-11")
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer.get("markdown").unwrap().as_str().unwrap().to_owned()
    }

    async fn writes(&self) -> u64 {
        let stats = self.world.get("/_sim/stats").await;
        let routes = stats.get("requests").unwrap().as_object().unwrap();
        let writes = routes
            .iter()
            .filter(|(route, _)| route.starts_with("PATCH") || route.starts_with("DELETE"));
        writes.filter_map(|(_, count)| count.as_u64()).sum()
    }

    async fn linked_from(&self, on: bool) {
        let change = LinkedFromChange {
            account: self.account.id.clone(),
            on: Some(on),
        };
        self.core.linked_from(change).await.unwrap();
    }

    async fn mention(&self, note: &NoteView) -> String {
        let page = self.now(note).await.page_id.unwrap();
        format!("notion://{page}")
    }
}

#[tokio::test]
async fn a_typed_title_is_a_link_by_id_that_no_renaming_breaks() {
    let desk = Desk::new().await;
    let plan = desk.write("The Plan", "What to do.").await;
    desk.sync().await;
    let diary = desk
        .write("Diary", "Today. I read [[the plan]] again. Good.")
        .await;
    let address = desk.mention(&plan).await;
    assert!(diary.body.contains(&address), "{}", diary.body);
    desk.sync().await;
    assert!(desk.page(&diary).await.contains("<mention-page"));

    desk.save(&plan, "The New Plan", "What to do.").await;
    desk.sync().await;
    let links = desk.links(&diary).await;
    assert_eq!(links.outgoing.len(), 1);
    assert_eq!(links.outgoing[0].state, LinkState::Note);
    assert_eq!(
        links.outgoing[0].target.as_ref().unwrap().title,
        "The New Plan"
    );
    let back = desk.links(&plan).await.backlinks;
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].from.note, diary.id);
    assert!(back[0].sentences[0].starts_with("I read "), "{back:?}");
    // An editor that has not taken the link over yet saves the brackets once more.
    let saved = desk
        .save(&diary, "Diary", "Today. I read [[the plan]] again. Good!")
        .await;
    assert!(saved.body.contains(&address), "{}", saved.body);
}

#[tokio::test]
async fn a_link_to_what_is_not_in_notion_yet_follows_once_it_is() {
    let desk = Desk::new().await;
    let first = desk.write("First", "See [[Second]] and [[Third]].").await;
    desk.sync().await;
    assert!(desk.page(&first).await.contains("Second"));
    assert_eq!(
        desk.links(&first).await.outgoing[0].state,
        LinkState::Unknown
    );
    let second = desk.write("Second", "Back to [[First]].").await;
    // Known at once, though it has no page yet.
    assert_eq!(
        desk.links(&first).await.outgoing[0]
            .target
            .as_ref()
            .unwrap()
            .note,
        second.id
    );
    assert_eq!(desk.links(&second).await.backlinks.len(), 1);
    desk.save(&second, "Renamed before it was sent", "Back to [[First]].")
        .await;
    desk.sync().await;
    let address = desk.mention(&second).await;
    assert!(desk.now(&first).await.body.contains(&address));
    assert!(desk.now(&first).await.body.contains("[[Third]]"));
    let page = desk.page(&first).await;
    assert!(page.contains("<mention-page"), "{page}");
}

#[tokio::test]
async fn titles_of_several_notes_are_chosen_between() {
    let desk = Desk::new().await;
    let one = desk.write("Turin", "One.").await;
    let other = desk.write("turin", "Other.").await;
    desk.sync().await;
    let note = desk.write("Trip", "To [[Turin]].").await;
    let links = desk.links(&note).await;
    assert_eq!(links.outgoing[0].state, LinkState::Ambiguous);
    assert_eq!(links.outgoing[0].candidates.len(), 2);
    let make = LinkMake {
        account: desk.account.id.clone(),
        note: note.id.clone(),
        name: Some("Turin".to_owned()),
        target: other.id.clone(),
    };
    let linked = desk.core.link_make(make).await.unwrap();
    assert!(linked.body.contains(&desk.mention(&other).await));
    assert_eq!(desk.links(&other).await.backlinks.len(), 1);
    assert_eq!(desk.links(&one).await.backlinks.len(), 0);
}

#[tokio::test]
async fn links_made_in_notion_to_notes_and_to_other_pages_are_read() {
    let desk = Desk::new().await;
    let a = desk.write("A", "Text of a.").await;
    let b = desk.write("B", "Text of b.").await;
    desk.sync().await;
    let made = json!({"create": {"parent": "workspace"}, "title": "Recipes"});
    let outside = desk.world.post("/_sim/edit", made).await;
    let outside = outside["id"].as_str().or(outside["page_id"].as_str());
    let outside = outside.unwrap().replace('-', "");
    let page = desk.now(&b).await.page_id.unwrap().replace('-', "");
    let words = format!(
        "See <mention-page url=\"https://app.notion.com/p/{page}\"/> and \
         <mention-page url=\"https://app.notion.com/p/{outside}\"/> and \
         [there](https://www.notion.so/B-{page})."
    );
    let insert = json!({"insert_markdown": {"content": words, "position": "end"}});
    desk.edit(&a, insert).await;
    desk.sync().await;
    let links = desk.links(&a).await.outgoing;
    let states: Vec<LinkState> = links.iter().map(|link| link.state).collect();
    assert_eq!(states, [LinkState::Note, LinkState::Outside], "{links:?}");
    assert!(links[1].address.as_ref().unwrap().ends_with(&outside));
    assert_eq!(desk.links(&b).await.backlinks[0].from.note, a.id);
}

#[tokio::test]
async fn broken_links_orphans_and_unlinked_mentions_are_listed() {
    let desk = Desk::new().await;
    let plan = desk.write("Great Plan", "What to do.").await;
    desk.sync().await;
    let linking = desk
        .write("Links", "A [[Great Plan]], and [[Nothing]].")
        .await;
    let naming = desk.write("Names", "We need a great plan. Really.").await;
    let mentions = desk
        .core
        .note_mentions(desk.named(&plan))
        .await
        .unwrap()
        .mentions;
    assert_eq!(mentions.len(), 1);
    assert_eq!(mentions[0].from.note, naming.id);
    assert_eq!(mentions[0].sentences, ["We need a great plan."]);
    let report = desk.core.link_report(of(&desk.account)).await.unwrap();
    assert_eq!(report.broken.len(), 1);
    assert_eq!(report.broken[0].link.text, "Nothing");
    assert_eq!(report.orphans.len(), 1);
    assert_eq!(report.orphans[0].note, naming.id);

    let make = LinkMake {
        account: desk.account.id.clone(),
        note: naming.id.clone(),
        name: None,
        target: plan.id.clone(),
    };
    let made = desk.core.link_make(make).await.unwrap();
    assert!(
        made.body.starts_with("We need a [Great Plan](notion://"),
        "{}",
        made.body
    );
    assert!(made.body.ends_with(". Really."));

    desk.core.note_trash(desk.named(&plan)).await.unwrap();
    desk.sync().await;
    let report = desk.core.link_report(of(&desk.account)).await.unwrap();
    let states: Vec<LinkState> = report
        .broken
        .iter()
        .map(|broken| broken.link.state)
        .collect();
    assert_eq!(
        states
            .iter()
            .filter(|state| **state == LinkState::Trashed)
            .count(),
        2
    );
    let emptied = desk.core.trash_empty(of(&desk.account)).await.unwrap();
    assert_eq!((emptied.deleted, emptied.kept), (1, 0));
    let links = desk.links(&linking).await.outgoing;
    assert_eq!(links[0].state, LinkState::Gone);
    desk.sync().await;
    assert_eq!(
        desk.links(&linking).await.outgoing[0].state,
        LinkState::Gone
    );
}

#[tokio::test]
async fn a_list_of_backlinks_comes_and_goes_without_a_trace() {
    let desk = Desk::new().await;
    let target = desk.write("Target", "- one\n- two").await;
    desk.sync().await;
    let before = desk.page(&target).await;
    let source = desk.write("Source", "See [[Target]].").await;
    desk.sync().await;
    let page = desk.page(&target).await;
    assert!(page.contains("<summary>Linked from</summary>"), "{page}");
    assert!(page.contains(&desk.now(&source).await.page_id.unwrap().replace('-', "")));
    assert_eq!(desk.now(&target).await.body.trim(), "- one\n- two");
    assert_eq!(desk.now(&target).await.version, 1);

    // Nothing to do any more: no echo.
    let writes = desk.writes().await;
    desk.sync().await;
    assert_eq!(desk.writes().await, writes);

    // Words go on around it, from both sides.
    desk.save(&target, "Target", "- one\n- two\n- three").await;
    desk.edit(
        &target,
        json!({"replace": [{"old": "one", "new": "first"}]}),
    )
    .await;
    desk.sync().await;
    assert_eq!(
        desk.now(&target).await.body.trim(),
        "- first\n- two\n- three"
    );
    let insert = json!({"insert_markdown": {"content": "behind it", "position": "end"}});
    desk.edit(&target, insert).await;
    desk.sync().await;
    assert_eq!(
        desk.now(&target).await.body.trim(),
        "- first\n- two\n- three\n\nbehind it"
    );
    assert_eq!(desk.page(&target).await.matches("Linked from").count(), 1);
    desk.save(&target, "Target", "- 1st\n- two\n- three\n\nbehind it all")
        .await;
    desk.sync().await;
    let page = desk.page(&target).await;
    assert_eq!(page.matches("Linked from").count(), 1, "{page}");

    desk.linked_from(false).await;
    desk.sync().await;
    let page = desk.page(&target).await;
    assert!(
        !page.contains("Linked from") && !page.contains("details"),
        "{page}"
    );
    desk.linked_from(true).await;
    desk.sync().await;
    assert!(desk.page(&target).await.contains("Linked from"));
    desk.save(&target, "Target", "- one\n- two").await;
    desk.core.note_trash(desk.named(&source)).await.unwrap();
    desk.sync().await;
    assert_eq!(desk.page(&target).await.trim(), before.trim());
}

#[tokio::test]
async fn a_list_that_a_person_wrote_in_is_theirs() {
    let desk = Desk::new().await;
    let target = desk.write("Target", "Words.").await;
    desk.sync().await;
    desk.write("Source", "See [[Target]].").await;
    desk.sync().await;
    let old = "</mention-page>";
    let page = desk.page(&target).await;
    assert!(page.contains(old), "{page}");
    desk.edit(
        &target,
        json!({"replace": [{"old": old, "new": "</mention-page> the best"}]}),
    )
    .await;
    desk.sync().await;
    assert!(desk.now(&target).await.body.contains("the best"));
    desk.write("Another", "And [[Target]].").await;
    desk.sync().await;
    let page = desk.page(&target).await;
    assert_eq!(page.matches("Linked from").count(), 1, "{page}");
    assert!(page.contains("the best"));
    // What it lists is no link of the note's own.
    assert_eq!(desk.links(&target).await.outgoing.len(), 0);
    assert_eq!(desk.links(&target).await.backlinks.len(), 2);
}

#[tokio::test]
async fn under_faults_and_odd_spelling_links_and_lists_come_right() {
    for seed in [3_u64, 412] {
        let desk = Desk::new().await;
        desk.world
            .post("/_sim/config", json!({"markdown_skew": {"seed": seed}}))
            .await;
        let target = desk.write("Target", "Some *words* here.\n\n- a list").await;
        desk.sync().await;
        let rule = |fault: &str, p: f64| json!({"path": "/v1/", "fault": fault, "probability": p});
        let rules = json!({"seed": seed, "rules": [
            rule("cut_after_commit", 0.15), rule("503_before", 0.1), rule("409", 0.1)]});
        desk.world.post("/_sim/faults", rules).await;
        let mut sources = Vec::new();
        for n in 0..3 {
            let body = format!("Number {n} links to [[Target]].");
            sources.push(desk.write(&format!("Source {n}"), &body).await);
            let _ignored = desk.core.sync_now(of(&desk.account)).await;
            desk.world.clock.advance(30_000);
        }
        for _ in 0..4 {
            let _ignored = desk.core.sync_now(of(&desk.account)).await;
            desk.world.clock.advance(80_000);
        }
        desk.world
            .post("/_sim/faults", json!({"rules": [], "seed": 1}))
            .await;
        desk.sync().await;
        let page = desk.page(&target).await;
        assert_eq!(
            page.matches("Linked from").count(),
            1,
            "seed {seed}: {page}"
        );
        for source in &sources {
            let id = desk.now(source).await.page_id.unwrap().replace('-', "");
            assert_eq!(page.matches(&id).count(), 1, "seed {seed}: {page}");
        }
        let body = desk.now(&target).await.body;
        assert_eq!(body.trim(), "Some *words* here.\n\n- a list", "seed {seed}");
        let writes = desk.writes().await;
        desk.sync().await;
        assert_eq!(desk.writes().await, writes, "seed {seed}");
    }
}

#[tokio::test]
async fn links_of_an_account_without_notion_are_by_id_too() {
    let world = World::new().await;
    let core = world.core().await;
    let add = serde_json::from_value(json!({"name": "Here"})).unwrap();
    let account = core.account_add_local(add).await.unwrap();
    let desk = Desk {
        world,
        core,
        account,
    };
    let target = desk.write("Target", "").await;
    let source = desk.write("Source", "See [[Target]].").await;
    desk.save(&target, "Renamed", "").await;
    assert_eq!(source.body, "See [[Target]].");
    let links = desk.links(&source).await.outgoing;
    assert_eq!(links[0].target.as_ref().unwrap().title, "Renamed");
    assert_eq!(desk.links(&target).await.backlinks.len(), 1);
    desk.core.links_rebuild(of(&desk.account)).await.unwrap();
    assert_eq!(desk.links(&target).await.backlinks.len(), 1);
}
