//! Dates and times.

use super::*;

#[test]
fn dates_and_times_of_day_are_kept_or_placed() {
    fits(&[
        ("date", "'2024-01-05'", "2024-01-05"),
        ("date", "'0001-01-01'", "0001-01-01"),
        ("date", "'2024-01-05T00:00:00.000'", "2024-01-05"),
        ("time(0)", "'10:00'", "10:00:00"),
        ("time(3)", "'10:00:00.1230000'", "10:00:00.123"),
        ("time(7)", "'23:59:59.9999999'", "23:59:59.9999999"),
    ]);
    let three = "would be rounded; at most 3 digits of a second's fraction fit.";
    let seconds = "would be rounded; whole seconds fit.";
    let one = "would be rounded; at most 1 digit of a second's fraction fits.";
    let days = "would be rounded; whole days fit.";
    lies_off(&[
        ("date", "'2024-01-05 00:00:01'", days, "> 2024-01-05"),
        ("time(3)", "'10:00:00.1234'", three, "> 10:00:00.123"),
        ("time(1)", "'10:00:00.19'", one, "> 10:00:00.1"),
        ("time(0)", "'23:59:59.9'", seconds, "> 23:59:59"),
    ]);
    let date = "a date as YYYY-MM-DD";
    refused(
        "date",
        date,
        &["'05.01.2024'", "20240105", "'10:00'", "''", "true"],
    );
    let no_offset = "a date without an offset; leave out 'Z' or the offset";
    refused("date", no_offset, &["'2024-01-05T00:00:00Z'"]);
    let time = "a time of day as HH:MM:SS[.fraction], without a date and an offset";
    let wrong = ["'24:00'", "'2024-01-05T10:00'", "'10:00Z'", "10"];
    refused("time(7)", time, &wrong);
}

#[test]
fn a_datetime2_keeps_the_digits_of_its_scale() {
    let (seven, two) = ("datetime2(7)", "datetime2(2)");
    fits(&[
        (seven, "'2024-01-05'", "2024-01-05 00:00:00"),
        (seven, "'2024-01-05T10:00:07'", "2024-01-05 10:00:07"),
        (
            seven,
            "'9999-12-31 23:59:59.9999999'",
            "9999-12-31 23:59:59.9999999",
        ),
        (two, "'2024-01-05T10:00:00.120'", "2024-01-05 10:00:00.12"),
    ]);
    let fine = "would be rounded; at most 2 digits of a second's fraction fit.";
    let place = "> 2024-01-05 10:00:00.12";
    lies_off(&[(two, "'2024-01-05T10:00:00.129'", fine, place)]);
}

#[test]
fn a_datetime_keeps_three_hundredths_as_milliseconds() {
    let ty = "datetime";
    for (wrote, value) in [
        (".003", ".003"),
        (".01", ".01"),
        (".9970", ".997"),
        ("", ""),
    ] {
        let wrote = format!("'1753-01-01T00:00:00{wrote}'");
        fits(&[(ty, &wrote, &format!("1753-01-01 00:00:00{value}"))]);
    }
    let fine = "would be rounded; milliseconds that end in 0, 3 or 7 fit.";
    for (wrote, floor) in [
        (".002", ""),
        (".0069999", ".003"),
        (".019", ".017"),
        (".999", ".997"),
    ] {
        let wrote = format!("'9999-12-31T23:59:59{wrote}'");
        lies_off(&[(ty, &wrote, fine, &format!("> 9999-12-31 23:59:59{floor}"))]);
    }
    let range = "is out of range; 1753-01-01T00:00:00 to 9999-12-31T23:59:59.997 fits.";
    lies_off(&[(ty, "'1752-12-31T23:59:59.997'", range, "< all")]);
}

#[test]
fn a_smalldatetime_keeps_whole_minutes() {
    let ty = "smalldatetime";
    let last = "> 2079-06-06 23:59:00";
    fits(&[(ty, "'2079-06-06T23:59:00'", "2079-06-06 23:59:00")]);
    let fine = "would be rounded; whole minutes fit.";
    let range = "is out of range; 1900-01-01T00:00:00 to 2079-06-06T23:59:00 fits.";
    lies_off(&[
        (ty, "'2024-01-05T10:00:30'", fine, "> 2024-01-05 10:00:00"),
        (ty, "'2079-06-06T23:59:30'", fine, last),
        (ty, "'2079-06-07'", range, last),
        (ty, "'1899-12-31T23:59'", range, "< all"),
    ]);
}

#[test]
fn types_without_an_offset_refuse_one_and_times_without_a_date() {
    let expected = "a date and time as YYYY-MM-DDTHH:MM:SS[.fraction]";
    let no_offset = "a date and time without an offset; leave out 'Z' or the offset";
    let utc = "'2024-01-05T10:00:00Z'";
    let east = "'2024-01-05T10:00:00+02:00'";
    for ty in ["datetime2(7)", "datetime", "smalldatetime"] {
        refused(ty, expected, &["'10:00'", "'today'", "1704448800", "''"]);
        refused(ty, no_offset, &[utc, east]);
    }
}

#[test]
fn a_datetimeoffset_goes_by_its_instant_and_keeps_its_offset() {
    let ty = "datetimeoffset(3)";
    fits(&[
        (
            ty,
            "'2024-01-05T10:00:00+02:00'",
            "2024-01-05 10:00:00+02:00",
        ),
        (
            ty,
            "'2024-01-05T10:00:00.5Z'",
            "2024-01-05 10:00:00.5+00:00",
        ),
        (ty, "'2024-01-05 10:00'", "2024-01-05 10:00:00+00:00"),
        (ty, "'2024-01-05'", "2024-01-05 00:00:00+00:00"),
        (
            ty,
            "'0001-01-01T14:00:00+14:00'",
            "0001-01-01 14:00:00+14:00",
        ),
    ]);
    let three = "would be rounded; at most 3 digits of a second's fraction fit.";
    let range = "is out of range; 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z fits.";
    lies_off(&[
        (
            ty,
            "'2024-01-05T10:00:00.0009-03:30'",
            three,
            "> 2024-01-05 10:00:00-03:30",
        ),
        (ty, "'0001-01-01T13:59:59+14:00'", range, "< all"),
        (
            ty,
            "'9999-12-31T23:00:00-01:00'",
            range,
            "> 9999-12-31 23:59:59.999+00:00",
        ),
    ]);
    let expected = "a date and time as YYYY-MM-DDTHH:MM:SS[.fraction] with an offset of at most 14:00, \
                    such as +02:00 or Z";
    refused(
        ty,
        expected,
        &["'10:00+02:00'", "'2024-01-05T10:00:00+15:00'", "5", "true"],
    );
}
