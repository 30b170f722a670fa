//! Whether a backup was made by another server: by the ids of its accounts, and by
//! their keys where the ids are the same.

use std::collections::BTreeMap;

use crate::archive::PersonFacts;
use crate::jobs::AnotherServer;

/// How it shows that the backup was made by another server. `backup` and `server` are the
/// accounts' public keys by user id, as far as they are known.
pub(super) fn another_server(
    people: &[PersonFacts],
    user_ids: &[String],
    backup: &BTreeMap<String, String>,
    server: &BTreeMap<String, String>,
) -> Option<AnotherServer> {
    if people.is_empty() || user_ids.is_empty() {
        return None;
    }
    let mut common = people.iter().filter(|person| user_ids.contains(&person.user_id)).peekable();
    if common.peek().is_none() {
        return Some(AnotherServer::NoAccount);
    }
    let keys = common.filter_map(|person| backup.get(&person.user_id).zip(server.get(&person.user_id)));
    let mut same = keys.map(|(then, now)| then == now).peekable();
    // One account that kept its keys is enough: others may have changed theirs.
    (same.peek().is_some() && !same.any(|same| same)).then_some(AnotherServer::OtherKeys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str) -> PersonFacts {
        PersonFacts {
            user_id: id.to_owned(),
            email: format!("{id}@example.org"),
            role: "user".to_owned(),
            status: "active".to_owned(),
            two_step: false,
            has_wrap: false,
            ciphers: 0,
            folders: 0,
            attachments: 0,
        }
    }

    fn origin(backup: &[(&str, &str)], server: &[(&str, &str)]) -> Option<AnotherServer> {
        let keys = |all: &[(&str, &str)]| -> BTreeMap<String, String> {
            let known = all.iter().filter(|(_, key)| !key.is_empty());
            known.map(|(id, key)| ((*id).to_owned(), (*key).to_owned())).collect()
        };
        let people: Vec<_> = backup.iter().map(|(id, _)| person(id)).collect();
        let ids: Vec<_> = server.iter().map(|(id, _)| (*id).to_owned()).collect();
        another_server(&people, &ids, &keys(backup), &keys(server))
    }

    #[test]
    fn no_common_account_is_another_server() {
        assert_eq!(origin(&[("a", "1")], &[("b", "1")]), Some(AnotherServer::NoAccount));
        assert_eq!(origin(&[("a", "1")], &[("a", "1"), ("b", "2")]), None);
    }

    #[test]
    fn the_same_ids_with_other_keys_are_another_server() {
        assert_eq!(origin(&[("a", "1")], &[("a", "2")]), Some(AnotherServer::OtherKeys));
        assert_eq!(
            origin(&[("a", "1"), ("b", "2")], &[("a", "9"), ("b", "2")]),
            None,
            "one changed its keys"
        );
    }

    #[test]
    fn what_is_not_known_proves_no_other_server() {
        assert_eq!(origin(&[("a", "")], &[("a", "2")]), None);
        assert_eq!(origin(&[("a", "1")], &[("a", "")]), None);
        assert_eq!(origin(&[("a", "1")], &[]), None);
        assert_eq!(origin(&[], &[("a", "1")]), None);
    }
}
