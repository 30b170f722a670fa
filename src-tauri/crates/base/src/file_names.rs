//! Names from servers, targets and archives, made safe for a file on this computer.

/// The same name where it can be a file name on every system; otherwise the nearest one
/// that can. The result is never empty, hidden, a device or more than a name.
pub fn safe_name(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .map(|c| if c.is_control() || is_invisible(c) || "/\\:*?\"<>|".contains(c) { '_' } else { c })
        .collect();
    let kept = safe.trim_end_matches(['.', ' ']).len();
    safe.truncate(kept);
    if safe.is_empty() || safe.starts_with(['.', ' ']) || is_device(&safe) {
        safe.insert(0, '_');
    }
    safe
}

/// Characters that change the direction of text or cannot be seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A name that Windows takes for a device, whatever follows its first dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered =
        |port: &str| stem.strip_prefix(port).is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']));
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_become_file_names_of_every_system() {
        for (name, safe) in [
            ("nodewarden_backup_1.zip", "nodewarden_backup_1.zip"),
            ("console.zip", "console.zip"),
            ("what?.zip", "what_.zip"),
            ("a:b*\"<>|.zip", "a_b_____.zip"),
            ("a\\b/c.zip", "a_b_c.zip"),
            (".hidden.zip", "_.hidden.zip"),
            ("..", "_"),
            ("", "_"),
            ("NUL.zip", "_NUL.zip"),
            ("lpt9 .zip", "_lpt9 .zip"),
            ("a\u{202E}piz.exe", "a_piz.exe"),
            ("x.zip. ", "x.zip"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
    }
}
