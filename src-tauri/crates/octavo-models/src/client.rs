//! Sending a question and reading the answer as it comes.

use std::time::Duration;

use reqwest::header::{HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::speech::{body, path};
use crate::stream::{Events, Said, said, words_of};
use crate::{Endpoint, ModelError, Style};

/// An error or a list of models is no longer.
const LONGEST_ERROR: usize = 256 << 10;
/// How often a server that is busy or failing is asked again.
const REPEATS: u32 = 2;

/// How long, and how much.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Between two words of an answer, and before the first.
    pub silence: Duration,
    /// For the whole answer.
    pub whole: Duration,
    /// A server that asks to wait longer is not asked again.
    pub wait: Duration,
    /// An answer of more bytes is given up.
    pub most_bytes: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silence: Duration::from_mins(1),
            whole: Duration::from_mins(5),
            wait: Duration::from_secs(10),
            most_bytes: 1 << 20,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What the model is to do.
    pub system: String,
    /// What it is to do it with.
    pub question: String,
    /// The form of the answer, as a JSON schema, for servers that offer such.
    pub schema: Option<Value>,
    /// The answer may be as long.
    pub most_tokens: u32,
}

/// A whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What the model wrote.
    pub text: String,
    /// It ended because it may be no longer.
    pub at_limit: bool,
    /// What was counted as asked, if the server says so.
    pub tokens_in: Option<u64>,
    /// What was counted as answered, if the server says so.
    pub tokens_out: Option<u64>,
}

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Models {
    http: reqwest::Client,
    patience: Patience,
}

impl Models {
    /// A client that follows no redirection: a key and a note go to the address a person agreed to, and
    /// to no other.
    ///
    /// # Errors
    /// The system's certificates cannot be used.
    pub fn new(patience: Patience) -> Result<Self, ModelError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .user_agent("Octavo")
            .build()
            .map_err(|error| ModelError::Failed {
                host: "this computer".to_owned(),
                said: error.to_string(),
            })?;
        Ok(Self { http, patience })
    }

    /// Asks; `heard` is called with each piece of text as it comes. Nothing is asked again once a piece
    /// has come.
    ///
    /// # Errors
    /// There is no whole answer; see [`ModelError`]. Stopping ends the connection.
    pub async fn ask(
        &self,
        endpoint: &Endpoint,
        ask: &Ask,
        stop: &CancellationToken,
        heard: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Answer, ModelError> {
        let until = Instant::now() + self.patience.whole;
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(ModelError::Stopped),
            answer = self.answer(endpoint, ask, until, heard) => answer,
        }
    }

    /// The models a server has.
    ///
    /// # Errors
    /// As [`Models::ask`].
    pub async fn list(&self, endpoint: &Endpoint) -> Result<Vec<String>, ModelError> {
        let until = Instant::now() + self.patience.silence;
        let request = with_key(self.http.get(endpoint.at("models")), endpoint)?;
        let response = self.sent(request, endpoint, until).await?;
        let response = refused(response, endpoint, until).await?;
        let bytes = bounded(response, endpoint, until).await?;
        let nonsense = || ModelError::Nonsense {
            host: endpoint.host(),
        };
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| nonsense())?;
        let models = value
            .get("data")
            .and_then(Value::as_array)
            .ok_or_else(nonsense)?;
        let id = |model: &Value| model.get("id")?.as_str().map(str::to_owned);
        Ok(models.iter().filter_map(id).collect())
    }

    async fn answer(
        &self,
        endpoint: &Endpoint,
        ask: &Ask,
        until: Instant,
        heard: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Answer, ModelError> {
        let mut with_schema = ask.schema.is_some() && endpoint.style() == Style::OpenAi;
        let mut repeats = 0;
        loop {
            let url = endpoint.at(path(endpoint.style()));
            let request = self.http.post(url).json(&body(endpoint, ask, with_schema));
            let response = self
                .sent(with_key(request, endpoint)?, endpoint, until)
                .await?;
            let status = response.status();
            match refused(response, endpoint, until).await {
                Ok(response) => return self.read(response, endpoint, until, heard).await,
                // A server that does not know of schemas refuses the field.
                Err(ModelError::Failed { .. })
                    if with_schema && status == StatusCode::BAD_REQUEST =>
                {
                    with_schema = false;
                }
                Err(error) => {
                    let Some(wait) = self.worth_waiting(&error, status, repeats) else {
                        return Err(error);
                    };
                    repeats += 1;
                    timeout_at(until, sleep(wait)).await.map_err(|_| error)?;
                }
            }
        }
    }

    /// For how long to wait before asking again, if that makes sense.
    fn worth_waiting(
        &self,
        error: &ModelError,
        status: StatusCode,
        repeats: u32,
    ) -> Option<Duration> {
        if repeats >= REPEATS {
            return None;
        }
        let wait = match error {
            ModelError::Busy { retry_after, .. } => *retry_after,
            ModelError::Failed { .. } if status.is_server_error() => None,
            _ => return None,
        };
        let wait = wait.unwrap_or_else(|| Duration::from_millis(500 << repeats));
        (wait <= self.patience.wait).then_some(wait)
    }

    async fn sent(
        &self,
        request: RequestBuilder,
        endpoint: &Endpoint,
        until: Instant,
    ) -> Result<Response, ModelError> {
        let until = until.min(Instant::now() + self.patience.silence);
        let sent = timeout_at(until, request.send()).await;
        let sent = sent.map_err(|_| ModelError::TooSlow)?;
        sent.map_err(|_| ModelError::Unreachable {
            host: endpoint.host(),
        })
    }

    async fn read(
        &self,
        mut response: Response,
        endpoint: &Endpoint,
        until: Instant,
        heard: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Answer, ModelError> {
        let mut events = Events::default();
        let mut answer = Answer::default();
        let mut whole = false;
        let mut bytes = 0;
        let mut understood = false;
        loop {
            let silence = until.min(Instant::now() + self.patience.silence);
            let chunk = timeout_at(silence, response.chunk()).await;
            let Some(chunk) = chunk
                .map_err(|_| ModelError::TooSlow)?
                .map_err(|_| ModelError::Cut)?
            else {
                break;
            };
            bytes += chunk.len();
            // The events around the text are a multiple of it.
            if bytes > self.patience.most_bytes.saturating_mul(64) {
                return Err(ModelError::TooLong);
            }
            for data in events.take(&chunk).map_err(|_| ModelError::TooLong)? {
                let Some(event) = said(endpoint.style(), &data) else {
                    return Err(ModelError::Nonsense {
                        host: endpoint.host(),
                    });
                };
                understood = true;
                whole |= event.done;
                take(event, &mut answer, endpoint, heard)?;
                if answer.text.len() > self.patience.most_bytes {
                    return Err(ModelError::TooLong);
                }
            }
        }
        match (whole, understood) {
            (true, _) => Ok(answer),
            (false, true) => Err(ModelError::Cut),
            (false, false) => Err(ModelError::Nonsense {
                host: endpoint.host(),
            }),
        }
    }
}

fn take(
    event: Said,
    answer: &mut Answer,
    endpoint: &Endpoint,
    heard: &mut (dyn FnMut(&str) + Send),
) -> Result<(), ModelError> {
    if let Some(said) = event.failed {
        return Err(ModelError::Failed {
            host: endpoint.host(),
            said,
        });
    }
    if event.declined {
        return Err(ModelError::Declined);
    }
    if !event.text.is_empty() {
        answer.text.push_str(&event.text);
        heard(&event.text);
    }
    answer.at_limit |= event.at_limit;
    answer.tokens_in = event.tokens_in.or(answer.tokens_in);
    answer.tokens_out = event.tokens_out.or(answer.tokens_out);
    Ok(())
}

/// Puts the key where the server looks for it; no log shows it.
fn with_key(request: RequestBuilder, endpoint: &Endpoint) -> Result<RequestBuilder, ModelError> {
    let header = |text: &str| {
        let mut value = HeaderValue::from_str(text).map_err(|_| ModelError::BadKey)?;
        value.set_sensitive(true);
        Ok(value)
    };
    let request = match endpoint.style() {
        Style::OpenAi => request,
        Style::Anthropic => request.header("anthropic-version", "2023-06-01"),
    };
    Ok(match (endpoint.style(), endpoint.key()) {
        (_, None) => request,
        (Style::OpenAi, Some(key)) => request.header(
            "authorization",
            header(&format!("Bearer {}", key.expose_secret()))?,
        ),
        (Style::Anthropic, Some(key)) => request.header("x-api-key", header(key.expose_secret())?),
    })
}

/// The response, if it is one with an answer.
async fn refused(
    response: Response,
    endpoint: &Endpoint,
    until: Instant,
) -> Result<Response, ModelError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let host = endpoint.host();
    let wait = response.headers().get(RETRY_AFTER);
    let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
    let bytes = bounded(response, endpoint, until).await.unwrap_or_default();
    let said = match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => words_of(&value),
        Err(_) => format!("status {}", status.as_u16()),
    };
    // A server may quote the key it refuses.
    let said = match endpoint.key() {
        Some(key) => said.replace(key.expose_secret(), "[key]"),
        None => said,
    };
    Err(match status.as_u16() {
        401 | 403 => ModelError::KeyRefused { host },
        404 => ModelError::NoSuchModel { host, said },
        // 529: <https://docs.anthropic.com/en/api/errors>
        429 | 529 => ModelError::Busy {
            host,
            retry_after: wait.map(Duration::from_secs),
        },
        _ => ModelError::Failed { host, said },
    })
}

async fn bounded(
    mut response: Response,
    endpoint: &Endpoint,
    until: Instant,
) -> Result<Vec<u8>, ModelError> {
    let mut bytes = Vec::new();
    loop {
        let chunk = timeout_at(until, response.chunk()).await;
        let chunk = chunk.map_err(|_| ModelError::TooSlow)?;
        match chunk.map_err(|_| ModelError::Unreachable {
            host: endpoint.host(),
        })? {
            Some(chunk) if bytes.len() + chunk.len() <= LONGEST_ERROR => bytes.extend(chunk),
            Some(_) => return Err(ModelError::TooLong),
            None => return Ok(bytes),
        }
    }
}
