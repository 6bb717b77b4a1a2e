//! Formatted text from a clipboard, as text of a note.

use notion_markdown::Document;
use octavo_contract::{PasteBody, PasteHtml};

use super::Octavo;
use crate::CoreError;

impl Octavo {
    /// Reads HTML from a clipboard as the text of a note: headings, lists, tables and links stay what
    /// they are, whatever program they come from.
    ///
    /// # Errors
    /// The conversion was stopped because Octavo is ending.
    pub async fn html_to_body(&self, request: PasteHtml) -> Result<PasteBody, CoreError> {
        // A whole book may be pasted; nothing else waits for it.
        let body =
            tokio::task::spawn_blocking(move || Document::from_html(&request.html).to_body())
                .await
                .map_err(|error| CoreError::BadRequest(error.to_string()))?;
        Ok(PasteBody { body })
    }
}
