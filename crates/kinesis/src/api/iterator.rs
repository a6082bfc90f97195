//! Shard iterators: text that says where to go on, for five minutes.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::state::ID_LENGTH;

/// How long an iterator lasts, in milliseconds.
pub const LASTS: u64 = 300_000;

/// What AWS's iterators begin with.
const VERSION: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];
/// The length of an iterator for the shortest name; longer ones grow by blocks of 16 bytes.
const LENGTH: usize = 152;

/// A place in a shard.
#[derive(Debug, PartialEq)]
pub struct Iterator {
    /// When it was made, in milliseconds.
    pub made: u64,
    /// The stream's name.
    pub stream: String,
    /// The stream's id: an iterator does not pass to a later stream of the same name.
    pub id: String,
    pub shard: u32,
    /// The first record that is wanted.
    pub index: u64,
}

impl Iterator {
    /// As the wire writes it.
    pub fn text(&self) -> String {
        let Self { made, stream, id, shard, index } = self;
        let mut bytes = VERSION.to_vec();
        bytes.extend(format!("{made}/{stream}/{id}/{shard}/{index}/").bytes());
        let length = LENGTH + (stream.len() + 2) / 16 * 16;
        bytes.resize(length.max(bytes.len()), b'0');
        STANDARD.encode(bytes)
    }

    /// What [`text`](Self::text) has written.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let text = std::str::from_utf8(bytes.strip_prefix(&VERSION)?).ok()?;
        let mut parts = text.split('/');
        let mut part = || parts.next().map(str::to_owned);
        Some(Self {
            made: part()?.parse().ok()?,
            stream: part()?,
            id: part().filter(|id| id.len() == ID_LENGTH)?,
            shard: part()?.parse().ok()?,
            index: part()?.parse().ok()?,
        })
    }
}
