//! Requests with an `Idempotency-Key`: the first answer is kept, and a repetition gets it without doing anything
//! (draft-ietf-httpapi-idempotency-key-header-07). What was written is the service's to know; what an answer means is
//! the API's.

mod answer;
mod key;

use poem::{
    Response,
    http::{HeaderName, HeaderValue, header},
};
use sha2::{Digest as _, Sha256};

use super::{
    admin, contract_insight, datasette,
    http::{body, panic, reply},
    operation::{Exchange, Operation},
    salesforce, socrata,
    state::State,
};
use crate::{
    domain::Api,
    error::Error,
    service::{Begun, Client, Turn},
};

/// Says that nothing was done that had been done before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The headers by which a request asks for something else, besides its body.
const MEANT: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
];

/// Runs an operation; once only, where the request asks for that.
///
/// # Errors
/// The operation's own, and what refuses the request under its key.
pub(super) async fn run(
    state: &State,
    operation: &Operation,
    exchange: &mut Exchange,
) -> Result<Response, Error> {
    let asks = exchange.headers().contains_key(key::HEADER);
    if !asks || !operation.acts() || !state.service.keeps_requests() {
        return (operation.handler)(state, exchange).await;
    }
    // Nobody's request is refused by the operation, in its own order.
    let Some(client) = identify(state, operation.envelope.api, exchange).await? else {
        return (operation.handler)(state, exchange).await;
    };
    // Whoever may write nothing is refused by the operation, also what was answered when he could, or to a client of which
    // he has the app token alone.
    if !client.rights().may_write() {
        exchange.keep(client);
        return (operation.handler)(state, exchange).await;
    }
    let key = key::read(exchange.headers())?;
    let allowance = if state.batch.bytes > state.max_body_bytes {
        state.batch_allowance(exchange.started)
    } else {
        state.allowance(exchange.started)
    };
    let hash = begin_hash(exchange);
    let fingerprint = body::hash(&mut exchange.request, hash, allowance).await?;
    match state
        .service
        .begin_once(client.id(), &key, fingerprint)
        .await?
    {
        Begun::Answered(kept) => {
            let (mut response, log_id) = answer::again(kept).await?;
            exchange.log_id = log_id;
            mark(&mut response);
            Ok(response)
        }
        Begun::Turn(turn) => take(state, operation, exchange, client, turn).await,
    }
}

/// Runs an operation that nobody else runs meanwhile.
async fn take(
    state: &State,
    operation: &Operation,
    exchange: &mut Exchange,
    client: Client,
    mut turn: Turn,
) -> Result<Response, Error> {
    let past = std::mem::take(&mut turn.past);
    let resumes = !past.is_empty();
    exchange.once(client, turn.once.clone(), past);
    let mut result = panic::catch((operation.handler)(state, exchange)).await;
    let kept = match &mut result {
        Ok(response) => answer::of(response, &exchange.log_id).await?,
        Err(error) => {
            let mut told = reply::error(error, operation.envelope, &exchange.log_id);
            let kept = answer::of(&mut told, &exchange.log_id).await?;
            kept.filter(|_| answer::is_final(error))
        }
    };
    // Rows that found the database busy, say, are told of in an answer that is none for good.
    let unfinished = exchange.admitted().is_some_and(|client| {
        let deed = client.deed();
        deed.is_some_and(|deed| deed.is_unfinished())
    });
    let kept = kept.filter(|_| !unfinished);
    state.service.end_once(turn, kept.as_ref()).await;
    if let Ok(response) = &mut result
        && resumes
    {
        mark(response);
    }
    result
}

fn mark(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
}

/// Finds out who calls, as the API does.
async fn identify(
    state: &State,
    api: Api,
    exchange: &mut Exchange,
) -> Result<Option<Client>, Error> {
    match api {
        Api::ContractInsight => contract_insight::identify(state, exchange).await.map(Some),
        Api::Datasette => datasette::identify(state, exchange).await,
        Api::Socrata => socrata::identify(state, exchange).await.map(Some),
        Api::Salesforce => salesforce::identify(state, exchange).await.map(Some),
        Api::Admin => admin::identify(state, exchange).await.map(Some),
        Api::Command => Ok(None),
    }
}

/// Begins a hash of what is asked, up to the body.
fn begin_hash(exchange: &Exchange) -> Sha256 {
    let request = &exchange.request;
    let path = request.uri().path_and_query();
    let path = path.map_or("", |path| path.as_str());
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        // The lengths keep the parts apart.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(request.method().as_str().as_bytes());
    add(path.as_bytes());
    for name in MEANT {
        let sent = exchange.headers().get_all(&name);
        add(&sent.iter().count().to_le_bytes());
        for value in sent {
            add(value.as_bytes());
        }
    }
    hash
}
