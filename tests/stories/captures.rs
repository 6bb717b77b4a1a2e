//! Documents by real people, captured on the command line, with the app open and closed.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use harness::{
    Keyring, Simulator, Stage, Verdict, ensure, fixture, missing_words, story, visible_words,
};

/// Each with the title it is captured under: tables, right-to-left text, code.
const DOCUMENTS: &[(&str, &str)] = &[
    ("ja-cheatsheet-tables.md", "早見表"),
    ("fa-contributing-rtl.md", "مشارکت"),
    ("en-naming-cheatsheet.md", "Naming things"),
];

async fn capture(stage: &Stage, notion: &Simulator) -> Result<bool, harness::Fault> {
    let cli = stage.cli(notion)?;
    for (file, title) in DOCUMENTS {
        let Some(text) = fixture(&format!("markdown/files/{file}")) else {
            return Ok(false);
        };
        let answer = cli
            .run(&["--json", "capture", "-", "--title", title], &text)
            .await?;
        // With the app open the app sends it; kept here is as good an answer as sent.
        let code = answer.code;
        ensure(matches!(code, Some(0 | 4)), || {
            format!("capture {file}: {answer:?}")
        })?;
        let id = answer.json()?;
        ensure(
            id.get("id").is_some_and(serde_json::Value::is_string),
            || format!("{id}"),
        )?;
    }
    Ok(true)
}

/// Every word of every document is in its one page, in order.
async fn all_arrived(notion: &Simulator) -> Verdict {
    for (file, title) in DOCUMENTS {
        let Some(text) = fixture(&format!("markdown/files/{file}")) else {
            return Ok(());
        };
        let page = notion.page_arrives(notion.workspace(), title).await?;
        let missing = missing_words(&visible_words(&text), &page.words());
        ensure(missing.is_empty(), || {
            let some: Vec<_> = missing.iter().take(20).collect();
            format!(
                "{file}: {} words did not arrive in order, first {some:?}",
                missing.len()
            )
        })?;
    }
    Ok(())
}

/// No title has two pages, once nothing waits any more.
async fn each_once(stage: &Stage, notion: &Simulator) -> Verdict {
    stage
        .cli(notion)?
        .run(&["--json", "sync"], "")
        .await?
        .expect_code(0)?;
    for (_, title) in DOCUMENTS {
        notion.only_page(notion.workspace(), title).await?;
    }
    Ok(())
}

#[tokio::test]
async fn captured_documents_arrive_once_while_the_app_is_closed() -> Verdict {
    let name = "captured_documents_arrive_once_while_the_app_is_closed";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let token = notion.workspace().personal_token.clone();
        let cli = stage.cli(&notion)?;
        cli.run(&["account", "add", "--token", "-"], &token)
            .await?
            .expect_code(0)?;
        if !capture(stage, &notion).await? {
            return Ok(());
        }
        all_arrived(&notion).await?;
        each_once(stage, &notion).await
    })
    .await
}

#[tokio::test]
async fn captured_documents_arrive_once_while_the_app_is_open() -> Verdict {
    let name = "captured_documents_arrive_once_while_the_app_is_open";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        if !capture(stage, &notion).await? {
            return Ok(());
        }
        for (_, title) in DOCUMENTS {
            app.item("Notes", title).await?;
        }
        all_arrived(&notion).await?;
        each_once(stage, &notion).await
    })
    .await
}
