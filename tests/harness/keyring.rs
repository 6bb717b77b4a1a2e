//! The keychain of a stage: GNOME Keyring, the Secret Service of most Linux desktops.

use std::io::Write as _;
use std::process::Stdio;

use crate::process::Guarded;
use crate::{Fault, Look, Stage, wait_until};

/// How the keychain is when the app starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// It answers, as after signing in to the desktop.
    Unlocked,
    /// It is there, but nobody gave its password, and nobody answers a prompt for it.
    Locked,
    /// No Secret Service on the bus at all.
    Absent,
}

const PASSWORD: &[u8] = b"test";

impl Keyring {
    /// Starts the daemon on the stage's bus, if there is to be one.
    pub(crate) async fn start(self, stage: &Stage) -> Result<Option<Guarded>, Fault> {
        match self {
            Self::Absent => Ok(None),
            Self::Unlocked => daemon(stage, true).await.map(Some),
            Self::Locked => {
                if !stage
                    .home()
                    .join(".local/share/keyrings/login.keyring")
                    .exists()
                {
                    // The first, unlocked run makes the keyring file; the second meets it locked.
                    let first = daemon(stage, true).await?;
                    make_keyring_file(stage)?;
                    drop(first);
                    left_the_bus(stage).await?;
                }
                daemon(stage, false).await.map(Some)
            }
        }
    }
}

fn make_keyring_file(stage: &Stage) -> Result<(), Fault> {
    let mut command = stage.command("secret-tool");
    command
        .args(["store", "--label=made before", "made", "before"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(Fault::io("secret-tool store"))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(b"x")
            .map_err(Fault::io("secret-tool store"))?;
    }
    let done = child.wait().map_err(Fault::io("secret-tool store"))?;
    if done.success() {
        Ok(())
    } else {
        Err(Fault::program(
            "secret-tool",
            "could not make the keyring file",
        ))
    }
}

async fn left_the_bus(stage: &Stage) -> Result<(), Fault> {
    wait_until("the keyring daemon left the bus", async || {
        Ok(if owned(stage)? {
            Look::NotYet("still there".into())
        } else {
            Look::Yes(())
        })
    })
    .await
}

async fn daemon(stage: &Stage, unlock: bool) -> Result<Guarded, Fault> {
    let mut command = stage.mortal("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]);
    if unlock {
        command.arg("--unlock").stdin(Stdio::piped());
    } else {
        command.stdin(Stdio::null());
    }
    command
        .stdout(Stdio::null())
        .stderr(stage.log_file("keyring.log")?);
    let mut daemon = Guarded::start(&mut command)?;
    if let Some(mut pipe) = daemon.child().stdin.take() {
        pipe.write_all(PASSWORD)
            .map_err(Fault::io("give the keyring its password"))?;
    }
    wait_until("the keychain answers on the bus", async || {
        Ok(if owned(stage)? {
            Look::Yes(())
        } else {
            Look::NotYet("no owner".into())
        })
    })
    .await?;
    Ok(daemon)
}

/// Whether anyone answers for the Secret Service on the stage's bus.
fn owned(stage: &Stage) -> Result<bool, Fault> {
    let out = stage
        .command("dbus-send")
        .args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
        ])
        .args([
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.freedesktop.secrets",
        ])
        .output()
        .map_err(Fault::io("dbus-send"))?;
    Ok(String::from_utf8_lossy(&out.stdout).contains("true"))
}

impl Stage {
    /// Ends the keychain's daemon and starts it in another state; what it keeps stays.
    pub async fn change_keyring(&self, to: Keyring) -> Result<(), Fault> {
        self.set_keyring(None);
        left_the_bus(self).await?;
        let daemon = to.start(self).await?;
        self.set_keyring(daemon);
        Ok(())
    }

    /// Everything the keychain holds under the attribute `name` = `value`, read from outside the
    /// app; secrets only, one per item.
    pub fn secrets(&self, name: &str, value: &str) -> Result<Vec<String>, Fault> {
        let out = self
            .command("secret-tool")
            .args(["search", "--all", "--unlock", name, value])
            .output()
            .map_err(Fault::io("secret-tool search"))?;
        Ok(String::from_utf8_lossy(&out.stdout)
            .lines()
            .filter_map(|line| line.strip_prefix("secret = ").map(str::to_owned))
            .collect())
    }
}
