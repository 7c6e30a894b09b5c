//! What text a non-Unicode column can hold. SQL Server turns a character outside a column's code page
//! into '?' without a word; here it is found before anything is sent.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// UTF-8, which collations ending in `_UTF8` store.
const UTF_8: u16 = 65001;

/// The code page of a column's collation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePage {
    number: u16,
    /// Whether it is the database's own: a `CAST(… AS varchar)` goes through that one.
    of_database: bool,
}

/// Why a text cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unencodable {
    /// The code page does not have this character.
    Missing(char),
    /// Nobody here knows the code page, and the text has this character, which is not ASCII.
    UnknownPage(char),
}

impl CodePage {
    /// A collation's code page, by its Windows number, in a database whose own has the number `database`.
    #[must_use]
    pub fn new(number: u16, database: u16) -> Self {
        Self {
            number,
            of_database: number == database,
        }
    }

    /// Its Windows number: 1252, 65001 for UTF-8.
    #[must_use]
    pub fn number(self) -> u16 {
        self.number
    }

    /// How many bytes the text has in it.
    ///
    /// # Errors
    /// [`Unencodable`] with the first character that it cannot hold.
    pub fn encoded_length(self, text: &str) -> Result<usize, Unencodable> {
        if text.is_ascii() || self.number == UTF_8 {
            return Ok(text.len());
        }
        let Some(encoding) = encoding(self.number) else {
            let foreign = text.chars().find(|c| !c.is_ascii()).unwrap_or_default();
            return Err(Unencodable::UnknownPage(foreign));
        };
        let mut length = 0;
        for c in text.chars() {
            length += self
                .encoded_char(c, encoding)
                .ok_or(Unencodable::Missing(c))?;
        }
        Ok(length)
    }

    /// The bytes of a character; `None` where the page, as Windows has it, lacks it. The encodings here are those
    /// of the web, which have some more.
    fn encoded_char(self, c: char, encoding: &'static Encoding) -> Option<usize> {
        if c.is_ascii() {
            return Some(1);
        }
        let mut utf8 = [0; 4];
        let text = &*c.encode_utf8(&mut utf8);
        let (bytes, _, unmappable) = encoding.encode(text);
        // The Japanese one turns the signs of yen and overline into ASCII.
        let (back, lossy) = encoding.decode_without_bom_handling(&bytes);
        if unmappable || lossy || back != text {
            return None;
        }
        let code = match *bytes {
            [lead, trail] => u16::from_be_bytes([lead, trail]),
            _ => 0,
        };
        let more = match self.number {
            936 => {
                ('\u{E000}'..='\u{F8FF}').contains(&c)
                    || matches!(code, 0xA8BB..=0xA8C0 | 0xA989..=0xA996 | 0xFE50..)
            }
            950 => matches!(code, 0xA3C0..=0xA3E0 | 0xC6A1..=0xC8FE),
            1255 => c == '\u{5BA}',
            _ => false,
        };
        (!more).then_some(bytes.len())
    }

    /// Whether a `CAST(… AS varchar)` of the text keeps every character: then a comparison can be made in
    /// the column's own encoding, which its indexes are sorted by.
    #[must_use]
    pub fn survives_cast(self, text: &str) -> bool {
        text.is_ascii() || (self.of_database && self.encoded_length(text).is_ok())
    }
}

fn encoding(number: u16) -> Option<&'static Encoding> {
    Some(match number {
        874 => WINDOWS_874,
        932 => SHIFT_JIS,
        936 => GBK,
        949 => EUC_KR,
        950 => BIG5,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1252 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_its_own_characters_and_no_others() {
        let latin = CodePage::new(1252, 1252);
        assert_eq!(latin.encoded_length("Müller €"), Ok(8));
        assert_eq!(latin.encoded_length("aΩ"), Err(Unencodable::Missing('Ω')));
        assert_eq!(
            latin.encoded_length("\u{1F600}"),
            Err(Unencodable::Missing('\u{1F600}'))
        );
        let greek = CodePage::new(1253, 1252);
        assert_eq!(greek.encoded_length("αβγ"), Ok(3));
        assert_eq!(CodePage::new(932, 932).encoded_length("大阪"), Ok(4));
        assert_eq!(CodePage::new(65001, 1252).encoded_length("大阪"), Ok(6));
    }

    #[test]
    fn what_the_web_has_more_than_windows_is_not_in_a_page() {
        for (number, lacks, has) in [
            (932, "¥‾", "大ｱ"),
            (936, "ǹ⺁⿰\u{E7C7}", "大€"),
            (950, "øœ", "大€"),
        ] {
            let page = CodePage::new(number, number);
            for c in lacks.chars() {
                let encoded = page.encoded_length(&c.to_string());
                assert_eq!(encoded, Err(Unencodable::Missing(c)), "{number}");
            }
            assert!(page.encoded_length(has).is_ok(), "{number}");
        }
    }

    #[test]
    fn of_an_unknown_page_only_ascii_is_sure() {
        let dos = CodePage::new(437, 437);
        assert_eq!(dos.encoded_length("abc"), Ok(3));
        assert_eq!(dos.encoded_length("aü"), Err(Unencodable::UnknownPage('ü')));
        assert!(!dos.survives_cast("aü"));
    }

    #[test]
    fn a_cast_goes_through_the_database_s_page() {
        assert!(CodePage::new(1252, 1252).survives_cast("Müller"));
        assert!(!CodePage::new(1253, 1252).survives_cast("αβγ"));
        assert!(CodePage::new(1253, 1252).survives_cast("abc"));
        assert!(!CodePage::new(1252, 1252).survives_cast("Ω"));
    }
}
