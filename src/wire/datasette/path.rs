//! Paths as Datasette writes them: segments are tilde-encoded (`~2F` is a slash, `+` a blank), percent-encoding is only
//! undone where a client's library has put it on what needed none. It knows no table.

use percent_encoding::percent_decode_str;
use poem::Request;

/// The segments below the base path as they were sent, without empty ones.
pub(super) fn segments<'r>(request: &'r Request, base_path: &str) -> Vec<&'r str> {
    let path = request.uri().path();
    let base = base_path.split('/').filter(|s| !s.is_empty()).count();
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .skip(base)
        .collect()
}

/// Undoes tilde-encoding; what is not UTF-8 then becomes the replacement character.
pub(super) fn decode(segment: &str) -> String {
    // A percent sign that was sent stays one: it is hidden while tildes stand in the place of percent signs.
    let plain = segment.replace('%', "%25").replace('+', " ");
    let swapped = plain.replace('~', "%");
    percent_decode_str(&swapped)
        .decode_utf8_lossy()
        .into_owned()
}

/// Tilde-encodes a name or a value: letters, digits, `_` and `-` stand for themselves.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('~');
                encoded.push(char::from(HEX[usize::from(byte >> 4)]));
                encoded.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_read_as_they_are_written() {
        for (text, encoded) in [
            ("docs", "docs"),
            ("a b/c", "a+b~2Fc"),
            ("a.b,c~d%e+f", "a~2Eb~2Cc~7Ed~25e~2Bf"),
            ("über", "~C3~BCber"),
            ("", ""),
        ] {
            assert_eq!(encode(text), encoded);
            assert_eq!(decode(encoded), text);
        }
    }

    #[test]
    fn percent_signs_mean_nothing() {
        assert_eq!(decode("a%2Fb"), "a%2Fb");
        assert_eq!(decode("~FF"), "\u{FFFD}");
        assert_eq!(decode("~zz~"), "%zz%");
    }

    #[test]
    fn what_stands_below_the_base_path_is_taken_apart() {
        let request = |path: &'static str| Request::builder().uri_str(path).finish();
        assert_eq!(
            segments(&request("/api/v2/data//Do~2Fcs/-/upsert?x=/y"), "/api/v2"),
            ["data", "Do~2Fcs", "-", "upsert"]
        );
        assert_eq!(segments(&request("/"), ""), [""; 0]);
    }
}
