//! How many requests a window holds, as far as answers tell.

use std::time::Duration;

use tokio::time::Instant;

/// The first pause between two tries whether Notion takes more; it doubles with each refusal.
const TRY_AGAIN: Duration = Duration::from_mins(10);
/// No pause between two tries is longer.
const TRY_AGAIN_AT_LATEST: Duration = Duration::from_hours(6);
/// A try of which nothing was heard, because its caller left, is over after this.
const TRY_LASTS: Duration = Duration::from_mins(2);
/// After a refusal, this many accepted requests win one back.
const ACCEPTED_FOR_ONE: u32 = 4;

/// What an answer says about the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Notion took the request, whatever it thought of it.
    Accepted,
    /// Notion says that this connection's window is full.
    Full,
    /// Nothing.
    Silent,
}

/// The learned size of the window.
///
/// Documented are 180 requests, and 600 on larger plans; which plan it is, no answer says. So when
/// the window is full, one request at a time tries whether Notion takes more. A refused one was not
/// processed, and costs no more than the wait for the window, which is due anyway.
#[derive(Debug)]
pub(super) struct Limit {
    /// What is documented for every plan.
    base: usize,
    /// Never more than this.
    ceiling: usize,
    current: usize,
    /// The request that tries, and when it left.
    trying: Option<(u64, Instant)>,
    /// How much a successful try wins.
    step: usize,
    not_before: Option<Instant>,
    refusals: u32,
    lowered: Option<Instant>,
    accepted: u32,
}

impl Limit {
    pub(super) fn new(base: usize, ceiling: usize) -> Self {
        let base = base.max(1);
        Self {
            base,
            ceiling: ceiling.max(base),
            current: base,
            trying: None,
            step: 1,
            not_before: None,
            refusals: 0,
            lowered: None,
            accepted: 0,
        }
    }

    pub(super) fn current(&self) -> usize {
        self.current
    }

    pub(super) fn bounds(&self) -> (usize, usize) {
        (self.base, self.ceiling)
    }

    /// Whether a request may go although the window is full.
    pub(super) fn may_try(&self, now: Instant) -> bool {
        let busy = self
            .trying
            .is_some_and(|(_, since)| now.saturating_duration_since(since) < TRY_LASTS);
        let early = self.not_before.is_some_and(|then| now < then);
        self.current >= self.base && self.current < self.ceiling && !busy && !early
    }

    pub(super) fn tries(&mut self, number: u64, now: Instant) {
        self.trying = Some((number, now));
    }

    /// Takes the verdict on request `number`, which left at `sent`.
    pub(super) fn learn(&mut self, number: u64, sent: Instant, verdict: Verdict, now: Instant) {
        let tried = self.trying.take_if(|(trying, _)| *trying == number);
        match verdict {
            Verdict::Accepted if tried.is_some() => {
                self.current = self.ceiling.min(self.current.saturating_add(self.step));
                self.step = self.step.saturating_mul(2);
            }
            Verdict::Accepted if self.current < self.base => {
                self.accepted += 1;
                if self.accepted >= ACCEPTED_FOR_ONE {
                    self.accepted = 0;
                    self.current += 1;
                }
            }
            Verdict::Full => self.refused(sent, now, tried.is_some()),
            Verdict::Accepted | Verdict::Silent => {}
        }
    }

    fn refused(&mut self, sent: Instant, now: Instant, tried: bool) {
        // Requests that were under way together are refused together: that is one lesson.
        if self.lowered.is_some_and(|lowered| sent <= lowered) {
            return;
        }
        let wait = TRY_AGAIN.saturating_mul(1 << self.refusals.min(10));
        self.refusals += 1;
        self.not_before = now.checked_add(wait.min(TRY_AGAIN_AT_LATEST));
        self.step = 1;
        self.accepted = 0;
        self.lowered = Some(now);
        self.current = if self.current > self.base || tried || self.trying.is_some() {
            self.base
        } else {
            // Somebody else uses the same connection.
            (self.current * 4 / 5).max(self.base / 4).max(1)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_larger_plan_is_found_out() {
        let mut limit = Limit::new(180, 600);
        let now = Instant::now();
        let mut tries = 0;
        while limit.may_try(now) {
            limit.tries(tries, now);
            assert!(!limit.may_try(now), "one at a time");
            limit.learn(tries, now, Verdict::Accepted, now);
            tries += 1;
        }
        assert_eq!((limit.current(), tries), (600, 9));
    }

    #[test]
    fn a_refused_try_is_not_repeated_soon() {
        let mut limit = Limit::new(180, 600);
        let mut now = Instant::now();
        for minutes in [10_u64, 20, 40] {
            assert!(limit.may_try(now));
            limit.tries(minutes, now);
            limit.learn(minutes, now, Verdict::Full, now);
            assert_eq!(limit.current(), 180);
            assert!(!limit.may_try(now + seconds(minutes * 60 - 1)));
            now += seconds(minutes * 60);
        }
    }

    #[test]
    fn a_try_nobody_heard_of_does_not_end_all_trying() {
        let mut limit = Limit::new(180, 600);
        let now = Instant::now();
        limit.tries(1, now);
        assert!(!limit.may_try(now + seconds(60)));
        assert!(limit.may_try(now + seconds(121)));
    }

    #[test]
    fn sharing_a_connection_lowers_it_once_and_for_a_while() {
        let mut limit = Limit::new(180, 180);
        let now = Instant::now();
        for number in 0..5 {
            limit.learn(number, now, Verdict::Full, now + seconds(1));
        }
        assert_eq!(limit.current(), 144);
        for number in 5..500 {
            limit.learn(
                number,
                now + seconds(2),
                Verdict::Accepted,
                now + seconds(3),
            );
        }
        assert_eq!(limit.current(), 180);
        for round in 10..60 {
            let then = now + seconds(round);
            limit.learn(round, then, Verdict::Full, then);
        }
        assert_eq!(limit.current(), 45);
    }
}
