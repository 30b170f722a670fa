use super::*;
use crate::places::Provider;
use crate::server::{Schedule, Target, TargetRuntime};

fn target(id: &str, name: &str) -> Target {
    Target {
        id: id.to_owned(),
        name: name.to_owned(),
        provider: Provider::Webdav,
        location: "https://dav.example/nodewarden".to_owned(),
        includes_attachments: true,
        schedule: Schedule {
            enabled: true,
            interval_hours: 24,
            start_time: "03:00".to_owned(),
            timezone: "Asia/Shanghai".to_owned(),
            retention_count: Some(5),
        },
        runtime: TargetRuntime::default(),
    }
}

#[test]
fn targets_are_remembered_after_the_server_loses_them() {
    let ledger = ledger();
    ledger.remember_targets("p-1", &[target("t-1", "NAS"), target("t-2", "R2")], second(0)).expect("kept");
    ledger.remember_targets("p-1", &[target("t-2", "R2 renamed")], second(1)).expect("kept");
    assert_eq!(
        ledger.remembered_targets("p-1"),
        Ok(vec![(target("t-2", "R2 renamed"), time(second(1))), (target("t-1", "NAS"), time(second(0)))])
    );
    assert_eq!(ledger.remembered_targets("p-2"), Ok(Vec::new()));
}

#[test]
fn the_trend_has_each_backup_once_in_the_order_they_were_made() {
    let ledger = ledger();
    let keep = |name, at, bytes| {
        ledger.remember_backup("p-1", "t-1", name, second(at), bytes).expect("kept");
    };
    keep("b.zip", 20, 200);
    keep("a.zip", 10, 100);
    keep("b.zip", 20, 200);
    let sizes: Vec<_> =
        ledger.trend("p-1", "t-1").expect("read").into_iter().map(|point| point.bytes).collect();
    assert_eq!(sizes, [100, 200]);
    assert_eq!(ledger.trend("p-1", "t-2"), Ok(Vec::new()));
}
