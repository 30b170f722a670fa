//! The response to a sign-in.

use serde_json::{Value, json};

use super::reply::Refusal;
use super::token::{ACCESS_SECONDS, Claims};
use crate::database::User;
use crate::state::Instance;

/// The response to a good sign-in or refresh, as this generation gives it.
pub(super) fn granted(
    instance: &Instance,
    user: &User,
    device_id: &str,
    device_stamp: String,
    refresh: &str,
) -> Result<Value, Refusal> {
    let secret = instance.jwt_secret().map_err(|_| Refusal::bad_jwt_secret())?;
    let access = Claims::new(user, device_id, device_stamp, instance.now()).sign(&secret);
    let legacy = instance.is_legacy();
    let keys = account_keys(user, legacy);
    let options = decryption_options(user, legacy);
    let mut body = json!({
        "access_token": access,
        "expires_in": ACCESS_SECONDS,
        "token_type": "Bearer",
        "refresh_token": refresh,
        "Key": user.key,
        "PrivateKey": user.private_key,
        "AccountKeys": keys,
        "accountKeys": keys,
        "Kdf": user.kdf_type,
        "KdfIterations": user.kdf_iterations,
        "ForcePasswordReset": false,
        "ResetMasterPassword": false,
        "MasterPasswordPolicy": password_policy(legacy),
        "ApiUseKeyConnector": false,
        "scope": "api offline_access",
        "unofficialServer": true,
        "UserDecryptionOptions": options,
        "userDecryptionOptions": options,
    });
    if user.kdf_type == 1 {
        body["KdfMemory"] = user.kdf_memory.into();
        body["KdfParallelism"] = user.kdf_parallelism.into();
    }
    Ok(body)
}

fn account_keys(user: &User, legacy: bool) -> Value {
    let mut pair = json!({
        "wrappedPrivateKey": user.private_key,
        "publicKey": user.public_key,
        "Object": "publicKeyEncryptionKeyPair",
    });
    if legacy {
        return json!({ "publicKeyEncryptionKeyPair": pair, "Object": "privateKeys" });
    }
    pair["signedPublicKey"] = Value::Null;
    pair["object"] = "publicKeyEncryptionKeyPair".into();
    json!({
        "publicKeyEncryptionKeyPair": pair,
        "securityState": null,
        "signatureKeyPair": null,
        "object": "privateKeys",
        "Object": "privateKeys",
    })
}

fn decryption_options(user: &User, legacy: bool) -> Value {
    let mut options = json!({
        "HasMasterPassword": true,
        "Object": "userDecryptionOptions",
        "MasterPasswordUnlock": {
            "Kdf": {
                "KdfType": user.kdf_type,
                "Iterations": user.kdf_iterations,
                "Memory": user.kdf_memory,
                "Parallelism": user.kdf_parallelism,
            },
            "MasterKeyEncryptedUserKey": user.key,
            "MasterKeyWrappedUserKey": user.key,
            "Salt": user.email,
            "Object": "masterPasswordUnlock",
        },
        "TrustedDeviceOption": null,
        "KeyConnectorOption": null,
    });
    if !legacy {
        options["WebAuthnPrfOption"] = Value::Null;
    }
    options
}

fn password_policy(legacy: bool) -> Value {
    if legacy {
        return json!({ "Object": "masterPasswordPolicy" });
    }
    json!({
        "minComplexity": 0,
        "minLength": 0,
        "requireUpper": false,
        "requireLower": false,
        "requireNumbers": false,
        "requireSpecial": false,
        "enforceOnLogin": false,
        "Object": "masterPasswordPolicy",
        "object": "masterPasswordPolicy",
    })
}

/// What asks for the second step.
pub(super) fn challenge() -> Value {
    let message = "Two factor required.";
    let mut body = json!({
        "TwoFactorProviders": ["0"],
        "TwoFactorProviders2": { "0": null },
        "SsoEmail2faSessionToken": null,
        "MasterPasswordPolicy": password_policy(false),
    });
    let custom = body.clone();
    body["error"] = "invalid_grant".into();
    body["error_description"] = message.into();
    body["Error"] = "invalid_grant".into();
    body["ErrorDescription"] = message.into();
    body["ErrorMessage"] = message.into();
    body["CustomResponse"] = custom;
    body["ErrorModel"] = json!({ "Message": message, "Object": "error" });
    body
}
