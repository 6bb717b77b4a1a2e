//! The request window: how many requests a connection may send, and when it must be silent.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::error::RateLimitReason;

/// A slot counts from the moment its answer arrived, because the server counts at some moment
/// between sending and answering. An answer that takes longer than this tells nothing more.
const LATEST_COUNTED: Duration = Duration::from_secs(2);

/// How many requests a connection may send, and when it must be silent.
///
/// Notion allows 180 requests in any 60 s to one connection and answers `429` beyond; this holds
/// requests back instead. Clones share everything. All waiting is first come, first served.
#[derive(Clone)]
pub struct Budget {
    shared: Arc<Shared>,
    pause: Arc<Mutex<Option<Pause>>>,
}

struct Shared {
    window: Duration,
    state: Mutex<State>,
    // Whoever holds the gate is first in line; one line per priority.
    gates: [tokio::sync::Mutex<()>; 2],
}

struct State {
    limit: usize,
    next: u64,
    used: Vec<Used>,
}

struct Used {
    number: u64,
    at: Instant,
}

#[derive(Clone, Copy)]
struct Pause {
    until: Instant,
    reason: RateLimitReason,
}

/// Who goes first when the window is nearly full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// May use the whole window.
    #[default]
    Normal,
    /// Leaves a tenth of the window to others.
    Background,
}

/// One request's place in the window. Drop it when the answer's head has arrived.
pub(crate) struct Slot {
    shared: Arc<Shared>,
    number: u64,
    sent: Instant,
}

/// The budget is paused for longer than the caller would wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paused {
    pub(crate) remaining: Duration,
    pub(crate) reason: RateLimitReason,
}

impl Default for Budget {
    /// Notion's smallest documented window: 180 requests in 60 s.
    fn default() -> Self {
        Self::new(180, Duration::from_mins(1))
    }
}

impl Budget {
    /// `limit` requests (at least one) in any `window`.
    pub fn new(limit: usize, window: Duration) -> Self {
        Self::build(limit, window, Arc::default())
    }

    /// A budget with a window of its own that shares this one's pauses: for another connection of
    /// the same workspace, whose requests are counted apart but limited together.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self::build(self.limit(), self.shared.window, Arc::clone(&self.pause))
    }

    fn build(limit: usize, window: Duration, pause: Arc<Mutex<Option<Pause>>>) -> Self {
        let state = State {
            limit: limit.max(1),
            next: 0,
            used: Vec::new(),
        };
        let gates = [tokio::sync::Mutex::new(()), tokio::sync::Mutex::new(())];
        Self {
            shared: Arc::new(Shared {
                window,
                state: Mutex::new(state),
                gates,
            }),
            pause,
        }
    }

    /// Requests allowed in a window.
    pub fn limit(&self) -> usize {
        lock(&self.shared.state).limit
    }

    /// Changes the number of requests allowed in a window (600 on larger plans).
    pub fn set_limit(&self, limit: usize) {
        lock(&self.shared.state).limit = limit.max(1);
    }

    /// Requests counted in the current window.
    pub fn used(&self) -> usize {
        let mut state = lock(&self.shared.state);
        state.forget(Instant::now(), self.shared.window);
        state.used.len()
    }

    /// Silences every sharer for `wait` from now; an earlier, longer pause stays.
    pub fn pause_for(&self, wait: Duration, reason: RateLimitReason) {
        let Some(until) = Instant::now().checked_add(wait) else {
            return;
        };
        let mut pause = lock(&self.pause);
        if pause.is_none_or(|pause| pause.until < until) {
            *pause = Some(Pause { until, reason });
        }
    }

    /// When the current pause ends, if there is one.
    pub fn paused_until(&self) -> Option<Instant> {
        self.current_pause().map(|pause| pause.until)
    }

    fn current_pause(&self) -> Option<Pause> {
        let mut pause = lock(&self.pause);
        if pause.is_some_and(|pause| pause.until <= Instant::now()) {
            *pause = None;
        }
        *pause
    }

    /// Waits for a place in the window; gives up at once on a pause longer than `longest_wait`.
    pub(crate) async fn acquire(
        &self,
        priority: Priority,
        longest_wait: Duration,
    ) -> Result<Slot, Paused> {
        let [normal, background] = &self.shared.gates;
        let gate = match priority {
            Priority::Normal => normal,
            Priority::Background => background,
        };
        // A caller behind a long pause must not have to queue to hear of it.
        self.refuse_long_pause(longest_wait)?;
        let _first_in_line = gate.lock().await;
        loop {
            self.refuse_long_pause(longest_wait)?;
            let wake = match self.current_pause() {
                Some(pause) => pause.until,
                None => match self.shared.take(priority) {
                    Ok(slot) => return Ok(slot),
                    Err(free_at) => free_at,
                },
            };
            sleep_until(wake).await;
        }
    }

    fn refuse_long_pause(&self, longest_wait: Duration) -> Result<(), Paused> {
        let Some(pause) = self.current_pause() else {
            return Ok(());
        };
        let remaining = pause.until.saturating_duration_since(Instant::now());
        if remaining > longest_wait {
            return Err(Paused {
                remaining,
                reason: pause.reason,
            });
        }
        Ok(())
    }
}

impl Shared {
    /// A slot now, or the moment at which to ask again.
    fn take(self: &Arc<Self>, priority: Priority) -> Result<Slot, Instant> {
        let now = Instant::now();
        let mut state = lock(&self.state);
        state.forget(now, self.window);
        let allowed = match priority {
            Priority::Normal => state.limit,
            Priority::Background => (state.limit - state.limit / 10).max(1),
        };
        if let Some(excess) = state.used.len().checked_sub(allowed) {
            let mut ends: Vec<Instant> = state.used.iter().map(|used| used.at).collect();
            ends.sort_unstable();
            return Err(ends.get(excess).copied().unwrap_or(now) + self.window);
        }
        let number = state.next;
        state.next = number.wrapping_add(1);
        state.used.push(Used { number, at: now });
        Ok(Slot {
            shared: Arc::clone(self),
            number,
            sent: now,
        })
    }
}

impl State {
    fn forget(&mut self, now: Instant, window: Duration) {
        self.used.retain(|used| used.at + window > now);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let counted = Instant::now().min(self.sent + LATEST_COUNTED);
        let mut state = lock(&self.shared.state);
        if let Some(used) = state
            .used
            .iter_mut()
            .find(|used| used.number == self.number)
        {
            used.at = counted;
        }
    }
}

/// No code panics while holding these locks; a poisoned one still holds sound data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("limit", &self.limit())
            .field("window", &self.shared.window)
            .field("used", &self.used())
            .field("paused", &self.paused_until().is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
