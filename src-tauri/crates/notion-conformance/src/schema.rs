//! Notion's own description of its answers.

use std::{collections::HashMap, fs, path::Path, sync::Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::{ConformanceError, routes};

/// An OpenAPI document whose answers ours are held against.
#[derive(Debug)]
pub struct Schema {
    document: Value,
    /// Compiled so far, by place in the document.
    compiled: Mutex<HashMap<String, Option<std::sync::Arc<Validator>>>>,
}

/// The version the document describes.
const VERSION: &str = "2025-09-03";

impl Schema {
    /// Reads a document.
    pub fn load(path: &Path) -> Result<Self, ConformanceError> {
        let bytes = fs::read(path).map_err(|source| ConformanceError::File {
            path: path.to_owned(),
            source,
        })?;
        let document: Value =
            serde_json::from_slice(&bytes).map_err(|source| ConformanceError::Json {
                path: path.to_owned(),
                source,
            })?;
        if document.get("paths").is_none() {
            return Err(ConformanceError::Schema("it has no paths".into()));
        }
        Ok(Self {
            document,
            compiled: Mutex::default(),
        })
    }

    /// What is wrong with an answer; `None` if the document does not describe it.
    pub fn check(
        &self,
        version: &str,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Option<Vec<String>> {
        if version != VERSION {
            return None;
        }
        let place = self.place(method, path, status)?;
        let validator = self.validator(&place)?;
        Some(
            validator
                .iter_errors(body)
                .map(|error| {
                    let said: String = error.to_string().chars().take(240).collect();
                    format!("{}: {said}", error.instance_path())
                })
                .collect(),
        )
    }

    /// The pointer to the schema of an answer.
    fn place(&self, method: &str, path: &str, status: u16) -> Option<String> {
        let paths = self.document["paths"].as_object()?;
        // An exact path comes before one with a variable in its place.
        let template = paths
            .keys()
            .filter(|template| routes::fits(template, path))
            .min_by_key(|template| template.matches('{').count())?;
        let method = method.to_lowercase();
        let status = status.to_string();
        self.document["paths"][template.as_str()][&method]["responses"][&status]["content"]
            .get("application/json")?
            .get("schema")?;
        let template = template.replace('~', "~0").replace('/', "~1");
        Some(format!(
            "#/paths/{template}/{method}/responses/{status}/content/application~1json/schema"
        ))
    }

    fn validator(&self, place: &str) -> Option<std::sync::Arc<Validator>> {
        let mut compiled = self.compiled.lock().ok()?;
        compiled
            .entry(place.to_owned())
            .or_insert_with(|| {
                let whole = json!({"$ref": place.replace('{', "%7B").replace('}', "%7D"),
                                   "paths": self.document["paths"],
                                   "components": self.document["components"]});
                jsonschema::options()
                    .with_draft(jsonschema::Draft::Draft202012)
                    .build(&whole)
                    .ok()
                    .map(std::sync::Arc::new)
            })
            .clone()
    }
}
