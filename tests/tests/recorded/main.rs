//! Recordings of real servers, and nothing else, decide here. The practice instance has to
//! respond as the recorded servers did, and the rules have to predict what they did. The
//! practice instance uses the same archive rules as the predictor: that the two agree proves
//! nothing about a real server, so no test in this program compares them with each other.
// The tables are what these tests are run for.
#![allow(clippy::print_stdout)]

mod api;
mod corpus;
mod files;
mod people;
mod predicted;
mod results;
mod scenes;
mod targets;
