//! What can be done with an entity, and sets of that.

/// What a caller may do with an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Insert rows.
    Add,
    /// Change rows.
    Edit,
    /// Read rows.
    View,
    /// Delete rows.
    Delete,
    /// Change the table's columns.
    Alter,
    /// Drop the table.
    Drop,
    /// Make tables: a right of a client alone, on all tables or none.
    Create,
    /// See what the journal says of it: a right of a client alone.
    Explain,
    /// Undo what was done to it: a right of a client alone.
    Undo,
}

impl Action {
    /// Every action that an entity can allow, with the word by which the configuration allows it.
    pub const WORDS: [(Self, &'static str); 6] = [
        (Self::Add, "add"),
        (Self::Edit, "edit"),
        (Self::View, "view"),
        (Self::Delete, "delete"),
        (Self::Alter, "alter"),
        (Self::Drop, "drop"),
    ];

    /// Every action that a client can be granted, with its word.
    pub const GRANTED: [(Self, &'static str); 9] = [
        (Self::View, "view"),
        (Self::Add, "add"),
        (Self::Edit, "edit"),
        (Self::Delete, "delete"),
        (Self::Alter, "alter"),
        (Self::Drop, "drop"),
        (Self::Create, "create"),
        (Self::Explain, "explain"),
        (Self::Undo, "undo"),
    ];
}

/// The actions an entity allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // a set of rights
pub struct Actions {
    /// Rows may be inserted.
    pub add: bool,
    /// Rows may be changed.
    pub edit: bool,
    /// Rows may be read.
    pub view: bool,
    /// Rows may be deleted.
    pub delete: bool,
    /// Columns may be added and changed.
    pub alter: bool,
    /// The table may be dropped.
    pub drop: bool,
    /// Tables may be made.
    pub create: bool,
    /// The journal may be read.
    pub explain: bool,
    /// What was done may be undone.
    pub undo: bool,
}

impl Actions {
    /// No action.
    pub const NONE: Self = Self {
        add: false,
        edit: false,
        view: false,
        delete: false,
        alter: false,
        drop: false,
        create: false,
        explain: false,
        undo: false,
    };

    /// Whether an action is among them.
    #[must_use]
    pub fn allow(self, action: Action) -> bool {
        match action {
            Action::Add => self.add,
            Action::Edit => self.edit,
            Action::View => self.view,
            Action::Delete => self.delete,
            Action::Alter => self.alter,
            Action::Drop => self.drop,
            Action::Create => self.create,
            Action::Explain => self.explain,
            Action::Undo => self.undo,
        }
    }

    /// Those of a list.
    #[must_use]
    pub fn of(list: impl IntoIterator<Item = Action>) -> Self {
        let mut actions = Self::NONE;
        list.into_iter()
            .for_each(|action| actions.add_action(action));
        actions
    }

    /// Every action.
    #[must_use]
    pub fn all() -> Self {
        Self::of(Action::GRANTED.map(|(action, _)| action))
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Action> {
        let all = Action::GRANTED.into_iter().map(|(action, _)| action);
        all.filter(move |action| self.allow(*action))
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::of(self.iter().filter(|action| other.allow(*action)))
    }

    /// Those that are in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::of(self.iter().chain(other.iter()))
    }

    /// Those that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self::of(self.iter().filter(|action| !other.allow(*action)))
    }

    /// Adds an action.
    pub fn add_action(&mut self, action: Action) {
        match action {
            Action::Add => self.add = true,
            Action::Edit => self.edit = true,
            Action::View => self.view = true,
            Action::Delete => self.delete = true,
            Action::Alter => self.alter = true,
            Action::Drop => self.drop = true,
            Action::Create => self.create = true,
            Action::Explain => self.explain = true,
            Action::Undo => self.undo = true,
        }
    }
}
