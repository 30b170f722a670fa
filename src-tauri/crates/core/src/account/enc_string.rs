//! Bitwarden's encrypted string, type 2: AES-256-CBC, then HMAC-SHA256.

use std::fmt;

use aes::Aes256;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::AccountDetail;
use crate::{Error, Result};

const BLOCK: usize = 16;

/// A 64-byte key: 32 bytes to encrypt with, 32 to authenticate with. ZeroizingJson when
/// it goes out of use.
pub struct SymmetricKey {
    encryption: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 32]>,
}

impl SymmetricKey {
    /// A new random key.
    pub fn generate(random: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 64]);
        random.fill_bytes(bytes.as_mut());
        Self::from_bytes(&bytes)
    }

    /// The key that these bytes are.
    pub fn from_bytes(bytes: &[u8; 64]) -> Self {
        let mut key = Self { encryption: Zeroizing::new([0; 32]), mac: Zeroizing::new([0; 32]) };
        let (encryption, mac) = bytes.split_at(32);
        key.encryption.copy_from_slice(encryption);
        key.mac.copy_from_slice(mac);
        key
    }

    /// The key as bytes, to encrypt it under another.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 64]> {
        let mut bytes = Zeroizing::new([0; 64]);
        bytes[..32].copy_from_slice(self.encryption.as_ref());
        bytes[32..].copy_from_slice(self.mac.as_ref());
        bytes
    }

    fn mac_over(&self, iv: &[u8], ciphertext: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.mac.as_ref()).expect("HMAC takes a key of any length");
        mac.update(iv);
        mac.update(ciphertext);
        mac
    }
}

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey(…)")
    }
}

/// An encrypted string, `2.<iv>|<ciphertext>|<mac>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncString {
    iv: [u8; BLOCK],
    ciphertext: Vec<u8>,
    mac: [u8; 32],
}

impl EncString {
    /// Reads it from its text.
    pub fn parse(text: &str) -> Result<Self> {
        let Some((kind, rest)) = text.split_once('.') else {
            return Err(damaged("it does not start with its type"));
        };
        if kind != "2" {
            return Err(AccountDetail::KeysOfUnknownKind.error());
        }
        let mut parts = rest.split('|').map(|part| BASE64.decode(part));
        let (Some(Ok(iv)), Some(Ok(ciphertext)), Some(Ok(mac)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(damaged("its three parts cannot be read"));
        };
        let (Ok(iv), Ok(mac)) = (iv.try_into(), mac.try_into()) else {
            return Err(damaged("a part has the wrong length"));
        };
        if ciphertext.is_empty() || ciphertext.len() % BLOCK != 0 {
            return Err(damaged("its ciphertext is cut off"));
        }
        Ok(Self { iv, ciphertext, mac })
    }

    /// Encrypts `plaintext` under `key`.
    pub fn encrypt(plaintext: &[u8], key: &SymmetricKey, random: &mut impl CryptoRng) -> Self {
        let mut iv = [0; BLOCK];
        random.fill_bytes(&mut iv);
        let mut ciphertext = vec![0; (plaintext.len() / BLOCK + 1) * BLOCK];
        cbc::Encryptor::<Aes256>::new((&*key.encryption).into(), &iv.into())
            .encrypt_padded_b2b::<Pkcs7>(plaintext, &mut ciphertext)
            .expect("the buffer holds the padded plaintext");
        let mac = key.mac_over(&iv, &ciphertext).finalize().into_bytes().into();
        Self { iv, ciphertext, mac }
    }

    /// Decrypts it. The MAC is checked first, in constant time; a key that is not
    /// the right one and a string that was altered cannot be distinguished, both are
    /// [`Code::WrongSecret`].
    pub fn decrypt(&self, key: &SymmetricKey) -> Result<Zeroizing<Vec<u8>>> {
        key.mac_over(&self.iv, &self.ciphertext)
            .verify_slice(&self.mac)
            .map_err(|_| AccountDetail::KeyDoesNotOpen.error())?;
        let mut plaintext = Zeroizing::new(self.ciphertext.clone());
        let length = cbc::Decryptor::<Aes256>::new((&*key.encryption).into(), &self.iv.into())
            .decrypt_padded::<Pkcs7>(&mut plaintext)
            .map_err(|_| damaged("its padding is wrong"))?
            .len();
        plaintext.truncate(length);
        Ok(plaintext)
    }
}

impl fmt::Display for EncString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { iv, ciphertext, mac } = self;
        write!(f, "2.{}|{}|{}", BASE64.encode(iv), BASE64.encode(ciphertext), BASE64.encode(mac))
    }
}

fn damaged(why: &str) -> Error {
    AccountDetail::KeyDamaged.error().original(why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;
    use crate::Code;

    fn key(seed: u64) -> SymmetricKey {
        SymmetricKey::generate(&mut StdRng::seed_from_u64(seed))
    }

    #[test]
    fn text_survives_a_round_trip() {
        let text = EncString::encrypt(b"some words", &key(1), &mut StdRng::seed_from_u64(2)).to_string();
        assert!(text.starts_with("2."));
        assert_eq!(EncString::parse(&text).expect("own output").to_string(), text);
    }

    #[test]
    fn malformed_strings_are_rejected_with_a_message() {
        let good = EncString::encrypt(b"x", &key(1), &mut StdRng::seed_from_u64(2)).to_string();
        let short_iv = format!("2.AAAA|{}", good.split_once('|').expect("has parts").1);
        for text in
            ["", "2.", "2.a|b", "2.||", "0.AAAA", &good[..good.len() - 8], &format!("{good}|AAAA"), &short_iv]
        {
            let error = EncString::parse(text).expect_err(text);
            assert_eq!(error.code(), Code::AccountKeysUnreadable);
        }
    }

    proptest! {
        #[test]
        fn encrypted_data_decrypts_only_with_its_key(plaintext: Vec<u8>, seed: u64) {
            let sealed = EncString::encrypt(&plaintext, &key(seed), &mut StdRng::seed_from_u64(seed));
            prop_assert_eq!(&*sealed.decrypt(&key(seed)).expect("the right key"), &plaintext);
            let error = sealed.decrypt(&key(seed.wrapping_add(1))).expect_err("another key");
            prop_assert_eq!(error.code(), Code::WrongSecret);
        }

        #[test]
        fn a_flipped_bit_is_always_detected(plaintext: Vec<u8>, at: prop::sample::Index, bit in 0..8) {
            let sealed = EncString::encrypt(&plaintext, &key(1), &mut StdRng::seed_from_u64(1));
            for part in 0..3 {
                let mut altered = sealed.clone();
                let bytes = [&mut altered.iv[..], &mut altered.ciphertext[..], &mut altered.mac[..]];
                let bytes = bytes.into_iter().nth(part).expect("three parts");
                bytes[at.index(bytes.len())] ^= 1_u8 << bit;
                altered.decrypt(&key(1)).expect_err("altered");
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9]?\\.?[A-Za-z0-9+/=|.]{0,200}") {
            drop(EncString::parse(&text));
        }
    }
}
