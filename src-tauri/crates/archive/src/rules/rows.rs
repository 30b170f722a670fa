//! Reads `db.json` for the rules.

use std::io::Read;

use super::super::json::{Member, Row, Visitor, WalkError, Walked, walk};
use super::{Judge, Table};

/// Takes part in the reading of the rows beside the rules.
pub(crate) trait Listener {
    /// It needs the owner of every row.
    const NEEDS_OWNERS: bool = false;

    /// A table begins; what an earlier one of this name said does not count.
    fn table(&mut self, _table: Table) {}

    /// A row, and the place of the user it belongs to.
    fn row(&mut self, table: Table, row: &Row<'_>, owner: Option<u32>);

    /// A member of the top object that is no table of a backup.
    fn other(&mut self, _key: &str) {}
}

impl Listener for () {
    fn row(&mut self, _table: Table, _row: &Row<'_>, _owner: Option<u32>) {}
}

/// Walks through the rows in `text`, and once more in what `again` gives where
/// that is needed to be certain. `listen` gives a new listener each time. Where the
/// text turns out not to be JSON, the rows before that were judged anyway.
pub(crate) fn judge<R: Read, L: Listener>(
    text: impl Read,
    again: impl Fn() -> R,
    listen: impl Fn() -> L,
) -> (Result<Walked, WalkError>, Judge, L) {
    let mut reading = Reading { judge: Judge::default(), listener: listen(), table: None };
    let mut walked = walk(text, &mut reading);
    reading.judge.settle();
    if walked.is_ok() && reading.judge.must_walk_again(L::NEEDS_OWNERS) {
        reading = Reading { judge: reading.judge.again(), listener: listen(), table: None };
        walked = walk(again(), &mut reading);
        reading.judge.settle();
    }
    (walked, reading.judge, reading.listener)
}

struct Reading<L> {
    judge: Judge,
    listener: L,
    table: Option<Table>,
}

impl<L: Listener> Visitor for Reading<L> {
    fn begin(&mut self, key: &str, member: Member<'_>) -> bool {
        self.table = Table::named(key);
        match self.table {
            Some(table) => {
                self.judge.begin(table, member);
                self.listener.table(table);
            }
            None => self.listener.other(key),
        }
        self.table.is_some() && member == Member::Array
    }

    fn row(&mut self, row: &Row<'_>) {
        if let Some(table) = self.table {
            let owner = self.judge.row(table, row);
            self.listener.row(table, row, owner);
        }
    }
}
