//! What was committed last, beside the file: one piece that is appended and flushed, where a transaction of
//! the file would write a dozen pages here and there.
//!
//! A frame is the log's era, the length and the checksum of what follows, and the changes. The log is written
//! from its start anew once the file has taken in all frames; with that the file names another era, so that
//! frames of before are none any more, wherever they still stand.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io,
    ops::Range,
    os::unix::fs::FileExt,
    path::Path,
};

use kernel::{Batch, Change};

use crate::keys;

/// How much a log holds. It has this size from the beginning: to flush what is written over something takes
/// half the time of what makes a file longer.
pub const SIZE: u64 = 16 << 20;

/// Era, length and checksum.
const HEAD: usize = 8 + 4 + 4;

/// What each change begins with.
const PUT: u8 = 0;
const DELETE: u8 = 1;
const DELETE_RANGE: u8 = 2;

/// The file of the log.
pub struct Log {
    file: File,
    /// Which frames are the log's own.
    era: u64,
    /// Where the next frame goes.
    end: u64,
}

/// The changes of some frames together, each key once.
#[derive(Default)]
pub struct Changes {
    /// What keys have at last; `None` if they are gone.
    pub entries: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// Whose keys go before all that.
    pub removed: Vec<Range<Vec<u8>>>,
}

impl Log {
    /// Opens the log at `path`, or makes one, and takes in the frames of `era`.
    pub fn open(path: &Path, era: u64) -> io::Result<(Self, Changes)> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        if file.metadata()?.len() != SIZE {
            file.set_len(0)?;
            file.write_all_at(&vec![0; SIZE as usize], 0)?;
            file.sync_all()?;
        }
        let mut log = Self { file, era, end: 0 };
        let mut changes = Changes::default();
        while let Some(frame) = log.read()? {
            changes.add(&frame);
            log.end += (HEAD + frame.len()) as u64;
        }
        Ok((log, changes))
    }

    /// The frame that stands at the end, if one does.
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let mut head = [0; HEAD];
        if self.end + HEAD as u64 > SIZE {
            return Ok(None);
        }
        self.file.read_exact_at(&mut head, self.end)?;
        let number = |range: Range<usize>| head[range].iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let (era, length, checksum) = (number(0..8), number(8..12), number(12..16));
        if era != self.era || self.end + HEAD as u64 + length > SIZE {
            return Ok(None);
        }
        let mut frame = vec![0; length as usize];
        self.file.read_exact_at(&mut frame, self.end + HEAD as u64)?;
        Ok((u64::from(crc32fast::hash(&frame)) == checksum).then_some(frame))
    }

    /// Whether `frame` still fits in.
    pub fn has_room(&self, frame: &[u8]) -> bool {
        self.end + (HEAD + frame.len()) as u64 <= SIZE
    }

    /// Appends a frame for which there is room; it is durable then.
    pub fn append(&mut self, frame: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(HEAD + frame.len());
        bytes.extend(self.era.to_le_bytes());
        // No frame is longer than the log.
        bytes.extend((frame.len() as u32).to_le_bytes());
        bytes.extend(crc32fast::hash(frame).to_le_bytes());
        bytes.extend_from_slice(frame);
        let written = self.file.write_all_at(&bytes, self.end).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // What is refused must not be found later. If even this fails, the disk has other worries.
            let _ = self.file.write_all_at(&[0; HEAD], self.end).and_then(|()| self.file.sync_data());
        } else {
            self.end += bytes.len() as u64;
        }
        written
    }

    /// Begins anew, after the file has taken in everything and names `era`.
    pub fn restart(&mut self, era: u64) {
        (self.era, self.end) = (era, 0);
    }
}

/// The frame of a batch.
pub fn frame(batch: &Batch) -> Vec<u8> {
    let mut frame = Vec::new();
    for change in batch.changes() {
        let (kind, key, rest) = match change {
            Change::Put(space, key, value) => (PUT, keys::full(space, key), &value[..]),
            Change::Delete(space, key) => (DELETE, keys::full(space, key), &[][..]),
            Change::DeletePrefix(space, prefix) => {
                (DELETE_RANGE, keys::full(space, prefix), &keys::end_of_prefix(space, prefix)[..])
            }
        };
        frame.push(kind);
        for bytes in [&key[..], rest] {
            frame.extend((bytes.len() as u32).to_le_bytes());
            frame.extend_from_slice(bytes);
        }
    }
    frame
}

impl Changes {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.removed.is_empty()
    }

    /// Adds the changes of a frame behind those that are there.
    pub fn add(&mut self, mut frame: &[u8]) {
        // What a checksum has passed is whole.
        while let Some((kind, key, rest)) = take_change(&mut frame) {
            match kind {
                PUT => drop(self.entries.insert(key.to_vec(), Some(rest.to_vec()))),
                DELETE => drop(self.entries.insert(key.to_vec(), None)),
                _ => {
                    let range = key.to_vec()..rest.to_vec();
                    self.entries.retain(|key, _| !range.contains(key));
                    self.removed.push(range);
                }
            }
        }
    }
}

fn take_change<'a>(frame: &mut &'a [u8]) -> Option<(u8, &'a [u8], &'a [u8])> {
    let (kind, rest) = frame.split_first()?;
    *frame = rest;
    Some((*kind, take_bytes(frame)?, take_bytes(frame)?))
}

fn take_bytes<'a>(frame: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = frame.split_first_chunk::<4>()?;
    let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *frame = rest;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use kernel::Space;

    use super::*;

    const NOTES: Space = Space::new("notes");

    fn put(key: &str, value: &str) -> Vec<u8> {
        let mut batch = Batch::default();
        batch.put(&NOTES, key, value.to_owned());
        frame(&batch)
    }

    fn told(changes: &Changes) -> String {
        let entries = changes.entries.iter().map(|(key, value)| {
            let value = value.as_ref().map_or("-".into(), |value| String::from_utf8_lossy(value));
            format!("{}={value}", String::from_utf8_lossy(&keys::own("notes", key.clone())))
        });
        entries.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn frames_of_the_era_are_found_up_to_the_first_that_is_damaged() {
        let path = env::temp_dir().join(format!("samlet-log-{}", process::id()));
        let (mut log, found) = Log::open(&path, 7).unwrap();
        assert!(found.is_empty());
        for (key, value) in [("a", "1"), ("b", "1"), ("a", "2")] {
            log.append(&put(key, value)).unwrap();
        }
        assert_eq!(told(&Log::open(&path, 7).unwrap().1), "a=2 b=1");
        assert!(Log::open(&path, 8).unwrap().1.is_empty());

        // An era that begins stands over the one before.
        log.restart(8);
        log.append(&put("c", "1")).unwrap();
        assert_eq!(told(&Log::open(&path, 8).unwrap().1), "c=1");
        log.append(&put("d", "1")).unwrap();
        log.file.write_all_at(b"x", log.end - 1).unwrap();
        assert_eq!(told(&Log::open(&path, 8).unwrap().1), "c=1");
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn the_last_change_of_a_key_counts_and_ranges_take_what_was_before() {
        let mut changes = Changes::default();
        changes.add(&put("a1", "x"));
        changes.add(&put("b", "x"));
        let mut batch = Batch::default();
        batch.delete_prefix(&NOTES, "a");
        batch.put(&NOTES, "a2", "y");
        batch.delete(&NOTES, "b");
        changes.add(&frame(&batch));
        assert_eq!((told(&changes).as_str(), changes.removed.len()), ("a2=y b=-", 1));
    }

    #[test]
    fn a_log_is_full_at_last() {
        let path = env::temp_dir().join(format!("samlet-full-log-{}", process::id()));
        let (mut log, _) = Log::open(&path, 1).unwrap();
        let frame = vec![DELETE; 1 << 20];
        while log.has_room(&frame) {
            log.append(&frame).unwrap();
        }
        assert_eq!(log.end / (1 << 20), 15);
        fs::remove_file(path).unwrap();
    }
}
