//! A client for stories told over HTTP.

#![allow(dead_code, reason = "every story uses another part of it")]

use notion_sim::{Options, Running, Simulator};
use reqwest::{RequestBuilder, Response, header::HeaderMap};
use serde_json::{Value, json};

/// A simulator of its own, and one of its tokens.
pub(crate) struct Api {
    http: reqwest::Client,
    pub(crate) url: String,
    token: String,
    internal: String,
    version: String,
    running: Option<Running>,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub(crate) async fn start_with(options: Options) -> Self {
        let running = Simulator::start(options).await.unwrap();
        let api = Self {
            http: reqwest::Client::new(),
            url: running.url().to_owned(),
            token: running.personal_access_token().to_owned(),
            internal: running.internal_token().to_owned(),
            version: "2026-03-11".to_owned(),
            running: Some(running),
        };
        let limit = json!({"rate_limit": {"requests": 1_000_000, "window_seconds": 60}});
        api.control("config", limit).await;
        api
    }

    fn copy(&self) -> Self {
        Self {
            http: self.http.clone(),
            url: self.url.clone(),
            token: self.token.clone(),
            internal: self.internal.clone(),
            version: self.version.clone(),
            running: None,
        }
    }

    /// The same with another token.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.copy()
        }
    }

    /// The same with another version of the API.
    pub(crate) fn at(&self, version: &str) -> Self {
        Self {
            version: version.to_owned(),
            ..self.copy()
        }
    }

    pub(crate) fn personal(&self) -> String {
        self.token.clone()
    }

    pub(crate) fn internal(&self) -> &str {
        &self.internal
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("notion-version", &self.version)
    }

    pub(crate) async fn raw(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method, path);
        let request = if method == "GET" || body.is_null() {
            request
        } else {
            request.json(&body)
        };
        parsed(request.send().await.unwrap()).await
    }

    pub(crate) async fn send_raw(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> (u16, Value) {
        let request = self.request(method, path).header("content-type", kind);
        parsed(request.body(body).send().await.unwrap()).await
    }

    pub(crate) async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.raw(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// The status and `code: message` of a request that fails.
    pub(crate) async fn fails(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.raw(method, path, body).await;
        assert_eq!(answer["object"], "error", "{method} {path}: {answer}");
        assert_eq!(answer["status"], status);
        let code = answer["code"].as_str().unwrap();
        (
            status,
            format!("{code}: {}", answer["message"].as_str().unwrap()),
        )
    }

    /// A request with these headers and no others.
    pub(crate) async fn bare(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (u16, HeaderMap, String) {
        let url = format!("{}{path}", self.url);
        let mut request = self.http.request(method.parse().unwrap(), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.unwrap())
    }

    /// Status, type and bytes at an address, without a credential.
    pub(crate) async fn fetch(&self, url: &str) -> (u16, String, Vec<u8>) {
        let answer = self.http.get(url).send().await.unwrap();
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let status = answer.status().as_u16();
        (status, kind, answer.bytes().await.unwrap().to_vec())
    }

    pub(crate) async fn control(&self, route: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/_sim/{route}", self.url));
        let (status, answer) = parsed(request.json(&body).send().await.unwrap()).await;
        assert_eq!(status, 200, "{route}: {answer}");
        answer
    }

    /// Creates a page at workspace level.
    pub(crate) async fn page(&self, title: &str) -> String {
        let properties = json!({"title": [{"text": {"content": title}}]});
        let body = json!({"parent": top(), "properties": properties});
        id(&self.ok("POST", "/v1/pages", body).await)
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
    }
}

/// The workspace as a parent.
pub(crate) fn top() -> Value {
    json!({"type": "workspace", "workspace": true})
}

/// The id of an object.
pub(crate) fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

async fn parsed(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}
