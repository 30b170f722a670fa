//! The whole way from a master key to an account's private key.

use zeroize::Zeroizing;

use super::{EncString, MasterKey, PrivateKey, SymmetricKey};
use crate::error::AccountDetail;
use crate::{Code, Error, Result};

/// An account's opened keys.
#[derive(Debug)]
pub struct AccountKeys {
    /// The key of the account's vault.
    pub user_key: SymmetricKey,
    /// The key that opens what was wrapped for the account.
    pub private_key: PrivateKey,
}

/// Opens an account's `Key` and `PrivateKey`, as sign-in responses and a backup's
/// user rows carry them. A wrong password and damaged keys are different errors.
pub fn unlock(master_key: &MasterKey, key: &str, private_key: &str) -> Result<AccountKeys> {
    let user_key =
        EncString::parse(key)?.decrypt(&master_key.stretch()).map_err(|error| match error.code() {
            Code::WrongSecret => AccountDetail::KeysNotOpened.error(),
            _ => error,
        })?;
    let user_key: &[u8; 64] = user_key.as_slice().try_into().map_err(|_| {
        unreadable(format!("This account's user key has {} bytes instead of 64.", user_key.len()))
    })?;
    let user_key = SymmetricKey::from_bytes(user_key);

    let private_key: Zeroizing<Vec<u8>> =
        EncString::parse(private_key)?.decrypt(&user_key).map_err(|error| match error.code() {
            Code::WrongSecret => unreadable("This account's private key does not belong to its user key."),
            _ => error,
        })?;
    Ok(AccountKeys { private_key: PrivateKey::from_pkcs8(&private_key)?, user_key })
}

fn unreadable(message: impl Into<String>) -> Error {
    AccountDetail::AccountKeysUnreadable.error().original(message)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use rand::{SeedableRng, rngs::StdRng};
    use secrecy::SecretString;

    use super::*;
    use crate::account::{Kdf, KeyPair, wrap_for};

    const TRANSCRIPT: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fixtures/transcripts/login-argon2id.json"
    ));

    /// The recorded sign-in response of the Argon2id member.
    static ANSWER: LazyLock<serde_json::Value> = LazyLock::new(|| {
        let transcript: serde_json::Value = serde_json::from_str(TRANSCRIPT).expect("a recording");
        transcript["steps"][1]["response"]["json"].clone()
    });

    fn recorded(field: &str) -> &'static str {
        ANSWER[field].as_str().expect("a recorded text")
    }

    fn master_key(password: &str) -> MasterKey {
        let kdf = Kdf::Argon2id { iterations: 3, memory_mib: 32, parallelism: 2 };
        MasterKey::derive(&SecretString::from(password), "member@example.org", &kdf).expect("valid settings")
    }

    #[test]
    fn a_recorded_account_opens_with_its_password() {
        let keys = unlock(&master_key("argon member pässword 密码"), recorded("Key"), recorded("PrivateKey"))
            .expect("the right password");
        let public = &ANSWER["AccountKeys"]["publicKeyEncryptionKeyPair"]["publicKey"];
        let public = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            public.as_str().expect("a recorded key"),
        )
        .expect("base64");
        let wrapped = wrap_for(&public, b"for the member").expect("a recorded key");
        assert_eq!(&*keys.private_key.unwrap(&wrapped).expect("its own wrap"), b"for the member");
    }

    #[test]
    fn a_wrong_password_differs_from_damaged_keys() {
        let wrong =
            unlock(&master_key("not it"), recorded("Key"), recorded("PrivateKey")).expect_err("wrong");
        assert_eq!(wrong.code(), Code::WrongPassword);

        let right = master_key("argon member pässword 密码");
        let damaged = unlock(&right, "2.AAAA", recorded("PrivateKey")).expect_err("damaged");
        assert_eq!(damaged.code(), Code::AccountKeysUnreadable);
        let swapped = unlock(&right, recorded("Key"), recorded("Key")).expect_err("swapped");
        assert_eq!(swapped.code(), Code::AccountKeysUnreadable);
    }

    #[test]
    fn a_user_key_of_the_wrong_length_has_its_own_message() {
        let master = master_key("x");
        let mut random = StdRng::seed_from_u64(1);
        let short = EncString::encrypt(&[0; 32], &master.stretch(), &mut random).to_string();
        let error = unlock(&master, &short, "2.").expect_err("short");
        assert!(error.body().original.as_ref().is_some_and(|words| words.contains("32 bytes")), "{error:?}");
    }

    #[test]
    fn a_new_account_can_be_made_and_opened_again() {
        let mut random = StdRng::seed_from_u64(1);
        let master = master_key("a new password");
        let user_key = SymmetricKey::generate(&mut random);
        let pair = KeyPair::generate().expect("randomness");
        let key =
            EncString::encrypt(user_key.to_bytes().as_ref(), &master.stretch(), &mut random).to_string();
        let private = EncString::encrypt(&pair.private_der, &user_key, &mut random).to_string();

        let keys = unlock(&master, &key, &private).expect("own keys");
        assert_eq!(keys.user_key.to_bytes(), user_key.to_bytes());
        let wrapped = wrap_for(&pair.public_der, b"hello").expect("own key");
        assert_eq!(&*keys.private_key.unwrap(&wrapped).expect("own wrap"), b"hello");
    }
}
