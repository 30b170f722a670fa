//! Another instance, with people and targets of its own.

use std::sync::Arc;

use desk_core::Result;
use desk_core::account::Kdf;
use rand::rngs::StdRng;
use tokio_util::sync::CancellationToken;

use super::{MEMBER_PASSWORD, Person, id, not_grown, register, vault};
use crate::bodies::Bodies;
use crate::database::{Database, User};
use crate::failed::broken;
use crate::keepsake::fresh;
use crate::options::{RateLimit, Sample};
use crate::settings::{Destination, Runtime, S3, Settings, Target, Webdav};
use crate::state::{Instance, Limits, Parts};

/// The administrator of the other instance.
pub(crate) const OWNER: &str = "owner@elsewhere.test";

/// What the vault of its administrator holds; bodies would have to come along.
const SAMPLE: Sample = Sample {
    ciphers: 12,
    folders: 3,
    attachments: 0,
    largest_attachment: 0,
    all_largest: false,
    members: 0,
    seed: 2,
};

/// Another instance, which no one reaches; its folder goes with it.
pub(crate) struct Elsewhere {
    /// The instance.
    pub instance: Instance,
    _folder: tempfile::TempDir,
}

impl Elsewhere {
    /// Grows it. `known` is someone who has an account there too, with the same email address
    /// and master password; they became its administrator only after its settings
    /// were saved, unless `wrapped`.
    pub fn grow(here: &Instance, known: &User, wrapped: bool) -> Result<Self> {
        let elsewhere = Self::empty(here)?;
        let instance = &elsewhere.instance;
        let mut random = Instance::random();
        // As quick as here, and no less than clients take.
        let kdf = Kdf::Pbkdf2 { iterations: known.kdf_iterations.max(5_000) };
        let password = MEMBER_PASSWORD.into();
        let owner = Person::new(OWNER, "Owner", "admin", &password, &kdf, instance, &mut random)?;
        let known = User { id: id(&mut random), ..known.clone() };
        let people = [&owner.user, &known];
        let (before, after) = people.split_at(if wrapped { 2 } else { 1 });
        register(instance, before).map_err(|error| not_grown(&error))?;
        instance.keep_settings(&settings(&mut random)).map_err(|error| not_grown(&error.words()))?;
        register(instance, after).map_err(|error| not_grown(&error))?;
        vault::grow(instance, &SAMPLE, &[owner], &mut random)?;
        Ok(elsewhere)
    }

    fn empty(here: &Instance) -> Result<Self> {
        const NO_FOLDER: &str = "No temporary folder could be made.";
        let folder = tempfile::tempdir().map_err(|error| broken(NO_FOLDER, &error))?;
        let bodies = Bodies::new(folder.path().join("bodies"), here.storage());
        let instance = Instance::new(Parts {
            database: Database::open(&folder.path().join("server.sqlite"))?,
            bodies: bodies.map_err(|error| broken(NO_FOLDER, &error))?,
            generation: here.generation,
            limits: Limits::new(RateLimit::default()),
            client: here.client.clone(),
            clock: Arc::clone(&here.clock),
            target_folder: folder.path().join("target"),
            server_url: "https://elsewhere.test".to_owned(),
            control_token: fresh().into(),
            jwt_secret: fresh().into(),
            stop: CancellationToken::new(),
        });
        Ok(Self { instance, _folder: folder })
    }
}

/// Targets that exist nowhere: a WebDAV folder and a bucket.
fn settings(random: &mut StdRng) -> Settings {
    let webdav = Target::Webdav(Webdav {
        base_url: "https://dav.elsewhere.test/files".to_owned(),
        username: "elsewhere".to_owned(),
        password: fresh(),
        remote_path: "vault".to_owned(),
    });
    let s3 = Target::S3(S3 {
        endpoint: "https://s3.elsewhere.test".to_owned(),
        bucket: "elsewhere-backups".to_owned(),
        addressing_style: "path-style".to_owned(),
        region: "auto".to_owned(),
        access_key_id: "ELSEWHERE".to_owned(),
        secret_access_key: fresh(),
        root_path: "vault/monthly".to_owned(),
    });
    let target = |random: &mut StdRng, name, target, folder: &str| {
        let mut destination = Destination::new(id(random), name, target);
        destination.schedule.enabled = true;
        let file = "nodewarden_backup_20260131_030000_5eed5.zip";
        destination.runtime = Runtime {
            last_attempt_at: Some("2026-01-31T03:00:00.000Z".to_owned()),
            last_attempt_local_date: Some("2026-01-31".to_owned()),
            last_success_at: Some("2026-01-31T03:00:04.000Z".to_owned()),
            last_uploaded_file_name: Some(file.to_owned()),
            last_uploaded_size_bytes: Some(48_213),
            last_uploaded_destination: Some(format!("{folder}/{file}")),
            ..Runtime::default()
        };
        destination
    };
    Settings {
        destinations: vec![
            target(random, "Elsewhere NAS", webdav, "vault"),
            target(random, "Elsewhere bucket", s3, "vault/monthly"),
        ],
    }
}
