//! Switches that tests turn through `POST /_sim/config`.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    markdown::style::{Seed, Skew},
    novelty::Novelty,
};

/// A request budget per token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    pub(crate) requests: usize,
    pub(crate) window_seconds: u64,
}

/// What tokens may do; a missing one is a 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are Notion's independent check boxes"
)]
pub(crate) struct Capabilities {
    pub(crate) read_content: bool,
    pub(crate) insert_content: bool,
    pub(crate) update_content: bool,
    pub(crate) read_comments: bool,
    pub(crate) insert_comments: bool,
    pub(crate) user_information: bool,
    pub(crate) user_email: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            read_content: true,
            insert_content: true,
            update_content: true,
            read_comments: true,
            insert_comments: true,
            user_information: true,
            user_email: true,
        }
    }
}

impl Capabilities {
    /// What both allow.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            read_content: self.read_content && other.read_content,
            insert_content: self.insert_content && other.insert_content,
            update_content: self.update_content && other.update_content,
            read_comments: self.read_comments && other.read_comments,
            insert_comments: self.insert_comments && other.insert_comments,
            user_information: self.user_information && other.user_information,
            user_email: self.user_email && other.user_email,
        }
    }
}

/// How the token endpoints say no: sources disagree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OauthErrorStyle {
    /// `{"error": …}`, as seen on the wire.
    #[default]
    Observed,
    /// `{"object": "error", "code": …}`, as the published schema has it.
    Openapi,
}

/// All switches with their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Config {
    /// How long a new page or title is unknown to search.
    pub(crate) search_lag_ms: i64,
    /// How often search leaves out a page it should have returned.
    pub(crate) search_omit_probability: f64,
    /// How often a cursor has died before it is used.
    pub(crate) cursor_death_probability: f64,
    /// Blocks a free workspace may ever have, for the connections that are held to it.
    pub(crate) block_limit: Option<usize>,
    pub(crate) rate_limit: RateLimit,
    /// A budget that all tokens of a workspace share, besides their own.
    pub(crate) workspace_rate_limit: Option<RateLimit>,
    /// Times shown without seconds, as all recordings show them.
    pub(crate) minute_rounding: bool,
    pub(crate) capabilities: Capabilities,
    /// A failing pair of `update_content` undoes the ones before it.
    pub(crate) update_content_atomic: bool,
    /// Pairs of `update_content` match the text as the pairs before left it; else the first text.
    pub(crate) update_content_sequential: bool,
    /// Markdown is written with other, equivalent spellings than it was read with.
    pub(crate) markdown_skew: Skew,
    /// Records that one Markdown answer holds at most.
    pub(crate) markdown_limit: usize,
    pub(crate) oauth_error_style: OauthErrorStyle,
    /// How long access tokens of sign-ins live that are made from now on; 0 is for ever.
    pub(crate) token_life_seconds: u64,
    /// How long a code waits to be exchanged.
    pub(crate) code_life_seconds: u64,
    /// Whoever uses an old refresh token again ends the whole grant.
    pub(crate) family_revocation: bool,
    /// The refresh token before the present one is taken too.
    pub(crate) refresh_grace: bool,
    /// Sign-ins and refreshes give no refresh token.
    pub(crate) null_refresh_token: bool,
    /// A connection keeps pages it created when a person picks others.
    pub(crate) keep_created: bool,
    /// `replace_content` keeps the ids of blocks that did not change.
    pub(crate) replace_keeps_ids: bool,
    /// `<page url="…">` of a page that is elsewhere moves it here; else it is refused.
    pub(crate) page_tag_moves: bool,
    /// Pages that a connection does not see may be mentioned all the same.
    pub(crate) hidden_mentions: bool,
    /// Links may be more than absolute web addresses: `mailto:`, `tel:`, `/…` and `#…`.
    pub(crate) odd_links: bool,
    /// How long a write takes; another write to the same page meanwhile is a conflict.
    pub(crate) write_ms: u64,
    /// What chance follows: omissions of search, and cursors that die.
    pub(crate) seed: u64,
    /// Fields and values nobody knows yet.
    pub(crate) novelty: Novelty,
    /// Answers look as they did on that day, as `YYYY-MM-DD`; without a day as they do now.
    pub(crate) as_of: Option<jiff::civil::Date>,
    /// How long an address of an uploaded file is good.
    pub(crate) file_life_seconds: u64,
    /// How long an upload waits to be sent and attached.
    pub(crate) upload_life_seconds: u64,
    /// The largest file of the workspace, as `users/me` tells it.
    pub(crate) max_file_upload_size_in_bytes: u64,
    /// What an upload of mode `external_url` finds: addresses and the text there; without a text
    /// the file is announced, and cannot be fetched.
    pub(crate) external_files: BTreeMap<String, Option<String>>,
    /// How long an asynchronous task waits before it is carried out.
    pub(crate) async_task_ms: i64,
    /// How far the clock is ahead; what waits for a time need not be waited for.
    pub(crate) clock_ahead_ms: i64,
    /// Where the clock stands, if it does: a request moves it by a millisecond, so that what happens later
    /// is later, and only this sets it forward; nothing sets it back.
    pub(crate) clock_stands_at_ms: Option<i64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            search_lag_ms: 0,
            search_omit_probability: 0.0,
            cursor_death_probability: 0.0,
            block_limit: None,
            rate_limit: RateLimit {
                requests: 180,
                window_seconds: 60,
            },
            workspace_rate_limit: None,
            minute_rounding: true,
            capabilities: Capabilities::default(),
            update_content_atomic: true,
            update_content_sequential: true,
            markdown_skew: Skew::default(),
            markdown_limit: 20_000,
            oauth_error_style: OauthErrorStyle::default(),
            token_life_seconds: 0,
            code_life_seconds: 600,
            family_revocation: false,
            refresh_grace: false,
            null_refresh_token: false,
            keep_created: true,
            replace_keeps_ids: false,
            page_tag_moves: true,
            hidden_mentions: false,
            odd_links: true,
            write_ms: 0,
            seed: 0,
            novelty: Novelty::default(),
            as_of: None,
            file_life_seconds: 3600,
            upload_life_seconds: 3600,
            max_file_upload_size_in_bytes: 5 * 1024 * 1024,
            external_files: BTreeMap::new(),
            async_task_ms: 0,
            clock_ahead_ms: 0,
            clock_stands_at_ms: None,
        }
    }
}

impl Config {
    /// Sets the clock for what this thread does next: it handles one request, in one go.
    pub(crate) fn begin_request(&mut self) {
        if let Some(at) = &mut self.clock_stands_at_ms {
            *at = at.saturating_add(1);
        }
        crate::clock::set(self.clock_ahead_ms, self.clock_stands_at_ms);
    }

    /// Makes an answer one of another time: of next year, or of a day that is past.
    pub(crate) fn dress(&self, body: &mut Value) {
        self.novelty.add(body);
        if let Some(day) = self.as_of {
            crate::history::answer_as_of(body, &day.to_string());
        }
    }

    /// Chooses one possibility, by a seed, for everything nobody can know without a real account.
    pub(crate) fn skew(&mut self, seed: u64) {
        let mut rng = StdRng::seed_from_u64(seed);
        self.markdown_skew = Skew::Seeded(Seed { seed: rng.random() });
        self.update_content_atomic = rng.random();
        self.update_content_sequential = rng.random();
        self.replace_keeps_ids = rng.random();
        self.page_tag_moves = rng.random();
        self.minute_rounding = rng.random();
        self.keep_created = rng.random();
        self.refresh_grace = rng.random();
        self.family_revocation = rng.random();
        self.oauth_error_style = if rng.random() {
            OauthErrorStyle::Observed
        } else {
            OauthErrorStyle::Openapi
        };
        self.hidden_mentions = rng.random();
        self.odd_links = rng.random();
    }
}
