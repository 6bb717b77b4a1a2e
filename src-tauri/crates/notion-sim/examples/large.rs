//! How fast a simulator with many pages answers: `large [PAGES] [STATE FILE]`.
//!
//! Prints the median and the slowest of 50 calls for each route.

use std::{
    io::Write as _,
    path::PathBuf,
    time::{Duration, Instant},
};

use notion_sim::{Options, Simulator};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    async fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        let request = self
            .http
            .request(method.parse()?, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("notion-version", "2026-03-11");
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("{method} {path}: {body}").into())
        }
    }

    async fn time(&self, name: &str, method: &str, path: &str, body: Value) -> Result<(), Failure> {
        let mut times = Vec::new();
        for _ in 0..50 {
            let begun = Instant::now();
            self.call(method, path, &body).await?;
            times.push(begun.elapsed());
        }
        times.sort();
        let of = |at: usize| times.get(at).copied().unwrap_or(Duration::ZERO);
        writeln!(
            std::io::stdout(),
            "{name:<36} {:>8.2} ms  slowest {:>8.2} ms",
            of(25).as_secs_f64() * 1000.0,
            of(49).as_secs_f64() * 1000.0
        )?;
        Ok(())
    }
}

fn text(value: &Value, key: &str) -> Result<String, Failure> {
    let text = value[key].as_str().ok_or_else(|| format!("no {key}"))?;
    Ok(text.to_owned())
}

fn title(at: usize) -> String {
    format!("Note {at} about things of day {}", at % 365)
}

/// Children and search.
async fn read(client: &Client, home: &str, last: &str) -> Result<(), Failure> {
    let children = format!("/v1/blocks/{home}/children?page_size=100");
    client
        .time("children, first page", "GET", &children, Value::Null)
        .await?;
    let far = format!("{children}&start_cursor={last}");
    client
        .time("children, last page", "GET", &far, Value::Null)
        .await?;
    let search = |query: &str| json!({"query": query});
    for (name, query) in [
        ("search, everything", ""),
        ("search, one word in all", "note"),
        ("search, one number", "12345"),
        ("search, nothing", "zebra"),
    ] {
        client
            .time(name, "POST", "/v1/search", search(query))
            .await?;
    }
    Ok(())
}

/// A data source of its own.
async fn rows(client: &Client, home: &str, rows: usize) -> Result<(), Failure> {
    let sourced = json!({"parent": {"page_id": home}, "initial_data_source": {"properties": {
        "Name": {"title": {}}, "Number": {"number": {}}}}});
    let database = client.call("POST", "/v1/databases", &sourced).await?;
    let source = database
        .pointer("/data_sources/0/id")
        .and_then(Value::as_str)
        .ok_or("no data source")?;
    for at in 0..rows {
        let body = json!({"parent": {"data_source_id": source}, "properties": {
            "Name": {"title": [{"text": {"content": title(at)}}]}, "Number": {"number": at % 100}}});
        client.call("POST", "/v1/pages", &body).await?;
    }
    let query = format!("/v1/data_sources/{source}/query");
    let body = json!({"filter": {"property": "Number", "number": {"equals": 7}},
                      "sorts": [{"property": "Name", "direction": "ascending"}]});
    client
        .time("query of a fourth as many rows", "POST", &query, body)
        .await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let pages: usize = arguments.next().map_or(Ok(20_000), |n| n.parse())?;
    let state = arguments.next().map(PathBuf::from);
    let options = Options {
        state,
        ..Options::default()
    };
    let running = Simulator::start(options).await?;
    let client = Client {
        http: reqwest::Client::new(),
        url: running.url().to_owned(),
        token: running.personal_access_token().to_owned(),
    };
    let limit = json!({"rate_limit": {"requests": 100_000_000, "window_seconds": 60}});
    client.call("POST", "/_sim/config", &limit).await?;
    let top = json!({"parent": {"workspace": true}, "markdown": "# Home"});
    let home = text(&client.call("POST", "/v1/pages", &top).await?, "id")?;
    let begun = Instant::now();
    let mut last = String::new();
    for at in 0..pages {
        let body = json!({"parent": {"page_id": home},
                          "markdown": format!("# {}\none line\n- an item\n- another", title(at))});
        last = text(&client.call("POST", "/v1/pages", &body).await?, "id")?;
    }
    let each = begun.elapsed().as_secs_f64() * 1000.0 / f64::from(u32::try_from(pages)?);
    writeln!(
        std::io::stdout(),
        "{pages} pages, {each:.2} ms for each create"
    )?;
    read(&client, &home, &last).await?;
    rows(&client, &home, pages / 4).await?;
    let page = format!("/v1/pages/{last}");
    client.time("page", "GET", &page, Value::Null).await?;
    client
        .time(
            "update of a page",
            "PATCH",
            &page,
            json!({"is_locked": true}),
        )
        .await?;
    running.shutdown().await;
    Ok(())
}
