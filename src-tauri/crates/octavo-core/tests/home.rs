//! The home in Notion: its troubles and the ways out, the first sync.

#![expect(clippy::unwrap_used, reason = "a test")]

mod support;

use std::time::Duration;

use octavo_contract::{
    AccountView, HomeAct, HomeReport, HomeState, HomeWay, NoteAppend, NoteCreate, NoteDaily,
    NoteFromTemplate, NoteRef, NoteSet, NoteView,
};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};

async fn write(core: &Octavo, account: &AccountView, title: &str, kind: Option<&str>) -> NoteView {
    let note = NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: format!("Text of {title} on {{{{date}}}}"),
        note_type: kind.map(str::to_owned),
        tags: Vec::new(),
    };
    core.capture(note).await.unwrap()
}

async fn page(world: &World, title: &str) -> Value {
    let pages = world.tree().await;
    let page = pages
        .iter()
        .find(|page| page["title"] == title && page["in_trash"] == json!(false));
    page.cloned().unwrap_or(Value::Null)
}

async fn edit(world: &World, page: &Value, mut edit: Value) {
    let id = page.get("id").unwrap().clone();
    edit.as_object_mut()
        .unwrap()
        .insert("page_id".to_owned(), id);
    world.post("/_sim/edit", edit).await;
}

async fn report(core: &Octavo, account: &AccountView) -> HomeReport {
    core.home_report(of(account)).await.unwrap()
}

async fn act(
    core: &Octavo,
    account: &AccountView,
    way: HomeWay,
    page: Option<String>,
) -> HomeReport {
    let account = account.id.clone();
    core.home_act(HomeAct { account, way, page }).await.unwrap()
}

#[tokio::test]
async fn each_trouble_of_the_home_has_its_sentence_and_way_out() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    assert_eq!(report(&core, &account).await.state, HomeState::NotMade);
    write(&core, &account, "One", None).await;
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(report(&core, &account).await.state, HomeState::Ready);

    let contents = page(&world, "Table of Contents").await;
    edit(&world, &contents, json!({"trash": true})).await;
    let told = report(&core, &account).await;
    assert_eq!(told.state, HomeState::ContentsGone);
    assert_eq!(
        act(&core, &account, HomeWay::Restore, None).await.state,
        HomeState::Ready
    );
    edit(&world, &contents, json!({"trash": true})).await;
    let told = act(&core, &account, HomeWay::NewContents, None).await;
    assert_eq!(told.state, HomeState::Ready);
    let anew = page(&world, "Table of Contents").await;
    assert!(anew["id"] != contents["id"] && anew["id"].is_string());

    let root = page(&world, "Personal Assistant").await;
    edit(&world, &root, json!({"title": "My house"})).await;
    let told = report(&core, &account).await;
    assert_eq!((told.state, told.remarks.len()), (HomeState::Ready, 1));
    core.sync_now(of(&account)).await.unwrap();

    edit(&world, &root, json!({"trash": true})).await;
    let told = report(&core, &account).await;
    assert_eq!(told.state, HomeState::Trashed);
    assert_eq!(
        act(&core, &account, HomeWay::Restore, None).await.state,
        HomeState::Ready
    );
    // What is none of its ways now is refused.
    let wrong = HomeAct {
        account: account.id.clone(),
        way: HomeWay::NewHome,
        page: None,
    };
    assert!(core.home_act(wrong).await.is_err());
}

#[tokio::test]
async fn a_new_home_gets_every_note_again() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let notes = [
        write(&core, &account, "One", None).await,
        write(&core, &account, "Two", None).await,
    ];
    core.sync_now(of(&account)).await.unwrap();
    let root = page(&world, "Personal Assistant").await;
    edit(&world, &root, json!({"trash": true})).await;
    let told = act(&core, &account, HomeWay::NewHome, None).await;
    assert_eq!(told.state, HomeState::Ready, "{told:?}");
    world.clock.advance(60_000);
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(core.note_list(of(&account)).await.unwrap().notes.len(), 2);
    let home = page(&world, "Personal Assistant").await;
    assert!(home["id"] != root["id"]);
    for note in notes {
        let named = NoteRef {
            account: account.id.clone(),
            note: note.id,
        };
        let now = core.note_read(named).await.unwrap();
        let there = page(&world, &now.title).await;
        assert_eq!(there["id"].as_str(), now.page_id.as_deref());
    }
}

#[tokio::test]
async fn a_first_sync_costs_a_request_for_each_page_and_goes_on_where_it_was_cut_off() {
    const PAGES: usize = 60;
    let world = World::new().await;
    // What was changed within the minute is read once more when the minute is over.
    let exact = json!({"minute_rounding": false});
    world.post("/_sim/config", exact).await;
    let (core, account) = world.signed_in().await;
    core.sync_now(of(&account)).await.unwrap();
    core.shutdown(Duration::from_secs(5)).await;
    let root = page(&world, "Personal Assistant").await;
    for n in 0..PAGES {
        let made = json!({"create": {"parent": root["id"]}, "title": format!("Page {n}"),
            "insert_markdown": {"content": format!("Words {n}"), "position": "end"}});
        world.post("/_sim/edit", made).await;
    }
    // A fresh computer, on which the first round is cut off in the middle.
    let world = World {
        dir: tempfile::TempDir::new().unwrap(),
        ..world
    };
    let (core, account) = world.signed_in().await;
    let reads = |stats: Value| -> u64 {
        let routes = stats["requests"].as_object().unwrap().clone();
        let gets = routes.iter().filter(|(route, _)| route.starts_with("GET"));
        gets.filter_map(|(_, count)| count.as_u64()).sum()
    };
    let before = reads(world.get("/_sim/stats").await);
    let middle = async {
        while reads(world.get("/_sim/stats").await) < before + 25 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        done = core.sync_now(of(&account)) => panic!("it was not cut off: {done:?}"),
        () = middle => {}
    }
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(
        core.note_list(of(&account)).await.unwrap().notes.len(),
        PAGES
    );
    let cost = reads(world.get("/_sim/stats").await) - before;
    let least = u64::try_from(PAGES).unwrap() + 2;
    // A tenth more, and what the cut costs: the home is looked at and listed once more, and the page
    // that was on its way is read again.
    let most = least + least / 10 + 5;
    assert!(cost <= most, "{cost} reads, {least} at least");
}

#[expect(
    clippy::too_many_lines,
    reason = "one story, from making notes to losing them"
)]
#[tokio::test]
async fn the_daily_life_of_notes() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let named = |note: &NoteView| NoteRef {
        account: account.id.clone(),
        note: note.id.clone(),
    };
    let template = write(&core, &account, "Daily", Some("Template")).await;
    let daily = |day: &str, text: &str| NoteDaily {
        account: account.id.clone(),
        day: Some(day.to_owned()),
        text: Some(text.to_owned()),
    };
    let day = core.note_daily(daily("2026-11-23", "first")).await.unwrap();
    assert_eq!(day.body, "Text of Daily on 2026-11-23\n\nfirst");
    let again = core
        .note_daily(daily("2026-11-23", "second"))
        .await
        .unwrap();
    assert_eq!(again.id, day.id);
    assert!(again.body.ends_with("first\n\nsecond"));
    assert!(core.note_daily(daily("soon", "")).await.is_err());

    let new = NoteFromTemplate {
        account: account.id.clone(),
        template: template.id.clone(),
        title: "From it".to_owned(),
    };
    let new = core.note_from_template(new).await.unwrap();
    assert!(new.body.starts_with("Text of Daily on 20"), "{}", new.body);
    let copy = core.note_duplicate(named(&new)).await.unwrap();
    assert_eq!((&*copy.title, &copy.body), ("From it 2", &new.body));
    let append = NoteAppend {
        account: account.id.clone(),
        note: copy.id.clone(),
        text: "more".to_owned(),
    };
    assert!(
        core.note_append(append)
            .await
            .unwrap()
            .body
            .ends_with("\n\nmore")
    );

    core.sync_now(of(&account)).await.unwrap();
    let set = |tags: &[&str]| NoteSet {
        account: account.id.clone(),
        note: copy.id.clone(),
        note_type: Some("Idea".to_owned()),
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        pinned: Some(true),
    };
    let done = core.note_set(set(&["engine", "#turin"])).await.unwrap();
    assert_eq!(
        (done.tags, done.pinned),
        (vec!["engine".to_owned(), "turin".to_owned()], true)
    );
    core.sync_now(of(&account)).await.unwrap();
    // Both sides change the tags: neither is lost, and what one took away is gone.
    let there = page(&world, "From it 2").await;
    let line = json!({"replace": [{"old": "#engine #turin", "new": "#engine #turin #alps"}]});
    edit(&world, &there, line).await;
    core.note_set(set(&["turin", "sea"])).await.unwrap();
    for _ in 0..2 {
        core.sync_now(of(&account)).await.unwrap();
        world.clock.advance(70_000);
    }
    let now = core.note_read(named(&copy)).await.unwrap();
    assert_eq!(now.tags, ["turin", "sea", "alps"]);
    assert_eq!(now.note_type.as_deref(), Some("Idea"));
    core.note_trash(named(&copy)).await.unwrap();
    assert_eq!(core.trash_list(of(&account)).await.unwrap().notes.len(), 1);
    assert_eq!(core.trash_empty(of(&account)).await.unwrap().kept, 1);
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(core.trash_empty(of(&account)).await.unwrap().deleted, 1);
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(core.trash_list(of(&account)).await.unwrap().notes.len(), 0);
    assert!(core.note_read(named(&copy)).await.is_err());
}
