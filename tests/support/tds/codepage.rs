//! Text of varchar columns in the two code pages that are common: Windows-1252 and UTF-8. Any other is
//! refused, so that a recording keeps its bytes as they are.

use super::{
    types::Collation,
    wire::{Coded, fault},
};

/// What Windows-1252 has at 0x80 to 0x9F; elsewhere it is Latin-1.
const HIGH: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2C6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
];

/// The flag of a collation whose code page is UTF-8 (MS-TDS 2.2.5.1.2, fUTF8), in the fourth byte.
const UTF8: u8 = 0x04;
/// Sort ids of the SQL collations on code page 1252.
const SORT_IDS_1252: [std::ops::RangeInclusive<u8>; 2] = [50..=54, 71..=75];
/// Languages whose Windows code page is 1252, of those that a test server is likely to have.
const LCIDS_1252: [u16; 6] = [0x0409, 0x0809, 0x0407, 0x040C, 0x0410, 0x0C0A];

enum Page {
    Windows1252,
    Utf8,
}

fn page(collation: Collation) -> Coded<Page> {
    let [low, high, _, flags, sort_id] = collation;
    if flags & UTF8 != 0 {
        return Ok(Page::Utf8);
    }
    let lcid = u16::from_le_bytes([low, high]);
    let latin = match sort_id {
        0 => LCIDS_1252.contains(&lcid),
        id => SORT_IDS_1252.iter().any(|ids| ids.contains(&id)),
    };
    if latin {
        Ok(Page::Windows1252)
    } else {
        fault(format!(
            "code page of sort id {sort_id}, language {lcid:#06x}"
        ))
    }
}

pub fn decode(collation: Collation, bytes: &[u8]) -> Coded<String> {
    match page(collation)? {
        Page::Utf8 => String::from_utf8(bytes.to_vec()).or_else(|e| fault(e.to_string())),
        Page::Windows1252 => Ok(bytes.iter().map(|byte| character(*byte)).collect()),
    }
}

pub fn encode(collation: Collation, text: &str) -> Coded<Vec<u8>> {
    match page(collation)? {
        Page::Utf8 => Ok(text.as_bytes().to_vec()),
        Page::Windows1252 => text
            .chars()
            .map(|c| match (0..=u8::MAX).find(|byte| character(*byte) == c) {
                Some(byte) => Ok(byte),
                None => fault(format!("{c:?} is not in Windows-1252")),
            })
            .collect(),
    }
}

fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}
