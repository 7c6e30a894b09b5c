//! CSV.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn csv(text: impl Into<Vec<u8>>, pieces: &[usize]) -> CsvRows {
    CsvRows::new(Pieces::of(text, pieces), Dialect::default()).unwrap()
}

#[test]
fn the_header_names_the_columns_and_each_record_is_a_row() {
    let text = "\u{feff}Id,\"Full \"\"Name\"\"\",Note\r\n1,\"A, B\",\r\n2,x\r\n3,\"two\r\nlines\",z\r\n4,y,,\n";
    for pieces in [&[][..], &[1], &[2, 5]] {
        let mut rows = csv(text, pieces);
        for _ in 0..2 {
            let (found, stopped) = all(&mut rows);
            assert_eq!(stopped, None);
            let (bad, good): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|(row, _)| row.content.is_err());
            assert_eq!(
                contents(&good),
                [
                    "Id=\"1\" Full \"Name\"=\"A, B\" Note=null",
                    "Id=\"3\" Full \"Name\"=\"two\\r\\nlines\" Note=\"z\""
                ]
            );
            assert_eq!(good[1].1, "3,\"two\r\nlines\",z");
            let bad: Vec<_> = bad
                .iter()
                .map(|(row, text)| (row.number, row.line, text.as_str(), content(row)))
                .collect();
            assert_eq!((bad[0].0, bad[0].1, bad[0].2), (1, 3, "2,x"));
            assert!(
                bad[0]
                    .3
                    .starts_with("The row has 2 fields and the header 3;")
            );
            assert_eq!((bad[1].0, bad[1].1, bad[1].2), (3, 6, "4,y,,"));
            rows.rewind().unwrap();
        }
        assert_eq!(rows.count(10).unwrap(), 4);
        assert_eq!(rows.count(2).unwrap(), 3);
        assert_eq!(rows.names()[..], ["Id", "Full \"Name\"", "Note"]);
    }
}

#[test]
fn lines_are_counted_whatever_they_end_with() {
    for (text, lines) in [
        ("a\n1\n2\n\"3\n\"\n4", [2, 3, 4, 6]),
        ("a\r\n1\r\n2\r\n\"3\r\n\"\r\n4\r\n", [2, 3, 4, 6]),
    ] {
        for pieces in [&[][..], &[1], &[2]] {
            let (found, _) = all(&mut csv(text, pieces));
            let found: Vec<u64> = found.iter().map(|(row, _)| row.line).collect();
            assert_eq!(found, lines, "{text:?}");
        }
    }
}

#[test]
fn what_parts_fields_and_what_an_empty_one_means_is_the_callers_choice() {
    let dialect = Dialect {
        delimiter: b';',
        empty: Literal::Text(String::new()),
        ..Dialect::default()
    };
    let mut rows = CsvRows::new(Pieces::of("a;b\n1,2;\n", &[]), dialect).unwrap();
    let (found, _) = all(&mut rows);
    assert_eq!(contents(&found), ["a=\"1,2\" b=\"\""]);
    assert_eq!(found[0].1, "1,2;");
}

#[test]
fn nothing_and_a_header_alone_have_no_rows() {
    assert_eq!(all(&mut csv("", &[])), (vec![], None));
    assert_eq!(all(&mut csv("a,b", &[])), (vec![], None));
}

#[test]
fn a_header_that_names_a_column_twice_is_refused() {
    let refused = CsvRows::new(Pieces::of("a,b,a\n1,2,3\n", &[]), Dialect::default());
    assert_eq!(
        refused.err().unwrap().to_string(),
        "The header names column 'a' more than once at line 1 column 1."
    );
}

#[test]
fn a_field_that_is_not_utf_8_is_a_bad_row() {
    let (found, stopped) = all(&mut csv(b"a,b\n1,M\xfcller\n2,x\n".to_vec(), &[]));
    assert_eq!(stopped, None);
    assert_eq!(
        contents(&found),
        [
            "Column 'b' is not UTF-8 text; save the file as UTF-8.",
            "a=\"2\" b=\"x\""
        ]
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_make_one_endless_row() {
    let dialect = Dialect {
        row_bytes: 1000,
        ..Dialect::default()
    };
    let text = format!("a\n1\n\"{}", "x\n".repeat(200_000));
    let mut rows = CsvRows::new(Pieces::of(text, &[]), dialect).unwrap();
    let (found, stopped) = all(&mut rows);
    assert_eq!(found.len(), 1);
    assert!(stopped.unwrap().ends_with("is larger than 1000 bytes."));
}

proptest! {
    #[test]
    fn any_records_are_read_as_they_were_written_in_any_pieces(
        records in prop::collection::vec(prop::collection::vec("[a,\"\r\nü ]{1,4}", 3), 0..6),
        pieces in prop::collection::vec(1_usize..9, 0..6),
    ) {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(["x", "y", "z"]).unwrap();
        for record in &records {
            writer.write_record(record).unwrap();
        }
        let (found, stopped) = all(&mut csv(writer.into_inner().unwrap(), &pieces));
        prop_assert_eq!(stopped, None);
        let read: Vec<Vec<Cell>> = found.into_iter().map(|(row, _)| row.content.unwrap().cells).collect();
        let text = |field: &String| Cell::Scalar(Literal::Text(field.clone()));
        let written: Vec<Vec<Cell>> = records.iter().map(|r| r.iter().map(text).collect()).collect();
        prop_assert_eq!(read, written);
    }
}

#[test]
fn a_quote_that_is_not_closed_takes_no_rows_with_it() {
    for text in [
        "a,b\n1,\"x\n2,y\n3,z\n",
        "a,b\n1,\"x\"\"",
        "a,b\n1,\"",
        "a,\"b\n1,2\n",
    ] {
        for pieces in [&[][..], &[1], &[3, 2]] {
            let rows = CsvRows::new(Pieces::of(text, pieces), Dialect::default());
            let stopped = match rows {
                Ok(mut rows) => all(&mut rows).1.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            assert!(stopped.contains("is not closed"), "{text:?}: {stopped}");
        }
    }
    for text in [
        "a,b\n1,\"x\"",
        "a,b\n1,\"\"\"\"\n",
        "a,b\n1,5\" wide\n2,\"\"\r\n",
    ] {
        let (found, stopped) = all(&mut csv(text, &[]));
        assert_eq!((stopped, found.is_empty()), (None, false), "{text:?}");
    }
}
