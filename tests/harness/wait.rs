//! Waiting for a condition, never for a time.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use crate::Fault;

/// What one look found.
#[derive(Debug)]
pub enum Look<T> {
    /// It is so.
    Yes(T),
    /// Not yet; this is what is there instead.
    NotYet(String),
}

/// A look that is satisfied when `holds`, and remembers `seen` otherwise.
pub fn look(holds: bool, seen: impl Debug) -> Look<()> {
    if holds {
        Look::Yes(())
    } else {
        Look::NotYet(format!("{seen:?}"))
    }
}

/// How long a wait may take: 30 s, times `OCTAVO_TEST_PATIENCE` on a slow or busy machine.
pub fn patience() -> Duration {
    let factor = std::env::var("OCTAVO_TEST_PATIENCE")
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|factor| factor.is_finite() && *factor > 0.0)
        .unwrap_or(1.0);
    Duration::from_secs(30).mul_f64(factor)
}

/// Looks again and again until the answer is yes, or fails with what was seen last.
///
/// A look that errs counts as "not yet" (windows reload, simulators restart), unless the app ended.
pub async fn wait_until<T, L>(what: &str, looks: L) -> Result<T, Fault>
where
    L: AsyncFnMut() -> Result<Look<T>, Fault>,
{
    wait_until_within(patience(), what, looks).await
}

/// [`wait_until`] with a limit of its own.
pub async fn wait_until_within<T, L>(limit: Duration, what: &str, mut looks: L) -> Result<T, Fault>
where
    L: AsyncFnMut() -> Result<Look<T>, Fault>,
{
    let began = Instant::now();
    let mut pulse = interval(Duration::from_millis(50));
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pulse.tick().await;
        let seen = match looks().await {
            Ok(Look::Yes(found)) => return Ok(found),
            Ok(Look::NotYet(seen)) => seen,
            Err(fault @ Fault::Ended(_)) => return Err(fault),
            Err(fault) => fault.to_string(),
        };
        if began.elapsed() > limit {
            return Err(Fault::Waited {
                what: what.to_owned(),
                seconds: began.elapsed().as_secs_f64(),
                seen,
            });
        }
    }
}
