//! Signing in through the browser.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;

use harness::{
    App, AppOptions, Browser, Connection, Keyring, Simulator, Stage, Verdict, binary, ensure, story,
};

/// The addresses that the window tells a person to register.
const REDIRECTS: [&str; 3] = [
    "http://localhost:53682/callback",
    "http://localhost:53683/callback",
    "http://localhost:53684/callback",
];

/// From the first start to a sign-in that waits, through a connection of one's own.
async fn begin(
    stage: &Stage,
    notion: &Simulator,
    browser: &Browser,
) -> Result<(Rc<App>, Connection), harness::Fault> {
    let own = notion.make_connection(&REDIRECTS).await?;
    let options = browser.for_app(AppOptions::new(notion.url()));
    let app = stage.open_app_with(options).await?;
    app.painted().await?;
    app.find("button", "Use your own connection")
        .await?
        .click()
        .await?;
    for redirect in REDIRECTS {
        app.reads(redirect).await?;
    }
    app.find("textbox", "Client ID")
        .await?
        .type_text(&own.client_id)
        .await?;
    app.find("textbox", "Client secret")
        .await?
        .type_text(&own.client_secret)
        .await?;
    app.find("button", "Keep it and open Notion")
        .await?
        .click()
        .await?;
    app.says("status", "Waiting for the browser").await?;
    Ok((app, own))
}

#[tokio::test]
async fn the_browser_comes_back_to_this_computer() -> Verdict {
    let name = "the_browser_comes_back_to_this_computer";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let browser = Browser::install(stage)?;
        let (app, own) = begin(stage, &notion, &browser).await?;

        let address = browser.opened().await?;
        let back = browser.decide(address, "allow").await?;
        let page = browser.open(back.clone()).await?;
        ensure(page.contains("Back to Octavo"), || page.clone())?;
        app.find("button", "New note").await?;

        app.write_note("By the browser", "Signed in without a token.")
            .await?;
        app.chip("In Notion").await?;
        notion
            .only_page(notion.workspace(), "By the browser")
            .await?;

        let secrets = stage.secrets("service", "Octavo")?;
        ensure(
            secrets.iter().any(|kept| kept.contains(&own.client_secret)),
            || "the connection's secret is not in the keychain".into(),
        )?;
        let (_, code) = back
            .query_pairs()
            .find(|(key, _)| key == "code")
            .unwrap_or_default();
        app.quit().await?;
        for secret in [own.client_secret.as_str(), code.as_ref()] {
            let files = stage.files_with(secret)?;
            ensure(!secret.is_empty() && files.is_empty(), || {
                format!("a secret is in {files:?}")
            })?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_second_start_hands_its_address_to_the_first() -> Verdict {
    let name = "a_second_start_hands_its_address_to_the_first";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let browser = Browser::install(stage)?;
        let (app, _) = begin(stage, &notion, &browser).await?;
        let address = browser.opened().await?;
        let back = browser.decide(address, "allow").await?;

        let start = |link: &str| {
            let mut command = stage.command("timeout");
            command
                .arg("60")
                .arg(binary("octavo-desktop")?)
                .args(["--safe-graphics", link])
                .env("OCTAVO_DATA_DIR", stage.data_dir())
                .env("OCTAVO_NOTION_URL", notion.url());
            let ended = command
                .status()
                .map_err(harness::Fault::io("start the app again"))?;
            ensure(ended.success(), || format!("the second start: {ended}"))
        };
        // What is no callback, or belongs to no sign-in, changes nothing.
        start("octavo://capture?text=hello")?;
        start("octavo://oauth/callback?code=a&state=b")?;
        app.says("status", "Waiting for the browser").await?;

        let query = back.query().unwrap_or_default();
        start(&format!("octavo://oauth/callback?{query}"))?;
        app.find("button", "New note").await?;
        ensure(app.is_running(), || "the first app ended".into())
    })
    .await
}

#[tokio::test]
async fn a_refusal_is_said_and_another_door_is_open() -> Verdict {
    let name = "a_refusal_is_said_and_another_door_is_open";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let browser = Browser::install(stage)?;
        let (app, _) = begin(stage, &notion, &browser).await?;
        let address = browser.opened().await?;
        let back = browser.decide(address, "cancel").await?;
        browser.open(back).await?;
        app.says("alert", "You did not allow access").await?;
        app.paste_token(&notion.workspace().personal_token).await?;
        app.find("button", "New note").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn without_a_browser_the_address_is_shown() -> Verdict {
    let name = "without_a_browser_the_address_is_shown";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let broker = stage.broker(&notion).await?;
        let nothing = stage.path("nothing-installed");
        std::fs::create_dir_all(&nothing).map_err(harness::Fault::io("make an empty folder"))?;
        let options = AppOptions::new(notion.url()).env("PATH", &nothing.display().to_string());
        let app = stage.open_app_with(broker.for_app(options)).await?;
        app.painted().await?;
        app.find("button", "Open Notion in the browser")
            .await?
            .click()
            .await?;
        app.reads("No browser could be opened").await?;
        let fields = "return [...document.querySelectorAll('input')].map((e) => e.value).join(' ')";
        let shown = app.run(fields).await?;
        let address = format!("{}/start?", broker.url());
        ensure(
            shown.as_str().is_some_and(|shown| shown.contains(&address)),
            || format!("{shown} has no {address}"),
        )
    })
    .await
}
