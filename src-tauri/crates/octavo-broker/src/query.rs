//! Query parameters, each at most once.

use url::form_urlencoded;

/// A query that says something twice can mean one thing to us and another to whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ambiguous;

/// The values of `names` in their order; other parameters are not ours to judge.
pub(crate) fn once<const N: usize>(
    query: &str,
    names: [&str; N],
) -> Result<[Option<String>; N], Ambiguous> {
    let mut found = [const { None }; N];
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        for (slot, wanted) in found.iter_mut().zip(names) {
            if name == wanted && slot.replace(value.clone().into_owned()).is_some() {
                return Err(Ambiguous);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_found_once() {
        let found = once("b=2&a=1%2B1&c=3", ["a", "b", "d"]).unwrap();
        assert_eq!(found, [Some("1+1".into()), Some("2".into()), None]);
    }

    #[test]
    fn duplicates_are_refused_however_they_are_written() {
        for query in ["a=1&a=1", "a=1&a=", "a&a", "a=1&%61=2"] {
            assert_eq!(once(query, ["a"]), Err(Ambiguous), "{query}");
        }
        assert!(once("x=1&x=2&a=1", ["a"]).is_ok());
    }
}
