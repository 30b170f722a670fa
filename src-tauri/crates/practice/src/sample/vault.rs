//! Folders, vault items and attachments.

use desk_core::Result;
use desk_core::account::{EncString, SymmetricKey};
use rand::RngExt;
use rand::rngs::StdRng;
use rusqlite::{Transaction, params};
use serde_json::json;

use super::bytes::bytes;
use super::{Person, id, not_grown};
use crate::options::Sample;
use crate::state::Instance;

const SITES: [&str; 8] = [
    "example.com",
    "mail.example",
    "bank.example",
    "forum.example",
    "shop.example",
    "git.example",
    "wiki.example",
    "nas.example",
];
const FOLDERS: [&str; 5] = ["Work", "Home", "Travel", "Family", "工具"];
const ORDINARY: u32 = 65_536;

/// Encrypts for one account.
struct Pen<'a> {
    key: &'a SymmetricKey,
    random: &'a mut StdRng,
}

impl Pen<'_> {
    fn write(&mut self, text: &str) -> String {
        EncString::encrypt(text.as_bytes(), self.key, self.random).to_string()
    }
}

/// Fills the vaults of `people`.
pub(super) fn grow(
    instance: &Instance,
    sample: &Sample,
    people: &[Person],
    random: &mut StdRng,
) -> Result<()> {
    let now = instance.now_text();
    let mut connection = instance.database.lock();
    let stored = (|| {
        let transaction = connection.transaction()?;
        let folders = folders(&transaction, sample, people, random, &now)?;
        let ciphers = ciphers(&transaction, sample, people, &folders, random, &now)?;
        let attachments = attachments(&transaction, sample, people, &ciphers, random)?;
        transaction.commit()?;
        Ok::<_, rusqlite::Error>(attachments)
    })();
    for (number, (blob_name, size)) in stored.map_err(|error| not_grown(&error))?.into_iter().enumerate() {
        let seed = sample.seed.wrapping_mul(1_000_003).wrapping_add(number as u64);
        instance.bodies.write(&blob_name, &bytes(seed, size)).map_err(|error| not_grown(&error))?;
    }
    Ok(())
}

/// Who owns the thing with this number: the administrator has the first, and
/// everyone an equal share.
fn owner(number: u32, people: &[Person]) -> usize {
    number as usize % people.len()
}

fn folders(
    transaction: &Transaction<'_>,
    sample: &Sample,
    people: &[Person],
    random: &mut StdRng,
    now: &str,
) -> rusqlite::Result<Vec<(usize, String)>> {
    let mut folders = Vec::new();
    for number in 0..sample.folders {
        let owner = owner(number, people);
        let folder = id(random);
        let name = Pen { key: &people[owner].key, random }.write(FOLDERS[number as usize % FOLDERS.len()]);
        transaction.execute(
            "INSERT INTO folders (id, user_id, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![folder, people[owner].user.id, name, now],
        )?;
        folders.push((owner, folder));
    }
    Ok(folders)
}

fn ciphers(
    transaction: &Transaction<'_>,
    sample: &Sample,
    people: &[Person],
    folders: &[(usize, String)],
    random: &mut StdRng,
    now: &str,
) -> rusqlite::Result<Vec<(usize, String)>> {
    let mut ciphers = Vec::new();
    for number in 0..sample.ciphers {
        let owner = owner(number, people);
        let (cipher, user_id) = (id(random), &people[owner].user.id);
        let own: Vec<&String> =
            folders.iter().filter(|(of, _)| *of == owner).map(|(_, folder)| folder).collect();
        // Every third one is in no folder.
        let folder =
            (number % 3 != 0 && !own.is_empty()).then(|| own[random.random_range(0..own.len())].clone());
        let site = SITES[number as usize % SITES.len()];
        let mut pen = Pen { key: &people[owner].key, random };
        let name = pen.write(&format!("{site} {number}"));
        let data = json!({
            "type": 1,
            "name": name,
            "notes": null,
            "favorite": false,
            "reprompt": 0,
            "login": {
                "username": pen.write(&format!("person{number}@{site}")),
                "password": pen.write(&format!("practice-{number}")),
                "uris": [{ "uri": pen.write(&format!("https://{site}")), "match": null, "uriChecksum": null }],
                "totp": null,
            },
            "id": cipher,
            "userId": user_id,
            "folderId": folder,
            "key": null,
            "createdAt": now,
            "updatedAt": now,
            "archivedAt": null,
            "deletedAt": null,
        });
        transaction.execute(
            "INSERT INTO ciphers (id, user_id, type, folder_id, name, favorite, data, reprompt, created_at, updated_at)
             VALUES (?1, ?2, 1, ?3, ?4, 0, ?5, 0, ?6, ?6)",
            params![cipher, user_id, folder, name, data.to_string(), now],
        )?;
        ciphers.push((owner, cipher));
    }
    Ok(ciphers)
}

/// Blob names and sizes; the first one is the largest.
fn attachments(
    transaction: &Transaction<'_>,
    sample: &Sample,
    people: &[Person],
    ciphers: &[(usize, String)],
    random: &mut StdRng,
) -> rusqlite::Result<Vec<(String, usize)>> {
    let mut attachments = Vec::new();
    if ciphers.is_empty() {
        return Ok(attachments);
    }
    for number in 0..sample.attachments {
        let (owner, cipher) = &ciphers[number as usize % ciphers.len()];
        let attachment = id(random);
        let size = match number {
            _ if number == 0 || sample.all_largest => sample.largest_attachment,
            _ => random.random_range(1..=ORDINARY.min(sample.largest_attachment).max(1)),
        };
        let key = SymmetricKey::generate(random);
        let mut pen = Pen { key: &people[*owner].key, random };
        let file_name = pen.write(&format!("attachment-{number}.bin"));
        let wrapped = EncString::encrypt(key.to_bytes().as_ref(), pen.key, pen.random).to_string();
        transaction.execute(
            "INSERT INTO attachments (id, cipher_id, file_name, size, size_name, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![attachment, cipher, file_name, size, size_name(size), wrapped],
        )?;
        attachments.push((format!("{cipher}/{attachment}"), size as usize));
    }
    Ok(attachments)
}

/// A size as the server words it.
fn size_name(size: u32) -> String {
    let size_in = |unit: f64| f64::from(size) / unit;
    match size {
        0..1_024 => format!("{size} Bytes"),
        1_024..1_048_576 => format!("{:.2} KB", size_in(1_024.0)),
        _ => format!("{:.2} MB", size_in(1_048_576.0)),
    }
}
