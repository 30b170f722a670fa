//! Whatever the bytes, the server's reading of them ends, with a response.

#![no_main]

use desk_archive::Storage;
use desk_archive::rules::{Mode, Request, accept};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for (mode, storage) in [(Mode::LocalImport, Storage::R2), (Mode::RemoteRestore, Storage::Kv)] {
        let request = Request {
            mode,
            storage,
            file_name: "backup.zip",
            accept_mismatch: false,
            holds_data: false,
            replace: false,
        };
        if let Ok(accepted) = accept(bytes, &request) {
            assert_eq!(
                accepted.rows[&desk_archive::rules::Table::Attachments].len(),
                accepted.attachments.len(),
                "each inserted row has a body"
            );
        }
    }
});
