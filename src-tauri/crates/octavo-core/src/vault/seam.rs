//! Where a test takes hold of the vault: it can be locked, and each call gives way once, as a call to a
//! real keychain does, so that a process can be ended there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{Kind, Vault};
use crate::CoreError;

/// What a test arranged.
#[derive(Default)]
pub(super) struct Seam {
    locked: AtomicBool,
    reads: AtomicUsize,
}

impl Vault {
    fn seam(&self) -> Option<&Seam> {
        match &*self.0 {
            Kind::Memory { seam, .. } => Some(seam),
            Kind::Keychain(_) => None,
        }
    }

    /// From now on, or no longer, nothing can be kept.
    pub(crate) fn lock_writes(&self, locked: bool) {
        if let Some(seam) = self.seam() {
            seam.locked.store(locked, Ordering::SeqCst);
        }
    }

    /// How often something was looked up.
    pub(crate) fn reads(&self) -> usize {
        self.seam()
            .map_or(0, |seam| seam.reads.load(Ordering::SeqCst))
    }

    pub(super) async fn pass(&self) -> Result<(), CoreError> {
        tokio::task::yield_now().await;
        let locked = self
            .seam()
            .is_some_and(|seam| seam.locked.load(Ordering::SeqCst));
        if locked {
            Err(CoreError::KeychainLocked)
        } else {
            Ok(())
        }
    }

    pub(super) async fn look(&self) {
        if let Some(seam) = self.seam() {
            seam.reads.fetch_add(1, Ordering::SeqCst);
        }
        tokio::task::yield_now().await;
    }
}
