//! The torture of sync: two installs of Octavo and a person in Notion act at random, with every
//! fault and every spelling the simulator has, on a clock of its own; afterwards nothing may be lost
//! and nothing may be there twice.
//!
//! A run is drawn from a seed, as a list of [`Act`]s that hold all they need: the same list can be
//! carried out again, and so can any part of it, which is how a failing run is made small
//! ([`shrunk`]). What everybody wrote is written down in a ledger: every word is unlike any other, so
//! that it can be looked for at the end ([`Verdict`]).
//!
//! It stands outside the product and is only used by tests and by `cargo xtask torture`.

mod act;
mod check;
mod desk;
mod disk;
mod draw;
mod drive;
mod ledger;
mod pace;
mod person;
mod relay;
mod shrink;
mod signin;
mod stage;
mod text;
mod time;
mod weather;

pub use act::{Act, Edit, Kill, Meanwhile, Person, Rule, Weather};
pub use check::Verdict;
pub use draw::drawn;
pub use pace::{Flood, flood, idle};
pub use shrink::shrunk;

/// Why a run could not be carried out at all.
#[derive(Debug, thiserror::Error)]
pub enum TortureError {
    /// The simulator did not start.
    #[error("the simulator did not start: {0}")]
    Simulator(#[from] notion_sim::SimError),
    /// The page through which people sign in did not start.
    #[error("the broker did not start: {0}")]
    Broker(#[from] octavo_broker::BrokerError),
    /// The core refused something that never may be refused.
    #[error("the core failed: {0}")]
    Core(#[from] octavo_core::CoreError),
    /// The simulator did not answer.
    #[error("the simulator did not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The simulator refused what the story wanted of it.
    #[error("the simulator refused {what}: {answer}")]
    Refused {
        /// What was asked.
        what: String,
        /// Its answer.
        answer: String,
    },
    /// This computer failed.
    #[error("this computer failed: {0}")]
    File(#[from] std::io::Error),
    /// A database could not be looked at.
    #[error("a database could not be looked at: {0}")]
    Database(#[from] sqlx::Error),
}

/// How many bytes of text one request carries in a run: so little that many changes go in stages.
const ROOM: usize = 120;

/// Carries out a list of acts on a stage of its own, lets everything settle, and says what is wrong
/// afterwards. Blocks the thread.
///
/// # Errors
/// The run could not be carried out.
pub fn run(acts: &[Act]) -> Result<Verdict, TortureError> {
    on_a_virtual_clock(async {
        let mut stage = stage::Stage::new(ROOM).await?;
        for act in acts {
            Box::pin(stage.perform(act)).await?;
        }
        Box::pin(stage.settle()).await
    })
}

/// Does something while time passes only when it is told to.
fn on_a_virtual_clock<T>(
    story: impl Future<Output = Result<T, TortureError>>,
) -> Result<T, TortureError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()?;
    let ended = runtime.block_on(async {
        let _still = time::Still::hold();
        story.await
    });
    // What a killed install left running has nobody to tell.
    runtime.shutdown_background();
    ended
}
