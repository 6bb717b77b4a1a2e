//! Notices what other processes write.

use std::sync::atomic::Ordering;

use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

use super::Store;
use crate::CoreError;

/// Looks at one store from a connection of its own.
#[derive(Debug)]
pub(crate) struct Watcher {
    connection: PoolConnection<Sqlite>,
    version: i64,
    commits: u64,
}

impl Store {
    /// A watcher that has seen everything up to now.
    pub(crate) async fn watcher(&self) -> Result<Watcher, CoreError> {
        let connection = self
            .pool
            .acquire()
            .await
            .map_err(|error| self.error(error))?;
        let mut watcher = Watcher {
            connection,
            version: 0,
            commits: 0,
        };
        self.changed_elsewhere(&mut watcher).await?;
        Ok(watcher)
    }

    /// Whether another process changed the file since the last look.
    ///
    /// `PRAGMA data_version` moves with every commit of another connection; this process counts its
    /// own. When both wrote between two looks, this process's windows were told of its own part only,
    /// so that counts as "no" here and is noticed with the next foreign write.
    pub(crate) async fn changed_elsewhere(&self, watcher: &mut Watcher) -> Result<bool, CoreError> {
        let version: i64 = sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(&mut *watcher.connection)
            .await
            .map_err(|error| self.error(error))?;
        let commits = self.commits.load(Ordering::SeqCst);
        let foreign = version != watcher.version && commits == watcher.commits;
        watcher.version = version;
        watcher.commits = commits;
        Ok(foreign)
    }
}
