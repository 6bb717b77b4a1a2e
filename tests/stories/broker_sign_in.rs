//! Signing in through the browser and the broker, the link back handed over by the desktop.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;

use harness::{
    App, AppOptions, Bridge, Broker, Browser, Fault, Keyring, Simulator, Stage, Verdict, ensure,
    look, story, wait_until,
};

/// From the first start to a sign-in that waits.
async fn begin(
    stage: &Stage,
    notion: &Simulator,
    broker: &Broker,
    browser: &Browser,
) -> Result<Rc<App>, Fault> {
    let options = AppOptions::new(notion.url()).in_usual_folder();
    let options = broker.for_app(browser.for_app(options));
    let app = stage.open_app_with(options).await?;
    app.painted().await?;
    app.find("button", "Open Notion in the browser")
        .await?
        .click()
        .await?;
    app.says("status", "Waiting for the browser").await?;
    Ok(app)
}

/// What a program needs that the desktop starts for a link, to meet the simulator.
fn around<'a>(notion: &'a Simulator, broker: &'a Broker) -> [(&'a str, &'a str); 2] {
    [
        ("OCTAVO_NOTION_URL", notion.url()),
        ("OCTAVO_BROKER_URL", broker.url()),
    ]
}

/// The code that a person compares stands in both places.
async fn same_words(app: &App, bridge: &Bridge) -> Verdict {
    let status = app.says("status", "Check that it shows").await?;
    let words = status
        .rsplit("shows")
        .next()
        .unwrap_or_default()
        .trim()
        .trim_end_matches('.')
        .to_owned();
    ensure(!words.is_empty() && bridge.page.contains(&words), || {
        format!("the window shows {words:?}, the page {}", bridge.page)
    })
}

/// The link of the sealed code, the broker's secret and the tokens are on no disk.
fn no_secret_on_disk(stage: &Stage, broker: &Broker, bridge: &Bridge) -> Verdict {
    let sealed = url::Url::parse(&bridge.link)
        .ok()
        .and_then(|link| {
            let (_, code) = link.query_pairs().find(|(key, _)| key == "code")?;
            Some(code.into_owned())
        })
        .unwrap_or_default();
    ensure(!sealed.is_empty(), || "the link carries no code".into())?;
    for secret in [sealed.as_str(), broker.secret()] {
        let files = stage.files_with(secret)?;
        ensure(files.is_empty(), || format!("a secret is in {files:?}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn the_desktop_hands_the_link_to_the_running_app() -> Verdict {
    let name = "the_desktop_hands_the_link_to_the_running_app";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = stage.broker(&notion).await?;
        let browser = Browser::install(stage)?;
        let app = begin(stage, &notion, &broker, &browser).await?;
        stage.knows_the_scheme().await?;

        let bridge = browser.allow(browser.opened().await?).await?;
        same_words(&app, &bridge).await?;
        stage.open_address(&bridge.link, &around(&notion, &broker))?;
        app.find("button", "New note").await?;
        app.write_note("Through the broker", "No token was seen by anybody.")
            .await?;
        app.chip("In Notion").await?;
        notion
            .only_page(notion.workspace(), "Through the broker")
            .await?;
        ensure(app.is_running(), || "the first app ended".into())?;
        // The same link once more is of no use to anybody.
        stage.open_address(&bridge.link, &around(&notion, &broker))?;
        app.quit().await?;
        no_secret_on_disk(stage, &broker, &bridge)
    })
    .await
}

#[tokio::test]
async fn the_desktop_hands_the_link_to_an_app_that_was_closed() -> Verdict {
    let name = "the_desktop_hands_the_link_to_an_app_that_was_closed";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = stage.broker(&notion).await?;
        let browser = Browser::install(stage)?;
        let app = begin(stage, &notion, &broker, &browser).await?;
        stage.knows_the_scheme().await?;
        let address = browser.opened().await?;
        app.quit().await?;
        stage.close_apps();
        let bridge = browser.allow(address).await?;

        // The desktop starts the app for it, and the sign-in goes on where it was.
        stage.open_address(&bridge.link, &around(&notion, &broker))?;
        stage.window("Octavo").await?;
        wait_until("the account is signed in", async || {
            let accounts = accounts(stage, &notion).await?;
            Ok(look(accounts.len() == 1, accounts))
        })
        .await?;
        stage.end_started_apps();
        stage.no_window("Octavo").await?;

        // The same link once more: nobody waits for it, and it is said.
        let options = AppOptions::new(notion.url()).in_usual_folder();
        let options = broker.for_app(options).arg(&bridge.link);
        let app = stage.open_app_with(options).await?;
        app.painted().await?;
        app.reads("No sign-in is waiting for this address").await?;
        app.write_note("After a cold start", "Signed in by the desktop.")
            .await?;
        app.chip("In Notion").await?;
        let accounts = accounts(stage, &notion).await?;
        ensure(accounts.len() == 1, || format!("{accounts:?}"))?;
        app.quit().await?;
        no_secret_on_disk(stage, &broker, &bridge)
    })
    .await
}

#[tokio::test]
async fn a_link_that_nobody_waits_for_signs_nobody_in() -> Verdict {
    let name = "a_link_that_nobody_waits_for_signs_nobody_in";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = stage.broker(&notion).await?;
        let browser = Browser::install(stage)?;
        let app = begin(stage, &notion, &broker, &browser).await?;
        let address = browser.opened().await?;
        app.find("button", "Cancel").await?.click().await?;
        app.find("button", "Open Notion in the browser").await?;
        app.quit().await?;
        let bridge = browser.allow(address).await?;
        let options = AppOptions::new(notion.url()).in_usual_folder();
        let options = broker.for_app(options).arg(&bridge.link);
        let app = stage.open_app_with(options).await?;
        app.painted().await?;
        app.reads("No sign-in is waiting for this address").await?;
        app.find("button", "Start without Notion").await?;
        let accounts = accounts(stage, &notion).await?;
        ensure(accounts.is_empty(), || format!("{accounts:?}"))?;
        let kept = stage.secrets("service", "Octavo")?;
        ensure(kept.is_empty(), || {
            format!("{} secrets are in the keychain", kept.len())
        })?;
        app.quit().await?;
        no_secret_on_disk(stage, &broker, &bridge)
    })
    .await
}

#[tokio::test]
async fn a_broker_that_is_down_is_said_before_a_browser_opens() -> Verdict {
    let name = "a_broker_that_is_down_is_said_before_a_browser_opens";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = stage.broker(&notion).await?;
        let options = broker.for_app(AppOptions::new(notion.url()));
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

/// Every account of the person's usual folder, as the command line lists them.
async fn accounts(stage: &Stage, notion: &Simulator) -> Result<Vec<serde_json::Value>, Fault> {
    let folder = stage.usual_data_dir().display().to_string();
    let list = stage
        .cli(notion)?
        .run(&["--data-dir", &folder, "--json", "account", "list"], "")
        .await?
        .json()?;
    let accounts = list.get("accounts").and_then(|list| list.as_array());
    Ok(accounts.cloned().unwrap_or_default())
}
