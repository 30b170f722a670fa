//! Which entry names the server takes.

use super::super::json::js_trim;
use super::Refusal;

const LONGEST_SEGMENT: usize = 128;

/// Refuses the names that the server refuses.
pub(crate) fn check(name: &str) -> Result<(), Refusal> {
    if name.is_empty() || js_trim(name) != name {
        return Err(Refusal::because("Backup archive contains an invalid file name"));
    }
    if name.contains(['\\', '\0']) || name.starts_with('/') || name.contains("//") {
        return Err(Refusal::because(format!("Backup archive contains an unsafe file name: {name}")));
    }
    if name != "manifest.json" && name != "db.json" && blob_of(name).is_none() {
        return Err(Refusal::because(format!("Backup archive contains an unsupported file: {name}")));
    }
    Ok(())
}

/// The server takes an entry of this name.
pub(crate) fn takes(name: &str) -> bool {
    check(name).is_ok()
}

/// It is the name of an attachment's body.
pub(crate) fn is_body(name: &str) -> bool {
    blob_of(name).is_some()
}

/// The blob name (`cipherId/attachmentId`) of an attachment entry.
pub(crate) fn blob_of(entry: &str) -> Option<&str> {
    let blob = entry.strip_prefix("attachments/")?.strip_suffix(".bin")?;
    is_safe_blob(blob).then_some(blob)
}

/// `cipherId/attachmentId`, each a safe path segment.
pub(crate) fn is_safe_blob(blob: &str) -> bool {
    blob.split_once('/')
        .is_some_and(|(cipher, attachment)| is_safe_segment(cipher) && is_safe_segment(attachment))
}

/// A path segment that cannot lead anywhere else.
pub(crate) fn is_safe_segment(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !segment.is_empty()
        && segment.len() <= LONGEST_SEGMENT
        && segment != "."
        && segment != ".."
        && segment.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_of_the_server_are_accepted() {
        for name in ["manifest.json", "db.json", "attachments/a-1/b_2.c.bin", "attachments/a/.bin.bin"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn other_file_names_are_rejected_with_a_reason() {
        for (name, reason) in [
            ("", "an invalid file name"),
            (" db.json", "an invalid file name"),
            ("/db.json", "an unsafe file name: /db.json"),
            ("a//b", "an unsafe file name: a//b"),
            ("a\\b", "an unsafe file name: a\\b"),
            ("a\0b", "an unsafe file name: a\0b"),
            ("DB.JSON", "an unsupported file: DB.JSON"),
            ("attachments/", "an unsupported file: attachments/"),
            ("attachments/a/b/c.bin", "an unsupported file: attachments/a/b/c.bin"),
            ("attachments/../b.bin", "an unsupported file: attachments/../b.bin"),
            ("attachments/a/b", "an unsupported file: attachments/a/b"),
        ] {
            let refusal = check(name).expect_err(name);
            assert_eq!(refusal.message, format!("Backup archive contains {reason}"));
            assert_eq!(refusal.status, 500);
        }
        let long = format!("attachments/{}/b.bin", "a".repeat(129));
        assert!(check(&long).is_err());
    }
}
