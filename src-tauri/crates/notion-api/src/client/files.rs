//! File uploads.

use futures::Stream;
use reqwest::Method;
use serde_json::json;

use super::Client;
use crate::call::{Body, Call, Safety};
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{FilePart, FileUpload, List, NewFileUpload};
use crate::stream::listing;

/// Longest file sent at once, and shortest part of a longer one ("Sending larger files").
const LARGEST_SINGLE: usize = 20 * 1024 * 1024;
/// Parts are 5 to 20 MB long.
const PART: usize = 10 * 1024 * 1024;

impl Client {
    /// Announces a file. Sent once; an upload that nobody uses is dropped after an hour.
    pub async fn create_file_upload(&self, file: &NewFileUpload) -> Result<FileUpload, ApiError> {
        self.change(
            Method::POST,
            "/v1/file_uploads",
            &["file_uploads"],
            file.to_request(),
            Safety::Once,
        )
        .await
    }

    /// Sends the content of an announced file, or one part of it. Repeated after an unclear end and
    /// after `409`, with which Notion's storage says that it is out of order for a moment.
    pub async fn send_file(&self, id: &PageId, part: FilePart<'_>) -> Result<FileUpload, ApiError> {
        let call = Call {
            method: Method::POST,
            route: "/v1/file_uploads/{id}/send",
            path: &["file_uploads", &id.to_string(), "send"],
            query: &[],
            body: Body::form(part),
            safety: Safety::Repeatable,
        };
        match self.transport.send(call, self.priority).await {
            // An attempt whose answer was lost may have done it.
            Err(refusal @ ApiError::Validation { .. }) => {
                let upload = self.file_upload(id).await?;
                let done = upload.status == crate::model::UploadStatus::Uploaded;
                if done && part.part_number.is_none() {
                    Ok(upload)
                } else {
                    Err(refusal)
                }
            }
            result => result,
        }
    }

    /// Says that all parts of a file were sent. Sent once.
    pub async fn complete_file_upload(&self, id: &PageId) -> Result<FileUpload, ApiError> {
        let path = ["file_uploads", &id.to_string(), "complete"];
        self.change(
            Method::POST,
            "/v1/file_uploads/{id}/complete",
            &path,
            json!({}),
            Safety::Once,
        )
        .await
    }

    /// How far an upload is.
    pub async fn file_upload(&self, id: &PageId) -> Result<FileUpload, ApiError> {
        let path = ["file_uploads", &id.to_string()];
        self.get("/v1/file_uploads/{id}", &path, &[]).await
    }

    /// One page of the token's uploads, of one status (`uploaded`) if it is given.
    pub async fn file_uploads(
        &self,
        status: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<List<FileUpload>, ApiError> {
        let mut query = Vec::new();
        query.extend(status.map(|status| ("status", status)));
        query.extend(cursor.map(|cursor| ("start_cursor", cursor)));
        self.get("/v1/file_uploads", &["file_uploads"], &query)
            .await
    }

    /// The token's uploads.
    pub fn all_file_uploads(
        &self,
    ) -> impl Stream<Item = Result<FileUpload, ApiError>> + Send + use<> {
        let client = self.clone();
        listing(move |cursor| {
            let client = client.clone();
            async move { client.file_uploads(None, cursor.as_deref()).await }
        })
    }

    /// Uploads a whole file, in parts if it is too long for one, and returns what can be attached.
    pub async fn upload(
        &self,
        filename: &str,
        content_type: &str,
        content: &[u8],
    ) -> Result<FileUpload, ApiError> {
        let part = |content, part_number| FilePart {
            content,
            filename,
            content_type,
            part_number,
        };
        let (filename, content_type) = (filename.to_owned(), content_type.to_owned());
        if content.len() <= LARGEST_SINGLE {
            let announced = NewFileUpload::SinglePart {
                filename,
                content_type,
            };
            let upload = self.create_file_upload(&announced).await?;
            return self.send_file(&upload.id, part(content, None)).await;
        }
        let parts = content.len().div_ceil(PART);
        let announced = NewFileUpload::MultiPart {
            filename,
            content_type,
            number_of_parts: u32::try_from(parts).unwrap_or(u32::MAX),
        };
        let upload = self.create_file_upload(&announced).await?;
        for (number, chunk) in (1..).zip(content.chunks(PART)) {
            self.send_file(&upload.id, part(chunk, Some(number)))
                .await?;
        }
        self.complete_file_upload(&upload.id).await
    }
}
