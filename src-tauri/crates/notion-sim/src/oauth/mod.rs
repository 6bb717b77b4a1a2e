//! Sign-in: public connections, the consent page, codes, rolling tokens.
//!
//! What a browser sees is in `consent` (what is asked and decided) and `page` (how it looks); what
//! a server sees is in `token`; `model` keeps who granted what to whom. Nothing here checks what a
//! token may see: that is the business of `tree`, as for every other token.

pub(crate) mod basic;
pub(crate) mod consent;
pub(crate) mod control;
mod issue;
pub(crate) mod model;
mod page;
pub(crate) mod redirects;
pub(crate) mod token;
