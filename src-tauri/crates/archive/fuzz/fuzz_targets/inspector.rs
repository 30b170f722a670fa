//! Whatever the bytes, the inspection ends, and predicts what the server's
//! reading of them then responds, wherever it keeps attachments.

#![no_main]

use desk_archive::rules::{Accepted, Body, Mode, Request, accept};
use desk_archive::{InspectOptions, KV_LARGEST_BODY, Skipped, Storage, inspect_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = InspectOptions { all_storages: true, ..InspectOptions::default() };
    let report = inspect_bytes("backup.zip", bytes, &options);
    assert_eq!(report.intact, report.damage.is_empty());
    let others = report.elsewhere.iter().map(|other| (other.storage, &other.server));
    for (storage, server) in others.chain([(Storage::R2, &report.server)]) {
        for (mode, foretold) in
            [(Mode::LocalImport, &server.import), (Mode::RemoteRestore, &server.remote_restore)]
        {
            let request = Request {
                mode,
                storage,
                file_name: "backup.zip",
                accept_mismatch: false,
                holds_data: true,
                replace: true,
            };
            match accept(bytes, &request) {
                Ok(accepted) => {
                    assert!(foretold.accepts, "{mode:?} {storage:?}: {foretold:?}");
                    assert_eq!(foretold.skipped, skipped(&accepted, storage), "{mode:?} {storage:?}");
                }
                Err(refusal) => {
                    assert_eq!(foretold.error.as_deref(), Some(&*refusal.message), "{mode:?} {storage:?}");
                }
            }
        }
    }
});

/// The list after every body was put where it belongs, as far as that is possible.
fn skipped(accepted: &Accepted<'_>, storage: Storage) -> Skipped {
    let failed = accepted.attachments.iter().enumerate().filter_map(|(place, kept)| {
        let bytes = match &kept.body {
            Body::Inside(body) => body.len() as u64,
            Body::OnTarget(_) => kept.size_bytes,
        };
        let fails = match storage {
            Storage::R2 => false,
            Storage::Kv => bytes > KV_LARGEST_BODY,
            Storage::None => true,
        };
        fails.then_some((place, Some(bytes)))
    });
    accepted.skipped_with(&failed.collect::<Vec<_>>())
}
