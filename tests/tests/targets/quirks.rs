//! What real shares do otherwise than the standard says.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use desk_core::error::TargetDetail;
use desk_core::server::{AddressingStyle, Location, S3Place, WebdavPlace};
use desk_core::targets::{Reach, Spooled, TargetFolder};
use desk_tests::authority::{Certificate, authority, secured, stranger};
use desk_tests::share::Share;
use desk_tests::target_folder::TargetOnDisk;

use crate::support::{at_share, doctor};

fn status(code: u16) -> Response {
    StatusCode::from_u16(code).expect("a status").into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn hrefs_of_every_form_and_files_without_a_size_are_read() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 4, 12);
    let inner = format!("http://{}", "inner.example.org:8080");
    for change in ["absolute", "moved", "sizeless", "encoded"] {
        let inner = inner.clone();
        share.change(move |asked, bytes| {
            if asked.method.as_str() != "PROPFIND" {
                return bytes;
            }
            let text = String::from_utf8(bytes).expect("XML");
            match change {
                "absolute" => text.replace("<D:href>/", &format!("<D:href>{inner}/")),
                "moved" => text.replace("<D:href>/", "<D:href>/data/vol 1/"),
                "encoded" => text.replace("nodewarden_", "nodewarden%5F").replace("cipher-", "cipher%2d"),
                _ => {
                    let mut text = text;
                    while let Some(at) = text.find("<D:getcontentlength>") {
                        let end = text.find("</D:getcontentlength>").expect("closed") + 21;
                        text.replace_range(at..end, "");
                    }
                    text
                }
            }
            .into_bytes()
        });
        let found = doctor(&at_share(&share)).await;
        assert!(found.is_good(), "{change}: {found:#?}");
        assert_eq!((found.bodies, found.backups.len(), found.backups[0].listed), (12, 1, 12), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_depths_zero_and_one_are_requested_16_at_a_time() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 40, 80);
    share.instead(|asked| {
        let is_deep = asked.headers.get("depth").is_some_and(|depth| depth == "infinity");
        is_deep.then(|| status(403))
    });
    assert!(doctor(&at_share(&share)).await.is_good());
    share.slow(Duration::from_millis(20));
    let before = share.asked().len();
    assert!(doctor(&at_share(&share)).await.is_good());
    let asked = share.asked().split_off(before);
    let listings = asked.iter().filter(|one| one.method.as_str() == "PROPFIND").count();
    assert!(listings <= 40 + 3, "one for each folder, the two above, and the index: {listings}");
    assert!((8..=16).contains(&share.most_under_way()), "{}", share.most_under_way());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_is_missing_whatever_status_the_target_returns() {
    for code in [403, 404, 530] {
        let share = Share::start().await;
        let target = TargetOnDisk::write(share.folder(), 3, 6);
        std::fs::remove_dir_all(target.root.join("attachments/cipher-1")).expect("removed");
        share.instead(move |asked| asked.path.contains("cipher-1").then(|| status(code)));
        let found = doctor(&at_share(&share)).await;
        let lost: Vec<_> = found.lost.iter().map(|lost| lost.path.as_str()).collect();
        assert_eq!(lost, ["cipher-1/attachment-1", "cipher-1/attachment-4"], "{code}");
        assert!(found.unread.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_listed_is_unknown_and_not_missing() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 3, 6);
    share.instead(|asked| asked.path.contains("cipher-1").then(|| status(403)));
    let found = doctor(&at_share(&share)).await;
    assert!(found.lost.is_empty() && found.index.listed_but_missing.is_empty(), "{found:#?}");
    assert_eq!(found.unread[0].path, "attachments/cipher-1");
    assert!(!found.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_is_retried_after_a_temporary_error() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 3, 6);
    share
        .instead(|asked| (asked.method.as_str() == "PROPFIND" && asked.number % 3 == 0).then(|| status(503)));
    assert!(doctor(&at_share(&share)).await.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_page_is_not_a_listing() {
    let share = Share::start().await;
    share.instead(|_| Some("<html><title>Sign in</title></html>".into_response()));
    let error = at_share(&share).list("").await.expect_err("a page");
    assert_eq!(error.kind(), "storage-not-a-listing", "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_redirected_to_another_host_fails_with_a_clear_error() {
    let share = Share::start().await;
    let target = TargetOnDisk::write(share.folder(), 1, 1);
    share.instead(|asked| {
        let is_file = asked.method.as_str() == "GET";
        is_file.then(|| {
            let to = [(header::LOCATION, "http://cdn.localhost:9/file")];
            (StatusCode::FOUND, to, Body::empty()).into_response()
        })
    });
    let found = doctor(&at_share(&share)).await;
    let error = found.backups[0].error.clone().expect("it cannot be read");
    let elsewhere = TargetDetail::TargetRedirectsElsewhere { host: "cdn.localhost".into() };
    assert!(error.is(elsewhere), "{}: {error:?}", target.zip);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_with_digest_logins_is_read_and_written() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 2, 4);
    share.instead(|asked| {
        let given = asked.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let is_right = given.is_some_and(|given| {
            given.starts_with("Digest ")
                && given.contains("username=\"me\"")
                && given.contains("nonce=\"n1\"")
        });
        let challenge = "Digest realm=\"nas\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256";
        (!is_right).then(|| {
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)], Body::empty()).into_response()
        })
    });
    let folder = at_share(&share);
    assert!(doctor(&folder).await.is_good());
    folder.write("attachments/c9/a9", &mut Spooled::of(b"a body")).await.expect("written");
    assert_eq!(std::fs::read(share.folder().join("attachments/c9/a9")).expect("there"), b"a body");
    let plain = share
        .asked()
        .iter()
        .filter(|one| one.headers[header::AUTHORIZATION].as_bytes().starts_with(b"Basic"))
        .count();
    assert_eq!(plain, 1, "only the first request, which the share challenged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_digest_login_is_not_retried() {
    let share = Share::start().await;
    share.instead(|asked| {
        let count = asked.number;
        let challenge = format!("Digest realm=\"nas\", nonce=\"n{}\", qop=\"auth\"", count / 100);
        Some(
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)], Body::empty())
                .into_response(),
        )
    });
    let error = at_share(&share).list("").await.expect_err("refused");
    assert_eq!(error.kind(), "storage-login-refused");
    assert!(share.asked().len() <= 2, "{}", share.asked().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_without_rename_never_keeps_a_partial_file() {
    let share = Share::start().await;
    share.instead(|asked| (asked.method.as_str() == "MOVE").then(|| status(502)));
    let folder = at_share(&share);
    folder.write("attachments/c/a", &mut Spooled::of(b"a body")).await.expect("written");
    let names: Vec<_> = std::fs::read_dir(share.folder().join("attachments/c"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["a"], "no temporary file is left");

    // What comes back is not what was written: nothing gets the name.
    share.change(|asked, mut bytes| {
        if asked.method.as_str() == "GET" {
            bytes[0] ^= 1;
        }
        bytes
    });
    let error = folder.write("attachments/c/b", &mut Spooled::of(b"a body")).await.expect_err("not kept");
    assert_eq!(error.kind(), "storage-not-kept");
    assert!(!share.folder().join("attachments/c/b").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_below_an_address_with_spaces_and_a_path_is_found() {
    let share = Share::start().await;
    let target = share.folder().join("my share/node warden");
    std::fs::create_dir_all(&target).expect("made");
    TargetOnDisk::write(&target, 2, 4);
    let location = Location::Webdav(WebdavPlace {
        base_url: format!("{}/my%20share/", share.url()),
        username: "me".into(),
        password: desk_core::secrets::SecretField::Kept,
        remote_path: "/node warden/".into(),
    });
    let folder = TargetFolder::open(&location, &"secret".into(), false).expect("settings");
    let found = doctor(&folder).await;
    assert!(found.is_good() && found.bodies == 4, "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_fails_after_one_request() {
    let share = Share::start().await;
    share.instead(|_| Some(status(401)));
    let error = at_share(&share).bodies(|_, _| ()).await.expect_err("refused");
    assert_eq!(error.kind(), "storage-login-refused");
    assert_eq!(share.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_targets_private_authority_is_trusted_only_with_its_file() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 2, 4);
    let url = secured(&share.url(), Certificate::Valid).await;
    let location = Location::Webdav(WebdavPlace {
        base_url: url,
        username: "me".into(),
        password: desk_core::secrets::SecretField::Kept,
        remote_path: String::new(),
    });
    let open = |ca_file| {
        let reach = Reach { http_accepted: false, ca_file };
        TargetFolder::open_with(&location, &"secret".into(), &reach).expect("settings")
    };
    for reach in [None, Some(stranger())] {
        let error = open(reach).list("").await.expect_err("nobody vouches for it");
        assert_eq!(error.kind(), "storage-not-trusted", "{error:?}");
    }
    assert!(doctor(&open(Some(authority()))).await.is_good());
}

/// A bucket at this address.
fn bucket_at(url: String) -> TargetFolder {
    let location = Location::S3(S3Place {
        endpoint: url,
        bucket: "backups".into(),
        addressing_style: AddressingStyle::PathStyle,
        region: String::new(),
        access_key_id: "key".into(),
        secret_access_key: desk_core::secrets::SecretField::Kept,
        root_path: String::new(),
    });
    TargetFolder::open(&location, &"secret".into(), false).expect("settings")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_bucket_listing_is_requested() {
    let share = Share::start().await;
    share.instead(|asked| {
        let query = asked.query.clone();
        let page = query.split('&').find_map(|part| part.strip_prefix("continuation-token="));
        let page: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        let keys: String = (page * 1000..((page + 1) * 1000).min(2500))
            .map(|number| {
                format!(
                    "<Contents><Key>attachments/c{number}/a</Key><Size>7</Size>\
                     <LastModified>2026-11-20T00:00:00.000Z</LastModified></Contents>"
                )
            })
            .collect();
        let more = page < 2;
        let next = format!("<NextContinuationToken>{}</NextContinuationToken>", page + 1);
        let next = if more { next.as_str() } else { "" };
        let body = format!(
            "<ListBucketResult><Name>backups</Name><Prefix>attachments/</Prefix>\
             <IsTruncated>{more}</IsTruncated>{next}{keys}</ListBucketResult>"
        );
        Some(([(header::CONTENT_TYPE, "application/xml")], body).into_response())
    });
    let there = bucket_at(share.url()).bodies(|_, _| ()).await.expect("listed");
    assert_eq!((there.sizes.len(), share.asked().len()), (2500, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_difference_is_named_as_the_cause() {
    let share = Share::start().await;
    share.instead(|_| {
        let body = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time \
                    and the current time is too large.</Message></Error>";
        Some((StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/xml")], body).into_response())
    });
    let error = bucket_at(share.url()).list("").await.expect_err("refused");
    assert_eq!(error.kind(), "storage-clock-differs", "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_returned_as_a_web_page_is_never_called_good() {
    let share = Share::start().await;
    TargetOnDisk::write(share.folder(), 1, 2);
    share.instead(|asked| {
        let is_zip = asked.method.as_str() == "GET" && asked.path.ends_with(".zip");
        is_zip.then(|| "<html><title>Sign in</title></html>".into_response())
    });
    let found = doctor(&at_share(&share)).await;
    assert!(found.is_damaged() && !found.is_good(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_listing_is_aborted() {
    let share = Share::start().await;
    share.instead(|asked| {
        (asked.method.as_str() == "PROPFIND").then(|| {
            let piece = "<response><href>/x</href></response>".repeat(30_000);
            let pieces = futures_util::stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone()));
            (StatusCode::MULTI_STATUS, Body::from_stream(pieces)).into_response()
        })
    });
    let error = at_share(&share).list("").await.expect_err("it has no end");
    assert!(error.is(TargetDetail::StorageNotAListing), "{error:?}");
}
