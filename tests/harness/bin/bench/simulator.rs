//! The simulator with many pages: `notion-sim`'s example measures, in a process of its own.

use harness::Verdict;

use crate::rows;
use crate::table::Table;

pub(crate) fn measure(table: &mut Table) -> Verdict {
    crate::say("  a simulator with 20,000 pages …");
    rows::of("large", &["20000".as_ref(), "--json".as_ref()], table)
}
