//! Signing in through the broker's page, with the link delivered by the desktop's own handler.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;

use harness::{
    App, AppOptions, Broker, Browser, Fault, Keyring, Simulator, Stage, Verdict, ensure, look,
    story, wait_until,
};

/// The app in the person's usual folder, with a broker and a browser.
fn options(notion: &Simulator, broker: &Broker, browser: &Browser) -> AppOptions {
    let options = AppOptions::new(notion.url())
        .env("OCTAVO_BROKER_URL", broker.url())
        .in_usual_folder();
    browser.for_app(options)
}

/// From the first start to a consent that the person gave; answers the link of the broker's page.
async fn consent(stage: &Stage, app: &App, browser: &Browser) -> Result<String, Fault> {
    app.painted().await?;
    stage.knows_the_scheme().await?;
    app.find("button", "Open Notion in the browser")
        .await?
        .click()
        .await?;
    app.says("status", "Waiting for the browser").await?;
    let address = browser.opened().await?;
    let landed = browser.decide(address, "allow").await?;
    let page = browser.open(landed).await?;
    Broker::link(&page)
}

/// Every account that the person's usual folder knows, as the command line lists them.
async fn accounts(stage: &Stage, notion: &Simulator) -> Result<Vec<serde_json::Value>, Fault> {
    let cli = stage.cli(notion)?.in_usual_folder();
    let listed = cli
        .run(&["--json", "account", "list"], "")
        .await?
        .expect_code(0)?
        .json()?;
    Ok(listed
        .get("accounts")
        .or(Some(&listed))
        .and_then(serde_json::Value::as_array)
        .cloned()
        .unwrap_or_default())
}

#[tokio::test]
async fn the_desktop_brings_the_link_to_the_running_app() -> Verdict {
    let name = "the_desktop_brings_the_link_to_the_running_app";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = Broker::start(stage, &notion).await?;
        let browser = Browser::install(stage)?;
        let app: Rc<App> = stage
            .open_app_with(options(&notion, &broker, &browser))
            .await?;
        let link = consent(stage, &app, &browser).await?;
        stage.gio_open(&link, &[("OCTAVO_NOTION_URL", notion.url())])?;
        app.find("button", "New note").await?;
        app.write_note("Through the broker", "Signed in by a link.")
            .await?;
        app.chip("In Notion").await?;
        notion
            .only_page(notion.workspace(), "Through the broker")
            .await?;
        // The link counts once.
        stage.gio_open(&link, &[("OCTAVO_NOTION_URL", notion.url())])?;
        app.quit().await?;
        let secrets = stage.secrets("service", "Octavo")?;
        ensure(
            !secrets.iter().any(|kept| kept.contains(broker.secret())),
            || "the broker's secret came to this computer".into(),
        )
    })
    .await
}

#[tokio::test]
async fn the_desktop_brings_the_link_to_an_app_that_was_closed() -> Verdict {
    let name = "the_desktop_brings_the_link_to_an_app_that_was_closed";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = Broker::start(stage, &notion).await?;
        let browser = Browser::install(stage)?;
        let app = stage
            .open_app_with(options(&notion, &broker, &browser))
            .await?;
        let link = consent(stage, &app, &browser).await?;
        app.quit().await?;

        let environment = [
            ("OCTAVO_NOTION_URL", notion.url()),
            ("OCTAVO_BROKER_URL", broker.url()),
        ];
        stage.gio_open(&link, &environment)?;
        stage.window("Octavo").await?;
        wait_until("the account is signed in", async || {
            let accounts = accounts(stage, &notion).await?;
            Ok(look(accounts.len() == 1, accounts))
        })
        .await?;
        stage.close_windows("Octavo").await?;
        // The same link once more: nobody waits for it, nothing is doubled, and it is said.
        let again = stage
            .open_app_with(options(&notion, &broker, &browser).arg(&link))
            .await?;
        again.reads("No sign-in is waiting").await?;
        let accounts = accounts(stage, &notion).await?;
        ensure(accounts.len() == 1, || format!("{accounts:?}"))
    })
    .await
}

#[tokio::test]
async fn a_broker_that_is_down_is_said_before_a_browser_opens() -> Verdict {
    let name = "a_broker_that_is_down_is_said_before_a_browser_opens";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = Broker::start(stage, &notion).await?;
        let browser = Browser::install(stage)?;
        let options = options(&notion, &broker, &browser);
        drop(broker);
        let app = stage.open_app_with(options).await?;
        app.painted().await?;
        app.find("button", "Open Notion in the browser")
            .await?
            .click()
            .await?;
        app.says("alert", "sign-in page at localhost cannot be reached")
            .await?;
        app.paste_token(&notion.workspace().personal_token).await?;
        app.find("button", "New note").await.map(drop)
    })
    .await
}
