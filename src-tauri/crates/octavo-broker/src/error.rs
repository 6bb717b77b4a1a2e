//! Why the broker cannot start. No variant carries a secret.

use std::net::SocketAddr;

use thiserror::Error;

/// Why the broker cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The environment lacks variables without which there is nothing to do.
    #[error("missing from the environment: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// A setting is there and cannot be used.
    #[error("{name} {why}")]
    Invalid {
        /// The variable's name.
        name: &'static str,
        /// What is wrong with it, without its value.
        why: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// No HTTP client could be made, for instance for want of root certificates.
    #[error("no HTTP client for Notion: {0}")]
    Client(#[source] notion_api::ApiError),
}

impl BrokerError {
    /// Whether the operator has to change a setting before another start can help.
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Invalid { .. })
    }

    pub(crate) fn invalid(name: &'static str, why: impl Into<String>) -> Self {
        Self::Invalid {
            name,
            why: why.into(),
        }
    }
}
