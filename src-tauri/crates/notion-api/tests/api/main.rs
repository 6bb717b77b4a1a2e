//! The client against servers that answer everything Notion, its edge and a bad line may answer.

#[cfg(test)]
mod errors;
#[cfg(test)]
mod ids;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod support;
