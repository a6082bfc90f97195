//! Standard output.

use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Prints a line at once. A reader that has gone, as in `samlet transform FILE | head`, has seen
/// enough.
pub fn line(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}
