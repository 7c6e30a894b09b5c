//! What a client may do: grants, each for some entities. Rights are data; `policy` applies them. Actions of several grants
//! add up, denied ones are taken away from all of them, and every restriction holds that any grant makes: another
//! grant never lifts one.

use super::{Action, Actions, Name, request::ClauseSource};

/// Everything that a client was granted. Nothing is the default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rights {
    grants: Vec<Grant>,
}

/// A right, or a ban, on some entities.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// On which.
    pub entities: Entities,
    /// What is allowed.
    pub allow: Actions,
    /// What is denied, whatever another grant allows.
    pub deny: Actions,
    /// The columns that may be read.
    pub read: Columns,
    /// The columns that may be written.
    pub write: Columns,
    /// The rows there are; `None` for all.
    pub rows: Option<ClauseSource>,
}

/// Which entities a grant is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entities {
    /// Every one, also those to come.
    All,
    /// Those of these names; case does not count.
    Named(Vec<String>),
}

/// Which columns a grant leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// Every one.
    All,
    /// Only these.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

/// What a client may do with one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope<'r> {
    /// The actions.
    pub actions: Actions,
    grants: Vec<&'r Grant>,
}

impl Rights {
    /// The rights of these grants.
    #[must_use]
    pub fn new(grants: Vec<Grant>) -> Self {
        Self { grants }
    }

    /// Every right on everything.
    #[must_use]
    pub fn everything() -> Self {
        Self::new(vec![Grant::of(Entities::All, Actions::all())])
    }

    /// The same as far as they allow these actions.
    #[must_use]
    pub fn only(&self, actions: Actions) -> Self {
        let others = Actions::all().without(actions);
        let cut = |grant: &Grant| Grant {
            allow: grant.allow.without(others),
            ..grant.clone()
        };
        Self::new(self.grants.iter().map(cut).collect())
    }

    /// The grants.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What they come to for an entity.
    #[must_use]
    pub fn on(&self, entity: &Name) -> Scope<'_> {
        let about = |grant: &&Grant| grant.entities.include(entity);
        let grants: Vec<&Grant> = self.grants.iter().filter(about).collect();
        Scope {
            actions: Actions::sum(&grants),
            grants,
        }
    }

    /// Whether there is no entity, column or row that they leave out.
    #[must_use]
    pub fn see_everything(&self) -> bool {
        let whole = |g: &Grant| g.entities == Entities::All && g.allow.view;
        let open =
            |g: &Grant| g.deny == Actions::NONE && g.read == Columns::All && g.rows.is_none();
        self.grants.iter().any(whole) && self.grants.iter().all(open)
    }

    /// Whether there is no entity, column or row of which they leave out what the journal has. What an error tells may be
    /// about any.
    #[must_use]
    pub fn explain_everything(&self) -> bool {
        let open = |g: &Grant| !g.deny.explain && g.read == Columns::All && g.rows.is_none();
        self.on_all().explain && self.grants.iter().all(open)
    }

    /// Whether anything may be written by them, on any entity.
    #[must_use]
    pub fn may_write(&self) -> bool {
        let reading = Actions::of([Action::View, Action::Explain]);
        let writes = |g: &Grant| g.allow.without(reading) != Actions::NONE;
        self.grants.iter().any(writes)
    }

    /// Whether two entities are under the same grants, so that neither is open to what the other is not.
    #[must_use]
    pub fn treat_alike(&self, one: &Name, other: &Name) -> bool {
        let about = |entity: &Name, grant: &Grant| grant.entities.include(entity);
        self.grants
            .iter()
            .all(|grant| about(one, grant) == about(other, grant))
    }

    /// Whether tables may be made: a right that only grants on all entities give.
    #[must_use]
    pub fn may_create(&self) -> bool {
        self.on_all().create
    }

    /// What grants on all entities come to, for what is about none of them.
    #[must_use]
    pub fn on_all(&self) -> Actions {
        let all = self.grants.iter().filter(|g| g.entities == Entities::All);
        Actions::sum(&all.collect::<Vec<_>>())
    }
}

impl Actions {
    /// What grants allow and none of them denies.
    fn sum(grants: &[&Grant]) -> Self {
        let allowed = grants.iter().fold(Self::NONE, |sum, g| sum.or(g.allow));
        grants.iter().fold(allowed, |sum, g| sum.without(g.deny))
    }
}

impl Grant {
    /// These actions on all columns and rows of these entities.
    #[must_use]
    pub fn of(entities: Entities, allow: Actions) -> Self {
        Self {
            entities,
            allow,
            deny: Actions::NONE,
            read: Columns::All,
            write: Columns::All,
            rows: None,
        }
    }
}

impl Entities {
    /// Whether an entity is among them.
    #[must_use]
    pub fn include(&self, entity: &Name) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| entity.matches(name)),
        }
    }
}

impl Columns {
    fn include(&self, column: &Name) -> bool {
        let among = |names: &[String]| names.iter().any(|name| column.matches(name));
        match self {
            Self::All => true,
            Self::Only(names) => among(names),
            Self::Except(names) => !among(names),
        }
    }
}

impl<'r> Scope<'r> {
    /// Whether a column may be read, and whether it may be written.
    #[must_use]
    pub fn column(&self, column: &Name) -> (bool, bool) {
        let all = |rule: fn(&Grant) -> &Columns| {
            self.grants.iter().all(|grant| rule(grant).include(column))
        };
        (all(|grant| &grant.read), all(|grant| &grant.write))
    }

    /// The conditions that rows have to meet, all of them.
    pub fn rows(&self) -> impl Iterator<Item = &'r ClauseSource> {
        self.grants.iter().filter_map(|grant| grant.rows.as_ref())
    }

    /// Whether it restricts neither columns nor rows.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let open = |grant: &&Grant| {
            grant.read == Columns::All && grant.write == Columns::All && grant.rows.is_none()
        };
        self.grants.iter().all(open)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn actions_add_up_and_what_is_denied_is_denied() {
        let named = |entity: &str| Entities::Named(vec![entity.to_owned()]);
        let rights = Rights::new(vec![
            Grant::of(Entities::All, Actions::of([Action::View])),
            Grant::of(named("vendor"), Actions::of([Action::Edit, Action::Delete])),
            Grant {
                deny: Actions::of([Action::Delete]),
                ..Grant::of(Entities::All, Actions::NONE)
            },
        ]);
        let on = |entity: &str| rights.on(&name(entity)).actions;
        assert_eq!(on("Vendor"), Actions::of([Action::View, Action::Edit]));
        assert_eq!(on("Contract"), Actions::of([Action::View]));
        assert_eq!(Rights::default().on(&name("Vendor")).actions, Actions::NONE);
    }

    #[test]
    fn a_restriction_holds_whatever_another_grant_leaves_open() {
        let rights = Rights::new(vec![
            Grant {
                read: Columns::Except(vec!["salary".to_owned()]),
                write: Columns::Only(vec!["City".to_owned()]),
                rows: Some(ClauseSource::Text("Region = 'EU'".to_owned())),
                ..Grant::of(Entities::All, Actions::of([Action::View]))
            },
            Grant::of(Entities::All, Actions::all()),
        ]);
        let scope = rights.on(&name("Employee"));
        assert_eq!(scope.column(&name("Salary")), (false, false));
        assert_eq!(scope.column(&name("city")), (true, true));
        assert_eq!(scope.column(&name("Name")), (true, false));
        assert_eq!(scope.rows().count(), 1);
    }

    #[test]
    fn tables_may_be_made_only_by_who_has_that_right_on_all() {
        let create = Actions::of([Action::Create]);
        let of = |entities| Rights::new(vec![Grant::of(entities, create)]).may_create();
        assert!(of(Entities::All));
        assert!(!of(Entities::Named(vec!["new".to_owned()])));
        assert!(!Rights::default().may_create());
    }
}
