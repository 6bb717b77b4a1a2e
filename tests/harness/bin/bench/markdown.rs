//! The converters beside their peers: `notion-markdown`'s example `peers` measures.

use harness::{Verdict, workspace_root};

use crate::rows;
use crate::table::Table;

pub(crate) fn measure(table: &mut Table) -> Verdict {
    crate::say("  converting documents there and back …");
    let peers = workspace_root().join("bench/peers");
    rows::of("peers", &[peers.as_os_str()], table)
}
