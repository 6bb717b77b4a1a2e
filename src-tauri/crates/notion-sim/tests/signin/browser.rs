//! A person with a browser, an app that waits for the callback, and a server with the secret.

use std::sync::Arc;

use axum::{Router, extract::State, http::Uri};
use notion_sim::{Options, Running, Seed, Simulator};
use reqwest::{Response, header::HeaderMap};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

/// The public connection as its developer knows it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) redirect: String,
}

pub(crate) struct Stage {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) pat: String,
    pub(crate) client: Client,
    pub(crate) running: Running,
    /// Callback addresses that were opened, with their queries.
    pub(crate) callbacks: Arc<Mutex<Vec<String>>>,
}

/// A page with a form, as far as a test needs to understand it.
pub(crate) struct Page {
    pub(crate) text: String,
}

impl Page {
    /// Values of one attribute in all tags that contain `mark`.
    fn attributes(&self, mark: &str, name: &str) -> Vec<String> {
        let tags = self.text.split('<').filter_map(|t| t.split('>').next());
        let start = format!(" {name}=\"");
        tags.filter(|tag| tag.contains(mark))
            .filter_map(|tag| tag.split_once(&start)?.1.split('"').next())
            .map(|value| value.replace("&amp;", "&").replace("&#39;", "'"))
            .collect()
    }

    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let form = self.text.rsplit("<form").next().unwrap().to_owned();
        let form = Self { text: form };
        let mark = "type=\"hidden\"";
        let names = form.attributes(mark, "name");
        names
            .into_iter()
            .zip(form.attributes(mark, "value"))
            .collect()
    }

    pub(crate) fn offered(&self) -> Vec<String> {
        self.attributes("name=\"page\"", "value")
    }

    pub(crate) fn ticked(&self) -> Vec<String> {
        self.attributes("\" checked", "value")
    }

    pub(crate) fn accounts(&self) -> Vec<String> {
        self.attributes("option ", "value")
    }
}

impl Stage {
    pub(crate) async fn start() -> Self {
        Self::with(Options {
            seed: Seed::Empty,
            ..Options::default()
        })
        .await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let running = Simulator::start(options).await.unwrap();
        let callbacks = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = Router::new()
            .fallback(
                async |State(seen): State<Arc<Mutex<Vec<String>>>>, uri: Uri| {
                    seen.lock().await.push(uri.to_string());
                    "You can close this page."
                },
            )
            .with_state(Arc::clone(&callbacks));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let hello = running.announcement().clone();
        let redirect = format!("http://localhost:{port}/callback");
        running
            .register_redirects(std::slice::from_ref(&redirect))
            .await
            .unwrap();
        Self {
            http: reqwest::Client::builder()
                .pool_max_idle_per_host(0)
                .build()
                .unwrap(),
            url: hello.url,
            pat: hello.personal_access_token,
            client: Client {
                id: hello.client_id,
                secret: hello.client_secret,
                redirect,
            },
            running,
            callbacks,
        }
    }

    pub(crate) async fn control(&self, route: &str, body: Value) -> Value {
        let (status, answer) = self.try_control(route, body).await;
        assert_eq!(status, 200, "{route}: {answer}");
        answer
    }

    pub(crate) async fn try_control(&self, route: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/_sim/{route}", self.url);
        let request = if body.is_null() {
            self.http.get(url)
        } else {
            self.http.post(url).json(&body)
        };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A request of the API with any token.
    pub(crate) async fn api(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(token)
            .header("notion-version", "2026-03-11");
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) async fn status(&self, token: &str, path: &str) -> u16 {
        self.api(token, "GET", path, Value::Null).await.0
    }

    /// A page with this title, at workspace level or below another.
    pub(crate) async fn page(&self, token: &str, parent: Option<&str>, title: &str) -> String {
        let mut body = json!({"markdown": format!("# {title}\nbody of {title}")});
        if let Some(parent) = parent {
            body["parent"] = json!({"page_id": parent});
        }
        let (status, page) = self.api(token, "POST", "/v1/pages", body).await;
        assert_eq!(status, 200, "{page}");
        page["id"].as_str().unwrap().to_owned()
    }

    /// The address an app opens, with further or other parameters; an empty value leaves one out.
    pub(crate) fn authorize_url(&self, client: &Client, changes: &[(&str, &str)]) -> Url {
        let mut pairs = vec![
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("owner", "user"),
            ("redirect_uri", client.redirect.as_str()),
            ("state", "st&te"),
        ];
        for (name, value) in changes {
            pairs.retain(|(known, _)| known != name);
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        Url::parse_with_params(&format!("{}/v1/oauth/authorize", self.url), pairs).unwrap()
    }

    pub(crate) async fn open(&self, url: Url) -> (u16, Page) {
        let answer = self.http.get(url).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind, "text/html; charset=utf-8");
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, Page { text })
    }

    /// Presses a button; redirects are followed.
    pub(crate) async fn press(&self, page: &Page, decision: &str, picks: &[&str]) -> Response {
        let picks = picks
            .iter()
            .map(|pick| pick.split_once('=').unwrap_or(("page", pick)));
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(page.hidden())
            .extend_pairs(picks)
            .append_pair("decision", decision)
            .finish();
        self.http
            .post(format!("{}/consent", self.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap()
    }

    /// From the app's address to the code, as a person who allows.
    pub(crate) async fn allow(
        &self,
        client: &Client,
        changes: &[(&str, &str)],
        picks: &[&str],
    ) -> String {
        let (status, page) = self.open(self.authorize_url(client, changes)).await;
        assert_eq!(status, 200, "{}", page.text);
        let answer = self.press(&page, "allow", picks).await;
        assert_eq!(answer.status(), 200);
        parameter(answer.url(), "code").unwrap()
    }

    pub(crate) async fn oauth(
        &self,
        client: &Client,
        route: &str,
        body: Value,
    ) -> (u16, HeaderMap, Value) {
        let answer = self
            .http
            .post(format!("{}/v1/oauth/{route}", self.url))
            .basic_auth(&client.id, Some(&client.secret))
            .header("notion-version", "2026-03-11")
            .json(&body)
            .send()
            .await
            .unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.json().await.unwrap())
    }

    pub(crate) async fn exchange(&self, client: &Client, code: &str) -> (u16, Value) {
        let body = json!({"grant_type": "authorization_code", "code": code,
                          "redirect_uri": client.redirect});
        let (status, _, answer) = self.oauth(client, "token", body).await;
        (status, answer)
    }

    pub(crate) async fn refresh(&self, token: &Value) -> (u16, Value) {
        let body = json!({"grant_type": "refresh_token", "refresh_token": token});
        let (status, _, answer) = self.oauth(&self.client, "token", body).await;
        (status, answer)
    }

    /// The whole sign-in of the announced connection.
    pub(crate) async fn sign_in(&self, picks: &[&str]) -> Value {
        let code = self.allow(&self.client, &[], picks).await;
        let (status, pair) = self.exchange(&self.client, &code).await;
        assert_eq!(status, 200, "{pair}");
        pair
    }
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
