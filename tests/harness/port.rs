//! Ports that belong to one test alone.
//!
//! The usual way (bind port 0, let go of it, hand on its number) gives the same number away twice
//! when tests run side by side. It hurts most where nobody notices: a web driver that reaches the
//! app of another test takes that app's window away, and both tests wait in vain.

use std::fs::{self, File, TryLockError};
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

use crate::Fault;

/// Below the ports that Linux hands out by itself (32768 and up).
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// The claims of this process, held to its end: where a program of a test has ended, nobody else's
/// may answer.
static CLAIMS: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// Claims a port on which nobody listens, until this process ends.
pub(crate) fn claim_port() -> Result<u16, Fault> {
    let folder = std::env::temp_dir().join("octavo-test-ports");
    fs::create_dir_all(&folder).map_err(Fault::io("make the folder of claimed ports"))?;
    // Processes begin at different places, so that they seldom ask for the same.
    let start = std::process::id().wrapping_mul(31);
    for step in 0..u32::from(COUNT) {
        let offset = start.wrapping_add(step) % u32::from(COUNT);
        let port = FIRST + u16::try_from(offset).unwrap_or_default();
        let claim = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(port.to_string()))
            .map_err(Fault::io("open the claim of a port"))?;
        match claim.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => continue,
            Err(TryLockError::Error(error)) => return Err(Fault::io("claim a port")(error)),
        }
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            let mut claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
            claims.push(claim);
            return Ok(port);
        }
    }
    Err(Fault::claim("every port for tests is taken"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::claim_port;

    #[test]
    fn no_port_is_claimed_twice() {
        let ports: BTreeSet<_> = (0..50).map(|_| claim_port().unwrap()).collect();
        assert_eq!(ports.len(), 50);
    }
}
