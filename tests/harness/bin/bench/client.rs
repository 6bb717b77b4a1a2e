//! The client of Notion's API: `notion-api`'s examples measure, in processes of their own.

use harness::Verdict;

use crate::rows;
use crate::table::Table;

pub(crate) fn measure(table: &mut Table) -> Verdict {
    crate::say("  calls on loopback, side by side with bare reqwest …");
    rows::of("overhead", &["--json".as_ref()], table)?;
    crate::say("  creates against a window …");
    rows::of("pace", &["--json".as_ref()], table)
}
