//! `nwdesk` as scripts see it: the real program, its output and its exit codes,
//! against the practice instance.

mod archives;
mod bombs;
mod desk_target;
mod diagnose;
mod drill;
mod exports;
mod hostile;
mod inputs;
mod listings;
mod lost_output;
mod memory;
mod notifying;
mod offline;
mod packaged;
mod practice;
mod profile;
mod recover;
mod refusals;
mod repair;
mod restored;
mod restores;
mod secret_check;
mod server;
mod settings_from;
mod shown;
mod support;
mod target;
mod targets;
mod through_target;
mod two_step;
mod way;
mod weaker_kdf;
