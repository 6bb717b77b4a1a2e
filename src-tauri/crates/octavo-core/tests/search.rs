//! What is written is found, by the words people remember of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use octavo_contract::{
    AccountAddLocal, NoteCreate, NoteRef, NoteSave, NoteView, SearchAnswer, SearchRequest,
};
use octavo_core::{Clock, Config, Octavo, VaultKind};
use tempfile::TempDir;

/// A person with one account on this computer.
struct Person {
    core: Octavo,
    account: String,
    dir: TempDir,
}

fn config(dir: &TempDir) -> Config {
    Config {
        data_dir: dir.path().join("data"),
        notion_url: "http://127.0.0.1:9".parse().unwrap(),
        vault: VaultKind::Memory,
        memory_token: None,
        broker_url: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    }
}

impl Person {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::standing_at(1_790_000_000_000);
        let core = Octavo::open_at(config(&dir), clock).await.unwrap();
        let local = AccountAddLocal { name: None };
        let account = core.account_add_local(local).await.unwrap().id;
        Self { core, account, dir }
    }

    async fn writes(&self, title: &str, body: &str, kind: Option<&str>, tags: &[&str]) -> NoteView {
        let note = NoteCreate {
            account: self.account.clone(),
            title: title.to_owned(),
            body: body.to_owned(),
            note_type: kind.map(str::to_owned),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        self.core.note_create(note).await.unwrap()
    }

    async fn asks(&self, query: &str) -> SearchAnswer {
        let request = SearchRequest {
            account: Some(self.account.clone()),
            query: query.to_owned(),
            limit: 20,
        };
        self.core.search(request).await.unwrap()
    }

    async fn finds(&self, query: &str) -> Vec<String> {
        let answer = self.asks(query).await;
        answer.hits.into_iter().map(|hit| hit.note.title).collect()
    }

    fn of(&self, note: &NoteView) -> NoteRef {
        NoteRef {
            account: self.account.clone(),
            note: note.id.clone(),
        }
    }
}

#[tokio::test]
async fn a_note_is_found_as_it_is_now() {
    let person = Person::new().await;
    let note = person
        .writes("Engine", "It weaves algebraic patterns.", None, &[])
        .await;
    assert_eq!(person.finds("algebra").await, ["Engine"]);
    let save = NoteSave {
        account: person.account.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: "Loom".to_owned(),
        body: "It weaves silk.".to_owned(),
    };
    person.core.note_save(save).await.unwrap();
    assert_eq!(person.finds("algebraic").await, Vec::<String>::new());
    assert_eq!(person.finds("silk").await, ["Loom"]);
    person.core.note_trash(person.of(&note)).await.unwrap();
    assert_eq!(person.finds("silk").await, Vec::<String>::new());
    assert_eq!(person.finds("silk in:trash").await, ["Loom"]);
    person.core.note_restore(person.of(&note)).await.unwrap();
    assert_eq!(person.finds("silk").await, ["Loom"]);
}

#[tokio::test]
async fn every_part_of_a_note_is_found() {
    let person = Person::new().await;
    let body = "# Governor\n\nSee [the drawing](https://example.org/valve/plan.pdf?sig=1).\n\n- [ ] oil\n\n![](https://x.example/a/flywheel.png)\n";
    person.writes("Mill", body, Some("Idea"), &["turin"]).await;
    person.writes("Other", "nothing of it", None, &[]).await;
    for query in [
        "mill",
        "governor",
        "oil",
        "turin",
        "drawing",
        "valve",
        "flywheel",
        "tag:turin",
        "tag:#Turin",
        "type:idea",
        "has:task",
        "has:image has:link",
        "in:heading governor",
        "in:title mil",
        "in:files flywheel",
        "is:local -other",
        "on:2026-09-21 has:task",
        "has:open -tag:rome",
        "-nothing",
    ] {
        assert_eq!(person.finds(query).await, ["Mill"], "{query}");
    }
    for query in [
        "in:title governor",
        "is:conflict",
        "before:2026-01",
        "after:2027",
        "tag:tur",
    ] {
        assert_eq!(person.finds(query).await, Vec::<String>::new(), "{query}");
    }
}

#[tokio::test]
async fn phrases_accents_scripts_and_slips() {
    let person = Person::new().await;
    person
        .writes("Reise", "Über die Brücke nach Łódź, café crème", None, &[])
        .await;
    person
        .writes("旅行", "来週は東京タワーへ行きます", None, &[])
        .await;
    person.writes("ไทย", "การประชุมที่กรุงเทพ", None, &[]).await;
    person.writes("여행", "서울에서 회의", None, &[]).await;
    person
        .writes("Minutes", "the quarterly meeting about budgets", None, &[])
        .await;
    for (query, title) in [
        ("brucke", "Reise"),
        ("LODZ", "Reise"),
        ("\"cafe creme\"", "Reise"),
        ("東京", "旅行"),
        ("京", "旅行"),
        ("タワー", "旅行"),
        ("旅", "旅行"),
        ("ประชุม", "ไทย"),
        ("서울 회의", "여행"),
        ("meeitng", "Minutes"),
        ("quaterly", "Minutes"),
        ("buggets", "Minutes"),
        ("quartely meting", "Minutes"),
    ] {
        assert_eq!(person.finds(query).await, [title], "{query}");
    }
    assert_eq!(person.finds("\"creme cafe\"").await, Vec::<String>::new());
    assert_eq!(person.finds("\"meeitng\"").await, Vec::<String>::new());
    let answer = person.asks("meeitng").await;
    assert_eq!(answer.guesses[0].meant, ["meeting"]);
    let hit = &answer.hits[0];
    let mark = hit.snippet_marks[0];
    assert_eq!(
        hit.snippet.get(mark.start as usize..mark.end as usize),
        Some("meeting")
    );
}

#[tokio::test]
async fn titles_come_first_then_headings() {
    let person = Person::new().await;
    person.writes("Wheel", "a", None, &[]).await;
    person.writes("Of the wheel and more", "b", None, &[]).await;
    person
        .writes("Heading", "# The wheel\n\nc", None, &[])
        .await;
    person.writes("Body", "a wheel", None, &[]).await;
    let order = ["Wheel", "Of the wheel and more", "Heading", "Body"];
    assert_eq!(person.finds("wheel").await, order);
}

#[tokio::test]
async fn no_query_fails() {
    let person = Person::new().await;
    person.writes("A", "b", None, &[]).await;
    for query in [
        "",
        " ",
        "\"",
        "-",
        "--",
        "*",
        "AND",
        "a OR",
        "NOT",
        "(",
        "a)",
        "{title}:x",
        "^a",
        "NEAR(a b)",
        "tag:",
        "in:nowhere",
        "has:",
        "\"a",
        "a\"b\"c",
        "-\"",
        "'; DROP TABLE note",
        "\0",
        "😀",
        "is:\"",
    ] {
        person.asks(query).await;
    }
}

#[tokio::test]
async fn an_index_that_is_not_whole_is_made_whole() {
    let person = Person::new().await;
    for number in 0..450 {
        person
            .writes(&format!("Note {number}"), "wheel", None, &[])
            .await;
    }
    // As after the update that brings the index: every note is there, none is in it.
    let file = person
        .dir
        .path()
        .join(format!("data/accounts/{}/notes.db", person.account));
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut database = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for statement in [
        "DELETE FROM note_fts WHERE rowid IN (SELECT id FROM search_note)",
        "DELETE FROM search_note",
        "INSERT INTO search_due SELECT id, 0 FROM note",
    ] {
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }
    let before = person.asks("wheel").await;
    assert_eq!((before.hits.len(), before.not_indexed), (0, 450));
    person.writes("New", "wheel", None, &[]).await;
    assert_eq!(person.finds("wheel").await, ["New"]);
    person.core.search_prepare(&person.account).await.unwrap();
    let after = person.asks("note").await;
    assert_eq!(
        (after.hits.len(), after.not_indexed, after.more),
        (20, 0, true)
    );
    assert_eq!(person.finds("\"note 0\" in:title").await, ["Note 0"]);
}

#[tokio::test]
async fn accounts_are_apart_unless_asked() {
    let person = Person::new().await;
    person.writes("Mine", "wheel", None, &[]).await;
    let local = AccountAddLocal {
        name: Some("Other".to_owned()),
    };
    let other = person.core.account_add_local(local).await.unwrap().id;
    let note = NoteCreate {
        account: other.clone(),
        title: "Theirs".to_owned(),
        body: "wheel".to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    person.core.note_create(note).await.unwrap();
    assert_eq!(person.finds("wheel").await, ["Mine"]);
    let request = SearchRequest {
        account: None,
        query: "wheel".to_owned(),
        limit: 20,
    };
    let all = person.core.search(request).await.unwrap();
    let accounts: Vec<&str> = all.hits.iter().map(|hit| hit.account.as_str()).collect();
    assert_eq!(accounts, [person.account.as_str(), other.as_str()]);
}

#[tokio::test]
async fn words_that_must_stand_side_by_side_are_looked_up_in_the_notes() {
    let person = Person::new().await;
    person
        .writes("Old", "of the steam **mill**, twice", None, &["north/sea"])
        .await;
    // More notes have both words than are ranked at once, and they are newer.
    for number in 0..1_050 {
        let title = format!("Other {number}");
        person.writes(&title, "a mill and steam", None, &[]).await;
    }
    person
        .writes("Iron-gate", "see [plan b](https://x.example/a)", None, &[])
        .await;
    for (query, title) in [
        ("\"steam mill\"", "Old"),
        ("\"steam mill\" twice", "Old"),
        ("steam-mill", "Old"),
        ("steam -\"mill and steam\"", "Old"),
        ("\"north sea\" in:tags", "Old"),
        ("iron-gate in:title", "Iron-gate"),
        ("\"plan b\" in:links", "Iron-gate"),
        ("twice in:body", "Old"),
    ] {
        assert_eq!(person.finds(query).await, [title], "{query}");
    }
    for query in [
        "\"mill steam\"",
        "\"steam mill\" in:title",
        "old in:body",
        "\"gate iron\"",
    ] {
        assert_eq!(person.finds(query).await, Vec::<String>::new(), "{query}");
    }
}

#[tokio::test]
async fn an_old_note_of_just_that_title_comes_first() {
    let person = Person::new().await;
    person.writes("Mill", "", None, &[]).await;
    for number in 0..1_300 {
        let title = format!("Mill number {number}");
        person.writes(&title, "millet", None, &[]).await;
    }
    assert_eq!(person.finds("mill").await[0], "Mill");
    assert_eq!(person.finds("mil").await.len(), 20);
}
