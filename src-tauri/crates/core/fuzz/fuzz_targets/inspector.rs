//! Whatever the bytes, the inspection ends, and foretells what the server's
//! reading of them then answers.

#![no_main]

use desk_core::archive::rules::{Mode, Request, accept};
use desk_core::archive::{InspectOptions, Storage, inspect_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let report = inspect_bytes("backup.zip", bytes, &InspectOptions::default());
    assert_eq!(report.intact, report.damage.is_empty());
    for (mode, foretold) in
        [(Mode::LocalImport, &report.server.import), (Mode::RemoteRestore, &report.server.remote_restore)]
    {
        let request = Request {
            mode,
            storage: Storage::R2,
            file_name: "backup.zip",
            accept_mismatch: false,
            holds_data: true,
            replace: true,
        };
        match accept(bytes, &request) {
            Ok(accepted) => assert!(foretold.accepts && foretold.skipped == accepted.skipped, "{mode:?}: {foretold:?}"),
            Err(refusal) => assert_eq!(foretold.error.as_deref(), Some(&*refusal.message), "{mode:?}"),
        }
    }
});
