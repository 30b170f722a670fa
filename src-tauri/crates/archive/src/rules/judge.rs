//! The server's rules for the rows, read as they stream by. Each table keeps
//! the first thing the server would say of it; which table speaks first is
//! decided at the end.

use std::collections::{BTreeMap, HashSet};

use super::super::json::{Member, Row, Value};
use super::known::{Belongings, Known, Owner, Waiting};
use super::skips::AttachmentRow;
use super::store::Store;
use super::{Refusal, TABLES, Table};

/// More rows than any archive within the limits can restore.
const MOST_ATTACHMENTS: usize = 100_000;
/// More text than the ids of all attachments within the limits come to.
const MOST_ATTACHMENT_TEXT: usize = 40 * 1024 * 1024;
/// Rows of one table beyond this are counted and not judged. A `db.json` that
/// the server takes has room for so many rows only if some of the first of them
/// are invalid, and the first invalid row is what the server refers to.
const MOST_JUDGED: u64 = 1_800_000;

#[derive(Debug, Default)]
struct TableState {
    shape: Shape,
    rows: u64,
    refused: Option<String>,
    store: Store,
    /// It came before a table that it points to.
    is_early: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Shape {
    #[default]
    Missing,
    Rows,
    /// Not rows, but JavaScript's `|| []` makes it none.
    Nothing,
    /// A text, which JavaScript goes through letter by letter.
    Text,
    Other,
}

/// Judges the rows of `db.json`.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    known: Known,
    /// From an earlier walk: all that the tables hold.
    earlier: Option<Known>,
    waiting: Waiting,
    belongings: Belongings,
    tables: BTreeMap<Table, TableState>,
    domains: HashSet<u64>,
    passkeys: HashSet<u64>,
    credentials: HashSet<u64>,
    attachments: Vec<AttachmentRow>,
    attachment_text: usize,
    /// What was said of the rows may not be what the server says.
    is_unsure: bool,
}

impl Judge {
    /// A table begins; the last of two with one name counts.
    pub(crate) fn begin(&mut self, table: Table, member: Member<'_>) {
        let shape = match member {
            Member::Array => Shape::Rows,
            Member::Plain(value) if !value.truthy() => Shape::Nothing,
            Member::Plain(Value::Text(_)) => Shape::Text,
            Member::Object | Member::Plain(_) => Shape::Other,
        };
        let parent_to_come = table.points_to().iter().any(|parent| !self.tables.contains_key(parent));
        let is_early = parent_to_come && self.earlier.is_none();
        let state = TableState { shape, is_early, ..TableState::default() };
        self.is_unsure |= self.tables.insert(table, state).is_some();
        self.known.forget(table);
        self.waiting.forget(table);
        self.belongings.forget(table);
        match table {
            Table::Attachments => {
                self.attachments.clear();
                self.attachment_text = 0;
            }
            Table::DomainSettings => self.domains.clear(),
            Table::WebauthnCredentials => {
                self.passkeys.clear();
                self.credentials.clear();
            }
            _ => {}
        }
    }

    /// All rows are read: what had to wait is looked up.
    pub(crate) fn settle(&mut self) {
        let all_found = self.waiting.settle(&mut self.known, &mut self.belongings);
        self.is_unsure |= !all_found;
        let known = self.earlier.as_ref().unwrap_or(&self.known);
        for row in &mut self.attachments {
            let owner = known.cipher(row.cipher_id());
            row.is_valid &= owner.is_some();
            row.owner = owner.and_then(Owner::person);
            self.belongings.add(Table::Attachments, row.owner);
        }
    }

    /// What the rows say is not certain before they are read once more, knowing
    /// all ids.
    pub(crate) fn must_walk_again(&self, for_owners: bool) -> bool {
        let is_early = || self.tables.values().any(|state| state.is_early);
        self.earlier.is_none() && (self.is_unsure || (for_owners && is_early()))
    }

    /// Begins again, knowing all ids from this walk.
    pub(crate) fn again(self) -> Self {
        Self { known: self.known.emptied(), earlier: Some(self.known), ..Self::default() }
    }

    /// What belongs to each user, by the user's place.
    pub(crate) fn belongings(&self) -> &Belongings {
        &self.belongings
    }

    /// Rows in a table; `None` when it is not there.
    pub(crate) fn rows(&self, table: Table) -> Option<u64> {
        self.tables.get(&table).filter(|state| state.shape == Shape::Rows).map(|state| state.rows)
    }

    /// Rows in each table that is there, by its name.
    pub(crate) fn tables(&self) -> BTreeMap<String, u64> {
        TABLES.into_iter().filter_map(|table| Some((table.name().to_owned(), self.rows(table)?))).collect()
    }

    /// Some table has rows.
    pub(crate) fn has_rows(&self) -> bool {
        self.tables.values().any(|state| state.rows > 0)
    }

    /// The attachments' rows.
    pub(crate) fn attachments(&self) -> &[AttachmentRow] {
        &self.attachments
    }

    /// The server goes through the attachments before it looks whether they are
    /// a table, and fails on what cannot be gone through.
    pub(crate) fn refused_attachments(&self) -> Option<Refusal> {
        let shape = self.tables.get(&Table::Attachments).map(|state| state.shape).unwrap_or_default();
        let fails = !matches!(shape, Shape::Rows | Shape::Text);
        fails.then(|| Refusal::because("db.attachments is not iterable"))
    }

    /// The first table that is not one, in the server's order.
    pub(crate) fn refused_shape(&self) -> Option<Refusal> {
        let wrong = TABLES.into_iter().find(|table| {
            match self.tables.get(table).map(|state| state.shape).unwrap_or_default() {
                Shape::Rows => false,
                Shape::Missing | Shape::Nothing => !table.may_be_missing(),
                Shape::Text | Shape::Other => true,
            }
        })?;
        Some(Refusal::because(format!("Backup archive table {} is invalid", wrong.name())))
    }

    /// The first row that the rules refuse, among `tables` in their order.
    pub(crate) fn refused_row(&self, tables: &[Table]) -> Option<Refusal> {
        let refused = tables.iter().find_map(|table| self.tables.get(table)?.refused.clone());
        refused.map(Refusal::because)
    }

    /// The first row that the database refuses, in the order of insertion.
    pub(crate) fn refused_by_store(&self, kept_attachments: bool) -> Option<Refusal> {
        let order = [
            Table::Config,
            Table::Users,
            Table::UserRevisions,
            Table::DomainSettings,
            Table::WebauthnCredentials,
            Table::Folders,
            Table::Ciphers,
            Table::Attachments,
        ];
        let inserted = order.iter().filter(|&&table| kept_attachments || table != Table::Attachments);
        let mut refused = inserted.filter_map(|table| self.tables.get(table)?.store.refused());
        let mut short =
            order.iter().filter_map(|table| self.tables.get(table)?.store.refused_by_count(*table));
        refused.next().map(str::to_owned).or_else(|| short.next()).map(Refusal::because)
    }

    /// The next row of a table. Says whom it belongs to: the place of the user
    /// in the users table, where that is known by now.
    pub(crate) fn row(&mut self, table: Table, row: &Row<'_>) -> Option<u32> {
        let state = self.tables.entry(table).or_default();
        let place = u32::try_from(state.rows).unwrap_or(u32::MAX);
        state.rows += 1;
        if state.rows > MOST_JUDGED {
            return None;
        }
        let (owner, refused) = if row.is_null() {
            (Owner::Nobody, Some(null_row(table)))
        } else {
            self.check(table, row, place)
        };
        if table != Table::Attachments {
            self.belongings.add(table, owner.person());
        }
        let known = &self.known;
        if let Some(state) = self.tables.get_mut(&table) {
            state.refused = state.refused.take().or(refused);
            state.store.row(table, row, |text| known.hash(text));
        }
        owner.person()
    }

    fn check(&mut self, table: Table, row: &Row<'_>, place: u32) -> (Owner, Option<String>) {
        match table {
            Table::Config => {
                let is_blank = row.get("key").trimmed().is_empty();
                (Owner::Nobody, is_blank.then(|| contains("an invalid config row")))
            }
            Table::Users => self.user(row, place),
            Table::UserRevisions => self.revision(row),
            Table::DomainSettings => self.domain_settings(row),
            Table::Folders => self.folder(row),
            Table::Ciphers => self.cipher(row),
            Table::Attachments => (self.attachment(row), None),
            Table::WebauthnCredentials => self.passkey(row),
        }
    }

    fn is_early(&self, table: Table) -> bool {
        self.tables.get(&table).is_some_and(|state| state.is_early)
    }

    fn parents(&self) -> &Known {
        self.earlier.as_ref().unwrap_or(&self.known)
    }

    /// Whom a row of `table` belongs to.
    fn owner(&self, table: Table, user_id: &str) -> Owner {
        if self.is_early(table) {
            Owner::Later
        } else {
            self.parents().user(user_id).unwrap_or(Owner::Nobody)
        }
    }

    /// The same for rows of which nothing is kept but that their user must be there.
    fn checked_owner(&mut self, table: Table, user_id: &str) -> Owner {
        let owner = self.owner(table, user_id);
        if owner == Owner::Later {
            self.waiting.other(table, self.known.hash(user_id));
        }
        owner
    }

    fn user(&mut self, row: &Row<'_>, place: u32) -> (Owner, Option<String>) {
        let (id, email) = (row.get("id").trimmed(), row.get("email").trimmed());
        let owner = Owner::Person(place);
        if id.is_empty() || email.is_empty() {
            return (owner, Some(contains("an invalid user row")));
        }
        let twice = self.known.add_user(&id, owner);
        (owner, twice.then(|| contains(&format!("duplicate user id: {id}"))))
    }

    fn revision(&mut self, row: &Row<'_>) -> (Owner, Option<String>) {
        let user = row.get("user_id").trimmed();
        let owner = self.checked_owner(Table::UserRevisions, &user);
        let is_lost = owner == Owner::Nobody;
        (owner, is_lost.then(|| contains(&format!("a revision for an unknown user: {}", or_empty(&user)))))
    }

    fn domain_settings(&mut self, row: &Row<'_>) -> (Owner, Option<String>) {
        let user = row.get("user_id").trimmed();
        let owner = self.checked_owner(Table::DomainSettings, &user);
        if owner == Owner::Nobody {
            let message = format!("domain settings for an unknown user: {}", or_empty(&user));
            return (owner, Some(contains(&message)));
        }
        let twice = !self.domains.insert(self.known.hash(&user));
        (owner, twice.then(|| contains(&format!("duplicate domain settings for user: {user}"))))
    }

    fn folder(&mut self, row: &Row<'_>) -> (Owner, Option<String>) {
        let (id, user) = (row.get("id").trimmed(), row.get("user_id").trimmed());
        let owner = self.owner(Table::Folders, &user);
        if owner == Owner::Later {
            self.waiting.folder(self.known.hash(&id), self.known.hash(&user));
        }
        let twice = self.known.add_folder(&id, owner);
        let refused = if id.is_empty() || owner == Owner::Nobody {
            Some(contains("an invalid folder row"))
        } else {
            twice.then(|| contains(&format!("duplicate folder id: {id}")))
        };
        (owner, refused)
    }

    fn cipher(&mut self, row: &Row<'_>) -> (Owner, Option<String>) {
        let (id, user, folder) =
            (row.get("id").trimmed(), row.get("user_id").trimmed(), row.get("folder_id").trimmed());
        let owner = self.owner(Table::Ciphers, &user);
        let has_folder = !folder.is_empty();
        if owner == Owner::Later {
            let folder = has_folder.then(|| self.known.hash(&folder));
            self.waiting.cipher(self.known.hash(&id), self.known.hash(&user), folder);
        }
        let twice = self.known.add_cipher(&id, owner);
        let is_lost = has_folder && owner != Owner::Later && !self.parents().has_folder(&folder);
        let refused = if id.is_empty() || owner == Owner::Nobody {
            Some(contains("an invalid cipher row"))
        } else if is_lost {
            Some(contains(&format!("a cipher for an unknown folder: {folder}")))
        } else {
            twice.then(|| contains(&format!("duplicate cipher id: {id}")))
        };
        (owner, refused)
    }

    /// Keeps the row; whether its vault item is there is looked up at the end.
    fn attachment(&mut self, row: &Row<'_>) -> Owner {
        let (id, cipher) = (row.get("id").trimmed(), row.get("cipher_id").trimmed());
        let owner = self.parents().cipher(&cipher).unwrap_or(Owner::Nobody);
        self.attachment_text += id.len() + cipher.len();
        if self.attachments.len() < MOST_ATTACHMENTS && self.attachment_text <= MOST_ATTACHMENT_TEXT {
            self.attachments.push(AttachmentRow::new(&cipher, &id, row.get("size").size()));
        }
        owner
    }

    fn passkey(&mut self, row: &Row<'_>) -> (Owner, Option<String>) {
        let text = |column| row.get(column).trimmed();
        let (id, credential) = (text("id"), text("credential_id"));
        let purpose = row.get("purpose");
        let is_known_purpose = purpose.is_nothing() || matches!(&*purpose.trimmed(), "login" | "twoFactor");
        let owner = self.checked_owner(Table::WebauthnCredentials, &text("user_id"));
        let has_all = !id.is_empty() && !credential.is_empty() && !text("public_key").is_empty();
        if !has_all || owner == Owner::Nobody || !is_known_purpose {
            return (owner, Some(contains("an invalid account passkey row")));
        }
        let refused = if !self.passkeys.insert(self.known.hash(&id)) {
            Some(contains(&format!("duplicate account passkey id: {id}")))
        } else {
            let twice = !self.credentials.insert(self.known.hash(&credential));
            twice.then(|| contains(&format!("duplicate account passkey credential id: {credential}")))
        };
        (owner, refused)
    }
}

fn contains(what: &str) -> String {
    Refusal::because(format!("Backup archive contains {what}")).message
}

fn or_empty(id: &str) -> &str {
    if id.is_empty() { "(empty)" } else { id }
}

fn null_row(table: Table) -> String {
    let first_read = match table {
        Table::Config => "key",
        Table::UserRevisions | Table::DomainSettings => "user_id",
        Table::Attachments => "cipher_id",
        _ => "id",
    };
    format!("Cannot read properties of null (reading '{first_read}')")
}
