//! Accounts, their devices and what keeps them signed in.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An account as the server stores it.
#[derive(Clone)]
pub(crate) struct User {
    pub id: String,
    pub email: String,
    pub name: Option<String>,
    /// `$s$` and the verifier of the client's password hash.
    pub verifier: String,
    pub key: String,
    pub private_key: Option<String>,
    pub public_key: Option<String>,
    pub kdf_type: u32,
    pub kdf_iterations: u32,
    pub kdf_memory: Option<u32>,
    pub kdf_parallelism: Option<u32>,
    pub security_stamp: String,
    pub role: String,
    pub status: String,
    pub totp_secret: Option<String>,
    pub recovery_code: Option<String>,
    pub created_at: String,
    pub updated_at: String,
}

/// One device of one account: what an access token must agree with.
pub(crate) struct Session {
    pub user_id: String,
    pub device_id: String,
}

const COLUMNS: &str = "id, email, name, master_password_hash, key, private_key, public_key, kdf_type,
    kdf_iterations, kdf_memory, kdf_parallelism, security_stamp, role, status, totp_secret,
    totp_recovery_code, created_at, updated_at";

impl User {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            email: row.get(1)?,
            name: row.get(2)?,
            verifier: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            key: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
            private_key: row.get(5)?,
            public_key: row.get(6)?,
            kdf_type: row.get::<_, Option<u32>>(7)?.unwrap_or(0),
            kdf_iterations: row.get::<_, Option<u32>>(8)?.unwrap_or(600_000),
            kdf_memory: row.get(9)?,
            kdf_parallelism: row.get(10)?,
            security_stamp: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
            role: row.get::<_, Option<String>>(12)?.unwrap_or_else(|| "user".to_owned()),
            status: row.get::<_, Option<String>>(13)?.unwrap_or_else(|| "active".to_owned()),
            totp_secret: row.get(14)?,
            recovery_code: row.get(15)?,
            created_at: row.get::<_, Option<String>>(16)?.unwrap_or_default(),
            updated_at: row.get::<_, Option<String>>(17)?.unwrap_or_default(),
        })
    }

    pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM users ORDER BY created_at, rowid");
        connection.prepare(&sql)?.query_map([], Self::read)?.collect()
    }

    pub fn by_email(connection: &Connection, email: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE email = ?1");
        connection.query_row(&sql, [email], Self::read).optional()
    }

    pub fn by_id(connection: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1");
        connection.query_row(&sql, [id], Self::read).optional()
    }

    pub fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute(
            &format!(
                "INSERT INTO users ({COLUMNS}, verify_devices, yubikey_nfc) VALUES
                (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, 0, 0)"
            ),
            params![
                self.id,
                self.email,
                self.name,
                self.verifier,
                self.key,
                self.private_key,
                self.public_key,
                self.kdf_type,
                self.kdf_iterations,
                self.kdf_memory,
                self.kdf_parallelism,
                self.security_stamp,
                self.role,
                self.status,
                self.totp_secret,
                self.recovery_code,
                self.created_at,
                self.updated_at
            ],
        )?;
        connection.execute(
            "INSERT OR REPLACE INTO user_revisions (user_id, revision_date) VALUES (?1, ?2)",
            params![self.id, self.updated_at],
        )?;
        Ok(())
    }

    /// Turns two-step sign-in on, or off with `None`.
    pub fn set_totp(
        connection: &Connection,
        id: &str,
        secret_and_recovery: Option<(&str, &str)>,
    ) -> rusqlite::Result<()> {
        let (secret, recovery) = secret_and_recovery.unzip();
        connection.execute(
            "UPDATE users SET totp_secret = ?2, totp_recovery_code = ?3 WHERE id = ?1",
            params![id, secret, recovery],
        )?;
        Ok(())
    }

    pub fn is_active_admin(&self) -> bool {
        self.role == "admin" && self.status == "active"
    }
}

impl Session {
    /// The stamp of a device, made again when the device was not known.
    pub fn device_stamp(
        &self,
        connection: &Connection,
        name: &str,
        kind: u32,
        now: &str,
    ) -> rusqlite::Result<String> {
        connection.execute(
            "INSERT OR IGNORE INTO devices (user_id, id, stamp, name, kind, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.user_id, self.device_id, uuid::Uuid::new_v4().to_string(), name, kind, now],
        )?;
        self.known_stamp(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
    }

    /// The stamp of a device that is known.
    pub fn known_stamp(&self, connection: &Connection) -> rusqlite::Result<Option<String>> {
        connection
            .query_row(
                "SELECT stamp FROM devices WHERE user_id = ?1 AND id = ?2",
                params![self.user_id, self.device_id],
                |row| row.get(0),
            )
            .optional()
    }

    /// Keeps a token of this session in `table` until `expires`.
    pub fn keep_token(
        &self,
        connection: &Connection,
        table: TokenTable,
        token: &str,
        expires: Timestamp,
    ) -> rusqlite::Result<()> {
        connection.execute(
            &format!(
                "INSERT OR REPLACE INTO {} (token, user_id, device_id, expires_at) VALUES (?1, ?2, ?3, ?4)",
                table.name()
            ),
            params![token, self.user_id, self.device_id, expires.as_second()],
        )?;
        Ok(())
    }

    /// Whose token it is, unless it has expired.
    pub fn of_token(
        connection: &Connection,
        table: TokenTable,
        token: &str,
        now: Timestamp,
    ) -> rusqlite::Result<Option<Self>> {
        connection
            .query_row(
                &format!(
                    "SELECT user_id, device_id FROM {} WHERE token = ?1 AND expires_at > ?2",
                    table.name()
                ),
                params![token, now.as_second()],
                |row| Ok(Self { user_id: row.get(0)?, device_id: row.get(1)? }),
            )
            .optional()
    }

    pub fn revoke(connection: &Connection, token: &str) -> rusqlite::Result<()> {
        connection.execute("DELETE FROM refresh_tokens WHERE token = ?1", [token])?;
        Ok(())
    }
}

/// A table of opaque tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TokenTable {
    /// They get a new access token.
    Refresh,
    /// They stand for the second step.
    Remembered,
}

impl TokenTable {
    fn name(self) -> &'static str {
        match self {
            Self::Refresh => "refresh_tokens",
            Self::Remembered => "remembered_devices",
        }
    }
}
