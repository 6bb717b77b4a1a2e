//! Holds the simulator of Notion to the truth: recorded traffic, and Notion's own schema.
//!
//! [`run`] replays recorded exchanges against a simulator of its own. Before each recording it puts
//! in place what the recording presupposes, then it sends what was sent, with the ids that this
//! simulator gave, and compares: status, error code and message, every key, every JSON type, the
//! number of items, and every value that is determined by what came before.
//!
//! Nothing here knows a recording by its name: any folder of files in the same format will do.

#![expect(
    clippy::indexing_slicing,
    reason = "only JSON values are indexed by name, and they answer null for what they do not have"
)]

mod before;
mod compare;
mod dates;
mod facts;
mod gaps;
mod ids;
mod overlay;
mod recording;
mod replay;
mod report;
mod routes;
mod schema;
mod setup;
mod shape;

pub use recording::{Pair, Recording, load};
pub use replay::{Options, run};
pub use report::{LeftOut, Outcome, Report, Violation};
pub use schema::Schema;
pub use shape::differences;

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not JSON.
    #[error("{}: {source}", path.display())]
    Json {
        /// Which one.
        path: std::path::PathBuf,
        /// Where it stops being JSON.
        source: serde_json::Error,
    },
    /// There is nothing to replay.
    #[error("{} holds no recordings", .0.display())]
    Nothing(std::path::PathBuf),
    /// The simulator does not start.
    #[error(transparent)]
    Simulator(#[from] notion_sim::SimError),
    /// The simulator cannot be reached.
    #[error("the simulator does not answer: {0}")]
    Network(#[from] reqwest::Error),
    /// The simulator refused what a recording presupposes.
    #[error("the simulator refuses to be set up: {0}")]
    Setup(String),
    /// The schema document cannot be used.
    #[error("the schema cannot be used: {0}")]
    Schema(String),
    /// The runtime for asynchronous work is not there.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}
