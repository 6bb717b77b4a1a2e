//! Asking a language model over the wire: any server that speaks as `OpenAI`'s chat completions do
//! (`OpenAI`, Ollama, LM Studio, llama.cpp, `OpenRouter`, vLLM), or Anthropic's messages.
//!
//! This crate knows HTTP and nothing of notes, accounts or disks. What it sends is what it is given
//! ([`Ask`]), to the one address it is given ([`Endpoint`]); an answer is text, read as it streams in,
//! and bounded in size and time. Nothing in an answer is ever acted upon here.

mod client;
mod endpoint;
mod error;
mod json;
mod local;
mod speech;
mod stream;

pub use client::{Answer, Ask, Models, Patience};
pub use endpoint::{Endpoint, Style};
pub use error::ModelError;
pub use json::object_in;
pub use local::LOCAL_SERVERS;

/// About how many tokens a text is: four bytes of Latin letters each, two of other scripts. Good enough
/// to say what a sending costs before it is sent.
pub fn estimated_tokens(text: &str) -> u64 {
    let quarters: u64 = text.chars().map(|c| if c.is_ascii() { 1 } else { 3 }).sum();
    quarters.div_ceil(4)
}
