//! Bodies that hold rows, into a spool: however long they are, no more than a part of them is in memory. Packed ones
//! are unpacked on the way, and bounded by what comes out.

use std::io::{self, Read as _, Seek as _, Write};

use flate2::write::MultiGzDecoder;
use poem::{Body, Request};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, BufReader},
    task::spawn_blocking,
};

use super::{
    Allowance, Media, announced_length, arriving::Arriving, content_encoding, discard, find_media,
};
use crate::{domain::fault::shorten, error::Error, rows::Spool};

/// How much is read before it is put away.
const PART: usize = 256 << 10;

/// Reads the body of a request whose Content-Type is one of these (the first, where it is missing) into a spool, which
/// is at its beginning then. `Content-Encoding: gzip` is unpacked; the allowance holds for the body as it comes and as
/// it is unpacked.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], [`Error::UnsupportedEncoding`], [`Error::BodyTooLarge`], [`Error::BodyTimeout`],
/// [`Error::BodyTooSlow`], and
/// [`Error::Malformed`] when the client stopped sending, or what it sent is not packed as it says.
pub async fn spool(
    request: &mut Request,
    takes: &[Media],
    allowance: Allowance,
) -> Result<(Media, Spool), Error> {
    let limit = allowance.bytes;
    let packed = match content_encoding(request.headers()) {
        None => false,
        Some(encoding) if ["gzip", "x-gzip"].contains(&encoding.to_ascii_lowercase().as_str()) => {
            true
        }
        Some(other) => return Err(Error::UnsupportedEncoding(shorten(&other))),
    };
    let media = find_media(request.headers(), takes)?;
    let put = Put::new(packed, limit);
    let (spool, _) = receive(request, put, allowance).await?;
    Ok((media, spool))
}

/// Reads a body as it comes, whatever it is, hashes it, and puts it back to be read again.
///
/// # Errors
/// As [`spool`].
pub async fn hash(
    request: &mut Request,
    hash: Sha256,
    allowance: Allowance,
) -> Result<[u8; 32], Error> {
    let mut put = Put::new(false, allowance.bytes);
    put.hash = Some(hash);
    let (mut spool, hash) = receive(request, put, allowance).await?;
    let body = if spool.holds_in_memory(0) {
        let mut bytes = Vec::new();
        spool
            .read_to_end(&mut bytes)
            .map_err(|error| unkept(&error))?;
        Body::from(bytes)
    } else {
        let file = spool.into_file().map_err(|error| unkept(&error))?;
        let file = tokio::fs::File::from_std(file);
        Body::from_async_read(BufReader::with_capacity(PART, file))
    };
    request.set_body(body);
    Ok(hash.unwrap_or_default().finalize().into())
}

/// Reads a body away, to where it is put.
async fn receive(
    request: &mut Request,
    mut put: Put,
    allowance: Allowance,
) -> Result<(Spool, Option<Sha256>), Error> {
    let limit = allowance.bytes;
    announced_length(request.headers(), limit)?;
    let body = request.take_body().into_async_read();
    let body = body.take((limit as u64).saturating_add(1));
    let mut body = Arriving::new(body, allowance);
    let mut part = Vec::with_capacity(PART.min(limit.saturating_add(1)));
    let mut length = 0;
    loop {
        let read = body.read(&mut part).await?;
        length += read;
        if read > 0 && part.len() < part.capacity() {
            continue;
        }
        let put_away = if length > limit {
            Err(Error::BodyTooLarge { limit })
        } else {
            put.away(part).await
        };
        body.begin_window();
        match put_away {
            Ok((back, emptied)) => (put, part) = (back, emptied),
            Err(error) => {
                discard(body.into_inner().into_inner()).await;
                return Err(error);
            }
        }
        if read == 0 {
            return put.finish().await;
        }
    }
}

/// Where the parts of a body go.
struct Put {
    to: To,
    limit: usize,
    /// Of the body as it comes, where it is asked for.
    hash: Option<Sha256>,
}

enum To {
    Plain(Spool),
    Packed(Box<MultiGzDecoder<Bounded>>),
}

impl Put {
    fn new(packed: bool, limit: usize) -> Self {
        let to = if packed {
            To::Packed(Box::new(MultiGzDecoder::new(Bounded {
                spool: Spool::new(),
                left: limit,
                over: false,
            })))
        } else {
            To::Plain(Spool::new())
        };
        Self {
            to,
            limit,
            hash: None,
        }
    }

    /// Puts a part away; gives it back emptied. What may wait for the disk, or unpack to a lot, is done on a thread that
    /// may wait.
    async fn away(mut self, mut part: Vec<u8>) -> Result<(Self, Vec<u8>), Error> {
        let at_once = match &mut self.to {
            To::Plain(spool) => spool.holds_in_memory(part.len()),
            To::Packed(_) => part.is_empty(),
        };
        let work = move || {
            self.write(&part)?;
            part.clear();
            Ok((self, part))
        };
        if at_once {
            return work();
        }
        spawn_blocking(work).await.map_err(lost)?
    }

    fn write(&mut self, part: &[u8]) -> Result<(), Error> {
        let limit = self.limit;
        if let Some(hash) = &mut self.hash {
            hash.update(part);
        }
        match &mut self.to {
            To::Plain(spool) => spool.write_all(part).map_err(|error| unkept(&error)),
            To::Packed(packer) => packer
                .write_all(part)
                .map_err(|error| not_unpacked(&error, packer.get_ref().over, limit)),
        }
    }

    async fn finish(self) -> Result<(Spool, Option<Sha256>), Error> {
        let may_wait = matches!(self.to, To::Packed(_));
        let work = move || {
            let mut spool = match self.to {
                To::Plain(spool) => spool,
                To::Packed(mut gzip) => {
                    let finished = gzip.try_finish();
                    let over = gzip.get_ref().over;
                    finished.map_err(|error| not_unpacked(&error, over, self.limit))?;
                    let bounded = gzip.finish().map_err(|error| unkept(&error))?;
                    bounded.spool
                }
            };
            spool.rewind().map_err(|error| unkept(&error))?;
            Ok((spool, self.hash))
        };
        if may_wait {
            spawn_blocking(work).await.map_err(lost)?
        } else {
            work()
        }
    }
}

fn not_unpacked(error: &io::Error, over: bool, limit: usize) -> Error {
    if over {
        return Error::BodyTooLarge { limit };
    }
    match error.kind() {
        io::ErrorKind::InvalidInput
        | io::ErrorKind::InvalidData
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::WriteZero => Error::Malformed {
            message: "The body is not packed with gzip as its Content-Encoding says, or it breaks off; send it again."
                .to_owned(),
        },
        _ => unkept(error),
    }
}

fn unkept(error: &io::Error) -> Error {
    Error::Internal {
        detail: format!("a body cannot be kept: {error}"),
    }
}

fn lost(error: impl std::fmt::Display) -> Error {
    Error::Internal {
        detail: format!("a body was not kept: {error}"),
    }
}

/// A spool that takes no more than so many bytes.
struct Bounded {
    spool: Spool,
    left: usize,
    /// Whether it was to take more.
    over: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.left {
            self.over = true;
            return Err(io::Error::other("more comes out than may"));
        }
        let written = self.spool.write(bytes)?;
        self.left -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.spool.flush()
    }
}
