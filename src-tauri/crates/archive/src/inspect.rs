//! Inspects a backup ZIP.

use std::fs::File;
use std::io;
use std::path::Path;
use std::thread;

use tokio_util::sync::CancellationToken;

use super::content::Contents;
use super::damage::Damages;
use super::name::{hash_in_any_name, server_finds_mismatch};
use super::people::{People, is_active_administrator};
use super::predict::{Foreseen, predict};
use super::rules::{Judge, ManifestReader};
use super::source::{FileSource, Source};
use super::sums::{self, Taker};
use super::unpack::Plan;
use super::unread::Unread;
use super::zip::{self, Structure};
use super::{
    Attachment, Elsewhere, FileFacts, InspectOptions, Inspection, NameHash, Person, PersonFacts, agreement,
    attachments, folder, hash, name_hash, texts, warnings,
};
use crate::DamageDetail;
use desk_base::Outcome;
use desk_base::error::FileDetail;
use desk_base::progress::{Progress, Silent, Stage};
use desk_base::{Error, Result};

/// Everything known about the backup ZIP at `path`: its damage, what the server
/// would return, warnings, kind and contents.
///
/// Blocks: call it through `spawn_blocking`. A damaged file is not an error but
/// a report that says so; only a file that cannot be read is one. A cancel
/// stops it.
///
/// # Errors
/// When the file cannot be read, or changes while it is read.
pub fn inspect(
    path: &Path,
    options: &InspectOptions,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Outcome<Inspection>> {
    Ok(inspect_and(path, options, progress, cancel, |_| ())?.map(|(inspection, ())| inspection))
}

/// The same, with every attachment of the backup and its owner, from one reading. None are given of
/// rows that cannot be read; the inspection says so.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_with_attachments(
    path: &Path,
    options: &InspectOptions,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Outcome<(Inspection, Vec<Attachment>)>> {
    inspect_and(path, options, progress, cancel, |read| {
        let rows = read.contents.rows_so_far();
        rows.map(|(judge, people)| attachments::of_rows(judge, people, &read.structure)).unwrap_or_default()
    })
}

fn inspect_and<T>(
    path: &Path,
    options: &InspectOptions,
    progress: &dyn Progress,
    cancel: &CancellationToken,
    and: impl FnOnce(&Read) -> T,
) -> Result<Outcome<(Inspection, T)>> {
    progress.stage(Stage::CheckingHere);
    let source = open(path)?;
    let name = options.name.clone().unwrap_or_else(|| name_of(path));
    look_and(&source, name, options, progress, cancel, and).map_err(|error| {
        if error.kind() == io::ErrorKind::UnexpectedEof { changed(path) } else { Error::file(path, &error) }
    })
}

/// The same for what is in memory; nothing of it can fail to be read.
pub fn inspect_bytes(name: &str, bytes: &[u8], options: &InspectOptions) -> Inspection {
    let name = options.name.clone().unwrap_or_else(|| name.to_owned());
    match look(bytes, name, options, &Silent, &CancellationToken::new()) {
        Ok(Outcome::Done(inspection)) => inspection,
        Ok(Outcome::Stopped | Outcome::Unknown(_)) | Err(_) => {
            unreachable!("memory can be read, and nobody else holds the token")
        }
    }
}

/// Opens a backup for reading.
pub(super) fn open(path: &Path) -> Result<FileSource> {
    // A pipe or a device could be opened, and then read forever.
    let facts = std::fs::metadata(path).map_err(|error| Error::file(path, &error))?;
    if !facts.is_file() {
        return Err(FileDetail::NotAFile { path: path.display().to_string() }.error());
    }
    let file = File::open(path).map_err(|error| Error::file(path, &error))?;
    FileSource::new(file).map_err(|error| Error::file(path, &error))
}

/// The file's name, without its folder.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn changed(path: &Path) -> Error {
    FileDetail::FileChanged { path: path.display().to_string() }.error()
}

/// Hashes on one thread and checks on another.
pub(super) fn look<S: Source + ?Sized>(
    source: &S,
    name: String,
    options: &InspectOptions,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> io::Result<Outcome<Inspection>> {
    let looked = look_and(source, name, options, progress, cancel, |_| ())?;
    Ok(looked.map(|(inspection, ())| inspection))
}

fn look_and<S: Source + ?Sized, T>(
    source: &S,
    name: String,
    options: &InspectOptions,
    progress: &dyn Progress,
    cancel: &CancellationToken,
    and: impl FnOnce(&Read) -> T,
) -> io::Result<Outcome<(Inspection, T)>> {
    let (giver, taker) = sums::way();
    let (hashed, read) = thread::scope(|scope| {
        let hashing = scope.spawn(move || hash::sha256(source, Some(&giver), progress, cancel));
        let read = Read::all(source, taker, cancel);
        let hashed = hashing.join().unwrap_or_else(|_| Err(io::Error::other("hashing stopped")));
        (hashed, read)
    });
    if cancel.is_cancelled() {
        return Ok(Outcome::Stopped);
    }
    let Some((sha256, bytes)) = hashed? else { return Ok(Outcome::Stopped) };
    if bytes != source.size() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let read = read?;
    let wrong_checksum = server_finds_mismatch(&name, &sha256);
    let foreseen = match predict(source, &read.contents, options, wrong_checksum, cancel) {
        Err(_) if cancel.is_cancelled() => return Ok(Outcome::Stopped),
        foreseen => foreseen?,
    };
    let more = and(&read);
    Ok(Outcome::Done((read.report(FileFacts { name, bytes, sha256 }, foreseen, options), more)))
}

/// What was read of a file.
struct Read {
    damages: Damages,
    structure: Structure,
    contents: Contents,
    unread: Unread,
}

impl Read {
    fn all<S: Source + ?Sized>(source: &S, taker: Taker, cancel: &CancellationToken) -> io::Result<Self> {
        let mut damages = Damages::default();
        let mut structure = zip::read(source, &mut damages, cancel)?;
        folder::put_right(&mut structure);
        let mut plan = Plan::new(source, &structure);
        let plain = plan.plain();
        let (contents, sums) = thread::scope(|scope| {
            let adding = scope.spawn(move || plain.sums(&taker));
            let contents = plan.read(source, false, cancel);
            (contents, adding.join().map_err(|_| io::Error::other("adding up stopped")))
        });
        let mut contents = contents?;
        plan.take_plain(&sums?);
        let protected = plan.judge(&mut damages);
        contents.forget(&protected);
        let unread = Unread::find(&structure, &protected, source.size(), &mut damages);
        Ok(Self { damages, structure, contents, unread })
    }

    fn report(self, file: FileFacts, foreseen: Foreseen, options: &InspectOptions) -> Inspection {
        let Self { mut damages, structure, contents, unread } = self;
        let name_hash = name_hash(&file.name, &file.sha256);
        if name_hash == NameHash::Mismatch {
            let named = hash_in_any_name(&file.name).unwrap_or_default();
            let found = file.sha256.chars().take(named.len()).collect();
            damages.file(DamageDetail::NameHashMismatch { named, found });
        }
        if structure.is_zip {
            texts::check(&structure, &contents, &mut damages);
        }
        let manifest = contents.manifest();
        let whole = contents.rows().map(|(judge, _)| judge);
        let (judge, people) = contents.rows_so_far().unzip();
        let bodies = agreement::bodies(&structure);
        if let Some(judge) = whole {
            agreement::check(manifest, judge, &bodies, &mut damages);
        }
        let attachments = judge.map(|judge| agreement::attachment_facts(judge, &bodies)).unwrap_or_default();
        let includes = manifest.and_then(|manifest| manifest.includes_attachments);
        let mut report = Inspection {
            file,
            name_hash,
            kind: whole.and_then(|_| agreement::kind(includes, attachments.rows, attachments.present)),
            intact: damages.is_empty(),
            damage: damages.into_list(),
            server: foreseen.server,
            elsewhere: Vec::new(),
            without_replacing: foreseen.without_replacing,
            warnings: Vec::new(),
            tables: judge.map(Judge::tables).unwrap_or_default(),
            attachments,
            repairable_by: people.map(|people| repairable_by(&people.people)).unwrap_or_default(),
            manifest: manifest.map(ManifestReader::facts),
            people: people.map(|people| people.people.clone()).unwrap_or_default(),
            targets: people.map(|people| people.targets.clone()).unwrap_or_default(),
            exposes: people.map(People::exposes).unwrap_or_default(),
        };
        let facts = warnings::Facts { structure: &structure, contents: &contents, unread: &unread };
        report.warnings = warnings::find(&report, &facts, options);
        for (storage, server) in foreseen.elsewhere {
            let options = InspectOptions { storage, target_listing: None, ..options.clone() };
            let here = std::mem::replace(&mut report.server, server);
            let warnings = warnings::find(&report, &facts, &options);
            let server = std::mem::replace(&mut report.server, here);
            report.elsewhere.push(Elsewhere { storage, server, warnings });
        }
        report
    }
}

fn repairable_by(people: &[PersonFacts]) -> Vec<Person> {
    let able = people.iter().filter(|person| person.has_wrap && is_active_administrator(person));
    able.map(|person| Person { user_id: person.user_id.clone(), email: person.email.clone() }).collect()
}
