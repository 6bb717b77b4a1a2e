//! Reading recordings from a folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::ConformanceError;

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The file, relative to the folder that was read.
    pub file: String,
    /// `Notion-Version` of the request.
    pub version: String,
    /// Method, path, query, headers and body.
    pub request: Value,
    /// Status, headers and body.
    pub response: Value,
    /// When it was recorded, where a file says so.
    pub(crate) noted: Option<String>,
    pub(crate) position: u64,
    /// Pairs of its recording are missing, as the recording says itself.
    pub(crate) thinned: bool,
}

/// Pairs that belong together, in order.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    /// Its folder, or the file of a single pair.
    pub name: String,
    /// Requests with their answers.
    pub pairs: Vec<Pair>,
}

impl Pair {
    pub(crate) fn method(&self) -> &str {
        text(&self.request, "method")
    }

    pub(crate) fn path(&self) -> &str {
        text(&self.request, "path")
    }

    pub(crate) fn body(&self) -> &Value {
        self.request.get("body").unwrap_or(&Value::Null)
    }

    pub(crate) fn answer(&self) -> &Value {
        self.response.get("body").unwrap_or(&Value::Null)
    }

    pub(crate) fn status(&self) -> u64 {
        self.response
            .get("status")
            .and_then(Value::as_u64)
            .unwrap_or(0)
    }

    pub(crate) fn request_header(&self, name: &str) -> Option<&str> {
        header(&self.request, name)
    }

    pub(crate) fn response_header(&self, name: &str) -> Option<&str> {
        header(&self.response, name)
    }
}

/// A field's text, or nothing.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn header<'a>(side: &'a Value, name: &str) -> Option<&'a str> {
    side.get("headers")?
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?
        .1
        .as_str()
}

/// Reads every recording below a folder: each JSON file with a `request` and a `response`. Files in
/// one folder are one recording in the order that `sequence.index` gives them, but for those that
/// say of themselves that they are alone.
pub fn load(folder: &Path) -> Result<Vec<Recording>, ConformanceError> {
    let mut files = Vec::new();
    find(folder, &mut files)?;
    files.sort();
    let mut found: BTreeMap<String, Recording> = BTreeMap::new();
    for path in files {
        let bytes = fs::read(&path).map_err(|source| ConformanceError::File {
            path: path.clone(),
            source,
        })?;
        let whole: Value =
            serde_json::from_slice(&bytes).map_err(|source| ConformanceError::Json {
                path: path.clone(),
                source,
            })?;
        let Some((pair, name)) = read(&whole, path.strip_prefix(folder).unwrap_or(&path)) else {
            continue;
        };
        let recording = found.entry(name.clone()).or_default();
        recording.name = name;
        recording.pairs.push(pair);
    }
    let mut found: Vec<Recording> = found.into_values().collect();
    for recording in &mut found {
        recording.pairs.sort_by_key(|pair| pair.position);
    }
    if found.is_empty() {
        return Err(ConformanceError::Nothing(folder.to_owned()));
    }
    Ok(found)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), ConformanceError> {
    let fail = |source| ConformanceError::File {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// A pair and the name of its recording; `None` for a file that holds something else.
fn read(whole: &Value, path: &Path) -> Option<(Pair, String)> {
    let request = whole.get("request").filter(|side| side.is_object())?;
    let response = whole.get("response").filter(|side| side.is_object())?;
    let file = path.to_string_lossy().replace('\\', "/");
    let sequence = whole.get("sequence").filter(|value| value.is_object());
    let alone =
        sequence.is_none_or(|sequence| sequence.get("of").and_then(Value::as_u64) == Some(1));
    let folder = file
        .rsplit_once('/')
        .map_or(file.as_str(), |(head, _)| head);
    let name = if alone {
        file.clone()
    } else {
        folder.to_owned()
    };
    let noted = ["recorded_at", "saved_in_commit"]
        .iter()
        .find_map(|key| whole.get(*key)?.as_str());
    let version = whole
        .get("notion_version")
        .and_then(Value::as_str)
        .or_else(|| header(request, "notion-version"));
    let pair = Pair {
        version: version.unwrap_or_default().to_owned(),
        request: request.clone(),
        response: response.clone(),
        noted: noted.map(str::to_owned),
        thinned: sequence.is_some_and(|sequence| sequence["complete"] == false),
        position: sequence
            .and_then(|sequence| sequence.get("index")?.as_u64())
            .unwrap_or(0),
        file,
    };
    Some((pair, name))
}
