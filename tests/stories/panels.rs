//! What stands around a note: its labels, its links, what could be better, what Notion cannot hold; and
//! questions, and the trash.

use harness::{Keyring, Verdict, look, story, wait_until};

const CONTROL: &str = "\u{E009}";
const TARGET: &str = "Packing list";
const SOURCE: &str = "Before the trip";

#[tokio::test]
async fn a_mention_becomes_a_link_in_the_panel() -> Verdict {
    story(
        "a_mention_becomes_a_link_in_the_panel",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&notion.workspace().personal_token).await?;
            app.write_note(SOURCE, "Look through the Packing list once more.")
                .await?;
            app.chip("In Notion").await?;
            app.write_note(TARGET, "Tent and stove.").await?;
            app.chip("In Notion").await?;
            let target = notion.only_page(notion.workspace(), TARGET).await?;
            let source = notion.only_page(notion.workspace(), SOURCE).await?;

            app.find("button", "Links").await?.click().await?;
            let link = format!("Link to this note from “{SOURCE}”");
            app.find("button", &link).await?.click().await?;
            app.reads("Linked from").await?;
            wait_until("the page in Notion names the other", async || {
                let text = notion.page(&source.id).await?.markdown;
                Ok(look(text.contains(&target.bare_id()), text))
            })
            .await
        },
    )
    .await
}

#[tokio::test]
async fn a_proposed_type_is_accepted_and_taken_back() -> Verdict {
    story(
        "a_proposed_type_is_accepted_and_taken_back",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.start_without_notion().await?;
            app.write_note("Trip", "- [ ] call Anna\nbuy a stove")
                .await?;
            app.chip("On this computer").await?;

            app.find("button", "Enhance").await?.click().await?;
            app.reads("Nothing left this device").await?;
            let typed = async |wanted: bool| {
                wait_until("the note's type is as wanted", async || {
                    let outline = app.outline().await?;
                    let has = app
                        .items("Type and tags")
                        .await?
                        .iter()
                        .any(|chip| chip == "Task");
                    Ok(look(has == wanted, outline))
                })
                .await
            };
            app.find("button", "Accept: Type").await?.click().await?;
            typed(true).await?;
            app.find("button", "Undo").await?.click().await?;
            typed(false).await?;
            app.find("button", "Accept: Type").await.map(drop)
        },
    )
    .await
}

#[tokio::test]
async fn a_question_is_answered_by_the_notes_themselves() -> Verdict {
    story(
        "a_question_is_answered_by_the_notes_themselves",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.start_without_notion().await?;
            app.write_note(TARGET, "The stove burns spirit, not gas.")
                .await?;
            app.chip("On this computer").await?;
            app.write_note(SOURCE, "Nothing yet.").await?;
            app.chip("On this computer").await?;

            app.keys(CONTROL, "k").await?;
            let field = app.find("combobox", "Search notes, accounts and commands");
            field
                .await?
                .type_text("? What does the stove burn?")
                .await?;
            app.reads("The stove burns spirit").await?;
            app.reads("Nothing left this device").await?;
            app.keys("", "\u{E007}").await?;
            wait_until("the note of the passage is open", async || {
                let title = app.find("textbox", "Title").await?.text().await?;
                Ok(look(title == TARGET, title))
            })
            .await
        },
    )
    .await
}

#[tokio::test]
async fn what_notion_cannot_hold_is_said_under_the_note() -> Verdict {
    story(
        "what_notion_cannot_hold_is_said_under_the_note",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&notion.workspace().personal_token).await?;
            app.write_note("Deep", "###### very deep").await?;
            app.reads("Notion cannot hold one place of this note as it is")
                .await
        },
    )
    .await
}

#[tokio::test]
async fn type_and_tags_reach_notion_and_a_note_comes_back_from_the_trash() -> Verdict {
    story(
        "type_and_tags_reach_notion_and_a_note_comes_back_from_the_trash",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&notion.workspace().personal_token).await?;
            app.write_note(TARGET, "Tent and stove.").await?;
            app.chip("In Notion").await?;
            app.find("button", "Add type and tags")
                .await?
                .click()
                .await?;
            app.find("combobox|textbox", "Type")
                .await?
                .type_text("Journey")
                .await?;
            let tags = app.find("textbox", "Tags").await?;
            tags.type_text("norway, \u{E007}").await?;
            wait_until("the contents page has a section of the type", async || {
                let contents = notion.only_page(notion.workspace(), "Table of Contents");
                let text = contents.await?.markdown;
                Ok(look(text.contains("Journey"), text))
            })
            .await?;

            app.find("button", "Move to trash").await?.click().await?;
            app.find("button", "Trash").await?.click().await?;
            let back = format!("Put back “{TARGET}”");
            app.find("button", &back).await?.click().await?;
            app.reads("Nothing is in the trash.").await?;
            app.find("button", "Back to your notes")
                .await?
                .click()
                .await?;
            app.open_note(TARGET).await?;
            app.chip("In Notion").await.map(drop)
        },
    )
    .await
}
