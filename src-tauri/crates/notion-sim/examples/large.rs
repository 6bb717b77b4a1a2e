//! How fast a simulator with many pages answers: `large [PAGES] [STATE FILE] [--json]`.
//!
//! Prints the median, the 99th of a hundred and the slowest of 300 calls for each kind of call. With
//! `--json` it answers rows for `cargo xtask bench`. Beside them stands the cheapest call there is,
//! made in turns with the others, so that what else the machine does meets both.

use std::{
    io::Write as _,
    path::PathBuf,
    time::{Duration, Instant},
};

use notion_sim::{Options, Simulator};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

/// Calls of a kind.
const CALLS: usize = 300;

struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

/// A kind of call, and how long it may take.
struct Kind<'a> {
    name: &'a str,
    method: &'a str,
    path: &'a str,
    body: Value,
    /// Milliseconds that 99 of a hundred calls have; none where nothing is promised.
    budget: Option<f64>,
}

/// How long the calls of a kind took, and the cheapest ones between them; in milliseconds, sorted.
struct Measured {
    name: String,
    budget: Option<f64>,
    times: Vec<f64>,
    floor: Vec<f64>,
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The value below which this many hundredths of the sorted values lie.
fn hundredth(values: &[f64], share: usize) -> f64 {
    let last = values.len().saturating_sub(1);
    values.get(last * share / 100).copied().unwrap_or_default()
}

impl Measured {
    fn row(&self) -> [String; 5] {
        let (slow, floor) = (hundredth(&self.times, 99), hundredth(&self.floor, 99));
        [
            self.name.clone(),
            format!(
                "p50 {:.2} ms, p99 {slow:.2} ms, slowest {:.2} ms",
                hundredth(&self.times, 50),
                hundredth(&self.times, 100)
            ),
            format!("p99 {floor:.2} ms for the cheapest call"),
            format!("{:.1} ×", slow / floor.max(0.001)),
            self.budget
                .map_or_else(String::new, |budget| format!("≤ {budget} ms p99")),
        ]
    }
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

    async fn time(&self, kind: Kind<'_>) -> Result<Measured, Failure> {
        let (mut times, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..CALLS {
            let begun = Instant::now();
            self.call(kind.method, kind.path, &kind.body).await?;
            times.push(millis(begun.elapsed()));
            let begun = Instant::now();
            self.call("GET", "/v1/users/me", &Value::Null).await?;
            floor.push(millis(begun.elapsed()));
        }
        times.sort_by(f64::total_cmp);
        floor.sort_by(f64::total_cmp);
        Ok(Measured {
            name: kind.name.to_owned(),
            budget: kind.budget,
            times,
            floor,
        })
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
async fn read(client: &Client, home: &str, last: &str) -> Result<Vec<Measured>, Failure> {
    let mut found = Vec::new();
    let children = format!("/v1/blocks/{home}/children?page_size=100");
    let far = format!("{children}&start_cursor={last}");
    for (name, path) in [
        ("children, first page", &children),
        ("children, last page", &far),
    ] {
        let kind = Kind {
            name,
            method: "GET",
            path,
            body: Value::Null,
            budget: Some(20.0),
        };
        found.push(client.time(kind).await?);
    }
    for (name, query) in [
        ("search, everything", ""),
        ("search, one word in all", "note"),
        ("search, one number", "12345"),
        ("search, nothing", "zebra"),
    ] {
        let kind = Kind {
            name,
            method: "POST",
            path: "/v1/search",
            body: json!({"query": query}),
            budget: Some(50.0),
        };
        found.push(client.time(kind).await?);
    }
    Ok(found)
}

/// A data source of its own.
async fn rows(client: &Client, home: &str, rows: usize) -> Result<Measured, Failure> {
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
    let kind = Kind {
        name: "query of a fourth as many rows",
        method: "POST",
        path: &format!("/v1/data_sources/{source}/query"),
        body: json!({"filter": {"property": "Number", "number": {"equals": 7}},
                     "sorts": [{"property": "Name", "direction": "ascending"}]}),
        budget: None,
    };
    client.time(kind).await
}

/// What was asked for.
struct Wishes {
    pages: usize,
    state: Option<PathBuf>,
    json: bool,
}

fn wishes() -> Result<Wishes, Failure> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let all = words.len();
    words.retain(|word| word != "--json");
    let json = words.len() < all;
    let mut words = words.into_iter();
    Ok(Wishes {
        pages: words.next().map_or(Ok(20_000), |n| n.parse())?,
        state: words.next().map(PathBuf::from),
        json,
    })
}

/// Fills the simulator; answers the page above and the last one, and how long a create took.
async fn fill(client: &Client, pages: usize) -> Result<(String, String, f64), Failure> {
    let top = json!({"parent": {"workspace": true}, "markdown": "# Home"});
    let home = text(&client.call("POST", "/v1/pages", &top).await?, "id")?;
    let begun = Instant::now();
    let mut last = String::new();
    for at in 0..pages {
        let body = json!({"parent": {"page_id": home},
                          "markdown": format!("# {}\none line\n- an item\n- another", title(at))});
        last = text(&client.call("POST", "/v1/pages", &body).await?, "id")?;
    }
    let each = millis(begun.elapsed()) / f64::from(u32::try_from(pages.max(1))?);
    Ok((home, last, each))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let wishes = wishes()?;
    let running = Simulator::start(Options {
        state: wishes.state,
        ..Options::default()
    })
    .await?;
    let client = Client {
        http: reqwest::Client::builder().no_proxy().build()?,
        url: running.url().to_owned(),
        token: running.personal_access_token().to_owned(),
    };
    let limit = json!({"rate_limit": {"requests": 100_000_000, "window_seconds": 60}});
    client.call("POST", "/_sim/config", &limit).await?;
    let (home, last, each) = fill(&client, wishes.pages).await?;
    let mut found = read(&client, &home, &last).await?;
    found.push(rows(&client, &home, wishes.pages / 4).await?);
    let path = format!("/v1/pages/{last}");
    for (name, method, body) in [
        ("page", "GET", Value::Null),
        ("update of a page", "PATCH", json!({"is_locked": true})),
    ] {
        let kind = Kind {
            name,
            method,
            path: &path,
            body,
            budget: None,
        };
        found.push(client.time(kind).await?);
    }
    let about = format!(
        "The simulator held {} pages; making them took {each:.2} ms each.",
        wishes.pages
    );
    let mut out = std::io::stdout();
    if wishes.json {
        let rows: Vec<[String; 5]> = found
            .iter()
            .map(|measured| {
                let mut row = measured.row();
                row[0] = format!("simulator, {}", row[0]);
                row
            })
            .collect();
        writeln!(out, "{}", json!({"rows": rows, "notes": [about]}))?;
    } else {
        writeln!(out, "{about}")?;
        for measured in &found {
            writeln!(out, "{}", measured.row().join(" · "))?;
        }
    }
    running.shutdown().await;
    Ok(())
}
