//! The small parts that panes are made of.

mod bars;
mod controls;
mod curve;
mod feedback;
mod icon;
mod json;
mod modal;
mod splitter;
mod tabs;

pub use bars::{Bars, Column};
pub use controls::{Copy, Field, IconButton, input_value};
pub use curve::{Curve, Series, Spot};
pub use feedback::{Empty, Failed, Status, Tone, tone_of};
pub use icon::{Glyph, Icon, glyph_of};
pub use json::Json;
pub use modal::Modal;
pub use splitter::{Edge, Splitter};
pub use tabs::{TabItem, Tabs};
