//! Silence that Notion asked for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use super::lock;
use crate::error::RateLimitReason;

/// A pause of one connection, or of all connections that share it.
#[derive(Clone, Default)]
pub(super) struct Pauses {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    current: Mutex<Option<Pause>>,
    begun: Notify,
}

/// Until when to be silent, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pause {
    pub(super) until: Instant,
    pub(super) reason: RateLimitReason,
}

/// The pause is longer than the caller would wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paused {
    pub(crate) remaining: Duration,
    pub(crate) reason: RateLimitReason,
}

impl Pauses {
    /// Begins a pause; an earlier, longer one stays.
    pub(super) fn begin(&self, wait: Duration, reason: RateLimitReason) {
        let Some(until) = Instant::now().checked_add(wait) else {
            return;
        };
        {
            let mut current = lock(&self.shared.current);
            if current.is_some_and(|pause| pause.until >= until) {
                return;
            }
            *current = Some(Pause { until, reason });
        }
        self.shared.begun.notify_waiters();
    }

    pub(super) fn current(&self) -> Option<Pause> {
        let mut current = lock(&self.shared.current);
        if current.is_some_and(|pause| pause.until <= Instant::now()) {
            *current = None;
        }
        *current
    }

    /// The current pause, unless the caller would not wait for its end.
    pub(super) fn bearable(&self, longest_wait: Duration) -> Result<Option<Pause>, Paused> {
        let Some(pause) = self.current() else {
            return Ok(None);
        };
        let remaining = pause.until.saturating_duration_since(Instant::now());
        if remaining > longest_wait {
            return Err(Paused {
                remaining,
                reason: pause.reason,
            });
        }
        Ok(Some(pause))
    }

    /// Ends when a pause begins.
    pub(super) fn begun(&self) -> Notified<'_> {
        self.shared.begun.notified()
    }

    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}
