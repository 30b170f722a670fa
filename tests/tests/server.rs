//! The server client: against every recording, through every fault, and without
//! leaving a secret anywhere.

#[path = "server/account.rs"]
mod account;
#[path = "server/addresses.rs"]
mod addresses;
#[path = "server/after_restores.rs"]
mod after_restores;
#[path = "server/bad_answers.rs"]
mod bad_answers;
#[path = "server/between.rs"]
mod between;
#[path = "server/deleting.rs"]
mod deleting;
#[path = "server/desk_targets.rs"]
mod desk_targets;
#[path = "server/direct.rs"]
mod direct;
#[path = "server/exports.rs"]
mod exports;
#[path = "server/faults.rs"]
mod faults;
#[path = "server/hub.rs"]
mod hub;
#[path = "server/kept_logins.rs"]
mod kept_logins;
#[path = "server/kept_sessions.rs"]
mod kept_sessions;
#[path = "server/keyring.rs"]
mod keyring;
#[path = "server/looking_again.rs"]
mod looking_again;
#[path = "server/lost_answers.rs"]
mod lost_answers;
#[path = "server/open_outcomes.rs"]
mod open_outcomes;
#[path = "server/planning.rs"]
mod planning;
#[path = "server/player.rs"]
mod player;
#[path = "server/proxies.rs"]
mod proxies;
#[path = "server/recordings.rs"]
mod recordings;
#[path = "server/restore_faults.rs"]
mod restore_faults;
#[path = "server/restoring.rs"]
mod restoring;
#[path = "server/secrets.rs"]
mod secrets;
#[path = "server/sign_out.rs"]
mod sign_out;
#[path = "server/signing_in.rs"]
mod signing_in;
#[path = "server/staging.rs"]
mod staging;
#[path = "server/stopping.rs"]
mod stopping;
#[path = "server/table.rs"]
mod table;
#[path = "server/targets.rs"]
mod targets;
#[path = "server/tls.rs"]
mod tls;
#[path = "server/waiting_keyring.rs"]
mod waiting_keyring;
#[path = "server/watching.rs"]
mod watching;
#[path = "server/weaker_kdf.rs"]
mod weaker_kdf;
