//! Numbers as DynamoDB keeps them: decimal, exact to 38 significant digits, between 1E-130 and
//! 9.99…E+125 on either side of zero.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

/// Significant digits that a number may have.
const PRECISION: usize = 38;
/// The greatest power of ten that a number's first digit may stand for.
const MAX_MAGNITUDE: i64 = 125;
/// The least power of ten that a number's first digit may stand for.
const MIN_MAGNITUDE: i64 = -130;

/// Why a text or a result is not a number that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// The text does not read as a number.
    NotNumeric(String),
    /// Greater than the supported range; `wraps` when the exponent overflows an `int` on the way,
    /// which the older validation layer takes for an underflow.
    Overflow { wraps: bool },
    /// Nearer to zero than the supported range.
    Underflow,
    /// More than 38 significant digits.
    TooPrecise,
}

/// `coefficient × 10^exponent`, negated if `negative`. Always normalised: the coefficient does not end
/// in 0, and zero is `0 × 10^0`, positive. So equal numbers are equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decimal {
    negative: bool,
    coefficient: u128,
    exponent: i16,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { negative: false, coefficient: 0, exponent: 0 };

    /// Reads a number in plain or scientific notation.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let parts = Parts::split(text).ok_or_else(|| NumberError::NotNumeric(text.to_owned()))?;
        let all: Vec<u8> = parts.whole.iter().chain(parts.fraction).copied().collect();
        let Some(first) = all.iter().position(|digit| *digit != b'0') else {
            return Ok(Self::ZERO);
        };
        let magnitude = parts.exponent.saturating_add(signed(parts.whole.len()) - 1 - signed(first));
        if magnitude > MAX_MAGNITUDE {
            let int = i64::from(i32::MAX);
            return Err(NumberError::Overflow { wraps: parts.exponent <= int && magnitude >= int });
        }
        if magnitude < MIN_MAGNITUDE {
            return Err(NumberError::Underflow);
        }
        let last = all.iter().rposition(|digit| *digit != b'0').unwrap_or(first);
        let digits = &all[first..=last];
        if digits.len() > PRECISION {
            return Err(NumberError::TooPrecise);
        }
        let coefficient = digits.iter().fold(0_u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
        // Both bounds were checked above, so the exponent fits.
        let exponent = (magnitude - signed(digits.len()) + 1) as i16;
        Ok(Self { negative: parts.negative, coefficient, exponent })
    }

    /// The sum, if it can be kept exactly.
    pub fn add(self, other: Self) -> Result<Self, NumberError> {
        if self.coefficient == 0 {
            return Ok(other);
        }
        if other.coefficient == 0 {
            return Ok(self);
        }
        let exponent = self.exponent.min(other.exponent);
        // A shift that leaves 128 bits spans more than 38 digits, whatever is then added or taken.
        let (left, right) = (self.shifted(exponent)?, other.shifted(exponent)?);
        let (negative, coefficient) = if self.negative == other.negative {
            (self.negative, left.checked_add(right).ok_or(NumberError::TooPrecise)?)
        } else if left >= right {
            (self.negative, left - right)
        } else {
            (other.negative, right - left)
        };
        Self::normalised(negative, coefficient, exponent)
    }

    /// The difference, if it can be kept exactly.
    pub fn subtract(self, other: Self) -> Result<Self, NumberError> {
        self.add(Self { negative: !other.negative && other.coefficient != 0, ..other })
    }

    /// What the number costs of an item's size: a byte for every two significant digits on each side
    /// of the point, one for the exponent and one for a minus. (The developer guide's formula is
    /// approximate; this one was measured.)
    pub fn size(self) -> usize {
        if self.coefficient == 0 {
            return 1;
        }
        let digits = self.digit_count();
        let fraction = usize::try_from(-self.exponent).unwrap_or(0).min(digits);
        1 + (digits - fraction).div_ceil(2) + fraction.div_ceil(2) + usize::from(self.negative)
    }

    /// Bytes that sort as the numbers do, and of which none is the beginning of another.
    pub fn encode(self, out: &mut Vec<u8>) {
        if self.coefficient == 0 {
            out.push(0x80);
            return;
        }
        let flip = if self.negative { 0xff } else { 0 };
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.coefficient);
        let magnitude = i64::from(self.exponent) + signed(digits.len()) - 1;
        out.push(if self.negative { 0x7f } else { 0x81 });
        // From -130..=125 to 0..=255.
        out.push((magnitude - MIN_MAGNITUDE) as u8 ^ flip);
        for pair in digits.as_bytes().chunks(2) {
            let units = pair.get(1).map_or(0, |digit| digit - b'0');
            out.push(((pair[0] - b'0') * 10 + units + 1) ^ flip);
        }
        out.push(flip);
    }

    /// The number that [`encode`](Self::encode) has written at the beginning of `encoded`, and what comes behind it.
    pub fn decode(encoded: &[u8]) -> Option<(Self, &[u8])> {
        let (sign, rest) = encoded.split_first()?;
        let (negative, flip) = match sign {
            0x80 => return Some((Self::ZERO, rest)),
            0x81 => (false, 0),
            0x7f => (true, 0xff),
            _ => return None,
        };
        let (magnitude, rest) = rest.split_first()?;
        let end = rest.iter().position(|byte| *byte == flip)?;
        let pairs = rest[..end].iter().map(|byte| u128::from((byte ^ flip).wrapping_sub(1)));
        let coefficient = pairs.fold(0_u128, |sum, pair| sum.wrapping_mul(100).wrapping_add(pair));
        let lowest = i64::from(magnitude ^ flip) + MIN_MAGNITUDE - 2 * signed(end) + 1;
        // The last pair may have been filled up with a zero.
        let number = Self::normalised(negative, coefficient, i16::try_from(lowest).ok()?).ok()?;
        Some((number, &rest[end + 1..]))
    }

    /// The bytes by which AWS hashes a number: an exponent of 100, then pairs of digits, complemented if
    /// it is negative.
    pub fn hashed_form(self) -> Vec<u8> {
        if self.coefficient == 0 {
            return vec![0x80];
        }
        let exponent = self.magnitude() + 1;
        let padding = exponent.rem_euclid(2);
        let mut digits = "0".repeat(usize::from(padding == 1));
        digits.push_str(itoa::Buffer::new().format(self.coefficient));
        let head = ((exponent + padding) >> 1) - 64;
        let mut bytes = vec![if self.negative { !head } else { head } as u8];
        for pair in digits.as_bytes().chunks(2) {
            let units = pair.get(1).map_or(0, |digit| digit - b'0');
            let pair = (pair[0] - b'0') * 10 + units;
            bytes.push(if self.negative { 101 - pair } else { pair + 1 });
        }
        if self.negative && bytes.len() <= 20 {
            bytes.push(102);
        }
        bytes
    }

    /// The number, if it is a whole one of that size.
    pub fn as_u64(self) -> Option<u64> {
        let scale = 10_u64.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let value = u64::try_from(self.coefficient).ok()?.checked_mul(scale)?;
        (!self.negative).then_some(value)
    }

    fn digit_count(self) -> usize {
        self.coefficient.checked_ilog10().map_or(1, |power| power as usize + 1)
    }

    fn magnitude(self) -> i64 {
        i64::from(self.exponent) + signed(self.digit_count()) - 1
    }

    fn shifted(self, exponent: i16) -> Result<u128, NumberError> {
        let places = u32::from((self.exponent - exponent).unsigned_abs());
        10_u128
            .checked_pow(places)
            .and_then(|factor| self.coefficient.checked_mul(factor))
            .ok_or(NumberError::TooPrecise)
    }

    fn normalised(negative: bool, mut coefficient: u128, mut exponent: i16) -> Result<Self, NumberError> {
        if coefficient == 0 {
            return Ok(Self::ZERO);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        let value = Self { negative, coefficient, exponent };
        if value.digit_count() > PRECISION {
            return Err(NumberError::TooPrecise);
        }
        match value.magnitude() {
            magnitude if magnitude > MAX_MAGNITUDE => Err(NumberError::Overflow { wraps: false }),
            magnitude if magnitude < MIN_MAGNITUDE => Err(NumberError::Underflow),
            _ => Ok(value),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => compare_absolute(self, other),
            (true, true) => compare_absolute(other, self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare_absolute(left: &Decimal, right: &Decimal) -> Ordering {
    if left.coefficient == 0 || right.coefficient == 0 {
        return left.coefficient.cmp(&right.coefficient);
    }
    // Without trailing zeros, digit strings of one magnitude sort as texts.
    left.magnitude().cmp(&right.magnitude()).then_with(|| {
        let (mut one, mut other) = (itoa::Buffer::new(), itoa::Buffer::new());
        one.format(left.coefficient).cmp(other.format(right.coefficient))
    })
}

/// Plain notation, however long: `1E125` has 126 digits.
impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.coefficient);
        if self.negative {
            out.write_str("-")?;
        }
        let Ok(places) = usize::try_from(-self.exponent) else {
            let zeros = usize::try_from(self.exponent).unwrap_or(0);
            return write!(out, "{digits}{:0<zeros$}", "");
        };
        if places == 0 {
            out.write_str(digits)
        } else if places >= digits.len() {
            write!(out, "0.{digits:0>places$}")
        } else {
            let (whole, fraction) = digits.split_at(digits.len() - places);
            write!(out, "{whole}.{fraction}")
        }
    }
}

/// A count of digits, which no text makes longer than half of memory.
fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A number's text, taken apart.
struct Parts<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (sign, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() && fraction.is_empty();
        (!empty && numeric(whole) && numeric(fraction)).then_some(Self {
            negative: sign,
            whole: whole.as_bytes(),
            fraction: fraction.as_bytes(),
            exponent,
        })
    }
}

/// An exponent; one that leaves 64 bits counts as their limit.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = if text.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
    Some(text.parse().unwrap_or(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_kept_expanded_and_trimmed() {
        for (text, kept) in [
            ("0042.1200", "42.12"),
            ("-0", "0"),
            ("1.5E2", "150"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+7", "7"),
            ("1e-3", "0.001"),
            ("-12.5e-1", "-1.25"),
            ("0e999999999999999999999", "0"),
        ] {
            assert_eq!(number(text).to_string(), kept, "{text}");
        }
        assert_eq!(number("1E125").to_string(), format!("1{}", "0".repeat(125)));
    }

    #[test]
    fn what_cannot_be_kept_says_why() {
        let overflow = |wraps| NumberError::Overflow { wraps };
        for (text, why) in [
            ("1e126", overflow(false)),
            ("1e2147483647", overflow(true)),
            ("1e2147483648", overflow(false)),
            ("-1e99999999999999999999", overflow(false)),
            ("1e-131", NumberError::Underflow),
            ("123456789012345678901234567890123456789", NumberError::TooPrecise),
            ("", NumberError::NotNumeric(String::new())),
            (" 1", NumberError::NotNumeric(" 1".into())),
            ("1e", NumberError::NotNumeric("1e".into())),
            ("0x10", NumberError::NotNumeric("0x10".into())),
            ("NaN", NumberError::NotNumeric("NaN".into())),
            ("1.2.3", NumberError::NotNumeric("1.2.3".into())),
        ] {
            assert_eq!(Decimal::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        for (left, right, sum) in [
            ("0.1", "0.2", "0.3"),
            ("5", "-5", "0"),
            ("1E38", "-1", "99999999999999999999999999999999999999"),
            ("-3.5", "1", "-2.5"),
        ] {
            assert_eq!(number(left).add(number(right)).unwrap().to_string(), sum);
        }
        assert_eq!(number("1E38").add(number("1")), Err(NumberError::TooPrecise));
        assert_eq!(number("1E125").add(number("1E-130")), Err(NumberError::TooPrecise));
        assert_eq!(number("9E125").add(number("1E125")), Err(NumberError::Overflow { wraps: false }));
        assert_eq!(number("3").subtract(number("10")).unwrap().to_string(), "-7");
    }

    #[test]
    fn sizes_are_those_that_aws_charges() {
        for (text, size) in
            [("42", 2), ("-42", 3), ("3.14159", 5), ("123456", 4), ("1E125", 2), ("0.001", 2), ("100", 2), ("-1.5", 4)]
        {
            assert_eq!(number(text).size(), size, "{text}");
        }
    }

    #[test]
    fn encodings_sort_as_the_numbers_do() {
        let ascending = [
            "-9.9E125", "-123", "-12.4", "-12.35", "-12.3", "-12", "-1", "-0.5", "-1E-130", "0", "1E-130", "0.05",
            "0.5", "1", "1.01", "9", "10", "12", "12.3", "99", "100", "1E125",
        ];
        let encoded = ascending.map(|text| {
            let mut bytes = Vec::new();
            number(text).encode(&mut bytes);
            bytes
        });
        for (index, pair) in encoded.windows(2).enumerate() {
            assert!(pair[0] < pair[1], "{} before {}", ascending[index], ascending[index + 1]);
            assert!(number(ascending[index]) < number(ascending[index + 1]));
        }
    }
}
