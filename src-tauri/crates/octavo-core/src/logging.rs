//! The log: one file below the data folder, secrets blacked out in the sink.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::redact::Sink;
use crate::{CoreError, config::private_dir};

/// A log larger than this is set aside when Octavo starts; one old log is kept.
const ROTATE_AT: u64 = 4 << 20;

/// Starts logging to `<data_dir>/logs/octavo.log`, and to stderr too if asked. The filter is
/// `OCTAVO_LOG` (as of `tracing`, for example `debug`), by default `info`.
///
/// # Errors
/// The log file cannot be made. Logging then does not start, and the caller goes on without.
pub fn init(data_dir: &Path, to_stderr: bool) -> Result<(), CoreError> {
    let dir = data_dir.join("logs");
    private_dir(data_dir)?;
    private_dir(&dir)?;
    let path = dir.join("octavo.log");
    if std::fs::metadata(&path).is_ok_and(|found| found.len() > ROTATE_AT) {
        let _ignored = std::fs::rename(&path, dir.join("octavo.old.log"));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(&path)
        .map_err(|error| CoreError::file(&path, error))?;
    let filter = EnvFilter::try_from_env("OCTAVO_LOG").unwrap_or_else(|_| {
        EnvFilter::new("info,sqlx=warn,hyper=warn,reqwest=warn,zbus=warn,tracing=warn")
    });
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Target {
            file: Arc::new(Mutex::new(file)),
            to_stderr,
        })
        .try_init();
    if started.is_ok() {
        log_panics();
    }
    Ok(())
}

/// A crash's words go through the same sink as everything else.
fn log_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let words = panic
            .payload()
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.payload().downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        // The words may hold what a person wrote: the log gets the place only, and words with a secret
        // in them go nowhere.
        tracing::error!(%place, "panic");
        if !crate::redact::redacted(&words).contains("[redacted]") {
            before(panic);
        }
    }));
}

struct Target {
    file: Arc<Mutex<File>>,
    to_stderr: bool,
}

struct Both {
    file: Arc<Mutex<File>>,
    to_stderr: bool,
}

impl Write for Both {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if self.to_stderr {
            // A closed stderr must not end logging to the file.
            let _ignored = std::io::stderr().write_all(line);
        }
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}

impl<'a> MakeWriter<'a> for Target {
    type Writer = Sink<Both>;

    fn make_writer(&'a self) -> Self::Writer {
        Sink(Both {
            file: Arc::clone(&self.file),
            to_stderr: self.to_stderr,
        })
    }
}
