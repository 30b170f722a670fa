//! The hash in a backup's file name: `…_hhhhh.zip`, the first five hex digits
//! of the SHA-256 of the whole file.

use super::NameHash;

const HASH_DIGITS: usize = 5;

/// The five hex digits that a backup's name ends in, in lower case. `None` for
/// old and other names: from those nothing can be said about the content. This is
/// what the server finds, so a copy such as `… (1).zip` carries none.
pub fn hash_in_name(file_name: &str) -> Option<String> {
    hash_in_stem(stem(file_name)?)
}

/// The same, also in a copy's name, where the hash stands before ` (1)`.
pub(crate) fn hash_in_any_name(file_name: &str) -> Option<String> {
    let stem = stem(file_name)?;
    hash_in_stem(stem).or_else(|| hash_in_stem(without_copy_number(stem)?))
}

/// The server finds another hash in the name than the content has.
pub(crate) fn server_finds_mismatch(file_name: &str, sha256_hex: &str) -> bool {
    hash_in_name(file_name).is_some() && name_hash(file_name, sha256_hex) == NameHash::Mismatch
}

/// The digits in the place of the hash are all decimal and the name is none that
/// the server gives, so they may be a person's own number.
pub(crate) fn is_own_number(file_name: &str) -> bool {
    let digits = hash_in_any_name(file_name);
    !file_name.trim().starts_with("nodewarden_")
        && digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn stem(file_name: &str) -> Option<&str> {
    let name = file_name.trim();
    let stem_len = name.len().checked_sub(".zip".len())?;
    name.get(stem_len..)?.eq_ignore_ascii_case(".zip").then_some(())?;
    name.get(..stem_len)
}

/// `name` of `name (1)`, `name(1)` and `name - Copy`, as browsers and file managers
/// call a second copy.
fn without_copy_number(stem: &str) -> Option<&str> {
    if let Some(name) = stem.strip_suffix(" - Copy") {
        return Some(name);
    }
    let (name, number) = stem.strip_suffix(')')?.rsplit_once('(')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| name.trim_end())
}

fn hash_in_stem(stem: &str) -> Option<String> {
    let digits = stem.get(stem.len().checked_sub(HASH_DIGITS)?..)?;
    let before = stem.get(..stem.len() - HASH_DIGITS)?;
    let is_hash = before.ends_with('_') && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| digits.to_ascii_lowercase())
}

/// Compares the hash in `file_name` with the content's SHA-256 in hex.
pub fn name_hash(file_name: &str, sha256_hex: &str) -> NameHash {
    match hash_in_any_name(file_name) {
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
    fn a_copy_is_compared_with_the_hash_before_its_number() {
        for name in ["backup_ad69b (1).zip", "backup_ad69b(12).zip", "backup_ad69b - Copy.zip"] {
            assert_eq!(name_hash(name, SHA), NameHash::Match, "{name}");
            assert_eq!(hash_in_name(name), None, "the server finds none in {name}");
        }
        assert_eq!(name_hash("backup_00000 (1).zip", SHA), NameHash::Mismatch);
        assert_eq!(name_hash("backup_ad69b (one).zip", SHA), NameHash::Absent);
    }

    #[test]
    fn five_digits_in_a_custom_file_name_may_be_a_number() {
        assert!(is_own_number("my vault_20261.zip"));
        assert!(!is_own_number("my vault_2026b.zip"));
        assert!(!is_own_number("nodewarden_backup_20261122_191500_00000.zip"));
    }

    #[test]
    fn renamed_and_old_names_carry_no_hash() {
        for name in [
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
