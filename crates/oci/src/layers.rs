//! Layers: archives of files that lie over one another.

use std::{
    collections::BTreeMap,
    io::{BufReader, Read},
};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use tar::{Archive, EntryType};

use crate::Error;

/// Before the name of a file that the layers below have and this one takes away.
const WHITEOUT: &str = ".wh.";
/// The name of a file that takes away everything that the layers below have in its directory.
const OPAQUE: &str = ".wh..wh..opq";

/// How many links may lead to one another.
const MAX_LINKS: usize = 40;

/// A layer as it is stored.
pub struct Layer {
    /// What the manifest says that it is.
    pub media_type: String,
    /// The archive, packed or not.
    pub bytes: Bytes,
}

/// What has a name in a container.
#[derive(Clone, Debug)]
enum Node {
    File(Bytes),
    Link(String),
}

/// The files of a container by absolute path: layers over one another, the lowest first, at most `limit`
/// bytes in all. Links to files become copies that share their bytes; there are no devices.
pub fn unpack(layers: impl IntoIterator<Item = Layer>, limit: u64) -> Result<BTreeMap<String, Bytes>, Error> {
    let mut tree = Tree { nodes: BTreeMap::new(), left: limit, limit };
    for layer in layers {
        if layer.media_type.ends_with("zstd") {
            return Err(Error::MediaType(layer.media_type));
        }
        // What the bytes are is believed, not what the manifest says: tools name packed layers both ways.
        if layer.bytes.starts_with(&[0x1f, 0x8b]) {
            tree.add(MultiGzDecoder::new(BufReader::new(&layer.bytes[..])))?;
        } else {
            tree.add(&layer.bytes[..])?;
        }
    }
    Ok(tree.files())
}

struct Tree {
    nodes: BTreeMap<String, Node>,
    left: u64,
    limit: u64,
}

impl Tree {
    fn add(&mut self, tar: impl Read) -> Result<(), Error> {
        let failed = |error: std::io::Error| Error::Layer(error.to_string());
        let mut archive = Archive::new(tar);
        // What this layer has brought: a whiteout takes away what was there before, not what comes with it.
        let mut own = BTreeMap::new();
        for entry in archive.entries().map_err(failed)? {
            let mut entry = entry.map_err(failed)?;
            let path = entry.path_bytes().into_owned();
            let Some(path) = absolute(&String::from_utf8_lossy(&path), "/") else { continue };
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
            if name == OPAQUE {
                self.remove_below(directory);
                continue;
            }
            if let Some(hidden) = name.strip_prefix(WHITEOUT) {
                self.remove(&format!("{directory}/{hidden}"));
                continue;
            }
            let target = entry.link_name_bytes().map(|name| String::from_utf8_lossy(&name).into_owned());
            let node = match (entry.header().entry_type(), target) {
                (EntryType::Regular | EntryType::Continuous, _) => Node::File(self.content(&mut entry)?),
                (EntryType::Symlink, Some(target)) => {
                    let Some(target) = absolute(&target, directory) else { continue };
                    Node::Link(target)
                }
                (EntryType::Link, Some(target)) => {
                    let Some(target) = absolute(&target, "/") else { continue };
                    Node::Link(target)
                }
                _ => continue,
            };
            own.insert(path, node);
        }
        for (path, node) in own {
            self.remove(&path);
            self.nodes.insert(path, node);
        }
        Ok(())
    }

    /// A file's bytes, unless there are more than are left; what the archive says of its size is not
    /// believed.
    fn content(&mut self, entry: &mut impl Read) -> Result<Bytes, Error> {
        let mut content = Vec::new();
        let read = entry.take(self.left + 1).read_to_end(&mut content);
        let read = read.map_err(|error| Error::Layer(error.to_string()))? as u64;
        self.left = self.left.checked_sub(read).ok_or(Error::TooLarge(self.limit))?;
        Ok(content.into())
    }

    /// Takes away what is at a path and below it.
    fn remove(&mut self, path: &str) {
        if let Some(Node::File(content)) = self.nodes.remove(path) {
            self.left += content.len() as u64;
        }
        self.remove_below(path);
    }

    fn remove_below(&mut self, directory: &str) {
        let below = format!("{directory}/");
        let paths: Vec<String> = self
            .nodes
            .range(below.clone()..)
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(&below))
            .cloned()
            .collect();
        for path in paths {
            if let Some(Node::File(content)) = self.nodes.remove(&path) {
                self.left += content.len() as u64;
            }
        }
    }

    /// The files, and those that links lead to. A link to a directory stands for each file below it.
    fn files(self) -> BTreeMap<String, Bytes> {
        let mut files = BTreeMap::new();
        for (path, node) in &self.nodes {
            match node {
                Node::File(content) => drop(files.insert(path.clone(), content.clone())),
                Node::Link(target) => self.follow(path, target, &mut files),
            }
        }
        files
    }

    fn follow(&self, path: &str, target: &str, files: &mut BTreeMap<String, Bytes>) {
        let Some(target) = self.resolve(target) else { return };
        if let Some(Node::File(content)) = self.nodes.get(&target) {
            files.insert(path.to_owned(), content.clone());
        }
        let below = format!("{target}/");
        for (inner, node) in self.nodes.range(below.clone()..).take_while(|(inner, _)| inner.starts_with(&below)) {
            if let Node::File(content) = node {
                files.insert(format!("{path}/{}", &inner[below.len()..]), content.clone());
            }
        }
    }

    /// The path that has no link in it any more.
    fn resolve(&self, path: &str) -> Option<String> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            let link = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]).find_map(|end| match self
                .nodes
                .get(&path[..end])
            {
                Some(Node::Link(target)) => Some(format!("{target}{}", &path[end..])),
                _ => None,
            });
            match link {
                Some(next) => path = next,
                None => return Some(path),
            }
        }
        None
    }
}

/// A path of an archive as an absolute one, seen from a directory. `None` for the root, which is always
/// there. What climbs out of the root stays in it, as in a container.
fn absolute(path: &str, directory: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { directory.split('/').collect() };
    parts.retain(|part| !part.is_empty());
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    (!parts.is_empty()).then(|| format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, Header};

    use super::*;
    use crate::media_type;

    /// A layer of files; a name that ends in `@` is a symbolic link.
    fn layer(files: &[(&str, &str)]) -> Layer {
        let mut builder = Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = Header::new_gnu();
            if let Some(path) = path.strip_suffix('@') {
                header.set_entry_type(EntryType::Symlink);
                header.set_size(0);
                builder.append_link(&mut header, path, content).unwrap();
            } else {
                header.set_size(content.len() as u64);
                builder.append_data(&mut header, path, content.as_bytes()).unwrap();
            }
        }
        let bytes = builder.into_inner().unwrap().into();
        Layer { media_type: media_type::LAYER.to_owned(), bytes }
    }

    fn names(layers: Vec<Layer>) -> Vec<String> {
        let files = unpack(layers, 1 << 20).unwrap();
        files.iter().map(|(path, content)| format!("{path}={}", String::from_utf8_lossy(content))).collect()
    }

    #[test]
    fn a_later_layer_lies_over_an_earlier_one() {
        let below = layer(&[("a", "1"), ("d/x", "1"), ("d/y", "1"), ("e/z", "1")]);
        let above = layer(&[("a", "2"), ("d/.wh.x", ""), ("e/.wh..wh..opq", ""), ("e/new", "2")]);
        assert_eq!(names(vec![below, above]), ["/a=2", "/d/y=1", "/e/new=2"]);
        // A file in place of a directory takes what was below it away.
        assert_eq!(names(vec![layer(&[("d/x", "1")]), layer(&[("d", "2")])]), ["/d=2"]);
    }

    #[test]
    fn links_lead_to_what_they_name() {
        let layers = vec![
            layer(&[("bin@", "usr/bin"), ("usr/bin/app", "1"), ("usr/bin/alias@", "app")]),
            layer(&[("opt/far@", "../bin/alias"), ("loop@", "loop"), ("gone@", "/nowhere")]),
        ];
        assert_eq!(names(layers), ["/bin/app=1", "/opt/far=1", "/usr/bin/alias=1", "/usr/bin/app=1"]);
    }

    #[test]
    fn packed_layers_are_unpacked_and_large_ones_refused() {
        let plain = layer(&[("a", &"0".repeat(1000))]);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&plain.bytes).unwrap();
        let bytes = Bytes::from(encoder.finish().unwrap());
        let packed = || Layer { media_type: String::new(), bytes: bytes.clone() };
        assert_eq!(unpack([packed()], 1000).unwrap()["/a"].len(), 1000);
        assert_eq!(unpack([packed()], 999), Err(Error::TooLarge(999)));
        // What a later layer replaces counts no more.
        assert!(unpack([packed(), layer(&[(".wh.a", "")]), packed()], 1000).is_ok());
        let zstd = Layer { media_type: format!("{}+zstd", media_type::LAYER), bytes: Bytes::new() };
        assert!(matches!(unpack([zstd], 1), Err(Error::MediaType(_))));
        let rubbish = Layer { media_type: String::new(), bytes: Bytes::from("rubbish".repeat(100)) };
        assert!(matches!(unpack([rubbish], 1), Err(Error::Layer(_))));
    }

    #[test]
    fn no_path_leads_out() {
        for (path, from, expected) in [
            ("./a//b/", "/", Some("/a/b")),
            ("../../etc/passwd", "/x", Some("/etc/passwd")),
            ("b", "/x/y", Some("/x/y/b")),
            ("./", "/", None),
        ] {
            assert_eq!(absolute(path, from).as_deref(), expected);
        }
    }
}
