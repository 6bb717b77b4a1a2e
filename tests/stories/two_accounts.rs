//! Two accounts side by side, and nothing of one in the other.

use harness::{App, Fault, Keyring, Verdict, ensure, look, story, wait_until};

/// The list shows exactly these notes.
async fn lists(app: &App, titles: &[&str]) -> Verdict {
    wait_until(
        &format!("the list shows {titles:?} and nothing else"),
        async || {
            let items = app.items("Notes").await?;
            let fits = items.len() == titles.len()
                && titles
                    .iter()
                    .all(|title| items.iter().any(|item| item.contains(title)));
            Ok(look(fits, items))
        },
    )
    .await
}

async fn never_shows(app: &App, words: &str) -> Result<(), Fault> {
    let text = app.text().await?;
    ensure(!text.contains(words), || {
        format!("the window shows {words:?}: {text}")
    })
}

#[tokio::test]
async fn accounts_see_nothing_of_each_other() -> Verdict {
    story(
        "accounts_see_nothing_of_each_other",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let ada = notion.workspace().clone();
            let grace = notion
                .add_workspace("Grace's Notion", "Grace Hopper")
                .await?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&ada.personal_token).await?;
            app.write_note("Note for the engine", "Only Ada knows the number seven.")
                .await?;
            app.chip("In Notion").await?;

            app.find("button", "Add an account").await?.click().await?;
            app.paste_token(&grace.personal_token).await?;
            app.item("Accounts", "Grace").await?;
            lists(&app, &[]).await?;
            never_shows(&app, "number seven").await?;
            app.write_note("Compiler plans", "Grace looks for a moth.")
                .await?;
            app.chip("In Notion").await?;
            lists(&app, &["Compiler plans"]).await?;

            app.item("Accounts", "Ada").await?.click().await?;
            lists(&app, &["Note for the engine"]).await?;
            app.open_note("Note for the engine").await?;
            never_shows(&app, "moth").await?;
            app.item("Accounts", "Grace").await?.click().await?;
            lists(&app, &["Compiler plans"]).await?;
            never_shows(&app, "number seven").await?;

            notion.only_page(&ada, "Note for the engine").await?;
            notion.only_page(&grace, "Compiler plans").await?;
            let stray = notion.pages_titled(&ada, "Compiler plans").await?;
            ensure(stray.is_empty(), || {
                format!("Grace's note is in Ada's workspace: {stray:?}")
            })?;
            let stray = notion.pages_titled(&grace, "Note for the engine").await?;
            ensure(stray.is_empty(), || {
                format!("Ada's note is in Grace's workspace: {stray:?}")
            })
        },
    )
    .await
}
