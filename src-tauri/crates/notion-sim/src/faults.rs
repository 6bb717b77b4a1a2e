//! Faults on demand: what the network and an overloaded Notion do to a request.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::Answer,
    error::{ApiError, ApiResult},
};

/// The named faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fault {
    /// The connection closes without an answer, nothing was done.
    #[serde(rename = "cut_before")]
    CutBefore,
    /// The connection closes without an answer, but the request was carried out.
    #[serde(rename = "cut_after_commit")]
    CutAfterCommit,
    /// 503 that tells what was saved.
    #[serde(rename = "503_after_commit")]
    UnavailableAfterCommit,
    #[serde(rename = "503_before")]
    UnavailableBefore,
    #[serde(rename = "500")]
    Internal,
    #[serde(rename = "502")]
    BadGateway,
    #[serde(rename = "504")]
    GatewayTimeout,
    #[serde(rename = "409")]
    Conflict,
    #[serde(rename = "429")]
    RateLimited,
    #[serde(rename = "529")]
    Overload,
    /// Forbidden, whatever the token was granted.
    #[serde(rename = "403")]
    Forbidden,
    /// The answer comes late.
    #[serde(rename = "slow")]
    Slow,
    /// The code that 503 has when Notion's storage is away.
    #[serde(rename = "503_database")]
    DatabaseUnavailable,
    /// Carried out, but the gateway answers in its place, and says nothing about it.
    #[serde(rename = "502_after_commit")]
    BadGatewayAfterCommit,
    #[serde(rename = "504_after_commit")]
    GatewayTimeoutAfterCommit,
    /// Carried out, but the answer ends in the middle.
    #[serde(rename = "truncated")]
    Truncated,
    /// HTML from the network edge, without a request id; nothing was done.
    #[serde(rename = "html_403")]
    EdgeForbidden,
    #[serde(rename = "html_429")]
    EdgeRateLimited,
    #[serde(rename = "html_502")]
    EdgeBadGateway,
    #[serde(rename = "html_503")]
    EdgeUnavailable,
    /// What a captive network answers to everything.
    #[serde(rename = "html_200")]
    Portal,
}

/// Which budget a 429 is about ("Request limits").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Budget {
    #[default]
    Connection,
    Workspace,
    Endpoint,
    /// Access is blocked; waiting does not help, and no time is given.
    Blocked,
}

impl Budget {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Connection => "public_api_request_rate_limit",
            Self::Workspace => "public_api_space_request_rate_limit",
            Self::Endpoint => "public_api_endpoint_rate_limit",
            Self::Blocked => "public_api_request_blocked",
        }
    }
}

/// When a fault happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Any method if absent.
    #[serde(default)]
    pub(crate) method: Option<String>,
    /// A prefix of the path; any path if absent.
    #[serde(default)]
    pub(crate) path: String,
    pub(crate) fault: Fault,
    /// How often; once if neither this nor `probability` is given.
    #[serde(default)]
    pub(crate) times: Option<u32>,
    #[serde(default)]
    pub(crate) probability: Option<f64>,
    #[serde(default)]
    pub(crate) retry_after: Option<u64>,
    /// The header `Retry-After` is a date and no number of seconds.
    #[serde(default)]
    pub(crate) retry_after_date: bool,
    /// Which budget a `429` is about.
    #[serde(default)]
    pub(crate) budget: Budget,
    /// How late a `slow` answer is.
    #[serde(default)]
    pub(crate) delay_ms: Option<u64>,
}

/// The body of `POST /_sim/faults`; it replaces all rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) rules: Vec<Rule>,
    #[serde(default)]
    pub(crate) seed: Option<u64>,
}

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
    rng: StdRng,
    /// How often a fault happened.
    pub(crate) fired: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            rng: StdRng::seed_from_u64(0),
            fired: 0,
        }
    }
}

impl Faults {
    pub(crate) fn set(&mut self, request: Request) {
        *self = Self {
            rules: request.rules,
            rng: StdRng::seed_from_u64(request.seed.unwrap_or(0)),
            fired: 0,
        };
        for rule in &mut self.rules {
            if rule.times.is_none() && rule.probability.is_none() {
                rule.times = Some(1);
            }
        }
    }

    /// The fault for this request, if any; a counted one is used up by this.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Rule> {
        for rule in &mut self.rules {
            if rule
                .method
                .as_deref()
                .is_some_and(|m| !m.eq_ignore_ascii_case(method))
                || !path.starts_with(&rule.path)
                || rule.times == Some(0)
            {
                continue;
            }
            if let Some(probability) = rule.probability
                && !self.rng.random_bool(probability.clamp(0.0, 1.0))
            {
                continue;
            }
            if let Some(times) = &mut rule.times {
                *times -= 1;
            }
            self.fired += 1;
            return Some(rule.clone());
        }
        None
    }

    pub(crate) fn json(&self) -> Value {
        json!({"rules": self.rules, "fired": self.fired})
    }
}

impl Rule {
    /// The error that comes instead of carrying out the request.
    pub(crate) fn error_before(&self) -> Option<ApiError> {
        let retry = self.retry_after;
        let plain = |status, code, message: &str| {
            let error = ApiError::new(status, code, message);
            retry.map_or_else(
                || error.clone(),
                |seconds| error.clone().with_retry(seconds),
            )
        };
        Some(match self.fault {
            Fault::UnavailableBefore => plain(
                503,
                "service_unavailable",
                "Notion is unavailable. Please try again later.",
            ),
            Fault::Internal => plain(500, "internal_server_error", "Unexpected error occurred."),
            Fault::BadGateway => plain(502, "bad_gateway", "Bad gateway."),
            Fault::GatewayTimeout => plain(504, "gateway_timeout", "Gateway timeout."),
            Fault::Conflict => ApiError::conflict(),
            Fault::Forbidden => ApiError::restricted("Insufficient permissions for this endpoint."),
            Fault::DatabaseUnavailable => plain(
                503,
                "database_connection_unavailable",
                "Notion's database is unavailable. Please try again later.",
            ),
            Fault::RateLimited if self.budget == Budget::Blocked => {
                ApiError::blocked(self.budget.reason())
            }
            Fault::RateLimited => ApiError::rate_limited(retry.unwrap_or(1), self.budget.reason()),
            Fault::Overload => ApiError::new(
                529,
                "service_overload",
                "Notion is overloaded. Please try again later.",
            )
            .with_retry(retry.unwrap_or(1)),
            _ => return None,
        })
    }

    /// The status of an answer that comes from the network edge instead of from Notion.
    pub(crate) fn edge_status(&self) -> Option<u16> {
        Some(match self.fault {
            Fault::EdgeForbidden => 403,
            Fault::EdgeRateLimited => 429,
            Fault::EdgeBadGateway => 502,
            Fault::EdgeUnavailable => 503,
            Fault::Portal => 200,
            _ => return None,
        })
    }

    /// Turns the result of a request that was carried out into what this fault makes of it.
    pub(crate) fn after_commit(&self, result: ApiResult<Answer>) -> ApiResult<Answer> {
        let answer = result?;
        if !answer.changed {
            return Ok(answer);
        }
        let silent = |status, code, message| {
            let mut error = ApiError::new(status, code, message);
            error.changed = true;
            Err(error)
        };
        match self.fault {
            Fault::UnavailableAfterCommit => Err(Self::saved(&answer)),
            Fault::BadGatewayAfterCommit => silent(502, "bad_gateway", "Bad gateway."),
            Fault::GatewayTimeoutAfterCommit => silent(504, "gateway_timeout", "Gateway timeout."),
            _ => Ok(answer),
        }
    }

    /// A 503 that tells what was saved.
    fn saved(answer: &Answer) -> ApiError {
        let mut error = ApiError::new(
            503,
            "service_unavailable",
            "The request took too long, but the change was saved. Do not repeat it.",
        );
        error.changed = true;
        let data = &mut error.additional;
        data.insert("from".into(), json!("public_api"));
        data.insert("elapsed_ms".into(), json!("55012"));
        data.insert("deadline_ms".into(), json!("55000"));
        data.insert("retry_guidance".into(), json!(["Do not repeat the write."]));
        if let Some((resource, children)) = &answer.committed {
            data.insert("committed_resource_id".into(), json!(resource.to_string()));
            if !children.is_empty() {
                let ids: Vec<String> = children.iter().map(ToString::to_string).collect();
                data.insert("committed_child_ids".into(), json!(ids));
            }
        }
        error
    }
}
