//! Errors, sorted by what a caller can do about them.

use std::fmt;
use std::time::Duration;

use crate::id::PageId;
pub use crate::remedy::Remedy;

/// Why a call did not yield its answer.
///
/// Every variant stands for one way to go on. Messages are Notion's own sentences, shortened, and
/// never hold a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The token is invalid, expired or revoked: refresh it once, else sign in again.
    #[error("Notion refused the token: {message}")]
    Unauthorized {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// An OAuth endpoint refused the grant: the code or the refresh token is used up, expired or
    /// revoked. Sign in again; repeating never helps.
    #[error("Notion does not accept the sign-in any more: {message}")]
    GrantRefused {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// An OAuth endpoint refused the connection itself: its id or its secret is wrong.
    #[error("Notion does not know this connection ({code}): {message}")]
    ClientRefused {
        /// Notion's explanation.
        message: String,
        /// `invalid_client` or `unauthorized_client`.
        code: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// The token may not do this: a capability is missing, or the object is not for the API.
    #[error("Notion does not allow this: {message}")]
    RestrictedResource {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// The workspace has used up its lifetime number of blocks; deleting does not help.
    #[error("the workspace is full: {message}")]
    BlockLimit {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// It, or something above it, is in the trash and cannot be edited there: restore it first.
    #[error("it is in Notion's trash: {message}")]
    Gone {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// Absent, or not shared with this token: Notion does not tell the two apart.
    #[error("Notion cannot find it, or it is not shared: {message}")]
    NotFound {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// The request was refused as it is; repeating it cannot help.
    #[error("Notion refused the request ({code}): {message}")]
    Validation {
        /// Notion's explanation.
        message: String,
        /// Notion's error code, `validation_error` most of the time.
        code: String,
        /// The part of the request at fault (`body.children[0].paragraph`), if Notion named one.
        field: Option<String>,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// Somebody else wrote at the same moment; nothing of this request was saved. Read again, then
    /// repeat.
    #[error("conflicting writes in Notion: {message}")]
    Conflict {
        /// Notion's explanation.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// Too many requests, and the wait is longer (or was repeated more often) than a call should
    /// block. Nothing of this request was processed.
    #[error("Notion asks to wait {} s ({reason})", retry_after.as_secs())]
    RateLimited {
        /// How long to wait from now on.
        retry_after: Duration,
        /// Which limit was hit.
        reason: RateLimitReason,
        /// Notion's id of the request, absent if it was held back here.
        request_id: Option<String>,
    },
    /// A write whose outcome is unknown. Look before repeating it.
    #[error(transparent)]
    Unclear(#[from] Unclear),
    /// A read that kept failing on Notion's side or on the way. Try later.
    #[error("Notion is not available: {message}")]
    Unavailable {
        /// The last status, absent if there was no answer.
        status: Option<u16>,
        /// What went wrong.
        message: String,
        /// How long Notion asked to wait.
        retry_after: Option<Duration>,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// No connection (name, route, TLS, proxy): nothing was sent.
    #[error("no connection to Notion: {message}")]
    Network {
        /// The underlying cause.
        message: String,
    },
    /// Something in front of Notion answered: a firewall, a proxy, a login page of the network.
    #[error("refused before reaching Notion (status {status}{})", ray_text(ray.as_deref()))]
    Edge {
        /// The HTTP status.
        status: u16,
        /// The edge's id of the request (`cf-ray`), to report.
        ray: Option<String>,
    },
    /// The answer of a read does not have the documented shape, or is too large.
    #[error("unexpected answer from Notion: {message}")]
    InvalidAnswer {
        /// What is wrong with it.
        message: String,
        /// Notion's id of the request.
        request_id: Option<String>,
    },
    /// A listing ended before its end: Notion lists no more than 10,000 rows for one question. Go on
    /// with a narrower one.
    #[error("Notion lists no more of this ({reason})")]
    Incomplete {
        /// Notion's word for it, `query_result_limit_reached`.
        reason: String,
    },
    /// The request or the configuration cannot be sent at all.
    #[error("cannot be sent: {message}")]
    InvalidRequest {
        /// What is wrong with it.
        message: String,
    },
}

fn ray_text(ray: Option<&str>) -> String {
    ray.map(|ray| format!(", ray {ray}")).unwrap_or_default()
}

impl ApiError {
    /// Whether the same request may succeed later without anybody doing anything.
    ///
    /// [`ApiError::Unclear`] is not: it must not be repeated before a look.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Conflict { .. } | Self::Unavailable { .. } | Self::Network { .. } => true,
            Self::RateLimited { reason, .. } => *reason != RateLimitReason::Blocked,
            _ => false,
        }
    }

    /// How long Notion asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Unavailable { retry_after, .. } => *retry_after,
            Self::Unclear(unclear) => unclear.retry_after,
            _ => None,
        }
    }

    /// Notion's id of the failed request, to quote in a report.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unauthorized { request_id, .. }
            | Self::GrantRefused { request_id, .. }
            | Self::ClientRefused { request_id, .. }
            | Self::BlockLimit { request_id, .. }
            | Self::Gone { request_id, .. }
            | Self::RestrictedResource { request_id, .. }
            | Self::NotFound { request_id, .. }
            | Self::Validation { request_id, .. }
            | Self::Conflict { request_id, .. }
            | Self::RateLimited { request_id, .. }
            | Self::Unavailable { request_id, .. }
            | Self::InvalidAnswer { request_id, .. } => request_id.as_deref(),
            Self::Unclear(unclear) => unclear.request_id.as_deref(),
            Self::Network { .. }
            | Self::Edge { .. }
            | Self::Incomplete { .. }
            | Self::InvalidRequest { .. } => None,
        }
    }

    /// Takes a secret out of Notion's sentence.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        if secret.is_empty() {
            return self;
        }
        let hide = |text: &mut String| *text = text.replace(secret, "<redacted>");
        match &mut self {
            Self::Unauthorized { message, .. }
            | Self::GrantRefused { message, .. }
            | Self::RestrictedResource { message, .. }
            | Self::BlockLimit { message, .. }
            | Self::NotFound { message, .. }
            | Self::Gone { message, .. }
            | Self::Conflict { message, .. }
            | Self::Unavailable { message, .. }
            | Self::Network { message }
            | Self::InvalidAnswer { message, .. }
            | Self::InvalidRequest { message } => hide(message),
            Self::ClientRefused { message, code, .. } => {
                hide(message);
                hide(code);
            }
            Self::Validation {
                message,
                code,
                field,
                ..
            } => {
                hide(message);
                hide(code);
                field.iter_mut().for_each(hide);
            }
            Self::Unclear(unclear) => unclear.guidance.iter_mut().for_each(hide),
            Self::RateLimited { .. } | Self::Edge { .. } | Self::Incomplete { .. } => {}
        }
        self
    }

    /// The cursor of a listing has died: start again from the first page and skip what is known.
    pub fn is_stale_cursor(&self) -> bool {
        matches!(self, Self::Validation { message, .. } if message.contains("start_cursor"))
    }

    /// What a caller can do about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unauthorized { .. } => Remedy::RefreshToken,
            Self::GrantRefused { .. } => Remedy::SignIn,
            Self::ClientRefused { .. } => Remedy::ChangeConnection,
            Self::RestrictedResource { .. } => Remedy::AllowMore,
            Self::BlockLimit { .. } => Remedy::EnlargeWorkspace,
            Self::NotFound { .. } => Remedy::Share,
            Self::Gone { .. } => Remedy::Restore,
            Self::Validation { .. } | Self::Incomplete { .. } | Self::InvalidRequest { .. } => {
                Remedy::ChangeRequest
            }
            Self::Conflict { .. } => Remedy::ReadAgain,
            Self::Unclear(_) => Remedy::Look,
            Self::RateLimited {
                reason: RateLimitReason::Blocked,
                ..
            }
            | Self::InvalidAnswer { .. } => Remedy::Report,
            Self::RateLimited { .. } | Self::Unavailable { .. } => Remedy::Wait(self.retry_after()),
            Self::Network { .. } | Self::Edge { .. } => Remedy::CheckNetwork,
        }
    }
}

/// A write of which nobody here knows whether it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// Notion says it saved this: the created page, or the parent of the appended blocks.
    pub committed_resource_id: Option<PageId>,
    /// Notion says it saved these: the appended first-level blocks, in order.
    pub committed_child_ids: Vec<PageId>,
    /// How the write ended.
    pub cause: UnclearCause,
    /// Notion's own advice, one sentence each ("Do not repeat the write.").
    pub guidance: Vec<String>,
    /// How long Notion asked to wait before anything else is asked of it.
    pub retry_after: Option<Duration>,
    /// Notion's id of the request.
    pub request_id: Option<String>,
}

impl Unclear {
    /// An unclear end about which nothing else is known.
    pub fn new(cause: UnclearCause) -> Self {
        Self {
            committed_resource_id: None,
            committed_child_ids: Vec::new(),
            cause,
            guidance: Vec::new(),
            retry_after: None,
            request_id: None,
        }
    }
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is unclear whether Notion saved this: {}", self.cause)
    }
}

impl std::error::Error for Unclear {}

/// How an unclear write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnclearCause {
    /// The connection broke before the answer was complete.
    Cut,
    /// No answer within the time limit.
    TimedOut,
    /// Notion, or something in front of it, answered with this status.
    Status(u16),
    /// Notion answered with success, and the answer cannot be read.
    Unreadable,
}

impl fmt::Display for UnclearCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut => f.write_str("the connection was cut"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Unreadable => f.write_str("the answer could not be read"),
        }
    }
}

/// Which limit was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RateLimitReason {
    /// This connection's requests per minute.
    Connection,
    /// The budget that all connections of a workspace share.
    Workspace,
    /// A limit of one endpoint.
    Endpoint,
    /// Access restricted by Notion: waiting does not help.
    Blocked,
    /// Notion is overloaded (529).
    Overload,
    /// Notion gave no reason, or one this version does not know.
    #[default]
    Unknown,
}

impl fmt::Display for RateLimitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "requests of this connection",
            Self::Workspace => "requests of the whole workspace",
            Self::Endpoint => "requests of this kind",
            Self::Blocked => "access restricted by Notion",
            Self::Overload => "Notion is overloaded",
            Self::Unknown => "too many requests",
        })
    }
}
