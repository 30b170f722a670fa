//! A server that recordings are played to, with what they need to fit it.

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Difference, Exceptions, Kind, Request, Response, Step, Transcript, compare};

/// Where recordings are played to.
pub struct Stage<'a> {
    exceptions: &'a Exceptions,
    client: Client,
    server_url: String,
    recorded_url: String,
    /// The token that stands for `<access_token>`.
    pub token: String,
    /// The hash that stands for `<masterPasswordHash>`.
    pub hash: String,
    /// Recorded texts and what they are here; both ways.
    pub names: Vec<(String, String)>,
    /// Recorded texts and what they are here; only in what is asked.
    pub learned: Vec<(String, String)>,
    /// Finds the file that a recorded upload stands for.
    pub files: Box<Files>,
}

/// From the name and hash of a recorded upload to its name and content here.
pub type Files = dyn Fn(&str, Option<&str>) -> (String, Vec<u8>) + Send + Sync;

/// A response.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers that recordings keep.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

const KEPT: [&str; 4] = ["content-type", "cache-control", "content-disposition", "retry-after"];

impl<'a> Stage<'a> {
    /// A stage for recordings that name their server `recorded_url`.
    pub fn new(exceptions: &'a Exceptions, server_url: &str, recorded_url: &str, hash: &str) -> Self {
        Self {
            exceptions,
            client: Client::builder().no_proxy().build().expect("a client"),
            server_url: server_url.to_owned(),
            recorded_url: recorded_url.to_owned(),
            token: String::new(),
            hash: hash.to_owned(),
            names: Vec::new(),
            learned: Vec::new(),
            files: Box::new(|name, _| panic!("nobody knows the file {name}")),
        }
    }

    /// From now on every upload is this one.
    pub fn uploads(&mut self, name: &str, bytes: Vec<u8>) {
        let name = name.to_owned();
        self.files = Box::new(move |_, _| (name.clone(), bytes.clone()));
    }

    /// Plays all requests of a recording in order; what differs.
    pub async fn play(&mut self, transcript: &Transcript) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (number, step) in transcript.steps.iter().enumerate() {
            if let Step::Exchange { request, response } = step {
                let reply = self.send(request).await;
                differences.extend(self.compare(transcript, number, response, &reply));
            }
        }
        differences
    }

    /// Sends one recorded request.
    pub async fn send(&self, request: &Request) -> Reply {
        let method = Method::from_bytes(request.method.as_bytes()).expect("a method");
        let url = format!("{}{}", self.server_url, self.here(&request.path));
        let mut sending = self.client.request(method, url).header("origin", &self.server_url);
        if request.headers.contains_key("authorization") {
            sending = sending.bearer_auth(&self.token);
        }
        if let Some(multipart) = &request.multipart {
            sending = if multipart.fields.is_empty() && multipart.file.is_none() {
                // The client here would leave out even the end of the form.
                sending.header("content-type", "multipart/form-data; boundary=end").body("--end--\r\n")
            } else {
                sending.multipart(self.form(multipart))
            };
        } else if let Some(media_type) = request.headers.get("content-type") {
            sending = sending.header("content-type", media_type);
        }
        if let Some(json) = &request.json {
            sending = sending.body(self.here(&json.to_string()));
        }
        if let Some(form) = &request.form {
            sending = sending.body(self.here(form));
        }
        let answer = sending.send().await.expect("the server answers");
        let headers = KEPT.iter().filter_map(|name| {
            let value = answer.headers().get(*name)?.to_str().ok()?;
            Some(((*name).to_owned(), value.to_owned()))
        });
        let (status, headers) = (answer.status().as_u16(), headers.collect());
        Reply { status, headers, body: answer.bytes().await.expect("a whole answer").to_vec() }
    }

    /// Compares a reply with the recorded one, and learns what things are called here.
    pub fn compare(
        &mut self,
        transcript: &Transcript,
        number: usize,
        recorded: &Response,
        reply: &Reply,
    ) -> Vec<Difference> {
        let mut recorded_facts = json!({ "status": recorded.status });
        for (name, value) in recorded.headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str())) {
            recorded_facts[name] = value.as_str().into();
        }
        let mut facts = json!({ "status": reply.status });
        for (name, value) in &reply.headers {
            facts[name] = value.as_str().into();
        }
        if let Some(json) = &recorded.json {
            recorded_facts["json"] = json.clone();
            let text = self.recorded(&String::from_utf8_lossy(&reply.body));
            facts["json"] = serde_json::from_str(&text).unwrap_or(Value::String(text));
        } else {
            recorded_facts["body_sha256"] = recorded.body_sha256.as_deref().into();
            recorded_facts["body_bytes"] = recorded.body_bytes.into();
            facts["body_sha256"] = sha256(&reply.body).into();
            facts["body_bytes"] = reply.body.len().into();
        }
        self.compare_values(transcript, &format!("step {number}"), &recorded_facts, &facts)
    }

    /// Compares two values of a recording.
    pub fn compare_values(
        &mut self,
        transcript: &Transcript,
        place: &str,
        recorded: &Value,
        answered: &Value,
    ) -> Vec<Difference> {
        let mut learned = Vec::new();
        let differences = compare(
            self.exceptions,
            &transcript.name,
            place,
            recorded,
            answered,
            &mut |kind, recorded, answered| {
                let (Some(recorded), Some(answered)) = (recorded.as_str(), answered.as_str()) else { return };
                let is_backup = kind == Kind::Name && recorded.starts_with("nodewarden_backup_");
                if kind == Kind::Token || is_backup {
                    learned.push((recorded.to_owned(), answered.to_owned()));
                }
            },
        );
        self.learned.extend(learned);
        differences
    }

    fn form(&self, multipart: &super::transcript::Multipart) -> Form {
        let mut form = Form::new();
        for (name, value) in &multipart.fields {
            form = form.text(name.clone(), value.replace("<masterPasswordHash>", &self.hash));
        }
        if let Some(file) = &multipart.file {
            let (name, bytes) = (self.files)(&file.name, file.sha256.as_deref());
            form = form.part("file", Part::bytes(bytes).file_name(name));
        }
        form
    }

    /// A recorded text as it is here.
    fn here(&self, text: &str) -> String {
        let pairs = self.names.iter().chain(self.learned.iter().rev());
        pairs.fold(text.to_owned(), |text, (recorded, here)| text.replace(recorded, here))
    }

    /// A text from here as it was recorded.
    pub fn recorded(&self, text: &str) -> String {
        let own = (self.recorded_url.clone(), self.server_url.clone());
        let pairs = self.names.iter().chain(std::iter::once(&own));
        pairs.fold(text.to_owned(), |text, (recorded, here)| text.replace(here, recorded))
    }
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// 64 hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
