//! The hash in a backup's file name: `…_hhhhh.zip`, the first five hex digits
//! of the SHA-256 of the whole file.

use super::NameHash;

const HASH_DIGITS: usize = 5;

/// The five hex digits that a backup's name ends in, in lower case. `None` for
/// old names, browser copies such as `… (1).zip` and renamed files: from those
/// nothing can be said about the content.
pub fn hash_in_name(file_name: &str) -> Option<String> {
    let name = file_name.trim();
    let stem_len = name.len().checked_sub(".zip".len())?;
    let stem = name.get(..stem_len)?;
    if !name.get(stem_len..)?.eq_ignore_ascii_case(".zip") {
        return None;
    }
    let digits = stem.get(stem.len().checked_sub(HASH_DIGITS)?..)?;
    let before = stem.get(..stem.len() - HASH_DIGITS)?;
    let is_hash = before.ends_with('_') && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| digits.to_ascii_lowercase())
}

/// Compares the hash in `file_name` with the content's SHA-256 in hex.
pub fn name_hash(file_name: &str, sha256_hex: &str) -> NameHash {
    match hash_in_name(file_name) {
        None => NameHash::Absent,
        Some(expected) => {
            let actual = sha256_hex.get(..HASH_DIGITS).unwrap_or_default();
            if actual.eq_ignore_ascii_case(&expected) { NameHash::Match } else { NameHash::Mismatch }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "ad69b586c90eb7847b49c60a755a4c3eec157dbc8af874d063476fe569926e38";

    #[test]
    fn a_name_with_its_own_hash_matches_in_any_case() {
        for name in [
            "nodewarden_backup_20261122_191500_ad69b.zip",
            "nodewarden_backup_20261122_191500_AD69B.ZIP",
            "my own name_ad69b.zip",
        ] {
            assert_eq!(name_hash(name, SHA), NameHash::Match, "{name}");
        }
    }

    #[test]
    fn a_name_with_another_hash_does_not_match() {
        assert_eq!(name_hash("nodewarden_backup_20261122_191500_00000.zip", SHA), NameHash::Mismatch);
    }

    #[test]
    fn renamed_copied_and_old_names_carry_no_hash() {
        for name in [
            "nodewarden_backup_20261122_191500_ad69b (1).zip",
            "nodewarden_backup_20260101_030000.zip",
            "renamed-backup.zip",
            "ad69b.zip",
            "_ad69g.zip",
            "_ad69b.tar",
            ".zip",
            "",
            "_äöü.zip",
        ] {
            assert_eq!(hash_in_name(name), None, "{name}");
        }
    }
}
