//! One drainer per account across processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::CoreError;

/// Held while this process is the one that exchanges with Notion for an account. The system lets go
/// of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct SyncLock {
    _file: File,
}

impl SyncLock {
    /// Takes the lock in the account's folder, or answers `None` while another process has it.
    pub(crate) fn try_take(account_dir: &Path) -> Result<Option<Self>, CoreError> {
        let path = account_dir.join("sync.lock");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&path)
            .map_err(|error| CoreError::file(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(CoreError::file(&path, error)),
        }
    }
}
