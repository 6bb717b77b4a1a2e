//! The request window: how many requests a connection may send, and when it must be silent.

mod limit;
mod line;
mod pause;
mod window;

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::error::RateLimitReason;
use limit::Limit;
use line::{Line, Ticket};
use pause::Pauses;
use window::Window;

pub(crate) use limit::Verdict;
pub use line::Priority;
pub(crate) use pause::Paused;

/// A slot counts from the moment its answer arrived, because the server counts at some moment
/// between sending and answering. An answer that takes longer than this tells nothing more.
const LATEST_COUNTED: Duration = Duration::from_secs(2);

/// How many requests a connection may send, and when it must be silent.
///
/// Notion allows 180 requests in any 60 s to one connection (600 on larger plans) and answers `429`
/// beyond; this holds requests back instead, and learns from the answers which it is. Clones share
/// everything.
#[derive(Clone)]
pub struct Budget {
    shared: Arc<Shared>,
    pauses: Pauses,
}

struct Shared {
    state: Mutex<State>,
}

struct State {
    window: Window,
    limit: Limit,
    line: Line,
    next: u64,
}

/// A budget at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetStatus {
    /// Requests that Notion allows in a window, as far as is known.
    pub limit: usize,
    /// Requests counted in the current window.
    pub used: usize,
    /// Until when Notion asked for silence, and why.
    pub paused: Option<(Instant, RateLimitReason)>,
    /// The requests that are held back, in the order of their priorities.
    pub waiting: Vec<Waiting>,
}

/// A request that is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// What it asks for, without ids (`/v1/pages/{id}`).
    pub route: &'static str,
    /// Its priority.
    pub priority: Priority,
    /// Since when it waits.
    pub since: Instant,
    /// When it will be sent if nothing else comes, at the earliest.
    pub until: Instant,
}

/// One request's place in the window. Drop it when the answer's head has arrived.
pub(crate) struct Slot {
    shared: Arc<Shared>,
    number: u64,
    sent: Instant,
    unsent: bool,
}

/// Which request an answer belongs to.
#[derive(Clone, Copy)]
pub(crate) struct SlotId {
    number: u64,
    sent: Instant,
}

/// A place in the line that is left whatever happens.
struct Place {
    shared: Arc<Shared>,
    ticket: Ticket,
}

impl Default for Budget {
    /// What Notion documents: 180 requests in 60 s, or up to 600 if it takes them.
    fn default() -> Self {
        Self::between(180, 600, Duration::from_mins(1))
    }
}

impl Budget {
    /// `limit` requests (at least one) in any `window`, never more.
    pub fn new(limit: usize, window: Duration) -> Self {
        Self::between(limit, limit, window)
    }

    /// `limit` requests (at least one) in any `window`, and up to `ceiling` if Notion takes them.
    pub fn between(limit: usize, ceiling: usize, window: Duration) -> Self {
        Self::build(Limit::new(limit, ceiling), window, Pauses::default())
    }

    /// A budget with a window of its own that shares this one's pauses: for another connection of
    /// the same workspace, whose requests are counted apart but limited together.
    #[must_use]
    pub fn sibling(&self) -> Self {
        let (limit, window) = {
            let state = lock(&self.shared.state);
            let (base, ceiling) = state.limit.bounds();
            (Limit::new(base, ceiling), state.window.length)
        };
        Self::build(limit, window, self.pauses.clone())
    }

    fn build(limit: Limit, window: Duration, pauses: Pauses) -> Self {
        let state = State {
            window: Window::new(window),
            limit,
            line: Line::default(),
            next: 0,
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
            }),
            pauses,
        }
    }

    /// Whether a pause of one is a pause of the other.
    pub fn shares_pauses_with(&self, other: &Self) -> bool {
        self.pauses.is_shared_with(&other.pauses)
    }

    /// Requests allowed in a window, as far as is known.
    pub fn limit(&self) -> usize {
        lock(&self.shared.state).limit.current()
    }

    /// Sets the number of requests allowed in a window, for who knows it: nothing is learned beyond.
    pub fn set_limit(&self, limit: usize) {
        lock(&self.shared.state).limit = Limit::new(limit, limit);
        self.shared.wake_next();
    }

    /// Requests counted in the current window.
    pub fn used(&self) -> usize {
        lock(&self.shared.state).window.used(Instant::now())
    }

    /// The budget at this moment: what waits, and until when.
    pub fn status(&self) -> BudgetStatus {
        let now = Instant::now();
        let paused = self.pauses.current();
        let mut state = lock(&self.shared.state);
        let used = state.window.used(now);
        let limit = state.limit.current();
        let ends = state.window.ends();
        let earliest = paused.map_or(now, |pause| pause.until);
        let waiting = state.line.iter().enumerate().map(|(place, ticket)| {
            let full_rounds = u32::try_from(place / limit.max(1)).unwrap_or(u32::MAX);
            let end = (used + place % limit.max(1))
                .checked_sub(limit)
                .and_then(|end| ends.get(end))
                .copied()
                .unwrap_or(now);
            let rounds = state.window.length.saturating_mul(full_rounds);
            Waiting {
                route: ticket.route,
                priority: ticket.priority,
                since: ticket.since,
                until: end.checked_add(rounds).unwrap_or(end).max(earliest),
            }
        });
        BudgetStatus {
            limit,
            used,
            paused: paused.map(|pause| (pause.until, pause.reason)),
            waiting: waiting.collect(),
        }
    }

    /// Silences every sharer for `wait` from now; an earlier, longer pause stays.
    pub fn pause_for(&self, wait: Duration, reason: RateLimitReason) {
        self.pauses.begin(wait, reason);
    }

    /// When the current pause ends, if there is one.
    pub fn paused_until(&self) -> Option<Instant> {
        self.pauses.current().map(|pause| pause.until)
    }

    /// Takes what an answer says about the window.
    pub(crate) fn learn(&self, slot: SlotId, verdict: Verdict) {
        let now = Instant::now();
        let mut state = lock(&self.shared.state);
        let before = state.limit.current();
        state.limit.learn(slot.number, slot.sent, verdict, now);
        let grown = state.limit.current() > before || state.limit.may_try(now);
        drop(state);
        if grown {
            self.shared.wake_next();
        }
    }

    /// Waits for a place in the window; gives up on a pause longer than `longest_wait`.
    pub(crate) async fn acquire(
        &self,
        priority: Priority,
        route: &'static str,
        longest_wait: Duration,
    ) -> Result<Slot, Paused> {
        // A caller behind a long pause must not have to queue to hear of it.
        self.pauses.bearable(longest_wait)?;
        let place = self.shared.join(priority, route);
        loop {
            let mut begun = pin!(self.pauses.begun());
            // From here on no pause is missed.
            begun.as_mut().enable();
            let pause = self.pauses.bearable(longest_wait)?;
            let wake = match pause {
                Some(pause) => Some(pause.until),
                None => match place.ask() {
                    Ok(slot) => return Ok(slot),
                    Err(wake) => wake,
                },
            };
            let timer = async {
                match wake {
                    Some(wake) => sleep_until(wake).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = timer => {}
                () = begun => {}
                () = place.ticket.wake.notified() => {}
            }
        }
    }
}

impl Shared {
    fn join(self: &Arc<Self>, priority: Priority, route: &'static str) -> Place {
        let mut state = lock(&self.state);
        let ticket = Ticket {
            number: state.number(),
            priority,
            route,
            since: Instant::now(),
            wake: Arc::default(),
        };
        state.line.join(ticket.clone());
        drop(state);
        Place {
            shared: Arc::clone(self),
            ticket,
        }
    }

    /// Tells whoever is next to look.
    fn wake_next(&self) {
        let next = lock(&self.state)
            .line
            .next()
            .map(|(ticket, _)| Arc::clone(&ticket.wake));
        if let Some(wake) = next {
            wake.notify_one();
        }
    }
}

impl Place {
    /// A slot, or when to ask again: at a moment, or when somebody says so.
    fn ask(&self) -> Result<Slot, Option<Instant>> {
        let now = Instant::now();
        let mut state = lock(&self.shared.state);
        let rights = match state.line.next() {
            Some((next, rights)) if next.number == self.ticket.number => rights,
            _ => return Err(None),
        };
        let limit = state.limit.current();
        let free = state.window.free(limit, rights, now);
        let tries = free.is_err() && rights != Priority::Capture && state.limit.may_try(now);
        match free {
            Err(wake) if !tries => return Err(Some(wake)),
            Ok(()) | Err(_) => {}
        }
        let number = state.number();
        if tries {
            state.limit.tries(number, now);
        }
        state.window.count(number, now);
        state.line.served(&self.ticket);
        Ok(Slot {
            shared: Arc::clone(&self.shared),
            number,
            sent: now,
            unsent: false,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.shared.state).line.leave(&self.ticket);
        self.shared.wake_next();
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next = self.next.wrapping_add(1);
        self.next
    }
}

impl Slot {
    pub(crate) fn id(&self) -> SlotId {
        SlotId {
            number: self.number,
            sent: self.sent,
        }
    }

    /// The request never left: its place is free again.
    pub(crate) fn give_back(mut self) {
        self.unsent = true;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.unsent {
            lock(&self.shared.state).window.forget(self.number);
            self.shared.wake_next();
            return;
        }
        let counted = Instant::now().min(self.sent + LATEST_COUNTED);
        lock(&self.shared.state)
            .window
            .recount(self.number, counted);
    }
}

/// No code panics while holding these locks; a poisoned one still holds sound data.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status();
        f.debug_struct("Budget")
            .field("limit", &status.limit)
            .field("used", &status.used)
            .field("waiting", &status.waiting.len())
            .field("paused", &status.paused.is_some())
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
mod tests;
