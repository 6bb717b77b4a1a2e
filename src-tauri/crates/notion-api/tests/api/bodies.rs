//! Bodies that are compressed, endless, slow or cut.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use notion_api::{ApiError, Client, NewPage, Parent, UnclearCause};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{
    Break, Breaker, PAGE, answering, client, config, ok_page, page_id, page_json, read_request,
};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 4096, 5, 22)
        .write_all(bytes)
        .unwrap();
    packed
}

/// A hundred million blanks, as a body of a few kilobytes.
fn bomb(pack: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let packed = pack(&vec![b' '; 100_000_000]);
    assert!(packed.len() < 200_000, "{}", packed.len());
    packed
}

type Packing = (&'static str, fn(&[u8]) -> Vec<u8>);

const PACKINGS: [Packing; 2] = [("gzip", gzip), ("br", brotli)];

fn packed(status: u16, encoding: &str, body: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("content-encoding", encoding)
        .set_body_raw(body, "application/json")
}

#[tokio::test]
async fn compressed_answers_are_read() {
    let body = json!({"object": "user", "id": PAGE, "name": "Octavo", "bot": {}}).to_string();
    for (encoding, pack) in PACKINGS {
        let server = answering(packed(200, encoding, pack(body.as_bytes()))).await;
        let me = client(&server).me().await.unwrap();
        assert_eq!(
            (me.bot_id.as_str(), me.name.as_deref()),
            (PAGE, Some("Octavo")),
            "{encoding}"
        );
    }
}

#[tokio::test]
async fn what_is_packed_counts_unpacked() {
    for (encoding, pack) in PACKINGS {
        let body = bomb(pack);
        let server = answering(packed(200, encoding, body.clone())).await;
        let error = client(&server).page(&page_id()).await.unwrap_err();
        let ApiError::InvalidAnswer { message, .. } = &error else {
            panic!("{encoding}: {error:?}")
        };
        assert_eq!(message, "the answer is too large", "{encoding}");
        // A write that was taken and answered like this is unclear, and a refusal is one.
        let page = NewPage::new(Parent::Workspace, "T");
        let error = client(&server).create_page(&page).await.unwrap_err();
        assert!(
            matches!(error, ApiError::Unclear(_)),
            "{encoding}: {error:?}"
        );
        let refused = packed(404, encoding, body).insert_header("x-notion-request-id", "r");
        let server = answering(refused).await;
        let error = client(&server).page(&page_id()).await.unwrap_err();
        assert!(
            matches!(error, ApiError::NotFound { .. }),
            "{encoding}: {error:?}"
        );
    }
}

#[tokio::test]
async fn garbage_in_a_packing_is_a_cut() {
    let server = answering(packed(200, "gzip", b"no gzip at all".to_vec())).await;
    let page = NewPage::new(Parent::Workspace, "T");
    let error = client(&server).create_page(&page).await.unwrap_err();
    assert!(matches!(error, ApiError::Unclear(_)), "{error:?}");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let server = answering(ok_page()).await;
    let mut config = config(&server.uri());
    config.max_body_bytes = 100;
    let error = Client::new(config)
        .unwrap()
        .page(&page_id())
        .await
        .unwrap_err();
    assert!(matches!(error, ApiError::InvalidAnswer { .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_that_drips_is_given_up() {
    let head = "HTTP/1.1 200 X\r\ncontent-length: 100000000\r\n\r\n".to_owned();
    let server = Breaker::start(vec![Break::Drip(head)]).await;
    let mut config = config(&server.url);
    config.body_timeout = Duration::from_millis(100);
    config.retry.attempts = 2;
    let client = Client::new(config).unwrap();
    let page = NewPage::new(Parent::Workspace, "T");
    let error = client.create_page(&page).await.unwrap_err();
    let ApiError::Unclear(unclear) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear.cause, UnclearCause::TimedOut);
    assert_eq!(server.requests(), 1);
    let error = client.page(&page_id()).await.unwrap_err();
    assert!(matches!(error, ApiError::Unavailable { .. }), "{error:?}");
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_refusal_that_drips_counts_all_the_same() {
    let head = "HTTP/1.1 404 X\r\nx-notion-request-id: r\r\ncontent-length: 100000000\r\n\r\n";
    let server = Breaker::start(vec![Break::Drip(head.to_owned())]).await;
    let mut config = config(&server.url);
    config.body_timeout = Duration::from_millis(100);
    let client = Client::new(config).unwrap();
    let error = client.page(&page_id()).await.unwrap_err();
    assert!(matches!(error, ApiError::NotFound { .. }), "{error:?}");
}

/// Answers the first request on each connection, and hangs up on the second.
async fn tiring() -> (String, tokio::sync::mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (seen, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let seen = seen.clone();
            tokio::spawn(async move {
                let mut first = true;
                while read_request(&mut stream).await {
                    seen.send(()).unwrap();
                    if !std::mem::take(&mut first) {
                        return;
                    }
                    let body = page_json(PAGE).to_string();
                    let length = body.len();
                    let answer =
                        format!("HTTP/1.1 200 X\r\ncontent-length: {length}\r\n\r\n{body}");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (url, requests)
}

#[tokio::test]
async fn a_kept_connection_that_breaks_repeats_no_write() {
    let (url, mut requests) = tiring().await;
    let client = Client::new(config(&url)).unwrap();
    client.page(&page_id()).await.unwrap();
    let page = NewPage::new(Parent::Workspace, "T");
    // Sent on the connection that is kept, on which the server hangs up.
    let error = client.create_page(&page).await.unwrap_err();
    let ApiError::Unclear(unclear) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear.cause, UnclearCause::Cut);
    // A read takes a new one.
    client.page(&page_id()).await.unwrap();
    client.page(&page_id()).await.unwrap();
    let mut seen = 0;
    while requests.try_recv().is_ok() {
        seen += 1;
    }
    assert_eq!((seen, client.requests_made()), (5, 5));
}

#[tokio::test]
async fn items_without_an_id_come_once_after_a_new_beginning() {
    use futures::TryStreamExt;
    let item = |text: &str| {
        json!({"object": "property_item", "type": "rich_text", "id": "p",
        "rich_text": {"plain_text": text}})
    };
    let list = |items: Vec<Value>, next: Option<&str>| {
        ResponseTemplate::new(200).set_body_json(json!({"object": "list", "results": items,
            "type": "property_item", "has_more": next.is_some(), "next_cursor": next,
            "property_item": {"id": "p", "type": "rich_text", "rich_text": {}}}))
    };
    let dead = crate::support::refusal(
        400,
        "validation_error",
        "The start_cursor provided is invalid: c",
    );
    let server = MockServer::start().await;
    for (answer, times) in [
        (list(vec![item("a"), item("b")], Some("c")), 1),
        (dead, 1),
        (list(vec![item("a"), item("b")], Some("c")), 1),
        (list(vec![item("d")], None), 1),
    ] {
        Mock::given(any())
            .respond_with(answer)
            .up_to_n_times(times)
            .mount(&server)
            .await;
    }
    let items: Vec<_> = client(&server)
        .all_of_property(page_id(), "p")
        .try_collect()
        .await
        .unwrap();
    assert_eq!(items.len(), 3, "{items:?}");
}
