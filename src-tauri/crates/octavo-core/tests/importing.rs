//! Folders of Markdown files become notes, once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use octavo_contract::{AccountAddLocal, AccountRef, NoteRef, NoteSave, NoteView};
use octavo_core::{Config, ImportReport, Octavo, VaultKind};
use tempfile::TempDir;

/// A person with one account on this computer and a folder of files.
struct Person {
    core: Octavo,
    account: String,
    dir: TempDir,
}

impl Person {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let config = Config {
            data_dir: dir.path().join("data"),
            notion_url: "http://127.0.0.1:9".parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: None,
            broker_url: None,
            sample: false,
            request_room: Config::REQUEST_ROOM,
        };
        let core = Octavo::open(config).await.unwrap();
        let local = AccountAddLocal { name: None };
        let account = core.account_add_local(local).await.unwrap().id;
        Self { core, account, dir }
    }

    fn has(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.dir.path().join("files").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    async fn imports(&self, folder: &Path) -> ImportReport {
        let paths = vec![folder.to_owned()];
        self.core.import(&self.account, paths).await.unwrap()
    }

    async fn imports_files(&self) -> ImportReport {
        self.imports(&self.dir.path().join("files")).await
    }

    async fn notes(&self) -> Vec<NoteView> {
        let account = AccountRef {
            account: self.account.clone(),
        };
        let list = self.core.note_list(account).await.unwrap();
        let mut notes = Vec::new();
        for summary in list.notes {
            let note = NoteRef {
                account: self.account.clone(),
                note: summary.id,
            };
            notes.push(self.core.note_read(note).await.unwrap());
        }
        notes.sort_by(|left, right| left.title.cmp(&right.title));
        notes
    }
}

#[tokio::test]
async fn a_folder_becomes_notes_once() {
    let person = Person::new().await;
    person.has(
        "a.md",
        "---\ntitle: Engine\ntype: Idea\ntags: [turin]\ncreated: 2020-01-02T03:04:05Z\n---\n\nSee [it](sub/b%20c.md).\n",
    );
    person.has("sub/b c.md", "# Mill\n\nIt grinds.\n");
    person.has("plain.md", "only text\n");
    person.has(".hidden/x.md", "hidden");
    person.has("picture.png", "no text");
    person.has("latin.md", b"caf\xe9");
    let report = person.imports_files().await;
    assert_eq!((report.made, report.unread.len()), (3, 1));
    assert!(report.unread[0].0.ends_with("latin.md"));
    let notes = person.notes().await;
    let titles: Vec<&str> = notes.iter().map(|note| note.title.as_str()).collect();
    assert_eq!(titles, ["Engine", "Mill", "plain"]);
    assert_eq!(notes[0].body, "See it ([[Mill]]).\n");
    assert_eq!(notes[0].note_type.as_deref(), Some("Idea"));
    assert_eq!(notes[0].tags, ["turin"]);
    assert_eq!(notes[0].created, 1_577_934_245_000);
    assert_eq!(notes[1].body.trim(), "It grinds.");

    let again = person.imports_files().await;
    assert_eq!((again.made, again.updated, again.unchanged), (0, 0, 3));
    assert_eq!(person.notes().await, notes);
}

#[tokio::test]
async fn what_changed_in_a_file_is_taken_over_unless_its_note_changed_too() {
    let person = Person::new().await;
    person.has("a.md", "# A\n\none\n");
    person.has("b.md", "# B\n\none\n");
    person.imports_files().await;
    let notes = person.notes().await;
    let typed = NoteSave {
        account: person.account.clone(),
        note: notes[1].id.clone(),
        base_version: notes[1].version,
        title: "B".to_owned(),
        body: "typed".to_owned(),
    };
    person.core.note_save(typed).await.unwrap();
    person.has("a.md", "# A\n\ntwo\n");
    person.has("b.md", "# B\n\ntwo\n");
    let report = person.imports_files().await;
    assert_eq!((report.made, report.updated, report.left.len()), (0, 1, 1));
    let notes = person.notes().await;
    assert_eq!(notes.len(), 2);
    assert_eq!(notes[0].body.trim(), "two");
    assert_eq!(notes[1].body, "typed");
}

#[tokio::test]
async fn an_export_comes_back_whole() {
    let person = Person::new().await;
    person.has(
        "a.md",
        "---\ntitle: \"A: \\\"b\\\"\"\ntype: Idea\ntags: [turin, a/b]\ncreated: 2020-01-02T03:04:05Z\nedited: 2021-01-02T03:04:05Z\n---\n\n# Heading\n\n---\n\ntext\n",
    );
    person.imports_files().await;
    let account = AccountRef {
        account: person.account.clone(),
    };
    let below = person.dir.path().join("export");
    let exported = person.core.export(account, &below).await.unwrap();
    let other = Person::new().await;
    assert_eq!(other.imports(&exported.folder).await.made, 1);
    let (before, after) = (&person.notes().await[0], &other.notes().await[0]);
    assert_eq!(
        (&after.title, &after.body, &after.note_type, &after.tags),
        (&before.title, &before.body, &before.note_type, &before.tags)
    );
    assert_eq!(
        (after.created, after.edited),
        (before.created, before.edited)
    );
}

#[tokio::test]
async fn links_among_the_notes_of_an_export_lead_from_file_to_file_and_back() {
    let person = Person::new().await;
    person.has("mill (old).md", "# Mill (old)\n\nBy the river.\n");
    person.has(
        "b.md",
        "# Journey\n\nTo [the mill](mill%20%28old%29.md) and [[Nowhere]].\n",
    );
    person.imports_files().await;
    let account = AccountRef {
        account: person.account.clone(),
    };
    let below = person.dir.path().join("export");
    let exported = person.core.export(account, &below).await.unwrap();
    let journey = fs::read_to_string(exported.folder.join("Journey.md")).unwrap();
    assert!(
        journey.contains("[Mill (old)](Mill%20%28old%29.md)"),
        "{journey}"
    );
    assert!(journey.contains("[[Nowhere]]"), "{journey}");
    assert!(exported.folder.join("Mill (old).md").exists());
    let other = Person::new().await;
    assert_eq!(other.imports(&exported.folder).await.made, 2);
    let mut bodies = [person.notes().await, other.notes().await].map(|notes| {
        let mut bodies: Vec<String> = notes
            .into_iter()
            .map(|note| note.body.trim_end().to_owned())
            .collect();
        bodies.sort();
        bodies
    });
    assert!(bodies[0].iter().any(|body| body.contains("[[Mill (old)]]")));
    let after = std::mem::take(&mut bodies[1]);
    assert_eq!(after, bodies[0]);
}
