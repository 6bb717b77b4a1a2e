//! The requests of the last minute, and how much of the window each priority may use.

use std::time::Duration;

use tokio::time::Instant;

use super::line::Priority;

/// The requests counted in the current window.
pub(super) struct Window {
    pub(super) length: Duration,
    used: Vec<Used>,
}

struct Used {
    number: u64,
    at: Instant,
}

impl Window {
    pub(super) fn new(length: Duration) -> Self {
        Self {
            length,
            used: Vec::new(),
        }
    }

    /// Requests counted now.
    pub(super) fn used(&mut self, now: Instant) -> usize {
        self.used.retain(|used| used.at + self.length > now);
        self.used.len()
    }

    pub(super) fn count(&mut self, number: u64, now: Instant) {
        self.used.push(Used { number, at: now });
    }

    /// Counts a request from another moment on.
    pub(super) fn recount(&mut self, number: u64, at: Instant) {
        if let Some(used) = self.used.iter_mut().find(|used| used.number == number) {
            used.at = at;
        }
    }

    /// Takes a request back that was not made.
    pub(super) fn forget(&mut self, number: u64) {
        self.used.retain(|used| used.number != number);
    }

    /// When the places become free again, the earliest first.
    pub(super) fn ends(&self) -> Vec<Instant> {
        let mut ends: Vec<Instant> = self.used.iter().map(|used| used.at + self.length).collect();
        ends.sort_unstable();
        ends
    }

    /// Whether `rights` leave a place of `limit` free, else when to ask again.
    pub(super) fn free(
        &mut self,
        limit: usize,
        rights: Priority,
        now: Instant,
    ) -> Result<(), Instant> {
        let used = self.used(now);
        let Some(first_end) = self.used.iter().map(|used| used.at + self.length).min() else {
            return Ok(());
        };
        let reserve = Reserve::of(rights, limit);
        let left = first_end.saturating_duration_since(now);
        let held_back = reserve.lasting + reserve.shrunk(left, self.length);
        if used + held_back < limit {
            return Ok(());
        }
        // Held back is what shrinks: it may set a place free before the first request is forgotten.
        let room = limit.checked_sub(used + reserve.lasting + 1);
        let shrunk = room.map(|room| reserve.moment(room, first_end, self.length));
        Err(shrunk.map_or(first_end, |moment| moment.min(first_end)))
    }
}

/// What a priority leaves to those above it.
struct Reserve {
    /// Always.
    lasting: usize,
    /// At the beginning of a window; nothing at its end.
    shrinking: usize,
}

impl Reserve {
    fn of(priority: Priority, limit: usize) -> Self {
        let (lasting, shrinking) = match priority {
            Priority::Capture => (0, 0),
            Priority::Interactive => (limit / 90, 0),
            Priority::Background => (limit / 45, limit / 4),
        };
        Self { lasting, shrinking }
    }

    /// What is held back when the window ends in `left`, rounded up.
    fn shrunk(&self, left: Duration, length: Duration) -> usize {
        let part = parts(self.shrinking).saturating_mul(left.as_nanos());
        let held_back = part.div_ceil(length.as_nanos().max(1));
        usize::try_from(held_back).map_or(self.shrinking, |held_back| held_back.min(self.shrinking))
    }

    /// From when on no more than `room` is held back.
    fn moment(&self, room: usize, end: Instant, length: Duration) -> Instant {
        let left = length.as_nanos().saturating_mul(parts(room)) / parts(self.shrinking).max(1);
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        end.checked_sub(Duration::from_nanos(left)).unwrap_or(end)
    }
}

fn parts(count: usize) -> u128 {
    u128::try_from(count).unwrap_or(u128::MAX)
}
