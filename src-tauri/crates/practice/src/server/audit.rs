//! The audit log: what was done, by whom, and what failed.

use std::sync::Arc;

use axum::extract::{Query, State};
use rusqlite::params;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::caller::{Administrator, Caller};
use super::reply::{Answer, answer};
use crate::state::Instance;

const CATEGORIES: [&str; 4] = ["auth", "security", "device", "data"];

/// The query of the log.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    limit: Option<u32>,
    offset: Option<u32>,
    category: Option<String>,
    q: Option<String>,
}

/// `GET /api/admin/logs`
pub(crate) async fn list(
    State(instance): State<Arc<Instance>>,
    _admin: Administrator,
    Query(asked): Query<Asked>,
) -> Answer {
    let limit = asked.limit.unwrap_or(50).clamp(1, 200);
    let offset = asked.offset.unwrap_or(0);
    let category = asked.category.unwrap_or_default();
    let pattern = format!("%{}%", asked.q.unwrap_or_default().replace(['%', '_'], ""));
    let (mut data, total) = if category.is_empty() || CATEGORIES.contains(&category.as_str()) {
        instance.logged(&category, &pattern, limit, offset)?
    } else {
        (Vec::new(), 0)
    };
    data.truncate(limit as usize);
    let next = offset + u32::try_from(data.len()).unwrap_or(limit);
    let more = next < total;
    Ok(answer(json!({
        "data": data,
        "total": total,
        "limit": limit,
        "offset": offset,
        "hasMore": more,
        "object": "list",
        "continuationToken": more.then(|| next.to_string()),
    })))
}

impl Instance {
    /// Writes down what `caller` did. The facts come first, then how they did it.
    pub(crate) fn log(&self, caller: &Caller, action: &str, level: &str, facts: Value) {
        let Value::Object(mut metadata) = facts else { return };
        let (method, path) = caller.request.split_once(' ').unwrap_or_default();
        metadata.extend(Map::from_iter([
            ("method".to_owned(), method.into()),
            ("path".to_owned(), path.into()),
            ("ip".to_owned(), "127.0.0.1".into()),
            ("userAgent".to_owned(), caller.user_agent.as_str().into()),
        ]));
        self.write_down(Some(&caller.user.id), action, level, &metadata);
    }

    /// Writes down what the server did without being asked.
    pub(crate) fn log_own(&self, action: &str, level: &str, facts: Value) {
        let Value::Object(metadata) = facts else { return };
        self.write_down(None, action, level, &metadata);
    }

    fn write_down(&self, actor: Option<&str>, action: &str, level: &str, metadata: &Map<String, Value>) {
        let written = self.database.lock().execute(
            "INSERT INTO audit_logs (id, actor_user_id, action, category, level,
                target_type, target_id, target_user_email, metadata, created_at)
             VALUES (?1, ?2, ?3, 'data', ?4, 'backup', NULL, NULL, ?5, ?6)",
            params![
                Uuid::new_v4().to_string(),
                actor,
                action,
                level,
                Value::Object(metadata.clone()).to_string(),
                self.now_text()
            ],
        );
        if let Err(error) = written {
            tracing::warn!(%error, "the audit log could not be written");
        }
    }

    fn logged(
        &self,
        category: &str,
        pattern: &str,
        limit: u32,
        offset: u32,
    ) -> rusqlite::Result<(Vec<Value>, u32)> {
        let filter = "(?1 = '' OR category = ?1)
            AND (action LIKE ?2 OR metadata LIKE ?2 OR target_type LIKE ?2)";
        let connection = self.database.lock();
        let total = connection.query_row(
            &format!("SELECT COUNT(*) FROM audit_logs WHERE {filter}"),
            params![category, pattern],
            |row| row.get(0),
        )?;
        // Whoever acted may be gone since, after a restore: then the entry stays without a name.
        let sql = format!(
            "SELECT audit_logs.id, users.id, users.email, action, category, level, target_type, target_id,
                target_user_email, metadata, audit_logs.created_at
             FROM audit_logs LEFT JOIN users ON users.id = actor_user_id
             WHERE {filter} ORDER BY number DESC LIMIT ?3 OFFSET ?4"
        );
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params![category, pattern, limit, offset], |row| {
            let text = |index: usize| row.get::<_, Option<String>>(index);
            Ok(json!({
                "id": text(0)?,
                "actorUserId": text(1)?,
                "actorEmail": text(2)?,
                "action": text(3)?,
                "category": text(4)?,
                "level": text(5)?,
                "targetType": text(6)?,
                "targetId": text(7)?,
                "targetUserEmail": text(8)?,
                "metadata": text(9)?,
                "createdAt": text(10)?,
                "object": "auditLog",
            }))
        })?;
        Ok((rows.collect::<rusqlite::Result<_>>()?, total))
    }
}
