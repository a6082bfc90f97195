//! The files of a project, and what can be done with them without any cloud.
//!
//! A [`Project`] is a plain SAM project: a template, the code of its functions, whatever else lies
//! beside them. It travels as a link ([`encode`], [`decode`]) or as a zip ([`archive`]), and [`build`] does with it
//! what `sam build` and `sam package` do: the code of each function becomes an archive, and the
//! template says where that archive lies.

pub mod archive;
pub mod build;
mod files;
mod share;

pub use build::{Artifact, Build, Destination, Diagnostic, ImageArtifact, Severity, build, check};
pub use files::{MAX_FILES, MAX_PATH, PathError, Project, TEMPLATE_NAMES, check_path};
pub use share::{MAX_BYTES, ShareError, decode, encode};
