//! The routes that the simulator answers for: those of the reference's list of endpoints.

/// Method and path; `{…}` stands for one part of any content.
const ROUTES: &[(&str, &str)] = &[
    ("POST", "/v1/search"),
    ("POST", "/v1/pages"),
    ("GET", "/v1/pages/{id}"),
    ("PATCH", "/v1/pages/{id}"),
    ("POST", "/v1/pages/{id}/move"),
    ("GET", "/v1/pages/{id}/markdown"),
    ("PATCH", "/v1/pages/{id}/markdown"),
    ("GET", "/v1/pages/{id}/properties/{property_id}"),
    ("GET", "/v1/blocks/{id}"),
    ("PATCH", "/v1/blocks/{id}"),
    ("DELETE", "/v1/blocks/{id}"),
    ("GET", "/v1/blocks/{id}/children"),
    ("PATCH", "/v1/blocks/{id}/children"),
    ("GET", "/v1/users/me"),
    ("GET", "/v1/users"),
    ("GET", "/v1/users/{id}"),
    ("POST", "/v1/comments"),
    ("GET", "/v1/comments"),
    ("GET", "/v1/comments/{id}"),
    ("PATCH", "/v1/comments/{id}"),
    ("DELETE", "/v1/comments/{id}"),
    ("POST", "/v1/file_uploads"),
    ("GET", "/v1/file_uploads"),
    ("GET", "/v1/file_uploads/{id}"),
    ("POST", "/v1/file_uploads/{id}/send"),
    ("POST", "/v1/file_uploads/{id}/complete"),
    ("POST", "/v1/databases"),
    ("GET", "/v1/databases/{id}"),
    ("PATCH", "/v1/databases/{id}"),
    ("POST", "/v1/databases/{id}/query"),
    ("POST", "/v1/data_sources"),
    ("GET", "/v1/data_sources/{id}"),
    ("PATCH", "/v1/data_sources/{id}"),
    ("POST", "/v1/data_sources/{id}/query"),
    ("GET", "/v1/data_sources/{id}/templates"),
    ("GET", "/v1/async_tasks/{id}"),
    ("GET", "/v1/custom_emojis"),
    ("GET", "/v1/views"),
    ("POST", "/v1/views"),
    ("GET", "/v1/views/{id}"),
    ("PATCH", "/v1/views/{id}"),
    ("DELETE", "/v1/views/{id}"),
    ("POST", "/v1/views/{id}/queries"),
    ("GET", "/v1/views/{id}/queries/{query_id}"),
    ("DELETE", "/v1/views/{id}/queries/{query_id}"),
    ("POST", "/v1/oauth/token"),
    ("POST", "/v1/oauth/introspect"),
    ("POST", "/v1/oauth/revoke"),
];

/// Requests to addresses that do not exist.
pub(crate) const NOWHERE: &str = "(no such address)";

/// All routes, as the table names them.
pub(crate) fn all() -> impl Iterator<Item = String> {
    ROUTES
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
}

/// The row of the table a request belongs to, if it is one of ours.
pub(crate) fn find(method: &str, path: &str) -> Option<String> {
    ROUTES
        .iter()
        .find(|(known, template)| *known == method && fits(template, path))
        .map(|(method, template)| format!("{method} {template}"))
}

/// Whether a path is an instance of a template.
pub(crate) fn fits(template: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut parts = path.split('/');
    let fits = template.split('/').all(|wanted| {
        parts
            .next()
            .is_some_and(|part| wanted == part || (wanted.starts_with('{') && !part.is_empty()))
    });
    fits && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_apart() {
        let route = |method, path| find(method, path).unwrap_or_default();
        assert_eq!(route("GET", "/v1/users/me"), "GET /v1/users/me");
        assert_eq!(route("GET", "/v1/users/nope"), "GET /v1/users/{id}");
        assert_eq!(
            route("GET", "/v1/pages/a/properties/%7D"),
            "GET /v1/pages/{id}/properties/{property_id}"
        );
        assert_eq!(route("GET", "/v1/agents"), "");
        assert_eq!(route("DELETE", "/v1/pages/a"), "");
    }
}
