//! The time, taken in one place so that tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A clock: the system's, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System {
        /// Where the monotonic count began.
        started: Instant,
    },
    Standing(Arc<AtomicU64>),
}

impl Default for Clock {
    fn default() -> Self {
        Self(Kind::System {
            started: Instant::now(),
        })
    }
}

impl Clock {
    /// A clock that stands at `unix_seconds` until [`Clock::advance`] is called.
    pub fn standing_at(unix_seconds: u64) -> Self {
        Self(Kind::Standing(Arc::new(AtomicU64::new(unix_seconds))))
    }

    /// Moves a standing clock on; does nothing to the system's clock.
    pub fn advance(&self, seconds: u64) {
        if let Kind::Standing(now) = &self.0 {
            now.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// Seconds since 1970, as written into signed states: every copy of the broker must agree.
    pub(crate) fn unix_seconds(&self) -> u64 {
        match &self.0 {
            Kind::System { .. } => {
                u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
            }
            Kind::Standing(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Time that never runs backwards, for counting requests.
    pub(crate) fn elapsed(&self) -> Duration {
        match &self.0 {
            Kind::System { started } => started.elapsed(),
            Kind::Standing(now) => Duration::from_secs(now.load(Ordering::SeqCst)),
        }
    }
}

impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.elapsed()
    }
}
