//! The sample workspace: a simulated Notion in this process, and data that goes when it ends.

use std::path::Path;
use std::process::{Command, Stdio};

use notion_sim::{Options, Running, Seed, Simulator};
use octavo_contract::{AccountAddToken, Empty};
use octavo_core::{Config, Octavo, VaultKind};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::sync::Mutex;
use url::Url;

use crate::error::ShellError;

/// A sample workspace, started when the core is first opened.
#[derive(Debug)]
pub struct Sample {
    folder: std::sync::Mutex<Option<TempDir>>,
    path: std::path::PathBuf,
    simulator: Mutex<Option<Running>>,
}

impl Sample {
    /// Makes the throw-away data folder.
    ///
    /// # Errors
    /// There is no place for temporary files.
    pub fn new() -> Result<Self, std::io::Error> {
        let folder = tempfile::Builder::new()
            .prefix("octavo-sample-")
            .tempdir()?;
        Ok(Self {
            path: folder.path().to_owned(),
            folder: std::sync::Mutex::new(Some(folder)),
            simulator: Mutex::new(None),
        })
    }

    /// The throw-away data folder.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.path
    }

    /// Opens a core on the simulator, with its one account signed in.
    pub(crate) async fn open(&self) -> Result<Octavo, ShellError> {
        let (url, token) = self.simulator().await?;
        let core = Octavo::open(Config {
            data_dir: self.path.clone(),
            notion_url: url,
            vault: VaultKind::Memory,
            broker_url: None,
            memory_token: Some(SecretString::from(token.clone())),
            sample: true,
            request_room: Config::REQUEST_ROOM,
        })
        .await?;
        // Before the account comes, so that its notes are fetched as soon as it is there.
        core.start();
        if core.app_state(Empty {}).await?.accounts.is_empty() {
            core.account_add_token(AccountAddToken { token, name: None })
                .await?;
        }
        Ok(core)
    }

    /// Where the simulator answers, and a token it takes. Started on first use: a core that could
    /// not be opened is tried again with the same one.
    async fn simulator(&self) -> Result<(Url, String), ShellError> {
        let mut cell = self.simulator.lock().await;
        if cell.is_none() {
            let options = Options {
                port: 0,
                state: None,
                seed: Seed::Sample,
                control: false,
            };
            let running = Simulator::start(options)
                .await
                .map_err(|error| ShellError::Sample(error.to_string()))?;
            *cell = Some(running);
        }
        let Some(running) = &*cell else {
            return Err(ShellError::Sample("it ended at once".to_owned()));
        };
        let url =
            Url::parse(running.url()).map_err(|error| ShellError::Sample(error.to_string()))?;
        Ok((url, running.personal_access_token().to_owned()))
    }

    /// Stops the simulator and removes the data.
    pub(crate) async fn close(&self) {
        drop(self.simulator.lock().await.take());
        let folder = self.folder.lock().ok().and_then(|mut folder| folder.take());
        if let Some(Err(error)) = folder.map(TempDir::close) {
            tracing::warn!(%error, "the sample's folder could not be removed");
        }
    }
}

/// Starts this program again on the sample workspace, to live on its own.
pub(crate) fn start_another() -> Result<(), ShellError> {
    let failed = |error: std::io::Error| ShellError::Sample(error.to_string());
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command
        .arg("--sample")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own: what ends this app from a terminal does not end the sample.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(failed)?;
    // Somebody must take note of its end, or it stays as a zombie for as long as this app runs.
    std::thread::spawn(move || {
        if let Ok(status) = child.wait() {
            tracing::debug!(%status, "the sample workspace was closed");
        }
    });
    Ok(())
}
