//! An answer as it is kept for the repetition of its request, and as it is given again. Long ones are packed.

use std::io::{Read as _, Seek as _, Write as _};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use poem::{
    Body, Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, BufReader},
    task::spawn_blocking,
};

use crate::{
    domain::{once::Answer, repeat::Refusal},
    error::Error,
    rows::Spool,
    wire::http::reply::{self, unwritable},
};

/// The longest body that is kept as it is, in bytes.
const AS_IT_IS: u64 = 64 << 10;
/// The longest packed body that is kept, in bytes: row by row, it tells of some million rows.
const LONGEST: usize = 16 << 20;
/// How much is read before it is put away.
const PART: usize = 256 << 10;

/// What is about one message on its way, not about the answer; the log id is kept by itself.
const LEFT_OUT: [HeaderName; 6] = [
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::DATE,
    header::SET_COOKIE,
    reply::LOG_ID,
];

/// What is kept of an answer besides its status and its body.
#[derive(Serialize, Deserialize)]
struct Head {
    log_id: String,
    headers: Vec<(String, String)>,
    form: Form,
}

/// How the body is kept.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Plain,
    Gzip,
    /// Not at all: it was too long.
    Gone,
}

/// Whether an error is an answer for good: it is no matter of who asks when, and no defect.
pub(super) fn is_final(error: &Error) -> bool {
    !matches!(error, Error::Once(_)) && !matches!(error.status(), 401 | 403)
}

/// An answer to be kept; `None` for one that may be another the next time. Its body is put back.
///
/// # Errors
/// The body cannot be read.
pub(super) async fn of(response: &mut Response, log_id: &str) -> Result<Option<Answer>, Error> {
    let status = response.status().as_u16();
    if status >= 500 || matches!(status, 401 | 403 | 408 | 425 | 429) {
        return Ok(None);
    }
    let headers = response.headers().iter();
    let headers = headers.filter(|(name, _)| !LEFT_OUT.contains(name));
    let headers = headers.filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let headers = headers.collect();
    let (form, body) = keep_body(response).await?;
    let head = Head {
        log_id: log_id.to_owned(),
        headers,
        form,
    };
    Ok(Some(Answer {
        status,
        headers: serde_json::to_string(&head).map_err(unwritable)?,
        body,
    }))
}

async fn keep_body(response: &mut Response) -> Result<(Form, Vec<u8>), Error> {
    let mut body = response.take_body().into_async_read();
    let mut first = Vec::new();
    let mut beginning = (&mut body).take(AS_IT_IS + 1);
    beginning
        .read_to_end(&mut first)
        .await
        .map_err(unwritable)?;
    if first.len() as u64 <= AS_IT_IS {
        response.set_body(first.clone());
        return Ok((Form::Plain, first));
    }
    let (spool, packed) = pack(first, body).await?;
    response.set_body(open(spool)?);
    Ok(match packed {
        Some(packed) => (Form::Gzip, packed),
        None => (Form::Gone, Vec::new()),
    })
}

/// A body as it is and packed; `None` when even that is too long.
struct Packing {
    spool: Spool,
    packed: Option<GzEncoder<Vec<u8>>>,
}

impl Packing {
    fn add(&mut self, part: &[u8]) -> std::io::Result<()> {
        self.spool.write_all(part)?;
        if let Some(packed) = &mut self.packed {
            packed.write_all(part)?;
        }
        self.packed
            .take_if(|packed| packed.get_ref().len() > LONGEST);
        Ok(())
    }

    fn finish(mut self) -> std::io::Result<(Spool, Option<Vec<u8>>)> {
        self.spool.rewind()?;
        let packed = self.packed.map(GzEncoder::finish).transpose()?;
        Ok((self.spool, packed))
    }
}

async fn pack(
    first: Vec<u8>,
    mut rest: impl AsyncRead + Unpin,
) -> Result<(Spool, Option<Vec<u8>>), Error> {
    let mut packing = Packing {
        spool: Spool::new(),
        packed: Some(GzEncoder::new(Vec::new(), Compression::fast())),
    };
    let mut part = first;
    loop {
        while part.len() < PART && rest.read_buf(&mut part).await.map_err(unwritable)? > 0 {}
        let last = part.len() < PART;
        let work = move || {
            packing.add(&part)?;
            part.clear();
            Ok::<_, std::io::Error>((packing, part))
        };
        let added = spawn_blocking(work).await.map_err(unwritable)?;
        (packing, part) = added.map_err(unwritable)?;
        if last {
            let finished = spawn_blocking(move || packing.finish()).await;
            return finished.map_err(unwritable)?.map_err(unwritable);
        }
    }
}

/// A body that is in memory, or in a file.
fn open(mut spool: Spool) -> Result<Body, Error> {
    if spool.holds_in_memory(0) {
        let mut bytes = Vec::new();
        spool.read_to_end(&mut bytes).map_err(unwritable)?;
        return Ok(bytes.into());
    }
    let file = tokio::fs::File::from_std(spool.into_file().map_err(unwritable)?);
    Ok(Body::from_async_read(BufReader::with_capacity(PART, file)))
}

/// An answer that was kept, and its log id.
///
/// # Errors
/// [`Refusal::Gone`]; it is not as it was written.
pub(super) async fn again(kept: Answer) -> Result<(Response, String), Error> {
    let head: Head = serde_json::from_str(&kept.headers).map_err(unwritable)?;
    let body = match head.form {
        Form::Plain => kept.body.into(),
        Form::Gzip => {
            let unpack = move || Spool::of(GzDecoder::new(kept.body.as_slice()));
            let unpacked = spawn_blocking(unpack).await.map_err(unwritable)?;
            open(unpacked.map_err(unwritable)?)?
        }
        Form::Gone => return Err(Error::Once(Refusal::Gone)),
    };
    let mut response = Response::builder().body(body);
    response.set_status(StatusCode::from_u16(kept.status).map_err(unwritable)?);
    for (name, value) in &head.headers {
        let name = HeaderName::try_from(name).map_err(unwritable)?;
        let value = HeaderValue::from_str(value).map_err(unwritable)?;
        response.headers_mut().append(name, value);
    }
    Ok((response, head.log_id))
}
