//! File uploads.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{
    FromAnswer, Item, child, flag, has_id, id, in_trash, is_of_kind, millis, object_of, owned, text,
};
use crate::id::PageId;

/// A file on its way into Notion, or there ("Working with files and media").
#[derive(Clone, PartialEq)]
pub struct FileUpload {
    /// Its id, with which it is attached.
    pub id: PageId,
    /// How far it is.
    pub status: UploadStatus,
    /// Its name.
    pub filename: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Its length in bytes.
    pub content_length: Option<u64>,
    /// When it is dropped unless it is attached before, in Unix milliseconds; 0 if it stays.
    pub expiry_time: i64,
    /// Parts announced and parts sent, of an upload in several parts.
    pub parts: Option<(u64, u64)>,
    /// In the trash.
    pub in_trash: bool,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadStatus {
    /// Waits for its content.
    Pending,
    /// Can be attached.
    Uploaded,
    /// Was not used in time.
    Expired,
    /// Could not be fetched or stored.
    Failed,
    /// Something this version does not know, by Notion's name for it.
    Other(String),
}

impl FromAnswer for FileUpload {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["file_upload"])?;
        let number = |parts: &Map<String, Value>, key| parts.get(key).and_then(Value::as_u64);
        let status = match text(&raw, "status").unwrap_or_default() {
            "pending" => UploadStatus::Pending,
            "uploaded" => UploadStatus::Uploaded,
            "expired" => UploadStatus::Expired,
            "failed" => UploadStatus::Failed,
            other => UploadStatus::Other(other.to_owned()),
        };
        Ok(Self {
            id: id(&raw, "id").ok_or("a file upload without an id")?,
            status,
            filename: owned(&raw, "filename"),
            content_type: owned(&raw, "content_type"),
            content_length: raw.get("content_length").and_then(Value::as_u64),
            expiry_time: millis(&raw, "expiry_time"),
            parts: child(&raw, "number_of_parts")
                .and_then(|parts| Some((number(parts, "total")?, number(parts, "sent")?))),
            in_trash: in_trash(&raw) || flag(&raw, "archived"),
            raw,
        })
    }
}

impl Item for FileUpload {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["file_upload"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for FileUpload {
    // The name of a file is content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileUpload")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("content_length", &self.content_length)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// A file to upload.
#[derive(Clone, PartialEq, Eq)]
pub enum NewFileUpload {
    /// At once, up to 20 MB.
    SinglePart {
        /// Its name, with an extension that Notion takes.
        filename: String,
        /// Its media type, which must fit the name.
        content_type: String,
    },
    /// In parts of 5 to 20 MB, the last may be shorter (paid workspaces).
    MultiPart {
        /// Its name, with an extension that Notion takes.
        filename: String,
        /// Its media type, which must fit the name.
        content_type: String,
        /// How many parts will be sent.
        number_of_parts: u32,
    },
    /// Notion fetches it.
    ExternalUrl {
        /// From here; `https` only.
        url: String,
        /// Its name, with an extension that Notion takes.
        filename: String,
    },
}

impl NewFileUpload {
    pub(crate) fn to_request(&self) -> Value {
        match self {
            Self::SinglePart {
                filename,
                content_type,
            } => {
                json!({"mode": "single_part", "filename": filename, "content_type": content_type})
            }
            Self::MultiPart {
                filename,
                content_type,
                number_of_parts,
            } => json!({
                "mode": "multi_part", "filename": filename, "content_type": content_type,
                "number_of_parts": number_of_parts,
            }),
            Self::ExternalUrl { url, filename } => {
                json!({"mode": "external_url", "external_url": url, "filename": filename})
            }
        }
    }
}

impl fmt::Debug for NewFileUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SinglePart { .. } => "SinglePart",
            Self::MultiPart { .. } => "MultiPart",
            Self::ExternalUrl { .. } => "ExternalUrl",
        })
    }
}

/// The content of a file, or a part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FilePart<'a> {
    /// The bytes.
    pub content: &'a [u8],
    /// The file's name.
    pub filename: &'a str,
    /// The file's media type.
    pub content_type: &'a str,
    /// Which part this is, from 1, of an upload in several.
    pub part_number: Option<u32>,
}

impl FilePart<'_> {
    /// As `multipart/form-data` whose parts `boundary` separates.
    pub(crate) fn to_form(self, boundary: &str) -> Vec<u8> {
        let mut form = Vec::with_capacity(self.content.len() + 512);
        if let Some(number) = self.part_number {
            let field = format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"part_number\"\r\n\r\n{number}\r\n"
            );
            form.extend_from_slice(field.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             content-type: {}\r\n\r\n",
            quoted(self.filename),
            one_line(self.content_type),
        );
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(self.content);
        form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        form
    }
}

/// A file name inside quotes, as the HTML standard's multipart encoding has it.
fn quoted(name: &str) -> String {
    name.replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace('"', "%22")
}

/// A header's value must not begin another header.
fn one_line(value: &str) -> String {
    value
        .chars()
        .filter(|letter| !letter.is_control())
        .collect()
}

impl fmt::Debug for FilePart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart")
            .field("bytes", &self.content.len())
            .field("part_number", &self.part_number)
            .finish_non_exhaustive()
    }
}
