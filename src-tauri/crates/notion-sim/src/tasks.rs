//! Asynchronous tasks: Markdown that is written after the answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Incoming, Need},
    clock,
    error::{ApiError, ApiResult},
    routes::Route,
    sim::Sim,
    version::Version,
    world::{Token, World},
};

/// How long a result can be asked for.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// A request that waits, or its outcome.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) due: i64,
    /// Who asked: as it stood then, for grants change.
    pub(crate) token: Token,
    pub(crate) version: String,
    /// The page that is changed; `None` creates one.
    pub(crate) page: Option<Uuid>,
    pub(crate) body: Map<String, Value>,
    pub(crate) outcome: Option<Outcome>,
}

/// What came of a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Succeeded(Value),
    Failed(Value),
}

impl Task {
    fn operation(&self) -> &'static str {
        if self.page.is_some() {
            "PATCH /v1/pages/:page_id/markdown"
        } else {
            "POST /v1/pages"
        }
    }

    fn json(&self, world: &World) -> Value {
        let status = match &self.outcome {
            None => "queued",
            Some(Outcome::Succeeded(_)) => "succeeded",
            Some(Outcome::Failed(_)) => "failed",
        };
        let mut shown = json!({
            "object": "async_task",
            "id": self.id,
            "status": status,
            "status_url": format!("{}/v1/async_tasks/{}", world.base, self.id),
            "created_time": clock::show(self.created, false),
            "operation": {"surface": "rest", "name": self.operation()},
        });
        match &self.outcome {
            None => crate::json::put(&mut shown, "poll_after_seconds", json!(2)),
            Some(Outcome::Succeeded(result)) => {
                crate::json::put(&mut shown, "result", result.clone());
            }
            Some(Outcome::Failed(error)) => crate::json::put(&mut shown, "error", error.clone()),
        }
        shown
    }
}

/// Whether a request asks for an asynchronous answer.
pub(crate) fn wanted(ctx: &Ctx<'_>) -> ApiResult<bool> {
    Ok(ctx.flag("allow_async")?.unwrap_or(false))
}

/// Answers 202 and leaves the work for later. Only what can be seen from the outside is checked
/// now: errors of matching and parsing surface in the task.
pub(crate) fn enqueue(ctx: &mut Ctx<'_>, page: Option<Uuid>) -> ApiResult<Answer> {
    match page {
        Some(id) => {
            ctx.page(id)?;
            ctx.require(Need::Update)?;
        }
        None => ctx.require(Need::Insert)?,
    }
    let now = clock::now();
    let mut body = ctx.body.clone();
    body.remove("allow_async");
    let task = Task {
        id: format!("task_{}", Uuid::new_v4().simple()),
        created: now,
        due: now.saturating_add(ctx.world.config.async_task_ms),
        token: ctx.token.clone(),
        version: ctx.version.name().to_owned(),
        page,
        body,
        outcome: None,
    };
    let mut answer = Answer::wrote(task.json(ctx.world));
    answer.status = 202;
    ctx.world.tasks.insert(task.id.clone(), task);
    Ok(answer)
}

/// `GET /v1/async_tasks/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: &str) -> ApiResult<Answer> {
    let known = ctx.world.tasks.get(id);
    let own = known.filter(|task| {
        task.token.bot == ctx.token.bot && clock::now() < task.created.saturating_add(KEPT_MS)
    });
    own.map(|task| Answer::read(task.json(ctx.world)))
        .ok_or_else(|| {
            ApiError::new(
                404,
                "object_not_found",
                format!("Could not find async_task with ID: {id}."),
            )
        })
}

/// Carries out what is due, before anything else looks at the world. Answers whether there was
/// anything.
pub(crate) fn run_due(sim: &mut Sim) -> bool {
    let now = clock::now();
    let mut due: Vec<(i64, String)> = sim
        .world
        .tasks
        .values()
        .filter(|task| task.outcome.is_none() && task.due <= now)
        .map(|task| (task.created, task.id.clone()))
        .collect();
    due.sort();
    for (_, id) in &due {
        let Some(task) = sim.world.tasks.get(id).cloned() else {
            continue;
        };
        let outcome = carry_out(sim, task);
        if let Some(task) = sim.world.tasks.get_mut(id) {
            task.outcome = Some(outcome);
        }
    }
    !due.is_empty()
}

fn carry_out(sim: &mut Sim, task: Task) -> Outcome {
    let route = match task.page {
        Some(id) => Route::UpdateMarkdown(id.to_string()),
        None => Route::CreatePage,
    };
    let version = Version::from_header(Some(&task.version));
    let Sim { world, rng, .. } = sim;
    world.viewer = Some(task.token.clone());
    let done = version.and_then(|version| {
        route.run(&mut Ctx {
            world,
            rng,
            token: task.token,
            version,
            query: Vec::new(),
            body: task.body,
            incoming: Incoming::default(),
        })
    });
    sim.world.viewer = None;
    match done {
        Ok(answer) => Outcome::Succeeded(answer.body),
        Err(error) => {
            let style = sim.world.config.oauth_error_style;
            Outcome::Failed(error.json(Uuid::new_v4(), style))
        }
    }
}
