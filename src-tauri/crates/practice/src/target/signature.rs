//! AWS Signature Version 4, as far as a target needs it.

use std::fmt::Write;

use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;

/// Who signs, and where for.
pub(super) struct Signer<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    pub region: &'a str,
}

/// What is signed. The query's parts are escaped and in order.
pub(super) struct Signed<'a> {
    pub method: &'a str,
    pub host: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub body: &'a [u8],
}

impl Signer<'_> {
    /// The headers that a request needs besides its own.
    pub fn headers(&self, request: &Signed<'_>, now: Timestamp) -> [(&'static str, String); 3] {
        let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = &time[..8];
        let body = hex(digest::digest(&digest::SHA256, request.body).as_ref());
        let names = "host;x-amz-content-sha256;x-amz-date";
        let canonical = format!(
            "{}\n{}\n{}\nhost:{}\nx-amz-content-sha256:{body}\nx-amz-date:{time}\n\n{names}\n{body}",
            request.method, request.path, request.query, request.host
        );
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let digest = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}");
        let first = format!("AWS4{}", self.secret_access_key).into_bytes();
        let key = [day, self.region, "s3", "aws4_request"]
            .iter()
            .fold(first, |key, part| sign(&key, part.as_bytes()));
        let signature = hex(&sign(&key, to_sign.as_bytes()));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.access_key_id
        );
        [("authorization", authorization), ("x-amz-content-sha256", body), ("x-amz-date", time)]
    }
}

fn sign(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_matches_the_documented_example() {
        // "Example: GET Bucket (List Objects)" of the S3 documentation.
        let signer = Signer {
            access_key_id: "AKIAIOSFODNN7EXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
        };
        let request = Signed {
            method: "GET",
            host: "examplebucket.s3.amazonaws.com",
            path: "/",
            query: "max-keys=2&prefix=J",
            body: b"",
        };
        let now = "2013-05-24T00:00:00Z".parse().expect("a time");
        let [(_, authorization), ..] = signer.headers(&request, now);
        assert!(
            authorization
                .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            "{authorization}"
        );
    }
}
