//! Secrets taken out of what servers say. Servers of today do it themselves, servers
//! before 1.7 do not (PROTOCOL section 2, "Generations"), and none takes the login
//! out of an address that carries one.

use serde_json::Value;

/// What stands in a secret's place, here and on servers.
const STARS: &str = "********";

/// Replaces every secret in a response by `********`, and takes logins out of addresses.
pub fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if is_secret(name) && !text.is_empty() => STARS.clone_into(text),
                    field => redact(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) if text.contains("://") => *text = without_logins(text),
        _ => {}
    }
}

/// Fields that hold a secret, however a server spells them. The id of an access key
/// is none.
fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    ["password", "passphrase", "secret", "token"].iter().any(|part| name.contains(part))
        || ["accesskey", "apikey", "privatekey"].iter().any(|end| name.ends_with(end))
}

/// The same text without the user names and passwords that addresses in it carry.
pub fn without_logins(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        kept.push_str(before);
        kept.push_str("://");
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>');
        let authority = &after[..after.find(ends).unwrap_or(after.len())];
        rest = &after[authority.rfind('@').map_or(0, |at| at + 1)..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_old_servers_are_redacted_wherever_they_are() {
        let mut answer = serde_json::json!({"settings": {"destinations": [
            {"destination": {"password": "davpass", "username": "backup"}},
            {"destination": {"secretAccessKey": "s3secret", "accessKeyId": "AK"}},
            {"destination": {"Secret_Key": "s3secret", "sessionToken": "s3secret", "ACCESS_KEY": "s3secret"}},
            {"destination": {"password": ""}}]}});
        redact(&mut answer);
        let text = answer.to_string();
        assert!(!text.contains("davpass") && !text.contains("s3secret"), "{text}");
        assert!(text.contains("backup") && text.contains("AK"));
    }

    #[test]
    fn an_address_in_a_response_loses_only_its_login() {
        let mut answer = serde_json::json!({
            "baseUrl": "https://me:hush@dav.example.org/files/me@example.org/",
            "lastErrorMessage": "fetch of https://me:hush@dav.example.org failed, see http://x.example/?a=b@c"});
        redact(&mut answer);
        assert_eq!(answer["baseUrl"], "https://dav.example.org/files/me@example.org/");
        assert_eq!(
            answer["lastErrorMessage"],
            "fetch of https://dav.example.org failed, see http://x.example/?a=b@c"
        );
        assert_eq!(without_logins("https://me:p@ss@dav.example.org"), "https://dav.example.org");
    }
}
