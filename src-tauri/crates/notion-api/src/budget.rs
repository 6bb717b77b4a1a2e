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

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    async fn take(budget: &Budget) {
        drop(budget.acquire(Priority::Normal, LONG).await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_limit() {
        let budget = Budget::default();
        let begun = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..1000 {
            take(&budget).await;
            sent.push(begun.elapsed());
        }
        assert!(
            sent.iter()
                .zip(sent.iter().skip(180))
                .all(|(a, b)| *b >= *a + budget.shared.window)
        );
        // Five full windows had to pass, and nothing was wasted.
        assert_eq!(begun.elapsed().as_secs(), 300);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_counts_from_its_answer_but_not_much_later() {
        let budget = Budget::new(1, Duration::from_secs(10));
        let slot = budget.acquire(Priority::Normal, LONG).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(slot);
        let begun = Instant::now();
        let slot = budget.acquire(Priority::Normal, LONG).await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), 10);
        tokio::time::sleep(Duration::from_secs(8)).await;
        drop(slot);
        let begun = Instant::now();
        take(&budget).await;
        assert_eq!(begun.elapsed().as_secs(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn the_background_leaves_room() {
        let budget = Budget::new(20, Duration::from_mins(1));
        let begun = Instant::now();
        for _ in 0..18 {
            drop(budget.acquire(Priority::Background, LONG).await.unwrap());
        }
        let waiting = budget.clone();
        let background =
            tokio::spawn(
                async move { waiting.acquire(Priority::Background, LONG).await.map(drop) },
            );
        tokio::task::yield_now().await;
        take(&budget).await;
        take(&budget).await;
        assert_eq!((begun.elapsed().as_secs(), budget.used()), (0, 20));
        background.await.unwrap().unwrap();
        assert!(begun.elapsed().as_secs() >= 60);
    }

    #[tokio::test(start_paused = true)]
    async fn siblings_share_a_pause_but_no_window() {
        let budget = Budget::new(1, Duration::from_mins(1));
        let sibling = budget.sibling();
        take(&budget).await;
        let begun = Instant::now();
        take(&sibling).await;
        assert_eq!(begun.elapsed().as_secs(), 0);
        tokio::time::sleep(Duration::from_mins(1)).await;
        sibling.pause_for(Duration::from_secs(30), RateLimitReason::Workspace);
        sibling.pause_for(Duration::from_secs(3), RateLimitReason::Connection);
        let begun = Instant::now();
        take(&budget).await;
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!(sibling.paused_until(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_pause_is_refused_even_to_those_in_line() {
        let budget = Budget::new(1, Duration::from_mins(1));
        take(&budget).await;
        let minute = Duration::from_mins(1);
        let waiting = budget.clone();
        let first =
            tokio::spawn(async move { waiting.acquire(Priority::Normal, minute).await.map(drop) });
        tokio::task::yield_now().await;
        budget.pause_for(Duration::from_mins(10), RateLimitReason::Workspace);
        let refused = budget
            .acquire(Priority::Normal, minute)
            .await
            .map(drop)
            .unwrap_err();
        assert_eq!(
            (refused.remaining, refused.reason),
            (minute * 10, RateLimitReason::Workspace)
        );
        assert_eq!(first.await.unwrap().unwrap_err().remaining, minute * 9);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gives_up_leaves_the_line() {
        let budget = Budget::new(1, Duration::from_mins(1));
        take(&budget).await;
        let mut first = Box::pin(budget.acquire(Priority::Normal, LONG));
        tokio::time::timeout(Duration::from_secs(1), &mut first)
            .await
            .unwrap_err();
        let second = budget.acquire(Priority::Normal, LONG);
        drop(first);
        drop(second.await.unwrap());
    }
}
