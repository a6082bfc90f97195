//! Container images: manifests, configurations, layers, and the archives that hold them.
//!
//! An image is a manifest that names a configuration and layers by their digests
//! (<https://github.com/opencontainers/image-spec>). This crate reads an image from an [`Archive`] and
//! lays its layers over one another into the [files](unpack) of a container. It knows no registry.

mod archive;
mod layers;
mod manifest;

pub use archive::{Archive, Image};
pub use layers::{Layer, unpack};
pub use manifest::{Descriptor, ImageConfig, Manifest, digest, media_type};

/// Why an image cannot be read. Each is the end of a sentence about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The archive is neither an OCI image layout nor what `docker save` writes.
    #[error("it holds neither index.json of an OCI image layout nor manifest.json of docker save")]
    NoImage,
    /// The archive holds several images, and none of them is for WebAssembly.
    #[error("it holds {0} images: export one of them")]
    ManyImages(usize),
    /// Something that the manifest names is not there, or is not what its digest says.
    #[error("{0} is missing or damaged")]
    Missing(String),
    /// A document is not JSON of the form that it should have.
    #[error("{0} cannot be read: {1}")]
    Garbled(&'static str, String),
    /// A kind of manifest or layer that is not known.
    #[error("its media type {0} is not supported")]
    MediaType(String),
    /// A layer is no archive.
    #[error("a layer cannot be unpacked: {0}")]
    Layer(String),
    /// The files are larger than they may be.
    #[error("its files have more than {} MB", .0 >> 20)]
    TooLarge(u64),
}
