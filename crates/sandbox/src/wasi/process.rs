//! What a program of WASI has besides its memory: arguments, streams, and open files.

use super::guest::{Errno, Outcome};
use crate::Files;
use crate::abi::MAX_LINE;
use crate::scratch::{self, File, NoSpace, Node, Scratch};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The descriptor of the root directory, which is open from the start.
pub const ROOT: u32 = 3;

/// How many files may be open at once: as many as in Lambda.
const MAX_OPEN: usize = 1024;

/// Where what a program writes to its standard output goes.
#[derive(Clone, Debug)]
pub enum Output {
    /// Line by line into the log.
    Log,
    /// It is kept, up to that many bytes; what is over is lost.
    Kept(usize),
}

/// A program and its world.
pub struct Process {
    pub args: Vec<String>,
    pub stdin: Bytes,
    pub output: Output,
    pub kept: Vec<u8>,
    pub scratch: Scratch,
    /// Where paths begin whose first name is not in the root directory.
    pub working_directory: String,
    lines: [Vec<u8>; 2],
    open: BTreeMap<u32, Open>,
}

/// Something that is open.
pub enum Open {
    Stdin { at: usize },
    Stdout,
    Stderr,
    Directory(String),
    Frozen { content: Bytes, at: u64 },
    Scratch { file: File, at: u64, appends: bool },
}

/// Something that a path leads to.
pub enum Found {
    Directory,
    Frozen(Bytes),
    Scratch(File),
}

impl Found {
    pub fn len(&self) -> u64 {
        match self {
            Found::Directory => 0,
            Found::Frozen(content) => content.len() as u64,
            Found::Scratch(file) => file.len(),
        }
    }
}

impl From<NoSpace> for Errno {
    fn from(NoSpace: NoSpace) -> Self {
        Errno::NoSpc
    }
}

impl Default for Process {
    fn default() -> Self {
        let open =
            [(0, Open::Stdin { at: 0 }), (1, Open::Stdout), (2, Open::Stderr), (ROOT, Open::Directory("/".into()))];
        Process {
            args: Vec::new(),
            stdin: Bytes::new(),
            output: Output::Log,
            kept: Vec::new(),
            scratch: Scratch::new(0),
            working_directory: "/".into(),
            lines: Default::default(),
            open: open.into(),
        }
    }
}

impl Process {
    pub fn open(&mut self, fd: u32) -> Outcome<&mut Open> {
        self.open.get_mut(&fd).ok_or(Errno::BadF)
    }

    pub fn close(&mut self, fd: u32) -> Outcome {
        self.open.remove(&fd).map(drop).ok_or(Errno::BadF)
    }

    pub fn renumber(&mut self, from: u32, to: u32) -> Outcome {
        let moved = self.open.remove(&from).ok_or(Errno::BadF)?;
        self.open.insert(to, moved);
        Ok(())
    }

    /// The lowest free descriptor.
    pub fn add(&mut self, open: Open) -> Outcome<u32> {
        let free = (0..).zip(self.open.keys()).find(|(number, taken)| number != *taken);
        let fd = free.map_or(u32::try_from(self.open.len()).unwrap_or(u32::MAX), |(number, _)| number);
        if self.open.len() >= MAX_OPEN {
            return Err(Errno::NoSys);
        }
        self.open.insert(fd, open);
        Ok(fd)
    }

    /// The absolute path of `path` below an open directory.
    pub fn path(&mut self, fd: u32, path: &str, files: &Files) -> Outcome<String> {
        let Some(Open::Directory(directory)) = self.open.get(&fd) else {
            return self.open(fd).and(Err(Errno::NotDir));
        };
        let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
        let depth = parts.len();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                // A path may not lead out of its directory.
                ".." if parts.len() == depth => return Err(Errno::NotCapable),
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        let absolute = format!("/{}", parts.join("/"));
        let is_relative = depth == 0
            && parts.first().is_none_or(|name| self.find(files, &format!("/{name}")).is_none())
            && (path == "." || !parts.is_empty());
        if is_relative {
            let below = format!("{}{absolute}", self.working_directory.trim_end_matches('/'));
            return Ok(if below.len() > 1 { below.trim_end_matches('/').to_owned() } else { below });
        }
        Ok(absolute)
    }

    /// What is at an absolute path.
    pub fn find(&self, files: &Files, path: &str) -> Option<Found> {
        match self.scratch.get(path) {
            Some(Node::File(file)) => return Some(Found::Scratch(file)),
            Some(Node::Directory(_)) => return Some(Found::Directory),
            None => {}
        }
        if path == "/" || path == scratch::ROOT || files.has_directory(path) {
            return Some(Found::Directory);
        }
        files.get(path).cloned().map(Found::Frozen)
    }

    /// The names in a directory, and whether each is one itself.
    pub fn list(&self, files: &Files, directory: &str) -> Vec<(String, bool)> {
        let frozen = files.list(directory).unwrap_or_default().into_iter();
        let mut names: BTreeMap<String, bool> =
            frozen.map(|name| (name.trim_end_matches('/').to_owned(), name.ends_with('/'))).collect();
        if directory == "/" {
            names.insert(scratch::ROOT[1..].to_owned(), true);
        }
        for name in self.scratch.list(directory.trim_end_matches('/')) {
            let is_directory = matches!(self.scratch.get(&format!("{directory}/{name}")), Some(Node::Directory(_)));
            names.insert(name, is_directory);
        }
        names.into_iter().collect()
    }

    /// Refuses a path that cannot be made, written or removed.
    pub fn check_writable(&self, files: &Files, path: &str) -> Outcome {
        let below = path.strip_prefix(scratch::ROOT).and_then(|rest| rest.strip_prefix('/'));
        let (Some(_), Some((parent, _))) = (below, path.rsplit_once('/')) else { return Err(Errno::RoFs) };
        match self.find(files, parent) {
            Some(Found::Directory) => Ok(()),
            Some(_) => Err(Errno::NotDir),
            None => Err(Errno::NoEnt),
        }
    }

    /// Takes what was written to a stream of text: gives the lines that are whole.
    pub fn lines(&mut self, stream: usize, bytes: &[u8]) -> Vec<String> {
        let waiting = &mut self.lines[stream];
        let mut lines = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            waiting.extend_from_slice(part);
            if waiting.ends_with(b"\n") || waiting.len() >= MAX_LINE {
                let line = String::from_utf8_lossy(waiting).trim_end_matches('\n').to_owned();
                waiting.clear();
                lines.push(line);
            }
        }
        lines
    }

    /// What was written after the last end of a line.
    pub fn last_lines(&mut self) -> Vec<String> {
        let lines = self.lines.iter_mut().map(std::mem::take).filter(|line| !line.is_empty());
        lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect()
    }

    /// Keeps output.
    pub fn keep(&mut self, bytes: &[u8], most: usize) {
        let room = most.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
    }

    /// Opens what is at a path.
    pub fn open_path(&mut self, files: &Rc<Files>, path: &str, how: &How) -> Outcome<u32> {
        let open = match self.find(files, path) {
            Some(_) if how.creates && how.exclusive => return Err(Errno::Exist),
            Some(Found::Directory) if how.writes || how.truncates => return Err(Errno::IsDir),
            Some(Found::Directory) => Open::Directory(path.to_owned()),
            Some(_) if how.is_directory => return Err(Errno::NotDir),
            Some(Found::Frozen(_)) if how.writes || how.truncates => return Err(Errno::RoFs),
            Some(Found::Frozen(content)) => Open::Frozen { content, at: 0 },
            Some(Found::Scratch(file)) => {
                if how.truncates {
                    file.resize(0)?;
                }
                Open::Scratch { file, at: 0, appends: how.appends }
            }
            None if how.creates => {
                self.check_writable(files, path)?;
                Open::Scratch { file: self.scratch.create_file(path)?, at: 0, appends: how.appends }
            }
            None => return Err(Errno::NoEnt),
        };
        self.add(open)
    }
}

/// How a file is opened.
#[expect(clippy::struct_excessive_bools, reason = "they are flags of WASI")]
pub struct How {
    pub creates: bool,
    pub exclusive: bool,
    pub truncates: bool,
    pub is_directory: bool,
    pub appends: bool,
    pub writes: bool,
}
