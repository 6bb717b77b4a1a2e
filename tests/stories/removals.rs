//! Removing an account whose words are on this computer only: nothing is lost, each way.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::fs;

use harness::{
    App, Fault, Keyring, Stage, Verdict, ensure, files_holding, look, story, wait_until,
};

const TITLE: &str = "Only written here";
const BODY: &str = "These words are nowhere else.";

/// Opens the question what becomes of the account's notes, from anywhere in the window.
async fn ask(app: &App, account: &str) -> Result<(), Fault> {
    app.settings("Accounts").await?;
    app.find("button", &format!("Manage {account}"))
        .await?
        .click()
        .await?;
    app.find("button", "Remove from this computer")
        .await?
        .click()
        .await?;
    app.reads("1 note is on this computer only").await
}

/// The account's data rests, and the account is gone from the list.
async fn gone(stage: &Stage, app: &App, account: &str, told: &str) -> Verdict {
    app.reads(told).await?;
    app.reads("Its data rests in").await?;
    wait_until("the account has left the rail", async || {
        let rail = app.items("Accounts").await?;
        Ok(look(!rail.iter().any(|name| name.contains(account)), rail))
    })
    .await?;
    let resting = stage.data_dir().join("removed");
    let folders = fs::read_dir(&resting).map_or(0, Iterator::count);
    ensure(folders == 1, || {
        format!("{folders} folders rest in {}", resting.display())
    })
}

#[tokio::test]
async fn unsent_notes_are_sent_first_or_nothing_is_removed() -> Verdict {
    let name = "unsent_notes_are_sent_first_or_nothing_is_removed";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        app.write_note("Sent before", "With a network.").await?;
        app.chip("In Notion").await?;
        let account = app.items("Accounts").await?.concat();
        notion.stop();
        app.write_note(TITLE, BODY).await?;
        app.chip("Waiting to send").await?;

        ask(&app, &account).await?;
        // Without a choice nothing happens.
        app.find("button", "Remove").await?.click().await?;
        app.says("alert", "Choose one of these first").await?;
        app.find("radio", "Send to Notion first")
            .await?
            .click()
            .await?;
        app.find("button", "Send, then remove")
            .await?
            .click()
            .await?;
        // Notion does not answer: a sentence, and the account is whole.
        wait_until("the refusal is said", async || {
            let said = app.texts("alert").await?;
            Ok(look(!said.is_empty(), said))
        })
        .await?;
        ensure(stage.data_dir().join("accounts").exists(), || {
            "the account's data went".into()
        })?;
        notion.restart()?;
        app.find("button", "Send, then remove")
            .await?
            .click()
            .await?;
        gone(stage, &app, &account, "was removed from this computer").await?;
        let page = notion.only_page(notion.workspace(), TITLE).await?;
        let text = notion.page(&page.id).await?.markdown;
        ensure(text.contains(BODY), || format!("the page says {text:?}"))?;
        let kept = stage.secrets("service", "Octavo")?;
        let token = &notion.workspace().personal_token;
        ensure(kept.iter().all(|secret| !secret.contains(token)), || {
            "the token is still in the keychain".into()
        })
    })
    .await
}

#[tokio::test]
async fn unsent_notes_move_to_another_account() -> Verdict {
    let name = "unsent_notes_move_to_another_account";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        let local = app.items("Accounts").await?.concat();
        app.write_note(TITLE, BODY).await?;
        app.chip("On this computer").await?;
        app.find("button", "Add an account").await?.click().await?;
        app.paste_token(&notion.workspace().personal_token).await?;
        app.find("button", "New note").await?;

        ask(&app, &local).await?;
        app.find("radio", "Move to another account")
            .await?
            .click()
            .await?;
        app.find("button", "Move, then remove")
            .await?
            .click()
            .await?;
        gone(stage, &app, &local, "1 note moved along").await?;
        // It has a Notion now, and goes there.
        let page = notion.page_arrives(notion.workspace(), TITLE).await?;
        wait_until("its words are there", async || {
            let text = notion.page(&page.id).await?.markdown;
            Ok(look(text.contains(BODY), text))
        })
        .await?;
        notion.only_page(notion.workspace(), TITLE).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn unsent_notes_are_exported_as_files() -> Verdict {
    let name = "unsent_notes_are_exported_as_files";
    story(name, Keyring::Absent, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        let local = app.items("Accounts").await?.concat();
        app.write_note(TITLE, BODY).await?;
        app.chip("On this computer").await?;

        ask(&app, &local).await?;
        app.find("radio", "Export as Markdown files")
            .await?
            .click()
            .await?;
        app.find("button", "Export, then remove")
            .await?
            .click()
            .await?;
        // The last account is gone: one begins anew.
        app.find("button", "Start without Notion").await?;
        app.reads("Its notes are in").await?;
        let files = files_holding(BODY, &[&stage.home()])?;
        let markdown = |file: &std::path::PathBuf| file.extension().is_some_and(|ext| ext == "md");
        let whole = files.iter().filter(|file| markdown(file)).any(|file| {
            fs::read_to_string(file).is_ok_and(|text| text.contains(TITLE) && text.contains(BODY))
        });
        ensure(whole, || format!("the words are in {files:?}"))
    })
    .await
}
