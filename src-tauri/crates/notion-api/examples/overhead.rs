//! What the client costs: the same calls through it and through bare `reqwest`, side by side.
//!
//! ```text
//! cargo run --release -p notion-api --example overhead [-- ROUNDS | --json]
//! ```
//!
//! With `--json` it answers rows for `cargo xtask bench`.
//!
//! The answer comes from a server in another thread of this program, so that the network is the
//! loopback's and nothing else. Rounds alternate between the two, and the median of their relations
//! counts: what else the machine does meets both.
#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use notion_api::{Budget, Client, ClientConfig, NOTION_VERSION, NewPage, PageId, Parent};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const TOKEN: &str = "ntn_a-token";
const PAGE: &str = "59833787-2cf9-4fdf-8782-e53db20768a5";
/// Calls in one round.
const CALLS: u32 = 100;

/// A kind of call.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A page is read.
    Page,
    /// A hundred blocks are listed.
    Children,
    /// A page is created.
    Create,
}

fn main() -> Outcome<()> {
    let word = std::env::args().nth(1);
    let json = word.as_deref() == Some("--json");
    let rounds = word
        .filter(|_| !json)
        .map_or(Ok(101), |text| text.parse())?;
    let url = serve()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let measured = runtime.block_on(compare(&url, rounds))?;
    if json {
        let rows: Vec<[String; 5]> = measured.iter().map(Measured::row).collect();
        println!("{}", json!({"rows": rows, "notes": []}));
        return Ok(());
    }
    for one in &measured {
        println!("{}", one.row().join(" · "));
    }
    Ok(())
}

/// Seconds of one call, in both ways.
struct Measured {
    name: &'static str,
    ours: f64,
    theirs: f64,
    relation: f64,
}

impl Measured {
    fn row(&self) -> [String; 5] {
        [
            format!(
                "a call on loopback: {} (p50 of rounds of {CALLS})",
                self.name
            ),
            format!("{:.1} µs", self.ours * 1e6),
            format!("{:.1} µs, bare reqwest", self.theirs * 1e6),
            format!("{:.3} ×", self.relation),
            "≤ 1.15 ×".to_owned(),
        ]
    }
}

async fn compare(url: &str, rounds: usize) -> Outcome<Vec<Measured>> {
    let mut measured = Vec::new();
    let mut config = ClientConfig::new(url.parse()?, SecretString::from(TOKEN));
    // The window is not what is measured.
    config.budget = Budget::new(180, Duration::from_millis(1));
    let client = Client::new(config)?;
    client.budget().set_limit(1_000_000);
    let bare = reqwest::Client::builder().no_proxy().build()?;
    for (name, kind) in [
        ("a page", Kind::Page),
        ("100 blocks", Kind::Children),
        ("a create", Kind::Create),
    ] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            // Who goes second finds the machine warm.
            let (one, other) = if round % 2 == 0 {
                let one = through_client(&client, kind).await?;
                (one, through_reqwest(&bare, url, kind).await?)
            } else {
                let other = through_reqwest(&bare, url, kind).await?;
                (through_client(&client, kind).await?, other)
            };
            // The first round warms up.
            if round > 0 {
                ours.push(one);
                theirs.push(other);
            }
        }
        let relations = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs);
        measured.push(Measured {
            name,
            relation: median(relations.collect()),
            ours: median(ours),
            theirs: median(theirs),
        });
    }
    Ok(measured)
}

/// Seconds of one call.
async fn through_client(client: &Client, kind: Kind) -> Outcome<f64> {
    let id: PageId = PAGE.parse()?;
    let page = NewPage::new(Parent::Page(id), "My note");
    let begun = Instant::now();
    for _ in 0..CALLS {
        match kind {
            Kind::Page => drop(client.page(&id).await?),
            Kind::Children => drop(client.children(&id, None, 100).await?),
            Kind::Create => drop(client.create_page(&page).await?),
        }
    }
    Ok(begun.elapsed().as_secs_f64() / f64::from(CALLS))
}

/// Seconds of one call, with what everybody who writes it by hand writes.
async fn through_reqwest(http: &reqwest::Client, url: &str, kind: Kind) -> Outcome<f64> {
    let begun = Instant::now();
    for _ in 0..CALLS {
        let request = match kind {
            Kind::Page => http.get(format!("{url}/v1/pages/{PAGE}")),
            Kind::Children => http.get(format!("{url}/v1/blocks/{PAGE}/children?page_size=100")),
            Kind::Create => http.post(format!("{url}/v1/pages")).json(&json!({
                "parent": {"type": "page_id", "page_id": PAGE},
                "properties": {"title": {"title": [
                    {"type": "text", "text": {"content": "My note"}},
                ]}},
            })),
        };
        let response = request
            .bearer_auth(TOKEN)
            .header("Notion-Version", NOTION_VERSION)
            .send()
            .await?
            .error_for_status()?;
        drop(response.json::<Value>().await?);
    }
    Ok(begun.elapsed().as_secs_f64() / f64::from(CALLS))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Starts a server that answers as Notion would, and returns its address.
fn serve() -> Outcome<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        runtime.block_on(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream));
            }
        });
    });
    Ok(url)
}

async fn answer(mut stream: TcpStream) -> Outcome<()> {
    stream.set_nodelay(true)?;
    let (page, blocks) = (response(&page()), response(&blocks()));
    let mut received = Vec::new();
    loop {
        let Some(length) = whole(&received) else {
            if stream.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let listing = received.starts_with(b"GET /v1/blocks");
        received.drain(..length);
        stream
            .write_all(if listing { &blocks } else { &page })
            .await?;
    }
}

/// The length of the request at the beginning, if the whole of it is here.
fn whole(received: &[u8]) -> Option<usize> {
    let head = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(received.get(..head)?).ok()?;
    let body = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = head + body.unwrap_or(0);
    (received.len() >= whole).then_some(whole)
}

fn response(body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-notion-request-id: {PAGE}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn rich_text() -> Value {
    json!([{"type": "text", "text": {"content": "My note", "link": null}, "plain_text": "My note",
        "href": null, "annotations": {"bold": false, "italic": false, "strikethrough": false,
            "underline": false, "code": false, "color": "default"}}])
}

fn page() -> Value {
    json!({
        "object": "page", "id": PAGE, "created_time": "2026-09-01T10:00:00.000Z",
        "last_edited_time": "2026-09-01T10:05:00.000Z", "cover": null, "icon": null,
        "created_by": {"object": "user", "id": PAGE}, "in_trash": false, "is_locked": false,
        "last_edited_by": {"object": "user", "id": PAGE}, "is_archived": false,
        "parent": {"type": "page_id", "page_id": PAGE}, "public_url": null, "request_id": PAGE,
        "properties": {"title": {"id": "title", "type": "title", "title": rich_text()}},
        "url": "https://app.notion.com/p/59833787",
    })
}

fn blocks() -> Value {
    let block = json!({
        "object": "block", "id": PAGE, "parent": {"type": "page_id", "page_id": PAGE},
        "created_time": "2026-09-01T10:00:00.000Z", "has_children": false, "in_trash": false,
        "last_edited_time": "2026-09-01T10:05:00.000Z", "type": "paragraph",
        "created_by": {"object": "user", "id": PAGE},
        "last_edited_by": {"object": "user", "id": PAGE},
        "paragraph": {"rich_text": rich_text(), "color": "default"},
    });
    json!({"object": "list", "results": vec![block; 100], "next_cursor": null, "has_more": false,
        "type": "block", "block": {}})
}
