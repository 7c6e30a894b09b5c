//! What must hold for every literal, checked against arbitrary-precision arithmetic.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use proptest::prelude::*;

use super::*;

/// Numbers of every size and shape, many of them near the ends of the types.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "[+-]?[0-9]{1,6}",
        "[+-]?[0-9]{0,20}\\.[0-9]{1,8}",
        "[+-]?[0-9]{1,45}",
        "[+-]?[0-9]{1,5}(\\.[0-9]{0,5})?[eE][+-]?[0-9]{1,2}",
        "-?(127|128|255|256|3276[78]|214748364[78]|922337203685477580[78])(\\.[0-9]{1,3})?",
        "-?(214748\\.364[78]|922337203685477\\.580[78]|999\\.99)[0-9]{0,2}",
    ]
}

fn exact_type() -> impl Strategy<Value = SqlType> {
    prop_oneof![
        Just(SqlType::TinyInt),
        Just(SqlType::SmallInt),
        Just(SqlType::Int),
        Just(SqlType::BigInt),
        Just(SqlType::Money),
        Just(SqlType::SmallMoney),
        (1_u8..=38)
            .prop_flat_map(|precision| (Just(precision), 0..=precision))
            .prop_map(|(precision, scale)| SqlType::Decimal { precision, scale }),
    ]
}

fn decimal(text: &str) -> BigDecimal {
    BigDecimal::from_str(text).unwrap()
}

fn as_decimal(value: &Value) -> BigDecimal {
    match value {
        Value::Int(number) => BigDecimal::from(*number),
        Value::Decimal(number) => number.clone(),
        other => panic!("{other:?} is no exact number"),
    }
}

/// One step of the type's grid.
fn step(ty: &SqlType) -> BigDecimal {
    let (_, scale) = ty.precision_and_scale().unwrap();
    BigDecimal::new(1.into(), i64::from(scale.unwrap()))
}

/// The ends of the type, found by asking for what lies past them.
fn greatest(ty: &SqlType) -> BigDecimal {
    match compare(ty, &literal("1e60")).unwrap() {
        Comparand::Between { floor: Some(value) } => as_decimal(&value),
        other => panic!("{other:?}"),
    }
}

fn least(ty: &SqlType) -> BigDecimal {
    match ty {
        SqlType::TinyInt => BigDecimal::from(0),
        SqlType::Decimal { .. } => -greatest(ty),
        _ => -greatest(ty) - step(ty),
    }
}

/// What a float is called, as an exact decimal.
fn name(number: f64, ty: &SqlType) -> BigDecimal {
    #[allow(clippy::cast_possible_truncation)]
    let text = match ty {
        SqlType::Real => format!("{:e}", number as f32),
        _ => format!("{number:e}"),
    };
    decimal(&text)
}

/// The next float; around 0 there are no denormal ones.
fn next_up(number: f64, ty: &SqlType) -> f64 {
    #[allow(clippy::cast_possible_truncation)]
    let (next, least_positive) = match ty {
        SqlType::Real => (
            f64::from((number as f32).next_up()),
            f64::from(f32::MIN_POSITIVE),
        ),
        _ => (number.next_up(), f64::MIN_POSITIVE),
    };
    match next {
        _ if next.abs() >= least_positive || next == 0.0 => next,
        _ if next > 0.0 => least_positive,
        _ => 0.0,
    }
}

/// Types whose values have one spelling each under [`show`], and a literal that may fit them.
fn moment() -> impl Strategy<Value = (SqlType, Literal)> {
    let types = prop_oneof![
        Just("date"),
        Just("time(0)"),
        Just("time(7)"),
        Just("smalldatetime"),
        Just("datetime"),
        Just("datetime2(3)"),
        Just("datetimeoffset(2)"),
    ];
    let date = "(0001|1753|1899|2024|2079|9999)-(01|06|12)-(01|06|30|31)";
    let time = "(00|13|23):(00|59)(:(00|30|59)(\\.[0-9]{1,9}|\\.00[0-9])?)?";
    let offset = "(Z|\\+02:00|-1400|\\+14)?";
    let text = prop_oneof![
        date.prop_map(|d| d),
        time.prop_map(|t| t),
        (date, time, offset).prop_map(|(d, t, o)| format!("{d}T{t}{o}")),
    ];
    (types, text).prop_map(|(ty, text)| (sql_type(ty), Literal::Text(text)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn exact_numbers_are_kept_or_placed_between_their_neighbours(
        ty in exact_type(),
        wrote in number(),
        quoted in any::<bool>(),
    ) {
        let number = decimal(&wrote);
        let literal = if quoted { Literal::Text(wrote) } else { Literal::Number(wrote) };
        let stored = store(&ty, &literal);
        match compare(&ty, &literal).unwrap() {
            Comparand::On(value) => {
                prop_assert_eq!(as_decimal(&value), number);
                prop_assert_eq!(stored, Ok(value));
            }
            Comparand::Between { floor: None } => {
                prop_assert!(number < least(&ty));
                prop_assert!(matches!(stored, Err(Misfit::OutOfRange(_))));
            }
            Comparand::Between { floor: Some(floor) } => {
                let floor = as_decimal(&floor);
                let next = &floor + step(&ty);
                prop_assert!(floor < number);
                if number < next {
                    prop_assert!(matches!(stored, Err(Misfit::TooFine(_))));
                } else {
                    prop_assert_eq!(floor, greatest(&ty));
                    prop_assert!(matches!(stored, Err(Misfit::OutOfRange(_))));
                }
            }
        }
    }

    #[test]
    fn floats_are_kept_or_placed_between_their_neighbours(
        ty in prop_oneof![Just(SqlType::Float), Just(SqlType::Real)],
        wrote in number(),
    ) {
        let literal = Literal::Number(wrote.clone());
        let number = decimal(&wrote);
        let stored = store(&ty, &literal);
        match compare(&ty, &literal).unwrap() {
            Comparand::On(value) => {
                let Value::Float(float) = value else { panic!("{value:?}") };
                let itself = BigDecimal::try_from(float).unwrap();
                prop_assert!(name(float, &ty) == number || itself == number);
                prop_assert_eq!(stored, Ok(Value::Float(float)));
            }
            Comparand::Between { floor: Some(Value::Float(floor)) } => {
                prop_assert!(name(floor, &ty) < number);
                let next = next_up(floor, &ty);
                prop_assert!(!next.is_finite() || number < name(next, &ty));
                prop_assert!(stored.is_err());
            }
            Comparand::Between { floor } => {
                prop_assert!(floor.is_none() && number < decimal("-3.4e38"));
                prop_assert!(stored.is_err());
            }
        }
    }

    #[test]
    fn every_float_can_be_stored_by_its_own_name(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        prop_assume!(float.is_normal());
        let wrote = literal(&format!("{float:e}"));
        prop_assert_eq!(store(&SqlType::Float, &wrote), Ok(Value::Float(float)));
    }

    #[test]
    fn what_can_be_stored_of_dates_and_times_is_found_again((ty, wrote) in moment()) {
        let compared = compare(&ty, &wrote);
        match store(&ty, &wrote) {
            Ok(value) => {
                prop_assert_eq!(&compared, &Ok(Comparand::On(value.clone())));
                let again = Literal::Text(show(&value));
                prop_assert_eq!(store(&ty, &again), Ok(value));
            }
            Err(Misfit::NotOfType(expected)) => {
                prop_assert_eq!(compared, Err(Misfit::NotOfType(expected)));
            }
            Err(misfit) => {
                let Ok(Comparand::Between { floor }) = compared else { panic!("{compared:?}") };
                let too_fine = matches!(misfit, Misfit::TooFine(_));
                prop_assert!(!too_fine || floor.is_some());
                if let Some(floor) = floor {
                    // The floor is a value of the type.
                    let again = Literal::Text(show(&floor));
                    prop_assert_eq!(store(&ty, &again), Ok(floor));
                }
            }
        }
    }

    #[test]
    fn no_text_is_a_value_that_does_not_say_the_same(
        text in "[-+.e0-9:TZ a]{0,14}",
        ty in exact_type(),
    ) {
        if let Ok(value) = store(&ty, &Literal::Text(text.clone())) {
            prop_assert_eq!(as_decimal(&value), decimal(&text));
        }
    }
}
