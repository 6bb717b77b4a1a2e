//! Keychains that are locked or missing.

use harness::{Keyring, Verdict, ensure, look, story, wait_until};

#[tokio::test]
async fn a_locked_keychain_is_said_in_words_and_keeps_nothing_in_plain() -> Verdict {
    let name = "a_locked_keychain_is_said_in_words_and_keeps_nothing_in_plain";
    story(name, Keyring::Locked, async |stage| {
        let notion = stage.simulator()?;
        let token = notion.workspace().personal_token.clone();
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.paste_token(&token).await?;
        app.says("alert", "keychain is locked").await?;
        let files = stage.files_with(&token)?;
        ensure(files.is_empty(), || format!("the token is in {files:?}"))
    })
    .await
}

#[tokio::test]
async fn without_a_keychain_one_can_go_on_without_notion() -> Verdict {
    let name = "without_a_keychain_one_can_go_on_without_notion";
    story(name, Keyring::Absent, async |stage| {
        let notion = stage.simulator()?;
        let token = notion.workspace().personal_token.clone();
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.paste_token(&token).await?;
        app.says("alert", "No system keychain answers").await?;
        let files = stage.files_with(&token)?;
        ensure(files.is_empty(), || format!("the token is in {files:?}"))?;

        app.start_without_notion().await?;
        app.write_note("Kept here", "No keychain is needed for this.")
            .await?;
        app.chip("On this computer").await?;
        app.quit().await?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note("Kept here").await
    })
    .await
}

#[tokio::test]
async fn without_a_keychain_sign_ins_can_be_sealed_with_a_passphrase() -> Verdict {
    let name = "without_a_keychain_sign_ins_can_be_sealed_with_a_passphrase";
    story(name, Keyring::Absent, async |stage| {
        const PASSPHRASE: &str = "a mill in the rain";
        let notion = stage.simulator()?;
        let token = notion.workspace().personal_token.clone();
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.find("button", "Choose where sign-ins are kept")
            .await?
            .click()
            .await?;
        app.find("radio", "In files that only a passphrase opens")
            .await?
            .click()
            .await?;
        for field in [
            "A passphrase of eight characters or more",
            "The same once more",
        ] {
            app.find("textbox", field)
                .await?
                .type_text(PASSPHRASE)
                .await?;
        }
        app.find("button", "Seal them with this passphrase")
            .await?
            .click()
            .await?;
        app.reads("They are sealed now.").await?;
        app.paste_token(&token).await?;
        app.write_note("Sealed", "The token is in no readable file.")
            .await?;
        app.chip("In Notion").await?;
        app.quit().await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.write_note("Behind the seal", "Kept until it is opened.")
            .await?;
        app.chip("Waiting to send").await?;
        app.find("button", "Unlock…").await?.click().await?;
        app.find("textbox", "Passphrase")
            .await?
            .type_text(PASSPHRASE)
            .await?;
        app.find("button", "Unlock").await?.click().await?;
        app.reads("Unlocked, for as long as Octavo runs.").await?;
        app.find("button", "Back to your notes")
            .await?
            .click()
            .await?;
        app.open_note("Behind the seal").await?;
        app.chip("In Notion").await?;
        let files = stage.files_with(&token)?;
        ensure(files.is_empty(), || format!("the token is in {files:?}"))?;
        let files = stage.files_with(PASSPHRASE)?;
        ensure(files.is_empty(), || {
            format!("the passphrase is in {files:?}")
        })
    })
    .await
}

#[tokio::test]
async fn a_keychain_locked_later_leaves_the_notes_readable() -> Verdict {
    let name = "a_keychain_locked_later_leaves_the_notes_readable";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        app.write_note("Before the lock", "Still to be read.")
            .await?;
        app.chip("In Notion").await?;
        app.quit().await?;

        stage.change_keyring(Keyring::Locked).await?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note("Before the lock").await?;
        wait_until("the note is readable", async || {
            let body = app.body().await?;
            Ok(look(body.contains("Still to be read."), body))
        })
        .await?;
        app.write_note("Behind the lock", "Kept until it is opened.")
            .await?;
        app.chip("Waiting to send").await?;
        app.reads("keychain").await?;
        app.quit().await?;

        stage.change_keyring(Keyring::Unlocked).await?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note("Behind the lock").await?;
        app.chip("In Notion").await?;
        notion
            .only_page(notion.workspace(), "Behind the lock")
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn a_keychain_that_comes_late_or_comes_back_is_used() -> Verdict {
    let name = "a_keychain_that_comes_late_or_comes_back_is_used";
    story(name, Keyring::Absent, async |stage| {
        let notion = stage.simulator()?;
        let token = notion.workspace().personal_token.clone();
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.paste_token(&token).await?;
        app.says("alert", "No system keychain answers").await?;

        stage.change_keyring(Keyring::Unlocked).await?;
        app.find("textbox", "Token").await?.clear().await?;
        app.paste_token(&token).await?;
        app.write_note("After the start", "The keychain came late.")
            .await?;
        app.chip("In Notion").await?;

        let grace = notion
            .add_workspace("Grace's Notion", "Grace Hopper")
            .await?;
        stage.change_keyring(Keyring::Unlocked).await?;
        app.find("button", "Add an account").await?.click().await?;
        app.paste_token(&grace.personal_token).await?;
        app.item("Accounts", "Grace").await?;
        let kept = stage.secrets("service", "Octavo")?;
        ensure(
            [&token, &grace.personal_token]
                .iter()
                .all(|token| kept.iter().any(|item| item.contains(token.as_str()))),
            || format!("{} items, not both tokens", kept.len()),
        )
    })
    .await
}
