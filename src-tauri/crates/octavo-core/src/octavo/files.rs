//! Files in notes: kept here, and put into a note.

use std::path::{Path, PathBuf};

use octavo_contract::{FileView, NoteAppend, NoteRef, NoteView};

use super::Octavo;
use crate::CoreError;
use crate::files::{Files, SCHEME, line_for};
use crate::sync::Engine;

impl Octavo {
    /// Keeps a file of this computer in an account, for a note that will refer to it by its address.
    /// It is copied piece by piece, and on the disk when this returns.
    ///
    /// # Errors
    /// There is no such account, or the file is none, empty, too large, unreadable, or there is no
    /// room for it. Then nothing was kept.
    pub async fn file_keep(&self, account: &str, path: &Path) -> Result<FileView, CoreError> {
        let path = path.to_owned();
        self.keep_file(account, move |files| files.keep_path(&path))
            .await
    }

    /// Keeps a file that was pasted; as [`Octavo::file_keep`].
    ///
    /// # Errors
    /// As [`Octavo::file_keep`].
    pub async fn file_keep_bytes(
        &self,
        account: &str,
        name: &str,
        content: Vec<u8>,
    ) -> Result<FileView, CoreError> {
        let name = name.to_owned();
        self.keep_file(account, move |files| files.keep_bytes(&content, &name))
            .await
    }

    async fn keep_file(
        &self,
        account: &str,
        keep: impl FnOnce(&Files) -> Result<FileView, CoreError> + Send + 'static,
    ) -> Result<FileView, CoreError> {
        let engine = self.engine(account).await?;
        let files = self.files_of(&engine.account);
        // Reaching the disk takes its time.
        let view = tokio::task::spawn_blocking(move || keep(&files))
            .await
            .map_err(|error| CoreError::BadRequest(error.to_string()))??;
        let mut write = engine.store.write().await?;
        write.remember_file(&view).await?;
        write.commit().await?;
        Ok(view)
    }

    /// Keeps a file of this computer and puts it at the end of a note. The note says that it has the
    /// file only when the file is on the disk.
    ///
    /// # Errors
    /// As [`Octavo::file_keep`], or there is no such note in this account.
    pub async fn note_attach(&self, request: NoteRef, path: &Path) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        // Before anything is copied.
        engine.store.note(&request.note).await?;
        let file = self.file_keep(&request.account, path).await?;
        let append = NoteAppend {
            account: request.account,
            note: request.note,
            text: line_for(&file),
        };
        self.note_append(append).await
    }

    /// The files of an account.
    pub(super) fn files_of(&self, account: &str) -> Files {
        Files::of(&self.0.config.account_dir(account), self.0.clock.clone())
    }

    /// Takes the files that a body refers to over into another account, before its note goes there.
    pub(super) async fn carry_files(
        &self,
        from: &Engine,
        to: &Engine,
        body: &str,
    ) -> Result<(), CoreError> {
        if !body.contains(SCHEME) {
            return Ok(());
        }
        let (there, here) = (self.files_of(&from.account), self.files_of(&to.account));
        let body = body.to_owned();
        let copied = tokio::task::spawn_blocking(move || here.copy_from(&there, &body))
            .await
            .map_err(|error| CoreError::BadRequest(error.to_string()))??;
        let mut write = to.store.write().await?;
        for file in &copied {
            write.remember_file(file).await?;
        }
        write.commit().await
    }

    /// Where a kept file of an account lies, for showing it; none if it is not here.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn file_path(&self, account: &str, hash: &str) -> Result<Option<PathBuf>, CoreError> {
        let engine = self.engine(account).await?;
        Ok(self.files_of(&engine.account).find(hash))
    }
}
