//! A thousand creates against Notion's window, on a virtual clock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::try_join_all;
use notion_api::{Budget, Client, NewPage, Parent, Priority, RateLimitReason, RetryPolicy};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::support::{PAGE, config, page_id, page_json, read_request};

/// Notion's window, counted by its own clock.
#[derive(Clone, Default)]
struct Window {
    taken: Arc<Mutex<VecDeque<Instant>>>,
    refused: Arc<Mutex<u32>>,
}

impl Window {
    fn ask(&self, limit: usize) -> String {
        let (now, minute) = (Instant::now(), Duration::from_mins(1));
        let mut taken = self.taken.lock().unwrap();
        while taken.front().is_some_and(|at| *at + minute <= now) {
            taken.pop_front();
        }
        if taken.len() < limit {
            taken.push_back(now);
            return response(200, "", &page_json(PAGE).to_string());
        }
        *self.refused.lock().unwrap() += 1;
        let wait = taken.front().map_or(minute, |first| *first + minute - now);
        let seconds = wait.as_millis().div_ceil(1000).to_string();
        let body = json!({
            "object": "error", "status": 429, "code": "rate_limited", "message": "Wait.",
            "additional_data": {"retry_after": seconds,
                "rate_limit_reason": "public_api_request_rate_limit"},
        });
        response(
            429,
            &format!("retry-after: {seconds}\r\n"),
            &body.to_string(),
        )
    }
}

fn response(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

/// A client for a paused clock: no time limits, usual pauses.
fn patient(url: &str, budget: Budget) -> Client {
    let mut config = config(url);
    config.timeout = Duration::MAX;
    config.connect_timeout = Duration::MAX;
    config.body_timeout = Duration::MAX;
    config.retry = RetryPolicy::default();
    config.budget = budget;
    Client::new(config).unwrap()
}

/// A server with a window on the test's own clock, and a client.
async fn limited(limit: usize) -> (Window, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let window = Window::default();
    let counted = window.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let window = counted.clone();
            tokio::spawn(async move {
                while read_request(&mut stream).await {
                    let answer = window.ask(limit);
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (window, patient(&url, Budget::default()))
}

async fn create(client: &Client, count: usize) {
    let page = NewPage::new(Parent::Workspace, "T");
    let mut left = count;
    // As many at once as a job would have under way.
    while left > 0 {
        let batch = left.min(8);
        try_join_all((0..batch).map(|_| client.create_page(&page)))
            .await
            .unwrap();
        left -= batch;
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_creates_use_the_window_up() {
    for priority in [
        Priority::Capture,
        Priority::Interactive,
        Priority::Background,
    ] {
        let (window, client) = limited(180).await;
        let client = client.with_priority(priority);
        let begun = Instant::now();
        create(&client, 1000).await;
        // Five times 180 have to leave the window before the last hundred fit in.
        let (took, ideal) = (begun.elapsed().as_secs_f64(), 300.0);
        println!("{priority:?}: {took} s of ideally {ideal} s");
        assert!(took <= ideal / 0.95, "{priority:?}: {took} s");
        let refused = *window.refused.lock().unwrap();
        assert!(refused <= 8, "{priority:?}: {refused} refused");
        assert_eq!(client.requests_made(), 1000 + u64::from(refused));
    }
}

#[tokio::test(start_paused = true)]
async fn a_larger_window_is_found_and_used_up() {
    let (window, client) = limited(600).await;
    let begun = Instant::now();
    create(&client, 2000).await;
    let took = begun.elapsed().as_secs_f64();
    assert!(took <= 180.0 / 0.95, "{took} s");
    assert_eq!(client.budget().limit(), 600);
    assert_eq!(*window.refused.lock().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_shared_with_another_machine_finds_its_pace() {
    let (window, client) = limited(180).await;
    // The other machine has used a part of the window already.
    for _ in 0..100 {
        window.ask(180);
    }
    let begun = Instant::now();
    create(&client, 100).await;
    let lowered = client.budget().limit();
    assert!(lowered < 180, "{lowered}");
    create(&client, 200).await;
    assert!(
        begun.elapsed() <= Duration::from_secs(125),
        "{:?}",
        begun.elapsed()
    );
    // The other machine was not heard of again.
    assert_eq!(client.budget().limit(), 180);
}

#[tokio::test(start_paused = true)]
async fn accounts_of_one_workspace_share_a_pause() {
    let (_window, one) = limited(180).await;
    let (_window, two) = limited(180).await;
    let other = two.with_budget(one.budget().sibling());
    one.budget()
        .pause_for(Duration::from_secs(30), RateLimitReason::Workspace);
    let begun = Instant::now();
    let id = page_id();
    let mut waiting = Box::pin(other.page(&id));
    assert!(futures::poll!(&mut waiting).is_pending());
    let status = other.budget().status();
    let route: Vec<_> = status.waiting.iter().map(|one| one.route).collect();
    assert_eq!(route, ["/v1/pages/{id}"]);
    assert_eq!(status.paused.unwrap().1, RateLimitReason::Workspace);
    waiting.await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(30));
}
