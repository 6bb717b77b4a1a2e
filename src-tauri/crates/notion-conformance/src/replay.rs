//! Sending what was sent, and comparing what comes back.

use notion_sim::{Running, Simulator};
use reqwest::{RequestBuilder, multipart};
use serde_json::{Map, Value, json};

use crate::{
    ConformanceError, before,
    compare::compare,
    dates::{self, Day},
    facts,
    ids::{Ids, dashed, digits, learn, mapped, translate_within},
    recording::{Pair, Recording},
    report::{LeftOut, Outcome, Report, Violation},
    routes,
    schema::Schema,
    setup::{self, Presupposed},
};

/// How to run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Holds every answer against this as well.
    pub schema: Option<&'a Schema>,
}

/// Replays all recordings against a simulator that is started for it.
pub async fn run(
    recordings: &[Recording],
    options: Options<'_>,
) -> Result<Report, ConformanceError> {
    let running = Simulator::start(notion_sim::Options::default()).await?;
    let client = Client {
        http: reqwest::Client::new(),
        running: &running,
        schema: options.schema,
    };
    let mut report = Report::default();
    for recording in recordings {
        client.replay_all(recording, &mut report).await?;
    }
    running.shutdown().await;
    Ok(report)
}

/// The row of the table, or why there is none.
fn place(pair: &Pair) -> Result<String, LeftOut> {
    if pair.method().is_empty() || !pair.path().starts_with('/') || pair.version.is_empty() {
        return Err(LeftOut::Incomplete);
    }
    let nowhere = pair.answer()["code"] == "invalid_request_url";
    let Some(route) = routes::find(pair.method(), pair.path()) else {
        return if nowhere {
            Ok(routes::NOWHERE.to_owned())
        } else {
            Err(LeftOut::OtherRoute)
        };
    };
    let writes = ["POST", "PATCH"].contains(&pair.method()) && !route.ends_with("/complete");
    let looked_at = pair.status() < 300 || (pair.status() == 400 && !nowhere);
    if writes && pair.body().is_null() && looked_at {
        return Err(LeftOut::Incomplete);
    }
    Ok(route)
}

struct Client<'a> {
    http: reqwest::Client,
    running: &'a Running,
    schema: Option<&'a Schema>,
}

impl Client<'_> {
    async fn control(&self, route: &str, body: Value) -> Result<(), ConformanceError> {
        let url = format!("{}/_sim/{route}", self.running.url());
        let answer = self.http.post(url).json(&body).send().await?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(ConformanceError::Setup(format!(
            "{route}: {}",
            answer.text().await?
        )))
    }

    /// Starts anew and puts in place what a recording presupposes.
    async fn prepare(
        &self,
        recording: &Recording,
        day: Day,
        ahead: i64,
    ) -> Result<Presupposed, ConformanceError> {
        self.control("reset", json!({})).await?;
        let mut config = json!({"rate_limit": {"requests": 1_000_000, "window_seconds": 60}});
        if let Some(date) = day.date() {
            config["as_of"] = json!(date.to_string());
        }
        config["clock_ahead_ms"] = json!(ahead);
        let sizes = recording
            .pairs
            .iter()
            .map(|pair| &pair.answer()["content_length"]);
        // Only workspaces that pay may send files in parts.
        let parts = recording
            .pairs
            .iter()
            .find(|pair| pair.status() == 200 && pair.body()["mode"] == "multi_part");
        let largest = sizes.filter_map(Value::as_u64).max();
        if let Some(largest) = largest.or(parts.map(|_| 0)) {
            config["max_file_upload_size_in_bytes"] = json!(largest + 64 * 1024 * 1024);
        }
        if !facts::sees_addresses(&recording.pairs) {
            config["capabilities"] = json!({"user_email": false});
        }
        self.control("config", config).await?;
        let mut presupposed = setup::presupposed(&recording.pairs, |pair| place(pair).ok());
        let objects = std::mem::take(&mut presupposed.first);
        let users = objects.iter().any(|object| object["object"] == "user");
        let name = facts::integration(&recording.pairs).unwrap_or_else(|| "Recorder".into());
        let import = json!({"objects": objects, "share": true, "only_users": users,
                            "integration": name});
        self.control("import", import).await?;
        Ok(presupposed)
    }

    async fn replay_all(
        &self,
        recording: &Recording,
        report: &mut Report,
    ) -> Result<(), ConformanceError> {
        if recording.pairs.iter().all(|pair| place(pair).is_err()) {
            for pair in &recording.pairs {
                note_left_out(pair, report);
            }
            return Ok(());
        }
        let day = dates::of(&recording.pairs);
        let mut ahead = clock_ahead(&recording.pairs, day);
        let presupposed = self.prepare(recording, day, ahead).await?;
        let token = if facts::personal(&recording.pairs) {
            self.running.personal_access_token()
        } else {
            self.running.internal_token()
        };
        let mut ids = Ids::default();
        let mut gap = false;
        for (number, pair) in recording.pairs.iter().enumerate() {
            gap |= number > 0
                && pair.thinned
                && recording
                    .pairs
                    .get(number - 1)
                    .is_some_and(|last| last.position + 1 < pair.position);
            if let Some(objects) = presupposed.late.get(&number) {
                self.catch_up(objects, &ids, &mut ahead).await?;
            }
            let Ok(route) = place(pair) else {
                note_left_out(pair, report);
                continue;
            };
            self.write_body_before(pair, &route, &ids).await?;
            let (status, body) = self.send(pair, token, &ids).await?;
            // First: an answer may name an id that it introduces itself.
            learn(pair.answer(), &body, &mut ids);
            let differences = compare(pair, status, &body, &ids);
            self.validate(pair, &route, status, &body, report);
            report.outcomes.push(Outcome {
                file: pair.file.clone(),
                route,
                version: pair.version.clone(),
                status: pair.status(),
                code: pair.answer()["code"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                as_of: day.date().map(|date| date.to_string()),
                deduced: matches!(day, Day::Deduced(_)),
                after_gap: gap,
                differences,
            });
        }
        Ok(())
    }

    /// Puts in place what missing pairs did; each object gets a moment after all that is there.
    async fn catch_up(
        &self,
        objects: &[Value],
        ids: &Ids,
        ahead: &mut i64,
    ) -> Result<(), ConformanceError> {
        let objects: Vec<Value> = objects.iter().map(|late| mapped(late, ids)).collect();
        *ahead += i64::try_from(objects.len()).unwrap_or(0);
        self.control("config", json!({"clock_ahead_ms": *ahead}))
            .await?;
        self.control("import", json!({"objects": objects})).await
    }

    /// A Markdown command's page gets the text it must have had.
    async fn write_body_before(
        &self,
        pair: &Pair,
        route: &str,
        ids: &Ids,
    ) -> Result<(), ConformanceError> {
        if !route.ends_with("/markdown") {
            return Ok(());
        }
        let Some(text) = facts::body_before(pair) else {
            return Ok(());
        };
        let Some(id) = pair.path().split('/').find_map(digits) else {
            return Ok(());
        };
        let id = dashed(ids.uuid(&id).unwrap_or(&id));
        let text = translate_within(&text, ids);
        self.control("edit", json!({"page_id": id, "replace_markdown": text}))
            .await
    }

    async fn send(
        &self,
        pair: &Pair,
        token: &str,
        ids: &Ids,
    ) -> Result<(u16, Value), ConformanceError> {
        let parts = pair.path().split('/');
        let parts = parts.map(|part| ids.exactly(part).unwrap_or_else(|| part.to_owned()));
        let path = parts.collect::<Vec<_>>().join("/");
        let address = format!("{}{path}", self.running.url());
        let mut url = url::Url::parse(&address)
            .map_err(|error| ConformanceError::Setup(format!("{address}: {error}")))?;
        for (key, value) in pair.request["query"].as_object().unwrap_or(&Map::new()) {
            let values = value
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![value.clone()]);
            for value in values {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                let text = ids.exactly(&text).unwrap_or(text);
                url.query_pairs_mut().append_pair(key, &text);
            }
        }
        let method = pair.method().parse().unwrap_or_default();
        let request = self
            .http
            .request(method, url)
            .header("notion-version", &pair.version);
        let request = with_credential(request, pair, token);
        let answer = with_body(request, pair, ids).send().await?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await?;
        Ok((
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        ))
    }

    fn validate(&self, pair: &Pair, route: &str, status: u16, body: &Value, report: &mut Report) {
        let Some(schema) = self.schema else { return };
        let check = |status: u16, body: &Value| {
            schema.check(&pair.version, pair.method(), pair.path(), status, body)
        };
        let Some(wrong) = check(status, body) else {
            if schema.knows(&pair.version) {
                let answer = format!("{} {route}: {status}", pair.version);
                *report.undescribed.entry(answer).or_default() += 1;
            }
            return;
        };
        report.validated += 1;
        if wrong.is_empty() {
            return;
        }
        let real_status = u16::try_from(pair.status()).unwrap_or(0);
        let real = check(real_status, pair.answer()).unwrap_or_default();
        report.violations.push(Violation {
            file: pair.file.clone(),
            route: route.to_owned(),
            real_too: wrong
                .iter()
                .all(|what| real.iter().any(|real| place_of(real) == place_of(what))),
            what: wrong.join("\n\t"),
        });
    }
}

/// How far the simulator's clock is ahead of ours, in milliseconds: filters on times and formulas
/// with `now()` only mean the same at the same time.
fn clock_ahead(pairs: &[Pair], day: Day) -> i64 {
    let (Day::Known(_), Some(begun)) = (day, dates::begun(pairs)) else {
        return 0;
    };
    begun.as_millisecond() - jiff::Timestamp::now().as_millisecond()
}

/// Where in an answer something is wrong.
fn place_of(what: &str) -> &str {
    what.split(": ").next().unwrap_or_default()
}

fn note_left_out(pair: &Pair, report: &mut Report) {
    if let Err(why) = place(pair) {
        report.left_out.push((pair.file.clone(), why));
    }
}

/// The credential that got the recorded answer: a good one, a wrong one, or none.
fn with_credential(request: RequestBuilder, pair: &Pair, token: &str) -> RequestBuilder {
    if pair.status() != 401 {
        return request.bearer_auth(token);
    }
    let message = pair.answer()["message"].as_str().unwrap_or_default();
    if message.contains("must use the format") {
        request
    } else {
        request.bearer_auth("wrong")
    }
}

fn with_body(request: RequestBuilder, pair: &Pair, ids: &Ids) -> RequestBuilder {
    match pair.body() {
        Value::Null => request,
        Value::String(raw) => {
            let kind = pair
                .request_header("content-type")
                .unwrap_or("application/json");
            request.header("content-type", kind).body(raw.clone())
        }
        body if body.get("$form").is_some_and(Value::is_array) => {
            request.multipart(form(&body["$form"], pair.answer()))
        }
        body => request.json(&mapped(body, ids)),
    }
}

/// A form as command lines write one: `name=value`, and `name=@file` for a file, whose content no
/// recording holds, but perhaps its size.
fn form(fields: &Value, answer: &Value) -> multipart::Form {
    let fields = fields.as_array().into_iter().flatten();
    let size = answer["content_length"]
        .as_u64()
        .filter(|_| answer.get("number_of_parts").is_none());
    let size = usize::try_from(size.unwrap_or(before::PART)).unwrap_or(0);
    fields
        .filter_map(|field| field.as_str()?.split_once('='))
        .fold(multipart::Form::new(), |form, (name, value)| {
            match value.strip_prefix('@') {
                None => form.text(name.to_owned(), value.to_owned()),
                Some(file) => {
                    let name_of_file = file.rsplit('/').next().unwrap_or(file).to_owned();
                    let part = multipart::Part::bytes(vec![0; size]).file_name(name_of_file);
                    form.part(name.to_owned(), part)
                }
            }
        })
}
