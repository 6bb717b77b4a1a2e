//! Two accounts that were signed in by different roads, each with notes from quick capture.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use harness::{
    App, AppOptions, Browser, Fault, Keyring, Simulator, Stage, Verdict, Workspace, ensure, story,
};

const BROWSER: &str = "Read the engine's drawings";
const TOKEN: &str = "Order more moths";

/// Captures a text for the account that `keys` choose, whose notes go to `account`.
async fn capture(
    stage: &Stage,
    app: &App,
    keys: &str,
    account: &str,
    text: &str,
) -> Result<(), Fault> {
    app.call_capture(stage).await?;
    stage.press(keys)?;
    app.says("status", account).await?;
    stage.type_keys(text)?;
    app.captures(text).await?;
    stage.press("ctrl+Return")?;
    stage.focus_on("peer").await
}

/// The workspace has this note once, and not the other.
async fn only_its_own(
    notion: &Simulator,
    workspace: &Workspace,
    own: &str,
    other: &str,
) -> Verdict {
    notion.only_page(workspace, own).await?;
    let stray = notion.pages_titled(workspace, other).await?;
    ensure(stray.is_empty(), || {
        format!("{other:?} is in the wrong workspace: {stray:?}")
    })
}

#[tokio::test]
async fn a_browser_and_a_token_side_by_side() -> Verdict {
    let name = "a_browser_and_a_token_side_by_side";
    story(name, Keyring::Unlocked, async |stage| {
        stage.manage_windows().await?;
        let notion = stage.simulator()?;
        let ada = notion.workspace().clone();
        let broker = stage.broker(&notion).await?;
        let browser = Browser::install(stage)?;
        let options = AppOptions::new(notion.url()).in_usual_folder();
        let options = broker.for_app(browser.for_app(options));
        let app = stage.open_app_with(options).await?;
        app.painted().await?;
        app.find("button", "Open Notion in the browser")
            .await?
            .click()
            .await?;
        let bridge = browser.allow(browser.opened().await?).await?;
        stage.knows_the_scheme().await?;
        stage.open_address(&bridge.link, &[])?;
        app.find("button", "New note").await?;
        let first = app.items("Accounts").await?.concat();

        let grace = notion
            .add_workspace("Grace's Notion", "Grace Hopper")
            .await?;
        app.find("button", "Add an account").await?.click().await?;
        app.paste_token(&grace.personal_token).await?;
        app.item("Accounts", "Grace").await?;
        app.find("button", "New note").await?;

        let _peer = stage.peer("peer").await?;
        capture(stage, &app, "alt+1", &first, BROWSER).await?;
        capture(stage, &app, "alt+2", "Grace", TOKEN).await?;
        notion.page_arrives(&ada, BROWSER).await?;
        notion.page_arrives(&grace, TOKEN).await?;
        only_its_own(&notion, &ada, BROWSER, TOKEN).await?;
        only_its_own(&notion, &grace, TOKEN, BROWSER).await?;

        // The rail shows each its own too.
        app.turn_to_main().await?;
        for (account, own, other) in [(first.as_str(), BROWSER, TOKEN), ("Grace", TOKEN, BROWSER)] {
            app.item("Accounts", account).await?.click().await?;
            app.item("Notes", own).await?;
            let rows = app.items("Notes").await?;
            ensure(!rows.iter().any(|row| row.contains(other)), || {
                format!("{account} shows {rows:?}")
            })?;
        }
        let tokens = stage.secrets("service", "Octavo")?;
        ensure(tokens.len() >= 2, || {
            format!("the keychain has {} items for two accounts", tokens.len())
        })?;
        let files = stage.files_with(&grace.personal_token)?;
        ensure(files.is_empty(), || format!("a token is in {files:?}"))
    })
    .await
}
