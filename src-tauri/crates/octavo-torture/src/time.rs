//! Virtual time: it passes when nothing else happens, or when an act says so.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octavo_core::Clock;
use serde_json::json;
use tokio::sync::Notify;

use crate::TortureError;

/// How often a driver looks whether everybody waits.
const BEAT: Duration = Duration::from_micros(500);

/// When every run begins, in milliseconds since the epoch: what a seed finds must not hang on the minute it is
/// run in.
const BEGINNING: i64 = 1_790_000_000_000;

/// The name of the thread that beats.
const BEATER: &str = "torture-beat";

/// While one of these is held, tokio does not let time pass by itself: it would whenever the runtime
/// is idle, and it looks idle while a database works on a thread of its own.
pub(crate) struct Still {
    _end: std::sync::mpsc::Sender<()>,
}

impl Still {
    pub(crate) fn hold() -> Self {
        let (end, ended) = std::sync::mpsc::channel::<()>();
        // A paused clock stands still while a blocking task runs.
        tokio::task::spawn_blocking(move || ended.recv());
        Self { _end: end }
    }
}

/// A real beat, to see by that nothing happens any more.
pub(crate) struct Beat(Arc<Notify>);

impl Beat {
    pub(crate) fn start() -> std::io::Result<Self> {
        let notify = Arc::new(Notify::new());
        let beaten = Arc::downgrade(&notify);
        std::thread::Builder::new()
            .name(BEATER.to_owned())
            .spawn(move || {
                while let Some(notify) = beaten.upgrade() {
                    notify.notify_one();
                    drop(notify);
                    std::thread::sleep(BEAT);
                }
            })?;
        Ok(Self(notify))
    }

    pub(crate) async fn next(&self) {
        self.0.notified().await;
        // A beat may be there already: whoever has something to do gets a turn nevertheless.
        tokio::task::yield_now().await;
    }
}

/// The clocks of everybody: Notion's, and one of each install.
pub(crate) struct Time {
    now: Mutex<i64>,
    clocks: Mutex<Vec<Clock>>,
    http: reqwest::Client,
    config: String,
}

impl Time {
    pub(crate) fn new(http: reqwest::Client, sim: &str) -> Self {
        Self {
            now: Mutex::new(BEGINNING),
            clocks: Mutex::default(),
            http,
            config: format!("{sim}/_sim/config"),
        }
    }

    pub(crate) fn now(&self) -> i64 {
        *locked(&self.now)
    }

    /// A clock of an install, right at first.
    pub(crate) fn clock(&self) -> Clock {
        let clock = Clock::standing_at(self.now());
        locked(&self.clocks).push(clock.clone());
        clock
    }

    /// Lets time pass for everybody.
    pub(crate) async fn pass(&self, millis: i64) -> Result<(), TortureError> {
        *locked(&self.now) += millis;
        for clock in locked(&self.clocks).iter() {
            clock.advance(millis);
        }
        self.tell_notion().await?;
        tokio::time::advance(Duration::from_millis(millis.unsigned_abs())).await;
        Ok(())
    }

    /// Notion's time stands still between acts, as everybody else's does: were it to go on with the system's
    /// clock, putting it right again would turn back its time, which Notion never does.
    pub(crate) async fn tell_notion(&self) -> Result<(), TortureError> {
        let config = json!({"clock_stands_at_ms": self.now()});
        let answer = self.http.post(&self.config).json(&config).send().await?;
        answer.error_for_status()?;
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a thread beside this one is at work: databases work on threads of their own, which the
/// runtime does not see, and on a busy computer that takes longer than any beat.
pub(crate) fn others_work() -> bool {
    let own = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        // Another system: then the beats have to do.
        return false;
    };
    threads.flatten().any(|thread| {
        let told = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let state = told.rsplit_once(") ").map(|(_, rest)| rest);
        let works = state.is_some_and(|state| state.starts_with(['R', 'D']));
        works && own.file_name() != Some(&thread.file_name()) && !told.contains(BEATER)
    })
}
