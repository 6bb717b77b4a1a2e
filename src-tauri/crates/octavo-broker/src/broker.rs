//! Starting and ending a broker.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::info;
use url::Url;

use crate::config::Config;
use crate::error::BrokerError;
use crate::limit::Limiter;
use crate::notion::Notion;
use crate::routes::{App, router};
use crate::server::{Patience, serve};

/// The broker, before it runs.
#[derive(Debug)]
pub struct Broker;

/// A broker that runs. Dropping it ends it too, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    url: String,
    end: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Broker {
    /// Listens, and serves in the background from then on.
    pub async fn start(config: Config) -> Result<Running, BrokerError> {
        let ring = config.state_keys.ring()?;
        let notion = Notion::new(&config)?;
        let refused = |source| BrokerError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let url = config.public_url.as_ref().map_or_else(
            || format!("http://localhost:{}", address.port()),
            |url| Url::as_str(url).trim_end_matches('/').to_owned(),
        );
        // Longer than Notion's limit: an answer with tokens must not be thrown away.
        let request_timeout = config.notion_timeout + Duration::from_secs(10);
        let app = App {
            notion,
            ring,
            redirect_uri: format!("{url}/callback"),
            limiter: Limiter::new(config.rate, config.clock.clone()),
            clock: config.clock,
            trust_proxy: config.trust_proxy,
            request_timeout,
            is_https: url.starts_with("https://"),
        };
        let patience = Patience {
            head: Duration::from_secs(15),
            farewell: request_timeout + Duration::from_secs(5),
        };
        let (end, ended) = oneshot::channel();
        let server = tokio::spawn(serve(listener, router(Arc::new(app)), patience, ended));
        info!(%address, url, "listening");
        Ok(Running {
            address,
            url,
            end,
            server,
        })
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address browsers reach it at, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes no new connection, finishes the requests under way, and returns.
    pub async fn shutdown(self) {
        // The server may have ended already; then there is nobody to tell.
        let _ = self.end.send(());
        let _ = self.server.await;
    }
}
