//! The global shortcut by way of the desktop's portal, where programs cannot take keys themselves:
//! under Wayland.
//!
//! The person decides in a dialog of the desktop which keys it is to be; what we prefer is a
//! proposal. Not every desktop has the portal (`GlobalShortcuts`: Plasma, GNOME from 48, Hyprland).

use ashpd::desktop::{
    CreateSessionOptions, ResponseError,
    global_shortcuts::{BindShortcutsOptions, GlobalShortcuts, NewShortcut},
};
use futures::StreamExt as _;
use tokio::task::JoinHandle;

use super::Keys;

/// The portal's name for our one shortcut.
const CAPTURE: &str = "capture";

/// Why the portal gives no shortcut.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PortalError {
    /// The desktop has no such portal.
    #[error("this desktop has no portal for global shortcuts")]
    Absent,
    /// The person said no, or the desktop for them.
    #[error("the desktop was asked for the shortcut and declined")]
    Declined,
    /// Anything else, in the portal's words.
    #[error("{0}")]
    Failed(String),
}

/// A shortcut of the desktop's. It ends when this is dropped.
pub(crate) struct Bound {
    /// The keys as the desktop writes them; empty when it does not say.
    pub(crate) keys: String,
    listener: JoinHandle<()>,
}

impl Drop for Bound {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Asks the desktop for the shortcut, which may show a dialog; runs `pressed` with every press.
pub(crate) async fn bind(
    app_id: &str,
    keys: &Keys,
    description: &str,
    pressed: impl Fn() + Send + 'static,
) -> Result<Bound, PortalError> {
    let portal = GlobalShortcuts::new().await.map_err(sorted)?;
    // A program outside a sandbox has to say who it is. Older portals do not know the question.
    if let Ok(id) = app_id.parse::<ashpd::AppID>()
        && let Err(error) = ashpd::register_host_app(id).await
    {
        tracing::debug!(%error, "the portal does not register apps");
    }
    let session = portal
        .create_session(CreateSessionOptions::default())
        .await
        .map_err(sorted)?;
    let mut presses = Box::pin(portal.receive_activated().await.map_err(sorted)?);
    let trigger = keys.trigger();
    let wanted = NewShortcut::new(CAPTURE, description).preferred_trigger(&*trigger);
    let answer = portal
        .bind_shortcuts(&session, &[wanted], None, BindShortcutsOptions::default())
        .await
        .and_then(|request| request.response())
        .map_err(sorted)?;
    let keys = answer
        .shortcuts()
        .iter()
        .find(|shortcut| shortcut.id() == CAPTURE)
        .ok_or(PortalError::Declined)?
        .trigger_description()
        .to_owned();
    let listener = tokio::spawn(async move {
        // The session lives as long as somebody listens.
        let _session = session;
        while let Some(press) = presses.next().await {
            if press.shortcut_id() == CAPTURE {
                pressed();
            }
        }
    });
    Ok(Bound { keys, listener })
}

fn sorted(error: ashpd::Error) -> PortalError {
    match error {
        ashpd::Error::PortalNotFound(_) => PortalError::Absent,
        ashpd::Error::Response(ResponseError::Cancelled | ResponseError::Other) => {
            PortalError::Declined
        }
        other => {
            let text = other.to_string();
            let absent = [
                "ServiceUnknown",
                "UnknownInterface",
                "UnknownMethod",
                "NameHasNoOwner",
                "InvalidArgs",
                "was not provided by any .service",
            ];
            if absent.iter().any(|sign| text.contains(sign)) {
                PortalError::Absent
            } else {
                PortalError::Failed(text)
            }
        }
    }
}
