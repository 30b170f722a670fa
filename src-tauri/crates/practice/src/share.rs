//! The WebDAV share that is the practice instance's backup target: a folder
//! behind Basic authentication.

use std::path::{Path, PathBuf};
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
use percent_encoding::percent_decode_str;
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
    /// What is shown below [`ATTACHMENTS`] in the place of the share's own files, and its folder.
    attachments: Option<(DavHandler, PathBuf)>,
    password: SecretString,
}

/// Where attachments are in the share.
const ATTACHMENTS: &str = "/nodewarden/attachments";

/// Serves `folder` to whoever knows the password; `attachments`, when given, is shown as its
/// folder of attachments and never written to.
pub(crate) fn router(folder: &Path, attachments: Option<&Path>, password: SecretString) -> Router {
    let attachments = attachments.map(|attachments| {
        let handler = DavHandler::builder()
            .filesystem(LocalFs::new(attachments, false, false, false))
            .locksystem(FakeLs::new())
            .strip_prefix(ATTACHMENTS)
            .methods(DavMethodSet::WEBDAV_RO)
            .build_handler();
        (handler, attachments.to_owned())
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
    let below = request.uri().path().strip_prefix(ATTACHMENTS);
    let below = below.filter(|below| below.is_empty() || below.starts_with('/'));
    let files = match (&share.attachments, below) {
        (Some((_, folder)), Some(below)) if !is_plain(folder, below) => {
            let mut refusal = Response::new(Body::empty());
            *refusal.status_mut() = StatusCode::NOT_FOUND;
            return refusal;
        }
        (Some((attachments, _)), Some(_)) => attachments,
        _ => &share.files,
    };
    files.handle(request).await.map(Body::new)
}

/// Leads to a file or a folder below `folder`, or to nothing. A link could lead out of the
/// person's folder, and a pipe would be waited for.
fn is_plain(folder: &Path, below: &str) -> bool {
    let Ok(below) = percent_decode_str(below).decode_utf8() else { return false };
    let mut path = folder.to_owned();
    below.split('/').filter(|part| !part.is_empty()).all(|part| {
        path.push(part);
        let is_other = path.symlink_metadata().is_ok_and(|facts| !facts.is_file() && !facts.is_dir());
        !matches!(part, "." | "..") && !is_other
    })
}

fn knows_password(headers: &HeaderMap, password: &SecretString) -> bool {
    let expected = STANDARD.encode(format!("{USER}:{}", password.expose_secret()));
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .is_some_and(|given| given == expected)
}
