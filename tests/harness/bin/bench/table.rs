//! Rows of measurements beside their budgets.

use std::fmt::Write as _;

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<[String; 5]>,
    notes: Vec<String>,
    load: String,
}

impl Table {
    /// An empty one, which remembers how busy the machine is with other things.
    pub(crate) fn begin() -> Self {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            load: load.split(' ').take(3).collect::<Vec<_>>().join(", "),
            ..Self::default()
        }
    }

    /// One row: what, how much, how much the peer, their relation, the budget.
    pub(crate) fn row(&mut self, cells: [String; 5]) {
        crate::say(&format!("  {}", cells.join(" · ")));
        self.rows.push(cells);
    }

    /// What stands below the rows.
    pub(crate) fn note(&mut self, words: &str) {
        self.notes.push(words.to_owned());
    }

    pub(crate) fn markdown(&self, date: &str) -> String {
        let mut out = format!("# Measured on {date}\n\n");
        let processors = std::thread::available_parallelism().map_or(0, usize::from);
        let _ = writeln!(
            out,
            "{} build, Linux on {processors} processors, virtual display; load average before: {}.\n",
            if cfg!(debug_assertions) {
                "Debug"
            } else {
                "Release"
            },
            self.load
        );
        out.push_str("| what | Octavo | beside it | relation | budget |\n|---|---|---|---|---|\n");
        for row in &self.rows {
            let _ = writeln!(out, "| {} |", row.join(" | "));
        }
        for note in &self.notes {
            let _ = write!(out, "\n{note}\n");
        }
        out
    }
}

/// The value below which `share` of the sorted values lie.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a short list"
    )]
    let at = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or_default()
}
