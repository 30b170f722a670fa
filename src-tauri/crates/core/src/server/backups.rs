//! The admin backup API (PROTOCOL section 2).

use futures_util::stream::BoxStream;
use reqwest::{Method, Response};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;
use super::failure;
use super::generation::{Changed, Form as Way};
use super::hub::{Operation, with_stages};
use super::model::{Generation, RemoteItem, ServerUser, Target};
use super::model::{Imported, ServerIntegrity};
use super::session::Session;
use super::settings::{BackupSettings, SettingsAnswer};
use super::transport::is_page;
use super::wire::{Listing, Users, WireItem};
use crate::archive::Skipped;
use crate::file_names::safe_name;
use crate::progress::{Progress, Silent};
use crate::secrets::ZeroizingJson;
use crate::{Code, Error, Result};
use desk_base::redact::redact;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The new backup's name.
    pub file_name: String,
    /// Its size in bytes.
    pub file_size: u64,
    /// "webdav" or "s3".
    pub provider: String,
    /// Where it is on the target.
    pub remote_path: String,
}

/// The result of an import or a remote restore.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ImportAnswer {
    /// What was imported; older servers leave fields out.
    #[serde(default)]
    pub imported: Imported,
    /// What was left out.
    #[serde(default)]
    pub skipped: Skipped,
}

/// The state of the backup settings (PROTOCOL section 2, `settings/repair`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepairState {
    /// The server cannot open its settings.
    pub needs_repair: bool,
    /// The portable part, as the server has it.
    pub portable: Option<Value>,
}

/// A file on its way in.
pub struct Incoming {
    /// The name the server gives it.
    pub file_name: Option<String>,
    /// Its length in bytes, when the server reports it.
    pub length: Option<u64>,
    /// Who sends it.
    pub host: String,
    /// Its bytes. A body that ends early or stands still ends in an error.
    pub body: BoxStream<'static, Result<bytes::Bytes>>,
}

impl Session {
    /// The targets of the backup settings.
    ///
    /// # Errors
    /// `NotAdministrator`, `SettingsNeedRepair`, and what every call may fail with.
    pub async fn targets(&self) -> Result<Answer<Vec<Target>>> {
        let raw = self.read(&Call::get("/api/admin/backup/settings"), &Silent).await?;
        let settings = BackupSettings::from(self.understand::<SettingsAnswer>(&raw)?);
        Ok(Answer { value: settings.destinations.into_iter().map(Target::from).collect(), raw })
    }

    /// Whether the backup settings need repair.
    ///
    /// # Errors
    /// What every call may fail with.
    pub async fn repair_state(&self) -> Result<Answer<RepairState>> {
        let raw = self.read(&Call::get("/api/admin/backup/settings/repair"), &Silent).await?;
        Ok(Answer { value: self.understand(&raw)?, raw })
    }

    /// Backs up to a target now; the server's first one when none is given.
    ///
    /// # Errors
    /// `Busy`, `TargetNotFound`, `TargetFailed`, `SettingsNeedRepair`, and what every call may fail with.
    pub async fn run(&self, target_id: Option<&str>, progress: &dyn Progress) -> Result<Answer<Run>> {
        let mut body = self.confirmed(json!({}))?;
        if let Some(id) = target_id {
            body["destinationId"] = id.into();
        }
        let call = Call::post("/api/admin/backup/run", body).long();
        let raw = with_stages(self, Operation::Run, progress, self.read(&call, progress)).await?;
        Ok(Answer { value: self.understand(raw.get("result").unwrap_or(&Value::Null))?, raw })
    }

    /// One folder of a target; the server's first target when none is given.
    ///
    /// # Errors
    /// `TargetNotFound`, `TargetFailed`, and what every call may fail with.
    pub async fn list(&self, target_id: Option<&str>, path: &str) -> Result<Answer<Vec<RemoteItem>>> {
        let mut call = Call::get("/api/admin/backup/remote").slow();
        if let Some(id) = target_id {
            call = call.query("destinationId", id);
        }
        if !path.is_empty() {
            call = call.query("path", path);
        }
        let raw = self.read(&call, &Silent).await?;
        let listing: Listing = self.understand(&raw)?;
        let items = listing.items.0.into_iter().filter_map(WireItem::into_item).collect();
        Ok(Answer { value: items, raw })
    }

    /// Downloads a backup from a target, through the server.
    ///
    /// # Errors
    /// `BackupNotFound`, `TargetFailed`, and what every call may fail with.
    pub async fn download(&self, target_id: &str, path: &str, progress: &dyn Progress) -> Result<Incoming> {
        let response = self.on_target("download", target_id, path, progress).await?;
        if is_page(&response) {
            return Err(failure::page_for_a_file(&self.server.address().host()));
        }
        Ok(self.incoming(response))
    }

    /// The server's comparison of a backup with the hash in its name.
    ///
    /// # Errors
    /// `BackupNotFound`, `TargetFailed`, and what every call may fail with.
    pub async fn integrity(
        &self,
        target_id: &str,
        path: &str,
        progress: &dyn Progress,
    ) -> Result<Answer<ServerIntegrity>> {
        let response = self.on_target("integrity", target_id, path, progress).await?;
        let raw: Value = self.server.json(response).await?;
        Ok(Answer { value: self.understand(raw.get("integrity").unwrap_or(&Value::Null))?, raw })
    }

    /// Deletes a backup from a target. Deleting what is not there is no error.
    ///
    /// # Errors
    /// `TargetFailed`, and what every call may fail with.
    pub async fn delete(&self, target_id: &str, path: &str) -> Result<Value> {
        let body = self.confirmed(json!({"destinationId": target_id, "path": path}))?;
        let mut call = Call::post("/api/admin/backup/remote/file", body).repeatable();
        call.method = Method::DELETE;
        self.read(&call, &Silent).await
    }

    /// Restores a backup from a target.
    ///
    /// # Errors
    /// `NotFresh`, `HashMismatch`, `BackupNotFound`, `Busy`, `ServerRefused`, and what every call may fail with.
    pub async fn restore_remote(
        &self,
        target_id: &str,
        path: &str,
        replace_existing: bool,
        accept_mismatch: bool,
        progress: &dyn Progress,
    ) -> Result<Answer<ImportAnswer>> {
        let mut body = self.confirmed(json!({"destinationId": target_id, "path": path}))?;
        if replace_existing {
            body["replaceExisting"] = true.into();
        }
        if accept_mismatch {
            body["allowChecksumMismatch"] = true.into();
        }
        let call = Call::post("/api/admin/backup/remote/restore", body).long();
        let raw = with_stages(self, Operation::Restore, progress, self.read(&call, progress)).await?;
        Ok(Answer { value: self.understand(&raw)?, raw })
    }

    /// The server's raw export: rows only, attachment bodies are never inside.
    ///
    /// # Errors
    /// What every call may fail with.
    pub async fn export(&self, include_attachments: bool, progress: &dyn Progress) -> Result<Incoming> {
        let body = self.confirmed(json!({"includeAttachments": include_attachments}))?;
        let call = Call::post("/api/admin/backup/export", body).long().repeatable().file();
        Ok(self.incoming(with_stages(self, Operation::Export, progress, self.call(&call, progress)).await?))
    }

    /// One attachment body of the server's storage, by "cipherId/attachmentId".
    ///
    /// # Errors
    /// `BackupNotFound`, and what every call may fail with.
    pub async fn blob(&self, name: &str, progress: &dyn Progress) -> Result<Incoming> {
        let path = "/api/admin/backup/blob";
        let by_post = Call::post(path, self.confirmed(json!({"blobName": name}))?).repeatable().file();
        let by_get = Call::get(path).query("blobName", name).file();
        Ok(self.incoming(self.in_either_form(Changed::Reading, by_post, by_get, progress).await?))
    }

    /// The accounts of the server.
    ///
    /// # Errors
    /// What every call may fail with.
    pub async fn users(&self) -> Result<Vec<ServerUser>> {
        let raw = self.read(&Call::get("/api/admin/users"), &Silent).await?;
        Ok(self.understand::<Users>(&raw)?.data.0)
    }

    async fn on_target(
        &self,
        verb: &str,
        target_id: &str,
        file: &str,
        progress: &dyn Progress,
    ) -> Result<Response> {
        let path = format!("/api/admin/backup/remote/{verb}");
        let body = self.confirmed(json!({"destinationId": target_id, "path": file}))?;
        let by_post = Call::post(&path, body).long().repeatable();
        let by_get = Call::get(&path).long().query("destinationId", target_id).query("path", file);
        if verb == "download" {
            self.in_either_form(Changed::Download, by_post.file(), by_get.file(), progress).await
        } else {
            self.in_either_form(Changed::Reading, by_post, by_get, progress).await
        }
    }

    /// POST with the password today, GET without it in older servers; the password
    /// is never in the URL. What a server requires is remembered. A server that does not
    /// know a form may refuse it before it has read the body, and never respond on that
    /// connection again: as long as the form is a guess, each call has a connection of
    /// its own.
    async fn in_either_form(
        &self,
        changed: Changed,
        mut by_post: Call<'_>,
        mut by_get: Call<'_>,
        progress: &dyn Progress,
    ) -> Result<Response> {
        let known = self.generation();
        let first = Generation::first(known, changed);
        by_post.fresh = known.is_none() || first == Way::Get;
        by_get.fresh = known.is_none() || first == Way::Post;
        let forms = match first {
            Way::Post => [(Way::Post, &by_post), (Way::Get, &by_get)],
            Way::Get => [(Way::Get, &by_get), (Way::Post, &by_post)],
        };
        let (form, answer) = match self.call(forms[0].1, progress).await {
            Err(error) if is_unknown_call(&error) => {
                // When neither form is known, the first refusal is the telling one.
                match self.call(forms[1].1, progress).await {
                    Err(second) if is_unknown_call(&second) => return Err(error),
                    answer => (forms[1].0, answer),
                }
            }
            answer => (forms[0].0, answer),
        };
        if answer.as_ref().map_or_else(shows_that_the_call_is_known, |_| true) {
            self.learned(Generation::learned(known, changed, form));
        }
        answer
    }

    /// The body of a call that the master password confirms.
    pub(super) fn confirmed(&self, body: impl Into<ZeroizingJson>) -> Result<ZeroizingJson> {
        let mut body = body.into();
        body.set("masterPasswordHash", self.password_hash()?.expose_secret());
        Ok(body)
    }

    /// A call that responds in JSON, secrets taken out.
    pub(super) async fn read(&self, call: &Call<'_>, progress: &dyn Progress) -> Result<Value> {
        // A response that breaks off is requested again where that does no harm.
        let attempt =
            async |fresh| self.server.json::<Value>(self.attempt(call, fresh, progress).await?).await;
        let mut raw = self.persist(call.repeatable, progress, attempt).await?;
        redact(&mut raw);
        Ok(raw)
    }

    pub(super) fn understand<T: serde::de::DeserializeOwned>(&self, raw: &Value) -> Result<T> {
        T::deserialize(raw)
            .map_err(|_| failure::unreadable(&self.server.address().host(), "fields are missing"))
    }

    fn incoming(&self, response: Response) -> Incoming {
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let file_name = header("content-disposition")
            .and_then(|value| value.split_once("filename=\""))
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(name, _)| safe_name(name));
        let length = response.content_length();
        Incoming { file_name, length, host: self.server.address().host(), body: self.server.stream(response) }
    }
}

/// A refusal that only a server gives which knows the call in this form.
fn shows_that_the_call_is_known(error: &Error) -> bool {
    matches!(
        error.code(),
        Code::BackupNotFound
            | Code::TargetFailed
            | Code::TargetNotFound
            | Code::SettingsNeedRepair
            | Code::WrongPassword
    )
}

/// The server does not know the call in this form.
pub(super) fn is_unknown_call(error: &Error) -> bool {
    let status = error.context().status;
    status == Some(405) || (status == Some(404) && error.body().original.as_deref() == Some("Not found"))
}
