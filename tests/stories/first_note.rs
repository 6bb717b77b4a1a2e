//! From the first start to a note in Notion.

use harness::{Keyring, Look, Verdict, ensure, look, story, wait_until};

const TITLE: &str = "Ideas for the harbour walk";
const BODY: &str = "Start at the old crane and end at the lighthouse.";

#[tokio::test]
async fn a_note_written_after_pasting_a_token_is_in_notion() -> Verdict {
    story(
        "a_note_written_after_pasting_a_token_is_in_notion",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let home = notion.workspace();
            let app = stage.open_app(&notion).await?;
            app.sign_in(&home.personal_token).await?;
            app.write_note(TITLE, BODY).await?;
            app.chip("In Notion").await?;

            let page = notion.only_page(home, TITLE).await?;
            let root = notion.only_page(home, "Personal Assistant").await?;
            ensure(page.parent == root.id, || {
                format!("{page:?} is not under {root:?}")
            })?;
            wait_until("the page has what was typed", async || {
                let text = notion.page(&page.id).await?.markdown;
                Ok(look(text.contains(BODY), text))
            })
            .await?;

            let contents = notion.only_page(home, "Table of Contents").await?;
            ensure(contents.parent == root.id, || {
                format!("{contents:?} is not under {root:?}")
            })?;
            wait_until("the note is a line of the contents page", async || {
                let lines = notion.page(&contents.id).await?.markdown;
                let there = lines
                    .lines()
                    .any(|line| line.replace('-', "").contains(&page.bare_id()));
                Ok(if there {
                    Look::Yes(())
                } else {
                    Look::NotYet(lines)
                })
            })
            .await
        },
    )
    .await
}

#[tokio::test]
async fn the_token_is_in_the_keychain_and_nowhere_else() -> Verdict {
    story(
        "the_token_is_in_the_keychain_and_nowhere_else",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let token = notion.workspace().personal_token.clone();
            let app = stage.open_app(&notion).await?;
            app.sign_in(&token).await?;
            app.write_note(TITLE, BODY).await?;
            app.chip("In Notion").await?;

            let secrets = stage.secrets("service", "Octavo")?;
            ensure(secrets.iter().any(|secret| secret.contains(&token)), || {
                format!(
                    "the keychain holds {} items of ours, none with the token",
                    secrets.len()
                )
            })?;
            let processes = app.processes_showing(&token);
            ensure(processes.is_empty(), || {
                format!("processes {processes:?} show the token")
            })?;
            let shown = app
                .run("return document.documentElement.outerHTML")
                .await?
                .to_string();
            ensure(!shown.contains(&token), || {
                "the page still holds the token".into()
            })?;
            let files = stage.files_with(&token)?;
            ensure(files.is_empty(), || {
                format!("the token is in {files:?} while the app runs")
            })?;

            app.quit().await?;
            let files = stage.files_with(&token)?;
            ensure(files.is_empty(), || {
                format!("the token is in {files:?} after the app ended")
            })
        },
    )
    .await
}
