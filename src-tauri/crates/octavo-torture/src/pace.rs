//! How fast an install sends what waits, and how little it asks when nothing does, by the virtual clock.

use octavo_core::{Attention, Config};
use serde_json::json;

use crate::act::Weather;
use crate::check::Count;
use crate::signin::SignIn;
use crate::stage::{Stage, text};
use crate::{TortureError, on_a_virtual_clock};

/// How many requests Notion takes in a window from one connection, and how long that is ("Request
/// limits").
const WINDOW: u64 = 180;
const WINDOW_MS: i64 = 60_000;
/// Time passes in steps this long while notes are sent, and in longer ones while nothing is.
const STEP: i64 = 20;
const LONGEST_STEP: i64 = 500;
/// In steps this long when nothing is to happen.
const IDLE_STEP: i64 = 5_000;
/// Longer than this no flood takes.
const LONGEST: i64 = 3_600_000;

/// What sending many notes came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flood {
    /// Notes that were captured, all of them in Notion now.
    pub notes: usize,
    /// Requests that all of it took.
    pub requests: u64,
    /// From the first of them until the last note was there, in milliseconds.
    pub took_ms: i64,
    /// So many requests take at least this long, in milliseconds, at the rate Notion allows.
    pub least_ms: i64,
}

/// Captures `notes` notes while nothing is sent, then sends them with these faults on. Blocks the thread.
///
/// # Errors
/// It could not be carried out, or came to no end.
pub fn flood(notes: usize, weather: &Weather) -> Result<Flood, TortureError> {
    on_a_virtual_clock(async {
        let mut stage = Stage::new(Config::REQUEST_ROOM).await?;
        for salt in 0..notes {
            stage.capture(0, salt as u64).await?;
        }
        // Whatever came before is forgotten by Notion, and captures can be called back no more.
        stage.time.pass(2 * WINDOW_MS).await?;
        stage.weather(weather).await?;
        let (before, begun) = (stage.count().await?, stage.time.now());
        stage.watch(0, Attention::Hidden);
        let (mut sent, mut step) = (0, STEP);
        while sent < notes {
            stage.time.pass(step).await?;
            step = if stage.calm().await {
                STEP
            } else {
                (step * 2).min(LONGEST_STEP)
            };
            sent = stage.synced(0).await?;
            if stage.time.now() - begun > LONGEST {
                return Err(TortureError::Refused {
                    what: "to send all notes".to_owned(),
                    answer: format!("{sent} are there after an hour"),
                });
            }
        }
        let took_ms = stage.time.now() - begun;
        let requests = stage.asked_since(before).await?;
        Ok(Flood {
            notes,
            requests,
            took_ms,
            least_ms: i64::try_from(requests.saturating_sub(1) / WINDOW).unwrap_or(0) * WINDOW_MS,
        })
    })
}

/// How many requests so many accounts of one install, with a window that somebody works in, send together in
/// an hour in which nothing happens. Blocks the thread.
///
/// # Errors
/// It could not be carried out.
pub fn idle(accounts: usize) -> Result<u64, TortureError> {
    on_a_virtual_clock(async {
        let mut stage = Stage::new(Config::REQUEST_ROOM).await?;
        // Two accounts of the first install are there.
        for number in 2..accounts {
            let new = json!({"name": format!("Space {number}"), "person": "Charles"});
            let made = stage.control("workspace", &new).await?;
            let token = SignIn::Pasted(text(&made, "personal_access_token"));
            stage.sit_down(0, number, token).await?;
            stage.capture(stage.desks.len() - 1, number as u64).await?;
        }
        stage.watch(0, Attention::Focused);
        // What has to be sent and looked at first.
        stage.idle_for(10 * WINDOW_MS).await?;
        let before = stage.count().await?;
        stage.idle_for(60 * WINDOW_MS).await?;
        stage.asked_since(before).await
    })
}

impl Stage {
    fn watch(&self, install: usize, attention: Attention) {
        if let Some(install) = self.installs.get(install) {
            install.core.start();
            install.core.attention(attention);
        }
    }

    async fn idle_for(&mut self, millis: i64) -> Result<(), TortureError> {
        for _ in 0..millis / IDLE_STEP {
            self.time.pass(IDLE_STEP).await?;
            self.calm().await;
        }
        Ok(())
    }

    async fn asked_since(&self, before: Count) -> Result<u64, TortureError> {
        Ok(self.count().await?.all - before.all)
    }
}
