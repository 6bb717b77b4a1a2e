//! Writes that take their time, and meet each other.

use std::{collections::HashSet, time::Duration};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    error::{ApiError, ApiResult},
    ids,
    json::at,
    routes::Route,
    sim::{App, Sim},
    world::World,
};

/// What is being written at the moment.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    pages: HashSet<Uuid>,
    /// What the request that has just been carried out holds.
    last: Option<Uuid>,
}

/// A page that is being written, until this is dropped: also if nobody waits for the answer.
pub(crate) struct Hold {
    app: App,
    page: Uuid,
    delay: Duration,
}

impl Hold {
    /// What the request holds that has just been carried out, if it wrote anything.
    pub(crate) fn taken(app: &App, sim: &mut Sim) -> Option<Self> {
        let page = sim.holds.last.take()?;
        Some(Self {
            app: app.clone(),
            page,
            delay: Duration::from_millis(sim.world.config.write_ms),
        })
    }

    /// The write goes on for as long as the switch says.
    pub(crate) async fn finish(self) {
        tokio::time::sleep(self.delay).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.app.lock().holds.pages.remove(&self.page);
    }
}

impl Holds {
    /// Refuses a write to a page that is being written ("Status codes": `conflict_error`).
    pub(crate) fn check(
        &self,
        world: &World,
        route: &Route,
        body: &Map<String, Value>,
    ) -> ApiResult<Option<Uuid>> {
        if world.config.write_ms == 0 {
            return Ok(None);
        }
        let page = written(route, body).map(|id| world.page_of(id).unwrap_or(id));
        match page {
            Some(page) if self.pages.contains(&page) => Err(ApiError::conflict()),
            page => Ok(page),
        }
    }

    /// Remembers that a write has begun.
    pub(crate) fn begin(&mut self, page: Option<Uuid>) {
        self.pages.extend(page);
        self.last = page;
    }
}

/// The record that a request changes, or puts something below.
fn written(route: &Route, body: &Map<String, Value>) -> Option<Uuid> {
    match route {
        Route::UpdatePage(id)
        | Route::MovePage(id)
        | Route::UpdateMarkdown(id)
        | Route::UpdateBlock(id)
        | Route::DeleteBlock(id)
        | Route::Append(id)
        | Route::UpdateDatabase(id)
        | Route::UpdateSource(id) => ids::parse(id),
        Route::CreatePage | Route::CreateDatabase => {
            let parent = body.get("parent")?;
            ["page_id", "data_source_id", "database_id"]
                .iter()
                .find_map(|key| at(parent, &[key]).as_str().and_then(ids::parse))
        }
        _ => None,
    }
}
