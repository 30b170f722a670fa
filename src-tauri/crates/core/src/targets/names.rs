//! The layout of a target's folder (PROTOCOL section 4): what is a backup, a body, the index.

/// The attachment index, below the target's root.
pub const INDEX_PATH: &str = "attachments/.nodewarden-attachment-index.v1.json";

/// A file that the server lists as a backup.
pub fn is_backup_name(name: &str) -> bool {
    name.len() > 4 && name.get(name.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(".zip"))
}

/// The name of a body, "cipherId/attachmentId", that cannot lead anywhere else. Hidden files are
/// none: unfinished uploads are called so.
pub fn is_body_name(name: &str) -> bool {
    name.split_once('/').is_some_and(|(cipher, attachment)| is_segment(cipher) && is_segment(attachment))
}

fn is_segment(segment: &str) -> bool {
    const LONGEST: usize = 128;
    (1..=LONGEST).contains(&segment.len())
        && !segment.starts_with('.')
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Where a body is, below the target's root.
pub fn body_path(name: &str) -> String {
    format!("attachments/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_path_has_exactly_two_plain_segments() {
        assert!(is_body_name("0b9e-1/a_2.x"));
        for bad in ["a", "a/b/c", "../b", "a/..", "/b", "a/", ".hidden/b", "a/.part", "a/b c", "a/b\\c"] {
            assert!(!is_body_name(bad), "{bad}");
        }
        assert!(
            is_backup_name("nodewarden_backup_1.ZIP") && !is_backup_name(".zip") && !is_backup_name("a.tar")
        );
    }
}
