//! The security log, for reading.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use octavo_contract::{AuditAsk, AuditEntry, AuditExported, AuditLog};

use super::Octavo;
use super::export::sync_folder;
use crate::CoreError;
use crate::accounts::Audited;

/// What an exported log is called; from the second on with a number.
const NAME: &str = "Octavo security log";
/// So many logs in one folder are not a person's doing.
const MOST_FILES: u32 = 1_000;

impl Octavo {
    /// What happened to sign-ins on this computer, the oldest first.
    ///
    /// # Errors
    /// The database cannot be read, several accounts have the name, or there never was such an account.
    pub async fn audit_log(&self, request: AuditAsk) -> Result<AuditLog, CoreError> {
        let only = match &request.account {
            None => None,
            Some(wanted) => match self.find_account(Some(wanted)).await {
                Ok(found) => Some(found.id),
                // It may be the id of one that is gone.
                Err(CoreError::NoSuchAccount(_)) => Some(wanted.clone()),
                Err(error) => return Err(error),
            },
        };
        let rows = self.0.accounts.audited(only.as_deref()).await?;
        if rows.is_empty()
            && let Some(id) = only
        {
            self.0.accounts.find(&id).await?;
        }
        let accounts = self.0.accounts.all().await?;
        let chosen = rows.into_iter().filter(|row| is_asked_for(row, &request));
        let entries = chosen.map(|row| {
            let known = accounts
                .iter()
                .find(|known| Some(&known.id) == row.account.as_ref());
            AuditEntry {
                at: row.at,
                name: known.map(|known| known.name.clone()),
                account: row.account,
                event: row.event,
                outcome: row.outcome,
                request: row.request,
            }
        });
        Ok(AuditLog {
            entries: entries.collect(),
        })
    }

    /// Writes lines of the security log into a fresh file below `folder`.
    ///
    /// # Errors
    /// As [`Octavo::audit_log`]; there is no folder, or it cannot be written to.
    pub async fn audit_export(
        &self,
        request: AuditAsk,
        folder: Option<&Path>,
    ) -> Result<AuditExported, CoreError> {
        let folder = folder.ok_or_else(|| {
            CoreError::BadRequest("Choose the folder for the security log first.".to_owned())
        })?;
        std::fs::create_dir_all(folder).map_err(|error| CoreError::file(folder, error))?;
        let log = self.audit_log(request).await?;
        for number in 1..MOST_FILES {
            let name = match number {
                1 => format!("{NAME}.jsonl"),
                _ => format!("{NAME} {number}.jsonl"),
            };
            match write(&log, &folder.join(name)) {
                Err(CoreError::File { source, .. })
                    if source.kind() == ErrorKind::AlreadyExists => {}
                done => return done,
            }
        }
        Err(CoreError::file(folder, ErrorKind::AlreadyExists.into()))
    }

    /// Writes lines of the security log into this file, which must not be there yet.
    ///
    /// # Errors
    /// As [`Octavo::audit_log`]; the file is there, or cannot be written.
    pub async fn audit_export_to(
        &self,
        request: AuditAsk,
        file: &Path,
    ) -> Result<AuditExported, CoreError> {
        write(&self.audit_log(request).await?, file)
    }
}

fn is_asked_for(row: &Audited, asked: &AuditAsk) -> bool {
    asked.event.as_ref().is_none_or(|event| row.event == *event)
        && asked.since.is_none_or(|since| row.at >= since)
        && asked.until.is_none_or(|until| row.at < until)
}

/// A JSON document per line. A file that is there already is not written over.
fn write(log: &AuditLog, path: &Path) -> Result<AuditExported, CoreError> {
    let mut lines = String::new();
    for entry in &log.entries {
        let line = serde_json::to_string(entry)
            .map_err(|error| CoreError::BadRequest(error.to_string()))?;
        lines.push_str(&line);
        lines.push('\n');
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut out| {
        out.write_all(lines.as_bytes())?;
        out.sync_all()
    });
    written.map_err(|error| CoreError::file(path, error))?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| *folder != PathBuf::new().as_path())
    {
        sync_folder(folder)?;
    }
    Ok(AuditExported {
        file: path.to_string_lossy().into_owned(),
        entries: i64::try_from(log.entries.len()).unwrap_or(i64::MAX),
    })
}
