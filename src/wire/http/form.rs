//! A form as token endpoints get it: short, and with no parameter twice.

use std::collections::HashMap;

use super::{
    body::{self, Media},
    credentials::{self, Basic},
};
use crate::{
    error::{Error, Unauthenticated},
    wire::{operation::Exchange, state::State},
};

/// The longest form that is read, in bytes: anybody may send one.
const LONGEST: usize = 16 << 10;

/// The parameters of a form.
#[derive(Debug, Default)]
pub struct Form(HashMap<String, String>);

/// Why a form says nothing certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclear {
    /// A parameter stands more than once.
    Repeated,
    /// The form names other credentials than the header.
    Differs,
}

impl Form {
    /// Reads the body of a request as a form.
    ///
    /// # Errors
    /// As [`body::read`].
    pub async fn read(
        state: &State,
        exchange: &mut Exchange,
    ) -> Result<Result<Self, Unclear>, Error> {
        let mut allowance = state.allowance(exchange.started);
        allowance.bytes = allowance.bytes.min(LONGEST);
        let body = body::read(&mut exchange.request, Media::Form, allowance).await?;
        Ok(Self::parse(&body))
    }

    /// The parameters that stand in a body.
    ///
    /// # Errors
    /// [`Unclear::Repeated`].
    pub fn parse(body: &[u8]) -> Result<Self, Unclear> {
        let mut form = HashMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if form.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Unclear::Repeated);
            }
        }
        Ok(Self(form))
    }

    /// A parameter's value, taken out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// The credentials of a client: from a Basic header where there is one, else from the form. Those of the form must
    /// then be the same.
    ///
    /// # Errors
    /// [`Unclear::Differs`]; inside, [`Error::Unauthenticated`] where there are none.
    pub fn credentials(
        &mut self,
        headers: &poem::http::HeaderMap,
    ) -> Result<Result<Basic, Error>, Unclear> {
        let id = self.take("client_id");
        let secret = self.take("client_secret");
        let nobody = Error::Unauthenticated(Unauthenticated::Client);
        if !credentials::has_basic(headers) {
            let both = id.zip(secret).map(|(id, secret)| Basic { id, secret });
            return Ok(both.ok_or(nobody));
        }
        let Some(basic) = credentials::basic(headers) else {
            return Ok(Err(nobody));
        };
        let same = id.is_none_or(|id| id == basic.id) && secret.is_none_or(|s| s == basic.secret);
        if same {
            Ok(Ok(basic))
        } else {
            Err(Unclear::Differs)
        }
    }
}
