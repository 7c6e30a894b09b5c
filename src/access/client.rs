//! Who has been let in: an id, rights, and the request that is made.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{Api, Deed, Rights};

/// A client that has shown who it is, with what it may do, and the request that it makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    id: Arc<str>,
    rights: Arc<Rights>,
    deed: Option<Arc<Deed>>,
}

impl Client {
    /// A client that is let in, before it is known what it asks for.
    pub(super) fn new(id: Arc<str>, rights: Arc<Rights>) -> Self {
        Self {
            id,
            rights,
            deed: None,
        }
    }

    /// Whoever runs a command with the configuration at hand: the database is theirs already.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            id: "operator".into(),
            rights: Arc::new(Rights::everything()),
            deed: None,
        }
    }

    /// The same, while it runs a command of this name, under an id of its own.
    #[must_use]
    pub fn running(command: &'static str) -> Self {
        let operator = Self::operator();
        let id = Arc::clone(&operator.id);
        let deed = Deed::new(Uuid::now_v7(), id, Api::Command, command);
        operator.doing(Arc::new(deed))
    }

    /// The client while it makes a request.
    #[must_use]
    pub fn doing(self, deed: Arc<Deed>) -> Self {
        Self {
            deed: Some(deed),
            ..self
        }
    }

    /// What it may do.
    #[must_use]
    pub fn rights(&self) -> &Arc<Rights> {
        &self.rights
    }

    /// The request that it makes; `None` where nobody is to know of it.
    #[must_use]
    pub fn deed(&self) -> Option<&Arc<Deed>> {
        self.deed.as_ref()
    }

    /// The client's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}
