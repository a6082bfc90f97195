//! `/tmp`: files that a program writes, in the host's memory and under a limit.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where the files are.
pub const ROOT: &str = "/tmp";

/// Files take whole blocks, as on a disk; so a million empty files have a price too.
const BLOCK: u64 = 4096;

/// The files below `/tmp`. Clones share them: what one program leaves behind the next one finds.
#[derive(Clone, Debug)]
pub struct Scratch {
    nodes: Rc<RefCell<BTreeMap<String, Node>>>,
    room: Rc<Room>,
}

/// How much may be written, and how much is.
#[derive(Debug)]
struct Room {
    limit: u64,
    used: Cell<u64>,
}

/// There is no room left.
#[derive(Debug, PartialEq, Eq)]
pub struct NoSpace;

/// What has a name below `/tmp`.
#[derive(Clone, Debug)]
pub enum Node {
    /// A directory.
    Directory(#[expect(dead_code, reason = "it holds the room that the directory takes")] Rc<Held>),
    /// A file.
    File(File),
}

/// A file, which lives as long as it has a name or is open.
#[derive(Clone, Debug)]
pub struct File(Rc<RefCell<Content>>);

#[derive(Debug)]
struct Content {
    bytes: Vec<u8>,
    held: Held,
}

/// Room that is taken, and given back in the end.
#[derive(Debug)]
pub struct Held {
    room: Rc<Room>,
    blocks: u64,
}

impl Held {
    fn one_block(room: &Rc<Room>) -> Result<Self, NoSpace> {
        let mut held = Held { room: Rc::clone(room), blocks: 0 };
        held.resize(1)?;
        Ok(held)
    }

    fn resize(&mut self, blocks: u64) -> Result<(), NoSpace> {
        let used = self.room.used.get() - self.blocks * BLOCK + blocks * BLOCK;
        if blocks > self.blocks && used > self.room.limit {
            return Err(NoSpace);
        }
        self.room.used.set(used);
        self.blocks = blocks;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.used.set(self.room.used.get() - self.blocks * BLOCK);
    }
}

impl Scratch {
    /// No files, and room for that many bytes.
    pub fn new(limit: u64) -> Self {
        Scratch { nodes: Rc::default(), room: Rc::new(Room { limit, used: Cell::new(0) }) }
    }

    /// The bytes that are taken, in whole blocks.
    pub fn used(&self) -> u64 {
        self.room.used.get()
    }

    pub(crate) fn get(&self, path: &str) -> Option<Node> {
        self.nodes.borrow().get(path).cloned()
    }

    pub(crate) fn create_file(&self, path: &str) -> Result<File, NoSpace> {
        let content = Content { bytes: Vec::new(), held: Held::one_block(&self.room)? };
        let file = File(Rc::new(RefCell::new(content)));
        self.nodes.borrow_mut().insert(path.to_owned(), Node::File(file.clone()));
        Ok(file)
    }

    pub(crate) fn create_directory(&self, path: &str) -> Result<(), NoSpace> {
        let held = Held::one_block(&self.room)?;
        self.nodes.borrow_mut().insert(path.to_owned(), Node::Directory(Rc::new(held)));
        Ok(())
    }

    pub(crate) fn remove(&self, path: &str) {
        self.nodes.borrow_mut().remove(path);
    }

    /// Gives a node, and what is below it, another name.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        let mut nodes = self.nodes.borrow_mut();
        let below = format!("{from}/");
        let names: Vec<String> =
            nodes.keys().filter(|name| *name == from || name.starts_with(&below)).cloned().collect();
        for name in names {
            if let Some(node) = nodes.remove(&name) {
                nodes.insert(format!("{to}{}", &name[from.len()..]), node);
            }
        }
    }

    /// The names in a directory, sorted.
    pub(crate) fn list(&self, directory: &str) -> Vec<String> {
        let below = format!("{directory}/");
        let nodes = self.nodes.borrow();
        let names = nodes.range(below.clone()..).map_while(|(name, _)| name.strip_prefix(&below));
        names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }
}

impl File {
    pub(crate) fn len(&self) -> u64 {
        self.0.borrow().bytes.len() as u64
    }

    /// The bytes from `at` on, at most `len`.
    pub(crate) fn read(&self, at: u64, len: usize) -> Vec<u8> {
        let content = self.0.borrow();
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(content.bytes.len());
        let end = start.saturating_add(len).min(content.bytes.len());
        content.bytes[start..end].to_vec()
    }

    pub(crate) fn write(&self, at: u64, bytes: &[u8]) -> Result<(), NoSpace> {
        let end = at.checked_add(bytes.len() as u64).ok_or(NoSpace)?;
        if end > self.len() {
            self.resize(end)?;
        }
        // The file has been made large enough, so its length, and what is below it, fit a `usize`.
        #[expect(clippy::cast_possible_truncation)]
        self.0.borrow_mut().bytes[at as usize..end as usize].copy_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn resize(&self, len: u64) -> Result<(), NoSpace> {
        let content = &mut *self.0.borrow_mut();
        let size = usize::try_from(len).map_err(|_| NoSpace)?;
        content.held.resize(len.div_ceil(BLOCK).max(1))?;
        // The host may have less memory than the limit allows.
        if content.bytes.try_reserve(size.saturating_sub(content.bytes.len())).is_err() {
            content.held.resize((content.bytes.len() as u64).div_ceil(BLOCK).max(1))?;
            return Err(NoSpace);
        }
        content.bytes.resize(size, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_taken_in_blocks_and_given_back() {
        let scratch = Scratch::new(3 * BLOCK);
        let file = scratch.create_file("/tmp/a").unwrap();
        file.write(10, b"hello").unwrap();
        assert_eq!((file.len(), scratch.used()), (15, BLOCK));
        assert_eq!(file.write(0, &vec![1; 4 * 4096]), Err(NoSpace));
        assert_eq!(file.read(10, 100), b"hello", "a write that does not fit changes nothing");
        scratch.create_directory("/tmp/d").unwrap();
        scratch.create_file("/tmp/d/b").unwrap();
        assert!(scratch.create_file("/tmp/d/c").is_err());
        scratch.remove("/tmp/a");
        assert_eq!(scratch.used(), 3 * BLOCK, "an open file is still there");
        drop(file);
        assert_eq!(scratch.used(), 2 * BLOCK);
        scratch.rename("/tmp/d", "/tmp/e");
        assert_eq!((scratch.list("/tmp"), scratch.list("/tmp/e")), (vec!["e".to_owned()], vec!["b".to_owned()]));
    }
}
