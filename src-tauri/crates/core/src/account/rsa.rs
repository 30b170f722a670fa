//! An account's RSA keys: the pair that lets an administrator open the settings
//! envelope. RSA-OAEP with SHA-1 for hash and MGF1, as the server wraps.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use zeroize::Zeroizing;

use crate::error::AccountDetail;
use crate::{Error, Result};

/// NodeWarden accounts have RSA-2048 keys, no others.
const BITS: usize = 2048;

/// An account's private key.
pub struct PrivateKey(OaepPrivateDecryptingKey);

impl PrivateKey {
    /// Reads it from its PKCS#8 form.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self> {
        let bits =
            modulus_bits(der).ok_or_else(|| unreadable("This account's private key is not an RSA key."))?;
        if bits != BITS {
            return Err(AccountDetail::RsaBits { bits: u32::try_from(bits).unwrap_or(u32::MAX) }.error());
        }
        PrivateDecryptingKey::from_pkcs8(der)
            .map_err(|error| unreadable(format!("This account's private key is damaged: {error}")))
            .and_then(|key| {
                OaepPrivateDecryptingKey::new(key)
                    .map_err(|_| unreadable("This account's private key cannot decrypt."))
            })
            .map(Self)
    }

    /// Opens what was wrapped for this key's public half.
    pub fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let mut plaintext = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let length = self
            .0
            .decrypt(&OAEP_SHA1_MGF1SHA1, wrapped, &mut plaintext, None)
            .map_err(|_| AccountDetail::PrivateKeyDoesNotOpen.error())?
            .len();
        plaintext.truncate(length);
        Ok(plaintext)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// A new key pair, as an account stores it.
pub struct KeyPair {
    /// The public half, SPKI DER.
    pub public_der: Vec<u8>,
    /// The private half, PKCS#8 DER.
    pub private_der: Zeroizing<Vec<u8>>,
}

impl KeyPair {
    /// Makes a new RSA-2048 pair. The randomness is the operating system's: the
    /// library that makes RSA keys takes no other.
    pub fn generate() -> Result<Self> {
        let failed = || AccountDetail::KeyNotMade.error();
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(|_| failed())?;
        let public: PublicKeyX509Der<'_> = private.public_key().as_der().map_err(|_| failed())?;
        let private: Pkcs8V1Der<'_> = private.as_der().map_err(|_| failed())?;
        Ok(Self {
            public_der: public.as_ref().to_vec(),
            private_der: Zeroizing::new(private.as_ref().to_vec()),
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(…)")
    }
}

/// Wraps a secret for the one who has the private half of `public_der` (SPKI).
/// The padding is random, so no two wraps of the same secret are equal.
pub fn wrap_for(public_der: &[u8], secret: &[u8]) -> Result<Vec<u8>> {
    let key = PublicEncryptingKey::from_der(public_der)
        .map_err(|error| unreadable(format!("An account's public key is damaged: {error}")))?;
    let key = OaepPublicEncryptingKey::new(key)
        .map_err(|_| unreadable("An account's public key cannot encrypt."))?;
    let mut wrapped = vec![0; key.ciphertext_size()];
    let length = key
        .encrypt(&OAEP_SHA1_MGF1SHA1, secret, &mut wrapped, None)
        .map_err(|_| unreadable("An account's public key is too small for what it should encrypt."))?
        .len();
    wrapped.truncate(length);
    Ok(wrapped)
}

fn unreadable(message: impl Into<String>) -> Error {
    AccountDetail::AccountKeysUnreadable.error().original(message)
}

/// The size of the RSA modulus inside a PKCS#8 document, so that a key of another
/// size can be distinguished from a damaged one. `None` when it holds no RSA key.
fn modulus_bits(pkcs8: &[u8]) -> Option<usize> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    const OCTETS: u8 = 0x04;
    // 1.2.840.113549.1.1.1, rsaEncryption
    const RSA_OID: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

    let (document, _) = der_value(pkcs8, SEQUENCE)?;
    let (_version, rest) = der_value(document, INTEGER)?;
    let (algorithm, rest) = der_value(rest, SEQUENCE)?;
    if !algorithm.starts_with(RSA_OID) {
        return None;
    }
    let (key, _) = der_value(rest, OCTETS)?;
    let (key, _) = der_value(key, SEQUENCE)?;
    let (_version, rest) = der_value(key, INTEGER)?;
    let (modulus, _) = der_value(rest, INTEGER)?;
    let first = modulus.iter().position(|byte| *byte != 0)?;
    let top = modulus.get(first)?;
    Some((modulus.len() - first) * 8 - top.leading_zeros() as usize)
}

/// The content of the DER element of kind `tag` that `bytes` begin with, and what
/// follows it.
fn der_value(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = bytes.split_first_chunk()?;
    if found != tag {
        return None;
    }
    if length < 0x80 {
        return rest.split_at_checked(length.into());
    }
    let (length, rest) = rest.split_at_checked((length & 0x7f).into())?;
    if length.len() > 4 {
        return None;
    }
    let length = length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn a_wrapped_key_opens_only_with_its_key_pair() {
        let pair = KeyPair::generate().expect("randomness");
        let private = PrivateKey::from_pkcs8(&pair.private_der).expect("own key");
        let wrapped = wrap_for(&pair.public_der, b"a key of 32 bytes").expect("own key");
        assert_eq!(&*private.unwrap(&wrapped).expect("own wrap"), b"a key of 32 bytes");

        let other =
            PrivateKey::from_pkcs8(&KeyPair::generate().expect("randomness").private_der).expect("own key");
        assert_eq!(other.unwrap(&wrapped).expect_err("another key").code(), Code::WrongSecret);
        assert_eq!(other.unwrap(b"short").expect_err("no wrap").code(), Code::WrongSecret);
    }

    #[test]
    fn wrong_size_damaged_and_wrong_type_keys_are_distinguished() {
        let larger = PrivateDecryptingKey::generate(KeySize::Rsa3072).expect("randomness");
        let larger: Pkcs8V1Der<'_> = larger.as_der().expect("own key");
        let error = PrivateKey::from_pkcs8(larger.as_ref()).expect_err("3072 bits");
        assert!(error.to_string().contains("3072 bits"), "{error}");

        let mut cut = KeyPair::generate().expect("randomness").private_der;
        let half = cut.len() / 2;
        cut[half..].fill(0);
        let error = PrivateKey::from_pkcs8(&cut).expect_err("damaged");
        assert!(format!("{error:?}").contains("private key is damaged"), "{error:?}");

        for other in [&b""[..], b"\x30\x82", b"\x30\xff\xff\xff\xff\xff", &[0x30; 64]] {
            let error = PrivateKey::from_pkcs8(other).expect_err("no key");
            assert!(format!("{error:?}").contains("not an RSA key"), "{error:?}");
        }
    }

    #[test]
    fn a_damaged_public_key_is_refused() {
        let error = wrap_for(b"no key", b"secret").expect_err("no key");
        assert_eq!(error.code(), Code::AccountKeysUnreadable);
    }
}
