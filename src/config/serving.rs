//! What settings say is served: every table, or the entities that are declared, with their rights and keys. The rest of
//! the settings are read in `read`.

use super::{dataset, journal, section::Section};
use crate::{
    catalog::{AllTables, Declaration, Serving},
    domain::{Action, Actions, Keeping, Name, entity_keys::KeyDeclaration, name::same_name},
};

/// Reads `serve` and every `entity`; `keeping` is how much the journal keeps of those that say nothing of it.
pub(super) fn read(root: &mut Section<'_>, keeping: Keeping) -> Serving {
    let mut section = root.section("serve");
    let all = section.has("all_tables");
    let all_tables = actions(&mut section, "all_tables");
    if !all && section.has("passwords") {
        section.refuse(
            "passwords",
            "is for serve.all_tables, which is off; a declared entity has passwords of its own",
        );
    }
    let passwords = section.texts("passwords").unwrap_or_default();
    let create = section.flag("create").unwrap_or_default();
    let caller_keys = section.flag("caller_keys").unwrap_or_default();
    for (key, on, why) in [
        (
            "create",
            create,
            "so that the tables made would not be served",
        ),
        (
            "caller_keys",
            caller_keys,
            "and a declared entity has a setting of its own",
        ),
    ] {
        if on && !all {
            section.refuse(
                key,
                &format!("is for serve.all_tables, which is off, {why}"),
            );
        }
    }
    section.finish();
    let listed = root.has("entity");
    let mut seen: Vec<Name> = Vec::new();
    let declared = root.tables("entity", |table| declaration(table, &mut seen));
    if !all && !listed {
        root.refuse(
            "entity",
            "is empty, so nothing would be served; declare one under [[entity]] or set serve.all_tables",
        );
    }
    let declared: Vec<Declaration> = declared.into_iter().flatten().collect();
    for id in dataset::repeated(declared.iter().map(|d| &d.dataset)) {
        root.refuse(
            "entity",
            &format!("has the socrata_id '{id}' twice; each stands for one entity"),
        );
    }
    Serving {
        declared,
        all_tables: all_tables.map(|actions| AllTables {
            actions,
            passwords,
            caller_keys,
            create,
        }),
        journal: keeping,
    }
}

fn declaration(mut table: Section<'_>, seen: &mut Vec<Name>) -> Option<Declaration> {
    let given = (table.has("name"), table.has("allow"));
    let name = table.parsed("name", |text| {
        Name::parse(text).map_err(|e| format!("cannot be: {e}"))
    });
    match &name {
        None if given.0 => {}
        None => table.refuse("name", "is missing; it is what stands in the URL"),
        Some(name) => {
            table.call(name.as_str());
            if seen.iter().any(|s| same_name(s.as_str(), name.as_str())) {
                table.refuse("name", "is taken by an entity above (case does not count)");
            }
            seen.push(name.clone());
        }
    }
    let display = table.text("display");
    let from = table.text("table");
    let actions = actions(&mut table, "allow");
    if !given.1 {
        table.refuse(
            "allow",
            "is missing; write the actions, like allow = [\"add\", \"edit\", \"view\"]",
        );
    }
    let passwords = table.texts("passwords").unwrap_or_default();
    let read_only = table.texts("read_only").unwrap_or_default();
    let keys = keys(&mut table);
    let dataset = dataset::read(&mut table);
    let journal = journal::keeping(&mut table, "journal");
    table.finish();
    Some(Declaration {
        name: name?,
        display,
        table: from,
        actions: actions?,
        passwords,
        read_only,
        keys,
        dataset,
        journal,
    })
}

fn keys(table: &mut Section<'_>) -> KeyDeclaration {
    KeyDeclaration {
        row_identifier: table.texts("row_identifier").unwrap_or_default(),
        external_ids: table.texts("external_ids").unwrap_or_default(),
        not_unique: table.texts("not_unique").unwrap_or_default(),
        caller_keys: table.flag("caller_keys").unwrap_or_default(),
    }
}

fn actions(section: &mut Section<'_>, key: &str) -> Option<Actions> {
    let words = section.texts(key)?;
    let mut actions = Actions::NONE;
    let mut known = !words.is_empty();
    if words.is_empty() {
        section.refuse(
            key,
            "is empty; allow at least one of \"add\", \"edit\", \"view\", \"delete\", \"alter\", \"drop\"",
        );
    }
    for word in &words {
        if let Some((action, _)) = Action::WORDS.iter().find(|(_, known)| known == word) {
            actions.add_action(*action);
        } else {
            known = false;
            let words = Action::WORDS
                .map(|(_, word)| format!("\"{word}\""))
                .join(", ");
            section.refuse(key, &format!("holds '{word}'; the actions are {words}"));
        }
    }
    known.then_some(actions)
}
