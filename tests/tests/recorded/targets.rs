//! Targets that are buckets: path-style and virtual-hosted.

use std::net::{Ipv4Addr, SocketAddr};

use desk_practice::{Practice, PracticeOptions, Sample};
use desk_tests::bucket::Bucket;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::api::Administrator;

const HOST: &str = "s3.practice.test";

fn destination(bucket: SocketAddr, style: &str) -> Value {
    json!({
        "id": "bucket",
        "name": "Bucket",
        "type": "s3",
        "includeAttachments": true,
        "destination": {
            "endpoint": format!("http://{HOST}:{}", bucket.port()),
            "bucket": "vault",
            "addressingStyle": style,
            "region": "auto",
            "accessKeyId": "PRACTICE",
            "secretAccessKey": "practice-secret",
            "rootPath": "a/b c",
        },
        "schedule": { "enabled": true, "intervalHours": 24, "startTime": "03:00", "timezone": "UTC", "retentionCount": 2 },
    })
}

async fn practice() -> Practice {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let names = [HOST.to_owned(), format!("vault.{HOST}")];
    let options = PracticeOptions {
        host_aliases: names.into_iter().map(|name| (name, here)).collect(),
        ..PracticeOptions::quick().sample(Sample { ciphers: 5, attachments: 3, ..Sample::default() })
    };
    Practice::start(options).await.expect("a practice instance")
}

async fn round_trip(style: &str) {
    let bucket = Bucket::start(HOST, "vault", "PRACTICE", "practice-secret").await;
    let practice = practice().await;
    let mut admin = Administrator::sign_in(&practice).await;
    let saved =
        admin.put("settings", json!({ "destinations": [destination(bucket.address(), style)] })).await;
    assert_eq!(saved.0, 200, "{}", saved.1);

    let mut newest = String::new();
    for _ in 0..3 {
        let (status, run) = admin.post("run", json!({})).await;
        assert_eq!(status, 200, "{run}");
        run["result"]["fileName"].as_str().expect("a name").clone_into(&mut newest);
        assert_eq!(run["result"]["remotePath"], format!("a/b c/{newest}"));
        // Names tell seconds.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    }
    let (_, listed) = admin.get("remote").await;
    let items = listed["items"].as_array().expect("items");
    assert_eq!(items.len(), 3, "two backups stay beside the folder of bodies: {listed}");
    assert_eq!(items[0]["name"], "attachments");

    let (status, checked) = admin.post("remote/integrity", json!({ "path": newest })).await;
    assert_eq!((status, &checked["integrity"]["matches"]), (200, &json!(true)), "{checked}");
    let restore = json!({ "path": newest, "replaceExisting": true });
    let (status, restored) = admin.post("remote/restore", restore).await;
    assert_eq!(status, 200, "{restored}");
    assert_eq!(restored["imported"]["attachmentFiles"], 3, "{restored}");
    assert_eq!(restored["skipped"]["attachments"], 0, "{restored}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_style_bucket_works_for_backups_and_restores() {
    round_trip("path-style").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_virtual_hosted_bucket_works_for_backups_and_restores() {
    round_trip("virtual-hosted-style").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_bucket_fails_with_the_servers_message() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let nothing = axum::Router::new().fallback(|| async { axum::http::StatusCode::NOT_FOUND });
    let serving = tokio::spawn(async move { axum::serve(listener, nothing).await });

    let practice = practice().await;
    let mut admin = Administrator::sign_in(&practice).await;
    let target = destination(address, "path-style");
    let saved = admin.put("settings", json!({ "destinations": [target] })).await;
    assert_eq!(saved.0, 200, "{}", saved.1);
    let (status, run) = admin.post("run", json!({})).await;
    assert_eq!((status, &run["error"]), (500, &json!("S3 upload failed: 404")), "{run}");
    let (status, listed) = admin.get("remote").await;
    assert_eq!((status, &listed["error"]), (409, &json!("S3 listing failed: 404")), "{listed}");
    serving.abort();
}
