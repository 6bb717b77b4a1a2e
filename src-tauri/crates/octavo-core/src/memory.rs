//! Memory that goes back to the system.

use std::time::Duration;

/// So long after a long list it has been handed over.
const HANDED_OVER: Duration = Duration::from_secs(2);
/// A list of so many notes is a long one: what is left behind of it is more than the rest of the core.
const LONG: usize = 10_000;

/// Gives back what a list of `notes` notes leaves behind. The allocator of Linux keeps all of it: many small
/// texts among few that stay.
pub(crate) fn after_list(notes: usize) {
    if notes >= LONG {
        tokio::spawn(async {
            tokio::time::sleep(HANDED_OVER).await;
            // It goes through all of the heap.
            let _ = tokio::task::spawn_blocking(give_back).await;
        });
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_back() {
    #[expect(unsafe_code, reason = "a function of the C library")]
    // SAFETY: it takes no pointer, may be called by any thread at any time, and frees only what nobody uses
    // (malloc_trim(3)).
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
const fn give_back() {}
