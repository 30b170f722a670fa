//! Responses that are kept in memory as a whole, such as listings, have a largest size: a target that
//! never stops sending fills neither the memory nor the time.

use futures_util::StreamExt as _;
use http::Response;
use opendal::raw::Operation;
use opendal::{Error, ErrorKind, HttpBody};

/// The largest response that is not a file, in bytes: the listing of a folder with more than
/// 100,000 entries.
const LARGEST: u64 = 64 << 20;

/// Ends the body of a response with an error where it becomes too large, unless it is a file.
pub(super) fn bounded(response: Response<HttpBody>, operation: Option<Operation>) -> Response<HttpBody> {
    if operation == Some(Operation::Read) && response.status().is_success() {
        return response;
    }
    response.map(|body| {
        body.map_inner(|stream| {
            let mut left = LARGEST;
            Box::new(stream.map(move |piece| {
                let piece = piece?;
                left = left.checked_sub(piece.len() as u64).ok_or_else(too_large)?;
                Ok(piece)
            }))
        })
    })
}

/// As for something else than a listing.
fn too_large() -> Error {
    Error::new(ErrorKind::NotADirectory, "the response is larger than any listing")
}
