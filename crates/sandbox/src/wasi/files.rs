//! The functions of WASI on files.

use super::guest::{Errno, Guest, Outcome};
use super::process::{Found, How, ROOT};
use super::{Border, MODULE, Open, define, number, write_stream};
use crate::Files;
use std::rc::Rc;
use wasmi::{Caller, Error, Linker};

const CHARACTER_DEVICE: u8 = 2;
const DIRECTORY: u8 = 3;
const REGULAR_FILE: u8 = 4;

const CREATE: u32 = 1;
const IS_DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;
const APPEND: u32 = 1;
const RIGHT_TO_WRITE: i64 = 1 << 6;

pub fn add_to(linker: &mut Linker<Border>) -> Result<(), Error> {
    on_descriptors(linker)?;
    on_paths(linker)
}

fn on_descriptors(linker: &mut Linker<Border>) -> Result<(), Error> {
    define! { linker,
        fd_write(fd: u32, list: u32, count: u32, written: u32) => |mut guest, fd, list, count, written| {
            let bytes = gather(&mut guest, fd, list, count)?;
            write(&mut guest, fd, &bytes, None)?;
            guest.set_u32(written, bytes.len())
        };
        fd_pwrite(fd: u32, list: u32, count: u32, at: i64, written: u32) => |mut guest, fd, list, count, at, written| {
            let bytes = gather(&mut guest, fd, list, count)?;
            write(&mut guest, fd, &bytes, Some(at.cast_unsigned()))?;
            guest.set_u32(written, bytes.len())
        };
        fd_read(fd: u32, list: u32, count: u32, done: u32) => |mut guest, fd, list, count, done| {
            let read = read(&mut guest, fd, list, count, None)?;
            guest.set_u32(done, read)
        };
        fd_pread(fd: u32, list: u32, count: u32, at: i64, done: u32) => |mut guest, fd, list, count, at, done| {
            let read = read(&mut guest, fd, list, count, Some(at.cast_unsigned()))?;
            guest.set_u32(done, read)
        };
        fd_seek(fd: u32, offset: i64, whence: u32, at: u32) => |mut guest, fd, offset, whence, to| {
            let position = seek(guest.border().process.open(fd)?, offset, whence)?;
            guest.set_u64(to, position)
        };
        fd_tell(fd: u32, at: u32) => |mut guest, fd, to| {
            let position = seek(guest.border().process.open(fd)?, 0, 1)?;
            guest.set_u64(to, position)
        };
        fd_close(fd: u32) => |mut guest, fd| guest.border().process.close(fd);
        fd_renumber(from: u32, to: u32) => |mut guest, from, to| guest.border().process.renumber(from, to);
        fd_sync(fd: u32) => |mut guest, fd| guest.border().process.open(fd).map(drop);
        fd_datasync(fd: u32) => |mut guest, fd| guest.border().process.open(fd).map(drop);
        fd_advise(fd: u32, _at: i64, _len: i64, _advice: u32) => |mut guest, fd, _, _, _| {
            guest.border().process.open(fd).map(drop)
        };
        fd_allocate(fd: u32, at: i64, len: i64) => |mut guest, fd, at, len| {
            let end = at.checked_add(len).and_then(|end| u64::try_from(end).ok()).ok_or(Errno::Inval)?;
            match guest.border().process.open(fd)? {
                Open::Scratch { file, .. } if end > file.len() => Ok(file.resize(end)?),
                Open::Scratch { .. } => Ok(()),
                _ => Err(Errno::BadF),
            }
        };
        fd_filestat_set_size(fd: u32, size: i64) => |mut guest, fd, size| {
            let size = u64::try_from(size).map_err(|_| Errno::Inval)?;
            let Open::Scratch { file, .. } = guest.border().process.open(fd)? else { return Err(Errno::Inval) };
            Ok(file.resize(size)?)
        };
        fd_filestat_set_times(fd: u32, _access: i64, _change: i64, _flags: u32) => |mut guest, fd, _, _, _| {
            guest.border().process.open(fd).map(drop)
        };
        fd_fdstat_set_flags(fd: u32, flags: u32) => |mut guest, fd, flags| {
            if let Open::Scratch { appends, .. } = guest.border().process.open(fd)? {
                *appends = flags & APPEND != 0;
            }
            Ok(())
        };
        fd_fdstat_set_rights(fd: u32, _own: i64, _inherited: i64) => |mut guest, fd, _, _| {
            guest.border().process.open(fd).map(drop)
        };
        fd_fdstat_get(fd: u32, at: u32) => |mut guest, fd, at| {
            let open = guest.border().process.open(fd)?;
            let appends = matches!(open, Open::Scratch { appends: true, .. });
            let mut stat = [0; 24];
            stat[0] = kind(open);
            stat[2] = u8::from(appends);
            // Every right: what is not allowed is refused when it is tried. Only the streams of text
            // lack those to seek and tell, by which a C library knows a terminal.
            let rights: u64 = if kind(open) == CHARACTER_DEVICE { !0x24 } else { !0 };
            stat[8..16].copy_from_slice(&rights.to_le_bytes());
            stat[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
            guest.write(at, &stat)
        };
        fd_filestat_get(fd: u32, at: u32) => |mut guest, fd, at| {
            let open = guest.border().process.open(fd)?;
            let (kind, len) = (kind(open), open_len(open));
            guest.write(at, &stat(kind, len))
        };
        fd_prestat_get(fd: u32, at: u32) => |mut guest, fd, at| {
            is_root(fd)?;
            guest.write(at, &[0, 0, 0, 0, 1, 0, 0, 0])
        };
        fd_prestat_dir_name(fd: u32, buffer: u32, _len: u32) => |mut guest, fd, buffer, _| {
            is_root(fd)?;
            guest.write(buffer, b"/")
        };
        fd_readdir(fd: u32, buffer: u32, len: u32, cookie: i64, used: u32) => |mut guest, fd, buffer, len, cookie, used| {
            let files = Rc::clone(&guest.border().files);
            let Open::Directory(path) = guest.border().process.open(fd)? else { return Err(Errno::NotDir) };
            let path = path.clone();
            let entries = directory_entries(&guest.border().process.list(&files, &path), cookie.cast_unsigned());
            guest.pay(entries.len());
            let fitting = &entries[..entries.len().min(len as usize)];
            guest.write(buffer, fitting)?;
            guest.set_u32(used, fitting.len())
        };
    }
    Ok(())
}

fn on_paths(linker: &mut Linker<Border>) -> Result<(), Error> {
    define! { linker,
        path_open(
            fd: u32, _follow: u32, path: u32, len: u32, open: u32, rights: i64, _inherited: i64, flags: u32, at: u32
        ) => |mut guest, fd, _, path, len, open, rights, _, flags, at| {
            let (path, files) = resolve(&mut guest, fd, path, len)?;
            let has = |flag| open & flag != 0;
            let how = How {
                creates: has(CREATE),
                exclusive: has(EXCLUSIVE),
                truncates: has(TRUNCATE),
                is_directory: has(IS_DIRECTORY),
                appends: flags & APPEND != 0,
                // A C library asks for all rights of a directory.
                writes: rights & RIGHT_TO_WRITE != 0 && !has(IS_DIRECTORY),
            };
            let opened = guest.border().process.open_path(&files, &path, &how)?;
            guest.set_u32(at, opened as usize)
        };
        path_filestat_get(fd: u32, _follow: u32, path: u32, len: u32, at: u32) => |mut guest, fd, _, path, len, at| {
            let (path, files) = resolve(&mut guest, fd, path, len)?;
            let found = guest.border().process.find(&files, &path).ok_or(Errno::NoEnt)?;
            let kind = if matches!(found, Found::Directory) { DIRECTORY } else { REGULAR_FILE };
            guest.write(at, &stat(kind, found.len()))
        };
        path_create_directory(fd: u32, path: u32, len: u32) => |mut guest, fd, path, len| {
            let (path, files) = resolve(&mut guest, fd, path, len)?;
            let process = &guest.border().process;
            if process.find(&files, &path).is_some() {
                return Err(Errno::Exist);
            }
            process.check_writable(&files, &path)?;
            Ok(process.scratch.create_directory(&path)?)
        };
        path_remove_directory(fd: u32, path: u32, len: u32) => |mut guest, fd, path, len| {
            let (path, files) = resolve(&mut guest, fd, path, len)?;
            let process = &guest.border().process;
            process.check_writable(&files, &path)?;
            match process.find(&files, &path).ok_or(Errno::NoEnt)? {
                Found::Directory if process.list(&files, &path).is_empty() => process.scratch.remove(&path),
                Found::Directory => return Err(Errno::NotEmpty),
                _ => return Err(Errno::NotDir),
            }
            Ok(())
        };
        path_unlink_file(fd: u32, path: u32, len: u32) => |mut guest, fd, path, len| {
            let (path, files) = resolve(&mut guest, fd, path, len)?;
            let process = &guest.border().process;
            process.check_writable(&files, &path)?;
            match process.find(&files, &path).ok_or(Errno::NoEnt)? {
                Found::Directory => return Err(Errno::IsDir),
                _ => process.scratch.remove(&path),
            }
            Ok(())
        };
        path_rename(fd: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32)
            => |mut guest, fd, old, old_len, new_fd, new, new_len| {
            let (old, files) = resolve(&mut guest, fd, old, old_len)?;
            let (new, _) = resolve(&mut guest, new_fd, new, new_len)?;
            rename(&mut guest, &files, &old, &new)
        };
        path_filestat_set_times(
            _fd: u32, _follow: u32, _path: u32, _len: u32, _access: i64, _change: i64, _flags: u32
        ) => |_, _, _, _, _, _, _, _| Ok(());
        path_readlink(_fd: u32, _path: u32, _len: u32, _buffer: u32, _size: u32, _used: u32)
            => |_, _, _, _, _, _, _| Err(Errno::Inval);
        path_symlink(_old: u32, _old_len: u32, _fd: u32, _new: u32, _new_len: u32) => |_, _, _, _, _, _| Err(Errno::NoSys);
        path_link(_fd: u32, _follow: u32, _old: u32, _old_len: u32, _new_fd: u32, _new: u32, _new_len: u32)
            => |_, _, _, _, _, _, _, _| Err(Errno::NoSys);
    }
    Ok(())
}

fn is_root(fd: u32) -> Outcome {
    if fd == ROOT { Ok(()) } else { Err(Errno::BadF) }
}

fn resolve(guest: &mut Guest, fd: u32, path: u32, len: u32) -> Outcome<(String, Rc<Files>)> {
    let path = guest.text(path, len)?;
    let border = guest.border();
    let files = Rc::clone(&border.files);
    Ok((border.process.path(fd, &path, &files)?, files))
}

/// One call reads or writes at most so much: a list may name the same buffer a million times.
const MAX_TRANSFER: usize = 16 << 20;

/// The same for a stream of text, each byte of which may be a line.
const MAX_TEXT: usize = 32 << 10;

/// The bytes of a list of buffers, or as many of them as one call takes.
fn gather(guest: &mut Guest, fd: u32, list: u32, count: u32) -> Outcome<Vec<u8>> {
    let is_text = matches!(guest.border().process.open(fd)?, Open::Stdout | Open::Stderr);
    let most = if is_text { MAX_TEXT } else { MAX_TRANSFER };
    let mut bytes = Vec::new();
    for (at, len) in guest.buffers(list, count)? {
        let room = u32::try_from(most - bytes.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&guest.bytes(at, len.min(room))?);
    }
    guest.pay(bytes.len());
    Ok(bytes)
}

fn write(guest: &mut Guest, fd: u32, bytes: &[u8], position: Option<u64>) -> Outcome {
    match guest.border().process.open(fd)? {
        Open::Stdout => write_stream(guest, 0, bytes),
        Open::Stderr => write_stream(guest, 1, bytes),
        Open::Scratch { file, at, appends } => {
            let start = position.unwrap_or(if *appends { file.len() } else { *at });
            file.write(start, bytes)?;
            if position.is_none() {
                *at = start + bytes.len() as u64;
            }
        }
        Open::Stdin { .. } | Open::Directory(_) | Open::Frozen { .. } => return Err(Errno::BadF),
    }
    Ok(())
}

/// Fills a list of buffers; the number of bytes that there were.
fn read(guest: &mut Guest, fd: u32, list: u32, count: u32, position: Option<u64>) -> Outcome<usize> {
    let mut total = 0;
    for (buffer, len) in guest.buffers(list, count)? {
        let position = position.map(|position| position.saturating_add(total as u64));
        let bytes = read_some(guest, fd, (len as usize).min(MAX_TRANSFER - total), position)?;
        guest.write(buffer, &bytes)?;
        guest.pay(bytes.len());
        total += bytes.len();
        if bytes.len() < len as usize {
            break;
        }
    }
    Ok(total)
}

fn read_some(guest: &mut Guest, fd: u32, len: usize, position: Option<u64>) -> Outcome<Vec<u8>> {
    let process = &mut guest.border().process;
    let stdin = process.stdin.clone();
    let part = |content: &[u8], at: u64| {
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(content.len());
        content[start..start.saturating_add(len).min(content.len())].to_vec()
    };
    let (bytes, at) = match process.open(fd)? {
        Open::Stdin { at } => {
            let bytes = part(&stdin, *at as u64);
            *at += bytes.len();
            return Ok(bytes);
        }
        Open::Frozen { content, at } => (part(content, position.unwrap_or(*at)), at),
        Open::Scratch { file, at, .. } => (file.read(position.unwrap_or(*at), len), at),
        Open::Directory(_) => return Err(Errno::IsDir),
        Open::Stdout | Open::Stderr => return Err(Errno::BadF),
    };
    if position.is_none() {
        *at += bytes.len() as u64;
    }
    Ok(bytes)
}

fn seek(open: &mut Open, offset: i64, whence: u32) -> Outcome<u64> {
    let len = open_len(open);
    let (Open::Frozen { at, .. } | Open::Scratch { at, .. }) = open else { return Err(Errno::SPipe) };
    let from = match whence {
        0 => 0,
        1 => *at,
        2 => len,
        _ => return Err(Errno::Inval),
    };
    *at = from.checked_add_signed(offset).ok_or(Errno::Inval)?;
    Ok(*at)
}

fn rename(guest: &mut Guest, files: &Files, old: &str, new: &str) -> Outcome {
    let process = &guest.border().process;
    process.check_writable(files, old)?;
    process.check_writable(files, new)?;
    let moved = process.find(files, old).ok_or(Errno::NoEnt)?;
    match (moved, process.find(files, new)) {
        _ if old == new => return Ok(()),
        _ if new.starts_with(&format!("{old}/")) => return Err(Errno::Inval),
        (Found::Directory, Some(Found::Directory)) if !process.list(files, new).is_empty() => {
            return Err(Errno::NotEmpty);
        }
        (Found::Directory, Some(Found::Frozen(_) | Found::Scratch(_))) => return Err(Errno::NotDir),
        (Found::Frozen(_) | Found::Scratch(_), Some(Found::Directory)) => return Err(Errno::IsDir),
        _ => {}
    }
    process.scratch.rename(old, new);
    Ok(())
}

fn kind(open: &Open) -> u8 {
    match open {
        Open::Stdin { .. } | Open::Stdout | Open::Stderr => CHARACTER_DEVICE,
        Open::Directory(_) => DIRECTORY,
        Open::Frozen { .. } | Open::Scratch { .. } => REGULAR_FILE,
    }
}

fn open_len(open: &Open) -> u64 {
    match open {
        Open::Frozen { content, .. } => content.len() as u64,
        Open::Scratch { file, .. } => file.len(),
        _ => 0,
    }
}

/// `filestat`: kind and size; there are no devices, links and times.
fn stat(kind: u8, len: u64) -> [u8; 64] {
    let mut stat = [0; 64];
    stat[16] = kind;
    stat[24] = 1;
    stat[32..40].copy_from_slice(&len.to_le_bytes());
    stat
}

/// `dirent`s from the one with the number `cookie` on.
fn directory_entries(names: &[(String, bool)], cookie: u64) -> Vec<u8> {
    let mut entries = Vec::new();
    let skipped = usize::try_from(cookie).unwrap_or(usize::MAX);
    for (index, (name, is_directory)) in names.iter().enumerate().skip(skipped) {
        let mut entry = [0; 24];
        entry[..8].copy_from_slice(&(index as u64 + 1).to_le_bytes());
        entry[16..20].copy_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_le_bytes());
        entry[20] = if *is_directory { DIRECTORY } else { REGULAR_FILE };
        entries.extend_from_slice(&entry);
        entries.extend_from_slice(name.as_bytes());
    }
    entries
}
