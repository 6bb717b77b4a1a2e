//! What is known of the files that are kept beside the database.

use octavo_contract::FileView;

use super::Write;
use crate::CoreError;

impl Write<'_> {
    /// Remembers a file that is on the disk already. One content has the name it first came with.
    pub(crate) async fn remember_file(&mut self, file: &FileView) -> Result<(), CoreError> {
        let now = self.now();
        self.run(
            sqlx::query(
                "INSERT INTO file (hash, name, media_type, bytes, added) VALUES (?, ?, ?, ?, ?) \
                 ON CONFLICT (hash) DO NOTHING",
            )
            .bind(&file.hash)
            .bind(&file.name)
            .bind(&file.media_type)
            .bind(file.bytes)
            .bind(now),
        )
        .await?;
        Ok(())
    }
}
