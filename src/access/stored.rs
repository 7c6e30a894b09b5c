//! What a client of the database may do, as it is written there.

use serde::{Deserialize, Serialize};

use super::{GrantSpec, Roles};
use crate::domain::{Rights, rights::Grant};

/// Roles and grants, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoredRights {
    /// Names of roles; the configuration says what they allow.
    pub roles: Vec<String>,
    /// Grants besides.
    pub grants: Vec<GrantSpec>,
}

impl StoredRights {
    /// What they come to.
    ///
    /// # Errors
    /// What is wrong with them: a role that there is not, a grant that is none. Part of them would be too little, or,
    /// where what is missing denies, too much.
    pub fn rights(&self, roles: &Roles) -> Result<Rights, String> {
        let mut all: Vec<Grant> = Vec::new();
        for name in &self.roles {
            let role = roles.get(name);
            let role = role.ok_or_else(|| {
                format!("there is no role '{name}' under [[auth.roles]] of the configuration")
            })?;
            all.extend(role.iter().cloned());
        }
        for spec in &self.grants {
            all.push(spec.grant().map_err(|problems| {
                let texts = problems.iter().map(|p| format!("{} {}", p.key, p.message));
                format!(
                    "a grant cannot be: {}",
                    texts.collect::<Vec<_>>().join("; ")
                )
            })?);
        }
        Ok(Rights::new(all))
    }

    /// Reads it from JSON.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// Writes it as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }
}
