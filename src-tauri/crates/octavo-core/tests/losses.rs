//! What Notion cannot hold of a note is said before it is sent.

#![expect(clippy::unwrap_used, reason = "a test")]

mod support;

use octavo_contract::{AccountAddLocal, NoteCreate, NoteLoss, NoteRef};
use octavo_core::Octavo;
use support::World;

const BODY: &str = "# Plan\n\nplain *text* and [[a link]]\n\n###### deep\n\n| a |\n| :-: |\n| b |";

async fn losses(core: &Octavo, account: &str, body: &str) -> Vec<NoteLoss> {
    let create = NoteCreate {
        account: account.to_owned(),
        title: "Title".to_owned(),
        body: body.to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    let note = core.note_create(create).await.unwrap();
    let named = NoteRef {
        account: account.to_owned(),
        note: note.id,
    };
    let told = core.note_losses(named.clone()).await.unwrap();
    assert_eq!(told.note, named.note);
    let read = core.note_read(named).await.unwrap();
    assert_eq!(read.body, body, "asking changes nothing");
    told.losses
}

#[tokio::test(flavor = "multi_thread")]
async fn what_notion_cannot_hold_is_said_with_its_line() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let wanted = [
        NoteLoss {
            what: "a heading of level 6 becomes one of level 4".to_owned(),
            line: 5,
            heading: Some("Plan".to_owned()),
        },
        NoteLoss {
            what: "the alignment of a table's columns".to_owned(),
            line: 7,
            heading: Some("deep".to_owned()),
        },
    ];
    assert_eq!(losses(&core, &account.id, BODY).await, wanted);
    let plain = "plain *text*, [[a link]] #tag\n\n![](octavo-file:00/a.png)";
    assert_eq!(losses(&core, &account.id, plain).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_on_this_computer_loses_nothing() {
    let world = World::new().await;
    let core = world.core().await;
    let local = AccountAddLocal { name: None };
    let account = core.account_add_local(local).await.unwrap();
    assert_eq!(losses(&core, &account.id, BODY).await, []);
}
