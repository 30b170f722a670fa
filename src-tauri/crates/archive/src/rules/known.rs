//! Which ids there are and whom their rows belong to, and the rows that came
//! before those they point to. Ids are distinguished by a hash under a random key:
//! eight bytes an id, and none that collide on purpose.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::Table;

/// More users than are listed one by one.
pub(crate) const MOST_PEOPLE: usize = 10_000;

/// Whom a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The user at this place in the users table.
    Person(u32),
    /// No user that is there.
    Nobody,
    /// That shows when all rows are read.
    Later,
}

impl Owner {
    /// The user's place, if it is known.
    pub(super) fn person(self) -> Option<u32> {
        match self {
            Self::Person(place) => Some(place),
            Self::Nobody | Self::Later => None,
        }
    }
}

type Ids = HashMap<u64, Owner>;

/// The ids of the tables whose rows others point to.
#[derive(Debug, Default)]
pub(super) struct Known {
    hashes: RandomState,
    users: Ids,
    folders: Ids,
    ciphers: Ids,
}

impl Known {
    /// Nothing known, with the same hashes.
    pub(super) fn emptied(&self) -> Self {
        Self { hashes: self.hashes.clone(), ..Self::default() }
    }

    /// Forgets a table's ids.
    pub(super) fn forget(&mut self, table: Table) {
        match table {
            Table::Users => self.users.clear(),
            Table::Folders => self.folders.clear(),
            Table::Ciphers => self.ciphers.clear(),
            _ => {}
        }
    }

    /// The hash of a text.
    pub(super) fn hash(&self, text: &str) -> u64 {
        self.hashes.hash_one(text)
    }

    /// The user of this id.
    pub(super) fn user(&self, id: &str) -> Option<Owner> {
        self.users.get(&self.hash(id)).copied()
    }

    /// Whom the vault item of this id belongs to, if it is there.
    pub(super) fn cipher(&self, id: &str) -> Option<Owner> {
        self.ciphers.get(&self.hash(id)).copied()
    }

    /// The folder of this id is there.
    pub(super) fn has_folder(&self, id: &str) -> bool {
        self.folders.contains_key(&self.hash(id))
    }

    /// Adds an id; true when it was there.
    pub(super) fn add_user(&mut self, id: &str, owner: Owner) -> bool {
        self.users.insert(self.hash(id), owner).is_some()
    }

    /// Adds an id; true when it was there.
    pub(super) fn add_folder(&mut self, id: &str, owner: Owner) -> bool {
        self.folders.insert(self.hash(id), owner).is_some()
    }

    /// Adds an id; true when it was there.
    pub(super) fn add_cipher(&mut self, id: &str, owner: Owner) -> bool {
        self.ciphers.insert(self.hash(id), owner).is_some()
    }
}

/// Rows that came before those they point to, as hashes.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    folders: Vec<(u64, u64)>,
    /// Vault item, user and folder; the folder's hash is 0 where there is none.
    ciphers: Vec<(u64, u64, u64)>,
    others: Vec<(Table, u64)>,
}

impl Waiting {
    /// A folder and its user.
    pub(super) fn folder(&mut self, id: u64, user: u64) {
        self.folders.push((id, user));
    }

    /// A vault item, its user and its folder.
    pub(super) fn cipher(&mut self, id: u64, user: u64, folder: Option<u64>) {
        self.ciphers.push((id, user, folder.unwrap_or(0)));
    }

    /// The user of another row.
    pub(super) fn other(&mut self, table: Table, user: u64) {
        self.others.push((table, user));
    }

    /// Forgets a table's rows.
    pub(super) fn forget(&mut self, table: Table) {
        match table {
            Table::Folders => self.folders.clear(),
            Table::Ciphers => self.ciphers.clear(),
            _ => self.others.retain(|(of, _)| *of != table),
        }
    }

    /// Looks everything up; false when something is not there.
    pub(super) fn settle(&mut self, known: &mut Known, belongings: &mut Belongings) -> bool {
        let mut all_found = self.others.iter().all(|(_, user)| known.users.contains_key(user));
        for &(id, user) in &self.folders {
            let owner = known.users.get(&user).copied();
            all_found &= owner.is_some();
            known.folders.insert(id, owner.unwrap_or(Owner::Nobody));
            belongings.add(Table::Folders, owner.and_then(Owner::person));
        }
        for &(id, user, folder) in &self.ciphers {
            let owner = known.users.get(&user).copied();
            let has_folder = folder == 0 || known.folders.contains_key(&folder);
            all_found &= owner.is_some() && has_folder;
            known.ciphers.insert(id, owner.unwrap_or(Owner::Nobody));
            belongings.add(Table::Ciphers, owner.and_then(Owner::person));
        }
        *self = Self::default();
        all_found
    }
}

/// What belongs to each user, by the user's place; of the first 10,000.
#[derive(Debug, Default)]
pub(crate) struct Belongings(Vec<Owned>);

/// What belongs to one user.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Owned {
    /// Vault items.
    pub ciphers: u64,
    /// Folders.
    pub folders: u64,
    /// Attachments.
    pub attachments: u64,
}

impl Belongings {
    /// What belongs to the user at `place`.
    pub(crate) fn of(&self, place: usize) -> Owned {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Counts a row.
    pub(super) fn add(&mut self, table: Table, owner: Option<u32>) {
        let Some(place) = owner.map(|place| place as usize).filter(|&place| place < MOST_PEOPLE) else {
            return;
        };
        if place >= self.0.len() {
            self.0.resize(place + 1, Owned::default());
        }
        if let Some(count) = count(&mut self.0[place], table) {
            *count += 1;
        }
    }

    /// Forgets a table's rows.
    pub(super) fn forget(&mut self, table: Table) {
        self.0.iter_mut().filter_map(|owned| count(owned, table)).for_each(|count| *count = 0);
    }
}

fn count(owned: &mut Owned, table: Table) -> Option<&mut u64> {
    match table {
        Table::Ciphers => Some(&mut owned.ciphers),
        Table::Folders => Some(&mut owned.folders),
        Table::Attachments => Some(&mut owned.attachments),
        _ => None,
    }
}
