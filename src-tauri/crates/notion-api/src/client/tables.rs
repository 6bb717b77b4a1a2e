//! Databases and data sources.

use futures::Stream;
use reqwest::Method;

use super::Client;
use crate::call::{Body, Call, Safety};
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{
    DataSource, DataSourceUpdate, Database, DatabaseUpdate, Found, List, NewDataSource,
    NewDatabase, Query, Template,
};
use crate::stream::listing;

impl Client {
    /// Creates a database with its first data source. Sent once: see [`ApiError::Unclear`].
    pub async fn create_database(&self, database: &NewDatabase) -> Result<Database, ApiError> {
        self.change(
            Method::POST,
            "/v1/databases",
            &["databases"],
            database.to_request(),
            Safety::Once,
        )
        .await
    }

    /// A database and the names of its data sources.
    pub async fn database(&self, id: &PageId) -> Result<Database, ApiError> {
        self.get("/v1/databases/{id}", &["databases", &id.to_string()], &[])
            .await
    }

    /// Changes a database. Repeated after an unclear end.
    pub async fn update_database(
        &self,
        id: &PageId,
        update: &DatabaseUpdate,
    ) -> Result<Database, ApiError> {
        let path = ["databases", &id.to_string()];
        self.change(
            Method::PATCH,
            "/v1/databases/{id}",
            &path,
            update.to_request(),
            Safety::Repeatable,
        )
        .await
    }

    /// Adds a data source to a database. Sent once: see [`ApiError::Unclear`].
    pub async fn create_data_source(&self, source: &NewDataSource) -> Result<DataSource, ApiError> {
        self.change(
            Method::POST,
            "/v1/data_sources",
            &["data_sources"],
            source.to_request(),
            Safety::Once,
        )
        .await
    }

    /// A data source and its columns.
    pub async fn data_source(&self, id: &PageId) -> Result<DataSource, ApiError> {
        let path = ["data_sources", &id.to_string()];
        self.get("/v1/data_sources/{id}", &path, &[]).await
    }

    /// Changes a data source or its columns. Sent once, because a column that is added by name
    /// could be added twice, or found by a name it no longer has.
    pub async fn update_data_source(
        &self,
        id: &PageId,
        update: &DataSourceUpdate,
    ) -> Result<DataSource, ApiError> {
        let path = ["data_sources", &id.to_string()];
        let safety = if update.properties.is_empty() {
            Safety::Repeatable
        } else {
            Safety::Once
        };
        self.change(
            Method::PATCH,
            "/v1/data_sources/{id}",
            &path,
            update.to_request(),
            safety,
        )
        .await
    }

    /// One page of the rows of a data source. No more than 10,000 are listed for one question: see
    /// [`List::incomplete`].
    pub async fn query(&self, id: &PageId, query: &Query) -> Result<List<Found>, ApiError> {
        let path = ["data_sources", &id.to_string(), "query"];
        let properties: Vec<_> = query
            .properties
            .iter()
            .map(|property| ("filter_properties", property.as_str()))
            .collect();
        let call = Call {
            method: Method::POST,
            route: "/v1/data_sources/{id}/query",
            path: &path,
            query: &properties,
            body: Body::json(&query.to_request()),
            safety: Safety::Read,
        };
        self.transport.send(call, self.priority).await
    }

    /// The rows of a data source. If Notion stops at 10,000, the last item is
    /// [`ApiError::Incomplete`]: go on with a narrower filter.
    pub fn query_all(
        &self,
        id: PageId,
        query: Query,
    ) -> impl Stream<Item = Result<Found, ApiError>> + Send + use<> {
        let client = self.clone();
        listing(move |cursor| {
            let (client, query) = (client.clone(), query.clone());
            async move {
                let cursor = cursor.or(query.cursor.clone());
                client.query(&id, &Query { cursor, ..query }).await
            }
        })
    }

    /// One page of the templates of a data source.
    pub async fn templates(
        &self,
        id: &PageId,
        cursor: Option<&str>,
    ) -> Result<List<Template>, ApiError> {
        let path = ["data_sources", &id.to_string(), "templates"];
        let query: Vec<_> = cursor
            .map(|cursor| ("start_cursor", cursor))
            .into_iter()
            .collect();
        self.get("/v1/data_sources/{id}/templates", &path, &query)
            .await
    }
}
