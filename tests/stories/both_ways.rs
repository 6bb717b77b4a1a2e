//! Edits, here and in Notion.

use harness::{Keyring, Look, Verdict, ensure, look, story, wait_until};

const TITLE: &str = "Packing list";

#[tokio::test]
async fn an_edit_in_the_window_is_one_request() -> Verdict {
    story(
        "an_edit_in_the_window_is_one_request",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&notion.workspace().personal_token).await?;
            app.write_note(TITLE, "Tent and stove.").await?;
            app.chip("In Notion").await?;
            let page = notion.only_page(notion.workspace(), TITLE).await?;
            let route = format!("/v1/pages/{}/markdown", page.id);
            let before = notion.requests("PATCH", &route).await?;

            let note = app.find("textbox", "Note").await?;
            note.click().await?;
            note.type_text(" A rope as well.").await?;
            wait_until("the edit is in Notion", async || {
                let text = notion.page(&page.id).await?.markdown;
                Ok(look(text.contains("Tent and stove. A rope as well."), text))
            })
            .await?;
            app.chip("In Notion").await?;
            let sent = notion.requests("PATCH", &route).await? - before;
            ensure(sent == 1, || {
                format!("one edit took {sent} requests to {route}")
            })
        },
    )
    .await
}

#[tokio::test]
async fn an_edit_in_notion_appears_in_the_open_window() -> Verdict {
    story(
        "an_edit_in_notion_appears_in_the_open_window",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&notion.workspace().personal_token).await?;
            app.write_note(TITLE, "Tent and stove.").await?;
            app.chip("In Notion").await?;
            let page = notion.only_page(notion.workspace(), TITLE).await?;

            notion
                .append_text(&page.id, "Ask Mira for the big rucksack.")
                .await?;
            wait_until("the window shows what was written in Notion", async || {
                let text = app.body().await?;
                Ok(look(
                    text.contains("big rucksack") && text.contains("Tent and stove"),
                    text,
                ))
            })
            .await?;

            notion.rename(&page.id, "Packing for the north").await?;
            app.item("Notes", "Packing for the north").await?;
            wait_until("the open note has its new title", async || {
                let title = app.find("textbox", "Title").await?.text().await?;
                Ok(if title == "Packing for the north" {
                    Look::Yes(())
                } else {
                    Look::NotYet(title)
                })
            })
            .await
        },
    )
    .await
}
