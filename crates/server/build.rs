//! Puts the guests into the binary, when `cargo xtask build --guests` has built them.

use std::{env, error::Error, fmt::Write as _, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../target/guests");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut guests: Vec<_> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.path().canonicalize().ok())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .collect();
    guests.sort();
    let mut table = "&[".to_owned();
    for guest in guests {
        println!("cargo::rerun-if-changed={}", guest.display());
        let name = guest.file_stem().unwrap_or_default().to_string_lossy();
        write!(table, "({name:?}, include_bytes!({:?})), ", guest.display().to_string())?;
    }
    table.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("guests.rs"), table)?;
    Ok(())
}
