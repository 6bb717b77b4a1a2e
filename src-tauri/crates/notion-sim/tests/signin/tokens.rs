//! Codes, pairs, and every way in which they end.

use serde_json::{Value, json};

use crate::browser::{Client, Stage, text};

async fn other_client(stage: &Stage) -> Client {
    let new = json!({"name": "Other", "redirect_uris": [stage.client.redirect]});
    let made = stage.control("connection", new).await;
    Client {
        id: text(&made["client_id"]).to_owned(),
        secret: text(&made["client_secret"]).to_owned(),
        redirect: stage.client.redirect.clone(),
    }
}

#[tokio::test]
async fn clients_must_prove_themselves() {
    let stage = Stage::start().await;
    let body = json!({"token": "x"});
    for route in ["token", "introspect", "revoke"] {
        let wrong = Client {
            secret: "wrong".to_owned(),
            ..stage.client.clone()
        };
        let (status, headers, answer) = stage.oauth(&wrong, route, body.clone()).await;
        assert_eq!(status, 401, "{route}");
        assert_eq!(headers["www-authenticate"], "Basic realm=\"OAuth\"");
        let id = headers["x-notion-request-id"].to_str().unwrap();
        assert_eq!(answer, json!({"error": "invalid_client", "request_id": id}));
        let url = format!("{}/v1/oauth/{route}", stage.url);
        let bare = stage.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(bare.status(), 401, "{route}");
    }
    // The secret in the body is not how Notion takes it.
    let posted = json!({"grant_type": "authorization_code", "code": "x",
                        "client_id": stage.client.id, "client_secret": stage.client.secret});
    let url = format!("{}/v1/oauth/token", stage.url);
    let sent = stage.http.post(&url).json(&posted).send().await.unwrap();
    assert_eq!(sent.status(), 401);

    let (id, secret) = (&stage.client.id, Some(&stage.client.secret));
    let request = || stage.http.post(&url).basic_auth(id, secret);
    let form = "grant_type=refresh_token&refresh_token=x";
    let form = request()
        .header("notion-version", "2026-03-11")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = form.send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["error"], "invalid_request");
    let answer = request().json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["code"], "missing_version");
}

#[tokio::test]
async fn refusals_in_both_styles() {
    let stage = Stage::start().await;
    let client = &stage.client;
    let wanted = [
        (json!({}), "invalid_request"),
        (json!({"grant_type": "password"}), "unsupported_grant_type"),
        (
            json!({"grant_type": "authorization_code"}),
            "invalid_request",
        ),
        (
            json!({"grant_type": "authorization_code", "code": "x"}),
            "invalid_grant",
        ),
        (
            json!({"grant_type": "refresh_token", "refresh_token": 5}),
            "invalid_request",
        ),
        (
            json!({"grant_type": "refresh_token", "refresh_token": "x"}),
            "invalid_grant",
        ),
    ];
    for (body, code) in &wanted {
        let (status, _, answer) = stage.oauth(client, "token", body.clone()).await;
        assert_eq!((status, &answer["error"]), (400, &json!(code)), "{answer}");
        assert!(answer["error_description"].is_string() && answer.get("object").is_none());
    }
    let style = json!({"oauth_error_style": "openapi"});
    stage.control("config", style).await;
    for (body, code) in &wanted {
        let (status, headers, answer) = stage.oauth(client, "token", body.clone()).await;
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{answer}");
        assert_eq!(
            (&answer["object"], &answer["status"]),
            (&json!("error"), &json!(400))
        );
        assert!(answer["message"].is_string() && answer.get("error").is_none());
        let id = headers["x-notion-request-id"].to_str().unwrap();
        assert_eq!(answer["request_id"], id);
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_one_client_and_one_address() {
    let stage = Stage::start().await;
    let other = other_client(&stage).await;
    let code = stage.allow(&stage.client, &[], &[]).await;
    let (status, answer) = stage.exchange(&other, &code).await;
    assert_eq!((status, text(&answer["error"])), (400, "invalid_grant"));
    let elsewhere = Client {
        redirect: "https://else.example/".to_owned(),
        ..stage.client.clone()
    };
    let (status, answer) = stage.exchange(&elsewhere, &code).await;
    assert_eq!((status, text(&answer["error"])), (400, "invalid_grant"));
    let body = json!({"grant_type": "authorization_code", "code": code});
    let (status, _, answer) = stage.oauth(&stage.client, "token", body).await;
    assert_eq!((status, text(&answer["error"])), (400, "invalid_request"));

    assert_eq!(stage.exchange(&stage.client, &code).await.0, 200);
    let (status, answer) = stage.exchange(&stage.client, &code).await;
    assert_eq!((status, text(&answer["error"])), (400, "invalid_grant"));
    assert_eq!(
        answer["error_description"],
        "Invalid code: this code has been revoked."
    );
    stage
        .control("config", json!({"code_life_seconds": 0}))
        .await;
    let late = stage.allow(&stage.client, &[], &[]).await;
    let (status, answer) = stage.exchange(&stage.client, &late).await;
    assert_eq!((status, text(&answer["error"])), (400, "invalid_grant"));
}

#[tokio::test]
async fn pairs_roll() {
    let stage = Stage::start().await;
    let first = stage.sign_in(&[]).await;
    let (status, second) = stage.refresh(&first["refresh_token"]).await;
    assert_eq!(status, 200);
    assert_eq!(first["bot_id"], second["bot_id"]);
    for key in ["access_token", "refresh_token", "request_id"] {
        assert_ne!(first[key], second[key], "{key}");
    }
    let me = "/v1/users/me";
    assert_eq!(stage.status(text(&first["access_token"]), me).await, 401);
    assert_eq!(stage.status(text(&second["access_token"]), me).await, 200);
    let (status, answer) = stage.refresh(&first["refresh_token"]).await;
    assert_eq!((status, text(&answer["error"])), (400, "invalid_grant"));
    assert_eq!(stage.status(text(&second["access_token"]), me).await, 200);

    // The strict mode: a replay ends everything that came of this sign-in, and nothing else.
    stage
        .control("config", json!({"family_revocation": true}))
        .await;
    let elsewhere = stage.sign_in(&[]).await;
    assert_eq!(stage.refresh(&first["refresh_token"]).await.0, 400);
    assert_eq!(stage.status(text(&second["access_token"]), me).await, 401);
    assert_eq!(stage.refresh(&second["refresh_token"]).await.0, 400);
    assert_eq!(
        stage.status(text(&elsewhere["access_token"]), me).await,
        200
    );
    assert_eq!(stage.refresh(&elsewhere["refresh_token"]).await.0, 200);
}

#[tokio::test]
async fn an_answer_gets_lost() {
    let stage = Stage::start().await;
    let pair = stage.sign_in(&[]).await;
    let lose = json!({"rules": [{"path": "/v1/oauth/token", "fault": "cut_after_commit"}]});
    let lost = async || {
        stage.control("faults", lose.clone()).await;
        let url = format!("{}/v1/oauth/token", stage.url);
        let body = json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
        let sent = stage
            .http
            .post(url)
            .basic_auth(&stage.client.id, Some(&stage.client.secret))
            .header("notion-version", "2026-03-11")
            .json(&body);
        assert!(sent.send().await.is_err());
    };
    stage
        .control("config", json!({"refresh_grace": true}))
        .await;
    lost().await;
    lost().await;
    let (status, next) = stage.refresh(&pair["refresh_token"]).await;
    assert_eq!(status, 200, "{next}");
    stage
        .control("config", json!({"refresh_grace": false}))
        .await;
    assert_eq!(stage.refresh(&pair["refresh_token"]).await.0, 400);
    let (status, last) = stage.refresh(&next["refresh_token"]).await;
    assert_eq!(status, 200);
    stage
        .control("config", json!({"null_refresh_token": true}))
        .await;
    let (status, null) = stage.refresh(&last["refresh_token"]).await;
    assert_eq!(
        (status, null.get("refresh_token")),
        (200, Some(&Value::Null))
    );
    assert_eq!(stage.refresh(&last["refresh_token"]).await.0, 400);
}

#[tokio::test]
async fn access_tokens_expire_and_a_refresh_gets_going_again() {
    let stage = Stage::start().await;
    let first = stage.sign_in(&[]).await;
    let me = "/v1/users/me";
    stage.control("expire", json!({"all": false})).await;
    assert_eq!(stage.status(&stage.pat, me).await, 200);
    let (status, error) = stage
        .api(text(&first["access_token"]), "GET", me, Value::Null)
        .await;
    assert_eq!((status, text(&error["code"])), (401, "unauthorized"));
    assert_eq!(error["message"], "API token is invalid.");
    let (status, second) = stage.refresh(&first["refresh_token"]).await;
    assert_eq!(status, 200);
    assert_eq!(stage.status(text(&second["access_token"]), me).await, 200);
    stage.control("expire", json!({})).await;
    assert_eq!(stage.status(&stage.pat, me).await, 401);
    assert_eq!(stage.status(text(&second["access_token"]), me).await, 401);
    stage.control("expire", json!({"revoked": false})).await;
    assert_eq!(stage.status(&stage.pat, me).await, 200);
    assert_eq!(stage.status(text(&second["access_token"]), me).await, 200);

    stage
        .control("config", json!({"token_life_seconds": 1}))
        .await;
    let (_, short) = stage.refresh(&second["refresh_token"]).await;
    while stage.status(text(&short["access_token"]), me).await != 401 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.refresh(&short["refresh_token"]).await.0, 200);
}

#[tokio::test]
async fn introspect_and_revoke() {
    let stage = Stage::start().await;
    let other = other_client(&stage).await;
    let pair = stage.sign_in(&[]).await;
    let again = stage.sign_in(&[]).await;
    let ask = async |client: &Client, route: &str, token: &Value| {
        let (status, _, answer) = stage.oauth(client, route, json!({"token": token})).await;
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let mine = &stage.client;
    for key in ["access_token", "refresh_token"] {
        let seen = ask(mine, "introspect", &pair[key]).await;
        assert_eq!(seen["active"], true);
        assert!(seen["iat"].as_i64().unwrap() > 1_700_000_000, "{seen}");
        let seen = ask(&other, "introspect", &pair[key]).await;
        assert_eq!(seen["active"], false);
    }
    let foreign = ask(&other, "revoke", &pair["access_token"]).await;
    assert!(foreign["request_id"].is_string());
    let me = "/v1/users/me";
    assert_eq!(stage.status(text(&pair["access_token"]), me).await, 200);
    let answer = ask(mine, "revoke", &pair["access_token"]).await;
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    assert_eq!(stage.status(text(&pair["access_token"]), me).await, 401);
    assert_eq!(stage.refresh(&pair["refresh_token"]).await.0, 400);
    let seen = ask(mine, "introspect", &pair["access_token"]).await;
    assert_eq!(seen["active"], false);
    ask(mine, "revoke", &json!("never seen")).await;
    let (status, _, _) = stage.oauth(mine, "revoke", json!({})).await;
    assert_eq!(status, 400);

    // The other sign-in goes on, until the person removes the connection in Notion.
    assert_eq!(stage.status(text(&again["access_token"]), me).await, 200);
    let gone = json!({"bot_id": again["bot_id"]});
    stage.control("disconnect", gone.clone()).await;
    assert_eq!(stage.status(text(&again["access_token"]), me).await, 401);
    assert_eq!(stage.refresh(&again["refresh_token"]).await.0, 400);
    assert_eq!(stage.try_control("disconnect", gone).await.0, 400);
}
