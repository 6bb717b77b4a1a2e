//! Carries out a round, and decides what becomes of each of its requests.

use std::pin::Pin;
use std::sync::atomic::Ordering;

use crate::TortureError;
use crate::act::{Kill, Meanwhile};
use crate::relay::Way;
use crate::stage::Stage;
use crate::time::others_work;

/// What is to happen during a round.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    pub(crate) meanwhile: Option<&'a Meanwhile>,
    pub(crate) kill: Option<&'a Kill>,
}

/// How a round ended.
pub(crate) enum End<T> {
    Done(T),
    /// It was cut off: what was under way is no more.
    Killed,
}

/// After so many beats without a sound, everybody waits for a time to come.
const QUIET_BEATS: u32 = 4;
/// And after so many nobody is in the middle of anything: what a person does then comes in between nothing.
const CALM_BEATS: u32 = 12;
/// A look at a block is followed by its change sooner than this, or by none.
const LOOKING_BEATS: u32 = 4_000;
/// The first leap of time, and the longest: they double while it stays quiet.
const FIRST_LEAP: i64 = 50;
const LONGEST_LEAP: i64 = 2_000;
/// A round that takes longer is one that never ends.
const LONGEST_ROUND: i64 = 4 * 3_600_000;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Stage {
    /// Carries out `work` of an install. Time passes while everybody waits for it.
    pub(crate) async fn drive<T: Send>(
        &mut self,
        install: usize,
        plan: Plan<'_>,
        mut work: Boxed<'_, T>,
    ) -> Result<End<T>, TortureError> {
        let begun = self.time.now();
        let (mut quiet, mut leap) = (0, FIRST_LEAP);
        let mut passed = [0_u32; 2];
        loop {
            let passing = tokio::select! {
                biased;
                done = &mut work => return Ok(End::Done(done)),
                Some(passing) = self.held.recv() => passing,
                () = self.beat.next() => {
                    quiet = if others_work() { 0 } else { quiet + 1 };
                    if quiet > QUIET_BEATS {
                        self.time.pass(leap).await?;
                        (quiet, leap) = (0, (leap * 2).min(LONGEST_LEAP));
                    }
                    if self.time.now() - begun > LONGEST_ROUND {
                        let what = "a round that never ended".to_owned();
                        return Err(TortureError::Refused { what, answer: String::new() });
                    }
                    continue;
                }
            };
            (quiet, leap) = (0, FIRST_LEAP);
            let mut way = Way::On;
            if passing.install == install {
                let [asked, answered] = &mut passed;
                let count = if passing.answered { answered } else { asked };
                let at = *count;
                *count += 1;
                if let Some(kill) = plan.kill
                    && (kill.at, kill.answered) == (at, passing.answered)
                {
                    drop(work);
                    if !kill.forwarded {
                        way = Way::Cut;
                    }
                    let _gone = passing.go.send(way);
                    return Ok(End::Killed);
                }
                if let Some(meanwhile) = plan.meanwhile
                    && (meanwhile.at, meanwhile.answered) == (at, passing.answered)
                {
                    tracing::info!(act = ?meanwhile.act, "meanwhile");
                    Box::pin(self.perform(&meanwhile.act)).await?;
                }
            }
            let _gone = passing.go.send(way);
        }
    }
    /// Waits while somebody has looked at a block and not changed it yet. Who looked and then let it be is
    /// not waited for for ever.
    pub(crate) async fn looked(&mut self) {
        for _ in 0..LOOKING_BEATS {
            if self.looking.load(Ordering::SeqCst) == 0 {
                return;
            }
            self.beat.next().await;
        }
    }

    /// Lets everything go on until nobody does anything any more. No time passes. Answers whether anything
    /// was asked or answered.
    pub(crate) async fn calm(&mut self) -> bool {
        let (mut quiet, mut passed) = (0, false);
        while quiet <= CALM_BEATS {
            tokio::select! {
                biased;
                Some(held) = self.held.recv() => {
                    (quiet, passed) = (0, true);
                    let _gone = held.go.send(Way::On);
                }
                () = self.beat.next() => quiet = if others_work() { 0 } else { quiet + 1 },
            }
        }
        passed
    }
}
