//! How much a shard takes and gives in a second of virtual time.

/// Bytes that a shard takes in a second.
const WRITE_BYTES: u64 = 1024 * 1024;
/// Records that it takes in a second.
const WRITE_RECORDS: u64 = 1000;
/// Calls of GetRecords that it answers in a second.
const READS: u64 = 5;
/// Bytes that it gives in a second. A larger answer is given, and the next ones wait for it.
const READ_BYTES: u64 = 2 * 1024 * 1024;

/// What a shard has taken and given lately. It is not stored: after a start all is fresh.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    written: Second,
    read: Second,
    /// Up to when reads wait for what was read, in milliseconds.
    busy_until: u64,
}

/// What was counted in one second.
#[derive(Clone, Debug, Default)]
struct Second {
    number: u64,
    count: u64,
    bytes: u64,
}

impl Second {
    fn at(&mut self, now: u64) -> &mut Self {
        if self.number != now / 1000 {
            *self = Self { number: now / 1000, count: 0, bytes: 0 };
        }
        self
    }
}

impl Meter {
    /// Takes a record of so many bytes; whether there was room for it. A record that is larger than what
    /// a second takes has one to itself.
    pub fn write(&mut self, bytes: u64, now: u64) -> bool {
        let second = self.written.at(now);
        let has_room = second.bytes == 0 || second.bytes + bytes <= WRITE_BYTES;
        if second.count >= WRITE_RECORDS || !has_room {
            return false;
        }
        second.count += 1;
        second.bytes += bytes;
        true
    }

    /// Begins a read; whether it may.
    pub fn may_read(&mut self, now: u64) -> bool {
        let second = self.read.at(now);
        if second.count >= READS || now < self.busy_until {
            return false;
        }
        second.count += 1;
        true
    }

    /// Notes that so many bytes were read.
    pub fn has_read(&mut self, bytes: u64, now: u64) {
        let second = self.read.at(now);
        second.bytes += bytes;
        if second.bytes > READ_BYTES {
            self.busy_until = second.number * 1000 + second.bytes * 1000 / READ_BYTES;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_takes_a_thousand_records_or_a_mebibyte() {
        let mut meter = Meter::default();
        assert_eq!((0..1001).filter(|_| meter.write(1, 5000)).count(), 1000);
        assert!(meter.write(1_000_000, 6000));
        assert!(!meter.write(100_000, 6999));
        assert!(meter.write(100_000, 7000));
    }

    #[test]
    fn five_reads_a_second_and_ten_mebibytes_for_five_seconds() {
        let mut meter = Meter::default();
        assert_eq!((0..6).filter(|_| meter.may_read(5000)).count(), 5);
        meter.has_read(10 * 1024 * 1024, 5000);
        assert!(!meter.may_read(9999));
        assert!(meter.may_read(10_000));
    }
}
