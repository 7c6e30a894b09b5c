//! By what a row was named, carried in the number that the service hands back with its outcome: the counts of an answer
//! tell them apart, and memory must not grow with the rows.

/// By what a row was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By nothing: it is new.
    Nothing,
    /// By the row identifier.
    Identifier,
    /// By `:id`.
    Sid,
}

/// A row's place in the request, from 0, and by what it was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowNumber {
    /// The place.
    pub row: u64,
    /// By what it was named.
    pub named: Named,
}

impl RowNumber {
    /// As one number; in the order of the rows.
    #[must_use]
    pub fn packed(self) -> u64 {
        self.row * 4
            + match self.named {
                Named::Nothing => 0,
                Named::Identifier => 1,
                Named::Sid => 2,
            }
    }

    /// Back again.
    #[must_use]
    pub fn unpacked(number: u64) -> Self {
        Self {
            row: number / 4,
            named: match number % 4 {
                0 => Named::Nothing,
                1 => Named::Identifier,
                _ => Named::Sid,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_and_keeps_the_order() {
        let mut last = None;
        for row in 0..3 {
            for named in [Named::Nothing, Named::Identifier, Named::Sid] {
                let number = RowNumber { row, named };
                assert_eq!(RowNumber::unpacked(number.packed()), number);
                assert!(last < Some(number.packed()));
                last = Some(number.packed());
            }
        }
    }
}
