//! The two messages before a client may ask: PRELOGIN (MS-TDS 2.2.6.5) and LOGIN7 (2.2.6.4), and what is
//! answered. The TLS handshake between them is `tls`' matter.

use super::{
    packets::FIRST_SIZE,
    tokens::{Done, EnvChange, LoginAck, Message, Status, Token},
    types::LATIN1,
    wire::{Coded, Reader, Writer, hex},
};

/// Who a client says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
    pub database: String,
    pub app_name: String,
    /// The server that the client thinks it talks to.
    pub server: String,
    pub host: String,
    pub read_only: bool,
    /// Whether it came over TLS.
    pub encrypted: bool,
}

/// How a login is answered.
#[derive(Debug, Clone)]
pub enum LoginReply {
    /// Let in, with packets of this size from then on.
    Accept {
        packet_size: usize,
    },
    /// Refused: 18456, 4060.
    Refuse(Message),
    /// Sent to another server.
    Route {
        host: String,
        port: u16,
    },
    Stall,
    Cut,
}

impl LoginReply {
    pub const fn accept() -> Self {
        Self::Accept {
            packet_size: FIRST_SIZE,
        }
    }

    pub fn route(host: &str, port: u16) -> Self {
        Self::Route {
            host: host.to_owned(),
            port,
        }
    }
}

/// A client's or server's word on encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// For the login alone.
    Off = 0,
    On = 1,
    NotSupported = 2,
    Required = 3,
}

const VERSION: u8 = 0;
const ENCRYPTION: u8 = 1;
const TERMINATOR: u8 = 0xFF;

/// Version 16.0.1000, which is SQL Server 2022.
const SERVER_VERSION: [u8; 4] = [16, 0, 0x03, 0xE8];

/// What a PRELOGIN says of encryption.
pub fn decode_prelogin(payload: &[u8]) -> Coded<Encryption> {
    let mut r = Reader::new(payload);
    loop {
        let option = r.u8()?;
        if option == TERMINATOR {
            return Ok(Encryption::NotSupported);
        }
        let offset = usize::from(u16::from_be_bytes(r.array()?));
        let _length = u16::from_be_bytes(r.array()?);
        if option == ENCRYPTION {
            let mut value = Reader::new(payload);
            value.take(offset)?;
            return Ok(match value.u8()? {
                0 => Encryption::Off,
                1 => Encryption::On,
                2 => Encryption::NotSupported,
                _ => Encryption::Required,
            });
        }
    }
}

pub fn encode_prelogin(encryption: Encryption) -> Vec<u8> {
    /// Two options of five bytes each and the terminator come before the data.
    const DATA: u16 = 11;
    let mut w = Writer::default();
    w.u8(VERSION);
    w.put(&DATA.to_be_bytes());
    w.put(&6_u16.to_be_bytes());
    w.u8(ENCRYPTION);
    w.put(&(DATA + 6).to_be_bytes());
    w.put(&1_u16.to_be_bytes());
    w.u8(TERMINATOR);
    w.put(&SERVER_VERSION);
    w.u16(0);
    w.u8(encryption as u8);
    w.into_bytes()
}

pub fn decode_login(payload: &[u8], encrypted: bool) -> Coded<Login> {
    const TYPE_FLAGS: usize = 26;
    const READ_ONLY_INTENT: u8 = 0x20;
    let mut flags = Reader::new(payload);
    flags.take(TYPE_FLAGS)?;
    let password = text_at(payload, 44, |byte| {
        // Its nibbles are swapped and its bits flipped with 0xA5.
        (byte ^ 0xA5).rotate_left(4)
    })?;
    let plain = |offset| text_at(payload, offset, |byte| byte);
    Ok(Login {
        user: plain(40)?,
        password,
        database: plain(68)?,
        app_name: plain(48)?,
        server: plain(52)?,
        host: plain(36)?,
        read_only: flags.u8()? & READ_ONLY_INTENT != 0,
        encrypted,
    })
}

/// The text whose place and length stand at `offset`.
fn text_at(payload: &[u8], offset: usize, clear: fn(u8) -> u8) -> Coded<String> {
    let mut r = Reader::new(payload);
    r.take(offset)?;
    let (place, units) = (r.u16()?, r.u16()?);
    let mut r = Reader::new(payload);
    r.take(place.into())?;
    let bytes: Vec<u8> = r
        .take(usize::from(units) * 2)?
        .iter()
        .map(|byte| clear(*byte))
        .collect();
    super::wire::utf16_text(&bytes)
}

/// The tokens that let a client in.
pub fn accepted(login: &Login, packet_size: usize) -> Vec<Token> {
    let database = match login.database.as_str() {
        "" => "master",
        name => name,
    };
    let mut collation = vec![5];
    collation.extend_from_slice(&LATIN1);
    collation.push(0);
    vec![
        Token::EnvChange(EnvChange::Database {
            new: database.to_owned(),
            old: "master".to_owned(),
        }),
        Token::Info(Message {
            number: 5701,
            state: 2,
            class: 0,
            text: format!("Changed database context to '{database}'."),
            server: super::errors::SERVER.to_owned(),
            procedure: String::new(),
            line: 1,
        }),
        Token::EnvChange(EnvChange::Other {
            kind: 7,
            raw: hex(&collation),
        }),
        Token::LoginAck(acknowledgement()),
        Token::EnvChange(EnvChange::PacketSize {
            new: packet_size.to_string(),
            old: FIRST_SIZE.to_string(),
        }),
        Token::Done(Done::default()),
    ]
}

pub fn refused(why: &Message) -> Vec<Token> {
    vec![
        Token::Error(why.clone()),
        Token::Done(Done::new(&[Status::Error], 0)),
    ]
}

pub fn routed(host: &str, port: u16) -> Vec<Token> {
    vec![
        Token::LoginAck(acknowledgement()),
        Token::EnvChange(EnvChange::Routing {
            host: host.to_owned(),
            port,
        }),
        Token::Done(Done::default()),
    ]
}

fn acknowledgement() -> LoginAck {
    LoginAck {
        program: "Microsoft SQL Server".to_owned(),
        version: SERVER_VERSION,
    }
}
