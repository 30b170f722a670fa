//! The practice instance answers as the recorded servers did.
// The tables are what these tests are run for.
#![allow(clippy::print_stdout)]

mod api;
mod corpus;
mod files;
mod foretold;
mod people;
mod results;
mod scenes;
mod targets;
