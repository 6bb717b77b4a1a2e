//! Tokens that Notion refuses, at once and later.

use harness::{Keyring, Verdict, ensure, look, story, wait_until};

#[tokio::test]
async fn a_refused_token_is_said_in_words_and_can_be_mended() -> Verdict {
    let name = "a_refused_token_is_said_in_words_and_can_be_mended";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        let wrong = "ntn_000000000000WrongTokenThatNobodyEverMade00000";
        app.paste_token(wrong).await?;
        app.says("alert", "Notion refused this token").await?;
        let kept = stage.secrets("service", "Octavo")?;
        ensure(kept.iter().all(|secret| !secret.contains(wrong)), || {
            "it was kept".into()
        })?;

        let field = app.find("textbox", "Token").await?;
        field.clear().await?;
        app.paste_token(&notion.workspace().personal_token).await?;
        app.find("button", "New note").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn a_token_withdrawn_later_keeps_every_note() -> Verdict {
    let name = "a_token_withdrawn_later_keeps_every_note";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        app.write_note("Before", "Sent while the token was good.")
            .await?;
        app.chip("In Notion").await?;

        notion.expire().await?;
        app.write_note("After", "Written when it was not.").await?;
        app.reads("no longer accepts").await?;
        app.reads("safe").await?;
        app.quit().await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note("After").await?;
        wait_until("the text is still there", async || {
            let body = app.body().await?;
            Ok(look(body.contains("Written when it was not."), body))
        })
        .await?;
        app.reads("no longer accepts").await
    })
    .await
}
