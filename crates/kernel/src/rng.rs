use std::rc::Rc;

use crate::Host;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Random bytes and the identifiers that AWS makes of them.
#[derive(Clone)]
pub struct Rng {
    host: Rc<dyn Host>,
}

impl Rng {
    pub(crate) fn new(host: Rc<dyn Host>) -> Self {
        Self { host }
    }

    /// Fills `bytes`; good enough for keys.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.host.fill_random(bytes);
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random number below `bound`, which must not be 0. The bias is below 2⁻³² for bounds under 2³².
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % bound
    }

    /// A random (version 4) UUID in lower case, as AWS uses for request ids.
    pub fn uuid(&self) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
        }
        text
    }

    /// `length` characters drawn from `alphabet`, which must be ASCII and not empty.
    pub fn string(&self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..length).map(|_| char::from(letters[self.below(letters.len() as u64) as usize])).collect()
    }

    /// `length` characters of `a-z0-9`: API ids, physical name suffixes in lower case.
    pub fn lower_alphanumeric(&self, length: usize) -> String {
        self.string("abcdefghijklmnopqrstuvwxyz0123456789", length)
    }

    /// `length` characters of `A-Z0-9`: the suffix of CloudFormation's physical names, access key ids.
    pub fn upper_alphanumeric(&self, length: usize) -> String {
        self.string("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", length)
    }
}
