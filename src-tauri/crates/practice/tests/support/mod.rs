//! A small client of the practice instance, for its own tests.

use desk_core::account::{Kdf, MasterKey};
use desk_practice::Practice;
use reqwest::multipart::Form;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// Someone who can sign in.
pub struct Person {
    client: Client,
    server: String,
    email: String,
    pub hash: String,
    token: String,
}

/// A response, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    pub fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }
}

impl Person {
    /// The first administrator, signed in.
    pub async fn administrator(practice: &Practice) -> Self {
        let mut person = Self::signed_out(practice);
        let answer = person.sign_in(&[]).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        person
    }

    /// The first administrator, not signed in yet.
    pub fn signed_out(practice: &Practice) -> Self {
        let (email, password) = (practice.admin_email().to_owned(), practice.admin_password());
        let kdf = Kdf::Pbkdf2 { iterations: 5_000 };
        let hash =
            MasterKey::derive(&password, &email, &kdf).expect("good settings").password_hash(&password);
        Self {
            client: Client::builder().no_proxy().build().expect("a client"),
            server: practice.server_url().to_owned(),
            email,
            hash: hash.expose_secret().to_owned(),
            token: String::new(),
        }
    }

    pub async fn sign_in(&mut self, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "password"),
            ("username", self.email.as_str()),
            ("password", self.hash.as_str()),
            ("scope", "api offline_access"),
            ("client_id", "desktop"),
            ("deviceType", "8"),
            ("deviceIdentifier", "0c695cef-5c28-491a-ad45-2a2f1315a798"),
            ("deviceName", "Test"),
        ];
        form.extend_from_slice(more);
        let answer = self.form("/identity/connect/token", &form).await;
        if let Some(token) = answer.body["access_token"].as_str() {
            token.clone_into(&mut self.token);
        }
        answer
    }

    pub async fn form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        read(self.client.post(self.url(path)).form(form)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        read(self.client.get(self.url(path)).bearer_auth(&self.token)).await
    }

    /// POST with the password hash in the body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        read(self.request(path, body)).await
    }

    pub fn request(&self, path: &str, mut body: Value) -> RequestBuilder {
        body["masterPasswordHash"] = self.hash.as_str().into();
        self.client.post(self.url(path)).bearer_auth(&self.token).json(&body)
    }

    /// PUT with the password hash in the body.
    pub async fn put(&self, path: &str, mut body: Value) -> Answer {
        body["masterPasswordHash"] = self.hash.as_str().into();
        read(self.client.put(self.url(path)).bearer_auth(&self.token).json(&body)).await
    }

    /// POST of a form with a file, and the password hash.
    pub async fn upload(&self, path: &str, form: Form) -> Answer {
        let form = form.text("masterPasswordHash", self.hash.clone());
        read(self.client.post(self.url(path)).bearer_auth(&self.token).multipart(form)).await
    }

    pub async fn run(&self) -> Answer {
        self.post("/api/admin/backup/run", json!({})).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }
}

async fn read(request: RequestBuilder) -> Answer {
    let answer: Response = request.send().await.expect("the practice server answers");
    let status = answer.status();
    let bytes = answer.bytes().await.expect("a whole answer");
    Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}
