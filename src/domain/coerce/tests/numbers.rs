//! Whole numbers, decimals, money and floats.

use super::*;

#[test]
fn whole_numbers_are_kept_or_placed_between_two() {
    fits(&[
        ("tinyint", "0", "0"),
        ("tinyint", "255", "255"),
        ("smallint", "-32768", "-32768"),
        ("int", "2147483647", "2147483647"),
        ("int", "'42'", "42"),
        ("int", "+42", "42"),
        ("int", "'5.0'", "5"),
        ("int", "5.", "5"),
        ("int", "1e3", "1000"),
        ("int", "-1.5E+1", "-15"),
        ("int", "1000e-3", "1"),
        ("int", "0e999999999999999999999", "0"),
        ("int", "000000000000000000000000000007", "7"),
        ("bigint", "9223372036854775807", "9223372036854775807"),
        ("bigint", "-9223372036854775808.0", "-9223372036854775808"),
    ]);
    let whole = "would be rounded; whole numbers fit.";
    let tiny = "is out of range; 0 to 255 fits.";
    let int = "is out of range; -2147483648 to 2147483647 fits.";
    let big = "is out of range; -9223372036854775808 to 9223372036854775807 fits.";
    lies_off(&[
        ("int", "5.5", whole, "> 5"),
        ("int", "-5.5", whole, "> -6"),
        ("int", ".5", whole, "> 0"),
        ("int", "-0.5", whole, "> -1"),
        ("int", "1e-999999999", whole, "> 0"),
        ("int", "-1e-99999999999999999999999", whole, "> -1"),
        ("int", "2147483647.5", whole, "> 2147483647"),
        ("tinyint", "256", tiny, "> 255"),
        ("tinyint", "-1", tiny, "< all"),
        ("tinyint", "-0.5", tiny, "< all"),
        ("int", "2147483648", int, "> 2147483647"),
        ("int", "-2147483649", int, "< all"),
        ("int", "1e999999999", int, "> 2147483647"),
        ("int", "-1e99999999999999999999999", int, "< all"),
        (
            "bigint",
            "9223372036854775808",
            big,
            "> 9223372036854775807",
        ),
        ("bigint", "-9223372036854775809", big, "< all"),
    ]);
    let wrong = [
        "true",
        "false",
        "''",
        "' 5'",
        "'5 '",
        "'1,000'",
        "'0x10'",
        "'NaN'",
        "'Infinity'",
        "'+'",
        "'.'",
        "'e5'",
        "'1e'",
        "'1e+'",
        "'1e1.5'",
        "'1.2.3'",
        "'--1'",
        "'1_000'",
        "'٣'",
        "'five'",
    ];
    refused("int", "a whole number", &wrong);
    refused("decimal(5,2)", "a number", &wrong);
    refused("money", "a number", &wrong);
    refused("float", "a number", &wrong);
    refused("real", "a number", &wrong);
}

#[test]
fn decimals_carry_the_scale_of_their_column() {
    let nines = "9".repeat(38);
    fits(&[
        ("decimal(5,2)", "12.5", "12.50"),
        ("decimal(5,2)", "'-0.10'", "-0.10"),
        ("decimal(5,2)", "1.5000", "1.50"),
        ("decimal(5,2)", "999.99", "999.99"),
        ("decimal(5,2)", "-0", "0.00"),
        ("decimal(5,2)", "1.2e2", "120.00"),
        ("decimal(5,2)", "0.00e-99999999999", "0.00"),
        ("decimal(38,0)", &nines, &nines),
        (
            "decimal(38,38)",
            "1e-38",
            "0.00000000000000000000000000000000000001",
        ),
        ("money", "922337203685477.5807", "922337203685477.5807"),
        ("money", "-922337203685477.5808", "-922337203685477.5808"),
        ("smallmoney", "214748.3647", "214748.3647"),
        ("smallmoney", "1", "1.0000"),
    ]);
    let two = "would be rounded; at most 2 digits after the point fit.";
    let range = "is out of range; -999.99 to 999.99 fits.";
    lies_off(&[
        ("decimal(5,2)", "1.999", two, "> 1.99"),
        ("decimal(5,2)", "-1.999", two, "> -2.00"),
        ("decimal(5,2)", "1e-999999999", two, "> 0.00"),
        ("decimal(5,2)", "999.995", two, "> 999.99"),
        ("decimal(5,2)", "-999.995", range, "< all"),
        ("decimal(5,2)", "1000", range, "> 999.99"),
        ("decimal(5,2)", "-1e999999999", range, "< all"),
        (
            "decimal(3,0)",
            "1.5",
            "would be rounded; whole numbers fit.",
            "> 1",
        ),
        (
            "decimal(3,1)",
            "1.55",
            "would be rounded; at most 1 digit after the point fits.",
            "> 1.5",
        ),
        (
            "money",
            "922337203685477.5808",
            "is out of range; -922337203685477.5808 to 922337203685477.5807 fits.",
            "> 922337203685477.5807",
        ),
        (
            "smallmoney",
            "-214748.3649",
            "is out of range; -214748.3648 to 214748.3647 fits.",
            "< all",
        ),
    ]);
    let value = store(&sql_type("decimal(9,3)"), &literal("7")).unwrap();
    let Value::Decimal(number) = value else {
        panic!("a decimal")
    };
    assert_eq!(number.as_bigint_and_exponent().1, 3);
}

#[test]
fn floats_go_by_the_decimal_that_names_them() {
    fits(&[
        ("float", "0.1", "0.1"),
        ("float", "'1e3'", "1000.0"),
        ("float", "-0.0", "0.0"),
        ("float", "0e999999999", "0.0"),
        ("float", "9007199254740992", "9007199254740992.0"),
        ("float", "1152921504606846976", "1.152921504606847e18"),
        ("float", "1.7976931348623157e308", "1.7976931348623157e308"),
        ("real", "0.1", "0.10000000149011612"),
        ("real", "0.5", "0.5"),
        ("real", "16777216", "16777216.0"),
    ]);
    let float = "is out of range; 0 or, with either sign, \
                 2.2250738585072014e-308 to 1.7976931348623157e308 fits.";
    let real = "is out of range; 0 or, with either sign, 1.1754944e-38 to 3.4028235e38 fits.";
    let near =
        |number: &str| format!("would be rounded; the nearest number that fits is {number}.");
    lies_off(&[
        (
            "float",
            "9007199254740993",
            &near("9007199254740992"),
            "> 9007199254740992.0",
        ),
        ("float", "0.30000000000000001", &near("0.3"), "> 0.3"),
        (
            "float",
            "0.29999999999999999",
            &near("0.3"),
            "> 0.29999999999999993",
        ),
        ("float", "-0.29999999999999999", &near("-0.3"), "> -0.3"),
        ("float", "1.00000000000000001e30", &near("1e30"), "> 1e30"),
        ("real", "16777217", &near("16777216"), "> 16777216.0"),
        ("real", "16777215.5", &near("16777216"), "> 16777215.0"),
        ("float", "1e309", float, "> 1.7976931348623157e308"),
        ("float", "-1e999999999", float, "< all"),
        ("float", "1e-310", float, "> 0.0"),
        (
            "float",
            "-1e-999999999",
            float,
            "> -2.2250738585072014e-308",
        ),
        ("real", "1e39", real, "> 3.4028234663852886e38"),
        ("real", "1e-40", real, "> 0.0"),
    ]);
    let positive = |ty, wrote| match store(&sql_type(ty), &literal(wrote)).unwrap() {
        Value::Float(number) => number.is_sign_positive(),
        _ => false,
    };
    assert!(positive("float", "-0.0") && positive("real", "'-0'"));
}
