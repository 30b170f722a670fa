use super::*;
use crate::secrets::SecretField;
use crate::server::model::Schedule;
use crate::server::settings::{AddressingStyle, Location, S3Place, WebdavPlace};

pub fn webdav() -> Destination {
    Destination {
        id: "1".into(),
        name: "NAS".into(),
        includes_attachments: true,
        location: Location::Webdav(WebdavPlace {
            base_url: "https://dav.example.org/files".into(),
            username: "backup".into(),
            password: SecretField::Kept,
            remote_path: "nodewarden".into(),
        }),
        schedule: Schedule {
            enabled: true,
            interval_hours: 24,
            start_time: "03:00".into(),
            timezone: "Asia/Shanghai".into(),
            retention_count: Some(30),
        },
        runtime: crate::server::TargetRuntime::default(),
    }
}

pub fn s3() -> Destination {
    Destination {
        location: bucket("https://s3.eu-central-1.amazonaws.com", "vault", "eu-central-1"),
        ..webdav()
    }
}

fn bucket(endpoint: &str, bucket: &str, region: &str) -> Location {
    Location::S3(S3Place {
        endpoint: endpoint.into(),
        bucket: bucket.into(),
        addressing_style: AddressingStyle::VirtualHostedStyle,
        region: region.into(),
        access_key_id: "AKIA".into(),
        secret_access_key: SecretField::Kept,
        root_path: "nodewarden".into(),
    })
}

fn rules(destination: &Destination) -> Vec<FindingRule> {
    lint(destination).into_iter().map(|finding| finding.rule).collect()
}

fn share(base_url: &str, remote_path: &str) -> Destination {
    let location = Location::Webdav(WebdavPlace {
        base_url: base_url.into(),
        username: "backup".into(),
        password: SecretField::Kept,
        remote_path: remote_path.into(),
    });
    Destination { location, ..webdav() }
}

fn at(location: Location) -> Destination {
    Destination { location, ..webdav() }
}

#[test]
fn good_targets_have_no_findings() {
    assert_eq!(lint(&webdav()), []);
    assert_eq!(lint(&s3()), []);
    assert_eq!(rules(&at(bucket("https://abc.r2.cloudflarestorage.com", "vault", "auto"))), []);
}

#[test]
fn hosts_refused_by_the_server_are_reported_first() {
    for host in [
        "127.0.0.1",
        "192.168.1.4:5006",
        "10.0.0.2",
        "nas.lan",
        "nas.local",
        "localhost",
        "[fd00::1]",
        "[::1]",
    ] {
        assert_eq!(rules(&share(&format!("https://{host}/dav"), "nw")), [FindingRule::HostPrivate], "{host}");
    }
}

#[test]
fn addresses_are_complete_without_login_query_or_fragment() {
    assert_eq!(rules(&share("", "nw")), [FindingRule::Missing]);
    assert_eq!(rules(&share("dav.example.org", "nw")), [FindingRule::AddressInvalid]);
    assert_eq!(
        lint(&share("dav.example.org", "nw"))[0].suggestion.as_deref(),
        Some("https://dav.example.org")
    );
    assert_eq!(rules(&share("ftp://dav.example.org", "nw")), [FindingRule::AddressInvalid]);
    assert_eq!(rules(&share("http://dav.example.org", "nw")), [FindingRule::HttpUnencrypted]);
    assert_eq!(rules(&share("https://me:pw@dav.example.org", "nw")), [FindingRule::AddressHasLogin]);
    assert_eq!(rules(&share("https://dav.example.org/?x=1", "nw")), [FindingRule::AddressHasQuery]);
    assert_eq!(rules(&share("https://dav.example.org ", "nw")), [FindingRule::Spaces]);
    assert_eq!(rules(&share("https://HOST/remote.php/dav/files/USER", "nw")), [FindingRule::Placeholder]);
}

#[test]
fn a_bucket_belongs_in_its_own_field() {
    let found = lint(&at(bucket("https://vault.s3.eu-central-1.amazonaws.com", "vault", "eu-central-1")));
    assert_eq!(found[0].rule, FindingRule::BucketInEndpoint);
    assert_eq!(found[0].suggestion.as_deref(), Some("https://s3.eu-central-1.amazonaws.com"));
    let found = lint(&at(bucket("https://abc.r2.cloudflarestorage.com/vault", "vault", "auto")));
    assert_eq!((found[0].rule, found[0].level), (FindingRule::BucketInEndpoint, FindingLevel::Warning));
    assert_eq!(found[0].suggestion.as_deref(), Some("https://abc.r2.cloudflarestorage.com"));
    assert_eq!(rules(&at(bucket("https://s3.example.org", "My Bucket", "eu"))), [FindingRule::BucketInvalid]);
    assert_eq!(rules(&at(bucket("https://s3.example.org", "my.vault", "eu"))), [FindingRule::BucketDots]);
}

#[test]
fn address_style_and_region_match_the_storage_service() {
    assert_eq!(
        rules(&at(bucket("https://s3.eu-west-1.amazonaws.com", "vault", "auto"))),
        [FindingRule::Region]
    );
    assert_eq!(rules(&at(bucket("https://s3.amazonaws.com", "vault", "auto"))), [FindingRule::Region]);
    assert_eq!(
        rules(&at(bucket("https://abc.r2.cloudflarestorage.com", "vault", "eu"))),
        [FindingRule::Region]
    );
    assert_eq!(
        rules(&at(bucket("https://minio.example.org:9000", "vault", "us-east-1"))),
        [FindingRule::Style]
    );
    let mut oss = bucket("https://s3.oss-cn-hangzhou.aliyuncs.com", "vault", "oss-cn-hangzhou");
    assert_eq!(rules(&at(oss.clone())), []);
    if let Location::S3(S3Place { addressing_style, .. }) = &mut oss {
        *addressing_style = AddressingStyle::PathStyle;
    }
    assert_eq!(rules(&at(oss)), [FindingRule::Style]);
}

#[test]
fn folders_are_ordinary_paths() {
    let dav = "https://dav.example.org/files";
    assert_eq!(rules(&share(dav, "")), [FindingRule::PathEmpty]);
    assert_eq!(rules(&share(dav, "a/../b")), [FindingRule::PathInvalid]);
    assert_eq!(rules(&share(dav, "a//b")), [FindingRule::PathInvalid]);
    assert_eq!(rules(&share(dav, "a/b/c/d/e/f/g")), [FindingRule::PathDeep]);
    assert_eq!(rules(&share(dav, "files")), [FindingRule::PathRepeated]);
    assert_eq!(rules(&share("https://dav.example.org/dav/files", "dav/files")), [FindingRule::PathRepeated]);
    assert_eq!(rules(&share("https://dav.example.org/myfiles", "files")), [], "another folder");
    assert_eq!(rules(&share(dav, "/nw/backups/")), []);
}

#[test]
fn schedules_are_what_the_server_accepts() {
    let with = |change: fn(&mut Schedule)| {
        let mut destination = webdav();
        change(&mut destination.schedule);
        rules(&destination)
    };
    assert_eq!(with(|schedule| schedule.interval_hours = 0), [FindingRule::Interval]);
    assert_eq!(with(|schedule| schedule.interval_hours = 100), [FindingRule::Interval]);
    assert_eq!(with(|schedule| schedule.start_time = "25:00".into()), [FindingRule::StartTime]);
    assert_eq!(with(|schedule| schedule.start_time = "3:00".into()), [FindingRule::StartTime]);
    assert_eq!(with(|schedule| schedule.timezone = "Mars/Olympus".into()), [FindingRule::Timezone]);
    assert_eq!(with(|schedule| schedule.retention_count = Some(0)), [FindingRule::Retention]);
    assert_eq!(with(|schedule| schedule.retention_count = Some(1001)), [FindingRule::Retention]);
    assert_eq!(with(|schedule| schedule.retention_count = Some(1)), [FindingRule::RetentionShort]);
    assert_eq!(with(|schedule| schedule.retention_count = None), [FindingRule::RetentionUnlimited]);
    assert_eq!(with(|schedule| schedule.enabled = false), [FindingRule::NotScheduled]);
}

#[test]
fn problems_of_several_targets_together_are_found() {
    let twin = Destination { id: "2".into(), ..share("https://dav.example.org/files/", "/nodewarden/") };
    let found = lint_all(&BackupSettings { destinations: vec![webdav(), twin] });
    assert_eq!(
        found.iter().map(|finding| (finding.destination_id.as_str(), finding.rule)).collect::<Vec<_>>(),
        [("2", FindingRule::SharedFolder)]
    );
    let many: Vec<Destination> = (0..25)
        .map(|number| Destination {
            id: number.to_string(),
            ..share("https://dav.example.org", &format!("nw-{number}"))
        })
        .collect();
    let found = lint_all(&BackupSettings { destinations: many });
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [FindingRule::TooMany]);
}
