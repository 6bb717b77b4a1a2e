//! Without a network, and through a power cut.

use harness::{Keyring, Verdict, ensure, look, story, wait_until};

const TITLE: &str = "Written in a tunnel";
const BODY: &str = "No bars here, but the thought is safe.";

#[tokio::test]
async fn a_note_written_offline_goes_out_once() -> Verdict {
    story(
        "a_note_written_offline_goes_out_once",
        Keyring::Unlocked,
        async |stage| {
            let notion = stage.simulator()?;
            let app = stage.open_app(&notion).await?;
            app.sign_in(&notion.workspace().personal_token).await?;
            app.write_note("Written before", "With a network.").await?;
            app.chip("In Notion").await?;

            notion.stop();
            app.write_note(TITLE, BODY).await?;
            app.chip("Waiting to send").await?;
            app.reads("cannot be reached").await?;
            notion.restart()?;
            notion.page_arrives(notion.workspace(), TITLE).await?;
            app.chip("In Notion").await?;
            let page = notion.only_page(notion.workspace(), TITLE).await?;
            let text = notion.page(&page.id).await?.markdown;
            ensure(text.contains(BODY), || format!("the page says {text:?}"))
        },
    )
    .await
}

#[tokio::test]
async fn a_kept_note_survives_a_power_cut_and_goes_out_once() -> Verdict {
    let name = "a_kept_note_survives_a_power_cut_and_goes_out_once";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        // The home is made first: what becomes of a home that is cut off in the making is another
        // story.
        app.write_note("Written before", "With a network.").await?;
        app.chip("In Notion").await?;
        notion.stop();
        app.write_note(TITLE, BODY).await?;
        app.chip("Waiting to send").await?;
        app.kill_9();
        app.ended().await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note(TITLE).await?;
        wait_until("the text is still there", async || {
            let body = app.body().await?;
            Ok(look(body.contains(BODY), body))
        })
        .await?;
        notion.restart()?;
        notion.page_arrives(notion.workspace(), TITLE).await?;
        app.chip("In Notion").await?;
        notion.only_page(notion.workspace(), TITLE).await.map(drop)
    })
    .await
}

/// The last Octavo is still on the bus when the next one starts, and then it is gone.
#[tokio::test]
async fn a_start_beside_a_dying_octavo_goes_on() -> Verdict {
    story(
        "a_start_beside_a_dying_octavo_goes_on",
        Keyring::Absent,
        async |stage| {
            let notion = stage.simulator()?;
            let dying = stage.open_app(&notion).await?;
            dying.painted().await?;
            dying.start_without_notion().await?;
            dying.write_note(TITLE, BODY).await?;
            dying.chip("On this computer").await?;
            dying.freeze();
            let log = stage.data_dir().join("logs/octavo.log");
            let power_cut = async {
                wait_until("the next Octavo has begun to start", async || {
                    let starts = std::fs::read_to_string(&log)
                        .unwrap_or_default()
                        .matches(" starting ")
                        .count();
                    Ok(look(starts == 2, starts))
                })
                .await?;
                dying.kill_9();
                Ok(())
            };
            let (app, ()) = tokio::try_join!(stage.open_app(&notion), power_cut)?;
            app.painted().await?;
            app.open_note(TITLE).await?;
            app.quit().await
        },
    )
    .await
}

/// The answer to the request that makes the page is lost, and then the power: still one page.
#[tokio::test]
async fn a_lost_answer_and_a_power_cut_make_no_second_page() -> Verdict {
    let name = "a_lost_answer_and_a_power_cut_make_no_second_page";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        app.write_note("Written before", "With a network.").await?;
        app.chip("In Notion").await?;
        notion
            .faults(serde_json::json!([
                {"method": "POST", "path": "/v1/pages", "fault": "cut_after_commit", "times": 1},
                {"fault": "cut_before", "times": 1_000}
            ]))
            .await?;
        app.write_note(TITLE, BODY).await?;
        wait_until("the page was made in Notion", async || {
            let pages = notion.pages_titled(notion.workspace(), TITLE).await?;
            Ok(look(pages.len() == 1, pages))
        })
        .await?;
        app.kill_9();
        app.ended().await?;
        notion.faults(serde_json::json!([])).await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note(TITLE).await?;
        app.chip("In Notion").await?;
        notion.only_page(notion.workspace(), TITLE).await.map(drop)
    })
    .await
}
