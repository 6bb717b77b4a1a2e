//! What a sign-in may see and do.

use notion_sim::Options;
use serde_json::{Value, json};

use crate::browser::{Client, Stage, text};

async fn titles(stage: &Stage, token: &str) -> Vec<String> {
    let (status, found) = stage.api(token, "POST", "/v1/search", json!({})).await;
    assert_eq!(status, 200, "{found}");
    let mut titles: Vec<String> = found["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| text(&page["properties"]["title"]["title"][0]["plain_text"]).to_owned())
        .collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn picked_subtrees_and_own_pages() {
    let stage = Stage::start().await;
    let home = stage.page(&stage.pat, None, "Home").await;
    let sub = stage.page(&stage.pat, Some(&home), "Sub").await;
    let other = stage.page(&stage.pat, None, "Other").await;
    let below = stage.page(&stage.pat, Some(&other), "Below").await;
    let pair = stage.sign_in(&[&home]).await;
    let token = text(&pair["access_token"]);
    let path = |id: &str| format!("/v1/pages/{id}");
    for (id, wanted) in [(&home, 200), (&sub, 200), (&other, 404), (&below, 404)] {
        assert_eq!(stage.status(token, &path(id)).await, wanted);
        let children = format!("/v1/blocks/{id}/children");
        assert_eq!(stage.status(token, &children).await, wanted);
        let markdown = format!("/v1/pages/{id}/markdown");
        assert_eq!(stage.status(token, &markdown).await, wanted);
    }
    let later = stage.page(&stage.pat, Some(&sub), "Later").await;
    assert_eq!(stage.status(token, &path(&later)).await, 200);
    let own = stage.page(token, None, "Own").await;
    let (_, made) = stage.api(token, "GET", &path(&own), Value::Null).await;
    assert_eq!(made["parent"]["type"], "workspace");
    assert_eq!(made["created_by"]["id"], pair["bot_id"]);
    stage.page(token, Some(&own), "Own child").await;
    let (status, _) = stage
        .api(
            token,
            "POST",
            "/v1/pages",
            json!({"parent": {"page_id": other}, "markdown": "# No"}),
        )
        .await;
    assert_eq!(status, 404);
    assert_eq!(
        titles(&stage, token).await,
        ["Home", "Later", "Own", "Own child", "Sub"]
    );
    // Directly shared pages are found at once, created ones only after the lag.
    stage
        .control("config", json!({"search_lag_ms": 3_600_000}))
        .await;
    assert_eq!(titles(&stage, token).await, ["Home"]);
    let share = json!({"token": token, "page_id": below});
    stage.control("share", share).await;
    assert_eq!(stage.status(token, &path(&below)).await, 200);
    let (status, _) = stage.refresh(&pair["refresh_token"]).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn picking_again() {
    let stage = Stage::start().await;
    let one = stage.page(&stage.pat, None, "One").await;
    let two = stage.page(&stage.pat, None, "Two").await;
    let first = stage.sign_in(&[&one]).await;
    let token = text(&first["access_token"]);
    let own = stage.page(token, None, "Own").await;
    let (_, page) = stage.open(stage.authorize_url(&stage.client, &[])).await;
    assert_eq!(page.ticked(), [one.as_str(), own.as_str()]);
    let second = stage.sign_in(&[&two]).await;
    assert_eq!(first["bot_id"], second["bot_id"]);
    assert_ne!(first["access_token"], second["access_token"]);
    // Both machines are signed in, and both see what was picked last.
    for pair in [&first, &second] {
        let token = text(&pair["access_token"]);
        assert_eq!(titles(&stage, token).await, ["Own", "Two"]);
    }
    stage
        .control("config", json!({"keep_created": false}))
        .await;
    stage.sign_in(&[&two]).await;
    assert_eq!(titles(&stage, token).await, ["Two"]);
}

#[tokio::test]
async fn several_workspaces_and_people() {
    let stage = Stage::start().await;
    let icon = "https://icons.example/analytical.png";
    let wanted = json!({"name": "Engine", "person": "Charles Babbage", "icon": icon});
    let second = stage.control("workspace", wanted).await;
    let pat = text(&second["personal_access_token"]);
    let plans = stage.page(pat, None, "Plans").await;
    let home = stage.page(&stage.pat, None, "Home").await;
    let friend = stage
        .control("person", json!({"name": "Mary Somerville"}))
        .await;

    let (_, page) = stage.open(stage.authorize_url(&stage.client, &[])).await;
    let accounts = page.accounts();
    assert_eq!(accounts.len(), 3);
    assert_eq!(page.offered(), [home.as_str()]);
    let engine = |key: &&String| key.starts_with(text(&second["workspace_id"]));
    let engine = accounts.iter().find(engine).unwrap();
    let url = stage.authorize_url(&stage.client, &[("account", engine)]);
    let (_, page) = stage.open(url).await;
    assert_eq!(page.offered(), [plans.as_str()]);
    let wrong = stage.press(&page, "allow", &[&home]).await;
    assert_eq!(wrong.status(), 400, "a page of another workspace");

    let mut pairs = Vec::new();
    for key in &accounts {
        let changes = [("account", key.as_str())];
        let code = stage.allow(&stage.client, &changes, &[]).await;
        pairs.push(stage.exchange(&stage.client, &code).await.1);
    }
    let mut bots: Vec<&str> = pairs.iter().map(|pair| text(&pair["bot_id"])).collect();
    bots.sort_unstable();
    bots.dedup();
    assert_eq!(bots.len(), 3);
    let in_engine = pairs
        .iter()
        .find(|pair| pair["workspace_id"] == second["workspace_id"])
        .unwrap();
    assert_eq!(in_engine["workspace_icon"], icon);
    assert_eq!(in_engine["owner"]["user"]["name"], "Charles Babbage");
    let mary = pairs
        .iter()
        .find(|pair| pair["owner"]["user"]["id"] == friend["person_id"])
        .unwrap();
    assert_eq!(mary["workspace_id"], stage.running.workspace_id());
    let path = format!("/v1/pages/{home}");
    assert_eq!(
        stage.status(text(&in_engine["access_token"]), &path).await,
        404
    );
}

#[tokio::test]
async fn capabilities_and_templates() {
    let stage = Stage::start().await;
    let home = stage.page(&stage.pat, None, "Home").await;
    let new = json!({"name": "Reader", "redirect_uris": [stage.client.redirect],
        "workspaces": [stage.running.workspace_id()],
        "template": {"title": "Personal Assistant", "markdown": "Welcome"},
        "capabilities": {"insert_content": false, "update_content": false,
                         "user_information": false}});
    let made = stage.control("connection", new).await;
    stage
        .control("workspace", json!({"name": "W", "person": "Charles"}))
        .await;
    let client = Client {
        id: text(&made["client_id"]).to_owned(),
        secret: text(&made["client_secret"]).to_owned(),
        redirect: stage.client.redirect.clone(),
    };
    let (_, page) = stage.open(stage.authorize_url(&client, &[])).await;
    assert!(page.accounts().is_empty(), "only one workspace is allowed");
    assert!(!page.text.contains("Insert content") && !page.text.contains("of people"));
    let picks = [home.as_str(), "template=duplicate"];
    let code = stage.allow(&client, &[], &picks).await;
    let (_, pair) = stage.exchange(&client, &code).await;
    let template = text(&pair["duplicated_template_id"]);
    let partial = json!({"object": "user", "id": pair["owner"]["user"]["id"]});
    assert_eq!(pair["owner"], json!({"type": "user", "user": partial}));
    let token = text(&pair["access_token"]);
    assert_eq!(titles(&stage, token).await, ["Home", "Personal Assistant"]);
    let markdown = format!("/v1/pages/{template}/markdown");
    let (_, copy) = stage.api(token, "GET", &markdown, Value::Null).await;
    assert_eq!(copy["markdown"], "Welcome");
    let (_, me) = stage.api(token, "GET", "/v1/users/me", Value::Null).await;
    assert_eq!(me["bot"]["owner"]["user"], partial);
    for (method, path, body) in [
        ("GET", "/v1/users".to_owned(), Value::Null),
        ("POST", "/v1/pages".to_owned(), json!({"markdown": "# No"})),
        (
            "PATCH",
            format!("/v1/pages/{home}"),
            json!({"in_trash": true}),
        ),
    ] {
        let (status, error) = stage.api(token, method, &path, body).await;
        assert_eq!((status, text(&error["code"])), (403, "restricted_resource"));
    }
    // More capabilities count once the person has agreed to them.
    let more = json!({"client_id": client.id, "capabilities": {"insert_content": true}});
    stage.control("connection", more).await;
    let body = json!({"markdown": "# Yes"});
    let (status, _) = stage.api(token, "POST", "/v1/pages", body.clone()).await;
    assert_eq!(status, 403);
    let code = stage.allow(&client, &[], &[&home]).await;
    let (_, pair) = stage.exchange(&client, &code).await;
    assert_eq!(pair["duplicated_template_id"], Value::Null);
    let token = text(&pair["access_token"]);
    assert_eq!(stage.api(token, "POST", "/v1/pages", body).await.0, 200);
}

#[tokio::test]
async fn one_budget_whatever_the_token() {
    let stage = Stage::start().await;
    let pair = stage.sign_in(&[]).await;
    let limit = json!({"rate_limit": {"requests": 1, "window_seconds": 600}});
    stage.control("config", limit).await;
    let me = "/v1/users/me";
    assert_eq!(stage.status(text(&pair["access_token"]), me).await, 200);
    let (_, next) = stage.refresh(&pair["refresh_token"]).await;
    assert_eq!(stage.status(text(&next["access_token"]), me).await, 429);
}

#[tokio::test]
async fn everything_survives_a_restart_and_a_reset_forgets_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        state: Some(folder.path().join("state.json")),
        ..Options::default()
    };
    let first = Stage::with(options.clone()).await;
    let home = first.page(&first.pat, None, "Home").await;
    let pair = first.sign_in(&[&home]).await;
    let own = first.page(text(&pair["access_token"]), None, "Own").await;
    let code = first.allow(&first.client, &[], &[&home]).await;
    let client = first.client.clone();
    first.running.shutdown().await;

    let second = Stage::with(options).await;
    assert_eq!(
        (&second.client.id, &second.client.secret),
        (&client.id, &client.secret)
    );
    let token = text(&pair["access_token"]);
    for id in [&home, &own] {
        assert_eq!(second.status(token, &format!("/v1/pages/{id}")).await, 200);
    }
    assert_eq!(second.exchange(&client, &code).await.0, 200);
    assert_eq!(second.exchange(&client, &code).await.0, 400);
    let (status, next) = second.refresh(&pair["refresh_token"]).await;
    assert_eq!(status, 200);

    second.control("reset", json!({})).await;
    let me = "/v1/users/me";
    assert_eq!(second.status(text(&next["access_token"]), me).await, 401);
    let known = second.control("connections", Value::Null).await;
    assert_eq!(known["authorizations"], json!([]));
    let redirects = &known["connections"][0]["redirect_uris"];
    assert_eq!(redirects, &json!([client.redirect, second.client.redirect]));
    second.sign_in(&[]).await;
}
