//! What all windows share: the core, opened on first use.

use std::path::PathBuf;
use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use octavo_core::{Attention, Config, CoreError, Octavo};
use tokio::sync::watch;

use crate::{desk::Desk, error::ShellError, sample::Sample};

/// Where the core's configuration comes from.
#[derive(Debug)]
pub enum Source {
    /// The environment: the user's own notes.
    Environment,
    /// The sample workspace.
    Sample(Box<Sample>),
}

impl Source {
    async fn open(&self) -> Result<Octavo, ShellError> {
        match self {
            Self::Environment => Ok(Octavo::open(Config::from_env()?).await?),
            Self::Sample(sample) => sample.open().await,
        }
    }
}

type Opened = Box<dyn Fn(&Octavo) + Send + Sync>;

/// The state behind every window.
///
/// The core is opened by the first command. When that fails the command carries the reason to its
/// window, and the next command tries again: a full disk or a locked folder can be mended while the
/// window waits.
pub struct App {
    pub(crate) desk: Arc<Desk>,
    source: Source,
    core: tokio::sync::Mutex<Option<Octavo>>,
    opened: OnceLock<Opened>,
    attention: Mutex<Attention>,
    /// How many commands are being carried out.
    busy: watch::Sender<usize>,
    leaving: AtomicBool,
}

impl App {
    /// An app whose core is not open yet.
    ///
    /// `usual` says whether it works on the person's usual folder, `web_dir` where the web views keep
    /// their files.
    pub fn new(source: Source, usual: bool, web_dir: Option<PathBuf>) -> Self {
        Self {
            desk: Arc::new(Desk::new(usual, web_dir)),
            source,
            core: tokio::sync::Mutex::new(None),
            opened: OnceLock::new(),
            attention: Mutex::new(Attention::Visible),
            busy: watch::Sender::new(0),
            leaving: AtomicBool::new(false),
        }
    }

    /// Whether this is the sample workspace.
    pub(crate) fn is_sample(&self) -> bool {
        matches!(self.source, Source::Sample(_))
    }

    /// What to do with the core when it opens, before anything happens in it.
    pub(crate) fn when_opened(&self, opened: impl Fn(&Octavo) + Send + Sync + 'static) {
        if self.opened.set(Box::new(opened)).is_err() {
            tracing::error!("asked twice what to do with the open core");
        }
    }

    /// The core, opened if it is not.
    pub(crate) async fn core(&self) -> Result<Octavo, ShellError> {
        let mut cell = self.core.lock().await;
        if let Some(core) = &*cell {
            return Ok(core.clone());
        }
        if self.is_leaving() {
            return Err(CoreError::Closing.into());
        }
        let core = self.source.open().await?;
        if let Some(opened) = self.opened.get() {
            opened(&core);
        }
        *cell = Some(core.clone());
        // From here on `attend` reaches the core itself; what it was told before is kept.
        drop(cell);
        if let Ok(attention) = self.attention.lock() {
            core.attention(*attention);
        }
        core.start();
        Ok(core)
    }

    /// Counts one command as running until the answer is dropped.
    pub(crate) fn busy(&self) -> Busy<'_> {
        self.busy.send_modify(|count| *count += 1);
        Busy(&self.busy)
    }

    /// Tells the core how closely the user looks at the windows.
    pub(crate) fn attend(&self, attention: Attention) {
        if let Ok(mut kept) = self.attention.lock() {
            *kept = attention;
        }
        // While the core is being opened it takes the value kept above.
        if let Ok(cell) = self.core.try_lock()
            && let Some(core) = &*cell
        {
            core.attention(attention);
        }
    }

    /// Marks the app as being left. False when it already was.
    pub(crate) fn leave(&self) -> bool {
        !self.leaving.swap(true, Ordering::SeqCst)
    }

    /// Whether the app is being left.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::SeqCst)
    }

    /// Waits until no command has run for a while: a page may answer the end of one with the next.
    pub(crate) async fn quiet(&self, gap: Duration) {
        let mut busy = self.busy.subscribe();
        loop {
            // The sender lives in `self`, so this ends only when the count is zero.
            let _ = busy.wait_for(|count| *count == 0).await;
            if tokio::time::timeout(gap, busy.changed()).await.is_err() {
                return;
            }
        }
    }

    /// Ends everything that must not be left to the end of the process.
    pub(crate) async fn close(&self, limit: Duration) {
        let core = self.core.lock().await.take();
        if let Some(core) = core {
            core.shutdown(limit).await;
        }
        if let Source::Sample(sample) = &self.source {
            sample.close().await;
        }
        tracing::info!("left");
    }
}

/// A command that runs.
pub(crate) struct Busy<'a>(&'a watch::Sender<usize>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
