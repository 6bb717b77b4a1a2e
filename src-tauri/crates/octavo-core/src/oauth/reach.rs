//! Whether the broker answers, asked before a browser is opened on a page that does not.

use std::time::Duration;

use url::Url;

use super::Grantor;
use crate::CoreError;

/// A person waits for the browser meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

impl Grantor {
    /// Asks the broker how it is.
    pub(crate) async fn reach(&self, broker: &Url) -> Result<(), CoreError> {
        let address = broker
            .join("health")
            .map_err(|error| silent(broker, &error.to_string()))?;
        let answer = self.http.get(address).timeout(PATIENCE).send().await;
        match answer {
            Ok(answer) if answer.status().is_server_error() => {
                Err(silent(broker, &format!("it answers {}", answer.status())))
            }
            Ok(_) => Ok(()),
            Err(error) if error.is_timeout() => Err(silent(broker, "it does not answer")),
            Err(_) => Err(silent(broker, "there is no connection to it")),
        }
    }
}

/// The sentence for a broker that cannot be used now.
pub(super) fn silent(broker: &Url, reason: &str) -> CoreError {
    let host = broker.host_str().unwrap_or("its address");
    CoreError::SignInFailed(format!(
        "Octavo's sign-in page at {host} cannot be reached: {reason}. Nothing was changed. Try again \
         later, sign in with a connection of your own, or paste a token."
    ))
}
