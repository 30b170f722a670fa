//! The backup API for an administrator of a practice instance, without recordings.

use desk_core::account::{Kdf, MasterKey};
use desk_practice::Practice;
use reqwest::{Client, Method};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// An administrator who is signed in.
pub struct Administrator {
    client: Client,
    api: String,
    token: String,
    hash: String,
}

impl Administrator {
    /// Signs the first administrator of a quick practice instance in.
    pub async fn sign_in(practice: &Practice) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        let password = practice.admin_password();
        let kdf = Kdf::Pbkdf2 { iterations: 5_000 };
        let master = MasterKey::derive(&password, practice.admin_email(), &kdf).expect("good settings");
        let hash = master.password_hash(&password).expose_secret().to_owned();
        let form = [
            ("grant_type", "password"),
            ("username", practice.admin_email()),
            ("password", &hash),
            ("deviceIdentifier", "44bd70f2-0b7f-4f35-afd8-5f7fa10d6c35"),
        ];
        let url = format!("{}/identity/connect/token", practice.server_url());
        let answer = client.post(url).form(&form).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        Self { client, api: format!("{}/api/admin/backup", practice.server_url()), token, hash }
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request =
            self.client.request(method, format!("{}/{path}", self.api)).bearer_auth(&self.token);
        if let Some(mut body) = body {
            body["masterPasswordHash"] = json!(self.hash);
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }
}
