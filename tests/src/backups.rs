//! Backups as they were recorded, with rows of the test's own.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desk_core::account::{EncString, Kdf, MasterKey, SymmetricKey};
use desk_core::envelope::Envelope;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::archive_builder::{Archive, Entry};

/// The recorded complete backup with rows changed by `change`; its file.
///
/// # Panics
/// When the recording cannot be read or the file not be written.
pub fn changed(folder: &Path, change: impl FnOnce(&mut Value)) -> PathBuf {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives/local-export-complete.zip");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(recorded).expect("a recording")).expect("a ZIP");
    let mut archive = Archive::default();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("content");
        let name = entry.name().expect("a name").into_owned();
        archive.entries.push(Entry::new(&name, content));
    }
    let rows = archive.entry("db.json");
    let mut tables: Value = serde_json::from_slice(&rows.content).expect("JSON");
    change(&mut tables);
    rows.content = tables.to_string().into_bytes();
    let path = folder.join("changed.zip");
    std::fs::write(&path, archive.build()).expect("written");
    path
}

/// The value of the row with the backup settings.
///
/// # Panics
/// When there is none.
pub fn settings_row(tables: &mut Value) -> &mut Value {
    let rows = tables["config"].as_array_mut().expect("config");
    let row = rows.iter_mut().find(|row| row["key"] == "backup.settings.v1").expect("the settings");
    &mut row["value"]
}

/// Gives the account `email` an RSA key of 3,072 bits, and wraps settings for it: all of
/// it right, but for a size that NodeWarden does not use.
///
/// # Panics
/// When there is no such account.
pub fn with_large_key(tables: &mut Value, email: &str, password: &SecretString) {
    let mut random = rand::rng();
    let pair = PrivateDecryptingKey::generate(KeySize::Rsa3072).expect("randomness");
    let private: Pkcs8V1Der<'_> = pair.as_der().expect("own key");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("own key");

    let users = tables["users"].as_array_mut().expect("users");
    let user = users.iter_mut().find(|user| user["email"] == email).expect("the account");
    let iterations = u32::try_from(user["kdf_iterations"].as_u64().expect("a number")).expect("not so many");
    let master = MasterKey::derive(password, email, &Kdf::Pbkdf2 { iterations }).expect("derived");
    let key = SymmetricKey::generate(&mut random);
    user["key"] =
        EncString::encrypt(key.to_bytes().as_ref(), &master.stretch(), &mut random).to_string().into();
    user["private_key"] = EncString::encrypt(private.as_ref(), &key, &mut random).to_string().into();
    user["public_key"] = STANDARD.encode(public.as_ref()).into();
    let id = user["id"].as_str().expect("an id").to_owned();

    let settings = json!({"destinations": []}).to_string().into();
    let administrators = [(id.as_str(), public.as_ref())];
    let sealed = Envelope::seal(&settings, &"a JWT_SECRET of that time".into(), &administrators, &mut random);
    *settings_row(tables) = sealed.expect("sealed").portable_only().to_row().into();
}
