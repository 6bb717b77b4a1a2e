//! The road back for a connection of the person's own: a page on this computer.
//!
//! Notion accepts `http://localhost:PORT/…` as a redirect if that very port is registered, and refuses
//! 127.0.0.1 (redirect addresses, §2.4 of the API's description), so the port is one of a small fixed
//! set. `localhost` may mean either address family: both are listened on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::CoreError;

/// The ports a person registers for their own connection.
pub(crate) const PORTS: [u16; 3] = [53682, 53683, 53684];

/// The addresses a person registers for their own connection.
pub(crate) fn redirects() -> Vec<String> {
    PORTS.map(redirect).to_vec()
}

fn redirect(port: u16) -> String {
    format!("http://localhost:{port}/callback")
}

const BACK: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Octavo</title>\
    <style>body{font:16px/1.6 system-ui,sans-serif;margin:15vh auto;max-width:26rem;padding:0 1rem;\
    color-scheme:light dark}</style><main><h1>Back to Octavo</h1><p>Octavo has what it needs and goes \
    on by itself. You can close this page.</p></main></html>";

/// Listens until dropped.
pub(crate) struct Loopback {
    pub(crate) redirect: String,
    stop: CancellationToken,
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Loopback {
    /// Listens on the first free port; every address that comes in goes to `heard`.
    pub(crate) async fn listen(heard: mpsc::Sender<String>) -> Result<Self, CoreError> {
        for port in PORTS {
            let Ok(four) = bind(Ipv4Addr::LOCALHOST.into(), port).await else {
                continue;
            };
            // A computer without IPv6 resolves `localhost` to IPv4 alone.
            let six = bind(Ipv6Addr::LOCALHOST.into(), port).await.ok();
            let redirect = redirect(port);
            let stop = CancellationToken::new();
            let app = Router::new()
                .route("/callback", get(come_back))
                .with_state((redirect.clone(), heard));
            for listener in [Some(four), six].into_iter().flatten() {
                let app = app.clone();
                let stop = stop.clone();
                tokio::spawn(async move {
                    let served = axum::serve(listener, app)
                        .with_graceful_shutdown(async move { stop.cancelled().await })
                        .await;
                    if let Err(error) = served {
                        tracing::warn!(%error, "the page for coming back ended");
                    }
                });
            }
            return Ok(Self { redirect, stop });
        }
        Err(CoreError::SignInFailed(format!(
            "The ports {PORTS:?} of this computer are all taken by other programs, so the browser could \
             not come back. Close one of them, or use the sign-in through the browser's page."
        )))
    }
}

async fn bind(address: IpAddr, port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::new(address, port)).await
}

async fn come_back(
    State((redirect, heard)): State<(String, mpsc::Sender<String>)>,
    RawQuery(query): RawQuery,
) -> Html<&'static str> {
    let address = format!("{redirect}?{}", query.unwrap_or_default());
    // Nobody waits any more: then the page is all there is to say.
    let _ignored = heard.try_send(address);
    Html(BACK)
}
