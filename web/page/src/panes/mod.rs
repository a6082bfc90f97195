//! The panes: one file for each, by what the person sees.

pub mod centre;
mod clock;
mod details;
pub mod dialogs;
pub mod drawer;
mod editor;
mod events;
mod files;
mod function;
mod gallery;
pub mod header;
pub mod inspector;
mod item;
mod logs;
mod map;
mod people;
mod pool;
mod problems;
pub mod rail;
mod request;
mod resources;
mod response;
pub mod status;
mod stream;
mod table;
mod tokens;
mod trace;
