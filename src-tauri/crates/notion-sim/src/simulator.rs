//! Starting and stopping a simulator.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::Ipv4Addr,
    path::PathBuf,
    time::Duration,
};

use axum::Router;
use rand::{SeedableRng as _, rngs::StdRng};
use serde::Serialize;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    faults::Faults,
    files::Contents,
    holds::Holds,
    http,
    listener::{Connection, CuttableListener},
    seed,
    sim::{App, Sim},
    state,
    world::World,
};

/// Content of a new workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Seed {
    /// No pages at all.
    #[default]
    Empty,
    /// A small workspace to look around in: Ada Lovelace's notes.
    Sample,
}

/// How to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The loopback port; 0 takes a free one.
    pub port: u16,
    /// Where the state is kept; without a file it lives in memory.
    pub state: Option<PathBuf>,
    /// What a new workspace contains; an existing state file wins.
    pub seed: Seed,
    /// Whether the `/_sim/…` routes exist.
    pub control: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            state: None,
            seed: Seed::Empty,
            control: true,
        }
    }
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The port is taken, or loopback is not available.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The state file cannot be read or written.
    #[error("cannot use the state file {}: {source}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// A redirect address that Notion would not register.
    #[error("{0}")]
    Redirect(String),
}

/// The simulator, before it runs.
#[derive(Debug, Clone, Copy)]
pub struct Simulator;

/// What the binary prints: where it listens and the credentials of its first workspace.
#[derive(Debug, Clone, Serialize)]
pub struct Announcement {
    /// Base address, without a slash at the end.
    pub url: String,
    /// A personal access token of the workspace's person.
    pub personal_access_token: String,
    /// The token of an internal connection, which sees only pages shared with it.
    pub internal_token: String,
    /// The id of the registered public connection.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The first workspace.
    pub workspace_id: String,
}

/// A running simulator. Dropping it stops it without saving; [`Running::shutdown`] saves.
#[derive(Debug)]
pub struct Running {
    announcement: Announcement,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    saver: JoinHandle<()>,
    app: App,
}

impl Simulator {
    /// Listens on loopback and serves until the answer is dropped or shut down.
    pub async fn start(options: Options) -> Result<Running, SimError> {
        let mut world = prepare(&options)?;
        let credentials = world.credentials(world.primary);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .map_err(|source| SimError::Listen {
                port: options.port,
                source,
            })?;
        let address = listener.local_addr().map_err(|source| SimError::Listen {
            port: options.port,
            source,
        })?;
        let base = format!("http://{address}");
        world.base.clone_from(&base);
        let text = |get: fn(&crate::world::Credentials) -> String| {
            credentials.as_ref().map(get).unwrap_or_default()
        };
        let announcement = Announcement {
            url: base,
            personal_access_token: text(|c| c.personal.clone()),
            internal_token: text(|c| c.internal.clone()),
            client_id: text(|c| c.client_id.to_string()),
            client_secret: text(|c| c.client_secret.clone()),
            workspace_id: text(|c| c.workspace.to_string()),
        };
        let sim = Sim {
            world,
            faults: Faults::default(),
            rng: StdRng::seed_from_u64(0),
            stats: BTreeMap::new(),
            statuses: BTreeMap::new(),
            log: Vec::new(),
            windows: HashMap::new(),
            holds: Holds::default(),
        };
        let path = options.state.clone().unwrap_or_default();
        let app = App::new(
            sim,
            options.state,
            options.control,
            options.seed == Seed::Sample,
        )
        .map_err(|source| SimError::State { path, source })?;
        let saver = tokio::spawn(app.clone().keep_saving());
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve(listener, app.clone(), stopped));
        Ok(Running {
            announcement,
            stop: Some(stop),
            server,
            saver,
            app,
        })
    }
}

fn prepare(options: &Options) -> Result<World, SimError> {
    if let Some(path) = &options.state {
        let loaded = state::load(path).map_err(|source| SimError::State {
            path: path.clone(),
            source,
        })?;
        if let Some(mut world) = loaded {
            world.contents = Contents::in_folder(state::files_of(path));
            return Ok(world);
        }
    }
    let mut world = World::default();
    if let Some(path) = &options.state {
        world.contents = Contents::in_folder(state::files_of(path));
        world.contents.clear();
    }
    let credentials = world.add_workspace("Ada's Notion", "Ada Lovelace");
    world.primary = credentials.workspace;
    world.rebuild_indexes();
    world.founders = world.users.values().cloned().collect();
    if options.seed == Seed::Sample {
        seed::sample(&mut world, credentials.workspace);
    }
    Ok(world)
}

async fn serve(listener: TcpListener, app: App, stopped: oneshot::Receiver<()>) {
    let router = Router::new().fallback(http::handle).with_state(app.clone());
    let service = router.into_make_service_with_connect_info::<Connection>();
    let (begin, begun) = oneshot::channel::<()>();
    let server = axum::serve(CuttableListener(listener), service).with_graceful_shutdown(async {
        let _ = stopped.await;
        let _ = begin.send(());
    });
    let deadline = async {
        if begun.await.is_err() {
            std::future::pending::<()>().await;
        }
        // Clients keep connections open; none of them may hold up the end.
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    tokio::select! {
        result = server.into_future() => {
            if let Err(error) = result {
                tracing::error!(%error, "the server ended");
            }
        }
        () = deadline => {}
    }
    app.close().await;
}

impl Running {
    /// Base address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> &str {
        &self.announcement.url
    }

    /// A token that sees everything in the first workspace.
    pub fn personal_access_token(&self) -> &str {
        &self.announcement.personal_access_token
    }

    /// A token that sees only what was shared with it.
    pub fn internal_token(&self) -> &str {
        &self.announcement.internal_token
    }

    /// The first workspace.
    pub fn workspace_id(&self) -> &str {
        &self.announcement.workspace_id
    }

    /// Address and credentials together, as the binary prints them.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// Registers redirect addresses of the public connection that was announced, as far as they
    /// are new. All or none: one that Notion would refuse is an error.
    pub async fn register_redirects(&self, uris: &[String]) -> Result<(), SimError> {
        if uris.is_empty() {
            return Ok(());
        }
        let registered = self.app.lock().world.add_start_redirects(uris);
        registered.map_err(SimError::Redirect)?;
        self.app.saved().await;
        Ok(())
    }

    /// Stops serving and saves the state.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Err(error) = (&mut self.server).await {
            tracing::error!(%error, "the server did not end cleanly");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
        self.saver.abort();
    }
}
