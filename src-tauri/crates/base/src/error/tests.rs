use std::collections::BTreeMap;
use std::error::Error as _;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::messages::placeholders;

fn words(file: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(file).expect("a message file")
}

#[test]
fn every_detail_has_messages_in_both_languages_with_its_own_values() {
    let files = [
        words(include_str!("../../../../../ui/messages/en.json")),
        words(include_str!("../../../../../ui/messages/zh-CN.json")),
    ];
    for (name, kind) in Detail::kinds() {
        for key in [kind.sentence, kind.hint] {
            let [english, chinese] = files.each_ref().map(|file| {
                let message = file.get(key).unwrap_or_else(|| panic!("{name} has no message {key}"));
                placeholders(message)
            });
            assert_eq!(english, chinese, "{key}");
            for value in english {
                let field = if value == "shown" { "count" } else { &value };
                assert!(kind.fields.contains(&field), "{name} has no value {value} for {key}");
            }
        }
    }
}

#[test]
fn no_two_details_have_the_same_name() {
    assert_eq!(Detail::kinds().len(), Detail::count());
}

#[test]
fn a_detail_has_the_name_that_json_gives_it() {
    for detail in
        [Detail::from(TargetDetail::TargetS3NotFound), FileDetail::DiskFull { path: "/x".into() }.into()]
    {
        let json = serde_json::to_value(&detail).expect("JSON");
        assert!(Detail::kinds().contains_key(json["kind"].as_str().expect("a kind")), "{json}");
        assert_eq!(serde_json::from_value::<Detail>(json).expect("a detail"), detail);
    }
}

#[test]
fn a_file_error_keeps_the_message_of_the_system() {
    let missing = Error::file(Path::new("/x/y.zip"), &io::ErrorKind::NotFound.into());
    assert_eq!(
        (missing.code(), missing.to_string().as_str()),
        (Code::FileNotFound, "/x/y.zip does not exist.")
    );
    let source = missing.source().expect("a source").downcast_ref::<io::Error>().expect("an I/O error");
    assert_eq!(source.kind(), io::ErrorKind::NotFound);
}

/// What an error says, and everything under it.
fn chain(error: &Error) -> Vec<String> {
    let mut said = vec![error.to_string()];
    let mut under = error.source();
    while let Some(cause) = under {
        said.push(cause.to_string());
        under = cause.source();
    }
    said
}

#[test]
fn the_error_chain_shows_the_root_cause_without_credentials() {
    let first = io::Error::other("GET https://me:hush@dav.example.org/x failed");
    let second = FileDetail::ReadingFailed.error().caused_by(first);
    let error = TargetDetail::StorageFull.error().caused_by(Cause::of(&second));
    let said = chain(&error);
    assert_eq!(said[1..], [second.to_string(), "GET https://dav.example.org/x failed".to_owned()]);
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
}

#[test]
fn the_hint_says_what_is_certain_about_the_call() {
    let error = ConnectionDetail::HostUnreachable { host: "vault.example.com".into() }.error();
    let error = error.with(|context| context.call = Some(CallOutcome::NotSent));
    assert!(
        error.body().hint.ends_with("Nothing was sent. The server has not changed."),
        "{}",
        error.body().hint
    );
}

#[test]
fn an_error_of_another_version_keeps_its_text() {
    let stored = json!({
        "code": "timed-out", "message": "It rains.", "hint": "Stay in.", "original": null,
        "retryAfterSeconds": null, "values": { "host": "x" }, "detail": { "kind": "of-tomorrow" },
    });
    let error: Error = serde_json::from_value(stored).expect("an error");
    assert_eq!(
        (error.code(), error.to_string().as_str(), error.detail()),
        (Code::TimedOut, "It rains.", None)
    );
}

#[test]
fn an_error_is_the_same_after_it_was_stored() {
    let error = JobDetail::AttachmentsWouldBeLost { count: 2 }
        .error()
        .with(|context| context.target = Some("NAS".into()));
    assert_eq!(error.to_string(), "2 attachments on the server would be permanently deleted.");
    let json = serde_json::to_string(&error).expect("JSON");
    assert_eq!(serde_json::from_str::<Error>(&json).expect("an error"), error);
}
