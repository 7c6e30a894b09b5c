//! NDJSON.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn lines(text: &str, pieces: &[usize]) -> LineRows {
    LineRows::new(Pieces::of(text, pieces), Options::default()).unwrap()
}

#[test]
fn each_line_is_a_row_and_a_bad_one_does_not_stop_the_others() {
    let text = "\u{feff}{\"a\":1}\r\n\n  \n[1]\n{\"a\":\n {\"a\":2} \nnull\n{\"a\":3}";
    for pieces in [&[][..], &[1], &[3]] {
        let mut rows = lines(text, pieces);
        assert_eq!(rows.count(100).unwrap(), 6);
        let (found, stopped) = all(&mut rows);
        assert_eq!(stopped, None);
        assert_eq!(
            contents(&found),
            [
                "a=1",
                "The row is an array; send an object of column and value pairs.",
                "Not valid JSON: EOF while parsing a value at line 5 column 5.",
                "a=2",
                "The row is null; send an object of column and value pairs.",
                "a=3"
            ]
        );
        let places: Vec<u64> = found.iter().map(|(row, _)| row.line).collect();
        assert_eq!(places, [1, 4, 5, 6, 7, 8]);
        assert_eq!(found[3].1, "{\"a\":2}");
        assert_eq!(found[2].1, "{\"a\":");
    }
    assert_eq!(all(&mut lines("", &[])), (vec![], None));
}

#[test]
fn a_line_that_is_too_long_stops_the_reading() {
    let options = Options {
        row_bytes: 7,
        ..Options::default()
    };
    let mut rows = LineRows::new(Pieces::of("{\"a\":1}\n{\"a\":22}", &[]), options).unwrap();
    let (found, stopped) = all(&mut rows);
    assert_eq!(found.len(), 1);
    assert_eq!(
        stopped.unwrap(),
        "Row 1 (line 2, counted from row 0) is larger than 7 bytes."
    );
}

proptest! {
    #[test]
    fn any_text_gives_the_same_in_any_pieces(
        text in "([{}\"a:1 ]{0,6}\r?\n){0,5}[{}a]{0,3}",
        pieces in prop::collection::vec(1_usize..5, 1..4),
    ) {
        prop_assert_eq!(all(&mut lines(&text, &pieces)), all(&mut lines(&text, &[])));
    }
}
