//! Where a test takes hold of the vault: it can be locked, and each call gives way once, as a call to a
//! real keychain does, so that a process can be ended there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{Kind, Vault};
use crate::CoreError;

/// What a test arranged.
#[derive(Default)]
pub(super) struct Seam {
    locked: AtomicBool,
    closed: AtomicBool,
    reads: AtomicUsize,
}

impl Vault {
    fn with_seam<T>(&self, look: impl FnOnce(&Seam) -> T) -> Option<T> {
        match &*self.kind() {
            Kind::Memory { seam, .. } => Some(look(seam)),
            Kind::Keychain(_) | Kind::Sealed(_) => None,
        }
    }

    /// From now on, or no longer, nothing can be kept.
    pub(crate) fn lock_writes(&self, locked: bool) {
        self.with_seam(|seam| seam.locked.store(locked, Ordering::SeqCst));
    }

    /// From now on, or no longer, it is like a keychain that is locked.
    pub(crate) fn shut(&self, closed: bool) {
        self.with_seam(|seam| seam.closed.store(closed, Ordering::SeqCst));
    }

    pub(super) fn is_shut(&self) -> bool {
        self.with_seam(|seam| seam.closed.load(Ordering::SeqCst)) == Some(true)
    }

    /// How often something was looked up.
    pub(crate) fn reads(&self) -> usize {
        self.with_seam(|seam| seam.reads.load(Ordering::SeqCst))
            .unwrap_or_default()
    }

    pub(super) async fn pass(&self) -> Result<(), CoreError> {
        tokio::task::yield_now().await;
        let locked = self.with_seam(|seam| seam.locked.load(Ordering::SeqCst));
        if locked == Some(true) || self.is_shut() {
            Err(CoreError::KeychainLocked)
        } else {
            Ok(())
        }
    }

    pub(super) async fn look(&self) -> Result<(), CoreError> {
        self.with_seam(|seam| seam.reads.fetch_add(1, Ordering::SeqCst));
        tokio::task::yield_now().await;
        if self.is_shut() {
            return Err(CoreError::KeychainLocked);
        }
        Ok(())
    }
}
