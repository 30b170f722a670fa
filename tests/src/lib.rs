//! What the tests from outside share: archives made to measure and recorded ones with other rows, a desk at a
//! practice instance, a bucket, a proxy, secured servers, playing recordings, the
//! web vault's part, looking for leaked secrets, and the window.

pub mod altered;
pub mod archive_builder;
pub mod at_desk;
pub mod authority;
pub mod backups;
pub mod bucket;
pub mod desktop;
pub mod keyboard;
pub mod leaks;
pub mod proxy;
pub mod replay;
pub mod share;
pub mod target_folder;
pub mod web_vault;
pub mod window;
pub mod window_manager;
