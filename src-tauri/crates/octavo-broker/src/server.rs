//! Connections: accepted up to a number, cut when they dawdle, finished before the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use crate::routes::Peer;

const MOST_CONNECTIONS: usize = 1024;

/// How long the server waits for what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For a request's head, so also for the next request on an open connection.
    pub(crate) head: Duration,
    /// For requests under way when the end is announced.
    pub(crate) farewell: Duration,
}

/// Serves until `end` is told or dropped, then finishes what is under way.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    mut end: oneshot::Receiver<()>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(32 * 1024);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = &mut end => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: those in use will be given back.
                warn!(kind = %error.kind(), "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let connection = graceful.watch(connect(&server, stream, peer, router.clone()));
        tokio::spawn(async move {
            if connection.await.is_err() {
                debug!("a connection broke off");
            }
            drop(place);
        });
    }
    drop(listener);
    if timeout(patience.farewell, graceful.shutdown())
        .await
        .is_err()
    {
        warn!("requests were still under way at the end");
    }
}

/// One connection, whose requests know where they come from.
fn connect(
    server: &http1::Builder,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static + use<>
{
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        inner.call(request)
    });
    server.serve_connection(TokioIo::new(stream), service)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

    use super::*;

    const PATIENCE: Patience = Patience {
        head: Duration::from_millis(50),
        farewell: Duration::from_mins(1),
    };

    async fn begin(router: Router, patience: Patience) -> (SocketAddr, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, end) = oneshot::channel();
        tokio::spawn(serve(listener, router, patience, end));
        (address, tell)
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_is_cut() {
        let (address, _tell) = begin(Router::new(), PATIENCE).await;
        for begin in ["", "GET /sta"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begin.as_bytes()).await.unwrap();
            // Returns when the server hangs up, and not before.
            let mut rest = String::new();
            stream.read_to_string(&mut rest).await.unwrap();
            assert!(!rest.contains("200"), "{rest}");
        }
    }

    #[tokio::test]
    async fn a_request_under_way_is_finished_after_the_end_was_announced() {
        let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (there, wait) = (Arc::clone(&arrived), Arc::clone(&go_on));
        let handler = move || async move {
            there.notify_one();
            wait.notified().await;
            "finished"
        };
        let (address, tell) = begin(Router::new().route("/", get(handler)), PATIENCE).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        arrived.notified().await;
        tell.send(()).unwrap();
        // Nobody new is let in.
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        go_on.notify_one();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("finished"), "{answer}");
    }
}
