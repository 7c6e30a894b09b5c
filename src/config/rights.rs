//! What settings say clients may do: grants of their own, and roles, which are grants under a name.

use std::sync::Arc;

use super::{Auth, section::Section};
use crate::{
    access::{GrantSpec, Roles},
    domain::{Rights, name::nearest, rights::Grant},
    service::Granted,
};

impl Auth {
    /// Every grant that is configured, once, with who has it.
    #[must_use]
    pub fn granted(&self) -> Vec<Granted<'_>> {
        let roles = self.roles.iter().map(|(name, grants)| Granted {
            holder: format!("auth.roles '{name}'"),
            grants,
        });
        let of_role = |grant: &&Grant| self.roles.values().flatten().any(|known| known == *grant);
        let clients = self.clients.iter().flat_map(|client| {
            let own = client
                .rights
                .grants()
                .iter()
                .filter(move |grant| !of_role(grant));
            own.map(|grant| Granted {
                holder: format!("auth.clients '{}'", client.id),
                grants: std::slice::from_ref(grant),
            })
        });
        roles.chain(clients).collect()
    }
}

/// Reads every role.
pub(super) fn roles(section: &mut Section<'_>) -> Roles {
    let mut roles = Roles::new();
    let read = section.tables("roles", |mut table| {
        let given = table.has("name");
        let name = table.text("name");
        match &name {
            Some(name) => table.call(name),
            None if given => {}
            None => table.refuse("name", "is missing"),
        }
        let grants = grants(&mut table);
        table.finish();
        name.map(|name| (name, grants))
    });
    for (name, grants) in read.into_iter().flatten() {
        if roles.insert(name.clone(), grants).is_some() {
            section.refuse("roles", &format!("holds '{name}' twice"));
        }
    }
    roles
}

/// Reads what a client may do: its roles and its own grants.
pub(super) fn rights(table: &mut Section<'_>, roles: &Roles) -> Arc<Rights> {
    let mut all = named(table, "roles", roles);
    all.extend(grants(table));
    Arc::new(Rights::new(all))
}

/// The grants of the roles that a setting names.
pub(super) fn named(table: &mut Section<'_>, key: &str, roles: &Roles) -> Vec<Grant> {
    let mut all = Vec::new();
    for name in table.texts(key).unwrap_or_default() {
        if let Some(grants) = roles.get(&name) {
            all.extend(grants.iter().cloned());
            continue;
        }
        let near = nearest(&name, roles.keys().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"));
        let message = format!("holds '{name}', which is no role under [[auth.roles]]{hint}");
        table.refuse(key, &message);
    }
    all
}

fn grants(table: &mut Section<'_>) -> Vec<Grant> {
    let read = table.tables("grants", |mut table| {
        let spec = GrantSpec {
            entities: table.texts("entities").unwrap_or_default(),
            allow: table.texts("allow").unwrap_or_default(),
            deny: table.texts("deny").unwrap_or_default(),
            read: table.texts("read"),
            read_except: table.texts("read_except").unwrap_or_default(),
            write: table.texts("write"),
            write_except: table.texts("write_except").unwrap_or_default(),
            rows: table.text("rows"),
        };
        let grant = spec.grant();
        if let Err(problems) = &grant {
            for problem in problems {
                table.refuse(problem.key, &problem.message);
            }
        }
        table.finish();
        grant.ok()
    });
    read.into_iter().flatten().collect()
}
