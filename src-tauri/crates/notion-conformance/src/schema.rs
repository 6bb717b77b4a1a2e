//! Notion's own description of its answers, corrected where its answers contradict it.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::{ConformanceError, overlay, routes};

/// An `OpenAPI` document whose answers ours are held against.
#[derive(Debug)]
pub struct Schema {
    /// The document as each version needs it.
    documents: Vec<(&'static str, Value)>,
    /// Compiled so far, by version and place in the document.
    compiled: Mutex<HashMap<String, Compiled>>,
}

/// What checks one answer, or why there is nothing that could.
type Compiled = Result<Arc<Validator>, String>;

/// The version the document describes, and the one it also describes with the overlay.
const VERSIONS: [&str; 2] = ["2025-09-03", "2026-03-11"];

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
        let documents = VERSIONS
            .into_iter()
            .map(|version| Ok((version, overlay::corrected(&document, version)?)))
            .collect::<Result<_, String>>()
            .map_err(ConformanceError::Schema)?;
        Ok(Self {
            documents,
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
        let (version, document) = self.documents.iter().find(|(name, _)| *name == version)?;
        let place = place(document, method, path, status)
            .or_else(|| error_place(document, path, status))?;
        let validator = match self.validator(version, document, &place)? {
            Ok(validator) => validator,
            Err(why) => return Some(vec![format!("the document cannot be used here: {why}")]),
        };
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

    /// Whether answers of a version are held against the document at all.
    pub(crate) fn knows(&self, version: &str) -> bool {
        self.documents.iter().any(|(name, _)| *name == version)
    }

    fn validator(&self, version: &str, document: &Value, place: &str) -> Option<Compiled> {
        let mut compiled = self.compiled.lock().ok()?;
        let found = compiled
            .entry(format!("{version} {place}"))
            .or_insert_with(|| {
                let mut whole = document.clone();
                whole["$ref"] = json!(place);
                jsonschema::options()
                    .with_draft(jsonschema::Draft::Draft202012)
                    .build(&whole)
                    .map(Arc::new)
                    .map_err(|error| error.to_string())
            });
        Some(found.clone())
    }
}

/// The reference to what all errors of a status look like, where a route does not list it.
fn error_place(document: &Value, path: &str, status: u16) -> Option<String> {
    let name = format!("error_api_{status}");
    let own = path.starts_with("/v1/oauth/");
    let known = document["components"]["schemas"].get(&name).is_some();
    (known && !own).then(|| format!("#/components/schemas/{name}"))
}

/// The reference to the schema of an answer.
fn place(document: &Value, method: &str, path: &str, status: u16) -> Option<String> {
    let paths = document["paths"].as_object()?;
    // An exact path comes before one with a variable in its place.
    let template = paths
        .keys()
        .filter(|template| routes::fits(template, path))
        .min_by_key(|template| template.matches('{').count())?;
    let method = method.to_lowercase();
    let status = status.to_string();
    document["paths"][template.as_str()][&method]["responses"][&status]["content"]
        .get("application/json")?
        .get("schema")?;
    let template = template
        .replace('/', "~1")
        .replace('{', "%7B")
        .replace('}', "%7D");
    Some(format!(
        "#/paths/{template}/{method}/responses/{status}/content/application~1json/schema"
    ))
}
