//! What the server says publicly about itself.

use std::sync::Arc;

use axum::extract::State;
use serde_json::json;

use super::reply::{Answer, answer, no_store};
use crate::state::{Instance, SECRET_MIN};

/// The Bitwarden version that the server is compatible with.
const COMPATIBLE_WITH: &str = "2026.6.0";

/// `GET /api/config`
pub(crate) async fn config(State(instance): State<Arc<Instance>>) -> Answer {
    let origin = &instance.server_url;
    Ok(no_store(answer(json!({
        "version": COMPATIBLE_WITH,
        "gitHash": "nodewarden",
        "server": null,
        "environment": {
            "cloudRegion": "self-hosted",
            "vault": origin,
            "api": format!("{origin}/api"),
            "identity": format!("{origin}/identity"),
            "notifications": format!("{origin}/notifications"),
            "icons": origin,
            "sso": "",
            "fillAssistRules": format!("{origin}/fill-assist/"),
        },
        "push": { "pushTechnology": 0, "vapidPublicKey": null },
        "communication": null,
        "settings": { "disableUserRegistration": false, "suppressOnboardingInterstitials": false },
        "_icon_service_url": format!("{origin}/icons/{{}}/icon.png"),
        "_icon_service_csp": format!("img-src 'self' data: {origin}"),
        "featureStates": {
            "cipher-key-encryption": true,
            "desktop-ui-settings-dialog": true,
            "duo-redirect": true,
            "email-verification": true,
            "fill-assist-targeting-rules": true,
            "pm-19051-send-email-verification": false,
            "pm-19148-innovation-archive": true,
            "pm-4516-devices-add-last-activity-date": true,
            "pm-30529-webauthn-related-origins": true,
            "unauth-ui-refresh": true,
            "web-push": false,
        },
        "object": "config",
    }))))
}

/// `GET /api/version`
pub(crate) async fn version() -> Answer {
    Ok(answer(COMPATIBLE_WITH.into()))
}

/// `GET /api/web-bootstrap`: the one place that says what is wrong with JWT_SECRET.
pub(crate) async fn web_bootstrap(State(instance): State<Arc<Instance>>) -> Answer {
    let reason = instance.jwt_secret().err().map(crate::state::Unsafe::reason);
    let registered = instance.database.count("users")? > 0;
    Ok(answer(json!({
        "defaultKdfIterations": 600_000,
        "jwtUnsafeReason": reason,
        "jwtSecretMinLength": SECRET_MIN,
        "registrationInviteRequired": registered,
        "webAuthnAllowedOrigins": [
            "chrome-extension://nngceckbapebfimnlniiiahkandclblb",
            "chrome-extension://jbkfoedolllekgbhcbcoahefnbanhhlh",
            "chrome-extension://ccnckbpmaceehanjmeomladnmlffdjgn",
            "bw-desktop-file://bundle",
        ],
        "websiteIconsEnabled": true,
    })))
}
