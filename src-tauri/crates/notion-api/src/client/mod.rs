//! The calls.

mod blocks;
mod files;
mod pages;
mod people;
mod tables;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;

use crate::budget::{Budget, Priority};
use crate::call::{Body, Call, Safety};
use crate::config::ClientConfig;
use crate::error::ApiError;
use crate::model::FromAnswer;
use crate::transport::Transport;

/// Notion as one access token sees it. Clones are cheap and share connections, budget and counter.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    priority: Priority,
}

impl Client {
    /// A client with connections of its own; none is opened yet.
    pub fn new(config: ClientConfig) -> Result<Self, ApiError> {
        let transport = Arc::new(Transport::new(config)?);
        Ok(Self {
            transport,
            priority: Priority::default(),
        })
    }

    /// The same connections and budget with another token, counting from zero: after a refresh.
    pub fn with_token(&self, token: SecretString) -> Result<Self, ApiError> {
        let transport = Arc::new(self.transport.with_token(token)?);
        Ok(Self {
            transport,
            priority: self.priority,
        })
    }

    /// The same connections and token with another budget, counting from zero: for accounts that
    /// turn out to be of one workspace, whose budgets are [`Budget::sibling`]s.
    #[must_use]
    pub fn with_budget(&self, budget: Budget) -> Self {
        Self {
            transport: Arc::new(self.transport.with_budget(budget)),
            priority: self.priority,
        }
    }

    /// The same client, whose requests have another priority.
    #[must_use]
    pub fn with_priority(&self, priority: Priority) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            priority,
        }
    }

    /// Requests sent since creation, repetitions included.
    pub fn requests_made(&self) -> u64 {
        self.transport.requests.load(Ordering::Relaxed)
    }

    /// The budget, to watch it or to share it.
    pub fn budget(&self) -> &Budget {
        &self.transport.budget
    }

    /// Until when the client keeps silent because Notion asked for it.
    pub fn paused_until(&self) -> Option<Instant> {
        self.transport.budget.paused_until()
    }

    /// For how much longer the client keeps silent because Notion asked for it.
    pub fn paused_for(&self) -> Option<Duration> {
        self.paused_until()
            .map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Asks for something and repeats it until it is there.
    async fn get<T: FromAnswer>(
        &self,
        route: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ApiError> {
        let safety = Safety::Read;
        let call = Call {
            method: Method::GET,
            route,
            path,
            query,
            body: Body::Empty,
            safety,
        };
        self.transport.send(call, self.priority).await
    }

    /// Sends a body.
    async fn change<T: FromAnswer>(
        &self,
        method: Method,
        route: &'static str,
        path: &[&str],
        body: Value,
        safety: Safety,
    ) -> Result<T, ApiError> {
        let call = Call {
            method,
            route,
            path,
            query: &[],
            body: Body::json(&body),
            safety,
        };
        self.transport.send(call, self.priority).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("requests_made", &self.requests_made())
            .field("budget", self.budget())
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}
