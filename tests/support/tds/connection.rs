//! One client: PRELOGIN, TLS where it is spoken, LOGIN7, then request after request until it goes away or the script ends it.

use std::io;

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    encode, errors,
    login::{self, Encryption, LoginReply},
    packets::{self, FIRST_SIZE, kind, read_message, write_message},
    peer::Shared,
    reply::Reply,
    request::Request,
    tokens::{Done, Status, Token},
};

pub async fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Some(message) = read_message(&mut stream).await? else {
        return Ok(());
    };
    let asked = match login::decode_prelogin(&message.payload) {
        Ok(asked) if message.kind == kind::PRELOGIN => asked,
        other => {
            let kind = message.kind;
            shared.note_failure(format!("no PRELOGIN: message {kind:#04x}, {other:?}"));
            return Ok(());
        }
    };
    let identity = shared
        .identity()
        .filter(|_| asked != Encryption::NotSupported);
    let encryption = match identity {
        Some(_) => Encryption::On,
        None => Encryption::NotSupported,
    };
    let answer = login::encode_prelogin(encryption);
    write_message(&mut stream, kind::REPLY, &answer, FIRST_SIZE).await?;
    match identity {
        Some(identity) => {
            let stream = identity.accept(stream).await?;
            Session::new(stream, shared).run(true).await
        }
        None => Session::new(stream, shared).run(false).await,
    }
}

/// Whether a connection goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Request,
    End,
}

struct Session<'a, S> {
    stream: S,
    shared: &'a Shared,
    packet_size: usize,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    const fn new(stream: S, shared: &'a Shared) -> Self {
        Self {
            stream,
            shared,
            packet_size: FIRST_SIZE,
        }
    }

    async fn run(&mut self, encrypted: bool) -> io::Result<()> {
        if self.let_in(encrypted).await? {
            self.converse().await?;
        }
        Ok(())
    }

    /// Reads a login and answers it; says whether the client is in.
    async fn let_in(&mut self, encrypted: bool) -> io::Result<bool> {
        let Some(message) = read_message(&mut self.stream).await? else {
            return Ok(false);
        };
        let login = match login::decode_login(&message.payload, encrypted) {
            Ok(login) if message.kind == kind::LOGIN => login,
            other => {
                let kind = message.kind;
                self.shared
                    .note_failure(format!("no LOGIN7: message {kind:#04x}, {other:?}"));
                return Ok(false);
            }
        };
        match self.shared.take_login(login.clone()) {
            LoginReply::Accept { packet_size } => {
                self.send(&login::accepted(&login, packet_size)).await?;
                self.packet_size = packet_size;
                Ok(true)
            }
            LoginReply::Refuse(why) => {
                self.send(&login::refused(&why)).await?;
                Ok(false)
            }
            LoginReply::Route { host, port } => {
                self.send(&login::routed(&host, port)).await?;
                Ok(false)
            }
            LoginReply::Stall => {
                // Until the client goes away.
                read_message(&mut self.stream).await?;
                Ok(false)
            }
            LoginReply::Cut => Ok(false),
        }
    }

    async fn converse(&mut self) -> io::Result<()> {
        while let Some(message) = read_message(&mut self.stream).await? {
            let next = if message.kind == kind::ATTENTION {
                self.shared.take_attention();
                let done = Done::new(&[Status::Attention], 0);
                self.send(&[Token::Done(done)]).await?
            } else {
                self.answer(&Request::decode(&message)).await?
            };
            if next == Next::End {
                break;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, request: &Request) -> io::Result<Next> {
        let mut reply = self.shared.take_request(request).unwrap_or_else(|| {
            let text = request.to_string();
            let why = errors::unanswered(&text);
            self.shared.note_failure(text);
            Reply::Error(why)
        });
        while let Reply::Held(inner, gate) = reply {
            gate.opened().await;
            reply = *inner;
        }
        match reply {
            Reply::Stall => Ok(Next::Request),
            Reply::CutAfterCommit => Ok(Next::End),
            Reply::CutMid(whole) => {
                let payload = self.encode(&whole.into_tokens(request.kind), request);
                let bytes = packets::packets(kind::REPLY, &payload, self.packet_size);
                self.stream.write_all(&bytes[..bytes.len() / 2]).await?;
                self.stream.flush().await?;
                Ok(Next::End)
            }
            reply => {
                let tokens = reply.into_tokens(request.kind);
                let payload = self.encode(&tokens, request);
                self.write(&payload).await?;
                Ok(after(&tokens))
            }
        }
    }

    /// The bytes of a reply. A script that asks for what cannot be said fails the test.
    fn encode(&self, tokens: &[Token], request: &Request) -> Vec<u8> {
        encode::encode(tokens).unwrap_or_else(|e| {
            let text = format!("{request}\n(its reply cannot be encoded: {e})");
            let why = Reply::Error(errors::unanswered(&text)).into_tokens(request.kind);
            self.shared.note_failure(text);
            encode::encode(&why).unwrap_or_default()
        })
    }

    async fn send(&mut self, tokens: &[Token]) -> io::Result<Next> {
        match encode::encode(tokens) {
            Ok(payload) => self.write(&payload).await?,
            Err(e) => self.shared.note_failure(format!("{tokens:?}: {e}")),
        }
        Ok(after(tokens))
    }

    async fn write(&mut self, payload: &[u8]) -> io::Result<()> {
        write_message(&mut self.stream, kind::REPLY, payload, self.packet_size).await
    }
}

/// A fatal error is the last thing that a server says.
fn after(tokens: &[Token]) -> Next {
    let fatal = tokens
        .iter()
        .any(|token| matches!(token, Token::Error(e) if e.class >= errors::FATAL_CLASS));
    if fatal { Next::End } else { Next::Request }
}
