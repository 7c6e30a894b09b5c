//! Where rows are read from: anything that can be read again from a place in it, packed with gzip or not. What the
//! bytes mean is the readers' business.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::{Crc, read::MultiGzDecoder};

/// Bytes that can be read again from a place in them.
pub trait Input: Read + Send + Sync {
    /// Goes to a place, in bytes from the beginning.
    ///
    /// # Errors
    /// Whatever the bytes come from cannot.
    fn go_to(&mut self, place: u64) -> io::Result<()>;
}

impl<T: Read + Seek + Send + Sync> Input for T {
    fn go_to(&mut self, place: u64) -> io::Result<()> {
        self.seek(SeekFrom::Start(place)).map(drop)
    }
}

/// What some programs write in front of UTF-8.
pub(super) const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// The first bytes of everything that gzip packed.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The input's content from its beginning: unpacked, where it is packed with gzip.
///
/// # Errors
/// It cannot be read.
pub fn unpacked<R: Read + Seek + Send + Sync + 'static>(
    mut input: R,
) -> io::Result<Box<dyn Input>> {
    input.rewind()?;
    let (head, length) = head::<2>(&mut input)?;
    input.rewind()?;
    if head[..length] == GZIP {
        Ok(Box::new(Gzip(MultiGzDecoder::new(Packed(Box::new(input))))))
    } else {
        Ok(Box::new(input))
    }
}

/// How much of both ends of an input is looked at to know it again, in bytes.
const LOOKED_AT: u64 = 64 << 10;

/// A number by which an input is known again: its length, and a checksum of both of its ends.
///
/// # Errors
/// It cannot be read.
pub fn fingerprint(input: &mut (impl Read + Seek)) -> io::Result<(u64, u32)> {
    let length = input.seek(SeekFrom::End(0))?;
    let mut sum = Crc::new();
    for from in [0, length.saturating_sub(LOOKED_AT)] {
        input.seek(SeekFrom::Start(from))?;
        let mut part = Vec::new();
        (&mut *input).take(LOOKED_AT).read_to_end(&mut part)?;
        sum.update(&part);
    }
    input.rewind()?;
    Ok((length, sum.sum()))
}

/// The first byte that is no white space; the input is at its beginning then.
///
/// # Errors
/// It cannot be read.
pub fn first_byte(input: &mut (impl Read + Seek)) -> io::Result<Option<u8>> {
    input.rewind()?;
    let mut bytes = BufReader::new(&mut *input).bytes();
    let blank = |byte: u8| byte.is_ascii_whitespace() || BYTE_ORDER_MARK.contains(&byte);
    let found = bytes.find(|byte| !matches!(byte, Ok(byte) if blank(*byte)));
    input.rewind()?;
    found.transpose()
}

/// The first bytes, and how many of them there are.
pub(super) fn head<const N: usize>(
    input: &mut (impl Read + ?Sized),
) -> io::Result<([u8; N], usize)> {
    let mut head = [0; N];
    let mut length = 0;
    while length < N {
        match input.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((head, length))
}

struct Packed(Box<dyn Input>);

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

struct Gzip(MultiGzDecoder<Packed>);

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Input for Gzip {
    fn go_to(&mut self, place: u64) -> io::Result<()> {
        self.0.get_mut().0.go_to(0)?;
        let nothing: Box<dyn Input> = Box::new(io::empty());
        let packed = std::mem::replace(&mut self.0.get_mut().0, nothing);
        self.0 = MultiGzDecoder::new(Packed(packed));
        io::copy(&mut (&mut self.0).take(place), &mut io::sink()).map(drop)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{Cursor, Write as _};

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    fn read(input: &mut dyn Input) -> String {
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes_and_read_again_from_any_place() {
        // Two packed files one after the other are one (RFC 1952, section 2.2).
        let two = [packed("first,"), packed("second")].concat();
        for bytes in [two, b"first,second".to_vec()] {
            let mut input = unpacked(Cursor::new(bytes)).unwrap();
            assert_eq!(read(&mut *input), "first,second");
            input.go_to(6).unwrap();
            assert_eq!(read(&mut *input), "second");
            input.go_to(0).unwrap();
            assert_eq!(read(&mut *input), "first,second");
        }
        assert_eq!(read(&mut *unpacked(Cursor::new(Vec::new())).unwrap()), "");
    }

    #[test]
    fn a_packed_file_that_breaks_off_is_an_error() {
        let mut bytes = packed("some text");
        bytes.truncate(bytes.len() - 4);
        let mut input = unpacked(Cursor::new(bytes)).unwrap();
        assert!(input.read_to_string(&mut String::new()).is_err());
    }
}
