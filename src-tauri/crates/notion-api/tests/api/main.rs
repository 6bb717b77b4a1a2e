//! The client against servers that answer everything Notion, its edge and a bad line may answer.

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod files;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod ids;
#[cfg(test)]
mod more_recordings;
#[cfg(test)]
mod more_requests;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod window;
