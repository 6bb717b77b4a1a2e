//! Every fault and every limit, told over HTTP: what a client sees, and whether the write was kept.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use notion_sim::{Options, Running, Simulator};
use reqwest::{Response, header::HeaderMap};
use serde_json::{Value, json};

struct Api {
    http: reqwest::Client,
    running: Running,
}

/// What came back.
struct Seen {
    status: u16,
    headers: HeaderMap,
    /// Null for what is no JSON.
    body: Value,
    text: String,
}

impl Api {
    async fn start() -> Self {
        let http = reqwest::Client::builder().pool_max_idle_per_host(0);
        Self {
            http: http.build().unwrap(),
            running: Simulator::start(Options::default()).await.unwrap(),
        }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> reqwest::Result<Response> {
        self.send_as(self.running.personal_access_token(), method, path, body)
            .await
    }

    async fn send_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> reqwest::Result<Response> {
        let url = format!("{}{path}", self.running.url());
        let request = self.http.request(method.parse().unwrap(), url);
        let request = request.bearer_auth(token);
        let request = request.header("notion-version", "2026-03-11");
        if body.is_null() {
            request.send().await
        } else {
            request.json(body).send().await
        }
    }

    async fn see(&self, method: &str, path: &str, body: Value) -> Seen {
        seen(self.send(method, path, &body).await.unwrap()).await
    }

    async fn control(&self, route: &str, body: Value) -> Value {
        let seen = self.see("POST", &format!("/_sim/{route}"), body).await;
        assert_eq!(seen.status, 200, "{route}: {}", seen.text);
        seen.body
    }

    /// Orders one fault for the next request to pages.
    async fn order(&self, fault: &str) {
        let rule = json!({"path": "/v1/pages", "fault": fault, "times": 1});
        self.control("faults", json!({"rules": [rule], "seed": 1}))
            .await;
    }

    async fn titles(&self) -> Vec<String> {
        let all = self.see("POST", "/v1/search", json!({})).await.body;
        let pages = all["results"].as_array().unwrap().iter();
        let title = |page: &Value| {
            let text = &page["properties"]["title"]["title"][0]["plain_text"];
            text.as_str().unwrap_or_default().to_owned()
        };
        let mut titles: Vec<String> = pages.map(title).collect();
        titles.sort();
        titles
    }
}

async fn seen(answer: Response) -> Seen {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.unwrap();
    Seen {
        status,
        headers,
        body: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
    }
}

#[tokio::test]
async fn an_error_says_what_it_is_and_whether_the_write_was_kept() {
    let api = Api::start().await;
    for (fault, status, code, kept) in [
        ("500", 500, "internal_server_error", false),
        ("502", 502, "bad_gateway", false),
        ("502_after_commit", 502, "bad_gateway", true),
        ("503_before", 503, "service_unavailable", false),
        (
            "503_database",
            503,
            "database_connection_unavailable",
            false,
        ),
        ("503_after_commit", 503, "service_unavailable", true),
        ("504", 504, "gateway_timeout", false),
        ("504_after_commit", 504, "gateway_timeout", true),
        ("409", 409, "conflict_error", false),
        ("429", 429, "rate_limited", false),
        ("529", 529, "service_overload", false),
    ] {
        api.order(fault).await;
        let seen = api
            .see(
                "POST",
                "/v1/pages",
                json!({"markdown": format!("# {fault}")}),
            )
            .await;
        assert_eq!(
            (seen.status, seen.body["code"].as_str()),
            (status, Some(code))
        );
        let id = seen.body["request_id"].as_str().unwrap();
        assert_eq!(seen.headers["x-notion-request-id"].to_str().unwrap(), id);
        let titles = api.titles().await;
        assert_eq!(titles.iter().any(|title| title == fault), kept, "{fault}");
        // Only one of the three tells what it saved.
        let tells = seen.body["additional_data"]["committed_resource_id"].is_string();
        assert_eq!(tells, fault == "503_after_commit", "{fault}");
        let waits = seen.headers.contains_key("retry-after");
        assert_eq!(waits, [429, 529].contains(&status), "{fault}");
    }
}

#[tokio::test]
async fn the_edge_answers_in_html_and_keeps_nothing() {
    let api = Api::start().await;
    for (fault, status) in [
        ("html_403", 403),
        ("html_429", 429),
        ("html_502", 502),
        ("html_503", 503),
        ("html_200", 200),
    ] {
        api.order(fault).await;
        let seen = api
            .see("POST", "/v1/pages", json!({"markdown": "# never"}))
            .await;
        assert_eq!(seen.status, status, "{fault}");
        assert!(seen.text.starts_with("<!DOCTYPE html>"), "{fault}");
        assert!(!seen.headers.contains_key("x-notion-request-id"));
        assert_eq!(
            seen.headers.contains_key("cf-ray"),
            status != 200,
            "{fault}"
        );
    }
    assert_eq!(api.titles().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_connection_can_end_before_during_and_after() {
    let api = Api::start().await;
    for (fault, kept) in [
        ("cut_before", false),
        ("cut_after_commit", true),
        ("truncated", true),
    ] {
        api.order(fault).await;
        let body = json!({"markdown": format!("# {fault}")});
        let ended = match api.send("POST", "/v1/pages", &body).await {
            Err(_) => true,
            Ok(answer) => answer.bytes().await.is_err(),
        };
        assert!(ended, "{fault}");
        let titles = api.titles().await;
        assert_eq!(titles.iter().any(|title| title == fault), kept, "{fault}");
    }
}

#[tokio::test]
async fn a_429_names_its_budget() {
    let api = Api::start().await;
    for (budget, reason) in [
        ("connection", "public_api_request_rate_limit"),
        ("workspace", "public_api_space_request_rate_limit"),
        ("endpoint", "public_api_endpoint_rate_limit"),
    ] {
        let rule = json!({"fault": "429", "budget": budget, "retry_after": 9});
        api.control("faults", json!({"rules": [rule]})).await;
        let seen = api.see("GET", "/v1/users/me", Value::Null).await;
        let data = &seen.body["additional_data"];
        assert_eq!(data["rate_limit_reason"], reason);
        assert_eq!(data["retry_after"], "9");
        assert_eq!(seen.headers["retry-after"], "9");
    }
    let rule = json!({"fault": "429", "budget": "blocked"});
    api.control("faults", json!({"rules": [rule]})).await;
    let seen = api.see("GET", "/v1/users/me", Value::Null).await;
    let data = &seen.body["additional_data"];
    assert_eq!(
        data,
        &json!({"rate_limit_reason": "public_api_request_blocked"})
    );
    assert!(!seen.headers.contains_key("retry-after"));

    let rule = json!({"fault": "429", "retry_after": 30, "retry_after_date": true});
    api.control("faults", json!({"rules": [rule]})).await;
    let seen = api.see("GET", "/v1/users/me", Value::Null).await;
    let date = seen.headers["retry-after"].to_str().unwrap();
    assert!(date.ends_with(" GMT") && date.contains(", "), "{date}");
}

#[tokio::test]
async fn tokens_of_one_workspace_can_share_a_budget() {
    let api = Api::start().await;
    let budget = |requests: usize| json!({"requests": requests, "window_seconds": 60});
    let config = json!({"rate_limit": budget(3), "workspace_rate_limit": budget(4)});
    api.control("config", config).await;
    let running = &api.running;
    let (mine, other) = (running.personal_access_token(), running.internal_token());
    let mut found = Vec::new();
    for token in [mine, mine, mine, mine, other, other] {
        let answer = api
            .send_as(token, "GET", "/v1/users/me", &Value::Null)
            .await;
        let seen = seen(answer.unwrap()).await;
        let reason = &seen.body["additional_data"]["rate_limit_reason"];
        found.push((seen.status, reason.as_str().unwrap_or_default().to_owned()));
    }
    let says = |status, reason: &str| (status, reason.to_owned());
    assert_eq!(
        found,
        [
            says(200, ""),
            says(200, ""),
            says(200, ""),
            says(429, "public_api_request_rate_limit"),
            says(200, ""),
            says(429, "public_api_space_request_rate_limit"),
        ]
    );
}

#[tokio::test]
async fn chance_follows_the_seed() {
    let api = Api::start().await;
    let mut runs = Vec::new();
    for seed in [5, 5, 6] {
        let rule = json!({"fault": "500", "probability": 0.5});
        api.control("faults", json!({"rules": [rule], "seed": seed}))
            .await;
        let mut statuses = Vec::new();
        for _ in 0..24 {
            statuses.push(api.see("GET", "/v1/users/me", Value::Null).await.status);
        }
        assert!(statuses.contains(&200) && statuses.contains(&500));
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn the_future_has_fields_and_values_nobody_knows() {
    let api = Api::start().await;
    let page = api
        .see(
            "POST",
            "/v1/pages",
            json!({"markdown": "# T\n**a**\n- b\n> c"}),
        )
        .await
        .body;
    let id = page["id"].as_str().unwrap();
    let path = format!("/v1/blocks/{id}/children");
    let before = api.see("GET", &path, Value::Null).await.body;
    assert_eq!(before["results"][0].get("novelty"), None);
    let all = json!({"novelty": {"fields": true, "values": 1.0, "seed": 3}});
    api.control("config", all).await;
    let after = api.see("GET", &path, Value::Null).await.body;
    for (old, new) in before["results"]
        .as_array()
        .unwrap()
        .iter()
        .zip(after["results"].as_array().unwrap())
    {
        assert_eq!(new["id"], old["id"]);
        assert_eq!(new["type"], "hologram");
        assert!(new["hologram"]["rich_text"].is_array());
        assert!(new["novelty"].is_object());
    }
    let text = &after["results"][0]["hologram"]["rich_text"][0];
    assert_eq!(text["annotations"]["color"], "teal");
    api.control("config", json!({"novelty": {}})).await;
    assert_eq!(
        api.see("GET", &path, Value::Null).await.body["results"],
        before["results"]
    );
}

#[tokio::test]
async fn wrong_orders_are_refused() {
    let api = Api::start().await;
    for (route, body) in [
        ("faults", json!({"rules": [{"fault": "418"}]})),
        (
            "faults",
            json!({"rules": [{"fault": "429", "budget": "all"}]}),
        ),
        ("config", json!({"as_of": "last year"})),
        ("config", json!({"markdown_skew": {"tables": "ascii"}})),
        ("config", json!({"novelty": {"share": 1}})),
        ("config", json!({"skew_seed": "x"})),
    ] {
        let seen = api.see("POST", &format!("/_sim/{route}"), body).await;
        assert_eq!(seen.status, 400, "{route}: {}", seen.text);
        assert!(seen.body["error"].is_string());
    }
}
