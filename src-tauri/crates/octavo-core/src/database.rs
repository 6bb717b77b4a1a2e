//! How Octavo opens every SQLite file.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::CoreError;
use crate::config::private_dir;

/// Another process may hold the file for this long before a write gives up.
const BUSY: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 4;
/// SQLite lets the writer that fills the log with 1,000 pages bring it back into the database, and whoever
/// saved then waits for two more syncs. Here that is done beside ([`checkpoint`]); a log of this many
/// pages of 4 KiB means that it was not possible for long.
const LONGEST_LOG: &str = "8000";

/// Opens `file` (made if absent, readable by this user only) and brings it to the newest schema.
/// A copy is kept beside it before a schema changes.
pub(crate) async fn open(file: &Path, migrations: &Migrator) -> Result<SqlitePool, CoreError> {
    if let Some(folder) = file.parent() {
        private_dir(folder)?;
    }
    make_private(file)?;
    let unclean = file.with_extension("db-wal").exists();
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("wal_autocheckpoint", LONGEST_LOG);
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(BUSY)
        .connect_with(options)
        .await
        .map_err(|error| CoreError::database(file, error))?;
    if unclean {
        check(&pool, file).await?;
    }
    keep_copy_before_migration(&pool, file, migrations).await?;
    migrations
        .run(&pool)
        .await
        .map_err(|error| CoreError::database(file, sqlx::Error::Migrate(Box::new(error))))?;
    Ok(pool)
}

/// Brings the log back into the database as far as nobody is in the way; nobody waits for it.
pub(crate) async fn checkpoint(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .fetch_all(pool)
        .await
        .map(drop)
}

/// Makes the file with the right mode before SQLite does: SQLite gives its `-wal` and `-shm` files
/// the mode of the database.
fn make_private(file: &Path) -> Result<(), CoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .map_err(|error| CoreError::file(file, error))?;
    Ok(())
}

/// After an unclean end (a write-ahead log was left) a damaged file is found before it is written to.
async fn check(pool: &SqlitePool, file: &Path) -> Result<(), CoreError> {
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(pool)
        .await
        .map_err(|error| CoreError::database(file, error))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(CoreError::DatabaseCorrupt(file.to_owned()))
    }
}

async fn keep_copy_before_migration(
    pool: &SqlitePool,
    file: &Path,
    migrations: &Migrator,
) -> Result<(), CoreError> {
    // The table does not exist in a new file: then there is nothing to keep.
    let applied: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(pool)
        .await
        .unwrap_or(None);
    let newest = migrations.iter().map(|migration| migration.version).max();
    match applied {
        Some(applied) if Some(applied) < newest => {
            let copy = file.with_extension(format!("before-{}.db", newest.unwrap_or_default()));
            if copy.exists() {
                return Ok(());
            }
            sqlx::query("VACUUM INTO ?")
                .bind(copy.to_string_lossy().into_owned())
                .execute(pool)
                .await
                .map_err(|error| CoreError::database(file, error))?;
            Ok(())
        }
        _ => Ok(()),
    }
}
