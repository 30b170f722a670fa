//! Digest authentication (RFC 7616), for shares that refuse Basic: once such a share has
//! challenged, every further request is sent with its digest.

use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use opendal::raw::Operation;
use opendal::{Buffer, HttpBody, HttpTransport};
use opendal_http_transport_reqwest::ReqwestTransport;
use rand::RngExt as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use super::bounded::bounded;

/// Sends requests, with a digest where the share requires one.
pub(super) struct DigestTransport {
    inner: ReqwestTransport,
    login: Option<(String, SecretString)>,
    challenge: Mutex<Option<Challenge>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    is_sha256: bool,
    algorithm: Option<String>,
    has_qop: bool,
    uses: u32,
}

impl DigestTransport {
    pub fn new(inner: ReqwestTransport, login: Option<(String, SecretString)>) -> Self {
        Self { inner, login, challenge: Mutex::default() }
    }

    fn sign(&self, request: &mut Request<Buffer>) {
        let Some((user, password)) = &self.login else { return };
        let mut known = self.challenge.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(challenge) = known.as_mut() else { return };
        challenge.uses += 1;
        let uri = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let client_nonce = format!("{:016x}", rand::rng().random::<u64>());
        let value = challenge.answer(user, password, request.method().as_str(), uri, &client_nonce);
        if let Ok(mut value) = HeaderValue::from_str(&value) {
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
    }
}

impl HttpTransport for DigestTransport {
    async fn fetch(&self, mut request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let operation = request.extensions().get::<Operation>().copied();
        self.sign(&mut request);
        let again = self.login.is_some().then(|| copy(&request));
        let answer = bounded(self.inner.fetch(request).await?, operation);
        let challenge = (answer.status() == StatusCode::UNAUTHORIZED)
            .then(|| Challenge::in_headers(answer.headers()))
            .flatten();
        let (Some(mut again), Some(challenge)) = (again, challenge) else { return Ok(answer) };
        {
            let mut known = self.challenge.lock().unwrap_or_else(PoisonError::into_inner);
            if known.as_ref().is_some_and(|known| known.nonce == challenge.nonce && known.uses > 0) {
                // The digest was refused: the password is wrong, and asking again would lock the account.
                return Ok(answer);
            }
            *known = Some(challenge);
        }
        self.sign(&mut again);
        Ok(bounded(self.inner.fetch(again).await?, operation))
    }
}

/// The same request once more. Its body is shared, not copied.
fn copy(request: &Request<Buffer>) -> Request<Buffer> {
    let mut copy = Request::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    copy
}

impl Challenge {
    /// The challenge with the best digest that this app knows.
    fn in_headers(headers: &HeaderMap) -> Option<Self> {
        let all = headers.get_all(header::WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let mut found: Vec<Self> = all.filter_map(Self::parse).collect();
        found.sort_by_key(|challenge| !challenge.is_sha256);
        found.into_iter().next()
    }

    fn parse(value: &str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let mut challenge = Self::default();
        for (name, value) in parameters(rest) {
            match name.to_ascii_lowercase().as_str() {
                "realm" => challenge.realm = value,
                "nonce" => challenge.nonce = value,
                "opaque" => challenge.opaque = Some(value),
                "algorithm" => challenge.algorithm = Some(value),
                "qop" => challenge.has_qop = value.split(',').any(|one| one.trim() == "auth"),
                _ => {}
            }
        }
        match challenge.algorithm.as_deref().map(str::to_ascii_uppercase).as_deref() {
            None | Some("MD5") => {}
            Some("SHA-256") => challenge.is_sha256 = true,
            Some(_) => return None,
        }
        (!challenge.nonce.is_empty()).then_some(challenge)
    }

    fn answer(
        &self,
        user: &str,
        password: &SecretString,
        method: &str,
        uri: &str,
        client_nonce: &str,
    ) -> String {
        let hash = |text: &str| {
            if self.is_sha256 { hex(&Sha256::digest(text)) } else { hex(&md5::Md5::digest(text)) }
        };
        let secret = hash(&format!("{user}:{}:{}", self.realm, password.expose_secret()));
        let what = hash(&format!("{method}:{uri}"));
        let count = format!("{:08x}", self.uses);
        let response = if self.has_qop {
            hash(&format!("{secret}:{}:{count}:{client_nonce}:auth:{what}", self.nonce))
        } else {
            hash(&format!("{secret}:{}:{what}", self.nonce))
        };
        let mut value = format!(
            "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{uri}\", response=\"{response}\"",
            quoted(user),
            quoted(&self.realm),
            quoted(&self.nonce)
        );
        if self.has_qop {
            value.push_str(&format!(", qop=auth, nc={count}, cnonce=\"{client_nonce}\""));
        }
        if let Some(algorithm) = &self.algorithm {
            value.push_str(&format!(", algorithm={algorithm}"));
        }
        if let Some(opaque) = &self.opaque {
            value.push_str(&format!(", opaque=\"{}\"", quoted(opaque)));
        }
        value
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The parameters of a challenge; a comma inside quotes belongs to its value.
fn parameters(text: &str) -> Vec<(String, String)> {
    let (mut found, mut rest) = (Vec::new(), text.trim());
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(inner) => {
                let mut value = String::new();
                let mut letters = inner.char_indices();
                let mut end = inner.len();
                while let Some((at, letter)) = letters.next() {
                    match letter {
                        '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
                        '"' => {
                            end = at + 1;
                            break;
                        }
                        _ => value.push(letter),
                    }
                }
                (value, &inner[end..])
            }
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        found.push((name.trim().to_owned(), value));
        rest = next.trim_start_matches([',', ' ']);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_matches_the_standard() {
        // RFC 7616, section 3.9.1.
        let text = |algorithm: &str| {
            format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            )
        };
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let mut challenge = Challenge::parse(&text(algorithm)).expect("a challenge");
            challenge.uses = 1;
            let nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let answer =
                challenge.answer("Mufasa", &"Circle of Life".into(), "GET", "/dir/index.html", nonce);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
        }
        assert_eq!(Challenge::parse("Basic realm=\"x\""), None);
    }
}
