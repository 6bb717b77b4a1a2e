//! What Notion and the way to it are like: faults, spellings, search.

use serde_json::{Value, json};

use crate::TortureError;
use crate::act::Weather;
use crate::stage::{Stage, nth};

impl Stage {
    /// Draws what nobody can know of Notion: how it spells, rounds, applies and moves. Its items keep
    /// the documented dash.
    pub(crate) async fn skew(&self, seed: u64) -> Result<(), TortureError> {
        self.control("config", &json!({"skew_seed": seed})).await?;
        let drawn = |bit: u32| seed >> bit & 1 == 1;
        let escapes = ["documented", "fewer", "more", "documented"];
        let style = json!({
            "escapes": nth(&escapes, u32::try_from(seed % 4).unwrap_or(0)),
            "tables": if drawn(2) { "pipe" } else { "xml" },
            "counted": drawn(3),
            "mention_titles": drawn(4),
            "closed_breaks": drawn(5),
            "blank_lines": drawn(6),
            "long_colors": drawn(7),
            "www_addresses": drawn(8),
            "final_newline": drawn(9),
        });
        let config = json!({"markdown_skew": style});
        self.control("config", &config).await.map(|_| ())
    }

    pub(crate) async fn search(&self, lag: u32, omits: u32) -> Result<(), TortureError> {
        let config = json!({
            "search_lag_ms": lag * 1000,
            "search_omit_probability": f64::from(omits) / 100.0,
        });
        self.control("config", &config).await.map(|_| ())
    }

    pub(crate) async fn weather(&self, weather: &Weather) -> Result<(), TortureError> {
        let rules: Vec<Value> = weather
            .rules
            .iter()
            .map(|rule| {
                json!({
                    "method": rule.method,
                    "path": "/v1/",
                    "fault": rule.fault,
                    "probability": f64::from(rule.percent) / 100.0,
                    "delay_ms": rule.delay_ms,
                    "budget": rule.budget,
                    "retry_after_date": rule.dated,
                })
            })
            .collect();
        let faults = json!({"rules": rules, "seed": weather.seed});
        self.control("faults", &faults).await.map(|_| ())
    }

    /// One of the simulator's control routes; GET if there is nothing to say.
    pub(crate) async fn control(&self, route: &str, body: &Value) -> Result<Value, TortureError> {
        let url = format!("{}/_sim/{route}", self.sim.url());
        let request = if body.is_null() {
            self.http.get(url)
        } else {
            self.http.post(url).json(body)
        };
        let answer = request.send().await?;
        let fine = answer.status().is_success();
        let told = answer.text().await?;
        if !fine {
            return Err(TortureError::Refused {
                what: format!("{route} {body}"),
                answer: told,
            });
        }
        Ok(serde_json::from_str(&told).unwrap_or(Value::Null))
    }
}
