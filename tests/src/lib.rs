//! What the tests from outside share: archives made to measure, a desk at a
//! practice instance, a bucket, playing recordings, and the window.

pub mod archive_builder;
pub mod at_desk;
pub mod bucket;
pub mod replay;
pub mod window;
