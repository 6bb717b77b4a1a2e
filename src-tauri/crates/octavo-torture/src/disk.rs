//! A full disk: no file of this process may grow beyond a size.
//!
//! It takes no disk of its own: the system refuses each write beyond the limit, in the middle of it if
//! need be, and goes on refusing until the limit is lifted. Where the system knows no such limit, the
//! disk never gets full.

use octavo_contract::ErrorCode;
use octavo_core::CoreError;

use crate::TortureError;
use crate::stage::Stage;

/// The disk of this computer.
pub(crate) struct Disk {
    full: bool,
    /// Without a listener the signal that comes with the refusal would end the process.
    #[cfg(unix)]
    _refusals: tokio::signal::unix::Signal,
}

impl Disk {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            full: false,
            #[cfg(unix)]
            _refusals: {
                use tokio::signal::unix::{SignalKind, signal};
                signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?
            },
        })
    }

    /// No file may grow beyond so many bytes from now on; as large as they like, if absent.
    #[cfg(unix)]
    fn limit(&mut self, bytes: Option<u64>) -> std::io::Result<()> {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Fsize);
        // What may be lifted again is only the lower of the two limits.
        limit.current = bytes.or(limit.maximum);
        setrlimit(Resource::Fsize, limit)?;
        self.full = bytes.is_some();
        Ok(())
    }

    #[cfg(not(unix))]
    fn limit(&mut self, _bytes: Option<u64>) -> std::io::Result<()> {
        Ok(())
    }
}

impl Stage {
    /// The disk is full once the database of a desk, as it is, has grown by so many bytes.
    pub(crate) fn fill_disk(&mut self, desk: usize, room: u32) -> Result<(), TortureError> {
        let Some(log) = self.log_of(desk) else {
            return Ok(());
        };
        let size = std::fs::metadata(log)?.len();
        Ok(self.disk.limit(Some(size + u64::from(room)))?)
    }

    /// There is room again.
    pub(crate) fn make_room(&mut self) -> Result<(), TortureError> {
        Ok(self.disk.limit(None)?)
    }

    /// What a person's act came to. For want of room it may come to nothing: then they were told so.
    pub(crate) fn kept<T>(&self, act: Result<T, CoreError>) -> Result<Option<T>, TortureError> {
        match act {
            Ok(done) => Ok(Some(done)),
            Err(error) if self.disk.full && error.code() == ErrorCode::DiskFull => {
                tracing::info!(%error, "not kept");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}
