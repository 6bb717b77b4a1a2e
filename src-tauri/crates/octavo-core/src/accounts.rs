//! Who is here: the accounts, the current one, and the audit log, in `app.db`.

use std::path::{Path, PathBuf};

use octavo_contract::{AccountKind, AccountStatus};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{FromRow, Row};

use crate::CoreError;
use crate::clock::Clock;
use crate::database;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/app");

/// Colours of the rail, each at least 4.5 : 1 against white letters.
pub(crate) const COLORS: [&str; 8] = [
    "#2f6f5e", "#7a4a9e", "#b0622b", "#2c5f94", "#9a3b5c", "#5b6b2a", "#3f5a74", "#8a4b2f",
];

/// One account as `app.db` holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) color: String,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
    pub(crate) workspace_id: Option<String>,
    pub(crate) workspace_name: Option<String>,
    pub(crate) person_id: Option<String>,
    pub(crate) bot_id: Option<String>,
    pub(crate) parent_page_id: Option<String>,
}

impl Account {
    /// Two letters for the rail: the initials of the first two words, or the first two letters.
    pub(crate) fn monogram(&self) -> String {
        let mut words = self
            .name
            .split_whitespace()
            .filter_map(|word| word.chars().next());
        let letters: String = match (words.next(), words.next()) {
            (Some(first), Some(second)) => [first, second].iter().collect(),
            _ => self.name.trim().chars().take(2).collect(),
        };
        letters.to_uppercase()
    }
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            color: row.try_get("color")?,
            kind: word(row.try_get("kind")?)?,
            status: word(row.try_get("status")?)?,
            workspace_id: row.try_get("workspace_id")?,
            workspace_name: row.try_get("workspace_name")?,
            person_id: row.try_get("person_id")?,
            bot_id: row.try_get("bot_id")?,
            parent_page_id: row.try_get("parent_page_id")?,
        })
    }
}

/// Reads an enum of the contract by its name on the wire, so that database and wire agree.
pub(crate) fn word<T: serde::de::DeserializeOwned>(name: String) -> sqlx::Result<T> {
    serde_json::from_value(serde_json::Value::String(name))
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The name on the wire, to be kept.
pub(crate) fn name_of<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// What an account is made from.
pub(crate) struct NewAccount {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: AccountKind,
    pub(crate) status: AccountStatus,
    pub(crate) workspace_id: Option<String>,
    pub(crate) workspace_name: Option<String>,
    pub(crate) person_id: Option<String>,
    pub(crate) bot_id: Option<String>,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Audited {
    pub(crate) at: i64,
    pub(crate) account: Option<String>,
    pub(crate) event: String,
    pub(crate) outcome: String,
    /// Notion's id of the request, or one of this computer where Notion gave none.
    pub(crate) request: Option<String>,
}

/// `app.db`.
#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    pub(crate) pool: SqlitePool,
    file: PathBuf,
    clock: Clock,
}

impl Accounts {
    pub(crate) async fn open(file: &Path, clock: Clock) -> Result<Self, CoreError> {
        let pool = database::open(file, &MIGRATIONS).await?;
        Ok(Self {
            pool,
            file: file.to_owned(),
            clock,
        })
    }

    pub(crate) fn error(&self, source: sqlx::Error) -> CoreError {
        CoreError::database(&self.file, source)
    }

    pub(crate) async fn all(&self) -> Result<Vec<Account>, CoreError> {
        sqlx::query_as("SELECT * FROM account WHERE leaving IS NULL ORDER BY position, created")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// The account of this id; one that is being removed is not there any more.
    pub(crate) async fn find(&self, id: &str) -> Result<Account, CoreError> {
        sqlx::query_as("SELECT * FROM account WHERE id = ? AND leaving IS NULL")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?
            .ok_or_else(|| CoreError::NoSuchAccount(id.to_owned()))
    }

    pub(crate) async fn add(&self, new: NewAccount) -> Result<Account, CoreError> {
        let taken = self.all().await?;
        let color = COLORS
            .iter()
            .find(|color| !taken.iter().any(|account| account.color == **color))
            .or_else(|| COLORS.get(taken.len() % COLORS.len()))
            .copied()
            .unwrap_or("#2f6f5e");
        sqlx::query(
            "INSERT INTO account (id, position, name, color, kind, status, workspace_id, \
             workspace_name, person_id, bot_id, created) \
             VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM account), ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&new.id)
        .bind(&new.name)
        .bind(color)
        .bind(name_of(&new.kind))
        .bind(name_of(&new.status))
        .bind(&new.workspace_id)
        .bind(&new.workspace_name)
        .bind(&new.person_id)
        .bind(&new.bot_id)
        .bind(self.clock.now())
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        self.find(&new.id).await
    }

    /// Gives an account another name or colour; what is absent stays.
    pub(crate) async fn change(
        &self,
        id: &str,
        name: Option<&str>,
        color: Option<&str>,
    ) -> Result<Account, CoreError> {
        sqlx::query(
            "UPDATE account SET name = coalesce(?, name), color = coalesce(?, color) WHERE id = ?",
        )
        .bind(name)
        .bind(color)
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        self.find(id).await
    }

    /// Puts these accounts first, in this order; the others follow as they were.
    pub(crate) async fn put_in_order(&self, ids: &[String]) -> Result<(), CoreError> {
        let order = serde_json::to_string(ids).unwrap_or_default();
        // One statement: an account that is added meanwhile comes before or after, never in between.
        sqlx::query(
            "WITH placed AS (SELECT account.id AS id, row_number() OVER ( \
             ORDER BY named.key IS NULL, named.key, account.position, account.created) AS place \
             FROM account LEFT JOIN json_each(?) AS named ON named.value = account.id) \
             UPDATE account SET position = (SELECT place FROM placed WHERE placed.id = account.id)",
        )
        .bind(order)
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Sets the status; answers whether it changed.
    pub(crate) async fn set_status(
        &self,
        id: &str,
        status: AccountStatus,
    ) -> Result<bool, CoreError> {
        let done = sqlx::query("UPDATE account SET status = ?1 WHERE id = ?2 AND status <> ?1")
            .bind(name_of(&status))
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(done.rows_affected() > 0)
    }

    /// Gives an account without Notion the one that it has from now on. Its name stays.
    pub(crate) async fn connect(&self, new: &NewAccount) -> Result<(), CoreError> {
        sqlx::query(
            "UPDATE account SET kind = ?, status = ?, workspace_id = ?, workspace_name = ?, \
             person_id = ?, bot_id = ? WHERE id = ? AND kind = ?",
        )
        .bind(name_of(&new.kind))
        .bind(name_of(&new.status))
        .bind(&new.workspace_id)
        .bind(&new.workspace_name)
        .bind(&new.person_id)
        .bind(&new.bot_id)
        .bind(&new.id)
        .bind(name_of(&AccountKind::Local))
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(())
    }

    pub(crate) async fn set_parent(&self, id: &str, page: &str) -> Result<(), CoreError> {
        sqlx::query("UPDATE account SET parent_page_id = ? WHERE id = ?")
            .bind(page)
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }

    pub(crate) async fn current(&self) -> Result<Option<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT id FROM account WHERE leaving IS NULL ORDER BY \
             id = (SELECT value FROM setting WHERE key = 'current_account') DESC, position LIMIT 1",
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    pub(crate) async fn set_current(&self, id: &str) -> Result<(), CoreError> {
        self.set_setting("current_account", Some(id)).await
    }

    /// What a person set, if anything.
    pub(crate) async fn setting(&self, key: &str) -> Result<Option<String>, CoreError> {
        sqlx::query_scalar("SELECT value FROM setting WHERE key = ?")
            .bind(key)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// Sets, or with `None` forgets, what a person set.
    pub(crate) async fn set_setting(
        &self,
        key: &str,
        value: Option<&str>,
    ) -> Result<(), CoreError> {
        let statement = match value {
            Some(value) => sqlx::query(
                "INSERT INTO setting (key, value) VALUES (?, ?) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
            .bind(key)
            .bind(value),
            None => sqlx::query("DELETE FROM setting WHERE key = ?").bind(key),
        };
        statement
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Adds a line to the audit log: what happened to a sign-in. Never a secret.
    pub(crate) async fn audit(&self, account: Option<&str>, event: &str, outcome: &str) {
        let own = format!("octavo-{}", uuid::Uuid::now_v7());
        self.audit_request(account, event, outcome, Some(&own))
            .await;
    }

    /// The same about a request that Notion gave an id.
    pub(crate) async fn audit_request(
        &self,
        account: Option<&str>,
        event: &str,
        outcome: &str,
        request: Option<&str>,
    ) {
        tracing::info!(event, account, request, "into the security log");
        let added = sqlx::query(
            "INSERT INTO audit (at, account, event, outcome, request) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(self.clock.now())
        .bind(account)
        .bind(event)
        .bind(crate::redact::redacted(outcome))
        .bind(request.map(crate::redact::redacted))
        .execute(&self.pool)
        .await;
        if let Err(error) = added {
            tracing::error!(%error, event, "the audit log could not be written");
        }
    }

    /// The lines of the audit log, the oldest first.
    pub(crate) async fn audited(&self, only: Option<&str>) -> Result<Vec<Audited>, CoreError> {
        sqlx::query_as(
            "SELECT at, account, event, outcome, request FROM audit \
             WHERE ?1 IS NULL OR account = ?1 ORDER BY id",
        )
        .bind(only)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}
