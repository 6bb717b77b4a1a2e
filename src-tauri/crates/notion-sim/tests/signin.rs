//! Signing in, from the address an app opens to the last token, with a real HTTP client.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "signin/access.rs"]
mod access;
#[path = "signin/browser.rs"]
mod browser;
#[path = "signin/tokens.rs"]
mod tokens;

use browser::{Client, Stage, parameter, text};
use serde_json::{Value, json};

#[tokio::test]
async fn a_person_allows() {
    let stage = Stage::start().await;
    let home = stage.page(&stage.pat, None, "Home <b> & \"co\"").await;
    let sub = stage.page(&stage.pat, Some(&home), "Sub").await;
    let other = stage.page(&stage.pat, None, "Other").await;
    let (status, page) = stage.open(stage.authorize_url(&stage.client, &[])).await;
    assert_eq!(status, 200);
    assert_eq!(page.offered(), [&home, &sub, &other].map(String::as_str));
    assert!(page.ticked().is_empty() && page.accounts().is_empty());
    assert!(page.text.contains("Home &lt;b&gt; &amp; &quot;co&quot;"));
    for line in ["Read content", "Insert content", "Update content", "e-mail"] {
        assert!(page.text.contains(line), "{line}");
    }
    let answer = stage.press(&page, "allow", &[&home]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.url().path(), "/callback");
    assert_eq!(parameter(answer.url(), "state").as_deref(), Some("st&te"));
    assert_eq!(stage.callbacks.lock().await.len(), 1);
    let code = parameter(answer.url(), "code").unwrap();

    let before = stage.control("connections", Value::Null).await;
    assert_eq!(before["authorizations"], json!([]), "not exchanged yet");
    let (status, pair) = stage.exchange(&stage.client, &code).await;
    assert_eq!(status, 200);
    assert!(text(&pair["access_token"]).starts_with("ntn_"));
    assert!(text(&pair["refresh_token"]).starts_with("nrt_"));
    assert_eq!(pair["token_type"], "bearer");
    assert_eq!(pair["workspace_id"], stage.running.workspace_id());
    assert_eq!(pair["workspace_name"], "Ada's Notion");
    assert_eq!(pair["owner"]["type"], "user");
    assert_eq!(
        pair["owner"]["user"]["person"]["email"],
        "ada.lovelace@example.org"
    );
    for key in ["workspace_icon", "duplicated_template_id"] {
        assert_eq!(pair.get(key), Some(&Value::Null), "{key}");
    }
    assert!(pair.get("expires_in").is_none() && pair["request_id"].is_string());
    let token = text(&pair["access_token"]);
    let (_, me) = stage.api(token, "GET", "/v1/users/me", Value::Null).await;
    assert_eq!(
        (&me["type"], &me["id"]),
        (&json!("bot"), &pair["bot_id"]),
        "{me}"
    );
    assert_eq!(me["bot"]["owner"], pair["owner"]);
}

#[tokio::test]
async fn a_person_cancels() {
    let stage = Stage::start().await;
    let (_, page) = stage.open(stage.authorize_url(&stage.client, &[])).await;
    let answer = stage.press(&page, "cancel", &[]).await;
    assert_eq!(answer.status(), 200);
    let query = answer.url().query().unwrap();
    assert_eq!(query, "error=access_denied&state=st%26te");
    let (_, page) = stage
        .open(stage.authorize_url(&stage.client, &[("state", "")]))
        .await;
    let answer = stage.press(&page, "cancel", &[]).await;
    assert_eq!(answer.url().query(), Some("error=access_denied"));
}

#[tokio::test]
async fn a_wrong_request_ends_on_a_page() {
    let stage = Stage::start().await;
    let client = &stage.client;
    let slash = format!("{}/", client.redirect);
    let numeric = client.redirect.replace("localhost", "127.0.0.1");
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "nonsense"),
        ("client_id", unknown),
        ("response_type", ""),
        ("response_type", "token"),
        ("owner", ""),
        ("owner", "workspace"),
        ("redirect_uri", slash.as_str()),
        ("redirect_uri", numeric.as_str()),
        ("account", "nobody"),
    ] {
        let url = stage.authorize_url(client, &[(name, value)]);
        let (status, page) = stage.open(url).await;
        assert_eq!(status, 400, "{name}={value}");
        assert!(page.text.contains("role=\"alert\"") && !page.text.contains("<form"));
    }
    let mut twice = stage.authorize_url(client, &[]);
    twice.query_pairs_mut().append_pair("state", "2");
    assert_eq!(stage.open(twice).await.0, 400);
    // What the form sends is checked like what the app sent.
    let (_, mut page) = stage.open(stage.authorize_url(client, &[])).await;
    page.text = page.text.replace(&client.redirect, "https://evil.example/");
    assert_eq!(stage.press(&page, "allow", &[]).await.status(), 400);
    let (_, page) = stage.open(stage.authorize_url(client, &[])).await;
    assert_eq!(stage.press(&page, "allow", &[unknown]).await.status(), 400);
    assert_eq!(stage.press(&page, "perhaps", &[]).await.status(), 400);
    assert!(stage.callbacks.lock().await.is_empty());
    let (status, error) = stage
        .api("x", "POST", "/v1/oauth/authorize", json!({}))
        .await;
    assert_eq!(
        (status, text(&error["code"])),
        (400, "invalid_request_url"),
        "only a browser's GET"
    );
}

#[tokio::test]
async fn connections_are_registered_by_notions_rules() {
    let stage = Stage::start().await;
    let bridge = "https://bridge.example/callback?via=octavo";
    let new = json!({"name": "Bridge", "redirect_uris": [bridge],
                     "capabilities": {"user_email": false}});
    let made = stage.control("connection", new).await;
    assert_eq!(made["capabilities"]["user_email"], false);
    assert_eq!(made["capabilities"]["read_content"], true);
    for bad in [
        "http://127.0.0.1:9/callback",
        "octavo://oauth/callback",
        "http://example.org/callback",
        "http://localhost/callback",
    ] {
        let body = json!({"client_id": made["client_id"], "redirect_uris": [bridge, bad]});
        let (status, answer) = stage.try_control("connection", body).await;
        assert_eq!(status, 400);
        assert!(text(&answer["error"]).contains(bad), "{answer}");
    }
    let (status, _) = stage
        .try_control("connection", json!({"nonsense": true}))
        .await;
    assert_eq!(status, 400);
    let client = Client {
        id: text(&made["client_id"]).to_owned(),
        secret: text(&made["client_secret"]).to_owned(),
        redirect: bridge.to_owned(),
    };
    // Without a redirect_uri the only registered one is meant; then the exchange must not name it.
    let url = stage.authorize_url(&client, &[("redirect_uri", "")]);
    let (status, page) = stage.open(url).await;
    assert_eq!(status, 200);
    assert!(page.text.contains("Connect Bridge with Notion"));
    assert!(page.text.contains("without their e-mail"));
    let stay = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let stay = Stage {
        http: stay,
        ..stage
    };
    let answer = stay.press(&page, "allow", &[]).await;
    assert_eq!(answer.status(), 303);
    let location = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    assert!(location.as_str().starts_with(&format!("{bridge}&code=")));
    let code = parameter(&location, "code").unwrap();
    assert_eq!(stay.exchange(&client, &code).await.0, 400);
    let body = json!({"grant_type": "authorization_code", "code": code});
    let (status, _, pair) = stay.oauth(&client, "token", body).await;
    assert_eq!(status, 200, "{pair}");
    assert_eq!(pair["owner"]["user"]["person"], json!({}));

    let rotate = json!({"client_id": client.id, "rotate_secret": true});
    stay.control("connection", rotate).await;
    assert_eq!(stay.exchange(&client, &code).await.0, 401);
}
