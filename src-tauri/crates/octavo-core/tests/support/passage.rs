//! A way to the simulator on which something can be done right after an answer was given.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a request's first line has to begin and end with, and what is done once it was answered.
pub(crate) struct Then {
    pub(crate) begin: String,
    pub(crate) end: &'static str,
    pub(crate) url: String,
    pub(crate) body: serde_json::Value,
}

/// Opens a passage to `notion`; answers its address.
pub(crate) async fn open(notion: &str, then: Arc<Mutex<Option<Then>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let notion = notion.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, notion.clone(), then.clone()));
        }
    });
    address
}

async fn carry(mut client: TcpStream, notion: String, then: Arc<Mutex<Option<Then>>>) {
    let mut server = TcpStream::connect(notion).await.unwrap();
    while let Some(request) = message(&mut client).await {
        server.write_all(&request).await.unwrap();
        let Some(answer) = message(&mut server).await else {
            return;
        };
        let line = String::from_utf8_lossy(&request);
        let line = line.lines().next().unwrap().to_owned();
        let fits = |then: &mut Then| line.starts_with(&then.begin) && line.ends_with(then.end);
        let due = then.lock().unwrap().take_if(fits);
        if let Some(Then { url, body, .. }) = due {
            let http = reqwest::Client::new();
            let done = http.post(url).json(&body).send().await.unwrap();
            assert!(done.status().is_success(), "{}", done.text().await.unwrap());
        }
        if client.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// The next message, whole; none if the other side has closed.
async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(head) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let text =
                String::from_utf8_lossy(bytes.get(..head).unwrap_or_default()).to_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if bytes.len() >= head + 4 + length {
                return Some(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    }
}
