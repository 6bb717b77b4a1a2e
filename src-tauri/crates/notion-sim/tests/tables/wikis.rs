//! Databases whose data source holds pages and other databases.

use serde_json::{Value, json};

use super::{
    database, names, row,
    support::{Api, id},
    text,
};

#[tokio::test]
async fn a_wiki_holds_pages_and_data_sources() {
    let api = Api::start().await;
    let (wiki, source) = database(&api, "Wiki", json!({"Name": {"title": {}}})).await;
    row(&api, &source, json!({"Name": {"title": text("A page")}})).await;
    let (inner, inner_source) = database(&api, "Letters", json!({"Name": {"title": {}}})).await;
    // Only a person can put a table into a wiki.
    let mut moved = inner.clone();
    moved["parent"] = json!({"type": "database_id", "database_id": wiki["id"]});
    api.control("import", json!({"objects": [moved]})).await;
    let path = format!("/v1/databases/{}", id(&inner));
    let shown = api.ok("GET", &path, json!({})).await;
    assert_eq!(shown["parent"]["type"], "database_id");
    assert_eq!(shown["parent"]["database_id"], wiki["id"]);
    let query = format!("/v1/data_sources/{source}/query");
    let kinds = |answer: &Value| -> Vec<String> {
        let results = answer["results"].as_array().unwrap().iter();
        let mut kinds: Vec<String> = results
            .map(|found| found["object"].as_str().unwrap().to_owned())
            .collect();
        kinds.sort();
        kinds
    };
    let all = api.ok("POST", &query, json!({})).await;
    assert_eq!(kinds(&all), ["data_source", "page"]);
    let only = api
        .ok("POST", &query, json!({"result_type": "data_source"}))
        .await;
    assert_eq!(id(&only["results"][0]), inner_source);
    assert_eq!(
        only["results"][0]["database_parent"]["database_id"],
        wiki["id"]
    );
    let pages = json!({"result_type": "page"});
    assert_eq!(names(&api, &source, pages).await, ["A page"]);
    // It is filtered by what it is called, and one by one.
    let filter = json!({"filter": {"property": "Name", "title": {"equals": "Letters"}}});
    let found = api.ok("POST", &query, filter).await;
    assert_eq!(kinds(&found), ["data_source"]);
    let first = api.ok("POST", &query, json!({"page_size": 1})).await;
    let rest = json!({"page_size": 1, "start_cursor": first["next_cursor"]});
    let second = api.ok("POST", &query, rest).await;
    assert_ne!(first["results"][0]["id"], second["results"][0]["id"]);
    // In an ordinary table there is none.
    let path = format!("/v1/data_sources/{inner_source}/query");
    let none = api
        .ok("POST", &path, json!({"result_type": "data_source"}))
        .await;
    assert_eq!(none["results"], json!([]));
}
