//! The WebDAV share that is the practice instance's backup target: a folder
//! behind Basic authentication.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dav_server::fakels::FakeLs;
use dav_server::localfs::LocalFs;
use dav_server::{DavHandler, DavMethodSet};
use secrecy::{ExposeSecret, SecretString};

/// The name under which the practice server knows its target: the server
/// refuses loopback addresses, as a real one does.
pub(crate) const HOST: &str = "dav.practice.test";
/// The user of the share.
pub(crate) const USER: &str = "practice";
/// The folder of backups inside the share.
pub(crate) const FOLDER: &str = "nodewarden";

/// The share's address as the server knows it.
pub(crate) fn url_for_server(port: u16) -> String {
    format!("http://{HOST}:{port}")
}

struct Share {
    files: DavHandler,
    /// What is shown below [`ATTACHMENTS`] in the place of the share's own files.
    attachments: Option<DavHandler>,
    password: SecretString,
}

/// Where attachments are in the share.
const ATTACHMENTS: &str = "/nodewarden/attachments";

/// Serves `folder` to whoever knows the password; `attachments`, when given, is shown as its
/// folder of attachments and never written to.
pub(crate) fn router(folder: &Path, attachments: Option<&Path>, password: SecretString) -> Router {
    let attachments = attachments.map(|attachments| {
        DavHandler::builder()
            .filesystem(LocalFs::new(attachments, false, false, false))
            .locksystem(FakeLs::new())
            .strip_prefix(ATTACHMENTS)
            .methods(DavMethodSet::WEBDAV_RO)
            .build_handler()
    });
    let files = DavHandler::builder()
        .filesystem(LocalFs::new(folder, false, false, false))
        .locksystem(FakeLs::new())
        .build_handler();
    Router::new().fallback(answer).with_state(Arc::new(Share { files, attachments, password }))
}

async fn answer(State(share): State<Arc<Share>>, request: Request) -> Response<Body> {
    if !knows_password(request.headers(), &share.password) {
        let mut refusal = Response::new(Body::empty());
        *refusal.status_mut() = StatusCode::UNAUTHORIZED;
        refusal
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Basic realm=\"practice\""));
        return refusal;
    }
    let is_attachment = request
        .uri()
        .path()
        .strip_prefix(ATTACHMENTS)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let files = share.attachments.as_ref().filter(|_| is_attachment).unwrap_or(&share.files);
    files.handle(request).await.map(Body::new)
}

fn knows_password(headers: &HeaderMap, password: &SecretString) -> bool {
    let expected = STANDARD.encode(format!("{USER}:{}", password.expose_secret()));
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .is_some_and(|given| given == expected)
}
