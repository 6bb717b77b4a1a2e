//! Columns that change, relations, and what each version of the API sees of a table.

use serde_json::{Value, json};

use super::{
    database, row,
    support::{Api, id},
    text,
};

#[tokio::test]
async fn relations_have_two_sides() {
    let api = Api::start().await;
    let (_, items) = database(
        &api,
        "Items",
        json!({"Name": {"title": {}}, "Price": {"number": {}}}),
    )
    .await;
    let relation = json!({"relation": {"data_source_id": items, "dual_property": {}}});
    let schema = json!({"Name": {"title": {}}, "Bought": relation,
                        "Sum": {"rollup": {"relation_property_name": "Bought",
                                           "rollup_property_name": "Price", "function": "sum"}}});
    let (_, people) = database(&api, "People", schema).await;
    let path = format!("/v1/data_sources/{items}");
    let shown = api.ok("GET", &path, json!({})).await;
    let back = &shown["properties"]["Related to People (Bought)"];
    assert_eq!(
        back["relation"]["dual_property"]["synced_property_name"],
        "Bought"
    );
    let key = back["id"].as_str().unwrap();
    api.ok(
        "PATCH",
        &path,
        json!({"properties": {key: {"name": "Buyers"}}}),
    )
    .await;
    let price =
        |name: &str, price: i64| json!({"Name": {"title": text(name)}, "Price": {"number": price}});
    let hat = row(&api, &items, price("Hat", 20)).await;
    let shoe = row(&api, &items, price("Shoe", 30)).await;
    let bought = json!({"Name": {"title": text("Ada")}, "Bought": {"relation": [{"id": hat["id"]}, {"id": shoe["id"]}]}});
    let ada = row(&api, &people, bought).await;
    assert_eq!(
        ada["properties"]["Sum"]["rollup"],
        json!({"type": "number", "number": 50, "function": "sum"})
    );
    let path = format!("/v1/pages/{}", id(&hat));
    let hat = api.ok("GET", &path, json!({})).await;
    assert_eq!(
        hat["properties"]["Buyers"]["relation"],
        json!([{"id": ada["id"]}])
    );
    api.ok(
        "PATCH",
        &path,
        json!({"properties": {"Buyers": {"relation": []}}}),
    )
    .await;
    let ada = api
        .ok("GET", &format!("/v1/pages/{}", id(&ada)), json!({}))
        .await;
    assert_eq!(
        ada["properties"]["Bought"]["relation"],
        json!([{"id": shoe["id"]}])
    );
    assert_eq!(ada["properties"]["Sum"]["rollup"]["number"], 30);
    let missing = json!({"relation": [{"id": "00000000-0000-4000-8000-000000000009"}]});
    let body = json!({"properties": {"Bought": missing}});
    let (status, _) = api
        .fails("PATCH", &format!("/v1/pages/{}", id(&ada)), body)
        .await;
    assert_eq!(status, 404);
    // One-way from now on, on both sides.
    let path = format!("/v1/data_sources/{people}");
    let single = json!({"relation": {"data_source_id": items, "single_property": {}}});
    api.ok("PATCH", &path, json!({"properties": {"Bought": single}}))
        .await;
    let shown = api
        .ok("GET", &format!("/v1/data_sources/{items}"), json!({}))
        .await;
    assert_eq!(
        shown["properties"]["Buyers"]["relation"]["type"],
        "single_property"
    );
}

#[tokio::test]
async fn schemas_change() {
    let api = Api::start().await;
    let (_, source) = database(
        &api,
        "Tasks",
        json!({"Name": {"title": {}}, "Points": {"number": {}}}),
    )
    .await;
    let path = format!("/v1/data_sources/{source}");
    let page = row(
        &api,
        &source,
        json!({"Name": {"title": text("A")}, "Points": {"number": 1}}),
    )
    .await;
    let change = json!({"properties": {"Points": {"name": "Score"}, "Link": {"url": {}}}});
    let shown = api.ok("PATCH", &path, change).await;
    assert_eq!(shown["properties"]["Score"]["type"], "number");
    assert_eq!(shown["properties"]["Link"]["type"], "url");
    let now = api
        .ok("GET", &format!("/v1/pages/{}", id(&page)), json!({}))
        .await;
    assert_eq!(now["properties"]["Score"]["number"], 1);
    let shown = api
        .ok("PATCH", &path, json!({"properties": {"Score": null}}))
        .await;
    assert!(shown["properties"].get("Score").is_none());
    for properties in [
        json!({"Name": null}),
        json!({"Other": {"title": {}}}),
        json!({"Nope": {"name": "x"}}),
        json!({"Name": {"number": {}}}),
        json!({"Link": {"name": "Name"}}),
        json!({"Sum": {"rollup": {"relation_property_name": "No", "rollup_property_name": "No", "function": "sum"}}}),
    ] {
        let body = json!({"properties": properties});
        let (status, message) = api.fails("PATCH", &path, body.clone()).await;
        assert_eq!(status, 400, "{body}: {message}");
    }
    let home = api.page("Home").await;
    let body = json!({"parent": {"page_id": home}, "initial_data_source": {"properties": {"A": {"number": {}}}}});
    let (_, message) = api.fails("POST", "/v1/databases", body).await;
    assert_eq!(message, "validation_error: Title is not provided");
}

#[tokio::test]
async fn versions_see_the_same_database_differently() {
    let api = Api::start().await;
    let (made, source) = database(&api, "Tasks", json!({"Name": {"title": {}}})).await;
    let database = id(&made);
    let old = api.at("2022-06-28");
    let shown = old
        .ok("GET", &format!("/v1/databases/{database}"), json!({}))
        .await;
    assert_eq!(shown["properties"]["Name"]["type"], "title");
    assert!(shown.get("data_sources").is_none());
    assert_eq!(shown["archived"], false);
    let page = old
        .ok(
            "POST",
            "/v1/pages",
            json!({"parent": {"database_id": database},
                                        "properties": {"Name": {"title": text("Row")}}}),
        )
        .await;
    assert_eq!(
        page["parent"],
        json!({"type": "database_id", "database_id": database})
    );
    let rows = old
        .ok(
            "POST",
            &format!("/v1/databases/{database}/query"),
            json!({}),
        )
        .await;
    assert_eq!(rows["type"], "page_or_database");
    assert_eq!(rows["results"][0]["id"], page["id"]);
    let (_, message) = old
        .fails("GET", &format!("/v1/data_sources/{source}"), json!({}))
        .await;
    assert_eq!(message, "invalid_request_url: Invalid request URL.");
    let (_, message) = api
        .fails(
            "POST",
            &format!("/v1/databases/{database}/query"),
            json!({}),
        )
        .await;
    assert_eq!(message, "invalid_request_url: Invalid request URL.");
    let (status, message) = api
        .fails("GET", &format!("/v1/data_sources/{database}"), json!({}))
        .await;
    assert_eq!(status, 404);
    assert!(
        message.contains("Could not find data_source with ID"),
        "{message}"
    );
    let middle = api.at("2025-09-03");
    let shown = middle
        .ok("GET", &format!("/v1/data_sources/{source}"), json!({}))
        .await;
    assert_eq!(shown["archived"], false);
    let found = |answer: Value| -> Vec<String> {
        let results = answer["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|r| r["object"].as_str().unwrap().to_owned())
            .collect()
    };
    let search =
        |value: &str| json!({"query": "tasks", "filter": {"property": "object", "value": value}});
    assert_eq!(
        found(old.ok("POST", "/v1/search", search("database")).await),
        ["database"]
    );
    assert_eq!(
        found(api.ok("POST", "/v1/search", search("data_source")).await),
        ["data_source"]
    );
    let (status, _) = api.fails("POST", "/v1/search", search("database")).await;
    assert_eq!(status, 400);
}
