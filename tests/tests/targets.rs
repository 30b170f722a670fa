//! Targets reached directly: shares with their quirks, buckets and plain folders, checked, healed
//! and copied.

#[path = "targets/check.rs"]
mod check;
#[path = "targets/copying.rs"]
mod copying;
#[path = "targets/faults.rs"]
mod faults;
#[path = "targets/healing.rs"]
mod healing;
#[path = "targets/quirks.rs"]
mod quirks;
#[path = "targets/support.rs"]
mod support;
