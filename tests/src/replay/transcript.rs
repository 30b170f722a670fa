//! The recordings: one scenario a file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::fixture;

/// One scenario.
#[derive(Debug, Deserialize)]
pub struct Transcript {
    /// Its name, that of the file.
    pub name: String,
    /// What happens in it.
    pub about: String,
    /// What was asked and returned, in order.
    pub steps: Vec<Step>,
}

/// A part of a scenario.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// A request and its response.
    Exchange {
        /// What was asked.
        request: Box<Request>,
        /// What was returned.
        response: Response,
    },
    /// What the hub sent meanwhile.
    Hub {
        /// The frames, in order.
        hub_frames: Vec<Value>,
    },
    /// What was seen on the target.
    Observed {
        /// The facts by name.
        observed: Value,
    },
}

/// A recorded request.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Its headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// A JSON body.
    pub json: Option<Value>,
    /// Another text body.
    pub form: Option<String>,
    /// A multipart body.
    pub multipart: Option<Multipart>,
}

/// A recorded multipart body.
#[derive(Debug, Clone, Deserialize)]
pub struct Multipart {
    /// Its text fields.
    pub fields: BTreeMap<String, String>,
    /// Its file.
    pub file: Option<UploadedFile>,
}

/// The file of a multipart body.
#[derive(Debug, Clone, Deserialize)]
pub struct UploadedFile {
    /// The name it was sent under.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Option<String>,
}

/// A recorded response.
#[derive(Debug, Clone, Deserialize)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers that were kept.
    pub headers: BTreeMap<String, String>,
    /// A JSON body.
    pub json: Option<Value>,
    /// The hash of another body.
    pub body_sha256: Option<String>,
    /// The size of another body.
    pub body_bytes: Option<u64>,
}

impl Transcript {
    /// Reads the recording of this name.
    pub fn read(name: &str) -> Self {
        let path = fixture(&format!("transcripts/{name}.json"));
        let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The requests and responses alone.
    pub fn exchanges(&self) -> impl Iterator<Item = (&Request, &Response)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Exchange { request, response } => Some((&**request, response)),
            _ => None,
        })
    }

    /// The hub frames.
    pub fn hub_frames(&self) -> &[Value] {
        let frames = self.steps.iter().find_map(|step| match step {
            Step::Hub { hub_frames } => Some(hub_frames.as_slice()),
            _ => None,
        });
        frames.unwrap_or_default()
    }

    /// What was observed under this name.
    pub fn observed(&self, name: &str) -> Vec<String> {
        let observed = self.steps.iter().find_map(|step| match step {
            Step::Observed { observed } => observed.get(name),
            _ => None,
        });
        let names = observed.and_then(Value::as_array).into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// The names of all recordings.
pub fn names() -> Vec<String> {
    let folder = std::fs::read_dir(fixture("transcripts")).expect("the recordings are there");
    let mut names: Vec<String> = folder
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    names
}
