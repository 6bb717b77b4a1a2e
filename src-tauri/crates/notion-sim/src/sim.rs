//! The running simulator's shared state, and how it reaches the disk.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rand::rngs::StdRng;
use serde::Serialize;
use tokio::sync::watch;

use crate::{
    faults::Faults,
    holds::Holds,
    state::{Journal, Persisted},
    world::World,
};

/// One line of the request log.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LogEntry {
    pub(crate) at: i64,
    pub(crate) method: String,
    pub(crate) path: String,
    /// 0 for a connection that was cut.
    pub(crate) status: u16,
    /// Eight hexadecimal digits that tell tokens apart without showing them.
    pub(crate) token: String,
}

/// Everything behind the lock.
pub(crate) struct Sim {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) rng: StdRng,
    pub(crate) stats: BTreeMap<String, u64>,
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) log: Vec<LogEntry>,
    pub(crate) windows: HashMap<String, VecDeque<i64>>,
    pub(crate) holds: Holds,
}

/// A handle that every request gets.
#[derive(Clone)]
pub(crate) struct App {
    sim: Arc<Mutex<Sim>>,
    saver: Option<Arc<Saver>>,
    pub(crate) control: bool,
    pub(crate) sample: bool,
}

struct Saver {
    /// How many saves were asked for, and how many of those are on the disk.
    asked: watch::Sender<u64>,
    done: watch::Sender<u64>,
    disk: Mutex<Disk>,
}

/// What writes, and what it wrote. Whoever locks this and the simulator locks this first.
struct Disk {
    journal: Journal,
    persisted: Persisted,
}

impl std::fmt::Debug for App {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("App").finish_non_exhaustive()
    }
}

impl App {
    /// With a state file, the state as it is now is on the disk when this returns.
    pub(crate) fn new(
        mut sim: Sim,
        state: Option<PathBuf>,
        control: bool,
        sample: bool,
    ) -> io::Result<Self> {
        let saver = match state {
            None => None,
            Some(path) => {
                let persisted = Persisted::of(&mut sim.world).map_err(io::Error::other)?;
                let journal = Journal::begin(&path, &sim.world)?;
                Some(Arc::new(Saver {
                    asked: watch::Sender::new(0),
                    done: watch::Sender::new(0),
                    disk: Mutex::new(Disk { journal, persisted }),
                }))
            }
        };
        Ok(Self {
            sim: Arc::new(Mutex::new(sim)),
            saver,
            control,
            sample,
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Sim> {
        self.sim.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once the present state is on the disk, however long that takes: what was answered
    /// survives a kill.
    pub(crate) async fn saved(&self) {
        let Some(saver) = &self.saver else { return };
        let mut mine = 0;
        saver.asked.send_modify(|asked| {
            *asked += 1;
            mine = *asked;
        });
        let _ = saver.done.subscribe().wait_for(|done| *done >= mine).await;
    }

    /// Saves whenever asked, many requests at a time, until the handle is dropped.
    pub(crate) async fn keep_saving(self) {
        let Some(saver) = self.saver.clone() else {
            return;
        };
        let mut asked = saver.asked.subscribe();
        // What was asked before this task began to listen counts as seen, but is not saved.
        if *asked.borrow() > 0 {
            asked.mark_changed();
        }
        while asked.changed().await.is_ok() {
            let upto = *asked.borrow_and_update();
            self.write(|sim, disk| {
                // The simulator is free again before the disk is waited for.
                let line = disk.persisted.line(&mut sim.lock().world);
                disk.journal.append(&line.map_err(io::Error::other)?)
            })
            .await;
            saver.done.send_replace(upto);
        }
    }

    async fn write(&self, work: impl FnOnce(&Self, &mut Disk) -> io::Result<()> + Send + 'static) {
        let Some(saver) = self.saver.clone() else {
            return;
        };
        let app = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let mut disk = saver.disk.lock().unwrap_or_else(PoisonError::into_inner);
            work(&app, &mut disk)
        })
        .await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the state could not be written"),
            Err(error) => tracing::error!(%error, "saving the state failed"),
        }
    }

    /// Writes the whole state, for the end.
    pub(crate) async fn close(&self) {
        self.write(|app, disk| {
            let sim = app.lock();
            disk.journal.close(&sim.world)
        })
        .await;
    }
}

/// FNV-1a over a token's last eight characters, as eight digits: enough to tell tokens apart.
pub(crate) fn token_hash(token: &str) -> String {
    let tail: Vec<u8> = token.bytes().rev().take(8).collect();
    let hash = tail.iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}
