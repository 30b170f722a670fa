//! The first administrator and the sample data: real accounts, really encrypted
//! vault items, and attachment bodies grown from a seed.

mod bytes;
mod elsewhere;
mod vault;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use desk_core::account::{EncString, Kdf, KeyPair, MasterKey, SymmetricKey};
use desk_core::error::PracticeDetail;
use desk_core::{Error, Result};
use rand::SeedableRng;
use rand::rngs::StdRng;
use secrecy::{ExposeSecret, SecretString};

use crate::database::User;
use crate::keepsake::Keepsake;
use crate::options::{Contents, PracticeOptions, Sample};
use crate::settings::{Destination, Settings, Target, Webdav};
use crate::state::Instance;
use crate::{server, share};

pub(crate) use elsewhere::{Elsewhere, OWNER};

/// Every member's master password: practice data guards nothing.
const MEMBER_PASSWORD: &str = "practice member password";
/// The id of the instance's own target.
pub(crate) const TARGET_ID: &str = "70726163-7469-4365-8000-000000000001";
const SCHEMA: &str = "2026-07-13-refresh-session-reuse";
const LEGACY_SCHEMA: &str = "2026-04-28";

/// An account and what opens its vault.
struct Person {
    user: User,
    key: SymmetricKey,
}

/// Fills a new instance.
pub(crate) fn grow(instance: &Instance, options: &PracticeOptions, keepsake: &Keepsake) -> Result<()> {
    let sample = match &options.contents {
        Contents::Sample(sample) => sample.clone(),
        Contents::Administrator | Contents::Unregistered => {
            Sample { ciphers: 0, folders: 0, attachments: 0, members: 0, ..Sample::default() }
        }
    };
    let mut random = StdRng::seed_from_u64(sample.seed);
    let password = SecretString::from(keepsake.admin_password.clone());
    let mut people = vec![Person::new(
        &keepsake.admin_email,
        "Admin",
        "admin",
        &password,
        &options.kdf,
        instance,
        &mut random,
    )?];
    for number in 1..=sample.members {
        let (email, kdf) = (format!("member{number}@practice.test"), member_kdf(number, &options.kdf));
        let password = MEMBER_PASSWORD.into();
        people.push(Person::new(&email, "Member", "user", &password, &kdf, instance, &mut random)?);
    }

    let users: Vec<&User> = people.iter().map(|person| &person.user).collect();
    register(instance, &users).map_err(|error| not_grown(&error))?;
    vault::grow(instance, &sample, &people, &mut random)?;

    if options.configure_target {
        let settings = Settings { destinations: vec![practice_target(keepsake)] };
        instance.keep_settings(&settings).map_err(|error| not_grown(&error.words()))?;
    }
    Ok(())
}

/// Stores accounts, and what an instance has once someone has registered.
fn register(instance: &Instance, users: &[&User]) -> rusqlite::Result<()> {
    for user in users {
        user.insert(&instance.database.lock())?;
    }
    instance.database.set_config("registered", "true")?;
    let schema = if instance.is_legacy() { LEGACY_SCHEMA } else { SCHEMA };
    instance.database.set_config("schema.version", schema)
}

/// The first member derives with Argon2id, as small as clients allow.
fn member_kdf(number: u32, ordinary: &Kdf) -> Kdf {
    match number {
        1 => Kdf::Argon2id { iterations: 2, memory_mib: 16, parallelism: 1 },
        _ => *ordinary,
    }
}

fn practice_target(keepsake: &Keepsake) -> Destination {
    let webdav = Webdav {
        base_url: share::url_for_server(keepsake.target_port),
        username: share::USER.to_owned(),
        password: keepsake.share_password.clone(),
        remote_path: share::FOLDER.to_owned(),
    };
    let mut target = Destination::new(TARGET_ID.to_owned(), "Practice NAS", Target::Webdav(webdav));
    target.include_attachments = true;
    target.schedule.enabled = true;
    target
}

impl Person {
    fn new(
        email: &str,
        name: &str,
        role: &str,
        password: &SecretString,
        kdf: &Kdf,
        instance: &Instance,
        random: &mut StdRng,
    ) -> Result<Self> {
        let master = MasterKey::derive(password, email, kdf)?;
        let hash = master.password_hash(password);
        let key = SymmetricKey::generate(random);
        let pair = KeyPair::generate()?;
        let (kdf_type, kdf_iterations, kdf_memory, kdf_parallelism) = match *kdf {
            Kdf::Pbkdf2 { iterations } => (0, iterations, None, None),
            Kdf::Argon2id { iterations, memory_mib, parallelism } => {
                (1, iterations, Some(memory_mib), Some(parallelism))
            }
        };
        let now = instance.now_text();
        let user = User {
            id: id(random),
            email: email.to_owned(),
            name: Some(name.to_owned()),
            verifier: server::verifier(hash.expose_secret(), email),
            key: EncString::encrypt(key.to_bytes().as_ref(), &master.stretch(), random).to_string(),
            private_key: Some(EncString::encrypt(&pair.private_der, &key, random).to_string()),
            public_key: Some(STANDARD.encode(&pair.public_der)),
            kdf_type,
            kdf_iterations,
            kdf_memory,
            kdf_parallelism,
            security_stamp: id(random),
            role: role.to_owned(),
            status: "active".to_owned(),
            totp_secret: None,
            recovery_code: None,
            created_at: now.clone(),
            updated_at: now,
        };
        Ok(Self { user, key })
    }
}

/// An id grown from the seed.
fn id(random: &mut StdRng) -> String {
    let mut bytes = [0; 16];
    rand::Rng::fill_bytes(random, &mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn not_grown(error: &impl ToString) -> Error {
    PracticeDetail::PracticeSampleNotStored.error().original(error.to_string())
}
