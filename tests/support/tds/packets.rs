//! Packets on a socket, and the messages that they carry in pieces (MS-TDS 2.2.3).

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub const HEADER: usize = 8;
const END_OF_MESSAGE: u8 = 0x01;
/// The client gave up in the middle of the message: it counts for nothing.
const IGNORE: u8 = 0x02;
/// The packet size of a connection until its login says another.
pub const FIRST_SIZE: usize = 4096;

/// The kinds of message that a peer meets.
pub mod kind {
    pub const BATCH: u8 = 0x01;
    pub const RPC: u8 = 0x03;
    pub const REPLY: u8 = 0x04;
    pub const ATTENTION: u8 = 0x06;
    pub const BULK_LOAD: u8 = 0x07;
    pub const TRANSACTION: u8 = 0x0E;
    pub const LOGIN: u8 = 0x10;
    pub const PRELOGIN: u8 = 0x12;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub kind: u8,
    pub payload: Vec<u8>,
}

/// One packet: header and payload.
async fn read_packet<S>(stream: &mut S) -> io::Result<Option<([u8; HEADER], Vec<u8>)>>
where
    S: AsyncRead + Unpin,
{
    let mut header = [0; HEADER];
    match stream.read_exact(&mut header).await {
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(e),
    }
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    let Some(length) = length.checked_sub(HEADER) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await?;
    Ok(Some((header, payload)))
}

/// The next message; nothing when the other side has closed.
pub async fn read_message<S>(stream: &mut S) -> io::Result<Option<Message>>
where
    S: AsyncRead + Unpin,
{
    let mut assembly = Assembly::default();
    while let Some((header, payload)) = read_packet(stream).await? {
        if let Some(message) = assembly.add(header, &payload) {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// Makes messages of packets.
#[derive(Debug, Default)]
struct Assembly {
    payload: Vec<u8>,
}

impl Assembly {
    /// The message that this packet ends, if it ends one that counts.
    fn add(&mut self, header: [u8; HEADER], payload: &[u8]) -> Option<Message> {
        let [kind, status, ..] = header;
        self.payload.extend_from_slice(payload);
        if status & END_OF_MESSAGE == 0 {
            return None;
        }
        let payload = std::mem::take(&mut self.payload);
        (status & IGNORE == 0).then_some(Message { kind, payload })
    }
}

/// Makes messages of bytes that come in pieces of any size.
#[derive(Debug, Default)]
pub struct Packets {
    bytes: Vec<u8>,
    assembly: Assembly,
}

impl Packets {
    /// The messages that these bytes end.
    pub fn add(&mut self, bytes: &[u8]) -> Vec<Message> {
        self.bytes.extend_from_slice(bytes);
        let mut messages = Vec::new();
        while let Some(header) = self.bytes.first_chunk::<HEADER>().copied() {
            let length = usize::from(u16::from_be_bytes([header[2], header[3]])).max(HEADER);
            if self.bytes.len() < length {
                break;
            }
            let packet: Vec<u8> = self.bytes.drain(..length).collect();
            messages.extend(self.assembly.add(header, &packet[HEADER..]));
        }
        messages
    }
}

/// The packets of a message of `kind`, one after the other.
pub fn packets(kind: u8, payload: &[u8], size: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunks = payload.chunks(size - HEADER).peekable();
    let mut id = 0_u8;
    loop {
        let chunk = chunks.next().unwrap_or_default();
        let last = chunks.peek().is_none();
        id = id.wrapping_add(1);
        let [high, low] = u16::try_from(HEADER + chunk.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes();
        let status = if last { END_OF_MESSAGE } else { 0 };
        all.extend_from_slice(&[kind, status, high, low, 0, 0, id, 0]);
        all.extend_from_slice(chunk);
        if last {
            return all;
        }
    }
}

pub async fn write_message<S>(
    stream: &mut S,
    kind: u8,
    payload: &[u8],
    size: usize,
) -> io::Result<()>
where
    S: AsyncWrite + Unpin,
{
    stream.write_all(&packets(kind, payload, size)).await?;
    stream.flush().await
}
