//! The running simulator's shared state, and how it reaches the disk.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::rngs::StdRng;
use serde::Serialize;
use tokio::sync::watch;

use crate::{faults::Faults, world::World};

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
}

/// A handle that every request gets.
#[derive(Clone)]
pub(crate) struct App {
    sim: Arc<Mutex<Sim>>,
    saver: Option<Arc<Saver>>,
    pub(crate) control: bool,
    pub(crate) sample: bool,
}

/// A state that takes longer than this to write is written behind the answers' backs.
const PROMPT_MS: u64 = 15;

struct Saver {
    path: PathBuf,
    /// How many saves were asked for, and how many of those are on the disk.
    asked: watch::Sender<u64>,
    done: watch::Sender<u64>,
    /// How long the last save took, in milliseconds.
    cost: AtomicU64,
}

impl std::fmt::Debug for App {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("App").finish_non_exhaustive()
    }
}

impl App {
    pub(crate) fn new(sim: Sim, state: Option<PathBuf>, control: bool, sample: bool) -> Self {
        let saver = state.map(|path| {
            Arc::new(Saver {
                path,
                asked: watch::Sender::new(0),
                done: watch::Sender::new(0),
                cost: AtomicU64::new(0),
            })
        });
        Self {
            sim: Arc::new(Mutex::new(sim)),
            saver,
            control,
            sample,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Sim> {
        self.sim.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once the present state is on the disk: what was answered survives a kill. A state
    /// too large for that is saved soon after.
    pub(crate) async fn saved(&self) {
        let Some(saver) = &self.saver else { return };
        let mut mine = 0;
        saver.asked.send_modify(|asked| {
            *asked += 1;
            mine = *asked;
        });
        if saver.cost.load(Ordering::Relaxed) > PROMPT_MS {
            return;
        }
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
            let begun = tokio::time::Instant::now();
            self.save().await;
            let cost = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            saver.cost.store(cost, Ordering::Relaxed);
            saver.done.send_replace(upto);
            if cost > PROMPT_MS {
                tokio::time::sleep(Duration::from_millis(500.max(cost.saturating_mul(10)))).await;
            }
        }
    }

    /// Writes the state file now.
    pub(crate) async fn save(&self) {
        let Some(saver) = &self.saver else { return };
        let path = saver.path.clone();
        let app = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let text = serde_json::to_vec(&app.lock().world).map_err(io::Error::other)?;
            write_atomically(&path, &text)
        })
        .await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the state file could not be written"),
            Err(error) => tracing::error!(%error, "saving the state failed"),
        }
    }
}

/// The folder of uploaded files, beside the state file.
pub(crate) fn files_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".files");
    PathBuf::from(name)
}

/// The whole file or the old file, never a part.
fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let temporary = PathBuf::from(name);
    let mut file = fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

/// Reads a state file; `None` if there is none yet.
pub(crate) fn load(path: &Path) -> io::Result<Option<World>> {
    match fs::read(path) {
        Ok(bytes) => {
            let mut world: World = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
            world.rebuild_indexes();
            Ok(Some(world))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
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
